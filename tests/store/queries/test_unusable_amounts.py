"""Amounts that cannot be added: each leaves its own sum "at least", and no other."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.models import Unit
from store.queries.breakdowns import redemption_shares
from store.queries.budget import lifetime_totals
from store.queries.campaigns import get_campaign
from store.queries.lifetime import lifetime_of
from store.queries.points import Amount, expiring_points, pending_points
from store.queries.series import daily_series
from store.queries.totals import TOO_LARGE
from store.queries.wallets import earning_rule_uses, outstanding, wallet_totals
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole, redemption, rollback
from tests.support.syncing import NOW, ZONE

TODAY = date(2026, 11, 20)
DAY = DateSpan(TODAY, TODAY)
MOST = 2**63 - 1
ODD: list[Any] = [None, 1250.5, "much", "5000", "50.00", 10**25, -(2**63), True, {}]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(), campaign("camp_2", "Healthy"))
    read_whole(connection, "redemptions", "transactions", "vouchers", "pending_points", "points_expiration")
    yield connection
    connection.close()


def orders(*amounts: Any, prefix: str = "r", **more: Any) -> list[dict[str, Any]]:
    """A succeeded redemption for each amount, with an order of its own."""
    return [
        redemption(f"{prefix}_{index}", order={"id": f"{prefix}_ord_{index}", "amount": amount}, **more)
        for index, amount in enumerate(amounts)
    ]


def told(cache: sqlite3.Connection, metric: str = "orders_amount") -> tuple[int | None, int | None, str]:
    """A figure of the day, which must be that of the whole life, too."""
    figure = daily_series(cache, "camp_1", [metric], DAY)[metric].figure(Unit.MINOR)
    assert lifetime_of(cache, "camp_1", {metric: Unit.MINOR})[metric] == figure
    return figure.value, figure.at_least, figure.note


@pytest.mark.parametrize(
    ("amounts", "value", "at_least", "note"),
    [
        ([5_000], 5_000, None, ""),
        ([5_000, 5_000.0], 10_000, None, ""),
        ([0], 0, None, ""),
        *(([5_000, odd], None, 5_000, "1 order without a usable amount") for odd in ODD),
        ([5_000, 1250.5, 10**25], None, 5_000, "2 orders without a usable amount"),
        ([None], None, None, "1 order without a usable amount"),
        ([-5_000] * 5, -25_000, None, ""),
        ([-5_000, None], None, -5_000, "1 order without a usable amount"),
        ([MOST], MOST, None, ""),
        ([MOST, MOST], None, None, TOO_LARGE),
        ([MOST, MOST, None], None, None, "1 order without a usable amount"),
        ([MOST, MOST, -MOST], MOST, None, ""),
    ],
)
def test_orders(
    cache: sqlite3.Connection, amounts: list[Any], value: int | None, at_least: int | None, note: str
) -> None:
    put(cache, "redemptions", *orders(*amounts))
    assert told(cache) == (value, at_least, note)
    found = lifetime_totals(cache, "camp_1").orders
    assert (found.value, found.at_least, found.note) == (value, at_least, note)
    assert told(cache, "redemptions_succeeded") == (len(amounts), None, "")


def test_an_order_without_an_amount_lacks_one(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", redemption("r_1", order={"id": "ord_1"}), redemption("r_2", order=None))
    assert told(cache) == (None, None, "1 order without a usable amount")


def test_an_order_counts_once_by_the_amount_that_is_usable(cache: sqlite3.Connection) -> None:
    shared = [redemption(f"r_{n}", order={"id": "ord_1", "amount": amount}) for n, amount in enumerate((None, -700))]
    put(cache, "redemptions", *shared)
    assert told(cache) == (-700, None, "")


def test_another_day_and_another_campaign_stay_exact(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", *orders(MOST, MOST), *orders(5_000, prefix="d", date="2026-11-19T12:00:00.000Z"))
    two = {"voucher": {"id": "v_2", "campaign_id": "camp_2"}}
    put(cache, "redemptions", *orders(5_000, prefix="h", **two))
    before = DateSpan(date(2026, 11, 19), date(2026, 11, 19))
    assert daily_series(cache, "camp_1", ["orders_amount"], before)["orders_amount"].figure().value == 5_000
    both = daily_series(cache, "camp_1", ["orders_amount"], DateSpan(before.start, TODAY))["orders_amount"].figure()
    assert (both.value, both.at_least) == (None, 5_000)
    assert daily_series(cache, "camp_2", ["orders_amount"], DAY)["orders_amount"].figure().value == 5_000
    row = get_campaign(cache, "camp_1", NOW, ZONE)
    assert row is not None
    assert row.redemptions == 3


def test_days_that_fit_may_add_up_to_more(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", *orders(MOST), *orders(MOST, prefix="d", date="2026-11-19T12:00:00.000Z"))
    span = DateSpan(date(2026, 11, 19), TODAY)
    assert daily_series(cache, "camp_1", ["orders_amount"], span)["orders_amount"].figure().value == 2 * MOST
    orders_of_life = lifetime_totals(cache, "camp_1").orders
    assert (orders_of_life.known, orders_of_life.note) == (None, TOO_LARGE)


@pytest.mark.parametrize(
    ("stated", "value", "at_least"),
    [
        ({"total_applied_discount_amount": 500}, 500, None),
        ({"total_applied_discount_amount": 125.5, "applied_discount_amount": 125}, None, None),
        ({"applied_discount_amount": 300, "items_applied_discount_amount": 200}, 500, None),
        ({"applied_discount_amount": 300, "items_applied_discount_amount": 0.5}, None, None),
        ({"applied_discount_amount": MOST, "items_applied_discount_amount": MOST}, None, None),
        ({}, None, None),
    ],
)
def test_discounts(cache: sqlite3.Connection, stated: dict[str, Any], value: int | None, at_least: int | None) -> None:
    put(cache, "redemptions", redemption("r_1", order={"id": "ord_1", "amount": 1_000, **stated}), redemption("r_2"))
    note = "" if value else "1 redemption without a usable amount"
    assert told(cache, "discounted_amount") == (value, at_least, note)


def test_a_rollback_of_a_negative_order_stays_negative(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", *orders(-5_000, 900))
    back = [rollback(f"rr_{n}", f"r_{n}", order={"id": f"r_ord_{n}", "amount": a}) for n, a in enumerate((5_000, -900))]
    put(cache, "redemptions", *back)
    assert told(cache, "orders_rolledback_amount") == (-5_000 + 900, None, "")


def test_credits_lack_an_amount_only_on_gift_cards(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", redemption("r_1"))
    assert told(cache, "amount_redeemed") == (0, None, "")
    put(cache, "campaigns", campaign(kind="GIFT_VOUCHERS"))
    put(cache, "redemptions", redemption("r_2", amount=70), redemption("r_3"))
    assert told(cache, "amount_redeemed") == (None, 70, "2 redemptions without a usable amount")


def movement(identity: str, kind: str, points: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": identity, "campaign_id": "camp_1", "voucher_id": "v_1", "type": kind, "created_at": f"{TODAY}T12:00:00Z",
        "details": {"balance": {"points": points}, **more},
    }  # fmt: skip


def test_points(cache: sqlite3.Connection) -> None:
    put(
        cache, "transactions",
        *(movement(f"t_{n}", "POINTS_ACCRUAL", n, earning_rule={"id": "ern_1"}) for n in (5, 1.5)),
        *(movement(f"u_{n}", "POINTS_REMOVAL", -MOST) for n in range(2)),
    )  # fmt: skip
    totals = wallet_totals(cache, "camp_1", gift=False, zone=ZONE)
    earned, removed = totals["earned"], totals["removed"]
    assert (earned.value, earned.at_least, earned.note) == (None, 5, "1 transaction without a usable amount")
    assert (removed.value, removed.note) == (2 * MOST, "")
    assert totals["added"].value == 0
    assert earning_rule_uses(cache, "camp_1")["ern_1"].points == 5


def card(identity: str, balance: Any) -> dict[str, Any]:
    return {
        "id": identity, "code": identity, "campaign_id": "camp_1", "campaign": "Autumn", "type": "LOYALTY_CARD",
        "loyalty_card": {"balance": balance}, "created_at": "2026-11-01T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("balances", "value", "at_least", "note"),
    [
        ([10, 20], 30, None, ""),
        ([10, None], None, 10, "1 card without a usable balance"),
        ([MOST, MOST], 2 * MOST, None, ""),
    ],
)
def test_balances(
    cache: sqlite3.Connection, balances: list[Any], value: int | None, at_least: int | None, note: str
) -> None:
    put(cache, "vouchers", *(card(f"v_{n}", balance) for n, balance in enumerate(balances)))
    left = outstanding(cache, "camp_1", Unit.POINTS)
    assert (left.value, left.at_least, left.note) == (value, at_least, note)


def test_no_other_sum_is_an_error(cache: sqlite3.Connection) -> None:
    put(cache, "pending_points", *({"id": f"p_{n}", "campaign_id": "camp_1", "points": MOST} for n in range(2)))
    buckets = [
        {"id": f"b_{n}", "campaign_id": "camp_1", "voucher_id": "v_1", "status": "ACTIVE", "points": MOST,
         "expires_at": "2026-11-25"} for n in range(2)
    ]  # fmt: skip
    put(cache, "points_expiration", *buckets)
    channel = {"channel_type": "API"}
    put(
        cache, "redemptions",
        *(redemption(f"r_{n}", channel=channel, order={"id": f"o_{n}", "total_applied_discount_amount": MOST})
          for n in range(2)),
    )  # fmt: skip
    assert pending_points(cache, "camp_1", TODAY).all == Amount(2 * MOST, 2, 0)
    soon = expiring_points(cache, "camp_1", TODAY)
    assert (soon.within[7].figure.value, soon.by_month) == (2 * MOST, (("2026-11", 2 * MOST, 1),))
    [share] = redemption_shares(cache, "camp_1", "channel", DAY, ZONE)
    assert (share.count, share.amount) == (2, None)
