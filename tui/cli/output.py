"""stdout is data: tables, CSV, JSON and JSON lines, streamed row by row.

Files and pipes get every byte of it; on a terminal what would act there is written as an escape, which JSON reads back.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

import click
import msgspec

from widgets.text import cell_fit, cell_width, escaped, plain

Row = TypeVar("Row")
FORMATS = ("table", "json", "jsonl", "csv")
_SAMPLE = 200
_USUAL_WIDTH = 80
_ID, _NARROWEST = 40, 10
_LEAST = {
    "id": _ID,
    "name": 24,
    "label": 14,
    "campaign": 14,
    "code": 14,
    "voucher_code": 14,
    "what": 24,
    "resource": 20,
    "movement": 14,
}
"""Cells below which a column is not cut, where not `_NARROWEST`: half an id is none."""
FORMULA_GUARD = "promoscope.formula_guard"
"""Where the command line's answer about the guard is kept while a command runs."""
FORMAT = 1
"""The number that every JSON answer carries: another one means that a member changed its meaning or is gone."""
_ONE_LINE = str.maketrans("\r\n", "  ")
"""A document is kept as received, over several lines perhaps; their ends lie between its parts, never in its texts."""


class _Stdout:
    """Where data goes."""

    def write(self, text: str, /) -> None:
        """Write some text, without what acts when it is shown by a terminal."""
        sys.stdout.write(escaped(text) if sys.stdout.isatty() else text)


_STDOUT = _Stdout()


def write(text: str) -> None:
    """One line of data to stdout."""
    _STDOUT.write(text + "\n")


def write_lines(lines: Iterable[str], ending: str = "\n") -> None:
    """Lines of data to stdout; a terminal needs no other ending than its own."""
    end = "\n" if sys.stdout.isatty() else ending
    for line in lines:
        _STDOUT.write(line + end)


def say(text: str) -> None:
    """One line of narration to stderr."""
    click.echo(plain(text), err=True)


def has_formula_guard() -> bool:
    """Whether CSV is guarded against formulas: as the command line says, else the settings file, else yes."""
    context = click.get_current_context(silent=True)
    chosen = context.meta.get(FORMULA_GUARD) if context is not None else None
    if isinstance(chosen, bool):
        return chosen
    # Late: few commands write CSV.
    from store.config import config_path
    from tui.kit.preferences import load_preferences

    return load_preferences(config_path(), dict).formula_guard


def write_json(document: Mapping[str, Any]) -> None:
    """A JSON object, led by its format's number; indented for people when stdout is a terminal."""
    text = msgspec.json.encode({"format": FORMAT, **document})
    if sys.stdout.isatty():
        text = msgspec.json.format(text, indent=2)
    write(text.decode("utf-8", "replace"))


def write_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    form: str,
    about: Mapping[str, Any] | None = None,
    *,
    only: bool = False,
) -> int:
    """Stream rows in one of the formats. Returns how many were written.

    Args:
        rows: mappings that have at least `columns`.
        columns: names, in order, for table and CSV; JSON rows have all of them.
        form: table, json, jsonl or csv.
        about: what the JSON object says beside its rows.
        only: whether JSON rows have these columns alone.
    """
    if only and form in ("json", "jsonl"):
        rows = ({name: row.get(name) for name in columns} for row in rows)
    if form == "csv":
        # Late: every command comes by here, and few write CSV.
        from store.export import write_csv

        cells = ([row.get(name) for name in columns] for row in rows)
        return write_csv(_STDOUT, columns, cells, guard=has_formula_guard())
    if form == "jsonl":
        return _each(rows, lambda row: write(_json(row).translate(_ONE_LINE)))
    if form == "json":
        return _write_object(rows, {"format": FORMAT, **(about or {})})
    return _write_table(rows, columns)


def _json(row: Mapping[str, Any]) -> str:
    return msgspec.json.encode(row).decode("utf-8", "replace")


def _each(rows: Iterable[Row], act: Callable[[Row], None]) -> int:
    written = 0
    for row in rows:
        act(row)
        written += 1
    return written


def _write_object(rows: Iterable[Mapping[str, Any]], about: Mapping[str, Any]) -> int:
    """One JSON object whose last member, `rows`, is streamed."""
    _STDOUT.write(f'{_json(about)[:-1]},"rows":[')
    written = 0
    for written, row in enumerate(rows, start=1):
        _STDOUT.write(("\n" if written == 1 else ",\n") + _json(row))
    _STDOUT.write("\n]}\n" if written else "]}\n")
    return written


def _write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> int:
    """A plain table: widths from the first rows, cut to fit the terminal, control characters shown as marks."""
    iterator = iter(rows)
    sample = list(islice(iterator, _SAMPLE))
    numeric = [all(isinstance(row.get(name), int | None) for row in sample) for name in columns]
    texts = [[_cell(row.get(name)) for name in columns] for row in sample]
    wanted = [
        max([cell_width(name), *(cell_width(text[index]) for text in texts)]) for index, name in enumerate(columns)
    ]
    widths = fitting_widths(columns, wanted, numeric, terminal_width())

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell_fit(cell, width, "right" if right else "left")
            for cell, width, right in zip(cells, widths, numeric, strict=True)
            if width
        ]
        return "  ".join(parts).rstrip()

    write(line([name.upper() for name in columns]))
    further = ([_cell(row.get(name)) for name in columns] for row in iterator)
    written = _each(chain(texts, further), lambda cells: write(line(cells)))
    if left_out := [name for name, width in zip(columns, widths, strict=True) if not width]:
        sys.stdout.flush()
        say(f"Not shown, for want of room: {', '.join(left_out)}.")
    return written


def terminal_width() -> int:
    """Cells a line may have: the terminal's, or what COLUMNS says, else 80."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _stated_width()


def _stated_width() -> int:
    stated = os.environ.get("COLUMNS", "")
    return int(stated) if stated.isdecimal() and int(stated) else _USUAL_WIDTH


def fitting_widths(columns: Sequence[str], wanted: Sequence[int], fixed: Sequence[bool], room: int) -> list[int]:
    """The widths of a table's columns with two cells between them; 0 for a column that is left out.

    Nothing is cut that fits. Else the columns with the most to spare are, down to what tells their values apart. Where
    that is not enough, the last columns are left out.

    Args:
        columns: their names.
        wanted: the cells that each would take.
        fixed: which must not be cut, as numbers must not.
        room: cells of a line.
    """
    widths = [min(room, width) for width in wanted]
    least = [
        width if whole else min(width, _LEAST.get(name, _ID if name.endswith("_id") else _NARROWEST))
        for name, width, whole in zip(columns, widths, fixed, strict=True)
    ]
    kept = len(widths)
    while kept > 1 and sum(least[:kept]) + 2 * (kept - 1) > room:
        kept -= 1
    over = sum(widths[:kept]) + 2 * (kept - 1) - room
    while over > 0 and (spare := max(width - low for width, low in zip(widths[:kept], least, strict=False))) > 0:
        widths[next(index for index in range(kept) if widths[index] - least[index] == spare)] -= 1
        over -= 1
    return [*widths[:kept], *[0] * (len(widths) - kept)]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else plain(value)
