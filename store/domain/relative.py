"""Distances in time as people say them, by the calendar of the project's time zone."""

from datetime import datetime, timedelta, tzinfo

from store.days import local_time

_NEAR = timedelta(hours=12)
_YEARS_FROM_DAYS = 730


def distance(then: datetime, now: datetime, zone: tzinfo) -> str:
    """How far an instant is, in either direction: `in 5 h`, `tomorrow`, `in 3 d`, `yesterday`, `40 d ago`.

    Hours and minutes count within half a day or the same local day; beyond that local days count, whatever the hour.

    Args:
        then: the instant, aware.
        now: where the reader stands, aware.
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
