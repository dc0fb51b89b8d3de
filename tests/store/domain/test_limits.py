"""Limits read from rules by the vendor's names, and the operators of conditions in words."""

from typing import Any

import pytest

from store.domain.conditions import condition_text
from store.domain.limit_names import LimitName, LimitPeriod, Measure, limit_name
from store.domain.limits import rule_limits


def when(name: str, operator: str, *values: Any, held: Any = None) -> dict[str, Any]:
    return {"name": name, "property": held, "conditions": {operator: list(values)}, "rules": {}}


OPERATORS: list[tuple[str, Any, str]] = [
    ("$is", ["a"], "is a"),
    ("$is_not", ["a"], "is not a"),
    ("$in", ["a", "b"], "is one of a or b"),
    ("$not_in", ["a", "b"], "is none of a and b"),
    ("$less_than", [5], "< 5"),
    ("$less_than_or_equal", [5], "≤ 5"),
    ("$more_than", [5], "> 5"),
    ("$more_than_or_equal", [5], "≥ 5"),
    ("$more_than", ["2026-11-20T12:00:00.000Z"], "> 2026-11-20 12:00 UTC"),
    ("$starts_with", ["ab"], "starts with ab"),
    ("$ends_with", ["ab"], "ends with ab"),
    ("$contains", ["ab"], "contains ab"),
    ("$timeframe", ["2024-11-12T14:59:23.019Z;P1D;PT1H"], "is within 1 h every 1 d from 2024-11-12 14:59 UTC"),
    ("$timeframe_absolute", ["2024-11-14T16:02:00.000Z;2024-11-28T16:02:00.000Z"],
     "is between 2024-11-14 16:02 UTC and 2024-11-28 16:02 UTC"),
    ("$timeframe_daily_hours", ["18:00;20:01;2,3"], "is between 18:00 and 20:01 on Tuesday or Wednesday"),
    ("$timeframe_daily_hours", ["08:00;09:00;0", "10:00;11:00;6"],
     "is between 08:00 and 09:00 on Sunday or between 10:00 and 11:00 on Saturday"),
    ("$dow", [1, 3], "is on Monday or Wednesday"),
    ("$dow", [0, 5, 6], "is on Sunday, Friday or Saturday"),
    ("$count", [3], "has exactly 3 elements"),
    ("$count_more", [1], "has more than 1 element"),
    ("$count_less", [2], "has fewer than 2 elements"),
    ("$not_differ", ["a", "b"], "does not differ from a and b"),
    ("$not_intersect", ["a"], "does not intersect with a"),
    ("$from", [{"object": "products_collection", "id": "pc_1"}], "belongs to products collection pc_1"),
    ("$after", ["2026-01-31"], "is after 2026-01-31"),
    ("$before", ["2026-01-31T23:00:00Z"], "is before 2026-01-31 23:00 UTC"),
    ("$more_than_ago", [30], "is more than 30 days ago"),
    ("$less_than_ago", [1], "is less than 1 day ago"),
    ("$is_days_ago", [3], "is exactly 3 days ago"),
    ("is_days_ago", [3], "is exactly 3 days ago"),
    ("$more_than_future", [30], "is more than 30 days in the future"),
    ("$less_than_future", [30], "is less than 30 days in the future"),
    ("$is_days_in_future", [0], "is exactly 0 days in the future"),
    # Values without the form that their operator needs are shown as received.
    ("$dow", [7], "$dow 7"),
    ("$dow", [], "$dow"),
    ("$more_than_ago", ["soon"], "$more_than_ago soon"),
    ("$timeframe", ["PT1H"], "$timeframe PT1H"),
    ("$timeframe_absolute", ["2024-11-14T16:02:00.000Z;soon"], "$timeframe_absolute 2024-11-14T16:02:00.000Z;soon"),
    ("$timeframe_daily_hours", ["18:00;20:01;"], "$timeframe_daily_hours 18:00;20:01;"),
    ("$timeframe_daily_hours", [None, 5], "$timeframe_daily_hours null or 5"),
    ("$brand_new", ["x"], "$brand_new x"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "values", "text"), OPERATORS)
def test_every_operator_reads_as_words(operator: str, values: Any, text: str) -> None:
    condition = {"name": "customer.metadata", "property": "p", "conditions": {operator: values}}
    assert condition_text(condition) == f"customer metadata “p” {text}"


SUBJECTS = [
    ("order.amount", "order amount before discounts ≤ €1.00"),
    ("order.total_amount", "order amount after discounts ≤ €1.00"),
    ("order.initial_amount", "initial order amount ≤ €1.00"),
    ("campaign.orders.amount", "value of the campaign's orders ≤ €1.00"),
    ("campaign.orders.amount_discounted", "discount given by the campaign ≤ €1.00"),
    ("redemption.gift.amount", "gift amount redeemed ≤ €1.00"),
    ("campaign.redemptions.count", "redemptions in the campaign ≤ 100"),
    ("campaign.redemptions.customers_count.weekly", "redemptions in the campaign per customer per week ≤ 100"),
    ("redemption.count.daily", "redemptions per day ≤ 100"),
    ("redemption.count.per_customer.monthly", "redemptions per customer per month ≤ 100"),
]


@pytest.mark.parametrize(("name", "text"), SUBJECTS)
def test_amounts_and_counts_are_told_apart_in_words(name: str, text: str) -> None:
    assert condition_text(when(name, "$less_than_or_equal", 100), "EUR") == text


COUNT = Measure.REDEMPTIONS
NAMES = [
    ("campaign.orders.amount", LimitName(Measure.ORDERS)),
    ("campaign.orders.amount_discounted", LimitName(Measure.DISCOUNT)),
    ("redemption.gift.amount", LimitName(Measure.GIFT)),
    ("campaign.redemptions.count", LimitName(COUNT)),
    ("campaign.redemptions.count.daily", LimitName(COUNT, LimitPeriod.DAY)),
    ("campaign.redemptions.count.weekly", LimitName(COUNT, LimitPeriod.WEEK)),
    ("campaign.redemptions.count.monthly", LimitName(COUNT, LimitPeriod.MONTH)),
    ("campaign.redemptions.customers_count", LimitName(COUNT, LimitPeriod.LIFE, "customer")),
    ("campaign.redemptions.customers_count.daily", LimitName(COUNT, LimitPeriod.DAY, "customer")),
    ("redemption.count.daily", LimitName(COUNT, LimitPeriod.DAY, "", False)),
    ("redemption.count.weekly", LimitName(COUNT, LimitPeriod.WEEK, "", False)),
    ("redemption.count.monthly", LimitName(COUNT, LimitPeriod.MONTH, "", False)),
    ("redemption.count.per_customer", LimitName(COUNT, LimitPeriod.LIFE, "customer", False)),
    ("redemption.count.per_customer.weekly", LimitName(COUNT, LimitPeriod.WEEK, "customer", False)),
    ("redemption.count.weekly.per_customer", LimitName(COUNT, LimitPeriod.WEEK, "customer", False)),
    ("redemption.count.per_api_key", LimitName(COUNT, LimitPeriod.LIFE, "API key", False)),
    ("redemption.count.per_user", LimitName(COUNT, LimitPeriod.LIFE, "user", False)),
    ("redemption.count", None),
    ("redemption.count.yearly", None),
    ("redemption.count.daily.weekly", None),
    ("redemption.count.per_customer.per_user", None),
    ("campaign.redemptions.customers_count.per_customer", None),
    ("campaign.redemptions.counted", None),
    ("campaign.orders.amount.daily", None),
    ("campaign.discount_amount", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "meaning"), NAMES)
def test_names_of_limits(name: str, meaning: LimitName | None) -> None:
    assert limit_name(name) == meaning


HIGHEST: list[tuple[dict[str, Any], int | None]] = [
    ({"$less_than": [500]}, 499),
    ({"$less_than_or_equal": [500]}, 500),
    ({"$is": [1]}, 1),
    ({"$less_than": [500], "$less_than_or_equal": [499]}, 499),
    ({"$less_than": [500], "$less_than_or_equal": [300]}, 300),
    ({"$less_than": ["500"]}, 499),
    ({"$less_than": [2.5]}, None),
    ({"$less_than": ["many"]}, None),
]


@pytest.mark.parametrize(("conditions", "highest"), HIGHEST)
def test_the_highest_that_passes(conditions: dict[str, Any], highest: int | None) -> None:
    [limit] = rule_limits({"rules": {"1": {"name": "campaign.redemptions.count", "conditions": conditions}}})
    assert limit.highest == highest
    assert (limit.counts.measure is Measure.UNKNOWN) == (highest is None)


TEXTS = [
    ("campaign.orders.amount", "€5.00 of orders"),
    ("campaign.orders.amount_discounted", "€5.00 of discount"),
    ("redemption.gift.amount", "€5.00 of gift amount"),
    ("campaign.redemptions.count", "500 redemptions"),
    ("redemption.count.daily", "500 redemptions per day"),
    ("redemption.count.per_customer.monthly", "500 redemptions per customer per month"),
    ("campaign.coupon_spend", "campaign coupon spend ≤ 500"),
]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_limits_in_words(name: str, text: str) -> None:
    [limit] = rule_limits({"rules": {"1": when(name, "$less_than_or_equal", 500)}}, "EUR")
    assert limit.text("EUR") == text


@pytest.mark.parametrize(
    "condition",
    [
        when("order.amount", "$less_than", 9),
        when("customer.orders.count", "$is", 0),
        when("redemption.metadata", "$is", "x", held="till"),
        when("redemption.api_key", "$is", "k"),
        when("redemption.user.login", "$is", "a"),
        when("redemption.reward.pay_with_points.points_used", "$less_than", 9),
        when("campaign.redemptions.count", "$more_than", 9),
        when("campaign", "$is", "x"),
        None,
        "odd",
    ],
)
def test_conditions_on_one_order_or_redemption_are_no_limits(condition: Any) -> None:
    assert rule_limits({"rules": {"1": condition}}) == []


def limits_of(logic: Any) -> list[tuple[str, bool]]:
    rules = {
        "1": when("campaign.orders.amount_discounted", "$less_than", 100),
        "2": when("redemption.count.daily", "$less_than", 9),
        "logic": logic,
    }
    return [(limit.text("EUR"), limit.is_certain) for limit in rule_limits({"rules": rules}, "EUR")]


def test_a_limit_holds_for_certain_only_where_the_logic_needs_it() -> None:
    both = ["€0.99 of discount", "8 redemptions per day"]
    assert limits_of("1 and 2") == [(both[0], True), (both[1], True)]
    assert limits_of(None) == [(both[0], True), (both[1], True)]
    assert limits_of("1 or 2") == [(both[0], False), (both[1], False)]
    assert limits_of("odd odd") == [(both[0], False), (both[1], False)]
    assert limits_of("1 and not 2") == [(both[0], True), ("not: redemptions per day < 9", False)]


STEMS = [
    ("campaign", "in the campaign"),
    ("customer_campaign", "per customer in the campaign"),
    ("promotion_tier", "in the tier"),
    ("customer_promotion_tier", "per customer in the tier"),
    ("in_collection_campaign", "of one product in the campaign"),
    ("in_collection_customer_campaign", "of one product per customer in the campaign"),
    ("in_collection_promotion_tier", "of one product in the tier"),
    ("in_collection_customer_promotion_tier", "of one product per customer in the tier"),
]


@pytest.mark.parametrize(("stem", "scope"), STEMS)
def test_the_sixteen_limits_on_products_show(stem: str, scope: str) -> None:
    member = f"product_{stem}_quantity_limit"
    item = {"object": "product", "source_id": "mug", member: 1200}
    [limit] = rule_limits({"applicable_to": {"included": [item]}})
    assert (limit.counts.measure, limit.highest) == (Measure.UNITS, 1200)
    assert limit.text("EUR") == f"1,200 discounted units {scope}, product mug"
    [by_formula] = rule_limits({"applicable_to": {"included": [{**item, f"{member}_formula": "N * 2"}]}})
    assert (by_formula.counts.measure, by_formula.highest) == (Measure.UNITS, None)
    assert by_formula.text("EUR") == f"formula N * 2: discounted units {scope}, product mug"
