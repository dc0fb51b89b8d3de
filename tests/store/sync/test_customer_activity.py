"""A customer's activity in the cache is what the API has: at once, in parts, after interruptions and in bad weather."""

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.cache.ledger import Ledger, customer_scope
from store.cache.marks import unwatch, watch
from store.queries.customer_activity import EventFilter, event_stubs, reach_of, read_events
from store.ref import CUSTOMER as KIND
from store.ref import Ref
from store.sync.planner import Planner
from store.sync.pricing import Bound
from store.sync.request import SyncRequest
from store.sync.strategies.customers import GONE
from store.times import shifted, text_of
from store.wire import Response
from tests.support.activity_server import BOTH, CUSTOMER, People, event
from tests.support.list_server import answer
from tests.support.sizes import TINY
from tests.support.syncing import NOW, ZONE, Project

EVERY_TYPE = replace(TINY, campaigns=14, accruals=300, redemptions=900)
"""The smallest world in which, by this seed, something of every type happens."""
SEED = 8


def people(tmp_path: Path, events: list[dict[str, Any]], **options: Any) -> People:
    return People(tmp_path / "people.db", {CUSTOMER: events}, **options)


def reach(made: People, customer: str = CUSTOMER) -> Any:
    connection = made.connect()
    try:
        return reach_of(connection, customer)
    finally:
        connection.close()


def test_cache_and_world_agree_event_by_event_on_every_type(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db", sizes=EVERY_TYPE, seed=SEED)
    table = project.world.tables["customer_activity"]
    kinds: dict[str, set[str]] = defaultdict(set)
    for customer, kind in zip(table.column("customer_id"), table.column("type"), strict=True):
        kinds[customer].add(kind)
    chosen: list[str] = []
    left = set(table.column("type"))
    assert len(left) == 74
    while left or len(chosen) < 10:
        chosen.append(max(kinds.keys() - set(chosen), key=lambda one: (len(kinds[one] & left), one)))
        left -= kinds[chosen[-1]]
    report = project.sync(SyncRequest(customers=tuple(chosen), only=BOTH))
    assert report.state == "complete"
    connection = project.connect()
    told = {row[0]: json.loads(row[1]) for row in connection.execute("select id, json from customer_activity_raw")}
    truth: dict[str, list[dict[str, Any]]] = {customer: [] for customer in chosen}
    for index, customer in enumerate(table.column("customer_id")):
        if customer in truth:
            truth[customer].append(table.document(index))
    for customer, documents in truth.items():
        documents.sort(key=lambda one: (text_of_wire(one["created_at"]), one["id"]), reverse=True)
        held = event_stubs(connection, customer)
        assert [told[one.id] for one in held] == documents
        assert [(one.type, one.group_id) for one in held] == [(one["type"], one["group_id"]) for one in documents]
        assert reach_of(connection, customer).whole
    connection.close()


def text_of_wire(text: str) -> str:
    return text.replace("Z", ".000Z") if "." not in text else text


def test_a_second_reading_asks_for_what_is_new_alone(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 1_000 - n) for n in range(250)])
    assert made.run().of("customer_activity").calls == 3
    assert made.held() == made.there()
    made.clock.advance(60)
    made.events[CUSTOMER].append(event(900, 0))
    report = made.run().of("customer_activity")
    assert (report.calls, report.added) == (1, 1)
    # The newest event was 751 minutes old; five minutes before it are read again.
    assert made.calls[-1][1]["start_date"] == shifted(text_of(NOW), -(751 + 5) * 60_000)
    assert made.held() == made.there()


def test_an_event_that_is_listed_late_is_met_by_the_next_reading(tmp_path: Path) -> None:
    made = people(tmp_path, [event(1, 600), event(3, 0)])
    made.run()
    made.events[CUSTOMER].append(event(2, 4))
    made.run()
    assert made.held() == made.there() == ["evcus_000003", "evcus_000002", "evcus_000001"]


@pytest.mark.parametrize("calls", [2, 3, 5])
def test_a_reading_that_is_cut_off_goes_on_and_misses_nothing_that_happens_meanwhile(
    tmp_path: Path, calls: int
) -> None:
    made = people(tmp_path, [event(n, 10_000 - n) for n in range(600)])
    report = made.run(max_calls=calls)
    assert report.error == "budget"
    assert made.held() == made.there()[: (calls - 1) * 100]
    known = reach(made)
    assert not known.whole
    assert known.back_to == made_at(made, made.held()[-1])
    for n in range(700, 950):
        made.events[CUSTOMER].append(event(n, 2_000 - n))
    assert made.run().state == "complete"
    assert made.held() == made.there()
    assert reach(made).whole
    # One call for the record, one for each hundred events that were not held, and no page of the held ones again.
    assert len(made.calls) == 1 + 3 + (600 - (calls - 1) * 100) // 100


def made_at(made: People, identity: str) -> str:
    return next(str(one["created_at"]) for one in made.events[CUSTOMER] if one["id"] == identity)


def test_news_that_are_cut_off_leave_no_gap(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 10_000 - n) for n in range(50)])
    made.run()
    made.events[CUSTOMER] += [event(n, 5_000 - n) for n in range(100, 400)]
    made.run(max_calls=3)
    oldest_first = made.there()[::-1]
    assert made.held()[::-1] == oldest_first[: len(made.held())]
    assert len(made.held()) < 350
    made.run()
    assert made.held() == made.there()


def test_a_portion_says_how_far_back_it_reaches_and_the_next_goes_on(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 40 * 1440 - n * 60) for n in range(350)])
    report = made.run(event_pages=2)
    part = report.of("customer_activity")
    assert (part.state, part.excused) == ("partial", True)
    oldest = made_at(made, made.there()[199])
    assert oldest[:10] in (part.reason or "")
    known = reach(made)
    assert (known.held, known.back_to, known.whole) == (200, oldest, False)
    assert made.run(event_pages=2).of("customer_activity").state == "complete"
    assert reach(made).whole
    assert made.held() == made.there()


def test_events_of_one_instant_across_a_page_border_all_come(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 60) for n in range(230)], page=50)
    made.run()
    assert made.held() == made.there()


def test_events_that_come_out_of_order_are_shown_in_order(tmp_path: Path) -> None:
    def turn(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "data": body["data"][::-1]}

    made = people(tmp_path, [event(n, 1_000 - n) for n in range(80)], shape=turn)
    made.run()
    assert made.held() == made.there()


def test_more_without_a_cursor_goes_on_after_the_last_event(tmp_path: Path) -> None:
    def without(body: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in body.items() if name != "more_starting_after"}

    made = people(tmp_path, [event(n, 1_000 - n) for n in range(230)], shape=without)
    assert made.run().state == "complete"
    assert made.held() == made.there()


def test_more_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    made = people(tmp_path, [event(1, 5)], shape=lambda body: {**body, "data": [], "has_more": True,
                                                               "more_starting_after": None})  # fmt: skip
    report = made.run()
    assert report.state == "partial"
    assert report.of("customer_activity").reason == "the API says there is more but not where to continue"
    assert not reach(made).whole


@pytest.mark.parametrize(("status", "key"), [(404, "not_found"), (403, "forbidden")])
def test_a_refusal_in_the_middle_keeps_what_came_and_goes_on_from_there(tmp_path: Path, status: int, key: str) -> None:
    def refuse(call: int) -> Response | None:
        return answer(status, {"code": status, "key": key, "message": "No"}) if call == 4 else None

    made = people(tmp_path, [event(n, 1_000 - n) for n in range(350)], before=refuse)
    report = made.run()
    assert report.state == "partial"
    assert str(status) in (report.of("customer_activity").reason or "")
    assert made.held() == made.there()[:200]
    assert reach(made).back_to == made_at(made, made.there()[199])
    made.before = lambda _: None
    assert made.run().state == "complete"
    assert made.held() == made.there()
    # The record, what is new, and the two pages that were left.
    assert len(made.calls) == 4


def test_a_cursor_whose_event_is_gone_begins_the_list_anew(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 1_000 - n) for n in range(350)])
    made.run(max_calls=3)

    def gone(call: int) -> Response | None:
        cursor = made.calls[call - 1][1].get("starting_after_id")
        if cursor == "evcus_000150":
            return answer(404, {"code": 404, "key": "not_found", "message": "Not found"})
        return None

    made.events[CUSTOMER] = [one for one in made.events[CUSTOMER] if one["id"] != "evcus_000150"]
    made.before = gone
    assert made.run().state == "complete"
    assert set(made.held()) == {*made.there(), "evcus_000150"}


def test_a_deleted_customer_keeps_what_was_read_and_costs_one_call(tmp_path: Path) -> None:
    made = people(tmp_path, [event(1, 5)])
    made.run()
    made.customers.clear()
    report = made.run()
    assert len(made.calls) == 1
    assert report.of("customers").reason == GONE
    assert report.of("customers").excused
    connection = made.connect()
    assert connection.execute("select missing_since from customers").fetchone()[0]
    connection.close()
    assert made.held() == ["evcus_000001"]


def test_a_merged_customer_is_gone_and_the_events_stand_in_the_others_list(tmp_path: Path) -> None:
    made = people(tmp_path, [event(1, 5)])
    made.run()
    # The old id answers with the customer it was merged into, whose list has its events.
    other = {"id": "cust_2", "name": "Ann"}
    made.customers = {CUSTOMER: other, "cust_2": other}
    made.events = {"cust_2": [event(1, 5), event(2, 1)]}
    made.run(CUSTOMER, "cust_2")
    assert made.held() == []
    assert made.held("cust_2") == ["evcus_000002", "evcus_000001"]
    connection = made.connect()
    missing = dict(connection.execute("select id, missing_since is not null from customers"))
    reason = Ledger(connection).state("customers", customer_scope(CUSTOMER))
    connection.close()
    assert missing == {CUSTOMER: 1, "cust_2": 0}
    assert "cust_2" in (reason.attempt_reason or "")


def test_what_differs_of_a_customer_between_two_looks_is_journalled(tmp_path: Path) -> None:
    made = people(tmp_path, [])
    made.customers[CUSTOMER] = {"id": CUSTOMER, "name": "Ann", "address": {"city": "Oslo"}}
    made.run()
    made.customers[CUSTOMER] = {"id": CUSTOMER, "name": "Ann", "address": {"city": "Bergen"}}
    made.run()
    connection = made.connect()
    found = connection.execute("select resource, record_id, field, before, after from changes").fetchall()
    connection.close()
    assert found == [("customers", CUSTOMER, "/address/city", '"Oslo"', '"Bergen"')]


@pytest.mark.parametrize("identity", ["a/b", "100%", "x#y", "with blanks", "ü?&=", "..", "%2F"])
def test_ids_that_are_no_path_segments_are_asked_for_as_they_are(tmp_path: Path, identity: str) -> None:
    made = People(tmp_path / "p.db", {identity: [event(1, 5)]}, {identity: {"id": identity}})
    assert made.run(identity).state == "complete"
    assert made.held(identity) == ["evcus_000001"]


def test_a_type_nobody_knows_and_an_event_without_data_are_kept_as_they_came(tmp_path: Path) -> None:
    odd = [
        event(3, 1, "customer.wallet.opened"),
        {"id": "evcus_000002", "type": "customer.order.paid", "created_at": "2026-11-23T11:00:00Z", "data": {}},
        {"id": "evcus_000001", "created_at": "2026-11-23T10:00:00Z"},
    ]
    made = people(tmp_path, odd)
    assert made.run().state == "complete"
    connection = made.connect()
    found = read_events(connection, event_stubs(connection, CUSTOMER))
    connection.close()
    assert [(one.id, one.summary, one.customer_id) for one in found] == [
        ("evcus_000003", "wallet.opened", CUSTOMER),
        ("evcus_000002", "Order paid", CUSTOMER),
        ("evcus_000001", "event without a type", CUSTOMER),
    ]


def test_categories_are_learnt_from_a_second_reading_and_hold_for_all_customers(tmp_path: Path) -> None:
    events = [event(1, 9, "customer.order.paid"), event(2, 8, "customer.rewarded"), event(3, 7, "customer.created")]
    made = people(tmp_path, events, effects=frozenset({"customer.rewarded"}))
    made.customers["cust_2"], made.events["cust_2"] = {"id": "cust_2"}, [event(9, 3, "customer.rewarded")]
    made.run()
    assert not [query for _, query in made.calls if "category" in query]
    made.run(CUSTOMER, categories=True)
    made.run("cust_2")
    connection = made.connect()
    category = {one.type: one.category for one in read_events(connection, event_stubs(connection, CUSTOMER))}
    effects = event_stubs(connection, "cust_2", EventFilter(category="EFFECT"))
    connection.close()
    assert category == {
        "customer.order.paid": "ACTION", "customer.rewarded": "EFFECT", "customer.created": "ACTION",
    }  # fmt: skip
    assert [one.id for one in effects] == ["evcus_000009"]


def test_every_sync_keeps_up_whom_somebody_watches(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    activity = project.world.tables["customer_activity"]
    customer = max(set(activity.column("customer_id")), key=activity.column("customer_id").count)
    connection = project.connect()
    watch(connection, Ref(KIND, customer), text_of(NOW))
    project.sync()
    assert len(event_stubs(connection, customer)) == activity.column("customer_id").count(customer)
    other = next(one for one in project.ids("customer_activity", "customer_id") if one != customer)
    assert event_stubs(connection, other) == []
    unwatch(connection, Ref(KIND, customer))
    assert "customer_activity" not in project.sync().resources
    connection.close()


def test_the_plan_prices_each_customer_before_anything_is_read(tmp_path: Path) -> None:
    made = people(tmp_path, [event(n, 1_000 - n) for n in range(150)])

    def prices() -> list[tuple[str, str, int, Bound]]:
        import asyncio

        from store.sync.context import SyncContext
        from tests.support.list_server import client_of

        connection = made.connect()
        with client_of(made) as client:
            context = SyncContext(client, connection, Ledger(connection), made.clock, lambda *_: None)
            lines = asyncio.run(Planner(context, ZONE, lambda: None).plan(
                SyncRequest(customers=(CUSTOMER,), only=BOTH), []))  # fmt: skip
        connection.close()
        return [(line.resource, line.scope, line.calls, line.bound) for line in lines]

    scope = customer_scope(CUSTOMER)
    first = [("customers", scope, 1, Bound.EXACT), ("customer_activity", scope, 1, Bound.AT_LEAST)]
    assert prices() == first
    assert made.calls == []
    made.run(max_calls=2)
    assert prices()[1][2:] == (2, Bound.AT_LEAST)
    made.run()
    assert prices() == first
