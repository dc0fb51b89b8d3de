"""Generated rules and attempts: the evaluator against one of twenty lines that knows everything and has two values."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.domain.evaluation import evaluate
from store.domain.facts import CustomerFacts, Facts, OrderFacts

COUNTRIES = ["PL", "DE", "FR"]
SEGMENTS = ["seg_1", "seg_2"]
LIMIT = "redemption.count.per_customer"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "$more_than": operator.gt, "$more_than_or_equal": operator.ge, "$less_than": operator.lt,
    "$less_than_or_equal": operator.le,
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """All there is to know of an attempt."""

    amount: int
    country: str
    segments: frozenset[str]
    used: int


TRUTHS = st.builds(
    Truth, st.integers(0, 6), st.sampled_from(COUNTRIES), st.frozensets(st.sampled_from(SEGMENTS)), st.integers(0, 4)
)
NUMBERS = st.tuples(
    st.sampled_from(["order.amount", LIMIT]), st.sampled_from([*COMPARE, "$is", "$is_not"]), st.integers(0, 6)
)
WORDS = st.sampled_from(["customer.metadata", "customer.segment"]).flatmap(
    lambda name: st.tuples(
        st.just(name), st.sampled_from(["$is", "$in", "$is_not", "$not_in"]),
        st.lists(st.sampled_from(COUNTRIES if name.endswith("metadata") else SEGMENTS), min_size=1, max_size=2),
    )
)  # fmt: skip


def written(parts: tuple[str, str, Any]) -> dict[str, Any]:
    name, comparison, wanted = parts
    return {
        "name": name, "property": "country", "rules": {},
        "conditions": {comparison: wanted if isinstance(wanted, list) else [wanted]},
    }  # fmt: skip


def logics(keys: list[str]) -> st.SearchStrategy[str]:
    """Logic strings over some keys, all of which may be named often or not at all; "" joins all."""
    return st.just("") | st.recursive(
        st.sampled_from(keys),
        lambda inner: (
            inner.map(lambda text: f"not {text}")
            | st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})")
        ),
        max_leaves=5,
    )


def grouped(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Rules objects of one to three conditions."""
    return st.lists(conditions, min_size=1, max_size=3).flatmap(
        lambda held: logics([str(place) for place in range(1, len(held) + 1)]).map(
            lambda logic: {**{str(place): one for place, one in enumerate(held, 1)}, "logic": logic}
        )
    )


LEAVES = (NUMBERS | WORDS).map(written)
RULES = grouped(
    LEAVES | st.tuples(LEAVES, grouped(LEAVES)).map(lambda parts: {**parts[0], "rules": parts[1]})
)  # fmt: skip


def holds(condition: dict[str, Any], truth: Truth) -> bool:
    """One condition, by what its words say."""
    ((comparison, wanted),) = condition["conditions"].items()
    if condition["name"] == "customer.segment":
        found = bool(truth.segments & set(wanted))
        return found if comparison in ("$is", "$in") else not found
    value: Any = {"order.amount": truth.amount, LIMIT: truth.used + 1}.get(condition["name"], truth.country)
    if comparison in COMPARE:
        return COMPARE[comparison](value, wanted[0])
    return (value in wanted) is (comparison in ("$is", "$in"))


def met(rules: dict[str, Any], truth: Truth) -> bool:
    """A rules object, with its logic left to Python."""
    held = {key: holds(one, truth) and met(one["rules"], truth) for key, one in rules.items() if key != "logic"}
    logic = rules.get("logic") or " and ".join(held) or "True"
    spaced = logic.replace("(", " ( ").replace(")", " ) ").split()
    return bool(eval(" ".join(str(held.get(token, token)) for token in spaced)))


def facts(truth: Truth) -> Facts:
    customer = CustomerFacts("cust_1", {"country": truth.country}, truth.segments, frozenset())
    return Facts(OrderFacts(truth.amount, truth.amount, (), {}), customer, used={LIMIT: truth.used})


def leaves(rules: dict[str, Any]) -> int:
    return sum(1 + leaves(one["rules"]) for key, one in rules.items() if key != "logic")


@given(RULES, TRUTHS)
def test_what_is_known_is_decided_as_by_two_values(rules: dict[str, Any], truth: Truth) -> None:
    found = evaluate({"rules": rules}, facts(truth))
    assert found.truth is met(rules, truth)
    assert len(found.conditions) == leaves(rules)
    assert all(one.truth is not None for one in found.conditions)


@given(RULES, TRUTHS, st.integers(0, 4), st.integers(0, 3))
def test_what_is_hidden_is_never_decided_otherwise(
    rules: dict[str, Any], truth: Truth, least: int, spread: int
) -> None:
    known = facts(truth)
    assert isinstance(known.customer, CustomerFacts)
    low = min(least, truth.used)
    hidden = (
        replace(known, order=None),
        replace(known, customer=None),
        replace(known, customer=replace(known.customer, segments=None)),
        replace(known, used={}, used_at_least={LIMIT: low}),
        replace(known, used={}, used_at_least={LIMIT: low}, used_at_most={LIMIT: truth.used + spread}),
        Facts(),
    )
    expected = met(rules, truth)
    for less in hidden:
        found = evaluate({"rules": rules}, less)
        assert found.truth in (None, expected)
        assert found.truth is not None or any(one.why for one in found.conditions)
        assert len(found.conditions) == leaves(rules)
