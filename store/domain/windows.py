"""When recurring validity admits, as windows of time: what `validity.opening` says of one instant, of a stretch.

Days and hours are those of the project's clock. What cannot be understood narrows nothing, as in `validity.is_open`.
Intervals are the API's own maths, so all of it is an estimate (API §11.24).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any, TypeAlias

from store.days import day_bounds, edge_instant, local_time
from store.domain.durations import parse_duration
from store.domain.validity import DAY_END, DailyHours, hours_of, span_after, weekdays_of
from store.domain.values import entries, inside, members
from store.times import instant_of, utc_text

Window: TypeAlias = tuple[datetime, datetime]
"""From an instant in UTC up to, not including, another."""

MOST_WINDOWS = 4_000
_LONGEST = timedelta(days=3_660)
"""Ten years: single days beyond that are of no use."""
_SECOND = timedelta(seconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows in order, none touching the next.

    Attributes:
        found: from the beginning of the stretch on.
        complete: whether they reach its end: ten years and 4,000 windows are worked out at most.
    """

    found: tuple[Window, ...] = ()
    complete: bool = True


def is_recurring(document: Any) -> bool:
    """Whether a campaign, tier or earning rule is limited to weekdays, hours or intervals."""
    known = members(document)
    frame = members(known.get("validity_timeframe"))
    return bool(
        weekdays_of(known.get("validity_day_of_week"))
        or entries(inside(known, "validity_hours", "daily"))
        or frame.get("interval") is not None
        or frame.get("duration") is not None
    )


def windows_between(document: Any, start: datetime, end: datetime, zone: tzinfo) -> Windows:
    """The times between two instants at which days, hours and intervals admit; dates are not looked at.

    Args:
        document: a campaign, promotion tier or earning rule as received.
        start: aware.
        end: aware, not included.
        zone: the project's time zone.
    """
    return windows_of_all((document,), start, end, zone)


def windows_of_all(documents: Iterable[Any], start: datetime, end: datetime, zone: tzinfo) -> Windows:
    """The same for several documents, all of which must admit: a promotion tier and its campaign."""
    begin, last = start.astimezone(UTC), end.astimezone(UTC)
    if begin >= last:
        return Windows()
    far = begin + min(_LONGEST, last - begin)
    meeting: Iterator[Window] = iter([(begin, far)])
    for document in documents:
        known = members(document)
        both = _meeting(_daily(known, begin, far, zone), _framed(known, begin, far, zone))
        meeting = _meeting(meeting, joined_windows(both))
    found = tuple(islice(joined_windows(meeting), MOST_WINDOWS + 1))
    return Windows(found[:MOST_WINDOWS], far == last and len(found) <= MOST_WINDOWS)


def common_windows(some: Iterable[Window], others: Iterable[Window], most: int = MOST_WINDOWS) -> Windows:
    """Where windows in order meet others in order, so many at most."""
    found = tuple(islice(_meeting(iter(some), iter(others)), most + 1))
    return Windows(found[:most], len(found) <= most)


def _daily(known: Mapping[str, Any], start: datetime, end: datetime, zone: tzinfo) -> Iterator[Window]:
    """Windows of weekdays and hours; the full range where there are none, or none that are understood."""
    days = weekdays_of(known.get("validity_day_of_week"))
    hours, complete = hours_of(known)
    if not complete:
        hours = []
    if not days and not hours:
        yield start, end
        return
    day = local_time(start, zone).date()
    final = local_time(end, zone).date()
    while day <= final:
        weekday = day.isoweekday() % 7
        if not days or weekday in days:
            for minutes in _minutes(hours, weekday) if hours else [(0, DAY_END)]:
                for begin, stop in _on_day(day, minutes, zone):
                    if begin < end and stop > start:
                        yield max(begin, start), min(stop, end)
        if day == date.max:
            return
        day += timedelta(days=1)


def _minutes(hours: list[DailyHours], weekday: int) -> list[tuple[int, int]]:
    """Minutes of a weekday that some hours admit, in order and joined; hours over midnight begin the day before."""
    found = []
    for entry in hours:
        if entry.end > entry.start:
            found += [(entry.start, entry.end)] if weekday in entry.days else []
            continue
        found += [(entry.start, DAY_END)] if weekday in entry.days else []
        found += [(0, entry.end)] if (weekday - 1) % 7 in entry.days else []
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _on_day(day: date, minutes: tuple[int, int], zone: tzinfo) -> Iterator[Window]:
    """When the clock of a day shows some minutes: twice where it is set back, not at all where it jumps over them."""
    begin, end = (edge_instant(text) for text in day_bounds(day.isoformat(), zone))
    for start, stop, offset in _even(begin, end, zone):
        opens, closes = (_shown(day, minute, offset) for minute in minutes)
        if max(opens, start) < min(closes, stop):
            yield max(opens, start), min(closes, stop)


def _shown(day: date, minute: int, offset: timedelta) -> datetime:
    """When a clock with that offset shows a minute of a day; at the ends of the calendar the nearest instant."""
    try:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return midnight + (timedelta(minutes=minute) - offset)
    except OverflowError:
        return _FIRST if day.year == 1 else _LAST


def _even(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """A day in parts during which the clock is not set, each with its offset."""
    if begin >= end:
        return
    first, last = _offset(begin, zone), _offset(end - timedelta(microseconds=1), zone)
    if first == last:
        yield begin, end, first
        return
    early, late = begin, end
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle <= early:
            break
        early, late = (middle, late) if _offset(middle, zone) == first else (early, middle)
    yield begin, late, first
    yield late, end, last


def _offset(instant: datetime, zone: tzinfo) -> timedelta:
    return local_time(instant, zone).utcoffset() or timedelta()


def _framed(known: Mapping[str, Any], start: datetime, end: datetime, zone: tzinfo) -> Iterator[Window]:
    """Windows of `validity_timeframe`, counted from the start date."""
    frame = members(known.get("validity_timeframe"))
    interval, duration = parse_duration(frame.get("interval")), parse_duration(frame.get("duration"))
    origin = utc_text(known.get("start_date"))
    if interval is None or duration is None or origin is None or interval.about <= timedelta(0):
        yield start, end
        return
    first = instant_of(origin)
    if duration.about >= interval.about:
        if first < end:
            yield max(first, start), end
        return
    turn = max(0, int((start - first) / interval.about) - 2)
    while (opens := span_after(interval, first, turn, zone)) < end:
        closes = span_after(duration, opens, 1, zone)
        if closes > start and closes > opens:
            yield max(opens, start), min(closes, end)
        turn += 1


def _meeting(some: Iterator[Window], others: Iterator[Window]) -> Iterator[Window]:
    """Where windows of one kind meet those of another, both in order."""
    one, other = next(some, None), next(others, None)
    while one is not None and other is not None:
        start, end = max(one[0], other[0]), min(one[1], other[1])
        if start < end:
            yield start, end
        if one[1] <= other[1]:
            one = next(some, None)
        else:
            other = next(others, None)


def joined_windows(windows: Iterable[Window]) -> Iterator[Window]:
    """Windows in order of their start, those that touch or meet as one."""
    merged: Window | None = None
    for start, end in windows:
        if merged is not None and start <= merged[1]:
            merged = merged[0], max(merged[1], end)
            continue
        if merged is not None:
            yield merged
        merged = start, end
    if merged is not None:
        yield merged
