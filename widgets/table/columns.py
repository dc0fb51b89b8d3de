"""Columns of a table and how they share the width. Pure.

The first column names the row, and stays with the column that the rows are in order of. When the screen is narrow,
columns that hold nothing go first, then those that matter least. What is left over goes to cells that are cut, then to
the columns that flex.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from widgets.text import Align, cell_width

Kind = Literal["text", "number", "spark", "status", "date"]

GAP = 2
"""Blank cells between two columns."""
NAME_CELLS = 26
"""The first column keeps as many cells, where its names need them."""
_LEAST_NAME = 6
"""Beside the sorted column on the narrowest screens."""
_UNCUT = 26
"""Numbers, states and dates up to this length are not cut; longer ones are no such."""


class TableColumn(Struct, frozen=True):
    """One column.

    Attributes:
        id: given back in messages.
        title: in the header, shown in capitals.
        width: cells; the least it is shown with: of text where it needs as many, of numbers in any case, since a longer
            one that comes into sight later is shown in its short form.
        flex: share of the spare width; 0 takes what its cells need.
        max_width: most cells a flexing column takes beyond what its cells need; `None` for no limit.
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


class Placed(Struct, frozen=True):
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


class Layout(Struct, frozen=True):
    """The columns that fit, in their order, and those that do not."""

    placed: tuple[Placed, ...]
    hidden: tuple[TableColumn, ...]


class Needs(Struct, frozen=True):
    """What the rows at hand need of a table.

    Attributes:
        cells: of each column the cells of its widest text; 0 where it holds nothing; empty before there are rows.
        sorted_by: id of the column that the rows are in order of; "" for none of them.
    """

    cells: tuple[int, ...] = ()
    sorted_by: str = ""


UNKNOWN_NEEDS = Needs()


class _Wish(Struct, frozen=True):
    """The widths of one column: the least, and the one at which none of its cells is cut."""

    least: int
    full: int
    is_empty: bool


def layout(columns: Sequence[TableColumn], available: int, *, skip: int = 0, needs: Needs = UNKNOWN_NEEDS) -> Layout:
    """Choose columns and widths.

    Args:
        columns: all of them, in order.
        available: cells.
        skip: where to begin after the first column, when the user looks to the right. With 0 columns go by
            priority; otherwise as many as fit are shown in order.
        needs: what the rows need. Without it the declared widths are all that is known.

    Returns:
        A layout no wider than `available`. As long as one cell is there, one column is shown, cut if need be.
    """
    if available <= 0 or not columns:
        return Layout((), tuple(columns))
    wishes = _wishes(columns, needs)
    fixed = _fixed(columns, wishes, available, needs.sorted_by)
    kept = _in_order(wishes, available, skip, fixed) if skip > 0 else _by_priority(columns, wishes, available, fixed)
    widths = _widths({index: columns[index] for index in kept}, wishes, available)
    placed: list[Placed] = []
    start = 0
    for index, width in zip(kept, widths, strict=True):
        placed.append(Placed(columns[index], index, start, width))
        start += width + GAP
    hidden = tuple(column for index, column in enumerate(columns) if index not in kept)
    return Layout(tuple(placed), hidden)


def furthest_skip(columns: Sequence[TableColumn], available: int, needs: Needs = UNKNOWN_NEEDS) -> int:
    """The smallest `skip` that brings the last column into sight; 0 when nothing is hidden."""
    if not layout(columns, available, needs=needs).hidden:
        return 0
    last = len(columns) - 1
    for skip in range(1, len(columns)):
        if any(place.index == last for place in layout(columns, available, skip=skip, needs=needs).placed):
            return skip
    return last


def _wishes(columns: Sequence[TableColumn], needs: Needs) -> list[_Wish]:
    if len(needs.cells) != len(columns):
        return [_Wish(max(1, column.width), max(1, column.width), is_empty=False) for column in columns]
    wishes = []
    for index, (column, cells) in enumerate(zip(columns, needs.cells, strict=True)):
        title = cell_width(column.title) + (column.id == needs.sorted_by)
        if column.kind == "text":
            least = min(cells, max(column.width, 0 if index else NAME_CELLS))
        else:
            least = max(min(cells, _UNCUT), column.width if column.kind == "number" else 0)
        least = max(1, title, least, 0 if cells else column.width)
        wishes.append(_Wish(least, max(least, cells), is_empty=not cells))
    return wishes


def _fixed(columns: Sequence[TableColumn], wishes: Sequence[_Wish], available: int, sorted_by: str) -> list[int]:
    """The first column, and the sorted one where there is room beside the shortest of names."""
    at = next((index for index, column in enumerate(columns) if column.id == sorted_by), 0)
    return [0, at] if at and min(wishes[0].least, _LEAST_NAME) + GAP + wishes[at].least <= available else [0]


def _cells_of(kept: Iterable[int], wishes: Sequence[_Wish]) -> int:
    return sum(GAP + wishes[index].least for index in kept) - GAP


def _by_priority(
    columns: Sequence[TableColumn], wishes: Sequence[_Wish], available: int, fixed: Sequence[int]
) -> list[int]:
    """The columns that matter most; those that hold nothing only where nothing else is hidden or cut."""
    kept, left_out = list(fixed), False
    for index in sorted(range(len(columns)), key=lambda index: (-columns[index].priority, index)):
        if index in kept or wishes[index].is_empty:
            continue
        if _cells_of([*kept, index], wishes) <= available:
            kept.append(index)
        else:
            left_out = True
    used = sum(GAP + wishes[index].full for index in kept) - GAP
    blank = [index for index, wish in enumerate(wishes) if wish.is_empty and index not in kept and not left_out]
    for index in sorted(blank, key=lambda index: -columns[index].priority):
        used += GAP + wishes[index].least
        if used <= available:
            kept.append(index)
    return sorted(kept)


def _in_order(wishes: Sequence[_Wish], available: int, skip: int, fixed: Sequence[int]) -> list[int]:
    beside = [*fixed, min(skip, len(wishes) - 1)]
    kept = set(fixed if _cells_of(set(beside), wishes) <= available else fixed[:1])
    for index in range(max(1, skip), len(wishes)):
        if _cells_of(kept | {index}, wishes) > available:
            break
        kept.add(index)
    return sorted(kept)


def _widths(columns: Mapping[int, TableColumn], wishes: Sequence[_Wish], available: int) -> list[int]:
    """The first column gives way where the least widths are too wide; what is spare goes to what is cut first."""
    room = available - GAP * (len(columns) - 1)
    widths = {index: wishes[index].least for index in columns}
    first = min(columns)
    widths[first] = min(widths[first], room - sum(widths.values()) + widths[first])
    shares = {index: max(1, column.flex) for index, column in columns.items()}
    most = {index: column.max_width or available for index, column in columns.items()}
    _grow(widths, room, shares, {index: min(wishes[index].full, most[index]) for index in columns})
    _grow(widths, room, shares, {index: wishes[index].full for index in columns})
    flexing = {index: column.flex for index, column in columns.items() if column.flex}
    _grow(widths, room, flexing, most)
    return list(widths.values())


def _grow(widths: dict[int, int], room: int, shares: Mapping[int, int], most: Mapping[int, int]) -> None:
    """Hand out what is left of the room by shares, to each column up to its most."""
    growing = [index for index in shares if widths[index] < most[index]]
    while growing and (spare := room - sum(widths.values())) > 0:
        whole = sum(shares[index] for index in growing)
        for index in list(growing):
            wish = max(1, spare * shares[index] // whole)
            step = min(wish, most[index] - widths[index], room - sum(widths.values()))
            widths[index] += step
            if step < wish:
                growing.remove(index)
