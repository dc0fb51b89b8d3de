"""Each failure code: the evidence it should find is found, and with the evidence gone it is unknown, never met."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from store.explain.answer import Kind, Result, Verdict
from store.explain.catalogue import CATALOGUE
from tests.support.limits_cache import condition, set_rule
from tests.support.records import Document, put, read_whole, redemption, rollback
from tests.support.refused_cache import AT, READ, copy_of, failed, line, logged, lose, shop, template, why

BEFORE, LATER = "2026-11-10T08:00:00.000Z", "2026-11-25T08:00:00.000Z"
TIER = {"id": "promo_1", "name": "Tier", "campaign": {"id": "camp_1", "name": "Autumn"}, "object": "promotion_tier"}
OF_TIER = {"voucher": None, "related_object_type": "promotion_tier", "related_object_id": "promo_1",
           "promotion_tier": TIER}  # fmt: skip
CARD = {"type": "LOYALTY_CARD", "loyalty_card": {"points": 100, "balance": 60}}
GIFT = {"type": "GIFT_VOUCHER", "gift": {"amount": 5_000, "balance": 5_000}}
UNPROVED = re.compile("the API says; what proves it is not cached|one of these 3 rules failed: .*(is|are|which)")
Put = tuple[str, Document]


@dataclass(frozen=True)
class Proof:
    """A failure code with what proves it.

    Attributes:
        key: of the failure.
        claim: the condition that must not be met, by a part of its words.
        then: part of its value at the attempt.
        code: members of the code.
        row: members of the attempt's row.
        rest: further records.
        lost: what is taken away; then the condition is unknown.
    """

    key: str
    claim: str
    then: str = ""
    code: dict[str, Any] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    rest: tuple[Put, ...] = ()
    lost: tuple[str, ...] = ()
    message: str = ""


def log(request: Any = None, response: Any = None) -> Put:
    return ("api_log", logged(request, response))


def moved(identity: str, at: str, amount: int, balance: int, kind: str = "POINTS_REDEMPTION") -> Put:
    return ("transactions", {
        "id": identity, "created_at": at, "type": kind, "campaign_id": "camp_1", "voucher_id": "v_1",
        "details": {"balance": {"points": amount, "balance": balance}},
    })  # fmt: skip


def published(identity: str, at: str, **more: Any) -> Put:
    return ("publications", {
        "id": identity, "object": "publication", "created_at": at, "result": "SUCCESS", "customer_id": "cust_1",
        "voucher": {"id": "v_1", "code": "CODE", "campaign_id": "camp_1"}, **more,
    })  # fmt: skip


def refused_with(*redeemables: tuple[str, str, str]) -> Document:
    return {"inapplicable_redeemables": [
        {"id": name, "object": "voucher", "result": {"error": {"key": key, "message": message}}}
        for name, key, message in redeemables
    ]}  # fmt: skip


USED = tuple(("redemptions", redemption(f"r_{n}", date=BEFORE, customer_id="cust_1")) for n in (1, 2))
MALFORMED = "the request was well formed"

PROOFS = (
    Proof("voucher_expired", "the code has not ended", "ends 19 Nov 2026 01:00",
          {"expiration_date": "2026-11-19T00:00:00Z"}, lost=("vouchers",)),
    Proof("voucher_not_active", "the code has started", "starts 21 Nov 2026 01:00",
          {"start_date": "2026-11-21T00:00:00Z"}, lost=("vouchers",)),
    Proof("voucher_not_active_now", "the code's days and hours admit", "Fri 13:00",
          {"validity_day_of_week": [1, 2]}, lost=("vouchers",)),
    Proof("voucher_disabled", "the code is switched on", "off", {"active": False}, lost=("vouchers",)),
    Proof("quantity_exceeded", "the code has a use left", "2 of 2 used",
          {"redemption": {"quantity": 2, "redeemed_quantity": 2}}, rest=USED, lost=("vouchers",)),
    Proof("quantity_exceeded", "the code has a use left", "2 of 2 used",
          {"redemption": {"quantity": 2, "redeemed_quantity": 2}}, rest=USED, lost=("states", "others")),
    Proof("gift_amount_exceeded", "the card held what was asked", "held €10.00, asked €20.00", GIFT, {"amount": 2_000},
          (moved("t_1", BEFORE, -4_000, 1_000, "CREDITS_REDEMPTION"),), ("transactions",)),
    Proof("loyalty_card_points_exceeded", "the card held what was asked", "held 60 pts, asked 70 pts", CARD,
          {"amount": 70}, (moved("t_1", BEFORE, -40, 60),), ("transactions",)),
    Proof("insufficient_card_balance", "the card held what was asked", "held 60 pts", CARD, {"amount": 70},
          (moved("t_1", BEFORE, -40, 60),), ("transactions",)),
    Proof("insufficient_balance", "the card held what was asked", "held 60 pts", CARD, {"amount": 70},
          (moved("t_1", BEFORE, -40, 60),), ("transactions",)),
    Proof("zero_card_balance", "the card held what was asked", "held 0 pts", CARD, {"amount": 70},
          (moved("t_1", BEFORE, -100, 0),), ("transactions",)),
    Proof("order_rules_violated", "order amount before discounts", "€20.00", lost=("redemptions:order",)),
    Proof("customer_rules_violated", "customer metadata “country”", "DE",
          row={"customer": {"id": "cust_1", "metadata": {"country": "DE"}}}, lost=("validation_rules",)),
    Proof("redemption_rules_violated", "redemptions per customer", "2 redemptions so far", rest=USED,
          lost=("validation_rules",)),
    Proof("promotion_inactive", "the tier is switched on", "off", row=OF_TIER,
          rest=(("promotion_tiers", {**TIER, "active": False}),), lost=("promotion_tiers",)),
    Proof("promotion_not_active_now", "the tier has started", "starts 21 Nov 2026 01:00", row=OF_TIER,
          rest=(("promotion_tiers", {**TIER, "active": True, "start_date": "2026-11-21T00:00:00Z"}),),
          lost=("promotion_tiers",)),
    Proof("no_applicable_redeemables", "OTHER applied", "voucher_expired",
          rest=(log({}, refused_with(("OTHER", "voucher_expired", "Too late"))),), lost=("api_log",)),
    Proof("preceding_validation_failed", "OTHER applied", "voucher_expired",
          rest=(log({}, refused_with(("OTHER", "voucher_expired", "Too late"))),), lost=("api_log",)),
    Proof("referrer_not_permitted_to_redeem", "somebody else than the referrer", "referrer cust_1",
          {"is_referral_code": True, "holder_id": "cust_1"}, lost=("vouchers",)),
    Proof("not_published", "the code was published to a referrer", "nobody",
          {"is_referral_code": True, "holder_id": None}, lost=("vouchers",)),
    Proof("missing_customer", "the call named a customer", "none", row={"customer": None, "customer_id": None},
          lost=("redemptions:customer", "redemptions:customer_id")),
    Proof("missing_order", "the call named an order", "none", row={"order": None}, lost=("redemptions:order",)),
    Proof("missing_amount", "the call carried an order amount", "none", rest=(log({"order": {"id": "o"}}),),
          lost=("api_log", "redemptions:order")),
    Proof("missing_order_items", "the call carried order items", "none", rest=(log({"order": {"amount": 1}}),),
          lost=("api_log", "redemptions:order")),
    Proof("missing_order_items_amount", "an amount for each order item", "none",
          rest=(log({"order": {"items": [{"amount": 5}, {"quantity": 1}]}}),), lost=("api_log", "redemptions:order")),
    Proof("missing_reward", "the call carried a reward", "none", rest=(log({"order": {}}),), lost=("api_log",)),
    Proof("missing_vouchers", "the call carried vouchers", "none", rest=(log({"order": {}}),), lost=("api_log",)),
    *(Proof(key, MALFORMED, "", rest=(log({"a": 1}, {"details": "Bad thing"}),), lost=("api_log",))
      for key in ("missing_param", "missing_parameters", "invalid_customer", "invalid_order", "invalid_amount",
                  "invalid_redeemables", "invalid_or_expired_cursor")),
    Proof("duplicated_redeemables", "each redeemable was named once", "CODE",
          rest=(log({"redeemables": [{"id": "CODE"}, {"id": "CODE"}]}),), lost=("api_log",)),
    Proof("ambiguous_tracking_id", "the call named one identity", "a and b", message="a and b",
          lost=("redemptions:failure_message",)),
    Proof("not_found", "the code exists", "deleted at 10 Nov 2026 09:00", rest=(("trash_bin", {
        "id": "bin_1", "created_at": BEFORE, "resource_id": "v_1", "resource_type": "voucher"}),),
          lost=("trash_bin", "vouchers")),
    Proof("resource_not_found", "the code exists", "deleted at 10 Nov 2026 09:00", rest=(("trash_bin", {
        "id": "bin_1", "created_at": BEFORE, "resource_id": "v_1", "resource_type": "voucher"}),),
          lost=("trash_bin", "vouchers")),
    Proof("multiple_requests", "no other call used the code", "r_9 at 20 Nov 2026 13:00",
          rest=(("redemptions", redemption("r_9", date="2026-11-20T12:00:04.000Z")),), lost=("others",)),
    Proof("loyalty_card_not_active", "the code is switched on", "off", {**CARD, "active": False}, lost=("vouchers",)),
    Proof("campaign_not_active", "the campaign is switched on", "off",
          rest=(("campaigns", {"id": "camp_1", "name": "Autumn", "active": False}),), lost=("campaigns",)),
    Proof("campaign_not_allow_auto_join", "customers join the campaign by themselves", "no",
          rest=(("campaigns", {"id": "camp_1", "name": "Autumn", "auto_join": False}),), lost=("campaigns",)),
    Proof("PAYMENT_EXCEEDS_ORDER_TOTAL_AMOUNT", "the payment is at most", "€30.00 of €20.00",
          row={"amount": 3_000, "order": {"amount": 2_000, "total_amount": 2_000}}, lost=("redemptions:order",)),
    Proof("reward_out_of_stock", "the reward was in stock", "", row={"reward": {"id": "rew_1"}},
          rest=(("rewards", {"id": "rew_1", "name": "Mug", "stock": 3, "redeemed": 3}),), lost=("rewards",)),
)  # fmt: skip

PUBLICATIONS = (
    Proof("no_voucher_suitable_for_publication", "a code left to publish", "0 of 1 codes left",
          rest=(published("pub_0", BEFORE),), lost=("vouchers",)),
    Proof("too_many_vouchers_requested", "a code left to publish", "0 of 1 codes left",
          rest=(published("pub_0", BEFORE),), lost=("states",)),
    Proof("voucher_already_published", "the code had not been published", "CODE was published at 10 Nov 2026 09:00",
          rest=(published("pub_0", BEFORE),), lost=("others", "states")),
    Proof("voucher_cannot_be_published", "the customer had not joined", "CODE was published at 10 Nov 2026 09:00",
          rest=(published("pub_0", BEFORE), ("campaigns", {"id": "camp_1", "name": "Autumn", "join_once": True})),
          lost=("others", "states")),
    Proof("duplicate_source_id", "source id was new", "CODE was published at 10 Nov 2026 09:00",
          rest=(published("pub_0", BEFORE, source_id="s_1"),), lost=("others", "states")),
)  # fmt: skip

ROLLBACKS = (
    Proof("already_rolled_back", "was not rolled back before", "rr_0 at 10 Nov 2026 09:00",
          rest=(("redemptions", rollback("rr_0", "r_1", date=BEFORE)),), lost=("others", "states")),
    Proof("invalid_redemption", "the redemption had succeeded", "FAILURE",
          rest=(("redemptions", redemption("r_1", date=BEFORE, result="FAILURE")),), lost=("others",)),
    Proof("invalid_redemption_parent", "it is not a part of a stack", "part of r_0",
          rest=(("redemptions", redemption("r_1", date=BEFORE, redemption="r_0")),), lost=("others",)),
)  # fmt: skip

ELSEWHERE = frozenset((
    "applicable_redeemables_limit_exceeded", "applicable_redeemables_per_category_limit_exceeded",
    "applicable_exclusive_redeemables_limit_exceeded", "applicable_exclusive_redeemables_per_category_limit_exceeded",
    "pay_with_points_not_enabled", "no_target_card", "non_active_member", "non_active_program",
    "program_outside_validity_window", "invalid_pending_points_bucket_status", "member_already_exists",
))  # fmt: skip
"""Keys whose proof is in the Management API or Loyalty v2, which the cache does not hold."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    made = template(tmp_path_factory.mktemp("refused"))
    yield made
    made.close()


@pytest.fixture
def cache(empty: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with copy_of(empty) as copy:
        yield copy


def fill(cache: sqlite3.Connection, proof: Proof, table: str, row: Document) -> None:
    shop(cache, **proof.code)
    put(cache, table, row)
    for name, document in proof.rest:
        put(cache, name, document, campaign_id="camp_1" if name == "transactions" else None)
    read_whole(cache, "api_log", at=READ)
    set_rule(cache, condition("order.amount", 5_000, "$more_than_or_equal"), name="Big", identity="val_1")
    set_rule(cache, {"name": "customer.metadata", "property": "country", "conditions": {"$is": ["PL"]}, "rules": {}},
             name="Polish", identity="val_2")  # fmt: skip
    set_rule(cache, condition("redemption.count.per_customer", 2), name="Twice", identity="val_3")


def take(cache: sqlite3.Connection, proof: Proof, table: str) -> None:
    for what in proof.lost:
        if what == "others":
            cache.execute(f"delete from {table} where id not in ('rf_1', 'pub_1', 'rr_1')")
            cache.execute(f"delete from {table}_raw where id not in ('rf_1', 'pub_1', 'rr_1')")
        elif what == "states":
            cache.execute("delete from sync_states where resource = ?", (table,))
        else:
            lose(cache, what)


def check(cache: sqlite3.Connection, proof: Proof, table: str, row: Document) -> None:
    kind = "publication" if table == "publications" else "redemption"
    fill(cache, proof, table, row)
    found = why(cache, kind, row["id"])
    proved = line(found, proof.claim)
    assert proved.result is Result.NOT_MET, proved
    assert proof.then in proved.then, proved
    assert (found.verdict, found.failure_code) == (Verdict.REFUSED, proof.key)
    assert ", because " in found.sentence
    assert "the API says" not in found.sentence
    assert found.evidence[0].result is Result.NOT_MET
    take(cache, proof, table)
    without = why(cache, kind, row["id"])
    assert without.verdict is Verdict.REFUSED
    doubted = [one for one in without.evidence if proof.claim in one.claim]
    assert all(one.result is Result.UNKNOWN for one in doubted), doubted
    assert doubted or any(one.result is Result.UNKNOWN for one in without.evidence)
    reason = without.sentence.partition(", because ")[2]
    assert UNPROVED.search(reason), without.sentence


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.key)
def test_of_a_redemption(cache: sqlite3.Connection, proof: Proof) -> None:
    check(cache, proof, "redemptions", failed(proof.key, message=proof.message, **proof.row))


@pytest.mark.parametrize("proof", PUBLICATIONS, ids=lambda proof: proof.key)
def test_of_a_publication(cache: sqlite3.Connection, proof: Proof) -> None:
    row = failed(proof.key, "pub_1", object="publication", created_at=AT, source_id="s_1")
    check(cache, proof, "publications", row)


@pytest.mark.parametrize("proof", ROLLBACKS, ids=lambda proof: proof.key)
def test_of_a_rollback(cache: sqlite3.Connection, proof: Proof) -> None:
    row = failed(proof.key, "rr_1", object="redemption_rollback", redemption="r_1")
    check(cache, proof, "redemptions", row)


@pytest.mark.parametrize("key", sorted(ELSEWHERE))
def test_what_is_elsewhere_is_unknown_and_says_where(cache: sqlite3.Connection, key: str) -> None:
    shop(cache)
    put(cache, "redemptions", failed(key))
    put(cache, "api_log", logged({"redeemables": [{"id": "A"}, {"id": "B"}]}))
    found = why(cache)
    assert Result.NOT_MET not in {one.result for one in found.evidence}
    assert any(one.call.startswith(("GET /management/", "GET /v2/")) for one in found.not_known)
    assert "the API says; what proves it is not cached" in found.sentence


def test_every_key_of_a_refusal_is_in_one_of_the_tables() -> None:
    api_use = {key for key, one in CATALOGUE.items() if one.kind is Kind.TECHNICAL}
    tested = {proof.key for proof in (*PROOFS, *PUBLICATIONS, *ROLLBACKS)} | ELSEWHERE
    assert set(CATALOGUE) - api_use <= tested


def test_an_unknown_key_is_shown_as_received(cache: sqlite3.Connection) -> None:
    shop(cache)
    put(cache, "redemptions", failed("brand_new_key", message="Because of the moon"))
    found = why(cache)
    assert "the API answered “brand_new_key”: “Because of the moon”, which is not a documented key" in found.sentence
    assert (found.kind, found.who, found.retry.helps) == (Kind.NONE, "", None)
