"""Local days: which day of the project an instant belongs to, and where a day begins and ends in UTC.

Every instant that is shown or counted by the project's clock goes through `local_time`: nothing else converts.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import lru_cache

from store.times import instant_of as parse_instant
from store.times import text_of as instant_text

__all__ = [
    "WeekStart",
    "day_bounds",
    "edge_instant",
    "instant_text",
    "last_day",
    "local_date",
    "local_day",
    "local_time",
    "parse_instant",
    "week_of",
]  # fmt: skip


_MILLISECOND = timedelta(milliseconds=1)
_FIRST = datetime.min.replace(tzinfo=UTC)


class WeekStart(IntEnum):
    """The weekday a week begins with, counted as `date.weekday` does."""

    MONDAY = 0
    SATURDAY = 5
    SUNDAY = 6


def week_of(day: date, start: WeekStart) -> date:
    """The first day of the week a day belongs to; of the first week there is, the first day of the calendar."""
    return day - timedelta(days=min((day.weekday() - start) % 7, day.toordinal() - 1))


def local_time(instant: datetime, zone: tzinfo) -> datetime:
    """An aware instant by the project's clock; at the ends of the calendar, where that clock has no time, as it is."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


@lru_cache(maxsize=8_192)
def _date_of_minute(minute: str, zone: tzinfo) -> date:
    return local_time(parse_instant(f"{minute}:00.000Z"), zone).date()


def local_date(text: str, zone: tzinfo) -> date:
    """The local day of an instant in the cache's fixed form.

    Raises:
        ValueError: the text is not in that form.
    """
    return _date_of_minute(text[:16], zone)


def local_day(text: str, zone: tzinfo) -> str:
    """The local day (`YYYY-MM-DD`) of an instant in the cache's fixed form."""
    return text[:10] if zone is UTC else local_date(text, zone).isoformat()


def last_day(text: str, zone: tzinfo) -> date:
    """The last local day before an end: one at the very beginning of a day belongs to the day before.

    Raises:
        ValueError: the text is not in the cache's form.
    """
    end = parse_instant(text)
    return local_time(end - min(_MILLISECOND, end - _FIRST), zone).date()


def day_bounds(day: str, zone: tzinfo) -> tuple[str, str]:
    """The UTC instants, as text, at which a local day begins and ends; 23 to 25 hours apart around a clock change."""
    start = date.fromisoformat(day)
    begin = None if start == date.min else _midnight(start, 0, zone)
    return begin or f"{day}T00:00:00.000Z", _midnight(start, 1, zone) or f"{day}T24"


def edge_instant(text: str) -> datetime:
    """The instant of an edge that `day_bounds` gives; after the last day there is, the end of time."""
    return datetime.max.replace(tzinfo=UTC) if text.endswith("T24") else parse_instant(text)


def _midnight(day: date, later: int, zone: tzinfo) -> str | None:
    """When a day, or one some days later, begins; None outside the years 1 to 9999."""
    try:
        return instant_text(datetime.combine(day + timedelta(days=later), time.min, zone))
    except OverflowError:
        return None
