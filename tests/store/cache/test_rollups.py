"""Daily rollups: where a local day begins and ends, and that counting piecemeal equals counting from scratch."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.cache import rollups
from store.cache.database import ZONE_KEY, connect_writer, read_meta, transaction
from store.cache.rollups import count_day, mark_all_dirty, rebuild_dirty, settle_zone
from store.days import day_bounds, instant_text, local_day, parse_instant
from store.queries.freshness import days_counted_in
from store.sync.request import SyncRequest
from tests.support.records import AT, order, put, redemption, rollback
from tests.support.syncing import ZONE, Project

ZONES: list[tzinfo] = [
    UTC,
    *map(ZoneInfo, ("Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana")),
]
EVERYTHING = SyncRequest(everything=True)
Rows = list[tuple[str, str, str, int]]

zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))
days = st.dates(date(2000, 1, 1), date(2037, 12, 30))


@given(instants, zones)
def test_an_instant_lies_between_the_bounds_of_its_day(instant: datetime, zone: tzinfo) -> None:
    text = instant_text(instant)
    day = local_day(text, zone)
    start, end = day_bounds(day, zone)
    assert start <= text < end
    assert day == parse_instant(text).astimezone(zone).date().isoformat()


@given(days, zones)
def test_days_join_without_a_gap_and_last_about_a_day(day: date, zone: tzinfo) -> None:
    start, end = day_bounds(day.isoformat(), zone)
    assert end == day_bounds((day + timedelta(days=1)).isoformat(), zone)[0]
    assert timedelta(hours=23) <= parse_instant(end) - parse_instant(start) <= timedelta(hours=25)
    assert local_day(start, zone) == day.isoformat()
    before = instant_text(parse_instant(start) - timedelta(milliseconds=1))
    assert local_day(before, zone) == (day - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        ("2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", 23),
        ("2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z", 25),
        ("2026-11-23", "2026-11-22T23:00:00.000Z", "2026-11-23T23:00:00.000Z", 24),
    ],
)
def test_warsaw_days_around_both_clock_changes(day: str, start: str, end: str, hours: int) -> None:
    assert day_bounds(day, ZONE) == (start, end)
    assert parse_instant(end) - parse_instant(start) == timedelta(hours=hours)


def counted(connection: sqlite3.Connection) -> Rows:
    return connection.execute(
        "select campaign_id, day, metric, value from daily where source = 'rows' order by 1, 2, 3"
    ).fetchall()


def totals(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute("select campaign_id, metric, value from campaign_totals where source = 'rows'")
    return {(campaign, metric): value for campaign, metric, value in rows}


def from_scratch(connection: sqlite3.Connection, zone: tzinfo) -> Rows:
    """Every metric of every day from the first to the last row, whether or not anything marked it."""
    lists = (("redemptions", "campaign_id"), ("publications", "campaign_id"), ("vouchers", "campaign_id"),
             ("trash_bin", "resource_parent_id"))  # fmt: skip
    marked = {
        (campaign, local_day(created, zone))
        for table, column in lists
        for campaign, created in connection.execute(
            f"select {column}, created_at from {table} where {column} is not null and created_at is not null"
        )
    }
    return sorted(
        (campaign, day, metric, value)
        for campaign, day in marked
        for metric, value in count_day(connection, campaign, day, zone).values.items()
    )


DAY = "2026-11-20"
"""In Warsaw from 23:00 UTC on the 19th to 23:00 UTC on the 20th."""


def made(identity: str, **more: Any) -> dict[str, Any]:
    return redemption(identity, order=order("ord_1", 5_000, 500), **more)


def back(identity: str, of: str, **more: Any) -> dict[str, Any]:
    return rollback(identity, of, order=order("ord_1", -5_000, -500), **more)


@pytest.mark.parametrize(
    ("resource", "documents", "values"),
    [
        ("redemptions", [made("r_1")],
         {"redemptions_succeeded": 1, "orders_amount": 5_000, "discounted_amount": 500}),
        # An order is counted once, however many codes it was made with; each takes its discount off.
        ("redemptions", [made("r_1"), made("r_2")],
         {"redemptions_succeeded": 2, "orders_amount": 5_000, "discounted_amount": 1_000}),
        ("redemptions", [redemption(f"r_{amount}", order=order(f"o_{amount}", amount, 0)) for amount in (5_000, 7)],
         {"redemptions_succeeded": 2, "orders_amount": 5_007}),
        ("redemptions", [redemption("r_1")], {"redemptions_succeeded": 1}),
        ("redemptions", [made("r_1", result="FAILURE", status="FAILED")], {"redemptions_failed": 1}),
        ("redemptions", [back("rr_1", "r_9")],
         {"rollbacks_succeeded": 1, "orders_rolledback_amount": 5_000, "rolledback_discounted_amount": 500}),
        ("redemptions", [back("rr_1", "r_9", result="FAILURE", status="FAILED")], {"rollbacks_failed": 1}),
        ("redemptions", [redemption("r_1", amount=70), rollback("rr_1", "r_1", amount=-30)],
         {"redemptions_succeeded": 1, "rollbacks_succeeded": 1, "amount_redeemed": 70, "amount_rolledback": 30}),
        # The day has its first instant and not that of the next day.
        ("redemptions", [redemption(f"r_{at}", date=f"2026-11-{at}Z") for at in
                         ("19T22:59:59.999", "19T23:00:00.000", "20T22:59:59.999", "20T23:00:00.000")],
         {"redemptions_succeeded": 2}),
        ("publications", [{"id": f"p_{n}", "created_at": AT, "voucher": {"campaign_id": "camp_1"}, "result": result}
                          for n, result in enumerate(("SUCCESS", "FAILURE", None))],
         {"publications_succeeded": 2, "publications_failed": 1}),
        ("vouchers", [{"id": f"v_{at}", "campaign_id": "camp_1", "created_at": f"2026-11-{at}Z"} for at in
                      ("19T22:59:59.999", "19T23:00:00.000", "20T22:59:59.999", "20T23:00:00.000")],
         {"vouchers_created": 2}),
        ("trash_bin", [{"id": f"t_{n}", "created_at": AT, "resource_type": kind, "resource_id": f"x_{n}",
                        "resource_parent_id": "camp_1"} for n, kind in enumerate(("voucher", "voucher", "campaign"))],
         {"vouchers_deleted": 2}),
    ],
)  # fmt: skip
def test_what_a_day_comes_to(
    tmp_path: Path, resource: str, documents: list[dict[str, Any]], values: dict[str, int]
) -> None:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, resource, *documents)
    found = count_day(connection, "camp_1", DAY, ZONE)
    connection.close()
    assert (found.values, found.unusable) == (values, {})


def test_rebuilding_what_changed_equals_counting_from_scratch(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    campaigns = [one for one in project.world.tables["redemptions"].column("campaign_id") if one]
    for step in range(3):
        project.clock.advance(90_000)
        redemption = project.world.add_redemption(campaigns[step * 7], at=project.clock.now())
        project.clock.advance(60)
        project.world.rollback(redemption, at=project.clock.now())
        project.world.delete_voucher(project.world.tables["vouchers"].column("id")[step], at=project.clock.now())
        project.sync(EVERYTHING)
        connection = project.connect()
        assert counted(connection) == from_scratch(connection, ZONE)
        assert connection.execute("select count(*) from daily_dirty").fetchone() == (0,)
        connection.close()


def test_totals_are_the_sums_of_the_days(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = project.connect()
    sums: dict[tuple[str, str], int] = {}
    for campaign, _, metric, value in counted(connection):
        sums[campaign, metric] = sums.get((campaign, metric), 0) + value
    assert totals(connection) == sums
    assert len(sums) > 30


def test_a_rebuild_that_was_cut_off_goes_on_where_it_stood(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = project.connect()
    right = counted(connection)
    mark_all_dirty(connection, ZONE)
    waiting = connection.execute("select campaign_id, day from daily_dirty order by 1, 2").fetchall()
    later = waiting[len(waiting) // 2 :]
    with transaction(connection):
        connection.executemany("delete from daily_dirty where campaign_id = ? and day = ?", later)
    assert rebuild_dirty(connection, ZONE) == len(waiting) - len(later)
    with transaction(connection):
        connection.executemany("insert into daily_dirty values (?, ?)", later)
    assert rebuild_dirty(connection, ZONE) == len(later)
    assert counted(connection) == right
    assert rebuild_dirty(connection, ZONE) == 0


def test_another_time_zone_moves_rows_between_days_and_changes_no_total(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = project.connect()
    before, sums = counted(connection), totals(connection)
    assert read_meta(connection, ZONE_KEY) == "Europe/Warsaw"
    assert settle_zone(connection, ZONE) is False
    auckland = ZoneInfo("Pacific/Auckland")
    assert settle_zone(connection, auckland) is True
    assert counted(connection) == before, "what was counted stays until it is counted anew"
    assert days_counted_in(connection, auckland) == "days of another time zone until the next sync"
    rebuild_dirty(connection, auckland)
    assert days_counted_in(connection, auckland) == ""
    assert days_counted_in(connection, ZONE) == "days of Pacific/Auckland until the next sync"
    assert counted(connection) == from_scratch(connection, auckland) != before
    # An order counts once a day, so its two redemptions around midnight may count once or twice.
    moved = {key: value for key, value in totals(connection).items() if not key[1].startswith("orders_")}
    assert moved == {key: value for key, value in sums.items() if not key[1].startswith("orders_")}
    project.sync(SyncRequest(only=frozenset({"campaigns"})))
    assert counted(connection) == before, "a sync in Warsaw counts in Warsaw again"


def test_days_are_found_by_the_cache_own_indexes_also_where_it_was_analyzed(tmp_path: Path) -> None:
    """What a million codes say of themselves made SQLite read all of them for each part of the days."""
    connection = connect_writer(tmp_path / "cache.db")
    connection.execute("analyze")
    connection.executemany(
        "insert into sqlite_stat1 values (?, ?, ?)",
        [
            ("vouchers", "vouchers_campaign_id_created_at", "1030000 8175 1"),
            ("vouchers", "vouchers_code", "1030000 1"),
            ("vouchers", "vouchers_campaign_id_code", "1030000 8175 1"),
        ],
    )
    connection.close()
    connection = connect_writer(tmp_path / "cache.db")
    connection.execute(rollups._DAYS)
    plans = [row[3] for query in rollups._QUERIES for row in connection.execute(f"explain query plan {query}")]
    found = [line for line in plans if line.startswith(("SEARCH r ", "SCAN r"))]
    assert len(found) == len(rollups._QUERIES)
    assert all("_created_at (" in line and "AUTOMATIC" not in line for line in found), found
    connection.close()


def test_a_new_cache_remembers_its_zone_and_counts_nothing(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    assert settle_zone(connection, UTC) is False
    assert read_meta(connection, ZONE_KEY) == "UTC"
    assert rebuild_dirty(connection, UTC) == 0
