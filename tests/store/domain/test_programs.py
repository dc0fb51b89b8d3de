"""Loyalty, referral and access settings in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain import access, loyalty, referral
from tests.support.json_values import JSON, shaped

EXPIRATIONS: list[tuple[Any, str]] = [
    ({"period_type": "MONTH", "period_value": 12, "rounding_type": "END_OF_MONTH"},
     "Points expire 12 months after they are earned, at the end of that month."),
    ({"period_type": "MONTH", "period_value": 1}, "Points expire 1 month after they are earned."),
    ({"period_type": "MONTH", "period_value": 3, "rounding_type": "PARTICULAR_MONTH", "rounding_value": 3},
     "Points expire 3 months after they are earned, at the end of month 3."),
    ({"period_type": "MONTH", "period_value": 3, "rounding_type": "END_OF_AGE"},
     "Points expire 3 months after they are earned, rounded by END_OF_AGE."),
    ({"period_type": "FIXED_DAY_OF_YEAR", "fixed_month": 12, "fixed_day": 31},
     "Points expire every year on 31 December."),
    ({"period_type": "FIXED_DAY_OF_YEAR", "fixed_month": 13, "fixed_day": 1},
     "Points expire every year on 1 month 13."),
    ({"period_type": "LEAP"}, 'Points expire by a rule not known here: {"period_type":"LEAP"}.'),
    (None, "The program states no rule for when points expire."),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "text"), EXPIRATIONS)
def test_expiration_as_a_sentence(rules: Any, text: str) -> None:
    assert loyalty.expiration_text(rules) == text
    campaign = {"voucher": {"loyalty_card": {"points": 0, "expiration_rules": rules}}}
    assert loyalty.campaign_expiration_text(campaign) == text


def proportional(kind: str, parent: str, member: str, **ratio: Any) -> dict[str, Any]:
    return {"type": "PROPORTIONAL", "calculation_type": kind, parent: {member: ratio}}


EARNINGS: list[tuple[Any, str]] = [
    ({"type": "FIXED", "points": 5}, "5 points"),
    ({"type": "FIXED", "points": "5"}, "5 points"),
    ({"type": "FIXED", "points_formula": "ORDER_AMOUNT / 10"}, "points by formula ORDER_AMOUNT / 10"),
    (proportional("ORDER_AMOUNT", "order", "amount", every=1000, points=1),
     "1 point for every €10.00 of the order before discounts"),
    (proportional("ORDER_TOTAL_AMOUNT", "order", "total_amount", every=1100, points=2),
     "2 points for every €11.00 of the order after discounts"),
    (proportional("ORDER_METADATA", "order", "metadata", every=10, points=2, property="visits"),
     "2 points for every 10 order metadata “visits”"),
    (proportional("CUSTOMER_METADATA", "customer", "metadata", every=1, points=3, property="value"),
     "3 points for every 1 customer metadata “value”"),
    (proportional("CUSTOM_EVENT_METADATA", "custom_event", "metadata", every=2, points=2, property="volume"),
     "2 points for every 2 event metadata “volume”"),
    (proportional("ORDER_ITEMS_QUANTITY", "order_items", "quantity", every=1, points=1, object="sku", id="sku_1"),
     "1 point for every 1 units of sku sku_1"),
    (proportional("ORDER_ITEMS_AMOUNT", "order_items", "amount", every=1000, points=3, object="products_collection",
                  id="pc_1"), "3 points for every €10.00 spent before discounts on products collection pc_1"),
    (proportional("ORDER_ITEMS_SUBTOTAL_AMOUNT", "order_items", "subtotal_amount", every=1, points=1),
     "1 point for every €0.01 spent on the chosen items"),
    ({"type": "PROPORTIONAL", "calculation_type": "MOON"}, '{"type":"PROPORTIONAL","calculation_type":"MOON"}'),
    ({"type": "PROPORTIONAL", "calculation_type": "ORDER_AMOUNT"}, "– for every – of the order before discounts"),
    (None, "nothing stated"),
]  # fmt: skip


@pytest.mark.parametrize(("earning", "text"), EARNINGS)
def test_earnings_in_words(earning: Any, text: str) -> None:
    assert loyalty.earning_text(earning, "EUR") == text


EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"event": "order.paid"}, "an order is paid"),
    ({"event": "custom_event", "custom_event": {"schema_id": "ce_1"}}, "a custom event happens (ce_1)"),
    ({"event": "customer.segment.entered", "segment": {"id": "seg_1"}}, "a customer enters a segment (seg_1)"),
    ({"event": "customer.loyalty.tier.joined", "loyalty_tier": {"id": "__ANY__"}},
     "a customer joins a tier (any tier)"),
    ({"event": "moon.full"}, "moon.full"),
    ({}, "no event"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), EVENTS)
def test_events_in_words(rule: dict[str, Any], text: str) -> None:
    assert loyalty.event_text(rule) == text


def test_an_earning_rule_in_one_sentence() -> None:
    rule = {
        "event": "order.paid",
        "loyalty": {"type": "FIXED", "points": 5},
        "pending_points": {"period_type": "DAY", "period_value": 14},
        "expiration_rules": {"period_type": "MONTH", "period_value": 2},
    }
    assert loyalty.earning_rule_text(rule) == (
        "5 points when an order is paid, pending for 14 d. Points expire 2 months after they are earned"
    )


RANGES = [
    ({"points": {"from": 200, "to": 599}}, "200–599 points"),
    ({"points": {"from": 600, "to": None}}, "600 points and more"),
    ({"config": {"points": {"to": 199}}}, "up to 199 points"),
    ({"points": None}, "no range"),
]


@pytest.mark.parametrize(("tier", "text"), RANGES)
def test_tier_ranges(tier: Any, text: str) -> None:
    assert loyalty.tier_range_text(tier) == text


def test_tier_mappings() -> None:
    tier = {
        "earning_rules": {"ern_1": {"type": "MULTIPLY", "multiplier": 1.5}},
        "rewards": {"rewa_1": {"type": "CUSTOM", "points": 125}, "rewa_2": {"type": "SQUARE"}},
    }
    assert loyalty.tier_mapping_texts(tier) == [
        ("earning rule", "ern_1", "× 1.5"),
        ("reward", "rewa_1", "125 points"),
        ("reward", "rewa_2", '{"type":"SQUARE"}'),
    ]
    assert loyalty.mapping_text({"type": "CUSTOM", "points": 125}) == "125 points"


TIER_ENDS: list[tuple[Any, str]] = [
    ({"qualification_type": "BALANCE", "start_date": {"type": "IMMEDIATE"}, "expiration_date": {"type": "CUSTOM",
      "extend": "P3M", "rounding": {"type": "MONTH", "strategy": "END"}}},
     ("Customers qualify by the current points balance, at once. "
     "A tier ends 3 months after the balance drops below it, rounded to the end of the month.")),
    ({"qualification_type": "POINTS_IN_PERIOD", "qualification_period": "QUARTER", "start_date":
      {"type": "NEXT_PERIOD"}, "expiration_date": {"type": "END_OF_NEXT_PERIOD", "extend": "P5D"}},
     ("Customers qualify by points earned in a quarter, from the next quarter. "
     "A tier ends at the end of the next quarter plus 5 d.")),
    ({"qualification_type": "BALANCE", "expiration_date": {"type": "CUSTOM", "rounding":
      {"type": "CUSTOM", "unit": "MONTH", "value": 1}}},
     ("Customers qualify by the current points balance. "
      "A tier ends some time after the balance drops below it, rounded to the end of February.")),
    ({"qualification_type": "BALANCE", "expiration_date": {"type": "BALANCE_DROP"}},
     "Customers qualify by the current points balance. A tier ends when the balance drops below it."),
    ({"qualification_type": "MOON"}, "Customers qualify MOON."),
    (None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "text"), TIER_ENDS)
def test_how_tiers_are_reached_and_lost(rules: Any, text: str) -> None:
    assert loyalty.tiers_expiration_text(rules) == text


def test_reward_costs() -> None:
    assignment = {"parameters": {"loyalty": {"points": 150, "auto_redeem": True}}}
    coin = {"type": "COIN", "parameters": {"coin": {"points_ratio": 100, "exchange_ratio": 1000}}}
    assert loyalty.reward_cost_text(assignment) == "150 points, taken automatically"
    assert loyalty.reward_cost_text({"parameters": {"loyalty": {"points": 100}}}, coin, "EUR") == (
        "100 points (100 points = €10.00)"
    )
    assert loyalty.reward_cost_text(None, coin) == "100 points = 10.00"
    assert loyalty.reward_cost_text(None) == "–"


REWARDS: list[tuple[Any, str]] = [
    ({"type": "CAMPAIGN", "parameters": {"campaign": {"id": "camp_1", "balance": 2500, "type": "GIFT_VOUCHERS"}}},
     "€25.00 on a gift card of camp_1"),
    ({"type": "CAMPAIGN", "parameters": {"campaign": {"balance": 30, "type": "LOYALTY_PROGRAM"}}},
     "30 points on a loyalty card"),
    ({"type": "COIN"}, "pays for orders with points"),
    ({"type": "MATERIAL", "parameters": {"product": {"id": "prod_1", "sku_id": "sku_1"}}}, "product prod_1 / sku_1"),
    ({"type": "MATERIAL"}, "product not named"),
    ({"type": "WISH"}, "WISH"),
    ({}, "–"),
]  # fmt: skip


@pytest.mark.parametrize(("reward", "text"), REWARDS)
def test_rewards_in_words(reward: Any, text: str) -> None:
    assert loyalty.reward_text(reward, "EUR") == text


CONVERSIONS: list[tuple[Any, str]] = [
    ({"conversion_event_type": "redemption"}, "A referral counts when the invited person redeems the code."),
    ({"conversion_event_type": "custom_event", "custom_event": {"name": "signed_up"}},
     "A referral counts when the event signed_up happens."),
    ({"conversion_event_type": "custom_event"},
     "A referral counts when the event of the program (not named) happens."),
    ({"conversion_event_type": "eclipse"}, "A referral counts on eclipse."),
    (None, "The conversion event is not stated."),
]  # fmt: skip


@pytest.mark.parametrize(("program", "text"), CONVERSIONS)
def test_conversion_as_a_sentence(program: Any, text: str) -> None:
    assert referral.conversion_text({"referral_program": program}) == text


def test_what_the_referee_gets() -> None:
    parent = {"id": "camp_1", "name": "Summer points", "object": "CAMPAIGN"}
    points = {"referral_program": {"referee_reward": {"type": "LOYALTY_CARD", "amount": 50}}}
    credit = {"type": "GIFT_VOUCHER", "amount": 1000, "related_object_parent": parent}
    code = {"voucher": {"discount": {"type": "PERCENT", "percent_off": 10}}}
    assert referral.referee_reward_text(points) == "50 points on a loyalty card"
    assert referral.referee_reward_text({"referral_program": {"referee_reward": credit}}, "EUR") == (
        "€10.00 on a gift card of Summer points"
    )
    assert referral.referee_reward_text(code) == "10 % off"
    assert referral.referee_reward_text({}) == "nothing stated"
    assert referral.referee_reward_text({**points, **code}) == "10 % off and 50 points on a loyalty card"


def test_access_settings() -> None:
    data = [
        {"area_id": "ar_1", "all_stores": True},
        {"area_id": "ar_2", "all_stores": False},
        {"area_id": "ar_1", "area_store_id": "ars_1"},
        {"odd": 1},
    ]
    lines = ["All stores of North", "Area ar_2", "Store ars_1 of North", '{"odd":1}']
    assert access.access_lines({"data": data, "total": 4}, {"ar_1": "North"}) == lines
    assert access.access_lines(data, {"ar_1": "North"}) == lines


def test_absent_access_settings_do_not_mean_unassigned() -> None:
    assert access.access_lines(None) == [access.NOT_STATED]
    assert access.access_lines({"object": "list"}) == [access.NOT_STATED]
    assert access.access_lines({"data": []}) == [access.UNASSIGNED]
    assert access.access_lines([]) == [access.UNASSIGNED]


LOYALTY = shaped(
    {
        "type": st.sampled_from(["FIXED", "PROPORTIONAL", "MULTIPLY", "CUSTOM", "COIN", "CAMPAIGN", "MATERIAL"]),
        "calculation_type": st.sampled_from(["ORDER_AMOUNT", "ORDER_METADATA", "ORDER_ITEMS_QUANTITY"]),
        "order": shaped({"amount": shaped({"every": st.integers(), "points": st.integers()})}),
        "period_type": st.sampled_from(["MONTH", "FIXED_DAY_OF_YEAR"]),
        "period_value": st.integers(),
        "rounding_type": st.sampled_from(["PARTICULAR_MONTH", "END_OF_YEAR"]),
        "event": st.sampled_from(["custom_event", "customer.segment.entered", "customer.loyalty.tier.left"]),
        "points": shaped({"from": st.integers(), "to": st.integers()}),
        "qualification_type": st.just("POINTS_IN_PERIOD"),
        "expiration_date": shaped({"type": st.just("CUSTOM"), "extend": st.text(), "rounding": JSON}),
        "parameters": shaped({"loyalty": JSON, "coin": JSON, "campaign": JSON, "product": JSON}),
        "referral_program": shaped({"referee_reward": JSON, "conversion_event_type": st.just("custom_event")}),
    }
)


@given(document=LOYALTY | JSON)
def test_any_document_has_words(document: Any) -> None:
    rule = {"loyalty": document, "event": "order.paid", "pending_points": document, "expiration_rules": document}
    texts = [
        loyalty.expiration_text(document), loyalty.earning_text(document), loyalty.event_text(document),
        loyalty.earning_rule_text(document), loyalty.earning_rule_text(rule), loyalty.tier_range_text(document),
        loyalty.mapping_text(document), loyalty.reward_text(document), loyalty.campaign_expiration_text(rule),
        loyalty.reward_cost_text(document, document), referral.conversion_text(document),
        referral.referee_reward_text(document), *access.access_lines(document), *access.access_lines([document]),
    ]  # fmt: skip
    assert all(text and isinstance(text, str) for text in texts)
    assert isinstance(loyalty.tiers_expiration_text(document), str)
    assert isinstance(loyalty.tier_mapping_texts({"rewards": document, "earning_rules": document}), list)
