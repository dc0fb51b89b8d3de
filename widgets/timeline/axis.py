"""The window of a timeline: which cells are in sight, the cell of an instant, and zooming. Pure."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from widgets.timeline.grid import DAY_STEP, LADDER, Grid, Step
from widgets.timeline.instants import Instant, Wall, instant_of


@dataclass(frozen=True, slots=True)
class HalfSpan:
    """The part of a stretch of time that is in sight, in half cells.

    Attributes:
        first: its first half cell.
        stop: the half cell after its last; above `first`.
        cut_left: it begins before the window.
        cut_right: it ends after the window.
    """

    first: int
    stop: int
    cut_left: bool
    cut_right: bool

    @property
    def columns(self) -> range:
        """The cells it touches."""
        return range(self.first // 2, (self.stop + 1) // 2)


@dataclass(frozen=True, slots=True)
class Axis:
    """Cells in sight.

    Attributes:
        grid: zone and week.
        step: time of a cell.
        origin: number of the first cell in the grid.
        halves: the instants of all edges and middles, `2 * width + 1` of them, never descending.
    """

    grid: Grid
    step: Step
    origin: int
    halves: tuple[Instant, ...]

    @classmethod
    def of(cls, grid: Grid, step: Step, origin: int, width: int) -> "Axis":
        """The axis with `width` cells, at least one, from cell `origin` on."""
        walls = [grid.wall(step, origin + column) for column in range(max(1, width) + 1)]
        points: list[Wall] = [walls[0]]
        for before, after in pairwise(walls):
            points += ((before + after) // 2, after)
        halves: list[Instant] = []
        for wall in points:
            instant = instant_of(wall, grid.zone)
            halves.append(max(instant, halves[-1]) if halves else instant)
        return cls(grid, step, origin, tuple(halves))

    @property
    def width(self) -> int:
        """Cells in sight."""
        return len(self.halves) // 2

    @property
    def start(self) -> Instant:
        """The first instant in sight."""
        return self.halves[0]

    @property
    def end(self) -> Instant:
        """The instant after the last in sight."""
        return self.halves[-1]

    def edge(self, column: int) -> Instant:
        """The instant at which a column begins; `width` gives the end."""
        return self.halves[2 * column]

    def wall(self, column: int) -> Wall:
        """The time on the wall at which a column begins; any column, in sight or not."""
        return self.grid.wall(self.step, self.origin + column)

    def half(self, instant: Instant) -> int:
        """The half cell with an instant; -1 before the window, `2 * width` after it."""
        if instant >= self.end:
            return 2 * self.width
        return bisect_right(self.halves, instant) - 1

    def column(self, instant: Instant) -> int:
        """The column with an instant; -1 before the window, `width` after it."""
        return self.half(instant) // 2

    def span(self, start: Instant | None, end: Instant | None) -> HalfSpan | None:
        """The half cells that a stretch of time touches.

        Args:
            start: its first instant; `None` for none.
            end: the instant after its last; `None` for none. One that is not after `start` leaves one instant.

        Returns:
            At least one half cell for whatever is in the window; `None` for what is outside it.
        """
        if start is not None and end is not None:
            end = max(end, start + 1)
        if (end is not None and end <= self.start) or (start is not None and start >= self.end):
            return None
        cut_left = start is None or start < self.start
        cut_right = end is None or end > self.end
        first = 0 if start is None or cut_left else bisect_right(self.halves, start) - 1
        stop = 2 * self.width if end is None or cut_right else bisect_left(self.halves, end)
        return HalfSpan(first, stop, cut_left, cut_right)


def origin_with(grid: Grid, step: Step, instant: Instant, column: int) -> int:
    """The origin that puts an instant into a column: zooming keeps the column of the instant under the cursor."""
    return grid.cell(step, instant) - column


def fit(grid: Grid, start: Instant, end: Instant, width: int, finest: Step = DAY_STEP) -> tuple[Step, int]:
    """The finest step that shows all of a stretch of time, and the origin that puts it in the middle.

    Args:
        grid: zone and week.
        start: its first instant.
        end: the instant after its last.
        width: cells there are.
        finest: no step below it.
    """
    last = max(start, end - 1)
    coarsest = LADDER[-1]
    fitting = (step for step in LADDER[LADDER.index(finest) :] if _cells(grid, step, start, last) <= width)
    step = next(fitting, coarsest)
    spare = max(0, width - _cells(grid, step, start, last))
    return step, grid.cell(step, start) - spare // 2


def _cells(grid: Grid, step: Step, first: Instant, last: Instant) -> int:
    return grid.cell(step, last) - grid.cell(step, first) + 1
