"""The cursor of a timeline, a row and an instant, and the window that follows it: keys and where they lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType

from widgets.table.line_scroll import LineScroll
from widgets.timeline import moves
from widgets.timeline.axis import Axis, fit, origin_with
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.commands import TIMELINE
from widgets.timeline.grid import DAY_STEP, HOUR_STEP, Grid, Step, next_stop
from widgets.timeline.instants import Instant, to_datetime, to_instant


@dataclass(frozen=True, slots=True)
class TimelinePlace:
    """Where the user is, to come back to.

    Attributes:
        row_id: of the row under the cursor.
        at: the instant under the cursor.
        step: how much a cell is.
        column: cells from the left edge to the cursor.
    """

    row_id: str | None
    at: datetime
    step: Step
    column: int


class TimelineNavigation(LineScroll):
    """Part of a timeline that moves. Subclasses say how wide the bars are, draw, and post what happened."""

    BINDINGS: ClassVar[list[BindingType]] = TIMELINE.bindings

    def __init__(self, grid: Grid, now: datetime, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.grid = grid
        self.every: tuple[TimelineRow, ...] = ()
        self.rows: tuple[TimelineRow, ...] = ()
        self.hides_absent = False
        self._now = self._at = to_instant(now)
        self._step = DAY_STEP
        self._origin: int | None = None
        self._axis: Axis | None = None
        self._boundaries: list[moves.Boundary] | None = None
        self._extents: list[tuple[moves.Extent, ...]] = []

    # What subclasses give

    def bars_width(self) -> int:
        """Cells that the bars have."""
        return self.size.width

    def window_changed(self) -> None:
        """Other times are in sight; everything is to be drawn anew."""

    def instant_changed(self) -> None:
        """The cursor is at another instant of the window; its row and the axis are to be drawn anew."""

    def cursor_moved(self) -> None:
        """The cursor came to rest somewhere else."""

    # Where the user is

    @property
    def cursor_row(self) -> TimelineRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def cursor_bar(self) -> TimelineBar | None:
        """Of the row under the cursor, the bar at its instant or the nearest to it."""
        row = self.cursor_row
        if row is None:
            return None
        cell = self.grid.cell(self._step, self._at)
        return moves.bar_at(row, self.grid.edge(self._step, cell), self.grid.edge(self._step, cell + 1))

    @property
    def at(self) -> datetime:
        """The instant under the cursor, in the zone of the grid."""
        return to_datetime(self._at, self.grid.zone)

    @property
    def step(self) -> Step:
        """How much time a cell is; `step.words` says it."""
        return self._step

    @property
    def axis(self) -> Axis:
        """The window; made anew when its width changed. At first the present is at a third of it."""
        width = self.bars_width()
        if width < 1:
            # Not laid out yet, or too narrow for bars.
            cell = self.grid.cell(self._step, self._at)
            return Axis.of(self.grid, self._step, cell if self._origin is None else self._origin, 1)
        if self._axis is None or self._axis.width != width:
            if self._origin is None:
                self._origin = origin_with(self.grid, self._step, self._at, width // 3)
            else:
                self._origin = moves.origin_showing(self.grid.cell(self._step, self._at), self._origin, width)
            self._axis = Axis.of(self.grid, self._step, self._origin, width)
        return self._axis

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The first time in sight and the one after the last."""
        return to_datetime(self.axis.start, self.grid.zone), to_datetime(self.axis.end, self.grid.zone)

    @property
    def place(self) -> TimelinePlace:
        """Where the user is."""
        row = self.cursor_row
        return TimelinePlace(row.id if row else None, self.at, self._step, self.cursor_column)

    @property
    def cursor_column(self) -> int:
        """Cells from the first in sight to the cursor's."""
        return self.axis.column(self._at)

    def restore(self, place: TimelinePlace) -> None:
        """Go back to a place, but for its row where that is no longer there."""
        self._at = to_instant(place.at)
        self._look_from(place.step, origin_with(self.grid, place.step, self._at, place.column))
        self.cursor = self.index_of(place.row_id)
        self.cursor_moved()

    def jump(self, row_id: str, at: datetime) -> None:
        """Bring the cursor to a row, where it is there, and to an instant."""
        self._go(to_instant(at))
        self.cursor = self.index_of(row_id)

    def index_of(self, row_id: str | None) -> int:
        """Where a row is; the cursor's place where it is not there."""
        return next((index for index, row in enumerate(self.rows) if row.id == row_id), self.cursor)

    def rows_replaced(self, rows: Sequence[TimelineRow]) -> None:
        """Other rows to move among."""
        kept = self.cursor_row
        self.every = tuple(rows)
        self._boundaries = None
        self._extents = [moves.extents_of(row) for row in self.every] if self.hides_absent else []
        self.rows = self.rows_in_sight(kept.id if kept else None)

    def rows_in_sight(self, kept: str | None) -> tuple[TimelineRow, ...]:
        """The rows to show: all, or those that have a bar in the window and one that is kept whatever it has."""
        if not self.hides_absent or self.bars_width() < 1:
            return self.every
        return moves.rows_in_sight(self.every, self._extents, self.axis.start, self.axis.end, kept)

    # Keys

    def action_step(self, cells: int) -> None:
        """Move the cursor by cells."""
        self._go(self.grid.edge(self._step, self.grid.cell(self._step, self._at) + cells))

    def action_screen(self, screens: int) -> None:
        """Move window and cursor by screens."""
        column = self.cursor_column
        there = self.grid.edge(self._step, self.axis.origin + column + screens * self.axis.width)
        self._at = moves.inside_calendar(self.grid, there)
        self._look_from(self._step, origin_with(self.grid, self._step, self._at, column))
        self.cursor_moved()

    def action_week(self, towards: int) -> None:
        """Move the cursor to the beginning of a week."""
        self._go(moves.week_from(self.grid, self._at, towards))

    def action_today(self) -> None:
        """Move the cursor to the present."""
        self._go(self._now)

    def action_boundary(self, towards: int) -> None:
        """Move the cursor to the next start or end of any row, or to the one before."""
        if self._boundaries is None:
            self._boundaries = moves.boundaries(self.every)
        row = self.cursor_row
        here = next((index for index, other in enumerate(self.every) if row and other.id == row.id), 0)
        boundary = moves.next_boundary(self._boundaries, (self._at, here), towards)
        if boundary is not None:
            self._go(boundary[0])
            self.cursor = self.index_of(self.every[boundary[1]].id)

    def action_zoom(self, towards: int) -> None:
        """Zoom to the next stop; the instant under the cursor stays in its column."""
        step = next_stop(self._step, towards)
        if step is not self._step:
            self._look_from(step, origin_with(self.grid, step, self._at, self.cursor_column))

    def action_fit_all(self) -> None:
        """Show all rows from the first start to the last end."""
        self._fit(moves.full_extent(self.every, self._now), DAY_STEP)

    def action_fit_bar(self) -> None:
        """Show the bar under the cursor from its start to its end."""
        bar = self.cursor_bar
        if bar is not None:
            self._fit(moves.life(bar, self._now), HOUR_STEP)

    def _go(self, at: Instant) -> None:
        """Bring the cursor to an instant. Two lines are drawn anew; all of them only where the window has to move."""
        axis = self.axis
        self._at = moves.inside_calendar(self.grid, at)
        origin = moves.origin_showing(self.grid.cell(self._step, self._at), axis.origin, axis.width)
        if origin == axis.origin:
            self.instant_changed()
        else:
            self._look_from(self._step, origin)
        self.cursor_moved()

    def _fit(self, extent: tuple[Instant, Instant], finest: Step) -> None:
        """Show a stretch of time; the cursor comes to it."""
        width = self.axis.width
        step, origin = fit(self.grid, *extent, width, finest)
        self._at = moves.inside_calendar(self.grid, max(extent[0], min(extent[1] - 1, self._at)))
        self._look_from(step, moves.origin_showing(self.grid.cell(step, self._at), origin, width))
        self.cursor_moved()

    def _look_from(self, step: Step, origin: int) -> None:
        self._step = step
        self._origin = origin
        self._axis = None
        self.window_changed()
