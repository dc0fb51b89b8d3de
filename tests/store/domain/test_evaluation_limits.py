"""Limits in money: what is used and what this redemption adds, by hand; and who may use a linked code."""

from dataclasses import replace
from typing import Any

import pytest

from store.domain.evaluation import ConditionOutcome, evaluate
from store.domain.facts import ABSENT, CustomerFacts, Facts, OrderFacts

DISCOUNT, GIFT, ORDERS = "campaign.orders.amount_discounted", "redemption.gift.amount", "campaign.orders.amount"
USED = Facts(used={DISCOUNT: 900, GIFT: 900, ORDERS: 900})


def decided(name: str, operator: str, value: Any, facts: Facts) -> ConditionOutcome:
    rules = {"1": {"name": name, "conditions": {operator: [value]}, "rules": {}}}
    return evaluate({"rules": rules}, facts, "EUR").conditions[0]


@pytest.mark.parametrize(
    ("name", "facts", "truth"),
    [
        # 900 are used of 1,000: what is added decides, and without it nothing does
        (DISCOUNT, replace(USED, discount=100), True),
        (DISCOUNT, replace(USED, discount=101), False),
        (DISCOUNT, USED, None),
        (GIFT, replace(USED, gift=100), True),
        (GIFT, replace(USED, gift=101), False),
        (ORDERS, replace(USED, order=OrderFacts(100)), True),
        (ORDERS, replace(USED, order=OrderFacts(101)), False),
        (ORDERS, replace(USED, order=ABSENT), True),
        (ORDERS, USED, None),
        # a limit that is passed already needs no amount
        (ORDERS, replace(USED, used={ORDERS: 1_001}), False),
        (ORDERS, replace(USED, used={}, used_at_least={ORDERS: 1_001}), False),
        (ORDERS, replace(USED, used={}, used_at_least={ORDERS: 900}, order=OrderFacts(1)), None),
    ],
)
def test_a_limit_in_money_counts_what_is_added(name: str, facts: Facts, truth: bool | None) -> None:
    found = decided(name, "$less_than_or_equal", 1_000, facts)
    assert found.truth is truth
    assert bool(found.why) is (truth is None)
    assert found.value.endswith("so far")


def test_what_lies_between_two_counts_is_said_so() -> None:
    facts = Facts(used_at_least={"redemption.count.daily": 1}, used_at_most={"redemption.count.daily": 4})
    found = decided("redemption.count.daily", "$less_than_or_equal", 3, facts)
    assert (found.truth, found.value) == (None, "1 redemption to 4 redemptions so far")
    assert decided("redemption.count.daily", "$less_than_or_equal", 5, facts).truth is True
    assert decided("redemption.count.daily", "$less_than_or_equal", 1, facts).truth is False


@pytest.mark.parametrize(
    ("holder", "customer", "truth"),
    [("cust_1", "cust_1", True), ("cust_2", "cust_1", False), (ABSENT, "cust_1", None), (None, "cust_1", None)],
)
def test_a_linked_code_is_for_its_holder(holder: Any, customer: str, truth: bool | None) -> None:
    facts = Facts(holder=holder, customer=CustomerFacts(customer))
    assert decided("publication.redeemable_by_linked_customer", "$is", True, facts).truth is truth
