"""Cells of time: how an endless row of hours, days or months is numbered in a time zone. Pure.

The edges of cells are times on the wall of the zone, turned into instants one by one. So a day is 23, 24 or 25 hours
long as the zone has it, and a cell of a month begins at the local midnight of its first day.
"""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal

from store.words import counted
from widgets.timeline.instants import DAY, HOUR, Instant, Wall, instant_of, wall_of

Unit = Literal["hour", "day", "month"]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
"""The calendar repeats, so it continues before the year 1 and after 9999."""
_MONDAY = -3
"""Days from 1 January 1970, a Thursday, back to a Monday."""


@dataclass(frozen=True, slots=True)
class Step:
    """How much time one cell is.

    Attributes:
        unit: of `count`.
        count: of units; hours divide a day.
        name: of a step that zooming stops at; "" for those in between.
    """

    unit: Unit
    count: int
    name: str = ""

    @property
    def longest(self) -> int:
        """Microseconds of the longest cell on the wall."""
        return self.count * {"hour": HOUR, "day": DAY, "month": 31 * DAY}[self.unit]

    @property
    def words(self) -> str:
        """`1 cell = 6 hours`."""
        for unit, most, size in (("year", "month", 12), ("quarter", "month", 3), ("week", "day", 7)):
            if self.unit == most and self.count % size == 0 and (unit != "quarter" or self.count == size):
                return _counted(self.count // size, unit)
        return _counted(self.count, self.unit)


def _counted(count: int, unit: str) -> str:
    return f"1 cell = {counted(count, unit)}"


HOUR_STEP = Step("hour", 1, "hour")
DAY_STEP = Step("day", 1, "day")
WEEK_STEP = Step("day", 7, "week")
STOPS = (
    HOUR_STEP, Step("hour", 6, "6 hours"), DAY_STEP, WEEK_STEP, Step("month", 1, "month"), Step("month", 3, "quarter"),
    Step("month", 12, "year"),
)  # fmt: skip
"""Where zooming in and out stops."""

LADDER = (
    *STOPS[:1], Step("hour", 3), *STOPS[1:2], Step("hour", 12), DAY_STEP, Step("day", 2), Step("day", 3), WEEK_STEP,
    Step("day", 14), STOPS[4], Step("month", 2), STOPS[5], Step("month", 6), STOPS[6],
    *(Step("month", 12 * years) for years in (2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)  # fmt: skip
"""Every step, from fine to coarse: fitting something takes the finest that shows all of it."""


def next_stop(step: Step, towards: int) -> Step:
    """The next stop that is coarser (`towards` above 0) or finer; the step itself where there is none."""
    place = LADDER.index(step)
    ahead = LADDER[place + 1 :] if towards > 0 else LADDER[:place][::-1]
    return next((other for other in ahead if other.name), step)


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbered cells of every step in a zone; cell 0 of a step is the one with the beginning of 1970 or near it.

    Attributes:
        zone: whose midnights are the edges.
        week_start: weekday that weeks begin with, 0 for Monday.
        weekend: weekdays that are off.
    """

    zone: tzinfo
    week_start: int = 0
    weekend: frozenset[int] = frozenset({5, 6})

    def wall(self, step: Step, cell: int) -> Wall:
        """The time on the wall at which a cell begins."""
        if step.unit == "hour":
            return cell * step.count * HOUR
        if step.unit == "day":
            return (cell * step.count + _MONDAY + self.week_start) * DAY
        return month_start(cell * step.count) * DAY

    def cell_of_wall(self, step: Step, wall: Wall) -> int:
        """The cell with a time on the wall."""
        if step.unit == "hour":
            return wall // (step.count * HOUR)
        day = wall // DAY
        if step.unit == "day":
            return (day - _MONDAY - self.week_start) // step.count
        year, month, _ = civil(day)
        return (year * 12 + month - 1) // step.count

    def edge(self, step: Step, cell: int) -> Instant:
        """The instant at which a cell begins, which is when the one before it ends."""
        return instant_of(self.wall(step, cell), self.zone)

    def cell(self, step: Step, instant: Instant) -> int:
        """The cell with an instant."""
        cell = self.cell_of_wall(step, wall_of(instant, self.zone))
        # Where clocks are set back across an edge, the wall shows times of a cell that is over.
        while self.edge(step, cell + 1) <= instant:
            cell += 1
        while self.edge(step, cell) > instant:
            cell -= 1
        return cell

    def cell_of_day(self, step: Step, day: date) -> int:
        """The cell in which a day of the zone begins."""
        return self.cell_of_wall(step, (day.toordinal() - _EPOCH_DAY) * DAY)

    def is_weekend(self, wall: Wall) -> bool:
        """Whether a time on the wall is on a day off."""
        return weekday(wall) in self.weekend

    def midnight(self, day: date) -> Instant:
        """The first instant of a day; where the zone has no such day, that of the next one."""
        return instant_of((day.toordinal() - _EPOCH_DAY) * DAY, self.zone)


def weekday(wall: Wall) -> int:
    """Weekday of a time on the wall, 0 for Monday."""
    return (wall // DAY - _MONDAY) % 7


def month_start(months: int) -> int:
    """Days from 1970 to the first of a month, given in months since the year 0."""
    year, month = divmod(months, 12)
    cycle, year = divmod(year, _CYCLE_YEARS)
    ordinal = date(year + _CYCLE_YEARS, month + 1, 1).toordinal()
    return ordinal + (cycle - 1) * _CYCLE_DAYS - _EPOCH_DAY


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day counted from 1970; years below 1 and above 9999 too."""
    cycle, ordinal = divmod(day + _EPOCH_DAY - 1, _CYCLE_DAYS)
    found = date.fromordinal(ordinal + 1)
    return found.year + cycle * _CYCLE_YEARS, found.month, found.day
