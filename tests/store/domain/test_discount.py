from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.discount import (
    campaign_value_text,
    discount_text,
    gift_text,
    loyalty_card_text,
    scope_text,
    tier_value_text,
    voucher_value_text,
)
from store.domain.money import money_text, points_text
from tests.support.json_values import JSON, shaped

MUG = {"id": "prod_1", "source_id": "mug", "name": "Stoneware mug"}


def test_members_of_another_kind_are_shown_not_guessed() -> None:
    assert money_text(None) == "–"
    assert money_text(10.5) == "10.5 (not an amount)"
    assert money_text("1000") == "10.00"
    assert money_text(50_000, "JPY") == "¥500"
    assert points_text(1) == "1 point"
    assert points_text(1200) == "1,200 points"
    assert points_text("many") == "many points"


DISCOUNTS: list[tuple[Any, str]] = [
    ({"type": "PERCENT", "percent_off": 20, "amount_limit": 5000, "effect": "APPLY_TO_ORDER"},
     "20 % off order, max €50.00"),
    ({"type": "PERCENT", "percent_off": 12.5, "effect": "APPLY_TO_ITEMS", "aggregated_amount_limit": 6000},
     "12.5 % off items, max €60.00 per order"),
    ({"type": "PERCENT", "percent_off": 10.0}, "10 % off"),
    ({"type": "PERCENT", "percent_off": 33.333333333333336}, "33.3333 % off"),
    ({"type": "PERCENT", "percent_off": 0.30000000000000004}, "0.3 % off"),
    ({"type": "PERCENT", "percent_off": 66.66666}, "66.6667 % off"),
    ({"type": "PERCENT", "percent_off": 0.00001}, "1e-05 % off"),
    ({"type": "PERCENT", "percent_off_formula": "IF(ORDER_AMOUNT > 300;15;5)", "is_dynamic": True},
     "formula % off: IF(ORDER_AMOUNT > 300;15;5)"),
    ({"type": "PERCENT", "percent_off": None}, "– % off"),
    ({"type": "AMOUNT", "amount_off": 1000, "effect": "APPLY_TO_ITEMS_BY_QUANTITY"}, "€10.00 off items, per unit"),
    ({"type": "AMOUNT", "amount_off": 1000, "effect": "APPLY_TO_ITEMS_PROPORTIONALLY"},
     "€10.00 off items, shared by price"),
    ({"type": "AMOUNT", "amount_off": 7, "amount_off_formula": "ORDER_AMOUNT / 2", "effect": "APPLY_TO_ORDER"},
     "formula amount off order: ORDER_AMOUNT / 2"),
    ({"type": "FIXED", "fixed_amount": 1500, "effect": "APPLY_TO_ORDER"}, "fixed price €15.00 for order"),
    ({"type": "FIXED", "fixed_amount_formula": "A + 2", "effect": "APPLY_TO_ITEMS"}, "formula price for items: A + 2"),
    ({"type": "UNIT", "unit_off": 2, "effect": "ADD_NEW_ITEMS", "unit_type": "prod_1", "product": MUG},
     "2 × Stoneware mug free, added to the order"),
    ({"type": "UNIT", "unit_off": 1, "effect": "ADD_MISSING_ITEMS", "product": MUG, "sku": {"id": "sku_red"}},
     "1 × Stoneware mug / sku_red free, added if missing"),
    ({"type": "UNIT", "unit_off": 1, "effect": "ADD_SAME_ITEMS", "unit_type": "item"},
     "1 × item free, more of the same item"),
    ({"type": "UNIT", "unit_off_formula": "X / 2", "unit_type": "time", "effect": "ADD_TELEPORTED"},
     "formula (X / 2) × time free, ADD_TELEPORTED"),
    ({"type": "UNIT", "effect": "ADD_MANY_ITEMS", "units": [
        {"unit_off": 1, "effect": "ADD_NEW_ITEMS", "product": MUG}, {"unit_off": 3, "unit_type": "prod_2"}, None]},
     "1 × Stoneware mug free, added to the order + 3 × prod_2 free + – × units free"),
    ({"type": "LOTTERY", "chance": 5, "effect": "APPLY_TO_LUCK"}, 'LOTTERY discount APPLY_TO_LUCK {"chance":5}'),
    ({"percent_off": 5}, 'no type discount {"percent_off":5}'),
    ({"type": "PERCENT", "percent_off": 5, "effect": "APPLY_TO_MOON"}, "5 % off APPLY_TO_MOON"),
    ({}, ""),
    (None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("discount", "text"), DISCOUNTS)
def test_discounts_in_words(discount: Any, text: str) -> None:
    assert discount_text(discount, "EUR") == text


def test_gifts_and_cards() -> None:
    assert gift_text({"amount": 2500, "effect": "APPLY_TO_ORDER"}, "EUR") == "€25.00 gift credit"
    assert gift_text({"amount": 2500, "effect": "APPLY_TO_ITEMS"}, "EUR") == "€25.00 gift credit, paid from items"
    assert gift_text(None) == ""
    assert loyalty_card_text({"points": 200}) == "200 points to start"
    assert loyalty_card_text({"points": 0, "expiration_rules": {}}) == "starts at 0 points"
    assert loyalty_card_text({}) == ""


FIVE, TEN = ({"action": {"discount": {"type": "PERCENT", "percent_off": off}}} for off in (5, 10))

CAMPAIGNS = [
    ({"voucher": {"discount": {"type": "AMOUNT", "amount_off": 500}}}, "5.00 off"),
    ({"voucher": {"discount": None, "gift": {"amount": 1000}}}, "10.00 gift credit"),
    ({"voucher": {"loyalty_card": {"points": 5}}}, "5 points to start"),
    ({"promotion": {"tiers": [{**TEN, "hierarchy": 2}, {**FIVE, "hierarchy": 1}]}}, "5 % off (1 of 2 tiers)"),
    ({"promotion": {"tiers": [TEN]}, "voucher": None}, "10 % off"),
    ({"promotion": {"tiers": [None, {"hierarchy": "x"}]}}, ""),
    ({"promotion": {"id": "c"}}, ""),
    ({}, ""),
    (None, ""),
]


@pytest.mark.parametrize(("campaign", "text"), CAMPAIGNS)
def test_the_value_of_a_campaign(campaign: Any, text: str) -> None:
    assert campaign_value_text(campaign) == text


DISCOUNT = shaped(
    {
        "type": st.sampled_from(["PERCENT", "AMOUNT", "FIXED", "UNIT", "NEW"]),
        "effect": st.sampled_from(["APPLY_TO_ORDER", "ADD_MANY_ITEMS"]),
        "percent_off": st.floats(),
        "amount_off": st.integers(),
        "fixed_amount": st.integers(),
        "unit_off": st.integers(),
        "amount_limit": st.integers(),
        "aggregated_amount_limit": st.integers(),
        "percent_off_formula": st.text(),
        "units": st.lists(shaped({"unit_off": st.integers(), "product": shaped({"name": st.text()})})),
    }
)


def test_scopes_are_words() -> None:
    assert scope_text("APPLY_TO_ITEMS") == "items"
    assert scope_text("ADD_NEW_ITEMS") == "added to the order"
    assert scope_text("ADD_LATER") == "ADD_LATER"
    assert scope_text(None) == ""


@given(discount=DISCOUNT | JSON)
def test_any_discount_has_words(discount: Any) -> None:
    campaign = {"voucher": {"discount": discount, "gift": discount, "loyalty_card": discount}}
    promotion = {"promotion": {"tiers": [{"action": {"discount": discount}, "hierarchy": discount}, discount]}}
    texts = [
        discount_text(discount, "EUR"), gift_text(discount), loyalty_card_text(discount), scope_text(discount),
        voucher_value_text(discount), tier_value_text(discount), campaign_value_text(discount),
        campaign_value_text(campaign), campaign_value_text(promotion),
    ]  # fmt: skip
    assert all(isinstance(text, str) for text in texts)
    if isinstance(discount, dict) and discount:
        assert texts[0]
