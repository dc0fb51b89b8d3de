"""Every expiration bucket and every pending entry is counted somewhere, by the day it names."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.queries.points import Amount, expiring_points, pending_points
from tests.support.records import put, read_whole
from tests.support.syncing import Project

TODAY = date(2026, 11, 20)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    yield connection
    connection.close()


def later(days: int | None) -> str:
    return "" if days is None else (TODAY + timedelta(days=days)).isoformat()


def buckets(*told: tuple[Any, int | None, str | None]) -> list[dict[str, Any]]:
    return [
        {"id": f"lopb_{index}", "campaign_id": "camp_1", "voucher_id": f"v_{index % 2}", "points": points,
         "status": status, "expires_at": later(days)}
        for index, (points, days, status) in enumerate(told)
    ]  # fmt: skip


def test_every_bucket_stands_somewhere(cache: sqlite3.Connection) -> None:
    put(
        cache, "points_expiration",
        *buckets(
            (40, 3, "ACTIVE"), (1_000, None, "ACTIVE"), (9_999, -5, "EXPIRED"), (50, -2, "ACTIVE"), (5, 0, "ACTIVE"),
            (300, 90, "ACTIVE"), (400, 91, "ACTIVE"), (6, 7, "ACTIVE"), (7, 8, "ACTIVE"), (2, 30, "ACTIVE"),
            (3, 31, "ACTIVE"), (8, 1, "REDEEMED"), (9, 1, None), ("much", 1, "ACTIVE"),
        ),
    )  # fmt: skip
    read_whole(cache, "points_expiration")
    found = expiring_points(cache, "camp_1", TODAY)
    assert found.within == {7: Amount(51, 4, 1), 30: Amount(60, 6, 1), 90: Amount(363, 8, 1)}
    assert (found.later, found.past, found.undated) == (Amount(400, 1), Amount(50, 1), Amount(1_000, 1))
    assert (found.expired, found.other) == (Amount(9_999, 1), {"REDEEMED": Amount(8, 1), "no status": Amount(9, 1)})
    parts = (found.within[90], found.later, found.past, found.undated, found.expired, *found.other.values())
    assert sum(part.entries for part in parts) == 14
    assert found.by_month == (("2026-11", 58, 2), ("2026-12", 5, 2), ("2027-02", 700, 2))
    assert (found.by_card, found.any_to_come) == (False, True)


@pytest.mark.parametrize(
    ("told", "to_come"),
    [
        ((1, None, "ACTIVE"), False),
        ((1, -9, "EXPIRED"), False),
        ((1, -9, "ACTIVE"), True),
        ((1, 0, "ACTIVE"), True),
        ((1, 400, "ACTIVE"), True),
    ],
)
def test_points_are_to_come_when_active_ones_have_a_day(
    cache: sqlite3.Connection, told: tuple[int, int | None, str], to_come: bool
) -> None:
    put(cache, "points_expiration", *buckets(told))
    read_whole(cache, "points_expiration")
    assert expiring_points(cache, "camp_1", TODAY).any_to_come is to_come


def test_without_buckets_cards_tell_their_next_day_alone(cache: sqlite3.Connection) -> None:
    days = (-1, 0, 7, 8, None)
    cards = [
        {"id": f"v_{index}", "campaign_id": "camp_1", "loyalty_card": {
            "balance": 500, "next_expiration_date": None if days is None else later(days),
            "next_expiration_points": 10**index}}
        for index, days in enumerate(days)
    ]  # fmt: skip
    put(cache, "vouchers", *cards)
    read_whole(cache, "vouchers")
    found = expiring_points(cache, "camp_1", TODAY)
    assert (found.by_card, found.past, found.within[7]) == (True, Amount(1, 1), Amount(110, 2))
    assert (found.within[30], found.undated) == (Amount(1_110, 3), Amount())


def test_every_pending_entry_stands_somewhere(cache: sqlite3.Connection) -> None:
    told = ((-20, 2), (50, None), (30, -1), (7, 0), (1, 7), (4, 8), (None, 8))
    put(
        cache, "pending_points",
        *(
            {"id": f"lopp_{index}", "campaign_id": "camp_1", "voucher_id": "v_0", "points": points,
             "activates_at": later(days) or None}
            for index, (points, days) in enumerate(told)
        ),
    )  # fmt: skip
    found = pending_points(cache, "camp_1", TODAY)
    assert (found.overdue, found.undated) == (Amount(30, 1), Amount(50, 1))
    assert (found.due_soon, found.later) == (Amount(-12, 3), Amount(4, 2, 1))
    assert found.all == Amount(72, 7, 1)
    assert pending_points(cache, "camp_2", TODAY).all == Amount()


def test_a_sum_past_what_the_cache_holds_is_exact(cache: sqlite3.Connection) -> None:
    put(cache, "points_expiration", *buckets((2**63 - 1, 3, "ACTIVE"), (2**63 - 1, 3, "ACTIVE"), (5, 20, "ACTIVE")))
    read_whole(cache, "points_expiration")
    found = expiring_points(cache, "camp_1", TODAY)
    assert (found.within[7], found.within[30]) == (Amount(2**64 - 2, 2), Amount(2**64 + 3, 3))
