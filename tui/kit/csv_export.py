"""Saving what is shown as CSV: a chart's numbers, a list's rows. New private files in the working directory."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from store.export import export_path, save_csv
from store.queries.rows import RowList
from tui.kit.context import SubjectContext
from tui.kit.export_way import MINOR, ExportWay, Wording
from tui.kit.formatter import Formatter
from tui.kit.lists.query import records_of
from tui.kit.lists.spec import ListColumn, ListRecord, ListSpec
from tui.kit.masking import masked
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSpec
from widgets.table.rows import CellText

_CHUNK = 500
Head = list[str]


def chart_table(spec: ChartSpec | BarSpec, way: ExportWay, wording: Wording) -> tuple[Head, list[list[Any]]]:
    """A chart's numbers as columns and rows; exact, unknown stays empty."""
    if isinstance(spec, BarSpec):
        return [spec.label_head or "label", spec.unit or "value"], [[bar.label, bar.value] for bar in spec.bars]
    unit = spec.saved_as
    columns = [spec.bucket, *(wording.heading(series.name, unit, readable=way.readable) for series in spec.series)]
    rows = zip(spec.dates, *(series.values for series in spec.series), strict=True)
    told = wording.readable if way.readable else lambda value, _unit: value
    return columns, [[day.isoformat(), *(told(value, unit) for value in values)] for day, *values in rows]


def save_chart(
    spec: ChartSpec | BarSpec, what: str, directory: Path, now: datetime, way: ExportWay, wording: Wording
) -> tuple[Path, int]:
    """Save a chart's numbers; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    columns, rows = chart_table(spec, way, wording)
    return save_table(f"{what} {spec.title}", columns, rows, directory, now, way)


def save_rows(
    rows: RowList, what: str, directory: Path, now: datetime, way: ExportWay, spec: ListSpec, context: SubjectContext
) -> tuple[Path, int]:
    """Save every row of a list in its order; streams, so size does not matter.

    Args:
        rows: which.
        what: names the file.
        directory: where to.
        now: in the file's name.
        way: which columns, and how values and people are written.
        spec: the list's declaration.
        context: whose list.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    table = _all_columns if way.all_columns else _shown_columns
    columns, cells = table(rows, way, spec, context)
    return save_table(what, columns, cells, directory, now, way)


def save_table(
    what: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], directory: Path, now: datetime, way: ExportWay
) -> tuple[Path, int]:
    """Save a table under a name made of what it is and now; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    path = export_path(directory, what, now)
    return path, save_csv(path, columns, rows, guard=way.guard)


def _all_columns(
    rows: RowList, way: ExportWay, spec: ListSpec, context: SubjectContext
) -> tuple[Head, Iterator[list[Any]]]:
    """Every column of the view, by its name."""
    wording = Wording.of(context)
    names = list(rows.view.columns)
    units = [spec.units.get(name, "") for name in names]
    hidden = [not way.reveal and name in rows.view.personal for name in names]

    def cells() -> Iterator[list[Any]]:
        for row in rows.iterate():
            values = [
                masked(str(value)) if hide and value is not None else value
                for value, hide in zip(row, hidden, strict=True)
            ]
            yield [*map(wording.readable, values, units)] if way.readable else values

    heads = [wording.heading(name, unit, readable=way.readable) for name, unit in zip(names, units, strict=True)]
    return heads, cells()


def _shown_columns(
    rows: RowList, way: ExportWay, spec: ListSpec, context: SubjectContext
) -> tuple[Head, Iterator[list[Any]]]:
    """The columns of the list, by their titles."""
    wording = Wording.of(context)
    scene = Formatter.of(context, reveal=way.reveal)

    def cells() -> Iterator[list[Any]]:
        stream = rows.iterate()
        while chunk := list(islice(stream, _CHUNK)):
            for record in records_of(spec, context, scene, chunk):
                yield [_shown_cell(column, record, rows, way, wording) for column in spec.columns]

    heads = [
        wording.heading(
            one.title, one.unit, readable=way.readable, is_time=one.column.kind == "date" and _is_stored(one, rows)
        )
        for one in spec.columns
    ]
    return heads, cells()


def _is_stored(column: ListColumn, rows: RowList) -> bool:
    return column.column.id in rows.view.columns


def _shown_cell(column: ListColumn, record: ListRecord, rows: RowList, way: ExportWay, wording: Wording) -> Any:
    """What is stored, raw or made readable; where the column says it in other words, these."""
    cell = column.cell(record)
    words = cell.text if isinstance(cell, CellText) else cell
    if not _is_stored(column, rows):
        return words
    name = column.column.id
    value = record[name]
    if not way.readable:
        return masked(str(value)) if value is not None and not way.reveal and name in rows.view.personal else value
    if value is None:
        return None if column.column.kind == "number" else words
    if column.unit == MINOR and words == record.scene.money(value):
        return wording.readable(value, MINOR)
    if words.replace(",", "") == str(value):
        return value
    told = wording.readable(value)
    return told if column.column.kind == "date" and told != value else words
