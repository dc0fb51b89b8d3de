"""Ranges that go on after the last reading, or begin after it: figures are as of that reading, never a bare dash."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.models import Figure, Source, Unit
from store.queries.campaigns import get_campaign
from store.queries.lifetime import lifetime_figures
from store.queries.referrals import referred_series
from store.queries.series import READ_BEFORE_NOTE, daily_series
from store.queries.summary import campaign_figures
from store.queries.wallets import movement_series, wallet_totals
from store.words import Bucket, DateSpan
from tests.support.records import AT, campaign, put, read_whole
from tests.support.syncing import NOW, ZONE, Project

KINDS = ("DISCOUNT_COUPONS", "PROMOTION", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "SOMETHING_NEW")
LISTS = ("campaigns", "redemptions", "publications", "vouchers", "transactions", "customers")
COUNTED = {
    "DISCOUNT_COUPONS": "redemptions_succeeded", "PROMOTION": "discounted_amount", "GIFT_VOUCHERS": "amount_redeemed",
    "LOYALTY_PROGRAM": "points_rewarded", "REFERRAL_PROGRAM": "referred_customers",
}  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    yield connection
    connection.close()


def november(first: int, last: int) -> DateSpan:
    return DateSpan(date(2026, 11, first), date(2026, 11, last))


def figures(cache: sqlite3.Connection, kind: str, span: DateSpan) -> dict[str, Figure]:
    put(cache, "campaigns", campaign(kind=kind))
    read_whole(cache, *LISTS)
    row = get_campaign(cache, "camp_1", NOW, ZONE)
    assert row is not None
    return campaign_figures(cache, row, span, ZONE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("days", [(1, 19), (18, 20), (20, 25), (21, 25)])
def test_what_is_not_known_is_never_called_whole_nor_left_without_a_reason(
    cache: sqlite3.Connection, kind: str, days: tuple[int, int]
) -> None:
    for name, figure in figures(cache, kind, november(*days)).items():
        assert figure.complete is (figure.value is not None), name
        assert figure.value is not None or figure.note, name


@pytest.mark.parametrize(("kind", "name"), COUNTED.items())
@pytest.mark.parametrize(
    ("days", "value"),
    [((18, 20), 0), ((20, 20), 0), ((20, 25), 0), ((18, 25), 0), ((21, 25), None), ((21, 21), None)],
)
def test_nothing_found_is_zero_as_of_a_reading_that_saw_the_first_day(
    cache: sqlite3.Connection, kind: str, name: str, days: tuple[int, int], value: int | None
) -> None:
    """Read at noon of the 20th."""
    figure = figures(cache, kind, november(*days))[name]
    assert (figure.value, figure.at_least, figure.as_of) == (value, None, AT)
    assert (figure.note == READ_BEFORE_NOTE) is (value is None)


def test_days_after_the_reading_stay_unknown(cache: sqlite3.Connection) -> None:
    """A chart of the same days: Monday the 16th to Sunday the 29th, read on Friday the 20th, nothing found."""
    figures(cache, "LOYALTY_PROGRAM", november(16, 16))
    span = november(16, 29)
    daily = [0, 0, 0, 0, 0, None, None, None, None, None, None, None, None, None]
    for bucket, expected in ((Bucket.DAY, daily), (Bucket.WEEK, [0, None])):
        told: list[Any] = [
            daily_series(cache, "camp_1", ["redemptions_succeeded"], span, bucket, zone=ZONE)["redemptions_succeeded"],
            movement_series(cache, "camp_1", gift=False, span=span, bucket=bucket, zone=ZONE)["earned"],
            referred_series(cache, "camp_1", span, bucket, ZONE),
        ]
        for series in told:
            assert list(series.values) == expected, series.metric
            assert (series.total, series.complete) == (0, True), series.metric


def test_what_was_found_of_a_week_that_is_not_over_is_told(cache: sqlite3.Connection) -> None:
    referral = {"referrer_id": "cust_0", "campaign_id": "camp_1", "date": "2026-11-20T11:00:00.000Z"}
    customer = {"id": "cust_1", "object": "customer", "referrals": {"campaigns": [referral], "total": 1}}
    put(cache, "customers", customer)
    figures(cache, "REFERRAL_PROGRAM", november(16, 16))
    assert referred_series(cache, "camp_1", november(16, 29), Bucket.WEEK, ZONE).values == (1, None)


TOLD = {
    "GIFT_VOUCHERS": {"amount_deleted": 900},
    "LOYALTY_PROGRAM": {
        "created_vouchers_points": 5_000, "points_deleted": 70, "pending_points_added": 34_535,
        "pending_points_subtracted": 20, "pending_points_canceled": 15,
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_lifetime_totals_that_only_the_summary_tells_are_used(cache: sqlite3.Connection, kind: str) -> None:
    """Deleted cards take their value along, and points that waited and were canceled leave no transaction."""
    assert not set(TOLD[kind]) - set(figures(cache, kind, november(1, 20)))
    cache.executemany(
        "insert into campaign_totals (campaign_id, metric, source, value, until) values ('camp_1', ?, 'summary', ?, ?)",
        [(metric, value, AT) for metric, value in TOLD[kind].items()],
    )
    row = get_campaign(cache, "camp_1", NOW, ZONE)
    assert row is not None
    found = lifetime_figures(cache, row)
    gift = kind == "GIFT_VOUCHERS"
    unit = Unit.MINOR if gift else Unit.POINTS
    assert {name: found[name] for name in TOLD[kind]} == {
        name: Figure(value, unit, Source.SUMMARY, AT, True) for name, value in TOLD[kind].items()
    }
    shown = wallet_totals(cache, "camp_1", gift=gift, zone=ZONE)
    assert shown["deleted"].value == (900 if gift else 70)
