"""Rehearsals by hand: each reason a code would be refused for, when it would pass, and what is not known."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.database import connect_writer
from store.explain.answer import Attempt, Explanation, Kind, Result, Verdict
from store.explain.circumstances import Circumstances
from store.explain.rehearsal import rehearse
from store.ref import VOUCHER, Ref
from tests.support.json_values import JSON, SCALARS, shaped
from tests.support.limits_cache import condition, set_rule
from tests.support.records import Document, campaign, order, put, read_whole, redemption

WARSAW = ZoneInfo("Europe/Warsaw")
READ = "2026-11-28T11:00:00.000Z"
ABOUT = Circumstances(datetime(2026, 11, 28, 12, tzinfo=UTC), WARSAW, currency="EUR")
"""A Saturday noon, one o'clock in Warsaw."""
CUSTOMER = "cust_1"
WITH_ALL = Attempt(CUSTOMER, 5_000)


def voucher(**more: Any) -> Document:
    return {
        "id": "v_1", "code": "CODE", "campaign": "Autumn", "campaign_id": "camp_1", "type": "DISCOUNT_VOUCHER",
        "active": True, "is_referral_code": False, "holder_id": None, "object": "voucher",
        "redemption": {"quantity": 3, "redeemed_quantity": 1}, "created_at": "2026-01-10T08:00:00.000Z", **more,
    }  # fmt: skip


class Cache:
    """A cache of one code, its campaign and one customer; what a test changes is put again."""

    def __init__(self, path: Path) -> None:
        self.connection: sqlite3.Connection = connect_writer(path)

    def fill(self) -> None:
        self.put("vouchers", voucher())
        self.put("campaigns", campaign(active=True))
        person = {"id": CUSTOMER, "source_id": "shop/1", "object": "customer", "metadata": {"country": "PL"}}
        self.put("customers", {**person, "loyalty": {"campaigns": {}}})
        lists = ("redemptions", "publications", "vouchers", "campaigns", "validation_rules_assignments")
        read_whole(self.connection, *lists, at=READ)

    def put(self, table: str, *documents: Document) -> None:
        put(self.connection, table, *documents, at=READ)

    def told(self, attempt: Attempt = WITH_ALL, code: str = "CODE") -> Explanation:
        return rehearse(self.connection, Ref(VOUCHER, code), attempt, ABOUT)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Making a cache takes longer than all that a test asks of it: each has a copy."""
    path = tmp_path_factory.mktemp("rehearsal") / "cache.db"
    made = Cache(path)
    made.fill()
    made.connection.close()
    return path


@pytest.fixture
def cache(filled: Path, tmp_path: Path) -> Iterator[Cache]:
    made = Cache(Path(shutil.copy(filled, tmp_path)))
    yield made
    made.connection.close()


def results(told: Explanation) -> dict[str, Result]:
    return {one.claim: one.result for one in told.evidence}


def test_a_code_that_meets_everything_would_pass(cache: Cache) -> None:
    told = cache.told()
    assert told.verdict is Verdict.WOULD_PASS
    assert told.sentence == "CODE would pass now by cust_1: all that it must meet is met."
    assert set(results(told).values()) == {Result.MET}
    assert list(results(told)) == [
        "the code is in the project", "the code is switched on", "the campaign is switched on",
        "the code has uses left",
    ]  # fmt: skip
    assert (told.failure_code, told.kind, told.who, told.not_known) == ("", Kind.NONE, "", ())
    assert {one.as_of for one in told.evidence} == {READ}


def test_rules_that_were_never_read_are_not_taken_for_absent(cache: Cache) -> None:
    cache.connection.execute("delete from sync_states where resource = 'validation_rules_assignments'")
    told = cache.told()
    assert told.verdict is Verdict.UNKNOWN
    assert results(told)["each further rule that applies is met"] is Result.UNKNOWN
    assert [one.call for one in told.not_known] == ["GET /v1/validation-rules-assignments"]


REFUSED: list[tuple[Document, Document, str, Kind, bool, str | None, str]] = [
    ({"active": False}, {}, "voucher_disabled", Kind.OFF, False, None, "it is switched on again"),
    ({}, {"active": False}, "voucher_disabled", Kind.OFF, False, None, "it is switched on again"),
    ({"expiration_date": "2026-11-28T12:00:00Z"}, {}, "voucher_expired", Kind.TIME, False, None, ""),
    ({}, {"expiration_date": "2026-11-01T00:00:00Z"}, "voucher_expired", Kind.TIME, False, None, ""),
    ({"start_date": "2026-12-01T00:00:00Z"}, {}, "voucher_not_active", Kind.TIME, True, "2026-12-01T00:00", ""),
    # the later of two starts; and a start behind the end never comes
    (
        {"start_date": "2026-12-01T00:00:00Z"}, {"start_date": "2026-12-03T00:00:00Z"},
        "voucher_not_active", Kind.TIME, True, "2026-12-03T00:00", "",
    ),
    (
        {"start_date": "2026-12-01T00:00:00Z", "expiration_date": "2026-11-30T00:00:00Z"}, {},
        "voucher_not_active", Kind.TIME, False, None, "",
    ),
    # Monday in Warsaw begins at 23:00 UTC on Sunday
    ({}, {"validity_day_of_week": [1]}, "voucher_not_active_now", Kind.TIME, True, "2026-11-29T23:00", ""),
    # a start on Tuesday, and then the next Monday
    (
        {"start_date": "2026-12-01T10:00:00Z"}, {"validity_day_of_week": [1]},
        "voucher_not_active", Kind.TIME, True, "2026-12-06T23:00", "",
    ),
    # the next Monday lies behind the end
    (
        {"expiration_date": "2026-11-29T00:00:00Z"}, {"validity_day_of_week": [1]},
        "voucher_not_active_now", Kind.TIME, False, None, "",
    ),
    (
        {"redemption": {"quantity": 3, "redeemed_quantity": 3}}, {},
        "quantity_exceeded", Kind.USED_UP, False, None, "",
    ),
    (
        {"type": "GIFT_VOUCHER", "gift": {"amount": 5_000, "balance": 0}}, {},
        "gift_amount_exceeded", Kind.USED_UP, False, None, "the card is topped up",
    ),
    (
        {"is_referral_code": True}, {},
        "not_published", Kind.MISSING, False, None, "the code is published to a referrer",
    ),
    (
        {"is_referral_code": True, "holder_id": CUSTOMER}, {},
        "referrer_not_permitted_to_redeem", Kind.RULE, False, None, "another customer redeems it",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "plan", "key", "kind", "helps", "when", "first"), REFUSED)
def test_each_reason_has_its_key_and_when_it_ends(
    cache: Cache, code: Document, plan: Document, key: str, kind: Kind, helps: bool, when: str | None, first: str
) -> None:
    cache.put("vouchers", voucher(**code))
    cache.put("campaigns", campaign(**{"active": True, **plan}))
    told = cache.told()
    assert (told.verdict, told.failure_code, told.kind) == (Verdict.WOULD_BE_REFUSED, key, kind)
    assert (told.retry.helps, told.retry.condition) == (helps, first)
    assert told.retry.when == (when and f"{when}:00.000Z")
    assert told.evidence[0].result is Result.NOT_MET
    assert told.sentence.startswith("CODE would be refused now by cust_1, because the ") or "whoever" in told.sentence


@pytest.mark.parametrize(
    ("code", "plan", "claim", "call"),
    [
        ({"active": None}, {}, "the code is switched on", "GET /v1/vouchers/CODE"),
        ({}, {"active": None}, "the campaign is switched on", "GET /v1/campaigns/camp_1"),
        ({"redemption": {"quantity": 3}}, {}, "the code has uses left", "GET /v1/vouchers/CODE"),
        ({"type": "GIFT_VOUCHER"}, {}, "the card has credit left", "GET /v1/vouchers/CODE"),
        ({"expiration_date": "soon"}, {}, "the code has not ended", ""),
        ({}, {"validity_hours": {"daily": [{"start_time": "nine"}]}}, "the campaign is within its days and hours", ""),
        (
            {},
            {"activity_duration_after_publishing": "P3D"},
            "the code is within 3 d of its publication",
            "GET /v1/publications",
        ),
    ],
)
def test_what_is_taken_away_is_not_known(cache: Cache, code: Document, plan: Document, claim: str, call: str) -> None:
    cache.put("vouchers", voucher(**code))
    cache.put("campaigns", campaign(**{"active": True, **plan}))
    told = cache.told()
    assert (told.verdict, results(told)[claim]) == (Verdict.UNKNOWN, Result.UNKNOWN)
    assert [one.call for one in told.not_known] == [call]
    assert told.sentence.startswith("Whether CODE would pass now by cust_1 is not known: 1 of ")
    assert told.retry.helps is None


def test_a_code_that_is_not_cached_is_not_known_and_names_the_call(cache: Cache) -> None:
    told = cache.told(code="A/B")
    assert (told.verdict, told.counts.unknown) == (Verdict.UNKNOWN, 1)
    assert told.not_known[0].call == "GET /v1/vouchers/A%2FB"


def test_a_code_that_is_gone_is_not_found(cache: Cache) -> None:
    cache.connection.execute("update vouchers set missing_since = ?", (READ,))
    told = cache.told()
    assert (told.verdict, told.failure_code) == (Verdict.WOULD_BE_REFUSED, "not_found")


def test_days_after_publishing_are_counted_from_the_publication(cache: Cache) -> None:
    cache.put(
        "campaigns", campaign(active=True, activity_duration_after_publishing="P3D", expiration_date="2026-01-01")
    )
    published = {"id": "pub_1", "created_at": "2026-11-26T12:00:00.000Z", "result": "SUCCESS", "customer_id": CUSTOMER}
    cache.put("publications", {**published, "voucher": {"id": "v_1", "code": "CODE", "campaign_id": "camp_1"}})
    assert cache.told().verdict is Verdict.WOULD_PASS, "it overrides the campaign's end"
    later = cache.told(Attempt(CUSTOMER, 5_000, "2026-11-29T12:00:00.000Z"))
    assert (later.verdict, later.failure_code) == (Verdict.WOULD_BE_REFUSED, "voucher_expired")


def test_a_rule_is_compared_with_the_order_and_the_customer(cache: Cache) -> None:
    set_rule(
        cache.connection, condition("order.amount", 5_000, "$more_than_or_equal"),
        {"name": "customer.metadata", "property": "country", "conditions": {"$is": ["PL"]}, "rules": {}}, name="Basket",
    )  # fmt: skip
    assert cache.told().verdict is Verdict.WOULD_PASS
    small = cache.told(Attempt("shop/1", 4_999))
    assert (small.failure_code, small.who) == ("order_rules_violated", "shopper")
    assert small.sentence == (
        "CODE would be refused now by shop/1, because the rule Basket asks that order amount before discounts ≥ €50.00;"
        " it is €49.99."
    )
    assert (small.counts.met, small.counts.not_met, small.counts.unknown) == (5, 1, 0)
    nobody = cache.told(Attempt())
    assert nobody.verdict is Verdict.UNKNOWN
    assert [one.what for one in nobody.not_known] == [
        "No order is named: --order states its amount.", "Nobody is named who redeems it: --customer names a customer.",
    ]  # fmt: skip
    stranger = cache.told(Attempt("cust/9", 5_000))
    assert [one.call for one in stranger.not_known] == ["GET /v1/customers/cust%2F9"]


def test_a_daily_limit_passes_again_on_the_next_day_of_the_project(cache: Cache) -> None:
    set_rule(cache.connection, condition("redemption.count.daily", 1))
    # half past midnight in Warsaw is still Friday in UTC
    cache.put("redemptions", redemption("r_1", date="2026-11-27T23:30:00.000Z"))
    told = cache.told()
    assert (told.failure_code, told.retry.helps, told.retry.when) == (
        "redemption_rules_violated", True, "2026-11-28T23:00:00.000Z",
    )  # fmt: skip
    assert results(told)["redemptions per day ≤ 1"] is Result.NOT_MET
    cache.put("redemptions", redemption("r_1", date="2026-11-27T22:30:00.000Z"))
    assert cache.told().verdict is Verdict.WOULD_PASS, "it was Friday's"


def test_a_limit_of_nothing_never_passes(cache: Cache) -> None:
    set_rule(cache.connection, condition("redemption.count.daily", 0))
    assert (cache.told().retry.helps, cache.told().retry.when) == (False, None)


@pytest.mark.parametrize(("highest", "verdict"), [(1, "would_be_refused"), (2, "unknown"), (3, "would_pass")])
def test_a_count_of_a_campaigns_rule_is_of_one_code_or_of_all(cache: Cache, highest: int, verdict: str) -> None:
    """The API does not say which: with one use of this code and one of another, two may be one too many."""
    set_rule(cache.connection, condition("redemption.count.per_customer", highest))
    other = {"id": "v_2", "code": "OTHER", "campaign": "Autumn", "campaign_id": "camp_1"}
    mine = {"customer_id": CUSTOMER}
    cache.put("redemptions", redemption("r_1", **mine), redemption("r_2", voucher=other, **mine))
    assert cache.told().verdict == verdict


def test_an_incomplete_list_only_proves_that_a_limit_is_passed(cache: Cache) -> None:
    set_rule(cache.connection, condition("campaign.redemptions.count", 1), identity="val_1")
    cache.put("redemptions", redemption("r_1"))
    cache.connection.execute("update sync_states set state = 'partial' where resource = 'redemptions'")
    assert cache.told().failure_code == "redemption_rules_violated"
    set_rule(cache.connection, condition("campaign.redemptions.count", 2), identity="val_1")
    told = cache.told()
    assert (told.verdict, told.not_known[0].call) == (Verdict.UNKNOWN, "GET /v1/redemptions")


def test_a_limit_on_orders_counts_the_order_that_is_tried(cache: Cache) -> None:
    set_rule(cache.connection, condition("campaign.orders.amount", 12_000))
    cache.put("redemptions", redemption("r_1", order=order("ord_1", 7_000, 0)))
    assert cache.told(Attempt(CUSTOMER, 5_000)).verdict is Verdict.WOULD_PASS
    assert cache.told(Attempt(CUSTOMER, 5_001)).failure_code == "redemption_rules_violated"


def test_a_rule_that_is_not_cached_is_one_unknown_line(cache: Cache) -> None:
    set_rule(cache.connection, condition("order.amount", 1, "$more_than"))
    cache.connection.execute("delete from validation_rules_raw")
    told = cache.told()
    assert (told.verdict, told.counts.unknown) == (Verdict.UNKNOWN, 1)
    assert told.not_known[0].call == "GET /v1/validation-rules/val_1"


def test_an_alternative_that_fails_refuses_nothing(cache: Cache) -> None:
    set_rule(
        cache.connection, condition("order.amount", 9_000, "$more_than"), condition("order.amount", 1, "$more_than")
    )
    rule = {"id": "val_1", "name": "Cap", "object": "validation_rules"}
    rules = {"1": condition("order.amount", 9_000, "$more_than"), "2": condition("order.amount", 1, "$more_than")}
    cache.put("validation_rules", {**rule, "rules": {**rules, "logic": "1 or 2"}})
    told = cache.told()
    assert (told.verdict, told.counts.not_met) == (Verdict.WOULD_PASS, 1)
    assert told.evidence[-1].note == "the rule is met without it"


def test_what_was_in_the_past_is_not_told_by_what_is_now(cache: Cache) -> None:
    told = cache.told(Attempt(CUSTOMER, 5_000, "2026-11-01T12:00:00.000Z"))
    assert told.verdict is Verdict.UNKNOWN
    assert results(told)["the code has uses left"] is Result.UNKNOWN


def test_a_date_that_was_moved_after_that_moment_does_not_tell_of_it(cache: Cache) -> None:
    cache.put("vouchers", voucher(start_date="2026-11-20T00:00:00Z"))
    cache.connection.execute("delete from code_changes")
    past = Attempt(CUSTOMER, 5_000, "2026-11-01T12:00:00.000Z")
    assert cache.told(past).failure_code == "voucher_not_active"
    cache.connection.execute(
        "insert into code_changes (resource, record_id, campaign_id, field, before, after, since, seen_at, run_id)"
        " values ('vouchers', 'v_1', 'camp_1', '/start_date', ?, ?, '2026-11-10T00:00:00.000Z', ?, 'run')",
        ('"2026-10-01T00:00:00Z"', '"2026-11-20T00:00:00Z"', "2026-11-11T00:00:00.000Z"),
    )
    told = cache.told(past)
    assert (told.verdict, told.failure_code) == (Verdict.UNKNOWN, "")
    found = next(one for one in told.evidence if one.claim == "the code has started")
    assert (found.result, found.then, found.note) == (Result.UNKNOWN, "", "it was edited after that moment")
    # A moment to come is told by what is cached now.
    assert cache.told(Attempt(CUSTOMER, 5_000, "2026-11-29T12:00:00.000Z")).verdict is Verdict.WOULD_PASS


VOUCHERS = shaped(
    {
        "active": SCALARS, "type": st.sampled_from(["GIFT_VOUCHER", "LOYALTY_CARD"]), "holder_id": SCALARS,
        "is_referral_code": st.just(True), "start_date": SCALARS, "expiration_date": SCALARS,
        "gift": JSON, "loyalty_card": JSON, "validity_hours": JSON,
    }
)  # fmt: skip
CAMPAIGNS = shaped(
    {
        "active": SCALARS, "start_date": SCALARS, "expiration_date": SCALARS, "validity_day_of_week": JSON,
        "validity_hours": JSON, "validity_timeframe": JSON, "activity_duration_after_publishing": SCALARS,
    }
)  # fmt: skip


@settings(max_examples=60)
@given(VOUCHERS, CAMPAIGNS, JSON)
def test_nothing_received_raises(cache: Cache, code: Document, plan: Document, rules: Any) -> None:
    cache.put("vouchers", voucher(**code))
    cache.put("campaigns", campaign(**plan))
    set_rule(cache.connection, rules=rules)
    for attempt in (
        WITH_ALL,
        Attempt(),
        Attempt("", -(10**30), "9999-12-31T23:59:59.999Z"),
        Attempt("x", 10**40, "never"),
    ):
        told = cache.told(attempt)
        counts = told.counts
        assert counts.met + counts.not_met + counts.unknown == len(told.evidence)
        assert bool(told.failure_code) is (told.verdict is Verdict.WOULD_BE_REFUSED)
