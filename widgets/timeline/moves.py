"""Where the cursor and the window of a timeline go. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from widgets.timeline.bar_cells import bar_extent
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import WEEK_STEP, Grid
from widgets.timeline.instants import DAY, Instant, to_instant

Boundary: TypeAlias = tuple[Instant, int]
"""An instant at which a bar starts, or its last one, and the index of its row."""

_ROUND_NOW = 100 * 366 * DAY
"""What lies further from now is out of sight when all is fitted: an end in 9999 is a way to say never."""
_NEAR = 30 * DAY


Extent: TypeAlias = tuple[Instant | None, Instant | None]
"""From the first instant to after the last; None for a side that is open."""


def extents_of(row: TimelineRow) -> tuple[Extent, ...]:
    """When the bars of a row are."""
    return tuple(bar_extent(bar) for bar in row.bars)


def rows_in_sight(
    rows: Sequence[TimelineRow], extents: Sequence[Sequence[Extent]], start: Instant, end: Instant, kept: str | None
) -> tuple[TimelineRow, ...]:
    """The rows with a bar between two instants, under their headings, which say how many of their rows these are.

    Args:
        rows: all of them. One that never has a bar is shown with the row that it is indented under, else always.
        extents: of each row.
        start: the first instant in sight.
        end: the instant after the last.
        kept: id of a row to keep wherever its bars are.
    """
    found: list[TimelineRow] = []
    heading: TimelineRow | None = None
    under: list[TimelineRow] = []
    outer = False
    for row, spans in zip(rows, extents, strict=True):
        if row.heading:
            found += _group(heading, under)
            heading, under = row, []
            continue
        meets = any((stop is None or stop > start) and (first is None or first < end) for first, stop in spans)
        shown = meets or row.id == kept or (not spans and (outer or not row.depth))
        if not row.depth:
            outer = shown
        if shown:
            under.append(row)
    return tuple(found + _group(heading, under))


def _group(heading: TimelineRow | None, under: Sequence[TimelineRow]) -> list[TimelineRow]:
    if heading is None or not under:
        return list(under)
    number = f"{sum(not row.depth for row in under):,}"
    count = heading.count if heading.count in ("", number) else f"{number}/{heading.count}"
    return [replace(heading, count=count), *under]


def boundaries(rows: Sequence[TimelineRow]) -> list[Boundary]:
    """Every start and every last instant, in order of time and then of rows."""
    found: set[Boundary] = set()
    for index, row in enumerate(rows):
        for bar in row.bars:
            if bar.start is not None:
                found.add((to_instant(bar.start), index))
            if bar.end is not None:
                found.add((to_instant(bar.end) - 1, index))
    return sorted(found)


def next_boundary(known: Sequence[Boundary], here: Boundary, towards: int) -> Boundary | None:
    """The first one after, or with `towards` below 0 the last one before where the cursor is."""
    if towards > 0:
        place = bisect_right(known, here)
        return known[place] if place < len(known) else None
    place = bisect_left(known, here)
    return known[place - 1] if place else None


def week_from(grid: Grid, at: Instant, towards: int) -> Instant:
    """The beginning of the next week; backwards that of this one, or from there of the one before."""
    cell = grid.cell(WEEK_STEP, at)
    if towards > 0:
        return grid.edge(WEEK_STEP, cell + 1)
    start = grid.edge(WEEK_STEP, cell)
    return start if at > start else grid.edge(WEEK_STEP, cell - 1)


def inside_calendar(grid: Grid, at: Instant) -> Instant:
    """The nearest instant on a day that has a name: from the year 1 to the last day of 9999."""
    return max(grid.midnight(date.min), min(grid.midnight(date.max), at))


def origin_showing(cell: int, origin: int, width: int) -> int:
    """Where the window goes so that a cell is in sight.

    It stays while the cell is in it. A step over its edge moves it by a quarter, so that the next steps move nothing;
    a leap puts the cell at a third of it.
    """
    quarter = width // 4
    column = cell - origin
    if 0 <= column < width:
        return origin
    if -quarter <= column < 0:
        return cell - quarter
    if width <= column < width + quarter:
        return cell - (width - 1 - quarter)
    return cell - width // 3


def bar_at(row: TimelineRow, start: Instant, end: Instant) -> TimelineBar | None:
    """The bar of a row that meets the cell from `start` to `end`, else the nearest; `None` when the row has none."""

    def distance(bar: TimelineBar) -> int:
        first, stop = bar_extent(bar)
        before = 0 if first is None else max(0, first - end + 1)
        after = 0 if stop is None else max(0, start - stop + 1)
        return max(before, after)

    return min(row.bars, key=distance, default=None)


def life(bar: TimelineBar, now: Instant) -> tuple[Instant, Instant]:
    """What to show of a bar: all of it; an open side reaches beyond now and beyond the other side."""
    start, stop = bar_extent(bar)
    return _closed(start, stop, now)


def full_extent(rows: Sequence[TimelineRow], now: Instant) -> tuple[Instant, Instant]:
    """From the first start to the last end of all rows within a century of now, open sides as those of `life`."""
    extents = [bar_extent(bar) for row in rows for bar in row.bars]
    known = [at for extent in extents for at in extent if at is not None and abs(at - now) <= _ROUND_NOW]
    is_open = any(at is None for extent in extents for at in extent)
    if not known:
        return _closed(None, None, now)
    first, last = min(known), max(known)
    return (min(first, now), max(last, now + 1)) if is_open else (first, max(last, first + 1))


def _closed(start: Instant | None, stop: Instant | None, now: Instant) -> tuple[Instant, Instant]:
    if start is not None and stop is not None and stop - now > _ROUND_NOW >= abs(start - now):
        stop = None
    if start is not None and stop is None:
        until = max(now, start)
        return start, until + max(_NEAR, (until - start) // 8)
    if start is None and stop is not None:
        since = min(now, stop)
        return since - max(_NEAR, (stop - since) // 8), stop
    if start is None or stop is None:
        return now - _NEAR, now + _NEAR
    return start, stop
