"""Each type of a customer's events has words of its own; what is unknown or damaged is said as it came."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.customer_events import (
    EVENT_TYPES,
    GROUPS,
    campaign_of,
    channel_words,
    event_line,
    event_type,
    story_title,
)
from store.domain.event_facts import happened_at
from tests.store.sandbox.test_activity import MESSENGERS, TYPES
from tests.support.json_values import JSON

_CODE = {"voucher": {"id": "v_1", "code": "GIFT-1"}}
_ORDER = {"order": {"id": "ord_1", "source_id": "so-4411", "amount": 5700, "total_amount": 4560, "status": "PAID"}}
_PENDING = {"pending_points": {"points": 60, "activates_at": "2026-10-07"}, **_ORDER, **_CODE}
_POINTS = {"balance": {"points": 65, "balance": 1147, "amount": None}, **_CODE}
_REWARD = {"reward": {"name": "Mug", "type": "MATERIAL"}, "balance": 300}
_TIER = {"loyalty_tier": {"name": "Gold"}}
_STEP = {"loyalty_tier_from": {"name": "Silver"}, "loyalty_tier_to": {"name": "Gold"}}
_FAILURE = {"failure_code": "quantity_exceeded", "failure_message": "quantity exceeded"}

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("created", {}, "Customer created", ""),
    ("updated", {}, "Profile updated", ""),
    ("deleted", {}, "Customer deleted", ""),
    ("confirmed", {"unconfirmed_customer": {"id": "ucust_1"}}, "Confirmed", "was ucust_1"),
    ("referred", {"referrer": {"id": "cust_9", "name": "Ann"}, "redemption": {"id": "r_1"}, **_CODE},
     "Referred", "by cust_9 · with GIFT-1 · r_1"),
    ("custom_event", {"event": {"type": "review", "metadata": {"stars": 5, "of": "mug", "ok": True, "x": 1}},
                      "loyalty": _CODE},
     "Custom event", "review: stars 5, of mug, ok true and 1 more · reaches GIFT-1"),
    ("segment.entered", {"segment": {"id": "seg_1", "name": "Club"}}, "Entered segment", "Club"),
    ("segment.left", {"segment": {"id": "seg_1"}}, "Left segment", "seg_1"),
    ("sms.failed", {"distribution": {"name": "Winter"}}, "SMS failed", "Winter"),
    ("publication.succeeded", {"publication": {"channel": "Braze", "voucher": {"code": "C-1"}}},
     "Code published", "C-1 · by Braze"),
    ("publication.failed", {"publication": _FAILURE}, "Publication failed", "quantity_exceeded: quantity exceeded"),
    ("validation.succeeded", {"validation": {"redeemables": [{"id": "v_1"}, {"id": "promo_1"}]}},
     "Validated", "GIFT-1, promo_1"),
    ("validation.failed", {"validation": {"inapplicable_redeemables": [{"id": "v_2"}], "session_id": "ssn_1"}},
     "Validation failed", "not applicable v_2 · session ssn_1: a lock may exist"),
    ("redemption.succeeded", {**_ORDER, **_CODE}, "Redeemed", "so-4411 €57.00 → €45.60 · GIFT-1"),
    ("redemption.failed", {**_CODE, "redemption": _FAILURE},
     "Redemption failed", "GIFT-1 · quantity_exceeded: quantity exceeded"),
    ("redemption.rollback.succeeded", {"redemption": {"id": "r_1"}, "redemption_rollback": {"reason": "returned"}},
     "Rolled back", "undoes r_1 · returned"),
    ("redemption.rollback.failed", {"redemption": {"id": "r_1"}, "redemption_rollback": {"failure_code": "late"}},
     "Rollback failed", "undoes r_1 · late"),
    *((f"order.{step}", _ORDER, title, "so-4411 €57.00 → €45.60 · PAID") for step, title in (
        ("created", "Order created"), ("updated", "Order updated"), ("paid", "Order paid"),
        ("processing", "Order in process"), ("fulfilled", "Order fulfilled"), ("canceled", "Order canceled"))),
    ("rewarded", {"balance": {"amount": 1000}, "reward": {"name": "Thanks"}, "redemption": {"id": "r_1"}},
     "Rewarded", "+€10.00 · Thanks · because of r_1"),
    ("rewarded.loyalty_points", {**_POINTS, "earning_rule": {"source": {"banner": "Every order"}}, **_ORDER},
     "Points earned", "+65 points → 1,147 · Every order · so-4411"),
    ("voucher.gift.balance_added", {"balance": {"amount": -1000, "balance": 5000}, "transaction": {"reason": "moved"}},
     "Gift credit changed", "−€10.00 → €50.00 · moved"),
    ("voucher.loyalty_card.points_added", {**_POINTS, "transaction": {"reason": "sorry"}},
     "Points added", "+65 points → 1,147 · GIFT-1 · sorry"),
    ("voucher.loyalty_card.points_transferred",
     {"balance": {"points": -36, "balance": 37}, "source_voucher": {"code": "A"}, "destination_voucher": {"code": "B"}},
     "Points transferred", "−36 points → 37 · A → B"),
    ("voucher.loyalty_card.points_expired",
     {"points": 12, "buckets": [{"expires_at": "2026-02-28T00:00:00Z"}, {"expires_at": "2026-02-28"}], **_CODE},
     "Points expired", "−12 points · of 2026-02-28 · GIFT-1"),
    ("voucher.loyalty_card.points_activated", _POINTS, "Points activated", "+65 points → 1,147 · GIFT-1"),
    *((f"voucher.loyalty_card.pending_points.{step}", _PENDING, f"Pending points {word}",
       "60 points due 2026-10-07 · so-4411 · GIFT-1") for step, word in (
        ("added", "added"), ("updated", "changed"), ("canceled", "canceled"))),
    ("voucher.loyalty_card.pending_points.activated", _POINTS,
     "Pending points activated", "+65 points → 1,147 · GIFT-1"),
    ("voucher.deleted", _CODE, "Code deleted", "GIFT-1"),
    *((f"reward_redemptions.{step}", {**_REWARD, "reward_redemption": {"status": "PENDING"}}, title,
       "Mug (material) · PENDING · balance 300") for step, title in (
        ("created", "Reward redeemed"), ("pending", "Reward pending"), ("completed", "Reward completed"),
        ("rolledback", "Reward rolled back"))),
    ("loyalty.updated", {"loyalty": {"points": 54, "campaigns": {"x": 1}}}, "Loyalty updated", "points 54"),
    ("loyalty.tier.joined", _TIER, "Tier joined", "Gold"),
    ("loyalty.tier.left", _TIER, "Tier left", "Gold"),
    ("loyalty.tier.prolonged", _TIER, "Tier prolonged", "Gold"),
    ("loyalty.tier.upgraded", _STEP, "Tier upgraded", "Silver → Gold"),
    ("loyalty.tier.downgraded", _STEP, "Tier downgraded", "Silver → Gold"),
    ("loyalty.tier.expiration.changed", {**_TIER, "expiration_date": "2027-01-31T10:00:00Z"},
     "Tier's end changed", "Gold · until 2027-01-31"),
    ("holder.assignment.created", {"holder": {"redeemable_id": "v_1", "holder_role": "OWNER"}},
     "Card assigned", "GIFT-1 · as owner"),
    ("holder.assignment.deleted", {"holder": {"redeemable_id": "v_7"}}, "Card taken away", "v_7"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data", "title", "line"), CASES, ids=[case[0] for case in CASES])
def test_a_type_in_words(kind: str, data: dict[str, Any], title: str, line: str) -> None:
    name = f"customer.{kind}"
    assert event_type(name).title == title
    assert event_line(name, {"data": {"data": data}}, "EUR", {"v_1": "GIFT-1"}) == line


def test_every_documented_type_is_declared_and_no_other() -> None:
    assert set(EVENT_TYPES) == TYPES
    assert len(TYPES) == 74
    assert {one.group for one in EVENT_TYPES.values()} | {"other"} == set(GROUPS)
    told = {f"customer.{case[0]}" for case in CASES}
    messages = {f"customer.{one}.{state}" for one in MESSENGERS for state in ("sent", "recovered", "failed")}
    assert told | messages == TYPES


def test_titles_tell_types_apart() -> None:
    titles = [one.title for one in EVENT_TYPES.values()]
    assert len(set(titles)) == 74


def test_problems_are_what_failed_and_noise_never_is_one() -> None:
    problems = {name for name, one in EVENT_TYPES.items() if one.problem}
    assert problems == {name for name in TYPES if name.endswith(".failed")}
    assert not problems & {name for name, one in EVENT_TYPES.items() if one.noise}


def test_an_unknown_type_is_shown_as_received() -> None:
    assert event_type("customer.wallet.opened").title == "wallet.opened"
    assert event_type("something else").title == "something else"
    assert event_type(None).title == event_type("").title == "event without a type"
    assert event_line("customer.wallet.opened", {"data": {"data": _CODE}}) == ""
    assert channel_words("INTERNAL") == "Voucherify itself"
    assert channel_words("KIOSK") == "KIOSK"


@pytest.mark.parametrize(
    "document", [{}, {"data": None}, {"data": {"event_source": {}}}, {"data": {"data": []}}, [], 7]
)
def test_without_data_nothing_is_said(document: Any) -> None:
    assert [event_line(name, document) for name in EVENT_TYPES] == [""] * 74
    assert campaign_of(document) is None
    assert happened_at(document) is None


@settings(max_examples=40)
@given(st.sampled_from(sorted(TYPES)), JSON)
def test_any_data_at_all_makes_a_line(name: str, data: Any) -> None:
    assert isinstance(event_line(name, {"data": {"data": data}}, "EUR"), str)


def test_two_clocks() -> None:
    data = {"redemption": {"date": "2026-11-20T10:00:00Z"}}
    assert happened_at({"data": {"data": data}}) == "2026-11-20T10:00:00.000Z"
    assert happened_at({"data": {"data": {"sent_at": "not a date"}}}) is None


def test_the_campaign_is_the_one_the_data_is_about_and_not_the_programs_of_the_customer() -> None:
    customer = {"id": "cust_1", "loyalty": {"campaigns": {"Club": {"campaign_id": "camp_club"}}}}
    assert campaign_of({"data": {"data": {"customer": customer, "campaign": {"id": "camp_1"}}}}) == "camp_1"
    assert campaign_of({"data": {"data": {"customer": customer}}}) is None
    assert campaign_of({"data": {"data": {"loyalty_tier": {"campaign_id": "camp_2"}}}}) == "camp_2"


def test_a_story_leads_with_what_came_first_and_tells_each_group_once() -> None:
    kinds = ("order.created", "redemption.succeeded", "order.paid", "rewarded.loyalty_points", "loyalty.tier.upgraded")
    assert story_title(f"customer.{kind}" for kind in kinds) == "Order paid → Redeemed → Points earned → Tier upgraded"
    assert story_title(["customer.order.paid"]) == "Order paid"
    failed = ("customer.validation.failed", "customer.redemption.failed", "customer.order.updated")
    assert story_title(failed) == "Redemption failed → Order updated"
    assert story_title(["customer.publication.failed", "customer.publication.succeeded"]) == "Publication failed"
