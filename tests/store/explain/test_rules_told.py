"""Rules: every condition is accounted for, none is guessed, and what is only known of now says so."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.ledger import Ledger, SyncCheckpoint, customer_scope
from store.explain.answer import Explanation, Result
from tests.support.limits_cache import condition, set_rule
from tests.support.records import Document, put
from tests.support.refused_cache import READ, copy_of, failed, line, shop, template, voucher, why


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    made = template(tmp_path_factory.mktemp("rules"))
    yield made
    made.close()


@pytest.fixture
def cache(empty: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with copy_of(empty) as copy:
        shop(copy)
        yield copy


def least(amount: int) -> Document:
    return condition("order.amount", amount, "$more_than_or_equal")


def of_order(name: str, value: Any) -> Document:
    return {"name": "order.metadata", "property": name, "conditions": {"$is": [value]}, "rules": {}}


def of_rules(told: Explanation) -> list[Result]:
    return [one.result for one in told.evidence if one.source.startswith("rule ")]


def test_a_rule_that_is_not_named_is_not_guessed(cache: sqlite3.Connection) -> None:
    set_rule(cache, least(1_000), name="Small", identity="val_1")
    set_rule(cache, of_order("store", "PL"), name="Polish", identity="val_2")
    row = failed("order_rules_violated")
    del row["order"]["metadata"]
    put(cache, "redemptions", row)
    told = why(cache)
    assert "one of these 2 rules failed: “Small”, “Polish”; the first is met." in told.sentence
    assert sorted(of_rules(told)) == [Result.MET, Result.UNKNOWN]
    assert told.retry.helps is None


def test_all_that_is_cached_is_met_and_yet_it_was_refused(cache: sqlite3.Connection) -> None:
    set_rule(cache, least(1_000), name="Small", identity="val_1")
    set_rule(cache, least(2_000), name="Same", identity="val_2")
    put(cache, "redemptions", failed("order_rules_violated"))
    assert "one of these 2 rules failed: “Small”, “Same”; the first and second are met." in why(cache).sentence


def test_the_rule_that_the_api_names_is_resolved(cache: sqlite3.Connection) -> None:
    set_rule(cache, least(9_000), name="Big", identity="val_1")
    set_rule(cache, least(5_000), name="Middle", identity="val_2", error={"message": "Spend more."})
    put(cache, "redemptions", failed("order_rules_violated", message="violated validation rules: val_2"))
    told = why(cache)
    assert told.sentence.endswith("because “order amount before discounts ≥ €50.00” did not hold: €20.00.")
    assert ("rule", "val_2") in told.ids
    assert len(of_rules(told)) == 2


def test_a_named_rule_that_is_not_cached_is_unknown(cache: sqlite3.Connection) -> None:
    set_rule(cache, least(1_000), name="Small", identity="val_1")
    put(cache, "redemptions", failed("order_rules_violated", message="violated validation rules: val_77"))
    told = why(cache)
    missing = line(told, "rule val_77 is met")
    assert (missing.result, missing.note) == (Result.UNKNOWN, "the rule is not cached")
    assert "GET /v1/validation-rules/val_77" in [one.call for one in told.not_known]


def test_a_condition_of_another_family_is_no_reason(cache: sqlite3.Connection) -> None:
    polish = {"name": "customer.metadata", "property": "country", "conditions": {"$is": ["PL"]}, "rules": {}}
    set_rule(cache, polish, name="Polish", identity="val_1")
    set_rule(cache, of_order("store", "PL"), name="Store", identity="val_2")
    row = failed("order_rules_violated", customer={"id": "cust_1", "metadata": {"country": "DE"}})
    del row["order"]["metadata"]
    put(cache, "redemptions", row)
    told = why(cache)
    assert line(told, "country").result is Result.NOT_MET
    assert "one of these 2 rules failed" in told.sentence


def test_an_alternative_that_does_not_hold_refuses_nothing(cache: sqlite3.Connection) -> None:
    put(cache, "validation_rules", {
        "id": "val_1", "name": "Either", "rules": {"1": least(9_000), "2": least(1_000), "logic": "1 or 2"},
    })  # fmt: skip
    put(cache, "validation_rules_assignments", {
        "id": "asgm_1", "rule_id": "val_1", "related_object_type": "campaign", "related_object_id": "camp_1",
    })  # fmt: skip
    put(cache, "redemptions", failed("order_rules_violated"))
    told = why(cache)
    spared = line(told, "≥ €90.00")
    assert (spared.result, spared.note) == (Result.NOT_MET, "the rule does not need it: another condition stands in")
    assert told.sentence.endswith("because “Either” did not match, the API says; what is cached meets it.")


@pytest.mark.parametrize(("inside", "result", "note"), [
    (("seg_1",), Result.UNKNOWN, "met now; how it was then is not known"),
    ((), Result.NOT_MET, "as it is now: a hint"),
    (None, Result.UNKNOWN, "the segments of the customer are not known"),
])  # fmt: skip
def test_segments_are_known_of_now_alone(
    cache: sqlite3.Connection, inside: tuple[str, ...] | None, result: Result, note: str
) -> None:
    wanted = {"name": "customer.segment", "property": None, "conditions": {"$is": ["seg_1"]}, "rules": {}}
    set_rule(cache, wanted, name="In", identity="val_1")
    put(cache, "redemptions", failed("customer_rules_violated"))
    for segment in inside or ():
        cache.execute(
            "insert into customer_segments (id, customer_id, segment_id) values (?, 'cust_1', ?)", (segment, segment)
        )
    if inside is not None:
        Ledger(cache).write_state(SyncCheckpoint("customer_segments", customer_scope("cust_1"), "complete", READ, READ))
    found = line(why(cache), "customer segment")
    assert (found.result, found.note, found.then) == (result, note, "")


@pytest.mark.parametrize(("kind", "said"), [
    ("LOYALTY_CARD", "because cust_2 held the code."),
    ("DISCOUNT_VOUCHER", "did not match a rule that is not cached."),
])  # fmt: skip
def test_only_a_card_must_be_used_by_its_holder(cache: sqlite3.Connection, kind: str, said: str) -> None:
    put(cache, "vouchers", voucher(type=kind, holder_id="cust_2"))
    cache.execute("delete from code_changes")
    put(cache, "redemptions", failed("customer_rules_violated"))
    assert why(cache).sentence.endswith(said)


def test_rules_that_were_never_read_are_not_taken_for_absent(cache: sqlite3.Connection) -> None:
    cache.execute("delete from sync_states where resource = 'validation_rules_assignments'")
    put(cache, "redemptions", failed("voucher_expired"))
    assert line(why(cache), "each further rule that applies is met").note == "which rules apply is not synced yet"


def test_a_rule_that_was_edited_since_counts_as_it_was(cache: sqlite3.Connection) -> None:
    set_rule(cache, least(9_000), name="Big", identity="val_1")
    cache.execute(
        "insert into changes (resource, record_id, field, before, after, since, seen_at, run_id) values"
        " ('validation_rules', 'val_1', '/rules/1/conditions/$more_than_or_equal', '[1000]', '[9000]',"
        " '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z', 'run')"
    )
    put(cache, "redemptions", failed("order_rules_violated"))
    told = why(cache)
    assert line(told, "order amount").claim == "order amount before discounts ≥ €10.00"
    assert line(told, "order amount").result is Result.MET
    assert told.changed_since[0].what == "validation rule rules 1 conditions $more than or equal"


@settings(max_examples=12)
@given(st.lists(st.lists(st.integers(0, 4_000), min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_the_counts_add_up(empty: sqlite3.Connection, rules: list[list[int]], data: st.DataObject) -> None:
    amount = data.draw(st.none() | st.integers(0, 4_000))
    with copy_of(empty) as copy:
        shop(copy)
        for place, amounts in enumerate(rules):
            set_rule(copy, *map(least, amounts), name=f"Rule {place}", identity=f"val_{place}")
        row = failed(
            "order_rules_violated", order={"amount": amount, "object": "order"} if amount is not None else None
        )
        put(copy, "redemptions", row)
        told = why(copy)
    results = of_rules(told)
    flat = [one for amounts in rules for one in amounts]
    assert len(results) == len(flat)
    if amount is not None:
        assert results.count(Result.MET) == sum(amount >= one for one in flat)
        assert results.count(Result.NOT_MET) == sum(amount < one for one in flat)
    counts = told.counts
    assert counts.met + counts.not_met + counts.unknown == len(told.evidence)
