"""Conditions that exclude each other are named; where that is not sure, nothing is said."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.checks.contradictions import contradiction

AMOUNT = "order.amount"
SEGMENT = "customer.segment"
TAGS = "customer.metadata"
EACH = "order.items.price_each"


def rule(*conditions: tuple[str, str, list[Any]], logic: str = "", prop: str | None = None) -> dict[str, Any]:
    """A rule whose conditions are joined by `and` unless told otherwise."""
    keys = [str(place) for place in range(1, len(conditions) + 1)]
    rules = {
        key: {"name": name, "property": prop, "conditions": {operator: values}}
        for key, (name, operator, values) in zip(keys, conditions, strict=True)
    }
    return {"rules": {**rules, "logic": logic or " and ".join(keys)}}


MORE, LESS, LEAST, MOST = "$more_than", "$less_than", "$more_than_or_equal", "$less_than_or_equal"
EXCLUDED = {
    "bounds apart": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_999])),
    "bounds that touch, one out": rule((AMOUNT, MORE, [5_000]), (AMOUNT, MOST, [5_000])),
    "bounds that touch, the other out": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, LESS, [5_000])),
    "two values": rule((AMOUNT, "$is", [1]), (AMOUNT, "$is", [2])),
    "lists apart": rule((AMOUNT, "$in", [1, 2]), (AMOUNT, "$in", [3])),
    "a value out of bounds": rule((AMOUNT, "$is", [100]), (AMOUNT, MORE, [100])),
    "a value that is denied": rule((AMOUNT, "$is_not", [100]), (AMOUNT, "$is", ["100.0"])),
    "numbers as text": rule((AMOUNT, LEAST, ["5000"]), (AMOUNT, MOST, ["0400"])),
    "in a segment and not": rule((SEGMENT, "$is", ["seg_1"]), (SEGMENT, "$is_not", ["seg_1"])),
    "segments as objects": rule((SEGMENT, "$is", [{"id": "seg_1"}]), (SEGMENT, "$is_not", [{"id": "seg_1"}])),
    "beside an or": rule(
        (AMOUNT, LEAST, [9]), (SEGMENT, "$is", ["x"]), (AMOUNT, MOST, [8]), logic="1 and (2 or 3) and 3"
    ),
}
POSSIBLE = {
    "bounds that touch": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [5_000])),
    "joined by or": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_000]), logic="1 or 2"),
    "one of them negated": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_000]), logic="1 and not 2"),
    "one of them not used": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_000]), logic="1"),
    "a logic that is not understood": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_000]), logic="1 and ("),
    "other amounts": rule((AMOUNT, LEAST, [5_000]), ("order.total_amount", MOST, [4_000])),
    "an amount with a property": rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_000]), prop="x"),
    "metadata may be a list": rule((TAGS, "$is", ["PL"]), (TAGS, "$is", ["DE"]), prop="c"),
    "one may be in two segments": rule((SEGMENT, "$is", ["a"]), (SEGMENT, "$is", ["b"])),
    "any of two segments": rule((SEGMENT, "$in", ["a", "b"]), (SEGMENT, "$is_not", ["a"])),
    "several bounds in one": rule((AMOUNT, LEAST, [5_000, 1]), (AMOUNT, MOST, [4_000])),
    "an operator that is not known": rule((AMOUNT, "$near", [5_000]), (AMOUNT, MOST, [4_000])),
    "a bound that is no number": rule((AMOUNT, LEAST, ["much"]), (AMOUNT, MOST, [4_000])),
    "a bound without a value": rule((AMOUNT, LEAST, []), (AMOUNT, MOST, [4_000])),
    "infinity": rule((AMOUNT, LEAST, ["Infinity"]), (AMOUNT, MOST, ["NaN"])),
    "items are looked at one by one": rule((EACH, LEAST, [9]), (EACH, MOST, [8])),
    "no rule": {},
}  # fmt: skip


@pytest.mark.parametrize("case", EXCLUDED)
def test_they_exclude_each_other(case: str) -> None:
    assert ", and " in contradiction([EXCLUDED[case]])


@pytest.mark.parametrize("case", POSSIBLE)
def test_they_may_hold_at_once(case: str) -> None:
    assert contradiction([POSSIBLE[case]]) == ""


def test_two_rules_count_together_and_both_conditions_are_named() -> None:
    one, other = rule((AMOUNT, LEAST, [5_000])), rule((AMOUNT, MOST, [4_999]))
    words = contradiction([one, other], "EUR")
    assert words == "order amount before discounts ≥ €50.00, and order amount before discounts ≤ €49.99"


def test_conditions_without_a_logic_are_joined_in_a_way_nobody_states() -> None:
    document = rule((AMOUNT, LEAST, [5_000]), (AMOUNT, MOST, [4_999]))
    del document["rules"]["logic"]
    assert contradiction([document]) == ""


_HOLDS: dict[str, Callable[[float, list[int]], bool]] = {
    MORE: lambda amount, values: amount > values[0],
    LESS: lambda amount, values: amount < values[0],
    LEAST: lambda amount, values: amount >= values[0],
    MOST: lambda amount, values: amount <= values[0],
    "$is": lambda amount, values: amount in values,
    "$is_not": lambda amount, values: amount not in values,
}
_SMALL = st.integers(0, 6)
_CONDITIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([MORE, LESS, LEAST, MOST]), st.lists(_SMALL, min_size=1, max_size=1)),
        st.tuples(st.sampled_from(["$is", "$is_not"]), st.lists(_SMALL, min_size=1, max_size=3)),
    ),
    max_size=5,
)


@given(_CONDITIONS)
def test_it_never_excludes_what_some_amount_meets(conditions: list[tuple[str, list[int]]]) -> None:
    halves = [half / 2 for half in range(-4, 18)]
    meets = [amount for amount in halves if all(_HOLDS[operator](amount, values) for operator, values in conditions)]
    said = contradiction([rule(*((AMOUNT, operator, values) for operator, values in conditions))] if conditions else [])
    # No amount is left between 7 and 0 in steps of a half: then none is left at all, for all values are whole.
    assert bool(said) == (not meets)
