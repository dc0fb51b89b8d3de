"""What the cache holds, in numbers: the same as counting every row by hand, whatever rows there are."""

import sqlite3

import pytest

from store.cache.database import ZONE_KEY, write_meta
from store.models import Freshness
from store.queries.freshness import (
    ResourceStatus,
    data_state,
    days_counted_in,
    lacking,
    resource_statuses,
)
from store.ref import Ref
from tests.support.syncing import ZONE

Row = tuple[str, str | None, str | None, str | None]
"""Id, campaign, creation, missing since."""

EARLY, LATE, LATEST = (f"2026-0{month}-01T00:00:00.000Z" for month in (1, 5, 9))


def vouchers_of(cache: sqlite3.Connection) -> ResourceStatus:
    return next(status for status in resource_statuses(cache) if status.name == "vouchers")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("v_1", None, None, None)],
        [("v_1", None, LATE, None), ("v_2", "camp_1", EARLY, None)],
        [("v_1", None, EARLY, None), ("v_2", "camp_1", LATEST, None), ("v_3", "camp_2", LATE, None)],
        [("v_1", "camp_1", EARLY, LATE), ("v_2", "camp_1", LATE, None), ("v_3", "camp_9", LATEST, LATEST)],
        [("v_1", "", LATEST, None), ("v_2", "camp_1", LATE, None)],
    ],
)
def test_rows_missing_and_newest_are_those_of_the_table(cache: sqlite3.Connection, rows: list[Row]) -> None:
    cache.executemany("insert into vouchers (id, campaign_id, created_at, missing_since) values (?, ?, ?, ?)", rows)
    held = vouchers_of(cache)
    newest = max((row[2] for row in rows if row[2]), default=None)
    assert (held.rows, held.missing, held.newest) == (len(rows), sum(row[3] is not None for row in rows), newest)


FULL_LATE = Freshness("complete", LATE, LATE)
FAILED_AFTER = Freshness("complete", EARLY, EARLY, None, "failed", LATE, "refused")
PARTIAL_LATE = Freshness("partial", LATE, None, "cut short")
FAILED_LATEST = Freshness("failed", LATEST, None, "refused")


@pytest.mark.parametrize(
    ("state", "odd", "found", "reason"),
    [
        (FULL_LATE, 0, "complete", None),
        (FULL_LATE, 2, "partial", "2 records could not be understood"),
        (PARTIAL_LATE, 1, "partial", "1 record could not be understood; cut short"),
        (FAILED_LATEST, 1, "failed", "1 record could not be understood; refused"),
        (Freshness(), 1, "unknown", None),
    ],
)
def test_a_list_with_records_that_are_not_understood_is_not_whole(
    state: Freshness, odd: int, found: str, reason: str | None
) -> None:
    weaker = lacking(state, odd)
    assert (weaker.state, weaker.reason, weaker.as_of) == (found, reason, state.as_of)
    assert weaker.not_understood == (odd if state.as_of else 0)


@pytest.mark.parametrize(
    ("state", "found", "known"),
    [
        (FULL_LATE, 0, 0),
        (FULL_LATE, 3, 3),
        (PARTIAL_LATE, 3, 3),
        (PARTIAL_LATE, 0, None),
        (lacking(FULL_LATE, 1), 0, None),
        (lacking(FULL_LATE, 1), 3, 3),
        (FAILED_AFTER, 0, 0),
    ],
)
def test_nothing_found_is_zero_only_in_a_list_that_was_whole(state: Freshness, found: int, known: int | None) -> None:
    assert state.known(found) == known


def test_of_a_list_begun_in_two_scopes_the_first_beginning_counts(cache: sqlite3.Connection) -> None:
    cache.executemany(
        "insert into sync_windows (resource, scope, pass, started_at) values ('vouchers', ?, 'sweep', ?)",
        [("project", LATE), ("campaign:camp_1", EARLY), ("campaign:camp_2", "2025-01-01T00:00:00.000Z")],
    )
    found = data_state(cache, "vouchers", Ref.campaign("camp_1"))
    assert (found.state, found.as_of, found.completed_at) == ("partial", EARLY, None)
    assert data_state(cache, "vouchers").as_of == LATE


@pytest.mark.parametrize(
    ("counted_in", "words"),
    [
        ("Europe/Warsaw", ""),
        ("Asia/Tokyo", "days of Asia/Tokyo until the next sync"),
        ("", "days of another time zone until the next sync"),
        (None, ""),
    ],
)
def test_whose_days_were_counted(cache: sqlite3.Connection, counted_in: str | None, words: str) -> None:
    cache.execute("delete from meta where key = ?", (ZONE_KEY,))
    if counted_in is not None:
        write_meta(cache, ZONE_KEY, counted_in)
    assert days_counted_in(cache, ZONE) == words
    assert days_counted_in(cache, None) == ""


def test_movements_of_a_customers_cards_are_as_whole_as_the_readings_of_their_campaigns(
    cache: sqlite3.Connection,
) -> None:
    customer = Ref("customer", "cust_1")
    cache.executemany(
        "insert into vouchers (id, campaign_id, holder_id, type) values (?, ?, ?, ?)",
        [("v_1", "camp_1", "cust_1", "LOYALTY_CARD"), ("v_2", "camp_2", "cust_1", "GIFT_VOUCHER"),
         ("v_3", "camp_3", "cust_1", "DISCOUNT_VOUCHER"), ("v_4", "camp_4", "cust_2", "LOYALTY_CARD")],
    )  # fmt: skip

    def read(campaign: str, at: str) -> None:
        cache.execute(
            "insert into sync_states (resource, scope, state, as_of, completed_at) values (?, ?, 'complete', ?, ?)",
            ("transactions", f"campaign:{campaign}", at, at),
        )

    assert data_state(cache, "transactions", customer).as_of is None
    read("camp_4", LATE)
    assert data_state(cache, "transactions", customer).as_of is None
    read("camp_1", LATEST)
    state = data_state(cache, "transactions", customer)
    assert (state.state, state.reason) == ("partial", "read for 1 of the 2 campaigns of this customer's cards")
    read("camp_2", EARLY)
    state = data_state(cache, "transactions", customer)
    assert (state.complete, state.as_of) == (True, EARLY)
