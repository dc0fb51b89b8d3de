"""Customer activity as the API documents it: shape, types, groups, and every query parameter."""

from collections import defaultdict
from typing import Any

import pytest

from store.clock import ManualClock
from store.sandbox import Sandbox
from store.sandbox.conditions import instant
from store.sandbox.world import World
from tests.support.sandbox_asking import NOW, Asker, busy_world

MESSENGERS = ("sms", "email", "activecampaign", "braze", "mailchimp", "intercom", "shopify", "klaviyo", "batch")
TYPES = {
    f"customer.{name}"
    for name in (
        "confirmed", "created", "updated", "deleted", "referred", "custom_event", "segment.entered", "segment.left",
        *(f"{one}.{state}" for one in MESSENGERS for state in ("sent", "recovered", "failed")),
        "rewarded", "rewarded.loyalty_points", "voucher.gift.balance_added",
        *(f"voucher.loyalty_card.pending_points.{one}" for one in ("activated", "added", "canceled", "updated")),
        *(f"voucher.loyalty_card.points_{one}" for one in ("activated", "added", "transferred", "expired")),
        "voucher.deleted",
        *(f"{one}.{state}" for one in ("publication", "validation", "redemption", "redemption.rollback")
          for state in ("succeeded", "failed")),
        *(f"order.{one}" for one in ("canceled", "created", "fulfilled", "paid", "processing", "updated")),
        *(f"reward_redemptions.{one}" for one in ("created", "pending", "completed", "rolledback")),
        "loyalty.updated",
        *(f"loyalty.tier.{one}" for one in
          ("upgraded", "downgraded", "prolonged", "expiration.changed", "joined", "left")),
        "holder.assignment.created", "holder.assignment.deleted",
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return busy_world()


@pytest.fixture(scope="module")
def asker(world: World) -> Asker:
    clock = ManualClock(NOW)
    sandbox = Sandbox(world, clock=clock)
    return Asker(sandbox, clock, sandbox.respond)


@pytest.fixture(scope="module")
def busiest(world: World) -> Any:
    """The customer with most kinds of events."""
    kinds = defaultdict(set)
    table = world.tables["customer_activity"]
    for customer, kind in zip(table.column("customer_id"), table.column("type"), strict=True):
        kinds[customer].add(kind)
    return max(kinds, key=lambda one: (len(kinds[one]), one))


def walk(asker: Asker, customer: str, *query: tuple[str, str]) -> list[dict[str, Any]]:
    """All pages, by cursor."""
    found: list[dict[str, Any]] = []
    cursor: tuple[tuple[str, str], ...] = ()
    while True:
        answer = asker.get(f"/v1/customers/{customer}/activity", ("limit", "100"), *query, *cursor)
        found += answer["data"]
        if not answer["has_more"]:
            assert "more_starting_after" not in answer
            return found
        assert answer["more_starting_after"] == answer["data"][-1]["id"]
        cursor = (("starting_after_id", answer["more_starting_after"]),)


def test_all_seventy_four_types_are_there(world: World) -> None:
    assert len(TYPES) == 74
    assert set(world.tables["customer_activity"].column("type")) == TYPES


def test_an_event_of_every_type_has_the_documented_members(world: World) -> None:
    table = world.tables["customer_activity"]
    first = {kind: i for i, kind in reversed(list(enumerate(table.column("type"))))}
    for kind, i in first.items():
        event = table.document(i)
        assert set(event) == {"id", "type", "created_at", "group_id", "data"}
        assert event["type"] == kind
        assert set(event["data"]) == {"data", "event_source"}
        assert event["data"]["event_source"]["channel"] in {"USER_PORTAL", "API", "CLIENT_API", "INTERNAL"}
        assert event["data"]["data"]["customer"]["id"] == table.value(i, "customer_id")
        assert event["group_id"].startswith("v-0")


def test_nothing_happened_before_the_customer_or_after_now(asker: Asker, busiest: str) -> None:
    events = walk(asker, busiest)
    assert len(events) > 100
    times = [instant(event["created_at"]) for event in events]
    assert times == sorted(times, reverse=True)
    assert times[0] <= "2026-11-20T12:00:00.000Z"


def test_the_events_of_one_request_share_group_and_source(asker: Asker, busiest: str) -> None:
    groups = defaultdict(list)
    for event in walk(asker, busiest):
        groups[event["group_id"]].append(event)
    wanted = {"customer.redemption.succeeded", "customer.order.paid"}
    paid = [group for group in groups.values() if wanted <= {event["type"] for event in group}]
    assert paid
    for group in paid:
        assert {"customer.validation.succeeded", "customer.order.created"} <= {event["type"] for event in group}
        assert len({str(event["data"]["event_source"]) for event in group}) == 1


def test_points_and_the_order_that_earned_them_are_one_request(world: World) -> None:
    table = world.tables["customer_activity"]
    i = next(i for i, kind in enumerate(table.column("type")) if kind == "customer.rewarded.loyalty_points")
    event = table.document(i)
    assert event["data"]["data"]["event"]["group_id"] == event["group_id"]


@pytest.mark.parametrize("order", ["created_at", "-created_at"])
def test_both_orders_bring_the_same_events(asker: Asker, busiest: str, order: str) -> None:
    ids = [event["id"] for event in walk(asker, busiest, ("order", order))]
    newest_first = [event["id"] for event in walk(asker, busiest)]
    assert ids == (newest_first if order.startswith("-") else newest_first[::-1])
    assert len(set(ids)) == len(ids)


def test_categories_part_the_events_and_are_not_told(asker: Asker, busiest: str) -> None:
    every = {event["id"] for event in walk(asker, busiest)}
    actions, effects = (walk(asker, busiest, ("category", name)) for name in ("ACTION", "EFFECT"))
    assert actions
    assert effects
    assert {event["id"] for event in actions} | {event["id"] for event in effects} == every
    assert not {event["type"] for event in actions} & {event["type"] for event in effects}
    assert "category" not in actions[0]


def test_types_campaigns_and_dates_narrow(asker: Asker, world: World, busiest: str) -> None:
    events = walk(asker, busiest)
    kind = "customer.redemption.succeeded"
    of_kind = [event for event in events if event["type"] == kind]
    assert walk(asker, busiest, ("type", kind)) == of_kind
    campaign = of_kind[0]["data"]["data"]["campaign"]
    mine = walk(asker, busiest, ("campaign_id", campaign["id"]))
    assert mine == [event for event in events if event["data"]["data"].get("campaign", {}).get("id") == campaign["id"]]
    of_type = walk(asker, busiest, ("campaign_type", campaign["campaign_type"]))
    assert {event["data"]["data"]["campaign"]["campaign_type"] for event in of_type} == {campaign["campaign_type"]}
    start, end = (instant(events[place]["created_at"]) for place in (60, 20))
    within = walk(asker, busiest, ("start_date", start), ("end_date", end))
    assert within == [event for event in events if start <= instant(event["created_at"]) <= end]
    assert walk(asker, busiest, ("type", kind), ("campaign_id", campaign["id"]), ("start_date", start)) == [
        event for event in mine if event["type"] == kind and instant(event["created_at"]) >= start
    ]


def test_a_customer_is_named_by_source_id_too(asker: Asker, world: World) -> None:
    columns = world.tables["customers"]
    key, source = next(
        (key, source)
        for key, source in zip(columns.column("id"), columns.column("source_id"), strict=True)
        if source and "/" not in source
    )
    path = "/v1/customers/{}/activity"
    assert asker.get(path.format(source)) == asker.get(path.format(key))
    assert asker.get(path.format("nobody"), status=404)["resource_type"] == "customer"


def test_a_cards_own_log_is_its_part_of_the_holders_activity(asker: Asker, world: World) -> None:
    table = world.tables["customer_activity"]
    i = next(i for i, kind in enumerate(table.column("type")) if kind == "customer.loyalty.tier.upgraded")
    card = table.column("voucher_id")[i]
    events = asker.get(f"/v1/loyalties/members/{card}/activity", ("limit", "100"), ("order", "created_at"))["data"]
    assert table.document(i)["id"] in {event["id"] for event in events}
    assert {event["data"]["data"]["voucher"]["id"] for event in events if "voucher" in event["data"]["data"]} == {card}
