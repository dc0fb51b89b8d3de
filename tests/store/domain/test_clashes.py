"""Clashes against every pair of campaigns, looked at half hour by half hour."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.clashes import Claim, clashing_windows, find_clashes
from store.domain.targets import rule_targets
from store.domain.validity import opening
from store.domain.windows import Windows, windows_between

ZONE = ZoneInfo("Europe/Warsaw")
# The night the clock is set back is among these hours.
START, STEP, STEPS = datetime(2026, 10, 24, 18, tzinfo=UTC), timedelta(minutes=30), 60
END = START + STEP * STEPS
PRODUCTS = ("prod_1", "prod_2", "prod_3")


def at(step: int) -> datetime:
    return START + STEP * step


DOCUMENTS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.builds(lambda days: {"validity_day_of_week": days}, st.lists(st.integers(0, 6), min_size=1, max_size=3)),
    st.builds(
        lambda start, length: {
            "validity_hours": {
                "daily": [{"start_time": f"{start:02d}:30", "expiration_time": f"{(start + length) % 24:02d}:00"}]
            }
        },
        st.integers(0, 23), st.integers(1, 9),
    ),
    st.just({"start_date": "2026-10-24T20:30:00Z", "validity_timeframe": {"interval": "PT7H", "duration": "PT2H"}}),
)  # fmt: skip
CAMPAIGNS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["", "A", "B"]),
        "categories": st.frozensets(st.sampled_from(["", "x", "y"]), max_size=2),
        "document": DOCUMENTS,
        "start": st.integers(0, STEPS),
        "end": st.integers(0, STEPS),
        "products": st.one_of(st.none(), st.frozensets(st.sampled_from(PRODUCTS), max_size=2)),
    }
)


def rule(products: frozenset[str]) -> dict[str, Any]:
    return {"applicable_to": {"included": [{"object": "product", "id": one} for one in sorted(products)]}}


def claim(name: str, one: dict[str, Any]) -> Claim:
    start, end = at(one["start"]), at(one["end"])
    if one["document"]:
        windows = windows_between(one["document"], start, end, ZONE)
    else:
        windows = Windows(((start, end),) if start < end else ())
    targets = None if one["products"] is None else rule_targets([rule(one["products"])])
    return Claim(name, one["type"], one["categories"], windows, targets)


def steps_in_force(one: dict[str, Any]) -> set[int]:
    return {
        step for step in range(one["start"], one["end"]) if opening(one["document"], at(step), ZONE).open is not False
    }


def plain_clashes(campaigns: dict[str, dict[str, Any]]) -> dict[frozenset[str], tuple[set[int], set[str]]]:
    """Steps at which both are in force, and the names of what they share, by pair."""
    found = {}
    for (first, one), (second, other) in combinations(campaigns.items(), 2):
        steps = steps_in_force(one) & steps_in_force(other)
        groups = (one["categories"] & other["categories"]) - {""}
        groups |= {one["type"]} & {other["type"]} - {""}
        products: frozenset[str] = frozenset()
        if one["products"] is not None and other["products"] is not None:
            products = one["products"] & other["products"]
            if not products:
                continue
        if steps and groups:
            found[frozenset((first, second))] = (steps, set(groups | products))
    return found


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(CAMPAIGNS, max_size=7))
def test_clashes_are_those_of_all_pairs_half_hour_by_half_hour(drawn: list[dict[str, Any]]) -> None:
    campaigns = {f"camp_{number}": one for number, one in enumerate(drawn)}
    found = find_clashes(claim(name, one) for name, one in campaigns.items())
    expected = plain_clashes(campaigns)
    assert len(found) == len(expected)
    by_campaign: dict[str, set[int]] = {}
    for clash in found:
        steps, shared = expected[frozenset((clash.first, clash.second))]
        assert steps_of(clash.windows) == steps
        assert {target.id for target in clash.shared} == shared
        both = (campaigns[clash.first]["products"], campaigns[clash.second]["products"])
        assert clash.rules_known == (None not in both)
        for name in (clash.first, clash.second):
            by_campaign.setdefault(name, set()).update(steps)
    times = clashing_windows(found)
    assert {name: steps_of(Windows(windows)) for name, windows in times.items()} == by_campaign


def steps_of(windows: Windows) -> set[int]:
    """The steps inside windows; each of these is a run of whole steps."""
    found: set[int] = set()
    for start, end in windows.found:
        assert (start - START) % STEP == (end - START) % STEP == timedelta(0)
        found |= set(range((start - START) // STEP, (end - START) // STEP))
    assert windows.complete
    return found


def test_the_earlier_campaign_comes_first() -> None:
    late, early = (
        Claim(name, "A", frozenset(), Windows(((at(step), END),)), None) for name, step in (("a", 5), ("b", 1))
    )
    (clash,) = find_clashes([late, early])
    assert (clash.first, clash.second) == ("b", "a")
    assert clash.windows.found == ((at(5), END),)


def test_windows_that_were_not_worked_out_to_the_end_are_told() -> None:
    one = Claim("a", "A", frozenset(), Windows(((START, END),), complete=False), None)
    other = Claim("b", "A", frozenset(), Windows(((START, END),)), None)
    (clash,) = find_clashes([one, other])
    assert not clash.windows.complete


def when(name: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"name": name, "conditions": {operator: list(values)}}


PRODUCT = {"object": "product", "id": "prod_1", "source_id": "mug", "name": "Mug"}
SKU = {"object": "sku", "id": "sku_1", "product_id": "prod_1"}


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ({"rules": {"1": when("customer.segment", "$is", "seg_1")}},
         {"rules": {"1": when("customer.segment", "$in", "seg_2", "seg_1")}}, ["segment seg_1"]),
        ({"rules": {"1": when("customer.segment", "$is", "seg_1")}},
         {"rules": {"1": when("customer.segment", "$is_not", "seg_1")}}, []),
        ({"rules": {"1": when("customer.segment", "$is", "seg_1")}},
         {"rules": {"1": when("customer.segment", "$is", "seg_1"), "logic": "not 1"}}, []),
        ({"applicable_to": {"included": [PRODUCT]}},
         {"applicable_to": {"included": {"data": [PRODUCT]}}}, ["product Mug"]),
        ({"applicable_to": {"included": [PRODUCT]}},
         {"applicable_to": {"included": [{"object": "product", "source_id": "mug"}]}}, ["product Mug"]),
        ({"applicable_to": {"included": [PRODUCT]}}, {"applicable_to": {"excluded": [PRODUCT]}}, []),
        ({"applicable_to": {"included": [PRODUCT]}}, {"applicable_to": {"included": [SKU]}}, ["product Mug"]),
        ({"applicable_to": {"included": [SKU]}},
         {"applicable_to": {"included": [{"object": "sku", "id": "sku_2", "product_id": "prod_1"}]}}, []),
        ({"applicable_to": {"included": [{"object": "products_collection", "id": "pc_1", "name": "Cups"}]}},
         {"rules": {"1": when("order.items.any", "$is", "pc_1")}}, ["collection Cups"]),
        ({"bundle_rules": {"1": when("order.items.any", "$is", {"id": "prod_1", "type": "product_or_sku"})}},
         {"applicable_to": {"included": [PRODUCT]}}, ["product prod_1"]),
        ({"rules": {"1": {**when("order.amount", "$is", 1), "rules": {"2": when("order.items.any", "$in", PRODUCT)}}}},
         {"applicable_to": {"included": [PRODUCT]}}, ["product Mug"]),
        ({"rules": {"1": when("customer.metadata", "$is", "seg_1")}},
         {"rules": {"1": when("customer.segment", "$is", "seg_1")}}, []),
        ({"rules": "soon", "applicable_to": 7}, {"rules": {"1": when("customer.segment", "$is", None, 7, "")}}, []),
    ],
)  # fmt: skip
def test_what_rules_have_in_common(one: dict[str, Any], other: dict[str, Any], common: list[str]) -> None:
    some, others = rule_targets([one]), rule_targets([other])
    assert [f"{target.kind} {target.name}" for target in some.common(others)] == common
    assert len(others.common(some)) == len(common)
    assert not some.common(rule_targets([]))
