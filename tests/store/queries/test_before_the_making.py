"""Days before a campaign was made: nothing happened on them, and that is known without asking."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.cache.rollups import DayCount, rebuild_dirty, write_day
from store.models import Source
from store.queries.campaigns import get_campaign
from store.queries.series import UNMADE_NOTE, campaign_span, daily_series
from store.queries.summary import campaign_figures
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole, redemption
from tests.support.syncing import NOW, ZONE

MADE = "2026-11-10T23:30:00.000Z"
"""The 11th in Warsaw: whose days summaries have is not documented, so the 10th is the first."""
AFTER = [date(2026, 11, day) for day in range(10, 21)]
VALIDATED = "validations_succeeded"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(created_at=MADE))
    yield connection
    connection.close()


def november(first: int, last: int) -> DateSpan:
    return DateSpan(date(2026, 11, first), date(2026, 11, last))


@pytest.mark.parametrize("metric", [VALIDATED, "redemptions_succeeded", "vouchers_deleted", "publications_failed"])
def test_only_the_days_since_are_unknown_where_nothing_was_read(cache: sqlite3.Connection, metric: str) -> None:
    series = daily_series(cache, "camp_1", [metric], november(1, 20), zone=ZONE)[metric]
    assert series.values == (0,) * 9 + (None,) * 11
    assert (series.complete, series.figure().value) == (False, None)
    before = daily_series(cache, "camp_1", [metric], november(1, 9), zone=ZONE)[metric]
    assert before.values == (0,) * 9
    assert (before.figure().value, before.complete, before.note) == (0, True, UNMADE_NOTE)


def test_a_summary_read_since_the_making_is_whole_over_a_longer_range(cache: sqlite3.Connection) -> None:
    for day in AFTER:
        text = '{"validations_succeeded": 2}'
        cache.execute("insert into campaign_summaries values ('camp_1', ?1, ?1, ?2, 1)", (day.isoformat(), text))
        write_day(cache, "camp_1", day.isoformat(), "summary", DayCount({VALIDATED: 2}, {}))
    read_whole(cache, "campaign_summaries", scope="campaign:camp_1")
    figure = daily_series(cache, "camp_1", [VALIDATED], november(1, 20), zone=ZONE)[VALIDATED].figure()
    assert (figure.value, figure.complete, figure.note) == (22, True, "")


def test_what_is_counted_before_the_making_counts(cache: sqlite3.Connection) -> None:
    """A redemption of the 5th: the campaign's first day is the 5th."""
    put(cache, "redemptions", redemption("r_1", date="2026-11-05T12:00:00Z"))
    rebuild_dirty(cache, ZONE)
    read_whole(cache, "redemptions", at="2026-11-08T12:00:00.000Z")
    series = daily_series(cache, "camp_1", ["redemptions_succeeded"], november(3, 12), zone=ZONE)
    assert series["redemptions_succeeded"].values == (0, 0, 1, 0, 0, 0) + (None,) * 4
    assert campaign_span(cache, "camp_1", date(2026, 11, 20), ZONE).start == date(2026, 11, 5)


@pytest.mark.parametrize("kind", ["DISCOUNT_COUPONS", "LOYALTY_PROGRAM", "GIFT_VOUCHERS", "REFERRAL_PROGRAM"])
def test_the_period_before_the_making_is_one_of_zeros(cache: sqlite3.Connection, kind: str) -> None:
    put(cache, "campaigns", campaign(kind=kind, created_at=MADE))
    read_whole(cache, "campaigns")
    row = get_campaign(cache, "camp_1", NOW, ZONE)
    assert row is not None
    before = campaign_figures(cache, row, november(1, 9), ZONE)
    assert {(one.value, one.complete, one.source) for one in before.values()} == {(0, True, Source.DOCUMENT)}
    assert {one.previous for one in campaign_figures(cache, row, november(10, 18), ZONE).values()} == {0}


def test_a_campaign_without_a_usable_date_has_no_such_days(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(created_at="2026-02-30T00:00:00Z"))
    series = daily_series(cache, "camp_1", [VALIDATED], november(1, 9), zone=ZONE)[VALIDATED]
    assert series.values == (None,) * 9
