"""ISO 8601 durations (`P3D`, `PT2H`, `P1M`) as the API writes them: parsed, in words, and added to local time."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from store.days import local_time
from store.words import counted, month_end

_FORM = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:[.,]\d{1,9})?S)?)?",
    re.ASCII,
)
_MONTH = timedelta(days=30, hours=10, minutes=29)


class Duration(Struct, frozen=True):
    """A span of calendar months and days plus exact seconds (fractions are cut)."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    @property
    def about(self) -> timedelta:
        """Its usual length: a month is taken as a twelfth of a year. Good for estimates, not for limits."""
        return self.months * _MONTH + timedelta(days=self.days, seconds=self.seconds)

    def after(self, start: datetime, times: int, zone: tzinfo) -> datetime:
        """The instant this span, `times` over, after `start`; months and days keep the local clock time.

        Raises:
            OverflowError: the result lies outside the years 1 to 9999.
        """
        local = local_time(start, zone).replace(tzinfo=None)
        month = local.year * 12 + local.month - 1 + self.months * times
        if not 12 <= month < 120_000:
            raise OverflowError("a date outside the calendar")
        first = local.replace(year=month // 12, month=month % 12 + 1, day=1)
        moved = first + timedelta(days=min(local.day, month_end(first).day) - 1 + self.days * times)
        if not self.months and not self.days:
            return start.astimezone(UTC) + timedelta(seconds=self.seconds * times)
        return moved.replace(tzinfo=zone).astimezone(UTC) + timedelta(seconds=self.seconds * times)

    def words(self) -> str:
        """`7 d`, `1 month 2 h`, `2 years`; nothing at all is `0 d`."""
        years, months = divmod(self.months, 12)
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            counted(years, "year") if years else "", counted(months, "month") if months else "",
            f"{self.days} d" if self.days else "",
            f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else "",
        ]  # fmt: skip
        return " ".join(part for part in parts if part) or "0 d"


def parse_duration(value: object) -> Duration | None:
    """The duration a value means, or None when it is not an ISO 8601 duration with at least one part."""
    if not isinstance(value, str):
        return None
    match = _FORM.fullmatch(value.strip())
    if match is None:
        return None
    years, months, weeks, days, clock, hours, minutes, seconds = match.groups()
    if clock == "T" or not any((years, months, weeks, days, clock)):
        return None
    return Duration(
        months=int(years or 0) * 12 + int(months or 0),
        days=int(weeks or 0) * 7 + int(days or 0),
        seconds=int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0),
    )


def duration_text(value: object) -> str:
    """A duration in words; what is not one is shown as it was received, nothing as an empty text."""
    duration = parse_duration(value)
    if duration is not None:
        return duration.words()
    return value if isinstance(value, str) else ""
