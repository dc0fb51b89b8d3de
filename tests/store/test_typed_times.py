"""Days and instants as people type them, by the project's clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.nearest import did_you_mean, nearest
from store.typed_times import TypedTime, typed_day, typed_time

NOW = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""Half past midnight on 2 March in Warsaw."""
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("today", date(2026, 3, 2)),
        ("Yesterday", date(2026, 3, 1)),
        ("tomorrow", date(2026, 3, 3)),
        ("-0d", date(2026, 3, 2)),
        ("-7d", date(2026, 2, 23)),
        ("-2w", date(2026, 2, 16)),
        ("2026-11-20T23:30:00Z", date(2026, 11, 21)),
        ("2026-11-20t23:30:00.5+02:00", date(2026, 11, 20)),
    ],
)
def test_a_day_by_the_projects_clock(text: str, day: date) -> None:
    assert typed_day(text, NOW, WARSAW) == day


@pytest.mark.parametrize(
    "text", ["", "7d", "-7", "-1y", "soon", "2026-02-30", "2026-11-20T12:00", "-999999d", "٢٠٢٦-١١-٢٠"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        typed_day(text, NOW, WARSAW)


def test_where_a_day_begins_and_ends_and_an_instant_stands() -> None:
    day = TypedTime(date(2026, 3, 1), "2026-02-28T23:00:00.000Z", "2026-03-01T23:00:00.000Z")
    assert typed_time("yesterday", NOW, WARSAW) == day
    instant = "2026-11-20T10:00:00.000Z"
    assert typed_time("2026-11-20T12:00:00+02:00", NOW, WARSAW) == TypedTime(date(2026, 11, 20), instant, instant)


def test_near_names() -> None:
    known = ("campaigns", "campaign_totals", "customers", "Summer Sale")
    assert nearest("campaings", known)[0] == "campaigns"
    assert nearest("CAMPAIGN-totals", known)[0] == "campaign_totals"
    assert nearest("summer", known) == ["Summer Sale"]
    assert nearest("zzz", known) == []
    assert did_you_mean("custmers", known) == " Did you mean “customers”?"
    assert did_you_mean("", known) == did_you_mean("zzz", known) == ""
