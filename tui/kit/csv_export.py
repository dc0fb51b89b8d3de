"""Saving what is shown as CSV: a chart's numbers, a list's rows. New private files in the working directory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.export import export_path, save_csv
from store.queries.rows import RowList
from tui.kit.masking import masked
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSpec
from widgets.dialog.picker import PickerItem


def chart_table(spec: ChartSpec | BarSpec) -> tuple[list[str], list[list[Any]]]:
    """A chart's numbers as columns and rows; exact integers, unknown stays empty."""
    if isinstance(spec, BarSpec):
        return [spec.label_head or "label", spec.unit or "value"], [[bar.label, bar.value] for bar in spec.bars]
    unit = f" ({spec.saved_as})" if spec.saved_as else ""
    columns = [spec.bucket, *(f"{series.name}{unit}" for series in spec.series)]
    rows = zip(spec.dates, *(series.values for series in spec.series), strict=True)
    return columns, [[day.isoformat(), *values] for day, *values in rows]


def save_chart(spec: ChartSpec | BarSpec, what: str, directory: Path, now: datetime) -> tuple[Path, int]:
    """Save a chart's numbers; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    columns, rows = chart_table(spec)
    return _save(f"{what} {spec.title}", columns, rows, directory, now)


AS_SHOWN, IN_FULL = "as shown", "in full"
"""How the personal data in an export is written."""


def ways_to_save(rows: RowList) -> list[PickerItem]:
    """What to ask before rows are saved whose personal data is masked on screen; nothing where there is none."""
    if not rows.view.personal:
        return []
    columns = " and ".join(sorted(rows.view.personal))
    return [
        PickerItem(AS_SHOWN, "Personal data masked, as shown", columns),
        PickerItem(IN_FULL, "Personal data in full", columns),
    ]


def save_rows(
    rows: RowList,
    what: str,
    directory: Path,
    now: datetime,
    units: Mapping[str, str] | None = None,
    *,
    reveal: bool = False,
) -> tuple[Path, int]:
    """Save every row of a list in its order, all of its columns; streams, so size does not matter.

    Args:
        rows: which.
        what: names the file.
        directory: where to.
        now: in the file's name.
        units: what the numbers of a column count; shown in its heading, for a spreadsheet shows no currency.
        reveal: whether personal data is written in full; masked as on screen otherwise.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    unit_of = units or {}
    columns = [f"{name} ({unit_of[name]})" if name in unit_of else name for name in rows.view.columns]
    hidden = [] if reveal else [place for place, name in enumerate(rows.view.columns) if name in rows.view.personal]
    return _save(what, columns, _masked(rows.iterate(), hidden) if hidden else rows.iterate(), directory, now)


def _masked(rows: Iterable[Sequence[Any]], hidden: Sequence[int]) -> Iterator[list[Any]]:
    for row in rows:
        cells = list(row)
        for place in hidden:
            cells[place] = masked(str(cells[place])) if cells[place] is not None else None
        yield cells


def _save(
    what: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], directory: Path, now: datetime
) -> tuple[Path, int]:
    path = export_path(directory, what, now)
    return path, save_csv(path, columns, rows)
