"""When something is valid within its dates: recurring days, hours and intervals, in words and as an answer.

Computed windows are estimates: Voucherify evaluates them in project time and has its own edge cases (API §11.24).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from store.days import parse_instant
from store.times import utc_text

DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = ("y", "mo", "wk", "d", "h", "min", "s")


def duration_words(text: Any) -> str:
    """An ISO 8601 duration in words (`P1DT12H` → `1 d 12 h`); what is none is shown as it is."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    parts = [f"{int(part)} {unit}" for part, unit in zip(match.groups(), _UNITS, strict=True) if part] if match else []
    return " ".join(parts) or str(text)


def duration_of(text: Any) -> timedelta | None:
    """An ISO 8601 duration without years or months as an exact length; None for any other."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[1] or match[2] or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[2:])
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return length if length > timedelta(0) else None


def _days(value: Any) -> list[int]:
    days = value if isinstance(value, list) else []
    return [day for day in days if isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6]


def day_words(value: Any) -> str:
    """Days of the week (0 = Sunday, API §5) as words, in the order of a week that begins on Monday."""
    days = sorted(set(_days(value)), key=lambda day: (day + 6) % 7)
    return ", ".join(DAYS[day] for day in days)


def _slots(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    hours = document.get("validity_hours")
    daily = hours.get("daily") if isinstance(hours, Mapping) else None
    return [slot for slot in daily if isinstance(slot, Mapping)] if isinstance(daily, list) else []


def validity_words(document: Mapping[str, Any]) -> list[str]:
    """Every recurrence of a campaign, tier or voucher, one line each; empty when it is simply valid."""
    lines = []
    if days := day_words(document.get("validity_day_of_week")):
        lines.append(f"only on {days}")
    for slot in _slots(document):
        start, end = slot.get("start_time") or "00:00", slot.get("expiration_time") or "end of day"
        lines.append(f"{start} to {end} on {day_words(slot.get('days_of_week')) or 'every day'}")
    frame = document.get("validity_timeframe")
    if isinstance(frame, Mapping):
        lines.append(f"every {duration_words(frame.get('interval'))} for {duration_words(frame.get('duration'))}")
    if after := document.get("activity_duration_after_publishing"):
        lines.append(f"each code {duration_words(after)} from its publication")
    return lines


def is_open(document: Mapping[str, Any], now: datetime, tz: tzinfo) -> bool | None:
    """Whether its recurrences let it be used at an instant, dates aside; None when that cannot be told."""
    local = now.astimezone(tz)
    today = (local.weekday() + 1) % 7
    answers = [True]
    if days := _days(document.get("validity_day_of_week")):
        answers.append(today in days)
    if slots := _slots(document):
        clock = local.strftime("%H:%M")
        answers.append(any(_in_slot(slot, today, clock) for slot in slots))
    frame = document.get("validity_timeframe")
    if isinstance(frame, Mapping):
        interval, duration = duration_of(frame.get("interval")), duration_of(frame.get("duration"))
        start = utc_text(document.get("start_date"))
        if interval is None or duration is None or start is None:
            return None if all(answers) else False
        passed = now - parse_instant(start)
        answers.append(passed >= timedelta(0) and passed % interval < duration)
    return all(answers)


def _in_slot(slot: Mapping[str, Any], today: int, clock: str) -> bool:
    days = _days(slot.get("days_of_week"))
    start, end = str(slot.get("start_time") or "00:00"), str(slot.get("expiration_time") or "24:00")
    return (not days or today in days) and start <= clock < end
