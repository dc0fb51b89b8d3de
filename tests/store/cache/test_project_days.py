"""The project's days: orders once a day, by the project's clock, counted anew with another zone or after a cut."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.cache.database import connect_writer, transaction
from store.cache.project_days import count_project, mark_project_days, rebuild_project_days
from store.cache.rollups import rebuild_dirty, settle_zone
from tests.support.records import Document, order, put, redemption, rollback

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


def days(cache: sqlite3.Connection) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for day, metric, value in cache.execute("select day, metric, value from project_days"):
        found.setdefault(day, {})[metric] = value
    return found


def made(identity: str, at: str, number: str, amount: int) -> Document:
    return redemption(identity, date=at, order=order(number, amount, 10))


def test_an_order_counts_once_on_each_of_its_days(cache: sqlite3.Connection) -> None:
    put(
        cache, "redemptions", made("r_1", "2026-11-20T22:59:59.999Z", "ord_1", 500),
        made("r_2", "2026-11-20T10:00:00.000Z", "ord_1", 500), made("r_3", "2026-11-20T23:00:00.000Z", "ord_1", 500),
        rollback("rr_1", "r_2", date="2026-11-20T11:00:00.000Z", order=order("ord_1", -500, -10)),
        redemption("r_4", date="2026-11-20T12:00:00.000Z", result="FAILURE", order=order("ord_2", 900, 0)),
    )  # fmt: skip
    once = {"orders_count": 1, "orders_amount": 500}
    assert days(cache) == {"2026-11-20": once, "2026-11-21": once}
    assert count_project(cache, "2026-11-20T00:00:00.000Z", "2026-11-22T00:00:00.000Z") == once


def test_the_parent_of_a_stack_states_the_amount(cache: sqlite3.Connection) -> None:
    head = made("r_0", "2026-11-20T10:00:00.000Z", "ord_1", 700)
    head |= {"voucher": None, "related_object_type": "redemption", "related_object_id": "r_0"}
    put(cache, "redemptions", {**made("r_1", "2026-11-20T10:00:00.000Z", "ord_1", 900), "redemption": "r_0"}, head)
    assert days(cache)["2026-11-20"] == {"orders_count": 1, "orders_amount": 700}


def test_another_zone_counts_all_days_anew(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", made("r_1", "2026-11-20T23:30:00.000Z", "ord_1", 500))
    assert list(days(cache)) == ["2026-11-21"]
    assert settle_zone(cache, UTC)
    rebuild_dirty(cache, UTC)
    assert list(days(cache)) == ["2026-11-20"]


def test_a_cut_leaves_the_days_that_were_not_counted_to_the_next_run(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", made("r_1", "2026-11-20T10:00:00.000Z", "ord_1", 500))
    with transaction(cache):
        mark_project_days(cache, {"2026-11-20", "2026-11-21"})
        cache.execute("delete from project_days")
    list(rebuild_project_days(cache, WARSAW))
    assert list(days(cache)) == ["2026-11-20"]
    assert cache.execute("select count(*) from project_days_dirty").fetchone() == (0,)


def test_sums_past_what_a_number_holds_are_unusable(cache: sqlite3.Connection) -> None:
    most = 2**62
    put(cache, "redemptions", *(made(f"r_{n}", "2026-11-20T10:00:00.000Z", f"ord_{n}", most) for n in range(3)))
    assert days(cache)["2026-11-20"] == {"orders_count": 3, "orders_unusable": 3}
