"""Ranges of days: presets, the period before, and days as people type them. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from store import words as fmt
from store.words import DateSpan, month_end

PresetId = Literal["today", "7d", "30d", "90d", "this_month", "last_month", "this_year", "all"]

_ONE_DAY = timedelta(days=1)
_MONTHS = tuple(name.lower() for name in fmt.MONTHS)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_WORDED = re.compile(r"(\d{1,2})\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?")
_AGO = re.compile(r"-?(\d{1,4})\s*d")


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days in the project's time zone, both ends included; `None` is open.

    Attributes:
        start: first day.
        end: last day.
        label: for titles: "last 30 days", "1 – 20 Nov 2026".
    """

    start: date | None
    end: date | None
    label: str

    @property
    def title(self) -> str:
        """The label as a line of its own: "Last 30 days"."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def days(self) -> int | None:
        """How many days; `None` when a side is open."""
        return None if self.span is None else self.span.days

    @property
    def span(self) -> DateSpan | None:
        """The same days; `None` when a side is open."""
        return None if self.start is None or self.end is None else DateSpan(self.start, self.end)


def _last(days: int) -> Callable[[date], DateRange]:
    return lambda today: DateRange(DateSpan.last(days, today).start, today, f"last {days} days")


def _this_month(today: date) -> DateRange:
    return DateRange(today.replace(day=1), month_end(today), "this month")


def _last_month(today: date) -> DateRange:
    end = today.replace(day=1) - _ONE_DAY
    return DateRange(end.replace(day=1), end, "last month")


PRESETS: dict[PresetId, Callable[[date], DateRange]] = {
    "today": lambda today: DateRange(today, today, "today"),
    "7d": _last(7),
    "30d": _last(30),
    "90d": _last(90),
    "this_month": _this_month,
    "last_month": _last_month,
    "this_year": lambda today: DateRange(date(today.year, 1, 1), date(today.year, 12, 31), "this year"),
    "all": lambda _today: DateRange(None, None, "all time"),
}
"""What each makes of today, in the project's time zone."""


def preset(preset_id: PresetId, today: date) -> DateRange:
    """The range of a preset; today is that of the project's time zone."""
    return PRESETS[preset_id](today)


def between(start: date | None, end: date | None) -> DateRange:
    """A range of the user's own.

    Raises:
        ValueError: it ends before it starts; the message is for people.
    """
    if start is not None and end is not None and end < start:
        raise ValueError(f"The range ends ({fmt.day(end)}) before it starts ({fmt.day(start)}).")
    return DateRange(start, end, fmt.day_range(start, end) if start or end else "all time")


def previous(shown: DateRange) -> DateRange | None:
    """The period to compare with; `None` when a side is open or there is no room before it."""
    before = None if shown.span is None else shown.span.previous
    if before is None:
        return None
    return DateRange(before.start, before.end, f"vs {fmt.day_range(before.start, before.end)}")


def parse_day(text: str, today: date) -> date | None:
    """A day as typed: `2026-11-20`, `20.11.2026`, `20 Nov 2026`, `20 Nov`, `today`, `yesterday`, `7d` (days ago).

    A day without a year is the latest one that is not after `today`. Nothing typed is an open side, `None`.

    Raises:
        ValueError: it is no day; the message says which forms are.
    """
    words = " ".join(text.lower().split())
    if not words:
        return None
    if words in ("today", "yesterday"):
        return today if words == "today" else today - _ONE_DAY
    try:
        if found := _ISO.fullmatch(words):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(words):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _AGO.fullmatch(words):
            return today - timedelta(days=int(found[1]))
        if (found := _WORDED.fullmatch(words)) and found[2][:3] in _MONTHS:
            return _worded(int(found[1]), _MONTHS.index(found[2][:3]) + 1, found[3], today)
    except (ValueError, OverflowError):
        raise ValueError(f"There is no day “{text.strip()[:20]}” in the calendar.") from None
    raise ValueError(f"“{text.strip()[:20]}” is no date. Type 2026-11-20, 20 Nov 2026, today or 7d.")


def _worded(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return date(int(year), month, day)
    # 29 February lies up to eight years back.
    for back in range(9):
        try:
            found = date(today.year - back, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError
