"""Spans of local days and the buckets they are counted in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.days import WeekStart, week_of

_ONE_DAY = timedelta(days=1)


class Bucket(StrEnum):
    """How days are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Local days from start to end, both included."""

    start: date
    end: date

    @classmethod
    def last(cls, days: int, end: date) -> "DateSpan":
        """So many days up to one, that one included.

        Raises:
            OverflowError: the calendar has no so many before it.
        """
        return cls(end - timedelta(days=days - 1), end)

    def __iter__(self) -> Iterator[date]:
        """Every day of it, in order."""
        return (self.start + timedelta(days=offset) for offset in range(self.days))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def previous(self) -> "DateSpan | None":
        """The period to compare with, right before it: as many days, but calendar months and years before such.

        None where the calendar has no room for it.
        """
        start, end = self.start, self.end
        try:
            last = start - _ONE_DAY
            if start.day == 1 and end == month_end(start):
                first = last.replace(day=1)
            elif (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
                first = date(last.year, 1, 1)
            else:
                first = last - (end - start)
        except OverflowError:
            return None
        return DateSpan(first, last)


def bucket_start(day: date, bucket: Bucket, week_start: WeekStart = WeekStart.MONDAY) -> date:
    """The first day of the bucket a day belongs to."""
    if bucket is Bucket.WEEK:
        return week_of(day, week_start)
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def month_end(day: date) -> date:
    """The last day of the month a day belongs to."""
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - _ONE_DAY
