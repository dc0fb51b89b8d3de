from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.conditions import condition_text, upper_bound
from store.domain.items import item_text
from store.domain.limits import rule_limits
from store.domain.logic import (
    ConditionKey,
    Expression,
    Junction,
    LogicNotUnderstood,
    Negation,
    parse_logic,
    references,
    required,
)
from store.domain.rules import RuleNode, rule_tree
from tests.support.json_values import JSON, shaped

ONE, TWO, THREE = ConditionKey("1"), ConditionKey("2"), ConditionKey("3")

LOGIC: list[tuple[str, Expression]] = [
    ("1", ONE),
    ("1 and 2", Junction("and", (ONE, TWO))),
    ("1 and 2 or 3", Junction("or", (Junction("and", (ONE, TWO)), THREE))),
    ("1 and (2 or 3)", Junction("and", (ONE, Junction("or", (TWO, THREE))))),
    ("(1 AND 2)and(3)", Junction("and", (Junction("and", (ONE, TWO)), THREE))),
    ("1 or not 2", Junction("or", (ONE, Negation(TWO)))),
    ("not (1 or 2)", Negation(Junction("or", (ONE, TWO)))),
    ("((1))", ONE),
]


@pytest.mark.parametrize(("text", "expression"), LOGIC)
def test_logic_is_read_by_its_precedence(text: str, expression: Expression) -> None:
    assert parse_logic(text) == expression


@pytest.mark.parametrize(
    "text", ["", " ", "1 2", "1 and", "and 1", "(1", "1)", "()", "not", "1 or or 2", "(" * 50 + "1", "1 " * 5000]
)
def test_broken_logic_is_refused(text: str) -> None:
    with pytest.raises(LogicNotUnderstood):
        parse_logic(text)


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.sampled_from("123456789").map(ConditionKey),
    lambda inner: (
        inner.map(Negation)
        | st.builds(Junction, st.sampled_from(["and", "or"]), st.tuples(inner, inner) | st.tuples(inner, inner, inner))
    ),
    max_leaves=10,
)


def written(expression: Expression) -> str:
    if isinstance(expression, ConditionKey):
        return expression.key
    if isinstance(expression, Negation):
        return f"not ({written(expression.operand)})"
    return f" {expression.word} ".join(f"({written(part)})" for part in expression.operands)


def met(expression: Expression, truths: dict[str, bool]) -> bool:
    if isinstance(expression, ConditionKey):
        return truths[expression.key]
    if isinstance(expression, Negation):
        return not met(expression.operand, truths)
    return (all if expression.word == "and" else any)(met(part, truths) for part in expression.operands)


@given(expression=EXPRESSIONS)
def test_written_logic_reads_back(expression: Expression) -> None:
    assert parse_logic(written(expression)) == expression


@given(expression=EXPRESSIONS, truths=st.fixed_dictionaries({key: st.booleans() for key in "123456789"}))
def test_required_conditions_hold_whenever_the_rule_does(expression: Expression, truths: dict[str, bool]) -> None:
    if met(expression, truths):
        assert all(truths[key] for key in required(expression))


@given(text=st.text(alphabet="12() andornt", max_size=40))
def test_any_logic_text_is_read_or_refused(text: str) -> None:
    try:
        expression = parse_logic(text)
    except LogicNotUnderstood:
        return
    assert references(expression) <= set(text.replace("(", " ").replace(")", " ").split())


def when(name: str, operator: str, *values: Any, held: Any = None) -> dict[str, Any]:
    return {"name": name, "property": held, "conditions": {operator: list(values)}, "rules": {}}


CONDITIONS: list[tuple[Any, str]] = [
    (when("order.amount", "$more_than", 5000), "order amount before discounts > €50.00"),
    (when("order.items.price_any", "$is", 150000), "order items price any is €1,500.00"),
    (when("customer.orders.count", "$is", 0), "customer orders count is 0"),
    (when("customer.metadata", "$is", "PL", "DE", "CZ", held="country"),
     "customer metadata “country” is PL, DE or CZ"),
    (when("order.metadata", "$is_not", "a", "b", held="store"), "order metadata “store” is not a nor b"),
    (when("order.metadata", "$more_than_or_equal", 12, held="amount"), "order metadata “amount” ≥ 12"),
    (when("customer.segment", "$is", "seg_1"), "customer segment is seg_1"),
    (when("api_key.name", "$sounds_like", "x"), "api key name $sounds_like x"),
    (when("customer.metadata", "$has_value", held="vip"), "customer metadata “vip” has a value"),
    ({"name": "a", "conditions": {"$more_than": [1], "$less_than": 9}}, "a > 1 and < 9"),
    ({"name": "a", "conditions": None}, "a"),
    ({"name": None, "conditions": []}, "unnamed condition"),
    ({"name": "a", "conditions": ["odd"]}, 'a ["odd"]'),
    ({"name": "order.items.every", "conditions": {"$is": [
        {"object": "product", "id": "p", "source_id": "mug", "effect": "APPLY_TO_EVERY"}, {"odd": 1}]}},
     'order items every is product mug (apply to every) or {"odd":1}'),
    (5, "5"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "text"), CONDITIONS)
def test_conditions_in_words(condition: Any, text: str) -> None:
    assert condition_text(condition, "EUR") == text


BOUNDS = [
    (when("x", "$less_than", 3), 2),
    (when("x", "$less_than_or_equal", 3), 3),
    (when("x", "$is", 1, 4), 4),
    ({"conditions": {"$less_than": 10, "$less_than_or_equal": [5]}}, 5),
    (when("x", "$less_than", 3, "many"), None),
    (when("x", "$more_than", 3), None),
    (when("x", "$less_than"), None),
    (None, None),
]


@pytest.mark.parametrize(("condition", "highest"), BOUNDS)
def test_upper_bounds(condition: Any, highest: int | None) -> None:
    assert upper_bound(condition) == highest


ITEMS: list[tuple[Any, str]] = [
    ({"object": "product", "id": "p", "name": "Mug", "effect": "APPLY_TO_EVERY", "quantity_limit": 3},
     "product Mug: every one, at most 3 per line"),
    ({"object": "products_collection", "id": "pc_1"}, "products collection pc_1"),
    ({"object": "sku", "source_id": "red", "price": 500, "repeat": 3, "skip_initially": 2, "target": "UNIT"},
     "sku red: price €5.00, every 3. unit, the first 2 skipped"),
    ({"id": "p", "effect": "APPLY_FROM_CHEAPEST", "amount_limit": 100, "aggregated_amount_limit": 900,
      "aggregated_quantity_limit": 4, "price_formula": "A*2"},
     "p: from the cheapest up, at most 4 per order, max €1.00 per line, max €9.00 per order, price by formula: A*2"),
    ({"id": "p", "product_campaign_quantity_limit": 100, "product_customer_campaign_quantity_limit_formula": "N"},
     "p: at most N per customer in the campaign, at most 100 in the campaign"),
    ("odd", "odd"),
    ("", "(empty)"),
    ({"effect": "NEW_ONE"}, '{"effect":"NEW_ONE"}: NEW_ONE'),
]  # fmt: skip


@pytest.mark.parametrize(("item", "text"), ITEMS)
def test_items_in_words(item: Any, text: str) -> None:
    assert item_text(item, "EUR") == text


RULE = {
    "id": "val_1",
    "name": "New or VIP",
    "rules": {
        "1": when("order.amount", "$more_than_or_equal", 3000),
        "2": {**when("customer.segment", "$is", "seg_1"), "error": {"message": "Members only."}},
        "3": {
            **when("order.items.every", "$more_than", 2),
            "rules": {"1": when("order.items.price", "$less_than", 900), "logic": "1"},
        },
        "logic": "1 and (2 or not 3)",
    },
    "bundle_rules": {"1": {"name": "bundle.items", "conditions": {"$is": ["p"]}}, "logic": "1", "limit": 2},
    "applicable_to": {"included": [{"object": "product", "id": "p1"}], "excluded": [{"id": "p2"}]},
    "error": {"message": "Only for new customers."},
}


def lines_of(rule: Any, currency: str | None = None) -> list[str]:
    """The tree of a rule as indented lines."""

    def walk(node: RuleNode, depth: int) -> list[str]:
        return [f"{'  ' * depth}{node.label}", *(line for child in node.children for line in walk(child, depth + 1))]

    return walk(rule_tree(rule, currency), 0)


def test_a_rule_as_a_tree_of_sentences() -> None:
    assert lines_of(RULE, "EUR") == [
        "New or VIP",
        "  all of",
        "    order amount before discounts ≥ €30.00",
        "    any of",
        "      customer segment is seg_1",
        "        when refused: “Members only.”",
        "      not: order items every > 2",
        "        where",
        "          order items price < €9.00",
        "  bundle, at most 2 per order",
        "    bundle items is p",
        "  applies to",
        "    product p1",
        "  never to",
        "    p2",
        "  when refused: “Only for new customers.”",
    ]
    assert rule_tree(RULE).raw is RULE


def test_logic_that_leaves_conditions_out_says_so() -> None:
    rules = {"1": when("a", "$is", 1), "2": when("b", "$is", 2), "logic": "1 and 7"}
    assert lines_of({"name": "R", "rules": rules}) == [
        "R",
        "  logic: 1 and 7",
        "    all of",
        "      a is 1",
        "      condition 7: the rule does not have it",
        "    not used by the logic",
        "      b is 2",
    ]


def test_logic_that_is_not_understood_keeps_every_condition() -> None:
    rules = {"1": when("a", "$is", 1), "2": when("b", "$is", 2), "logic": "1 nand 2"}
    assert lines_of({"name": "R", "rules": rules}) == [
        "R",
        "  conditions",
        "    logic not understood (“nand” is not expected there): 1 nand 2",
        "    a is 1",
        "    b is 2",
    ]


def test_a_rule_without_conditions_is_always_met() -> None:
    assert lines_of({"id": "val_1", "rules": {}}) == ["val_1", "  no conditions: always met"]
    assert lines_of(None)[0] == "rule without a name"


def nested(depth: int) -> dict[str, Any]:
    rules: dict[str, Any] = {"1": when("deepest", "$is", 1)}
    for _ in range(depth):
        rules = {"1": {"name": "a", "conditions": {}, "rules": rules}, "logic": "1"}
    return {"name": "R", "rules": rules}


def test_nesting_is_bounded() -> None:
    assert lines_of(nested(5))[-1].strip() == "deepest is 1"
    assert "nested too deeply" in lines_of(nested(200))[-1]


NAMES = ["campaign.orders.amount", "redemption.count.daily", "campaign.new"]
OPERATORS = ["$is", "$less_than", "$has_value", "$new", "$dow", "$timeframe", "$timeframe_daily_hours", "$is_days_ago"]
RULES = shaped(
    {
        "name": st.text(),
        "rules": st.dictionaries(
            st.sampled_from(["1", "2", "logic"]),
            shaped({"name": st.sampled_from(NAMES), "conditions": st.dictionaries(st.sampled_from(OPERATORS), JSON)})
            | st.sampled_from(["1", "1 or 2", "not 1"]) | JSON,
        ),
        "bundle_rules": JSON,
        "applicable_to": shaped({"included": st.lists(JSON), "excluded": st.lists(JSON)}),
        "error": shaped({"message": st.text()}),
    }
)  # fmt: skip


@given(rule=RULES | JSON)
def test_any_rule_has_a_tree_and_limits(rule: Any) -> None:
    def check(node: RuleNode) -> int:
        assert node.label
        return 1 + sum(check(child) for child in node.children)

    assert check(rule_tree(rule, "EUR")) == len(lines_of(rule, "EUR"))
    assert all(limit.text("EUR") and limit.words for limit in rule_limits(rule, "EUR"))


ITEM_FORMS: list[tuple[Any, list[str]]] = [
    ({"included": [{"object": "product", "id": "p1"}]}, ["applies to", "  product p1"]),
    ({"included": {"object": "list", "data": [{"id": "p1"}]}}, ["applies to", "  p1"]),
    ({"included": "all"}, ["applies to", "  all"]),
    ({"included_all": True, "excluded": [{"id": "p2"}]}, ["applies to every item", "never to", "  p2"]),
    ("everything", ["applies to everything"]),
    ({"included_all": True}, ["no conditions: always met"]),
    (None, ["no conditions: always met"]),
]


@pytest.mark.parametrize(("applicable", "lines"), ITEM_FORMS)
def test_items_of_any_form_are_shown(applicable: Any, lines: list[str]) -> None:
    assert lines_of({"name": "R", "rules": {}, "applicable_to": applicable}) == ["R", *(f"  {line}" for line in lines)]


def test_a_bundle_reads_as_items_with_their_quantities() -> None:
    shirt = {"id": "prod_1", "type": "product_or_sku", "object": "product"}
    least = {"name": "order.items.aggregated_quantity", "conditions": {"$is": [2]}, "rules": {}}
    bundle = {
        "1": {"name": "order.items.any", "conditions": {"$is": [shirt]}, "rules": {"1": least, "logic": "1"}},
        "2": {"name": "order.items.any", "conditions": {"$is": [{**shirt, "id": "prod_2"}]}, "rules": {}},
        "logic": "1 and 2",
        "limit": 3,
    }
    assert lines_of({"name": "R", "bundle_rules": bundle}) == [
        "R",
        "  bundle, at most 3 per order",
        "    all of",
        "      order items any is product prod_1",
        "        where",
        "          order items aggregated quantity is 2",
        "      order items any is product prod_2",
    ]
