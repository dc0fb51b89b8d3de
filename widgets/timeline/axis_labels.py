"""The two rows of an axis: months or years above, days or weeks below, never two labels in one place. Pure.

Which labels a step gets depends on the step alone, not on what is in sight, so that they stay as they are while the
window moves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from widgets.timeline.axis import Axis
from widgets.timeline.grid import Step, Unit, civil, weekday
from widgets.timeline.instants import DAY, HOUR, Wall

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEARS = range(1, 10_000)
"""Years that have a name; outside them labels are blank."""


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """Words at a column; they begin there."""

    column: int
    text: str


Forms = Callable[[Wall], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Above:
    """What the upper row names, and its words from long to short."""

    period: Step
    forms: Forms


@dataclass(frozen=True, slots=True)
class _Level:
    """One kind of label.

    Attributes:
        period: of which one label names each.
        forms: words for a time on the wall, from long to short.
        widths: the most cells of each form.
        above: what names the longer period in the upper row.
    """

    period: Step
    forms: Forms
    widths: tuple[int, ...]
    above: _Above

    def spacing(self, step: Step) -> int:
        """The least number of cells between two labels."""
        if self.period.unit == step.unit:
            return self.period.count // step.count
        return self.period.count * _SHORTEST[self.period.unit] // step.longest


_SHORTEST: dict[Unit, int] = {"hour": HOUR, "day": DAY, "month": 28 * DAY}


def axis_labels(axis: Axis) -> tuple[list[AxisLabel], list[AxisLabel]]:
    """The labels of the upper and of the lower row, from left to right, with a blank cell at least between two."""
    level = _lower_level(axis.step)
    return _upper(axis, level.above), _lower(axis, level)


def _lower_level(step: Step) -> _Level:
    for level in _LEVELS:
        if level.period.longest >= step.longest and min(level.widths) < level.spacing(step):
            return level
    return _LEVELS[-1]


def _lower(axis: Axis, level: _Level) -> list[AxisLabel]:
    room = level.spacing(axis.step) - 1
    form = next((place for place, width in enumerate(level.widths) if width <= room), len(level.widths) - 1)
    labels: list[AxisLabel] = []
    free = 0
    for column in _starts(axis, level.period):
        text = level.forms(_period_start(axis, level.period, column))[form]
        if column >= free and text and column + len(text) <= axis.width:
            labels.append(AxisLabel(column, text))
            free = column + len(text) + 1
    return labels


def _upper(axis: Axis, above: _Above) -> list[AxisLabel]:
    starts = _starts(axis, above.period)
    # What began before the window is named at its edge.
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    labels: list[AxisLabel] = []
    for column, after in pairwise([*starts, axis.width + 1]):
        words = above.forms(_period_start(axis, above.period, column))
        text = next((form for form in words if len(form) < after - column), "")
        if text:
            labels.append(AxisLabel(column, text))
    return labels


def _starts(axis: Axis, period: Step) -> list[int]:
    return [column for column in range(axis.width) if _begins(axis, period, column)]


def _begins(axis: Axis, period: Step, column: int) -> bool:
    cell_of = axis.grid.cell_of_wall
    return cell_of(period, axis.wall(column) - 1) != cell_of(period, axis.wall(column + 1) - 1)


def _period_start(axis: Axis, period: Step, column: int) -> Wall:
    """When the period began that a column ends in."""
    return axis.grid.wall(period, axis.grid.cell_of_wall(period, axis.wall(column + 1) - 1))


def _date(wall: Wall) -> tuple[int, int, int]:
    return civil(wall // DAY)


def _hours(wall: Wall) -> tuple[str, ...]:
    hour = wall % DAY // HOUR
    return f"{hour:02d}:00", f"{hour:02d}"


def _days(wall: Wall) -> tuple[str, ...]:
    year, _, day = _date(wall)
    if year not in _YEARS:
        return "", ""
    return f"{_weekday(wall)[:3]} {day}", f"{day}"


def _weeks(wall: Wall) -> tuple[str, ...]:
    return (_days(wall)[1],)


def _whole_days(wall: Wall) -> tuple[str, ...]:
    year, month, day = _date(wall)
    if year not in _YEARS:
        return ()
    name, week_day = _MONTHS[month - 1], _weekday(wall)
    return (
        f"{week_day} {day} {name} {year}", f"{week_day[:3]} {day} {name[:3]} {year}",
        f"{week_day[:3]} {day} {name[:3]}", f"{day} {name[:3]}", f"{day}",
    )  # fmt: skip


def _months(wall: Wall) -> tuple[str, ...]:
    year, month, _ = _date(wall)
    if year not in _YEARS:
        return "", ""
    return _MONTHS[month - 1], _MONTHS[month - 1][:3]


def _whole_months(wall: Wall) -> tuple[str, ...]:
    year, month, _ = _date(wall)
    if year not in _YEARS:
        return ()
    name = _MONTHS[month - 1]
    return f"{name} {year}", f"{name[:3]} {year}", name[:3]


def _quarters(wall: Wall) -> tuple[str, ...]:
    year, month, _ = _date(wall)
    return (f"Q{(month + 2) // 3}" if year in _YEARS else "",)


def _years(wall: Wall) -> tuple[str, ...]:
    year = _date(wall)[0]
    return (f"{year}", f"'{year % 100:02d}") if year in _YEARS else ("", "")


def _spans_of_years(count: int) -> Callable[[Wall], tuple[str, ...]]:
    def forms(wall: Wall) -> tuple[str, ...]:
        first = _date(wall)[0] // count * count
        return (f"{first}",) if first in _YEARS else ("",)

    return forms


def _decades(wall: Wall) -> tuple[str, ...]:
    year = _date(wall)[0]
    return (f"{year // 10 * 10}s",) if year in _YEARS else ()


def _centuries(wall: Wall) -> tuple[str, ...]:
    first = _date(wall)[0] // 100 * 100
    return (f"{max(1, first)}-{first + 99}",) if first + 99 in _YEARS else ()


def _weekday(wall: Wall) -> str:
    return _DAYS[weekday(wall)]


_DAY, _MONTH, _YEAR = Step("day", 1), Step("month", 1), Step("month", 12)
_BY_DAY, _BY_MONTH = _Above(_DAY, _whole_days), _Above(_MONTH, _whole_months)
_BY_YEAR, _BY_DECADE = _Above(_YEAR, _years), _Above(Step("month", 120), _decades)
_BY_CENTURY = _Above(Step("month", 1200), _centuries)
_LEVELS = (
    *(_Level(Step("hour", hours), _hours, (5, 2), _BY_DAY) for hours in (1, 3, 6, 12)),
    _Level(_DAY, _days, (6, 2), _BY_MONTH),
    _Level(Step("day", 7), _weeks, (2,), _BY_MONTH),
    _Level(_MONTH, _months, (9, 3), _BY_YEAR),
    _Level(Step("month", 3), _quarters, (2,), _BY_YEAR),
    _Level(_YEAR, _years, (4, 3), _BY_DECADE),
    *(
        _Level(Step("month", 12 * years), _spans_of_years(years), (4,), _BY_CENTURY)
        for years in (5, 10, 50, 100, 500, 1000, 5000, 10_000)
    ),
)
