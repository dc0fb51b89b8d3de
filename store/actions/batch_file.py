"""The records of a batch from a CSV file: a column of ids or codes, and columns that are fields of the action."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from store.nearest import did_you_mean

RECORD_COLUMNS = ("id", "code", "record")
"""Names of the column that names the records."""
LARGEST = 32 * 1024 * 1024
"""Bytes; a million codes are less."""
MOST_ROWS = 100_000
_LONGEST = 500
"""Letters of an id or code; the longest that the API has are shorter."""


class FileRefused(Exception):
    """The file does not say what is to be done; the message says where."""


@dataclass(frozen=True, slots=True)
class FileRows:
    """What a file asks for.

    Attributes:
        rows: what was typed for each record, by the names of fields; an empty cell is left out.
        unused: the names of columns that are no fields.
    """

    rows: Mapping[str, Mapping[str, str]]
    unused: tuple[str, ...]


def read_batch_file(content: bytes, fields: Collection[str]) -> FileRows:
    """The records of a file, each once, in its order.

    The first line names the columns: one is `id`, `code` or `record`, else the first one is taken. A file of one column
    needs no such line.

    Args:
        content: UTF-8, with or without a byte order mark; commas, semicolons or tabs.
        fields: of the action.

    Raises:
        FileRefused: it cannot be meant; the line is named.
    """
    lines = _lines(content)
    if not lines:
        raise FileRefused("The file is empty.")
    (first_number, first), body = lines[0], lines[1:]
    head = [cell.strip() for cell in first]
    named = [name for name in RECORD_COLUMNS if name in head]
    if len(head) == 1 and not named:
        head, named, body = ["record"], ["record"], lines
    if not named and not set(head) & set(fields):
        raise FileRefused(
            f"Line {first_number} names no column: one must be {', '.join(RECORD_COLUMNS)}, or a field of the action."
        )
    if len(set(head)) < len(head):
        raise FileRefused(f"Line {first_number} names a column twice.")
    place = head.index(named[0]) if named else 0
    unused = _unused(head, place, fields)
    rows: dict[str, Mapping[str, str]] = {}
    for number, cells in body:
        record, typed = _row(number, cells, head, place, fields)
        if rows.setdefault(record, typed) != typed:
            raise FileRefused(f"Line {number} names “{record}” again, with other values.")
    if not rows:
        raise FileRefused("The file names no record.")
    return FileRows(rows, unused)


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """The cells of each line that is not empty, with the number of the line it ends in."""
    if len(content) > LARGEST:
        raise FileRefused(f"The file is larger than {LARGEST // 1024**2} MiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(f"The file is not UTF-8 text (byte {error.start:,}).") from None
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
            if len(found) > MOST_ROWS:
                raise FileRefused(f"The file has more than {MOST_ROWS:,} rows.")
    except csv.Error as error:
        raise FileRefused(f"Line {reader.line_num} is no CSV ({error}).") from None
    return found


def _unused(head: list[str], place: int, fields: Collection[str]) -> tuple[str, ...]:
    """The columns that are no fields; one that is nearly a field's name is more likely a slip."""
    others = [name for index, name in enumerate(head) if index != place and name not in fields]
    for name in others:
        if slip := did_you_mean(name, fields):
            raise FileRefused(f"The action has no field “{name}”.{slip}")
    return tuple(others)


def _row(
    number: int, cells: list[str], head: list[str], place: int, fields: Collection[str]
) -> tuple[str, Mapping[str, str]]:
    if len(cells) != len(head):
        raise FileRefused(f"Line {number} has {len(cells)} cells where {len(head)} are named.")
    record = cells[place].strip()
    if not record or not record.isprintable() or len(record) > _LONGEST:
        raise FileRefused(f"Line {number} names no record.")
    return record, {name: cell for name, cell in zip(head, cells, strict=True) if name in fields and cell.strip()}
