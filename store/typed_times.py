"""Days and instants as people type them: `2026-11-20`, `today`, `yesterday`, `-7d`, or an RFC 3339 instant."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from store.days import day_bounds, local_date, local_time
from store.times import utc_text

FORMS = "2026-11-20, today, yesterday, -7d or 2026-11-20T12:00:00Z"
_AGO = re.compile(r"-(\d{1,6})([dw])", re.ASCII)
_WORDS = {"today": 0, "yesterday": 1, "tomorrow": -1}
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-?W\d\d(?:-?\d)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)


def typed_day(text: str, now: datetime, zone: tzinfo) -> date:
    """The day of a zone that is meant; that of an instant is the day it lies in.

    Args:
        text: a day, a word for one, `-7d` or `-2w` for so long before today, or an instant with its offset.
        now: the instant from which words count.
        zone: of the project.

    Raises:
        ValueError: it is none of these, or lies outside the calendar.
    """
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if (instant := _instant_text(text)) is not None:
        return local_date(instant, zone)
    ago = _AGO.fullmatch(text)
    days = int(ago[1]) * (7 if ago[2] == "w" else 1) if ago else _WORDS.get(text.casefold())
    if days is None:
        raise ValueError(f"“{text}” is no day; a day is {FORMS}")
    try:
        return local_time(now, zone).date() - timedelta(days=days)
    except OverflowError:
        raise ValueError(f"“{text}” lies outside the calendar") from None


@dataclass(frozen=True, slots=True)
class TypedTime:
    """A day or an instant as typed.

    Attributes:
        day: the day of the zone that is meant or that the instant lies in.
        begins: its first instant, UTC text.
        ends: the first instant after it, UTC text; of an instant itself the same as `begins`.
    """

    day: date
    begins: str
    ends: str


def typed_time(text: str, now: datetime, zone: tzinfo) -> TypedTime:
    """A day or an instant. Arguments and errors as `typed_day`."""
    day, instant = typed_day(text, now, zone), _instant_text(text)
    begins, ends = day_bounds(day.isoformat(), zone) if instant is None else (instant, instant)
    return TypedTime(day, begins, ends)


def _instant_text(text: str) -> str | None:
    return utc_text(text) if _INSTANT.fullmatch(text) else None
