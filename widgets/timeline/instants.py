"""Instants and walls as whole numbers, and the way from one to the other in a time zone. Pure.

An *instant* is a point in time: microseconds since 1970 in UTC. A *wall* is what a clock and a calendar on the wall of
the zone show: microseconds since 1970 as if there were no zones. Whole numbers have no first and no last year, so that
nothing here overflows at the years 1 and 9999.
"""

from datetime import UTC, datetime, timedelta, tzinfo

Instant = int
Wall = int

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall has no zone
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)


def micros(span: timedelta) -> int:
    """A length of time in microseconds, exactly."""
    return (span.days * 86_400 + span.seconds) * SECOND + span.microseconds


_FIRST = micros(datetime.min - _EPOCH)  # noqa: DTZ901 - walls
_LAST = micros(datetime.max - _EPOCH)  # noqa: DTZ901


def to_instant(moment: datetime) -> Instant:
    """The instant of an aware time.

    Raises:
        ValueError: the time has no zone.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("A time on a timeline needs a time zone.")
    return micros(moment.replace(tzinfo=None) - _EPOCH) - micros(offset)


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """An instant as a time of a zone; outside the years 1 to 9999 the nearest time there is."""
    wall = max(_FIRST, min(_LAST, wall_of(instant, zone)))
    local = (_EPOCH + timedelta(microseconds=wall)).replace(tzinfo=zone)
    return local if to_instant(local) == instant else local.replace(fold=1) if _repeated(local) else local


def wall_of(instant: Instant, zone: tzinfo) -> Wall:
    """What the wall shows at an instant."""
    return instant + _offset_at(instant, zone)


def instant_of(wall: Wall, zone: tzinfo) -> Instant:
    """The first instant at which the wall shows this time or, where it jumps over it, a later one."""
    late = wall - _offset_of(wall, zone, fold=0)
    # Where the wall jumps over this time, the offset after the jump gives an instant before it; else there is no gap.
    after = _offset_of(wall, zone, fold=1)
    early = wall - after
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(middle, zone) == after:
            late = middle
        else:
            early = middle
    return late


def _offset_at(instant: Instant, zone: tzinfo) -> int:
    inside = max(_FIRST + 2 * DAY, min(_LAST - 2 * DAY, instant))
    offset = (_EPOCH_UTC + timedelta(microseconds=inside)).astimezone(zone).utcoffset()
    return micros(offset) if offset is not None else 0


def _offset_of(wall: Wall, zone: tzinfo, fold: int) -> int:
    inside = max(_FIRST, min(_LAST, wall))
    offset = (_EPOCH + timedelta(microseconds=inside)).replace(tzinfo=zone, fold=fold).utcoffset()
    return micros(offset) if offset is not None else 0


def _repeated(local: datetime) -> bool:
    return local.replace(fold=1).utcoffset() != local.utcoffset()
