"""Rules that are not what the schema says: a sentence and what was received; no crash, no silence, bounded."""

from typing import Any

import pytest

from store.domain.limits import rule_limits
from store.domain.rules import RuleNode, rule_tree

AMOUNT = {"name": "order.amount", "conditions": {"$more_than": [5000]}, "rules": {}}
WORDS = "order amount before discounts > 50.00"
LATE = "not understood; as received:"


def labels(node: RuleNode) -> list[str]:
    return [node.label, *(label for child in node.children for label in labels(child))]


@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        ({}, ["no conditions: always met"]),
        ({"logic": ""}, ["no conditions: always met"]),
        (None, ["The rule states no conditions."]),
        ("nonsense", [f"The rules are {LATE} nonsense"]),
        ([7], [f"The rules are {LATE} [7]"]),
        ({"logic": "1"}, [f'The rules are {LATE} {{"logic":"1"}}']),
        ({"1": AMOUNT}, [WORDS]),
        (
            {"1": AMOUNT, "2": {"name": "a", "conditions": {"$is": [1]}}},
            [
                "all of", "The rule does not say how its conditions are joined; shown as if all must be met.",
                WORDS, "a is 1",
            ],
        ),
        ({"1": AMOUNT, "logic": "1 and 7"}, ["all of", WORDS, "condition 7: the rule does not have it"]),
        ({"1": None, "logic": "1"}, [f"Condition 1 is {LATE} null"]),
        ({"1": "oops", "logic": "1"}, [f"Condition 1 is {LATE} oops"]),
        ({"1": {"name": "a"}, "logic": "1"}, ["a (no comparison is stated)"]),
        (
            {"1": AMOUNT, "logic": ["1"]},
            ["conditions", 'logic not understood (the logic ends too early): ["1"]', WORDS],
        ),
    ],
)  # fmt: skip
def test_each_damage_has_its_sentence(rules: Any, lines: list[str]) -> None:
    rule = {"id": "val_1", "name": "R", "rules": rules}
    assert labels(rule_tree(rule)) == ["R", *lines]
    assert rule_limits(rule) == []


def test_a_rule_without_rules_and_an_odd_error_say_so() -> None:
    assert labels(rule_tree({"id": "val_1"})) == ["val_1", "The rule states no conditions."]
    assert labels(rule_tree({"id": "val_1", "rules": {}, "error": ["x"]})) == ["val_1", 'error, as received: ["x"]']
    assert labels(rule_tree({"id": "val_1", "rules": {}, "bundle_rules": "x"}))[1:] == [
        "bundle", f"The rules are {LATE} x",
    ]  # fmt: skip


def nested(depth: int, wide: int = 1) -> dict[str, Any]:
    """Rules in rules, each naming its condition `wide` times."""
    rules: dict[str, Any] = {}
    for _ in range(depth):
        rules = {"1": {**AMOUNT, "rules": rules}, "logic": " and ".join(["1"] * wide)}
    return rules


def test_deep_nesting_ends_in_a_sentence() -> None:
    found = labels(rule_tree({"name": "R", "rules": nested(900)}))
    assert found.count(WORDS) == 13, "twelve levels below the first"
    assert found[-1] == "nested too deeply to show; see the JSON"


def test_a_rule_that_holds_itself_ends() -> None:
    rules: dict[str, Any] = {"logic": "1"}
    rules["1"] = {**AMOUNT, "rules": rules}
    assert labels(rule_tree({"name": "R", "rules": rules}))[-1] == "nested too deeply to show; see the JSON"


def test_a_logic_that_names_a_condition_again_and_again_does_not_multiply_it() -> None:
    found = labels(rule_tree({"name": "R", "rules": nested(12, wide=100)}))
    assert found.count(f"{WORDS} (as above)") == 11 * 99
    assert len(found) < 12 * 210


def test_a_huge_rule_shows_its_first_lines_and_counts_the_rest() -> None:
    rules = {str(key): AMOUNT for key in range(1, 5_001)}
    found = labels(rule_tree({"name": "R", "rules": {**rules, "logic": ""}}))
    assert (found.count(WORDS), found[-1]) == (200, "and 4,800 more; the JSON has them all")
    joined = labels(rule_tree({"name": "R", "rules": {**rules, "logic": " or ".join(map(str, range(1, 301)))}}))
    assert "and 100 more; the JSON has them all" in joined
    assert joined[-1] == "and 4,500 more; the JSON has them all"
