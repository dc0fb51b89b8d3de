"""CSV for spreadsheets: cells that cannot act as formulas, files no other user can read, nothing overwritten."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from store.private_files import create_private_text

_FULL_WIDTH = 0xFEE0
"""What a full-width sign's code is above the plain one's."""
_SIGNS = (*"=+-@", *(chr(ord(sign) + _FULL_WIDTH) for sign in "=+-@"))
"""What a formula may begin with; in some languages the full-width form does, too."""
_FORMULA = re.compile(
    r"""
    \A (?= [\t\r\n] )
    | (?: \A | (?<= [\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029;] ) )
      (?= [\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff]* [=+\-@\uff1d\uff0b\uff0d\uff20] )
    """,
    re.VERBOSE,
)
"""Where one may begin: at a text's beginning, and behind what some reader or other cuts lines or cells at. Characters
that show nothing do not keep the sign behind them from acting."""
_QUOTED = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029",;]|\\A | \\Z')
_EMPTY = '""'
"""A record of one empty cell; an empty line would be none."""
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


class TextSink(Protocol):
    """What takes text: a file, or a terminal behind a filter."""

    def write(self, text: str, /) -> object:
        """Take some text."""
        ...


def neutral_cell(value: Any) -> str:
    """A cell no spreadsheet takes for a formula; numbers stay numbers, unknown is empty (API §11.21).

    An apostrophe precedes every sign that could begin one, at the text's beginning or in the middle of it, where
    a reader that breaks a cell at a bare CR, at another line end or at a semicolon would find one.
    """
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | Decimal):
        return text
    if text.isprintable() and ";" not in text:
        return f"'{text}" if text.startswith(_SIGNS) else text
    return _FORMULA.sub("'", text)


def exact_cell(value: Any) -> str:
    """A cell as it is, for programs: a spreadsheet may take it for a formula; unknown is empty."""
    return "" if value is None else str(value)


def csv_line(cells: Iterable[Any], *, guard: bool = True) -> str:
    """One line of CSV, ending in a line feed; with `guard` no cell is a formula.

    Quoted here and not by `csv`, which leaves a bare CR unquoted in several releases of Python 3.11 and 3.12.
    """
    words = neutral_cell if guard else exact_cell
    line = ",".join(_quoted(words(cell)) for cell in cells)
    return f"{line or _EMPTY}\n"


def _quoted(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def write_csv(target: TextSink, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, guard: bool = True) -> int:
    """Stream a head and rows; returns how many rows were written."""
    target.write(csv_line(columns, guard=guard))
    written = 0
    for row in rows:
        target.write(csv_line(row, guard=guard))
        written += 1
    return written


def export_path(directory: Path, what: str, now: datetime) -> Path:
    """A new file's name for an export: `promoscope-<what>-<UTC time>.csv`, with nothing of `what` that could act."""
    word = _UNSAFE.sub("-", what).strip("-").lower()[:60] or "export"
    return directory / f"promoscope-{word}-{now:%Y%m%dT%H%M%SZ}.csv"


def short_path(path: Path) -> str:
    """A path for people: from the working directory where that is shorter, with `~` for the home directory."""
    ways = [str(path)]
    for base, lead in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(base) and base != path:
            ways.append(f"{lead}{path.relative_to(base)}")
    return min(ways, key=len)


def save_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, guard: bool = True) -> int:
    """Write a new private file (mode 0600); returns how many rows it holds.

    Args:
        path: where.
        columns: the head.
        rows: one after another; size does not matter.
        guard: whether cells that a spreadsheet would take for formulas are neutralised.

    Raises:
        FileExistsError: it is there already; nothing is overwritten.
        OSError: it cannot be written.
    """
    with create_private_text(path, newline="") as target:
        try:
            return write_csv(target, columns, rows, guard=guard)
        except BaseException:
            # A file that lacks rows would be taken for all of them.
            path.unlink(missing_ok=True)
            raise
