"""How dark the cells of bars are by what happened in them: levels by quantile, one scale for all bars. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from widgets.timeline.axis import Axis
from widgets.timeline.bars import BarActivity
from widgets.timeline.grid import DAY_STEP, Grid, Step
from widgets.timeline.instants import to_instant

UNKNOWN = -1
"""The level of a cell of which not all is known, and nothing is known to have happened."""
_QUANTILES = 4
_NONE = BarActivity()


class Shading:
    """Levels of the cells of one step. Days are counted, so that cells shorter than a day share its level.

    Args:
        activities: by id of the bar.
        grid: zone and week.
        step: of the axis it is for.
    """

    def __init__(self, activities: Mapping[str, BarActivity], grid: Grid, step: Step) -> None:
        self._activities = activities
        self._grid = grid
        self.step = step
        self._counted = DAY_STEP if step.unit == "hour" else step
        # Thousands of bars share the same days.
        self._cell_of: dict[date, int] = {}

    def knows(self, bar_id: str) -> bool:
        """Whether there is anything to say about a bar."""
        return bar_id in self._activities

    def levels(self, bar_id: str, axis: Axis) -> list[int]:
        """The level of every column: 0 for nothing, 4 for the busiest quarter of all, `UNKNOWN`."""
        sums = self._sums.get(bar_id, Counter[int]())
        unknown = [
            (self._grid.cell_of_day(self._counted, first), self._grid.cell_of_day(self._counted, last))
            for first, last in self._activities.get(bar_id, _NONE).unknown
        ]
        return [
            UNKNOWN
            if not sums[cell] and any(first <= cell <= last for first, last in unknown)
            else self._level(sums[cell])
            for cell in self._cells(axis)
        ]

    def dots(self, bar_id: str, axis: Axis) -> frozenset[int]:
        """Columns with a dot: so much went wrong in all of the cell, not only on one of its days."""
        activity = self._activities.get(bar_id, _NONE)
        against = self._by_cell(activity.against)
        sums = self._sums.get(bar_id, Counter[int]())
        dotted = {cell for cell, count in against.items() if sums[cell] * 1000 < activity.least * (sums[cell] + count)}
        return frozenset(column for column, cell in enumerate(self._cells(axis)) if cell in dotted)

    def ticks(self, bar_id: str, axis: Axis) -> frozenset[int]:
        """Columns with a tick."""
        return frozenset(axis.column(to_instant(at)) for at in self._activities.get(bar_id, _NONE).ticks)

    def _cells(self, axis: Axis) -> list[int]:
        return [axis.grid.cell_of_wall(self._counted, axis.wall(column)) for column in range(axis.width)]

    def _level(self, count: int) -> int:
        return 0 if count <= 0 else 1 + bisect_left(self._thresholds, count)

    @cached_property
    def _sums(self) -> dict[str, Counter[int]]:
        return {bar_id: self._by_cell(activity.counts) for bar_id, activity in self._activities.items()}

    def _by_cell(self, counts: Iterable[tuple[date, int]]) -> Counter[int]:
        """Counts of days as counts of cells."""
        sums: Counter[int] = Counter()
        for day, count in counts:
            cell = self._cell_of.get(day)
            if cell is None:
                cell = self._cell_of[day] = self._grid.cell_of_day(self._counted, day)
            sums[cell] += count
        return sums

    @cached_property
    def _thresholds(self) -> list[int]:
        counts = sorted(count for sums in self._sums.values() for count in sums.values() if count > 0)
        if not counts:
            return []
        return [counts[(len(counts) - 1) * part // _QUANTILES] for part in range(1, _QUANTILES)]
