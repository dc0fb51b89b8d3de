"""Columns of a table and how they share the width. Pure.

When the screen is narrow the columns that matter least go first; what is left over is shared among those that flex.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from widgets.text import Align

Kind = Literal["text", "number", "spark", "status", "date"]

GAP = 2
"""Blank cells between two columns."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column.

    Attributes:
        id: given back in messages.
        title: in the header, shown in capitals.
        width: cells; the least it is shown with when `flex` is set.
        flex: share of the spare width; 0 keeps `width`.
        max_width: most cells a flexing column takes; `None` for no limit.
        priority: the higher the longer it stays when the screen is narrow.
        kind: what it holds.
        sortable: whether its header answers a click.
    """

    id: str
    title: str
    width: int = 10
    flex: int = 0
    max_width: int | None = None
    priority: int = 0
    kind: Kind = "text"
    sortable: bool = True

    @property
    def alignment(self) -> Align:
        """The alignment of its text: numbers to the right, all else to the left."""
        return "right" if self.kind == "number" else "left"


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown.

    Attributes:
        column: the declaration.
        index: its position among all columns, which is the position of its cell in a row.
        start: first cell, counted from the first column's.
        width: cells.
    """

    column: TableColumn
    index: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that fit, in their order, and those that do not."""

    placed: tuple[Placed, ...]
    hidden: tuple[TableColumn, ...]


def layout(columns: Sequence[TableColumn], available: int, *, skip: int = 0) -> Layout:
    """Choose columns and widths.

    Args:
        columns: all of them, in order.
        available: cells.
        skip: where to begin after the first column, when the user looks to the right. With 0 columns go by
            priority; otherwise as many as fit are shown in order, the first one always among them.

    Returns:
        A layout no wider than `available`. As long as one cell is there, one column is shown, cut if need be.
    """
    if available <= 0 or not columns:
        return Layout((), tuple(columns))
    kept = _by_priority(columns, available) if skip <= 0 else _in_order(columns, available, skip)
    widths = _widths([columns[index] for index in kept], available)
    placed: list[Placed] = []
    start = 0
    for index, width in zip(kept, widths, strict=True):
        placed.append(Placed(columns[index], index, start, width))
        start += width + GAP
    hidden = tuple(column for index, column in enumerate(columns) if index not in kept)
    return Layout(tuple(placed), hidden)


def furthest_skip(columns: Sequence[TableColumn], available: int) -> int:
    """The smallest `skip` that brings the last column into sight; 0 when nothing is hidden."""
    if not layout(columns, available).hidden:
        return 0
    last = len(columns) - 1
    for skip in range(1, len(columns)):
        if last in _in_order(columns, available, skip):
            return skip
    return last


def _by_priority(columns: Sequence[TableColumn], available: int) -> list[int]:
    ranked = sorted(range(len(columns)), key=lambda index: (-columns[index].priority, index))
    used = columns[ranked[0]].width
    count = 1
    for index in ranked[1:]:
        used += GAP + columns[index].width
        if used > available:
            break
        count += 1
    return sorted(ranked[:count])


def _in_order(columns: Sequence[TableColumn], available: int, skip: int) -> list[int]:
    kept = [0]
    used = columns[0].width
    for index in range(max(1, skip), len(columns)):
        used += GAP + columns[index].width
        if used > available:
            break
        kept.append(index)
    return kept


def _widths(columns: Sequence[TableColumn], available: int) -> list[int]:
    room = available - GAP * (len(columns) - 1)
    widths = [max(1, column.width) for column in columns]
    if len(columns) == 1:
        widths[0] = min(widths[0], room)
    spare = room - sum(widths)
    growing = [index for index, column in enumerate(columns) if column.flex > 0]
    while spare > 0 and growing:
        shares = sum(columns[index].flex for index in growing)
        given = 0
        for index in list(growing):
            column = columns[index]
            wish = max(1, spare * column.flex // shares)
            most = wish if column.max_width is None else max(0, column.max_width - widths[index])
            step = min(wish, most, spare - given)
            widths[index] += step
            given += step
            if step < wish:
                growing.remove(index)
        spare -= given
    return widths
