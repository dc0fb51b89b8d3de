"""Recurring validity of campaigns, promotion tiers and earning rules: in words, and whether it is open now.

Source: API §5; schemas ValidityTimeframe, ValidityDayOfWeek, ValidityHours. All of it runs in the project's time
zone. Intervals across clock changes are the API's own maths, so what is computed from them is an estimate (API §11.24).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from store.days import local_time
from store.domain.durations import Duration, duration_text, parse_duration
from store.domain.values import entries, inside, members, whole, word
from store.times import instant_of, utc_text

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_WEEK_FROM_MONDAY = (1, 2, 3, 4, 5, 6, 0)
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
DAY_END = 24 * 60


class Opening(Struct, frozen=True):
    """Whether recurring validity admits an instant.

    Attributes:
        open: None when the configuration cannot be understood.
        reason: why it is closed or unknown, in words; empty when open.
    """

    open: bool | None = True
    reason: str = ""


class DailyHours(Struct, frozen=True):
    """One entry of `validity_hours.daily`: API weekdays and minutes of the local day."""

    days: tuple[int, ...]
    start: int
    end: int

    def admits(self, weekday: int, minute: int) -> bool:
        """Whether it admits a minute of an API weekday; hours over midnight go on into the next one."""
        if self.end > self.start:
            return weekday in self.days and self.start <= minute < self.end
        late = weekday in self.days and minute >= self.start
        return late or ((weekday - 1) % 7 in self.days and minute < self.end)


def weekdays_of(value: Any) -> tuple[int, ...]:
    """API weekdays (0 is Sunday) in a list, Monday first; anything else in it is left out."""
    found = {day for day in map(whole, entries(value)) if day is not None}
    return tuple(day for day in _WEEK_FROM_MONDAY if day in found)


def weekdays_text(value: Any) -> str:
    """API weekdays as words with runs joined: `Mon–Fri`, `Sat, Sun`, `every day`; empty when there are none."""
    days = weekdays_of(value)
    if len(days) == 7:
        return "every day"
    runs: list[list[int]] = []
    for place, day in enumerate(_WEEK_FROM_MONDAY):
        if day not in days:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(text for run in runs for text in _run_text(run))


def _run_text(run: list[int]) -> list[str]:
    names = [_DAYS[_WEEK_FROM_MONDAY[place]] for place in run]
    return names if len(names) < 3 else [f"{names[0]}–{names[-1]}"]


def clock_minute(value: Any) -> int | None:
    """The minute of the day that `18:30` or `18:30:00` names; None for anything else."""
    match = _CLOCK.fullmatch(word(value).strip())
    return int(match[1]) * 60 + int(match[2]) if match else None


def hours_of(document: Any) -> tuple[list[DailyHours], bool]:
    """The readable entries of `validity_hours`, and whether every entry was readable."""
    found = []
    complete = True
    for entry in entries(inside(document, "validity_hours", "daily")):
        start = clock_minute(members(entry).get("start_time"))
        raw_end = members(entry).get("expiration_time")
        end = DAY_END if raw_end in (None, "", "00:00") else clock_minute(raw_end)
        if start is None and raw_end is not None and members(entry).get("start_time") in (None, ""):
            start = 0
        if start is None or end is None or not isinstance(entry, Mapping):
            complete = False
            continue
        named = weekdays_of(entry.get("days_of_week"))
        found.append(DailyHours(named or _WEEK_FROM_MONDAY, start, end))
    return found, complete


def hours_text(document: Any) -> str:
    """`validity_hours` in words: `Mon–Fri 08:00–18:00; Sat 10:00–end of day`; empty when there are none."""
    hours, complete = hours_of(document)
    parts = []
    for entry in hours:
        end = "end of day" if entry.end == DAY_END else _clock_text(entry.end)
        parts.append(f"{weekdays_text(list(entry.days))} {_clock_text(entry.start)}–{end}")
    return "; ".join(parts if complete else [*parts, "hours not understood"])


def _clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def timeframe_text(document: Any) -> str:
    """`validity_timeframe` in words: `every 7 d for 2 d`; empty when there is none."""
    frame = members(inside(document, "validity_timeframe"))
    interval, duration = duration_text(frame.get("interval")), duration_text(frame.get("duration"))
    parts = (f"every {interval}" if interval else "", f"for {duration}" if duration else "")
    return " ".join(part for part in parts if part)


def validity_text(document: Any) -> str:
    """Every recurrence of a campaign, tier or earning rule in one line; empty when it always runs."""
    known = members(document)
    days = weekdays_text(known.get("validity_day_of_week"))
    hours = hours_text(known)
    after = duration_text(known.get("activity_duration_after_publishing"))
    parts = (
        timeframe_text(known),
        f"on {days}" if days and days != "every day" else days,
        hours,
        f"each code for {after} after publishing, instead of the campaign's end" if after else "",
    )
    return "; ".join(part for part in parts if part)


def opening(document: Any, now: datetime, zone: tzinfo) -> Opening:
    """Whether days, hours and intervals admit an instant; dates and switches are not looked at.

    Args:
        document: a campaign, promotion tier or earning rule as received.
        now: the instant, aware.
        zone: the project's time zone.
    """
    local = local_time(now, zone)
    weekday, minute = local.isoweekday() % 7, local.hour * 60 + local.minute
    known = members(document)
    days = weekdays_of(known.get("validity_day_of_week"))
    if days and weekday not in days:
        return Opening(False, "outside its days now")
    hours, complete = hours_of(known)
    if hours and not any(entry.admits(weekday, minute) for entry in hours):
        if complete:
            return Opening(False, "outside its hours now")
        return Opening(None, "its hours are not understood")
    if not hours and not complete:
        return Opening(None, "its hours are not understood")
    return _in_timeframe(known, now, zone)


def _in_timeframe(document: Mapping[str, Any], now: datetime, zone: tzinfo) -> Opening:
    frame = members(document.get("validity_timeframe"))
    if frame.get("interval") is None and frame.get("duration") is None:
        return Opening()
    interval, duration = parse_duration(frame.get("interval")), parse_duration(frame.get("duration"))
    begin = utc_text(document.get("start_date"))
    if interval is None or duration is None or begin is None or interval.about <= timedelta(0):
        return Opening(None, "its intervals are not understood")
    start = instant_of(begin)
    if now < start:
        return Opening(False, "before its first interval")
    if duration.about >= interval.about:
        return Opening(True)
    near = int((now - start) / interval.about)
    for turn in range(max(0, near - 2), near + 3):
        opens = span_after(interval, start, turn, zone)
        if opens <= now < span_after(duration, opens, 1, zone):
            return Opening(True)
    return Opening(False, "between its intervals now (estimate)")


def span_after(span: Duration, start: datetime, times: int, zone: tzinfo) -> datetime:
    """The instant after a span, or the end of time where the calendar ends first."""
    try:
        return span.after(start, times, zone)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
