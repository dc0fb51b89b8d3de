"""Refusals counted by cells against a naive count; what is a spike, and what is not known; the rows behind a cell."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.cache.database import connect_reader, connect_writer
from store.days import instant_text, parse_instant
from store.queries.failures import MOST_ROWS, REFUSALS, By, FailureMap, FailureWindow, behind, failure_map, window_edges
from store.queries.rows import Condition
from tests.support.records import campaign, put, read_whole, redemption, rollback

NOW = datetime(2026, 11, 27, 12, 20, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
_MEMBERS = {By.CODE: "failure_code", By.CAMPAIGN: "campaign", By.CHANNEL: "channel", By.CUSTOMER: "customer_id"}


def refused(identity: str, at: datetime, code: str | None = "voucher_expired", **more: Any) -> dict[str, Any]:
    fields = {"failure_message": "Expired.", **more}
    return redemption(identity, date=instant_text(at), result="FAILURE", status="FAILED", failure_code=code, **fields)


def mapped(
    cache: sqlite3.Connection, by: By = By.CODE, window: FailureWindow = FailureWindow.DAY, **more: Any
) -> FailureMap:
    return failure_map(cache, by, window, NOW, more.pop("zone", UTC), **more)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, list[dict[str, Any]]]]:
    """Refusals, successes and failed rollbacks over more than two years, many of them lately."""
    rnd = Random(11)
    documents: list[dict[str, Any]] = []
    for number in range(900):
        back = timedelta(days=rnd.choice([1, 1, 8, 40, 180, 800]) * rnd.random())
        more: dict[str, Any] = {
            "customer_id": rnd.choice([None, "cust_1", "cust_2"]),
            "channel": {"channel_type": rnd.choice(["API", "USER_PORTAL"])},
            "failure_message": rnd.choice([None, "", "  ", "Sorry."]),
        }
        code = rnd.choice([None, "voucher_expired", "quantity_exceeded", "[/x]"])
        documents.append(refused(f"rf_{number}", NOW - back, code, **more))
        if number % 9 == 0:
            documents.append(redemption(f"r_{number}", date=instant_text(NOW - back)))
            documents.append(
                rollback(
                    f"rr_{number}", f"r_{number}", result="FAILURE", failure_code=code, date=instant_text(NOW - back)
                )
            )
    path = tmp_path_factory.mktemp("failures") / "c.db"
    connection = connect_writer(path)
    put(connection, "campaigns", campaign())
    put(connection, "redemptions", *documents)
    read_whole(connection, "redemptions", at="2026-11-28T00:00:00.000Z")
    connection.close()
    reader = connect_reader(path)
    yield reader, documents
    reader.close()


def naive(document: dict[str, Any], by: By) -> str | None:
    if by is By.CAMPAIGN:
        return str(document["voucher"]["campaign_id"])
    if by is By.CHANNEL:
        return str(document["channel"]["channel_type"])
    value = document[by]
    return None if value is None else str(value)


@pytest.mark.parametrize("zone", [UTC, WARSAW, KATHMANDU], ids=str)
@pytest.mark.parametrize("window", FailureWindow)
@pytest.mark.parametrize("by", By)
def test_cells_count_what_lies_in_them(
    many: tuple[sqlite3.Connection, list[dict[str, Any]]], by: By, window: FailureWindow, zone: Any
) -> None:
    reader, documents = many
    found = mapped(reader, by, window, zone=zone)
    _, begin = window_edges(window, NOW, zone)
    ours = [one for one in documents if one["result"] == "FAILURE" and one["object"] == "redemption"]
    inside = [one for one in ours if found.edges[0] <= one["date"] < found.edges[-1]]
    for row in found.rows:
        its = [one["date"] for one in inside if naive(one, by) == row.key]
        assert row.total == len(its)
        assert row.before == sum(begin <= one["date"] < found.edges[0] and naive(one, by) == row.key for one in ours)
        for at, count in enumerate(row.counts):
            assert count == sum(found.edges[at] <= date < found.edges[at + 1] for date in its)
    assert {row.key for row in found.rows} == {naive(one, by) for one in inside}
    assert [row.total for row in found.rows] == sorted((row.total for row in found.rows), reverse=True)
    assert found.total == len(inside)
    assert found.before == sum(begin <= one["date"] < found.edges[0] for one in ours)
    assert found.without_message == sum(not (one["failure_message"] or "").strip() for one in inside)


def test_rows_behind_a_cell_are_as_many_as_it_says(many: tuple[sqlite3.Connection, list[dict[str, Any]]]) -> None:
    reader, _ = many
    only = Condition("customer_id", "=", None)
    found = mapped(reader, By.CODE, FailureWindow.WEEK, only=only)

    def count(conditions: tuple[Condition, ...]) -> int:
        parts = [one.sql(REFUSALS.columns[one.column]) for one in conditions]
        where = " and ".join([REFUSALS.where, *(clause for clause, _ in parts)])
        values = [value for _, bound in parts for value in bound]
        return int(reader.execute(f"select count(*) from {REFUSALS.source} where {where}", values).fetchone()[0])

    assert None in {row.key for row in found.rows}
    for row in found.rows:
        assert [count(behind(found, row, at)) for at in range(7)] == list(row.counts)
        assert count(behind(found, row, None)) == row.total
    assert count(behind(found, None, None)) == found.total > 0
    assert count((*behind(found, None, None), Condition("without_message", "=", 1))) == found.without_message > 0


def test_an_index_over_refusals_answers(many: tuple[sqlite3.Connection, list[dict[str, Any]]]) -> None:
    reader, _ = many
    said: list[str] = []
    reader.set_trace_callback(said.append)
    mapped(reader, By.CUSTOMER, FailureWindow.YEAR)
    reader.set_trace_callback(None)
    asked = [query for query in said if "from redemptions t" in query or "join redemptions t" in query]
    assert len(asked) == 4
    for query in asked:
        plan = " ".join(row[3] for row in reader.execute(f"explain query plan {query}"))
        assert "INDEX redemptions_untold" in plan or "COVERING INDEX redemptions_refused" in plan
        assert "SCAN t" not in plan


@pytest.mark.parametrize(
    ("window", "zone", "cells", "first", "last", "begin"),
    [
        (FailureWindow.DAY, WARSAW, 24, "2026-11-26T13:00", "2026-11-27T13:00", "2026-11-25T13:00"),
        # Kathmandu's hours begin at a quarter past by UTC.
        (FailureWindow.DAY, KATHMANDU, 24, "2026-11-26T13:15", "2026-11-27T13:15", "2026-11-25T13:15"),
        (FailureWindow.WEEK, WARSAW, 7, "2026-11-20T23:00", "2026-11-27T23:00", "2026-11-13T23:00"),
        # The clock went back on 25 October: the period before began in summer time.
        (FailureWindow.MONTH, WARSAW, 30, "2026-10-28T23:00", "2026-11-27T23:00", "2026-09-28T22:00"),
        (FailureWindow.QUARTER, WARSAW, 13, "2026-08-29T22:00", "2026-11-27T23:00", "2026-05-31T22:00"),
        (FailureWindow.YEAR, WARSAW, 12, "2025-11-30T23:00", "2026-11-30T23:00", "2024-11-30T23:00"),
    ],
)  # fmt: skip
def test_edges_of_a_window(window: FailureWindow, zone: Any, cells: int, first: str, last: str, begin: str) -> None:
    edges, before = window_edges(window, NOW, zone)
    assert len(edges) == cells + 1
    assert (edges[0][:16], edges[-1][:16], before[:16]) == (first, last, begin)
    assert list(edges) == sorted(set(edges))


def test_an_hour_that_the_clock_repeats_is_two_cells() -> None:
    edges, _ = window_edges(FailureWindow.DAY, datetime(2026, 10, 25, 12, tzinfo=UTC), WARSAW)
    hours = [parse_instant(edge).astimezone(WARSAW).hour for edge in edges]
    assert hours.count(2) == 2
    assert len(edges) == 25


def test_of_ninety_days_the_first_cell_is_six_days_long() -> None:
    edges, _ = window_edges(FailureWindow.QUARTER, NOW, UTC)
    days = [(parse_instant(b) - parse_instant(a)).days for a, b in pairwise(edges)]
    assert days == [6] + [7] * 12


def spikes(cache: sqlite3.Connection, inside: int, before: int, *, read_at: datetime = NOW) -> list[int]:
    """So many refusals an hour and a half ago, and so many on the day before."""
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", *(
        [refused(f"a{n}", NOW - timedelta(minutes=90)) for n in range(inside)]
        + [refused(f"b{n}", NOW - timedelta(hours=30)) for n in range(before)]
    ))  # fmt: skip
    read_whole(cache, "redemptions", at=instant_text(read_at))
    found = mapped(cache)
    return sorted(found.spikes(found.rows[0])) if found.rows else []


@pytest.mark.parametrize(
    ("inside", "before", "is_spike"),
    [
        (5, 0, True),
        (4, 0, False),  # too few
        (5, 40, True),  # 40 in 24 hours are 5 in 3 hours
        (5, 41, False),
        (6, 48, True),
        (6, 49, False),
    ],
)
def test_a_spike_is_five_and_three_times_the_average(
    cache: sqlite3.Connection, inside: int, before: int, is_spike: bool
) -> None:
    # 12:20 less 90 minutes is 10:50: the cell of 10 to 11 o'clock, of 24 that end at 13:00 the 22nd.
    assert spikes(cache, inside, before) == ([21] if is_spike else [])


def test_an_hour_under_way_is_judged_by_what_of_it_was_read(cache: sqlite3.Connection) -> None:
    # Read at 10:55, of the hour from 10 o'clock 55 minutes are known: 5 in them is more than 5 an hour.
    assert spikes(cache, 5, 43, read_at=NOW - timedelta(minutes=85)) == [21]


def test_without_a_reading_nothing_is_a_spike_and_nothing_is_zero(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", *(refused(f"a{n}", NOW - timedelta(minutes=90)) for n in range(9)))
    found = mapped(cache)
    assert (found.complete, found.read, found.campaigns, found.known_until) == (False, 0, 1, None)
    [row] = found.rows
    assert row.counts == (*[None] * 21, 9, None, None)
    assert found.spikes(row) == frozenset()


def test_what_came_after_the_reading_is_not_known(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", refused("a", NOW - timedelta(hours=5)))
    read_whole(cache, "redemptions", at=instant_text(NOW - timedelta(hours=2)))
    [row] = mapped(cache).rows
    # Read at 10:20: the hour from 10 o'clock is partly known, those from 11 and 12 are not.
    assert row.counts == (*[0] * 18, 1, 0, 0, 0, None, None)


def test_some_campaigns_read_are_a_lower_bound(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(), campaign("camp_2", "Winter"))
    put(cache, "redemptions", refused("a", NOW - timedelta(hours=3)))
    read_whole(cache, "redemptions", scope="campaign:camp_1", at=instant_text(NOW))
    found = mapped(cache, By.CAMPAIGN)
    assert (found.complete, found.read, found.campaigns) == (False, 1, 2)
    assert [(row.key, row.name) for row in found.rows] == [("camp_1", "Autumn")]


def test_rows_beyond_those_shown_are_counted(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    at = NOW - timedelta(hours=3)
    documents = [refused(f"a{n}", at, customer_id=f"cust_{n}") for n in range(MOST_ROWS + 3)]
    put(cache, "redemptions", *documents, refused("more", at, customer_id="cust_5"), refused("none", at))
    read_whole(cache, "redemptions", at=instant_text(NOW))
    found = mapped(cache, By.CUSTOMER)
    assert (len(found.rows), found.more, found.total) == (MOST_ROWS, 4, MOST_ROWS + 5)
    assert (found.rows[0].key, found.rows[0].total) == ("cust_5", 2)
    assert all(sum(count or 0 for count in row.counts) == row.total for row in found.rows)
