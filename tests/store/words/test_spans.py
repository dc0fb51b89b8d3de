from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.days import WeekStart
from store.words import Bucket, DateSpan, bucket_start, month_end


def span(start: str, end: str) -> DateSpan:
    return DateSpan(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("shown", "before"),
    [
        (span("2026-10-22", "2026-11-20"), span("2026-09-22", "2026-10-21")),
        (span("2026-11-20", "2026-11-20"), span("2026-11-19", "2026-11-19")),
        (span("2026-11-01", "2026-11-30"), span("2026-10-01", "2026-10-31")),
        (span("2026-03-01", "2026-03-31"), span("2026-02-01", "2026-02-28")),
        (span("2026-01-01", "2026-01-31"), span("2025-12-01", "2025-12-31")),
        (span("2024-01-01", "2024-12-31"), span("2023-01-01", "2023-12-31")),
        (span("2026-10-01", "2026-11-30"), span("2026-08-01", "2026-09-30")),
        (span("0001-01-01", "0001-01-04"), None),
        (span("0001-01-03", "0001-01-09"), None),
    ],
)
def test_the_period_before(shown: DateSpan, before: DateSpan | None) -> None:
    assert shown.previous == before


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_the_period_before_ends_the_day_before(start: date, length: int) -> None:
    shown = DateSpan(start, start + timedelta(days=length))
    before = shown.previous
    assert before is not None
    assert before.end == start - timedelta(days=1)
    assert before.start <= before.end
    if start.day != 1:
        assert before.days == shown.days == length + 1


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_the_days_of_a_span_are_all_of_them(start: date, count: int) -> None:
    shown = DateSpan(start, start + timedelta(days=count - 1))
    found = list(shown)
    assert len(found) == shown.days == count
    assert found == sorted(set(found))
    assert all(shown.start <= day <= shown.end for day in found)


def test_the_last_days() -> None:
    assert DateSpan.last(7, date(2026, 3, 3)) == span("2026-02-25", "2026-03-03")
    assert list(span("9999-12-30", "9999-12-31")) == [date(9999, 12, 30), date.max]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026-02-01", "2026-02-28"),
        ("2028-02-11", "2028-02-29"),
        ("2026-04-30", "2026-04-30"),
        ("2026-12-31", "2026-12-31"),
        ("9999-12-01", "9999-12-31"),
    ],
)
def test_the_last_day_of_a_month(day: str, end: str) -> None:
    assert month_end(date.fromisoformat(day)).isoformat() == end


@pytest.mark.parametrize(
    ("day", "week", "sunday_week", "month"),
    [
        ("2026-11-20", "2026-11-16", "2026-11-15", "2026-11-01"),
        ("2026-11-16", "2026-11-16", "2026-11-15", "2026-11-01"),
        ("2026-11-15", "2026-11-09", "2026-11-15", "2026-11-01"),
        ("2026-11-01", "2026-10-26", "2026-11-01", "2026-11-01"),
        ("2026-11-30", "2026-11-30", "2026-11-29", "2026-11-01"),
        ("2027-01-01", "2026-12-28", "2026-12-27", "2027-01-01"),
    ],
)
def test_the_bucket_of_a_day(day: str, week: str, sunday_week: str, month: str) -> None:
    found = date.fromisoformat(day)
    assert bucket_start(found, Bucket.DAY) == found
    assert bucket_start(found, Bucket.WEEK).isoformat() == week
    assert bucket_start(found, Bucket.WEEK, WeekStart.SUNDAY).isoformat() == sunday_week
    assert bucket_start(found, Bucket.MONTH).isoformat() == month
