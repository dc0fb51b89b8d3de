"""One bar as the cells it takes in the window. Pure.

A cell it touches is its own, so whatever meets the window is seen; its ends are exact to half a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from widgets.timeline.axis import Axis, HalfSpan
from widgets.timeline.bars import Recurring, TimelineBar, Window
from widgets.timeline.instants import Instant, micros, to_datetime, to_instant
from widgets.timeline.shading import UNKNOWN, Shading
from widgets.timeline.signs import TimelineSigns, signs

_FADE = 6
"""Most cells that a bar without an end fades out over."""
_FADE_IN = 2


@dataclass(frozen=True, slots=True)
class BarLook:
    """What else is drawn into bars.

    Attributes:
        now: parts elapsed from remaining.
        clashes: mark where bars clash.
        shading: shade the elapsed part by what happened.
    """

    now: Instant
    clashes: bool = False
    shading: Shading | None = None


class BarCell(NamedTuple):
    """One cell of a bar; a label may cover it only where it is `plain`."""

    column: int
    sign: str
    role: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class BarShape:
    """A bar in the window.

    Attributes:
        bar: the data.
        cells: one for every column from its first to its last in sight, never none.
    """

    bar: TimelineBar
    cells: tuple[BarCell, ...]


def bar_extent(bar: TimelineBar) -> tuple[Instant | None, Instant | None]:
    """From its first instant to after its last, the tail included; `None` where there is none."""
    start = None if bar.start is None else to_instant(bar.start)
    if bar.end is None:
        return start, None
    end = to_instant(bar.end)
    if start is not None:
        end = max(end, start + 1)
    return start, end if bar.tail_end is None else max(end, to_instant(bar.tail_end))


def bar_shape(bar: TimelineBar, axis: Axis, look: BarLook) -> BarShape | None:
    """The bar as cells; `None` when it does not meet the window."""
    start, stop = bar_extent(bar)
    extent = axis.span(start, stop)
    if extent is None:
        return None
    end = None if bar.end is None else to_instant(bar.end)
    body = axis.span(start, end)
    cells = [] if body is None else list(_body(bar, body, axis, look, extent.cut_right))
    if cells and bar.recurring is not None and axis.step.longest <= micros(bar.recurring.grain):
        cells = _with_windows(cells, bar.recurring, axis)
    if cells and look.shading is not None and look.shading.knows(bar.id):
        cells = _with_activity(cells, bar, axis, look, look.shading)
    if look.clashes and bar.clashes:
        cells = _with_clashes(cells, bar.clashes, axis)
    cells += _tail(bar, extent, cells[-1].column + 1 if cells else 0)
    return BarShape(bar, tuple(cells))


def _body(bar: TimelineBar, span: HalfSpan, axis: Axis, look: BarLook, goes_on: bool) -> Iterator[BarCell]:
    marks = signs()
    elapsed_sign, remaining_sign = marks.fills[bar.fill]
    now = axis.half(look.now)
    columns = span.columns
    first, last = columns[0], columns[-1]
    fade = min(_FADE, len(columns) // 3) if bar.end is None else 0
    fade_in = min(_FADE_IN, len(columns) // 3) if bar.start is None else 0
    for column in columns:
        elapsed = 2 * column < now
        if column == first and span.cut_left:
            yield BarCell(column, marks.before, bar.role)
        elif column == last and (span.cut_right or (goes_on and column == axis.width - 1)):
            yield BarCell(column, marks.after, bar.role)
        elif column in (first, last):
            yield BarCell(column, _end_sign(marks, column, span), bar.role)
        elif (column >= last - fade and not elapsed) or column <= first + fade_in:
            yield BarCell(column, marks.tail, bar.role, plain=True)
        else:
            yield BarCell(column, elapsed_sign if elapsed else remaining_sign, bar.role, plain=True)


def _end_sign(marks: TimelineSigns, column: int, span: HalfSpan) -> str:
    left, right = 2 * column >= span.first, 2 * column + 1 < span.stop
    if left and right:
        return marks.full
    return marks.left_half if left else marks.right_half


def _tail(bar: TimelineBar, extent: HalfSpan, begin: int) -> Iterator[BarCell]:
    if bar.end is None or bar.tail_end is None:
        return
    marks = signs()
    columns = extent.columns
    for column in range(max(begin, columns[0]), columns[-1] + 1):
        if column == columns[0] and extent.cut_left:
            yield BarCell(column, marks.before, bar.role)
        elif column == columns[-1] and extent.cut_right:
            yield BarCell(column, marks.after, bar.role)
        else:
            yield BarCell(column, marks.tail, bar.role, plain=True)


def _with_windows(cells: Sequence[BarCell], recurring: Recurring, axis: Axis) -> list[BarCell]:
    """Cells that no window meets become a thin line; the first cell says that it is an estimate. Ends stay."""
    marks = signs()
    first, last = axis.edge(cells[0].column), axis.edge(cells[-1].column + 1)
    opened = _columns(recurring.between(to_datetime(first), to_datetime(last)), axis)
    out: list[BarCell] = []
    marked = False
    for cell in cells:
        if not cell.plain:
            out.append(cell)
            continue
        sign = cell.sign if cell.column in opened else marks.closed
        out.append(BarCell(cell.column, sign if marked else marks.estimate, cell.role))
        marked = True
    return out


def _with_activity(
    cells: Sequence[BarCell], bar: TimelineBar, axis: Axis, look: BarLook, shading: Shading
) -> list[BarCell]:
    marks = signs()
    levels, dots, ticks = shading.levels(bar.id, axis), shading.dots(bar.id, axis), shading.ticks(bar.id, axis)
    arrows = {marks.before, marks.after}
    out: list[BarCell] = []
    for cell in cells:
        column = cell.column
        if column in ticks:
            out.append(BarCell(column, marks.tick, "strong"))
        elif column in dots:
            out.append(BarCell(column, marks.dot, "bad"))
        elif axis.edge(column) <= look.now and cell.sign not in arrows and levels[column] != UNKNOWN:
            out.append(BarCell(column, marks.levels[levels[column]], cell.role))
        else:
            out.append(cell)
    return out


def _with_clashes(cells: Sequence[BarCell], clashes: Sequence[Window], axis: Axis) -> list[BarCell]:
    """From the first cell of each clash to its last, the one colour of clashes, the two marked by sign."""
    marks = signs()
    arrows = {marks.before, marks.after}
    struck = _columns(clashes, axis)
    ends = _end_columns(clashes, axis, struck)

    def drawn(cell: BarCell) -> BarCell:
        if cell.column not in struck:
            return cell
        if cell.column in ends and cell.sign not in arrows:
            return BarCell(cell.column, marks.clash, "warn")
        return cell._replace(role="warn")

    return [drawn(cell) for cell in cells]


def _end_columns(windows: Sequence[Window], axis: Axis, struck: set[int]) -> set[int]:
    """First and last columns; of windows in one column each, as on every day of a week, those of their row."""
    found: set[int] = set()
    for start, end in windows:
        span = axis.span(to_instant(start), to_instant(end))
        if span is None:
            continue
        first, last = span.columns[0], span.columns[-1]
        if first != last or not {first - 1, first + 1} <= struck:
            found |= {first, last}
    return found


def _columns(windows: Sequence[Window], axis: Axis) -> set[int]:
    found: set[int] = set()
    for start, end in windows:
        span = axis.span(to_instant(start), to_instant(end))
        if span is not None:
            found.update(span.columns)
    return found
