"""Axis ticks: round integers up the side, as many dates along the bottom as fit. Pure."""

from collections.abc import Sequence
from datetime import date

from store import words as fmt


def nice_ticks(low: int, high: int, count: int, *, unit: int = 1) -> list[int]:
    """Round integers that cover a range.

    Args:
        low: lowest value.
        high: highest value; equal to `low` is allowed.
        count: ticks wanted; the result has at least 2 and at most `count` + 2.
        unit: every tick is a multiple of it (100 keeps minor units on whole major ones).

    Returns:
        Ascending multiples of 1, 2 or 5 times a power of ten times `unit`; the first is at or below `low`, the
        last at or above `high`.
    """
    low, high = min(low, high), max(low, high)
    wanted = max(1, count - 1)
    least = max(1, -(-(high - low) // (unit * wanted)))
    power = 10 ** (len(str(least)) - 1)
    step = unit * next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    first, last = low // step * step, -(-high // step) * step
    if first == last:
        last += step
    return list(range(first, last + 1, step))


def spread(count: int, most: int) -> list[int]:
    """Up to `most` indexes of `count` items, evenly apart from the first on."""
    if count <= 0 or most <= 0:
        return []
    step = -(-count // most)
    return list(range(0, count, step))


def date_labels(dates: Sequence[date], width: int) -> list[tuple[int, str]]:
    """Indexes and labels of the dates to name under a plot of `width` cells.

    Months read `Nov 2026`, days and weeks `24 Oct`; the year is shown where the range spans more than one.
    """
    if not dates:
        return []
    monthly = len(dates) > 1 and all(day.day == 1 for day in dates)
    long_range = (dates[-1] - dates[0]).days > 330

    def label(day: date) -> str:
        if monthly:
            return fmt.day(day).split(" ", 1)[1]
        return fmt.day(day, year=long_range)

    cells = max(len(label(day)) for day in dates) + 3
    return [(index, label(dates[index])) for index in spread(len(dates), max(1, width // cells))]
