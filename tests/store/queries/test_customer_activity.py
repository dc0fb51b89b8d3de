"""Filters of a customer's activity against a plain comprehension, the order of events, and who is meant by a word."""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer, transaction
from store.cache.marks import note_look, unwatch, watch
from store.queries.customer_activity import (
    EventFilter,
    activity_campaigns,
    event_stubs,
    learn_categories,
    read_events,
    uncategorised,
)
from store.queries.names import customers_called
from store.queries.reader import Reader
from store.queries.watching import is_watched, last_look, watched_customers
from store.ref import CUSTOMER as KIND
from store.ref import Ref
from tests.support.activity_server import CUSTOMER, People, event
from tests.support.syncing import ZONE

_TYPES = ("customer.order.paid", "customer.redemption.failed", "customer.rewarded", "customer.email.sent")
_CAMPAIGNS = ({"id": "camp_1", "name": "Autumn"}, {"id": "camp_2", "name": "ŁÓDŹ"}, None)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> People:
    """120 events of four types, three campaigns, two channels."""
    events = []
    for number in range(120):
        campaign = _CAMPAIGNS[number % 3]
        data = {"campaign": campaign} if campaign else {}
        one = event(number, 20_000 - 150 * number, _TYPES[number % 4], data=data)
        one["data"]["event_source"]["channel"] = "API" if number % 5 else "USER_PORTAL"
        events.append(one)
    people = People(tmp_path_factory.mktemp("activity") / "c.db", {CUSTOMER: events})
    people.run()
    return people


@pytest.fixture
def connection(made: People) -> Iterator[sqlite3.Connection]:
    reader = Reader(made.path, ZONE)
    yield reader.connection
    reader.close()


def test_every_filter_leaves_what_a_plain_comprehension_leaves(made: People, connection: sqlite3.Connection) -> None:
    writer = made.connect()
    with transaction(writer):
        rows = [(campaign["id"], campaign["name"], kind) for campaign, kind in
                zip(_CAMPAIGNS, ("PROMOTION", "GIFT_VOUCHERS"), strict=False) if campaign]  # fmt: skip
        writer.executemany("insert into campaigns (id, name, campaign_type) values (?, ?, ?)", rows)
        actions = {one["id"] for one in made.events[CUSTOMER] if one["type"] != "customer.rewarded"}
        learn_categories(writer, CUSTOMER, actions, "", "2026-11-23T12:00:00.000Z")
    writer.close()
    newest_first = sorted(made.events[CUSTOMER], key=lambda one: (one["created_at"], one["id"]), reverse=True)
    middle = newest_first[60]["created_at"]

    def campaign(one: dict[str, Any]) -> str:
        found: str = (one["data"]["data"].get("campaign") or {}).get("id", "")
        return found

    ways: dict[str, list[tuple[Any, Callable[[dict[str, Any]], bool]]]] = {
        "campaigns": [((), lambda _: True), (("camp_2",), lambda one: campaign(one) == "camp_2"),
                      (("camp_1", "camp_2"), lambda one: campaign(one) != "")],
        "types": [((), lambda _: True), (("customer.rewarded", "customer.email.sent"),
                                         lambda one: one["type"] in ("customer.rewarded", "customer.email.sent"))],
        "category": [("", lambda _: True), ("ACTION", lambda one: one["type"] != "customer.rewarded"),
                     ("EFFECT", lambda one: one["type"] == "customer.rewarded")],
        "since": [("", lambda _: True), (middle, lambda one: one["created_at"] >= middle)],
        "until": [("", lambda _: True), (middle, lambda one: one["created_at"] < middle)],
        "channel": [("", lambda _: True), ("USER_PORTAL", lambda one: one["data"]["event_source"]["channel"] != "API")],
        "text": [("", lambda _: True), ("łódź", lambda one: campaign(one) == "camp_2"),
                 ("EVCUS_00001", lambda one: one["id"].startswith("evcus_00001"))],
        "campaign_type": [("", lambda _: True), ("PROMOTION", lambda one: campaign(one) == "camp_1")],
    }  # fmt: skip
    for chosen in product(*ways.values()):
        wanted = EventFilter(**{name: way[0] for name, way in zip(ways, chosen, strict=True)})
        expected = [one["id"] for one in newest_first if all(holds(one) for _, holds in chosen)]
        assert [stub.id for stub in event_stubs(connection, CUSTOMER, wanted)] == expected, wanted
        assert [stub.id for stub in event_stubs(connection, CUSTOMER, wanted, 7)] == expected[:7]
    assert uncategorised(connection, CUSTOMER) == 0


def test_events_are_read_in_the_order_asked_for(connection: sqlite3.Connection) -> None:
    stubs = event_stubs(connection, CUSTOMER)
    backwards = stubs[::-1]
    assert [one.id for one in read_events(connection, backwards)] == [stub.id for stub in backwards]


def test_the_campaigns_of_the_events_are_counted(connection: sqlite3.Connection) -> None:
    assert [(row[0], row[2]) for row in activity_campaigns(connection, CUSTOMER)] == [("camp_1", 40), ("camp_2", 40)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("cust_1", ["cust_1"]), ("shop/1 #%", ["cust_1"]), ("two@example.com", ["cust_2", "cust_3"]),
        ("TWO@Example.com", ["cust_2", "cust_3"]), ("wo@example.com", []), ("Ann", []), ("", []),
    ],
)  # fmt: skip
def test_a_customer_is_meant_by_id_source_id_or_exact_address(tmp_path: Path, wanted: str, found: list[str]) -> None:
    connection = connect_writer(tmp_path / "c.db")
    connection.executemany(
        "insert into customers (id, source_id, email, name) values (?, ?, ?, 'Ann')",
        [("cust_1", "shop/1 #%", None), ("cust_2", "2", "two@example.com"), ("cust_3", None, "Two@Example.com")],
    )
    assert customers_called(connection, wanted) == found
    connection.close()


def test_marks_are_kept_in_the_cache(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    one, two = Ref(KIND, "cust_1"), Ref(KIND, "cust_2")
    watch(connection, two, "2026-11-02T00:00:00.000Z")
    watch(connection, one, "2026-11-03T00:00:00.000Z")
    watch(connection, two, "2026-11-04T00:00:00.000Z")
    assert watched_customers(connection) == ("cust_2", "cust_1")
    unwatch(connection, two)
    assert (is_watched(connection, one), is_watched(connection, two)) == (True, False)
    assert last_look(connection, one) is None
    note_look(connection, one, "2026-11-05T00:00:00.000Z")
    note_look(connection, one, "2026-11-06T00:00:00.000Z")
    assert last_look(connection, one) == "2026-11-06T00:00:00.000Z"
    connection.close()
