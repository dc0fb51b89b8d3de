"""The stretches of time that home counts over, each with the one before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from store.days import day_bounds, instant_text, local_time
from store.words import DateSpan

_HOURS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HomeWindow:
    """A choice of how far back home looks.

    Attributes:
        id: its name in code.
        words: after "last": `24 hours`, `7 days`.
        days: local days, today included; 0 for the 24 hours up to now, None for twelve months.
    """

    id: str
    words: str
    days: int | None


WINDOWS = (
    HomeWindow("24h", "24 hours", 0),
    HomeWindow("7d", "7 days", 7),
    HomeWindow("30d", "30 days", 30),
    HomeWindow("90d", "90 days", 90),
    HomeWindow("12m", "12 months", None),
)
DEFAULT_WINDOW = WINDOWS[1]


@dataclass(frozen=True, slots=True)
class HomeStretch:
    """A window at an instant.

    Attributes:
        begins, ends: UTC text; the second is excluded.
        days: the local days it is made of; None for the 24 hours, which are none.
    """

    begins: str
    ends: str
    days: DateSpan | None


def stretches(window: HomeWindow, now: datetime, zone: tzinfo) -> tuple[HomeStretch, HomeStretch]:
    """The window up to an instant, and the one before it, which is as long."""
    if window.days == 0:
        middle, first = now - _HOURS, now - 2 * _HOURS
        ends, middle_text, begins = instant_text(now), instant_text(middle), instant_text(first)
        return HomeStretch(middle_text, ends, None), HomeStretch(begins, middle_text, None)
    today = local_time(now, zone).date()
    days = DateSpan.last(window.days, today) if window.days else DateSpan(_a_year_before(today), today)
    before = DateSpan.last(days.days, days.start - timedelta(days=1))
    return _of_days(days, zone), _of_days(before, zone)


def _a_year_before(today: date) -> date:
    """The first day of the twelve months that end today; those of 28 February begin on 1 March."""
    return date(today.year - 1, today.month, min(today.day, 28) if today.month == 2 else today.day) + timedelta(days=1)


def _of_days(days: DateSpan, zone: tzinfo) -> HomeStretch:
    return HomeStretch(day_bounds(days.start.isoformat(), zone)[0], day_bounds(days.end.isoformat(), zone)[1], days)
