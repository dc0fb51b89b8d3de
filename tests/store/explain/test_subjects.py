"""What can be explained: rows, events, deliveries, failure codes, codes, customers, campaigns; and what cannot."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from store.cache.ledger import Ledger, SyncCheckpoint
from store.explain.answer import Explanation, Result, Verdict
from store.explain.paste import as_document, ticket_paragraph
from store.ref import Ref
from tests.support.limits_cache import condition, set_rule
from tests.support.records import Document, campaign, put, redemption
from tests.support.refused_cache import ABOUT, AT, READ, copy_of, failed, line, logged, shop, template, voucher, why


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    made = template(tmp_path_factory.mktemp("subjects"))
    yield made
    made.close()


@pytest.fixture
def cache(empty: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with copy_of(empty) as copy:
        shop(copy, active=False)
        yield copy


def event(kind: str, **data: Any) -> Document:
    return {"id": "e_1", "type": f"customer.{kind}", "created_at": AT,
            "data": {"data": {"customer": {"id": "cust_1"}, **data}}}  # fmt: skip


def of_redemption() -> dict[str, Any]:
    row = failed("voucher_disabled")
    beside = {name: row.pop(name) for name in ("order", "voucher", "customer")}
    return {"redemption": row, **beside}


def test_an_event_whose_redemption_is_cached_is_explained_by_it(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", failed("voucher_disabled", message="voucher is disabled"))
    put(cache, "customer_activity", event("redemption.failed", redemption={"id": "rf_1"}))
    by_event, by_row = why(cache, "event", "e_1"), why(cache)
    assert by_event.subject == Ref("event", "e_1")
    assert (by_event.sentence, by_event.evidence) == (by_row.sentence, by_row.evidence)


@pytest.mark.parametrize("kind", ["event", "webhook_delivery"])
def test_what_only_an_event_tells_is_explained_by_it(cache: sqlite3.Connection, kind: str) -> None:
    if kind == "event":
        put(cache, "customer_activity", event("redemption.failed", **of_redemption()))
    else:
        put(cache, "webhook_deliveries", {
            "id": "so_1", "created_at": AT, "type": "redemption.failed", "data": of_redemption(),
            "event": {"id": "e_1", "type": "redemption.failed", "created_at": AT},
        })  # fmt: skip
    told = why(cache, kind, "e_1")
    assert told.failure_code == "voucher_disabled"
    assert line(told, "the code is switched on").result is Result.NOT_MET
    assert "customer cust_1" in told.sentence.lower()


def test_a_validation_that_failed_is_explained_by_what_it_left_out(cache: sqlite3.Connection) -> None:
    left_out = {"id": "v_1", "object": "voucher", "result": {"error": {"key": "voucher_disabled", "message": "off"}}}
    validation = {"id": "valid_1", "status": "INVALID", "customer_id": "cust_1", "inapplicable_redeemables": [left_out]}
    put(cache, "customer_activity", event("validation.failed", validation=validation))
    told = why(cache, "event", "e_1")
    assert told.sentence.startswith("Customer cust_1 could not validate code CODE of “Autumn”")
    assert told.sentence.endswith("because the code was switched off.")


def test_an_event_that_is_no_attempt_says_so(cache: sqlite3.Connection) -> None:
    put(cache, "customer_activity", event("order.paid", order={"id": "o"}))
    told = why(cache, "event", "e_1")
    assert (told.verdict, told.sentence) == (Verdict.UNKNOWN, "The event e_1 tells of no attempt.")


def test_what_succeeded_was_not_refused(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", redemption("r_1"))
    told = why(cache, identity="r_1")
    assert told.verdict is Verdict.WOULD_PASS
    assert told.sentence == "The redemption r_1 was not refused: it succeeded at 20 Nov 2026 13:00."


def test_what_is_not_cached_says_which_call_reads_it(cache: sqlite3.Connection) -> None:
    told = why(cache, identity="rf_9")
    assert (told.verdict, told.not_known[0].call) == (Verdict.UNKNOWN, "GET /v1/redemptions/rf_9")


def test_a_failure_code_in_general(cache: sqlite3.Connection) -> None:
    old = [
        failed("voucher_disabled", f"rf_{n}", date=f"2026-{month}-20T12:00:00Z") for n, month in enumerate((9, 11, 11))
    ]
    old[0]["date"] = "2026-09-20T12:00:00Z"
    put(cache, "redemptions", *old)
    told = why(cache, "failure_code", "voucher_disabled")
    assert told.sentence == "“voucher_disabled” means that the code was switched off."
    assert told.context == (
        "In the last 30 days 2 attempts were refused with it.",
        "Autumn: 2",
        "Examples: rf_2 at 20 Nov 2026 13:00, rf_1 at 20 Nov 2026 13:00, rf_0 at 20 Sep 2026 14:00.",
    )
    assert Ref("redemption", "rf_2") in told.links
    assert Ref.campaign("camp_1") in told.links


def test_a_code_that_is_not_documented_in_general(cache: sqlite3.Connection) -> None:
    told = why(cache, "failure_code", "strange")
    assert (told.verdict, told.sentence) == (Verdict.UNKNOWN, "“strange” is not a documented key.")


@pytest.mark.parametrize(("kind", "identity"), [("customer", "cust_1"), ("campaign", "camp_1")])
def test_refusals_of_a_whole(cache: sqlite3.Connection, kind: str, identity: str) -> None:
    assert why(cache, kind, identity).sentence == f"No refused redemption of this {kind} is cached."
    earlier = failed("missing_order", "rf_0", date="2026-11-01T12:00:00Z", order=None)
    put(cache, "redemptions", failed("voucher_disabled"), earlier, redemption("r_1", customer_id="cust_1"))
    told = why(cache, kind, identity)
    assert told.subject == Ref(kind, identity)
    assert told.failure_code == "voucher_disabled"
    assert told.context[0].startswith(f"This {kind} had 2 refusals in all: missing_order 1, voucher_disabled 1.")
    assert told.links[0] == Ref("redemption", "rf_1")
    Ledger(cache).write_state(SyncCheckpoint("redemptions", "project", "partial", READ, None, "cut off"))
    assert why(cache, kind, identity).context[0].startswith(f"This {kind} had at least 2 refusals")


def test_a_code_is_rehearsed_and_its_latest_refusal_named(cache: sqlite3.Connection) -> None:
    put(cache, "redemptions", failed("quantity_exceeded"))
    told = why(cache, "voucher", "v_1")
    assert told.verdict is Verdict.WOULD_BE_REFUSED
    assert told.context[-1] == "Its latest refusal is rf_1 at 20 Nov 2026 13:00: quantity_exceeded."
    assert Ref("redemption", "rf_1") in told.links


def refused_by_two(cache: sqlite3.Connection) -> Explanation:
    set_rule(cache, condition("order.amount", 5_000, "$more_than_or_equal"), name="Big", identity="val_1")
    put(cache, "redemptions", failed("voucher_disabled", tracking_id="eve@example.com"))
    put(cache, "api_log", logged({}, {"error": {"message": "Ask eve@example.com"}}))
    return why(cache)


def test_the_paragraph_for_a_ticket(cache: sqlite3.Connection) -> None:
    told = refused_by_two(cache)
    off = "because the code was switched off."
    retry = "a retry does not help unless the code is switched on again"
    ids = "redemption rf_1 · code CODE · voucher v_1 · campaign camp_1 · customer cust_1 · tracking id eve@example.com"
    assert ticket_paragraph(told, ABOUT).splitlines() == [
        f"Customer cust_1 could not redeem code CODE of “Autumn” at 20 Nov 2026 13:00, {off}",
        "The shopper saw: “Ask eve@example.com”",
        f"voucher_disabled · switched off · {retry} · support can change it",
        "Evidence: 6 conditions met, 2 not met, 0 unknown.",
        "✕ the code is switched on: off (code, just now)",
        "✕ order amount before discounts ≥ €50.00: €20.00 (rule Big, just now)",
        f"{ids} · request_id req_1",
    ]
    assert "eve@" not in ticket_paragraph(told, ABOUT, lambda text: text.replace("eve@example.com", "e•••"))


def test_the_json_form(cache: sqlite3.Connection) -> None:
    told = refused_by_two(cache)
    document = as_document(told, ABOUT, lambda text: text.replace("eve@example.com", "e•••"))
    assert list(document) == [
        "format", "subject", "verdict", "failure_code", "sentence", "shopper_message", "kind", "retry", "who",
        "evidence", "counts", "changed_since", "not_known", "request_id", "paste",
    ]  # fmt: skip
    assert document["subject"] == {"kind": "redemption", "id": "rf_1"}
    assert document["retry"] == {"helps": False, "when": None}
    assert "a retry does not help unless the code is switched on again" in document["paste"]
    assert document["counts"] == {"met": 6, "not_met": 2, "unknown": 0}
    assert sum(document["counts"].values()) == len(document["evidence"])
    assert document["evidence"][0] == {
        "claim": "the code is switched on", "then": "off", "now": "off", "source": "code", "as_of": READ,
        "result": "not_met",
    }  # fmt: skip
    assert (document["format"], document["request_id"]) == (1, "req_1")
    assert "eve@" not in json.dumps(document)


ODD: tuple[Any, ...] = (None, True, -1, 2**70, "", "\x1b[2J", "2026-13-40", [], [None, 1], {}, {"a": {"b": []}})
MEMBERS = {
    "redemptions": ("date", "failure_code", "customer", "customer_id", "order", "metadata", "voucher", "status"),
    "vouchers": ("active", "start_date", "expiration_date", "redemption", "holder_id", "validity_hours", "type"),
    "campaigns": ("active", "expiration_date", "activity_duration_after_publishing", "validity_timeframe"),
    "api_log": ("request_body", "response_body", "created_at", "url"),
}


@pytest.mark.parametrize("table", MEMBERS)
def test_malformed_records_do_not_stop_it(empty: sqlite3.Connection, table: str) -> None:
    for member in MEMBERS[table]:
        with copy_of(empty) as copy:
            shop(copy)
            records = {"redemptions": failed("quantity_exceeded"), "vouchers": voucher(), "campaigns": campaign(),
                       "api_log": logged({}, {})}  # fmt: skip
            for name, record in records.items():
                put(copy, name, record)
            for value in ODD:
                odd = json.dumps({**records[table], member: value})
                copy.execute(f"update {table}_raw set json = ?", (odd,))
                told = why(copy)
                assert told.sentence
                json.dumps(as_document(told, ABOUT))
                assert why(copy, "customer", "cust_1").sentence
    undated = failed("quantity_exceeded", date="someday")
    with copy_of(empty) as copy:
        put(copy, "redemptions", undated)
        assert "an unknown time" in why(copy, "failure_code", "quantity_exceeded").context[-1]
