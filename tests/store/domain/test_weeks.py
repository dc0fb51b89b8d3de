"""Weeks begin with the day the profile says."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.days import WeekStart, week_of
from store.queries.referrals import referred_series
from store.queries.series import daily_series
from store.words import Bucket, DateSpan
from tests.support.records import campaign, put, read_whole, redemption
from tests.support.syncing import ZONE

FRIDAY = date(2026, 11, 20)
SPAN = DateSpan(date(2026, 11, 14), FRIDAY)
"""A Saturday to the Friday after it."""


@pytest.mark.parametrize(
    ("day", "monday", "saturday", "sunday"),
    [
        (date(2026, 11, 20), date(2026, 11, 16), date(2026, 11, 14), date(2026, 11, 15)),
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 14), date(2026, 11, 15)),
        (date(2026, 11, 15), date(2026, 11, 9), date(2026, 11, 14), date(2026, 11, 15)),
        (date(2026, 11, 14), date(2026, 11, 9), date(2026, 11, 14), date(2026, 11, 8)),
        (date(2026, 1, 1), date(2025, 12, 29), date(2025, 12, 27), date(2025, 12, 28)),
        (date.min, date.min, date.min, date.min),
    ],
)
def test_the_week_of_a_day(day: date, monday: date, saturday: date, sunday: date) -> None:
    assert [week_of(day, start) for start in (WeekStart.MONDAY, WeekStart.SATURDAY, WeekStart.SUNDAY)] == [
        monday, saturday, sunday,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (WeekStart.MONDAY, {date(2026, 11, 9): 2, date(2026, 11, 16): 5}),
        (WeekStart.SATURDAY, {date(2026, 11, 14): 7}),
        (WeekStart.SUNDAY, {date(2026, 11, 8): 1, date(2026, 11, 15): 6}),
    ],
)
def test_one_redemption_a_day_by_week(tmp_path: Path, start: WeekStart, expected: dict[date, int]) -> None:
    cache: sqlite3.Connection = connect_writer(tmp_path / "c.db")
    put(cache, "campaigns", campaign(kind="REFERRAL_PROGRAM"))
    days = [SPAN.start + timedelta(days=offset) for offset in range(7)]
    put(cache, "redemptions", *(redemption(f"r_{day}", date=f"{day}T12:00:00.000Z") for day in days))
    read_whole(cache, "redemptions", "customers")
    series = daily_series(cache, "camp_1", ["redemptions_succeeded"], SPAN, Bucket.WEEK, week_start=start)
    found = series["redemptions_succeeded"]
    assert dict(zip(found.starts, found.values, strict=True)) == expected
    assert referred_series(cache, "camp_1", SPAN, Bucket.WEEK, ZONE, start).starts == tuple(expected)
    cache.close()
