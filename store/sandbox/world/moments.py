"""Instants as whole milliseconds since 1970 UTC, and their one text form."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=4096)
def day_text(day: int) -> str:
    """`YYYY-MM-DD` of a day number counted from 1970-01-01."""
    return (_EPOCH + timedelta(days=day)).isoformat()


_SIXTY = tuple(f"{n:02d}" for n in range(60))
_MINUTE_TEXTS = tuple(f"T{h}:{m}:" for h in _SIXTY[:24] for m in _SIXTY)
_FRACTIONS = tuple(f".{n:03d}Z" for n in range(1_000))


def text(ms: int) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`: the form every column uses, so that text order is time order."""
    minute, rest = divmod(ms, MINUTE)
    day = minute // 1_440
    clock = _MINUTE_TEXTS[minute - day * 1_440]
    return f"{day_text(day)}{clock}{_SIXTY[rest // SECOND]}{_FRACTIONS[rest % SECOND]}"


def optional_text(ms: int | None) -> str | None:
    """The text of an instant that may be open."""
    return None if ms is None else text(ms)


def instant(value: str) -> int:
    """Milliseconds of a text made by `text`. Raises ValueError for any other form."""
    if len(value) != 24 or value[10] != "T" or value[-1] != "Z":
        raise ValueError(value)
    return milliseconds(datetime.fromisoformat(value))


def milliseconds(moment: datetime) -> int:
    """Milliseconds of an aware datetime, exact."""
    span = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return span.days * DAY + span.seconds * SECOND + span.microseconds // 1_000


def wire(value: str | None) -> str | None:
    """How the API sends an instant: whole seconds come without a fraction (API §1, Dates)."""
    if value is not None and value.endswith(".000Z"):
        return value[:-5] + "Z"
    return value


def day_of(ms: int) -> int:
    """The UTC day number an instant lies in."""
    return ms // DAY


def weekday(day: int) -> int:
    """0 = Sunday … 6 = Saturday, as `validity_day_of_week` counts."""
    return (day + 4) % 7


def month_start(ms: int) -> int:
    """The first instant of the UTC month an instant lies in."""
    return _month_start(ms // DAY)


@lru_cache(maxsize=4096)
def _month_start(day: int) -> int:
    first = (_EPOCH + timedelta(days=day)).replace(day=1)
    return (first - _EPOCH).days * DAY
