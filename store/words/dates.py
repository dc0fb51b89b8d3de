"""Days, times, distances and waits as text."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from store.days import local_time
from store.words.numbers import UNKNOWN

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_NEAR = timedelta(hours=12)
_YEARS_FROM_DAYS = 730
_LONGEST_WAIT = 99 * _DAY


def day(value: date | None, *, year: bool = True) -> str:
    """`20 Nov 2026`; with `year=False`, `20 Nov`."""
    if value is None:
        return UNKNOWN
    text = f"{value.day} {MONTHS[value.month - 1]}"
    return f"{text} {value.year}" if year else text


def day_range(start: date | None, end: date | None) -> str:
    """`1 Sep – 26 Nov 2026`; an open side reads `from …`, `until …`, both `always`."""
    if start is None:
        return "always" if end is None else f"until {day(end)}"
    if end is None:
        return f"from {day(start)}"
    return f"{day(start, year=start.year != end.year)} – {day(end)}"


def clock(value: datetime | None, zone: tzinfo, *, seconds: bool = False, named: bool = True, year: bool = True) -> str:
    """A time on the wall of the project: `20 Nov 2026 14:03 Europe/Warsaw`.

    Args:
        value: an aware time; a naive one is taken as UTC.
        zone: the project's time zone.
        seconds: adds seconds.
        named: adds the zone's name; leave it out only where the screen already shows it.
        year: adds the year; leave it out only where it is this one.
    """
    if value is None:
        return UNKNOWN
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    local = local_time(aware, zone)
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    text = f"{day(local.date(), year=year)} {time}"
    return f"{text} {zone_name(local.tzinfo or zone, local)}" if named else text


def zone_name(zone: tzinfo, at: datetime | None = None) -> str:
    """`Europe/Warsaw`, `UTC`, or the offset where a zone has no key."""
    key = getattr(zone, "key", None)
    if isinstance(key, str) and key:
        return key
    return zone.tzname(at) or "UTC"


def age(then: datetime | None, now: datetime) -> str:
    """How old data is: `just now`, `2 min ago`, `3 h ago`, `5 d ago`; a time ahead of `now` is `just now`."""
    if then is None:
        return "never"
    seconds = int((now - then).total_seconds())
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    return f"{seconds // _HOUR} h ago" if seconds < 2 * _DAY else f"{seconds // _DAY} d ago"


def distance(then: datetime, now: datetime, zone: tzinfo) -> str:
    """How far a date is, in either direction: `in 5 h`, `tomorrow`, `in 3 d`, `yesterday`, `40 d ago`.

    Hours and minutes count within half a day or the same local day; beyond that local days count, whatever the hour.

    Args:
        then: the instant, aware.
        now: the current instant, aware.
        zone: whose midnights separate days.
    """
    ahead = then > now
    gap = abs(then - now)
    days = abs((local_time(then, zone).date() - local_time(now, zone).date()).days)
    if gap < _NEAR or days == 0:
        minutes = int(gap.total_seconds()) // 60
        size = f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min" if minutes else "less than 1 min"
    elif days == 1:
        return "tomorrow" if ahead else "yesterday"
    else:
        size = f"{days:,} d" if days < _YEARS_FROM_DAYS else f"{days // 365:,} y"
    return f"in {size}" if ahead else f"{size} ago"


def wait(seconds: float) -> str:
    """A wait: `40 s`, `12 min`, `2 h`; always rounded up, and more than 99 days as that."""
    if seconds > _LONGEST_WAIT:
        return "more than 99 days"
    total = -int(-seconds // 1)
    if total <= 90:
        return f"{total} s"
    return f"{-(-total // 60)} min" if total <= 5400 else f"{-(-total // 3600)} h"
