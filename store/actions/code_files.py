"""A CSV file of codes, checked before it is sent (API §7; schema ImportCSVRequestBody)."""

import csv
import io
import stat
from dataclasses import dataclass
from pathlib import Path

from store.actions.action import ValueRefused
from store.api.uploads import Upload
from store.words import counted

LARGEST = 20 * 1024 * 1024
"""Bytes of a file; the API's own limit is not documented."""
_CODE = "code"


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file that can be sent.

    Attributes:
        upload: what is sent.
        codes: number of its rows.
        columns: its header.
    """

    upload: Upload
    codes: int
    columns: tuple[str, ...]


def read_codes(path: str) -> CodeFile:
    """A file of codes: UTF-8, a header with `Code`, and a code of its own in every row.

    Raises:
        ValueRefused: it is no such file; the message says where.
    """
    file = Path(path)
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ValueRefused(f"“{path}” is no file.")
        if about.st_size > LARGEST:
            raise ValueRefused(f"“{path}” is larger than {LARGEST // 1024**2} MiB. Send it in parts.")
        content = file.read_bytes()
    except OSError as error:
        raise ValueRefused(f"“{path}” cannot be read: {error.strerror or error}.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueRefused(f"“{path}” is not UTF-8: see line {line:,}.") from None
    columns, number = _checked(path, text)
    return CodeFile(Upload(file.name, content), number, columns)


def _checked(path: str, text: str) -> tuple[tuple[str, ...], int]:
    """Its header, and how many codes it has."""
    if "\0" in text:
        raise ValueRefused(f"“{path}” is no CSV file: it has a zero byte.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
        names = [name.casefold() for name in header]
        if names.count(_CODE) != 1:
            raise ValueRefused(f"“{path}” needs one column “Code” in its first line, and commas between columns.")
        place, seen = names.index(_CODE), dict[str, int]()
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            if len(row) != len(header):
                raise ValueRefused(f"“{path}”, line {line:,}: {counted(len(row), 'cell')}, not {len(header)}.")
            code = row[place].strip()
            if not code:
                raise ValueRefused(f"“{path}”, line {line:,}: the code is missing.")
            if code in seen:
                raise ValueRefused(f"“{path}”, line {line:,}: the code of line {seen[code]:,} again.")
            seen[code] = line
    except csv.Error as error:
        raise ValueRefused(f"“{path}”, line {reader.line_num:,}: {error}.") from None
    if not seen:
        raise ValueRefused(f"“{path}” has no codes below its first line.")
    return header, len(seen)
