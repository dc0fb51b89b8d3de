"""CSV for spreadsheets: cells that cannot act as formulas, files nobody else can read, nothing overwritten."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from store.private_files import create_private_text

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def neutral_cell(value: Any) -> str:
    """A cell no spreadsheet takes for a formula; integers stay numbers, unknown is empty (API §11.21)."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int):
        return text
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def csv_line(cells: Iterable[Any]) -> str:
    """One line of CSV with neutralised cells, ending in a line feed."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([neutral_cell(cell) for cell in cells])
    return buffer.getvalue()


def write_csv(target: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Stream a head and rows; returns how many rows were written."""
    target.write(csv_line(columns))
    written = 0
    for row in rows:
        target.write(csv_line(row))
        written += 1
    return written


def export_path(directory: Path, what: str, now: datetime) -> Path:
    """A new file's name for an export: `promoscope-<what>-<UTC time>.csv`, with nothing of `what` that could act."""
    word = _UNSAFE.sub("-", what).strip("-").lower()[:60] or "export"
    return directory / f"promoscope-{word}-{now:%Y%m%dT%H%M%SZ}.csv"


def save_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a new private file (mode 0600); returns how many rows it holds.

    Raises:
        FileExistsError: it is there already; nothing is overwritten.
        OSError: it cannot be written.
    """
    with create_private_text(path, newline="") as target:
        try:
            return write_csv(target, columns, rows)
        except BaseException:
            # A file that lacks rows would be taken for all of them.
            path.unlink(missing_ok=True)
            raise
