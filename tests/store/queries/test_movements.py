"""Movements on cards over time: from transactions once they were read, else from the API's summary."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.cache.rollups import DayCount, write_day
from store.models import Source, Unit
from store.queries.wallets import Moved, movement_series, other_movements, outstanding, wallet_totals
from store.words import Bucket, DateSpan
from tests.support.agreement import WHOLE, Synced, synced
from tests.support.records import campaign, put, read_whole
from tests.support.sizes import MIDDLE
from tests.support.syncing import ZONE, Project

SPAN = DateSpan(date(2026, 11, 17), date(2026, 11, 21))
SIGNS = {
    "earned": ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION"), "pending activated": ("PENDING_POINTS_ACTIVATION",),
    "added": ("POINTS_ADDITION", "CREDITS_ADDITION"), "removed": ("POINTS_REMOVAL", "CREDITS_REMOVAL"),
    "redeemed": ("POINTS_REDEMPTION", "CREDITS_REDEMPTION"), "refunded": ("POINTS_REFUND",),
    "rolled back": ("CREDITS_REFUND",), "expired": ("POINTS_EXPIRATION",), "transferred in": ("POINTS_TRANSFER_IN",),
    "transferred out": ("POINTS_TRANSFER_OUT",),
}  # fmt: skip
TAKEN = {"removed", "redeemed", "expired", "transferred out"}


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    put(connection, "campaigns", campaign("camp_1", "Club", "LOYALTY_PROGRAM"))
    yield connection
    connection.close()


def moved(*told: tuple[str, Any, str]) -> list[dict[str, Any]]:
    return [
        {"id": f"vtx_{index}", "campaign_id": "camp_1", "voucher_id": "v_1", "type": kind,
         "created_at": f"2026-11-{at}:00.000Z", "details": {"balance": {"points": points, "balance": -122}}}
        for index, (kind, points, at) in enumerate(told)
    ]  # fmt: skip


def series(cache: sqlite3.Connection, bucket: Bucket = Bucket.DAY, span: DateSpan = SPAN) -> dict[str, Any]:
    return movement_series(cache, "camp_1", gift=False, span=span, bucket=bucket, zone=ZONE)


def test_movements_fall_on_days_of_the_project(cache: sqlite3.Connection) -> None:
    """Warsaw is an hour ahead: 23:00 UTC is the next day."""
    put(
        cache, "transactions",
        *moved(
            ("POINTS_ACCRUAL", 100, "17T22:59"), ("POINTS_ACCRUAL", 7, "17T23:00"),
            ("PENDING_POINTS_ACTIVATION", 30, "18T10:00"), ("POINTS_EXPIRATION", -30, "18T22:59"),
            ("POINTS_REMOVAL", -200, "18T23:00"), ("POINTS_REFUND", 5, "16T22:59"), ("SOMETHING_NEW", 3, "18T10:00"),
        ),
    )  # fmt: skip
    read_whole(cache, "transactions", at="2026-11-20T12:00:00.000Z")
    found = series(cache)
    assert {name: found[name].values for name in ("earned", "pending activated", "expired", "removed", "refunded")} == {
        "earned": (100, 37, 0, 0, None),
        "pending activated": (0, 30, 0, 0, None),
        "expired": (0, 30, 0, 0, None),
        "removed": (0, 0, 200, 0, None),
        "refunded": (0, 0, 0, 0, None),
    }
    assert {found[name].source for name in SIGNS if name in found} == {Source.ROWS}
    assert other_movements(cache, "camp_1") == {"SOMETHING_NEW": Moved(3, 1)}
    totals = wallet_totals(cache, "camp_1", gift=False, zone=ZONE)
    assert {name: figure.value for name, figure in totals.items() if figure.value} == {
        "earned": 137, "pending activated": 30, "removed": 200, "refunded": 5, "expired": 30,
    }  # fmt: skip


def test_buckets_add_their_days_up(cache: sqlite3.Connection) -> None:
    put(cache, "transactions", *moved(("POINTS_ACCRUAL", 1, "15T10:00"), ("POINTS_ACCRUAL", 2, "16T10:00"),
                                      ("POINTS_ACCRUAL", 4, "20T10:00")))  # fmt: skip
    read_whole(cache, "transactions", at="2026-11-30T12:00:00.000Z")
    span = DateSpan(date(2026, 11, 15), date(2026, 11, 20))
    weeks = series(cache, Bucket.WEEK, span)["earned"]
    assert (weeks.starts, weeks.values) == ((date(2026, 11, 9), date(2026, 11, 16)), (1, 6))
    assert series(cache, Bucket.MONTH, span)["earned"].values == (7,)


@pytest.mark.parametrize("amount", [None, 1250.5, 10**25, "much"])
def test_a_movement_without_a_usable_amount_makes_the_sum_at_least(cache: sqlite3.Connection, amount: Any) -> None:
    put(cache, "transactions", *moved(("POINTS_ACCRUAL", 100, "18T10:00"), ("POINTS_ACCRUAL", amount, "18T11:00")))
    read_whole(cache, "transactions")
    figure = wallet_totals(cache, "camp_1", gift=False, zone=ZONE)["earned"]
    assert (figure.value, figure.at_least, figure.note) == (None, 100, "1 transaction without a usable amount")
    one = series(cache)["earned"]
    assert (one.values[1], one.complete, one.note) == (100, False, "1 transaction without a usable amount")
    assert wallet_totals(cache, "camp_1", gift=False, zone=ZONE)["redeemed"].value == 0


def test_until_transactions_are_read_the_summary_tells(cache: sqlite3.Connection) -> None:
    cache.execute(
        "insert into campaign_summaries (campaign_id, start_date, end_date, closed, json) values"
        " ('camp_1', '2026-11-18', '2026-11-18', 1, '{\"points_rewarded\": 12, \"points_expired\": 0}')"
    )
    write_day(cache, "camp_1", "2026-11-18", "summary", DayCount({"points_rewarded": 12}, {}))
    found = series(cache)
    assert (found["earned"].source, found["earned"].values) == (Source.SUMMARY, (None, 12, None, None, None))
    assert found["expired"].values == (None, 0, None, None, None)
    put(cache, "transactions", *moved(("POINTS_ACCRUAL", 100, "18T10:00")))
    assert series(cache)["earned"].source is Source.SUMMARY, "some rows tell less than the summary"
    read_whole(cache, "transactions")
    assert (series(cache)["earned"].source, series(cache)["earned"].total) == (Source.ROWS, 100)


def test_nothing_read_tells_nothing(cache: sqlite3.Connection) -> None:
    assert {value for one in series(cache).values() for value in one.values} == {None}
    assert {one.source for one in series(cache).values()} == {Source.NONE}


def naive(world: Synced, campaign_id: str, span: DateSpan) -> dict[str, Counter[date]]:
    """Points or credit by kind and local day, straight from the documents."""
    found: dict[str, Counter[date]] = {name: Counter() for name in SIGNS}
    rows = world.connection.execute(
        "select r.json from transactions t join transactions_raw r on r.id = t.id where t.campaign_id = ?",
        (campaign_id,),
    )
    for (text,) in rows:
        one = json.loads(text)
        day = datetime.fromisoformat(one["created_at"]).astimezone(ZONE).date()
        balance = one["details"]["balance"]
        amount = balance["amount"] if "amount" in balance else balance["points"]
        for name, kinds in SIGNS.items():
            if one["type"] in kinds and span.start <= day <= span.end:
                found[name][day] += -amount if name in TAKEN else amount
    return found


def test_movements_of_a_whole_project_are_the_documents(tmp_path: Path) -> None:
    with synced(tmp_path / "c.db", MIDDLE, WHOLE) as world:
        for one in world.of("LOYALTY_PROGRAM") + world.of("GIFT_VOUCHERS"):
            span = DateSpan(date(2026, 6, 1), date(2026, 11, 20))
            expected = naive(world, one.id, span)
            found = movement_series(
                world.connection,
                one.id,
                gift=one.campaign_type == "GIFT_VOUCHERS",
                span=span,
                bucket=Bucket.DAY,
                zone=ZONE,
            )
            days = [span.start + timedelta(days=offset) for offset in range(span.days)]
            for name, told in found.items():
                if name in SIGNS:
                    assert told.values == tuple(expected[name][day] for day in days), (one.name, name)


def test_a_card_without_a_balance_leaves_what_is_outstanding_open(cache: sqlite3.Connection) -> None:
    cards = [
        {"id": f"v_{index}", "campaign_id": "camp_1", "loyalty_card": {"balance": balance}}
        for index, balance in enumerate((100, -20, None))
    ]
    put(cache, "vouchers", *cards[:2])
    read_whole(cache, "vouchers")
    assert outstanding(cache, "camp_1", Unit.POINTS).value == 80
    put(cache, "vouchers", cards[2])
    left = outstanding(cache, "camp_1", Unit.POINTS)
    assert (left.value, left.at_least, left.note) == (None, 80, "1 card without a usable balance")
