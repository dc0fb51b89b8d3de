"""stdout is data: tables, CSV, JSON and JSON lines, streamed row by row.

Files and pipes get every byte of it; on a terminal what would act there is written as an escape, which JSON reads back.
"""

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
_WIDEST = 40
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


def write_json(document: Any) -> None:
    """A JSON document; indented for people when stdout is a terminal."""
    text = msgspec.json.encode(document)
    if sys.stdout.isatty():
        text = msgspec.json.format(text, indent=2)
    write(text.decode("utf-8", "replace"))


def write_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str) -> int:
    """Stream rows in one of the formats. Returns how many were written.

    Args:
        rows: mappings that have at least `columns`.
        columns: names, in order, for table and CSV; JSON rows have all of them.
        form: table, json, jsonl or csv.
    """
    if form == "csv":
        # Late: every command comes by here, and few write CSV.
        from store.export import write_csv

        return write_csv(_STDOUT, columns, ([row.get(name) for name in columns] for row in rows))
    if form == "jsonl":
        return _each(rows, lambda row: write(_json(row).translate(_ONE_LINE)))
    if form == "json":
        return _write_array(rows)
    return _write_table(rows, columns)


def _json(row: Mapping[str, Any]) -> str:
    return msgspec.json.encode(row).decode("utf-8", "replace")


def _each(rows: Iterable[Row], act: Callable[[Row], None]) -> int:
    written = 0
    for row in rows:
        act(row)
        written += 1
    return written


def _write_array(rows: Iterable[Mapping[str, Any]]) -> int:
    _STDOUT.write("[")
    written = 0
    for written, row in enumerate(rows, start=1):
        _STDOUT.write(("\n" if written == 1 else ",\n") + _json(row))
    _STDOUT.write("\n]\n" if written else "]\n")
    return written


def _write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> int:
    """A plain table: widths from the first rows, cut to fit, control characters shown as marks."""
    iterator = iter(rows)
    sample = list(islice(iterator, _SAMPLE))
    texts = [[_cell(row.get(name)) for name in columns] for row in sample]
    numeric = [all(isinstance(row.get(name), int | None) for row in sample) for name in columns]
    widths = [
        min(_WIDEST, max([cell_width(name), *(cell_width(text[index]) for text in texts)]))
        for index, name in enumerate(columns)
    ]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell_fit(cell, width, "right" if right else "left")
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ]
        return "  ".join(parts).rstrip()

    write(line([name.upper() for name in columns]))
    further = ([_cell(row.get(name)) for name in columns] for row in iterator)
    return _each(chain(texts, further), lambda cells: write(line(cells)))


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else plain(value)
