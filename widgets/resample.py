"""Series cut to what a plot can show, and days put into weeks and months. Pure; `None` is unknown, never 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Bucket = Literal["day", "week", "month"]
Value = int | None

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bucketed:
    """The sum over one day, week or month.

    Attributes:
        start: first day of the bucket; weeks start on Monday.
        value: sum of the known days, `None` when no day of it is known.
        complete: every day of the bucket lies in the range and is known.
    """

    start: date
    value: Value
    complete: bool


def fill_days(values: Mapping[date, Value], start: date, end: date, *, missing: Value = None) -> list[Value]:
    """One value per day from `start` to `end`, both included, oldest first.

    Args:
        values: what is known by day; other days of the range become `missing`.
        start: first day.
        end: last day; before `start` gives an empty list.
        missing: `None` where a day without rows is unknown, 0 where it is known to be empty.
    """
    return [values.get(start + timedelta(days=index), missing) for index in range((end - start).days + 1)]


def bucket_start(day: date, bucket: Bucket) -> date:
    """First day of the bucket that `day` lies in."""
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket == "month" else day


def bucket_end(start: date, bucket: Bucket) -> date:
    """Last day of the bucket that starts on `start`."""
    if bucket == "week":
        return start + timedelta(days=6)
    if bucket == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1) - _ONE_DAY
    return start


def bucket_days(start: date, values: Sequence[Value], bucket: Bucket) -> list[Bucketed]:
    """Sum consecutive days into buckets, oldest first.

    Args:
        start: the day of the first value.
        values: one per day, without holes in the calendar (see `fill_days`).
        bucket: the size; the first and last bucket may reach beyond the days given and are then not complete.
    """
    groups: dict[date, list[Value]] = {}
    for index, value in enumerate(values):
        groups.setdefault(bucket_start(start + timedelta(days=index), bucket), []).append(value)
    out: list[Bucketed] = []
    for first, days in groups.items():
        known = [value for value in days if value is not None]
        whole = len(known) == (bucket_end(first, bucket) - first).days + 1
        out.append(Bucketed(first, sum(known) if known else None, whole))
    return out


def decimate(values: Sequence[Value], width: int) -> list[tuple[int, Value]]:
    """At most two points per column of a plot: the lowest and the highest, in the order they came.

    Args:
        values: oldest first.
        width: columns of the plot.

    Returns:
        Pairs of index into `values` and value, ascending. A column without any known value gives one pair with
        `None`, so that the gap stays visible. Series of up to two values a column come back whole.
    """
    size = len(values)
    if width <= 0:
        return []
    if size <= 2 * width:
        return list(enumerate(values))
    out: list[tuple[int, Value]] = []
    for column in range(width):
        first, last = column * size // width, (column + 1) * size // width
        low: tuple[int, int] | None = None
        high: tuple[int, int] | None = None
        for index in range(first, last):
            value = values[index]
            if value is None:
                continue
            if low is None or value < low[1]:
                low = (index, value)
            if high is None or value > high[1]:
                high = (index, value)
        if low is None or high is None:
            out.append((first, None))
        else:
            out.extend(sorted({low, high}))
    return out


def runs(pairs: Sequence[tuple[int, Value]]) -> list[list[tuple[int, int]]]:
    """Cut a series at its unknown values into stretches that may be joined by a line."""
    out: list[list[tuple[int, int]]] = []
    open_run: list[tuple[int, int]] = []
    for index, value in pairs:
        if value is not None:
            open_run.append((index, value))
        elif open_run:
            out.append(open_run)
            open_run = []
    if open_run:
        out.append(open_run)
    return out
