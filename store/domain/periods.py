"""The day, week or month that limits run over: calendar periods of the project's time zone."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from store.days import WeekStart, day_bounds, week_of
from store.domain.limit_names import LimitPeriod
from store.words import month_end


@dataclass(frozen=True, slots=True)
class Stretch:
    """A calendar period: the instants (UTC text) at which it begins and the next one does."""

    begins: str
    resets: str


def stretch_of(period: LimitPeriod, today: date, zone: tzinfo, week_start: WeekStart = WeekStart.MONDAY) -> Stretch:
    """The period that holds a day.

    Args:
        period: day, week or month.
        today: a local day.
        zone: the project's time zone; a period begins with the first instant of its first day there.
        week_start: the weekday weeks begin with.
    """
    first, after = _days(period, today, week_start)
    last = after - timedelta(days=1)
    return Stretch(day_bounds(first.isoformat(), zone)[0], day_bounds(last.isoformat(), zone)[1])


def _days(period: LimitPeriod, today: date, week_start: WeekStart) -> tuple[date, date]:
    """The first day of the period, and the first after it."""
    if period is LimitPeriod.WEEK:
        first = week_of(today, week_start)
        return first, first + timedelta(days=7)
    if period is LimitPeriod.MONTH:
        return today.replace(day=1), month_end(today) + timedelta(days=1)
    return today, today + timedelta(days=1)
