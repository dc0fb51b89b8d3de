"""How things stood at the moment of an attempt: by journal, webhooks, API log and rows, and what cannot be placed."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from store.cache.ledger import Ledger, SyncCheckpoint
from store.explain.answer import Result
from tests.support.limits_cache import condition, set_rule
from tests.support.records import campaign, put, redemption, rollback
from tests.support.refused_cache import AT, READ, copy_of, failed, line, logged, shop, template, voucher, why

BEFORE, AFTER = "2026-11-18T08:00:00.000Z", "2026-11-22T08:00:00.000Z"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    made = template(tmp_path_factory.mktemp("moment"))
    yield made
    made.close()


@pytest.fixture
def cache(empty: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with copy_of(empty) as copy:
        yield copy


def edited(cache: sqlite3.Connection, field: str, before: str, after: str, since: str, seen: str) -> None:
    cache.execute(
        "insert into code_changes (resource, record_id, campaign_id, field, before, after, since, seen_at, run_id)"
        " values ('vouchers', 'v_1', 'camp_1', ?, ?, ?, ?, ?, 'run')",
        (field, before, after, since, seen),
    )


def delivery(cache: sqlite3.Connection, kind: str, at: str) -> None:
    put(cache, "webhook_deliveries", {
        "id": f"so_{at}", "created_at": at, "type": kind, "data": {"voucher": {"id": "v_1"}},
        "event": {"id": f"ev_{at}", "type": kind, "created_at": at},
    })  # fmt: skip


def test_a_date_that_was_moved_later_counts_as_it_was(cache: sqlite3.Connection) -> None:
    shop(cache, expiration_date="2026-12-31T00:00:00Z")
    put(cache, "redemptions", failed("voucher_expired"))
    edited(
        cache, "/expiration_date", '"2026-11-19T00:00:00Z"', '"2026-12-31T00:00:00Z"', "2026-11-21T00:00:00.000Z", AFTER
    )
    found = why(cache)
    proof = line(found, "the code has not ended")
    assert (proof.result, proof.then, proof.now) == (Result.NOT_MET, "ends 19 Nov 2026 01:00", "ends 31 Dec 2026 01:00")
    assert found.retry.helps is True
    assert [(one.what, one.before, one.after) for one in found.changed_since] == [
        ("code expiration date", "19 Nov 2026 01:00", "31 Dec 2026 01:00")
    ]


def test_a_change_between_the_syncs_around_it_cannot_be_placed(cache: sqlite3.Connection) -> None:
    shop(cache, active=True)
    put(cache, "redemptions", failed("voucher_disabled"))
    edited(cache, "/active", "false", "true", BEFORE, AFTER)
    doubted = line(why(cache), "the code is switched on")
    assert (doubted.result, doubted.now) == (Result.UNKNOWN, "on")
    assert "between the two syncs" in doubted.note


def test_both_sides_of_a_change_may_come_to_the_same(cache: sqlite3.Connection) -> None:
    shop(cache, expiration_date="2026-11-10T00:00:00Z")
    put(cache, "redemptions", failed("voucher_expired"))
    edited(cache, "/expiration_date", '"2026-11-01T00:00:00Z"', '"2026-11-10T00:00:00Z"', BEFORE, AFTER)
    assert line(why(cache), "the code has not ended").result is Result.NOT_MET


@pytest.mark.parametrize(("kind", "at", "result"), [
    ("voucher.disabled", BEFORE, Result.NOT_MET),
    ("voucher.enabled", BEFORE, Result.MET),
    ("voucher.enabled", AFTER, Result.NOT_MET),
    ("voucher.disabled", AFTER, Result.MET),
])  # fmt: skip
def test_a_webhook_places_it(cache: sqlite3.Connection, kind: str, at: str, result: Result) -> None:
    shop(cache, active=True)
    put(cache, "redemptions", failed("voucher_disabled"))
    edited(cache, "/active", "false", "true", "2026-11-17T00:00:00.000Z", AFTER)
    delivery(cache, kind, at)
    proof = line(why(cache), "the code is switched on")
    assert (proof.result, proof.source, proof.as_of) == (result, "webhook", at)


def test_the_api_log_places_it_and_failed_calls_do_not(cache: sqlite3.Connection) -> None:
    shop(cache, active=False)
    put(cache, "redemptions", failed("voucher_disabled"))
    edited(cache, "/active", "true", "false", "2026-11-17T00:00:00.000Z", AFTER)
    call = {"method": "POST", "url": "https://api.example.test/v1/vouchers/CODE/disable"}
    put(cache, "api_log", {"id": "a", "created_at": BEFORE, "status": 404, **call})
    assert line(why(cache), "the code is switched on").result is Result.UNKNOWN
    put(cache, "api_log", {"id": "b", "created_at": BEFORE, "status": 200, **call})
    found = why(cache)
    assert line(found, "the code is switched on").source == "API log"
    assert "the code was switched off at 18 Nov 2026 09:00" in found.sentence
    assert (found.retry.helps, found.retry.condition) == (False, "the code is switched on again")


def test_a_webhook_against_the_record_decides_nothing(cache: sqlite3.Connection) -> None:
    shop(cache, active=False)
    put(cache, "redemptions", failed("voucher_disabled"))
    delivery(cache, "voucher.enabled", BEFORE)
    doubted = line(why(cache), "the code is switched on")
    assert doubted.result is Result.UNKNOWN
    assert "do not agree" in doubted.note


def test_a_record_that_was_read_before_the_attempt_proves_nothing(cache: sqlite3.Connection) -> None:
    shop(cache, active=False, expiration_date="2026-11-01T00:00:00Z")
    put(cache, "redemptions", failed("voucher_expired"))
    Ledger(cache).write_state(SyncCheckpoint("vouchers", "project", "complete", BEFORE, BEFORE))
    found = why(cache)
    for claim in ("the code is switched on", "the code has not ended", "the code exists"):
        one = line(found, claim)
        assert one.result is Result.UNKNOWN, one
        assert "read before the attempt" in one.note, one


def test_a_code_that_a_later_sync_missed_may_have_been_gone_by_then(cache: sqlite3.Connection) -> None:
    shop(cache)
    put(cache, "redemptions", failed("not_found"))
    cache.execute("update vouchers set missing_since = ?", (AFTER,))
    doubted = line(why(cache), "the code exists")
    assert (doubted.result, doubted.note) == (Result.UNKNOWN, "when it was deleted is not known")
    assert doubted.now == "gone since 22 Nov 2026 09:00"


def test_uses_are_those_of_the_moment(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 2, "redeemed_quantity": 1})
    rows = [redemption(f"r_{n}", date=at) for n, at in enumerate((BEFORE, BEFORE, BEFORE, AFTER))]
    undone = [rollback("rr_0", "r_0", date="2026-11-19T00:00:00Z"), rollback("rr_1", "r_1", date=AFTER)]
    put(cache, "redemptions", failed("quantity_exceeded"), *rows, *undone)
    proof = line(why(cache), "the code has a use left")
    assert (proof.result, proof.then) == (Result.NOT_MET, "2 of 2 used, 1 rolled back")
    assert proof.now == "1 of 2 used"
    assert why(cache).retry.helps is True


def test_uses_of_a_list_that_is_not_complete_are_at_least(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 3, "redeemed_quantity": 3})
    put(cache, "redemptions", failed("quantity_exceeded"), redemption("r_1", date=BEFORE))
    Ledger(cache).write_state(SyncCheckpoint("redemptions", "project", "partial", READ, None, "cut off"))
    doubted = line(why(cache), "the code has a use left")
    assert (doubted.result, doubted.then) == (Result.UNKNOWN, "≥ 1 of 3 used")


def test_a_code_runs_out_some_time_after_its_publication(cache: sqlite3.Connection) -> None:
    shop(cache)
    put(cache, "campaigns", campaign(active=True, activity_duration_after_publishing="P7D"))
    put(cache, "redemptions", failed("voucher_expired"))
    claim = "within 7 d of its publication"
    assert line(why(cache), claim).result is Result.UNKNOWN
    put(cache, "publications", {"id": "pub_1", "created_at": "2026-11-12T09:30:00Z", "result": "SUCCESS",
                                "voucher": {"id": "v_1", "campaign_id": "camp_1"}})  # fmt: skip
    found = why(cache)
    assert line(found, claim).result is Result.NOT_MET
    assert "the code ran out at 19 Nov 2026 10:30, 7 d after its publication" in found.sentence


@pytest.mark.parametrize(("at", "used", "result"), [
    ("2026-11-19T22:59:59.000Z", "0 redemptions so far", Result.MET),
    ("2026-11-19T23:00:00.000Z", "1 redemption so far", Result.NOT_MET),
    ("2026-11-20T12:00:00.000Z", "0 redemptions so far", Result.MET),
])  # fmt: skip
def test_a_daily_limit_begins_with_the_projects_day(
    cache: sqlite3.Connection, at: str, used: str, result: Result
) -> None:
    shop(cache)
    set_rule(cache, condition("campaign.redemptions.count.daily", 1))
    put(cache, "redemptions", failed("redemption_rules_violated"), redemption("r_1", date=at))
    found = why(cache)
    proof = line(found, "redemptions in the campaign per day")
    assert (proof.result, proof.then) == (result, used)
    if result is Result.NOT_MET:
        assert (found.retry.helps, found.retry.when) == (True, None), "that day is over"


def test_recurring_hours_say_when_they_open_next(cache: sqlite3.Connection) -> None:
    shop(cache, validity_hours={"daily": [{"start_time": "09:00", "expiration_time": "12:00", "days_of_week": [5]}]})
    put(cache, "redemptions", failed("voucher_not_active_now"))
    found = why(cache)
    assert "the code runs Fri 09:00–12:00, and it was Friday 13:00" in found.sentence
    # Now is Friday, 27 November, 13:00 in Warsaw: a week later at nine.
    assert (found.retry.helps, found.retry.when) == (True, "2026-12-04T08:00:00.000Z")


@pytest.mark.parametrize(("code", "condition"), [
    ({"active": False}, "the code is switched on again"),
    ({"redemption": {"quantity": 1, "redeemed_quantity": 1}}, "a use is rolled back or the limit is raised"),
    ({}, ""),
])  # fmt: skip
def test_a_retry_does_not_help_where_something_else_is_in_its_way_now(
    cache: sqlite3.Connection, code: dict[str, Any], condition: str
) -> None:
    shop(cache, start_date="2026-11-21T00:00:00Z", **code)
    put(cache, "redemptions", failed("voucher_not_active"))
    retry = why(cache).retry
    assert (retry.helps, retry.when, retry.condition) == (not condition, None, condition)


@pytest.mark.parametrize("ends", [None, "2026-12-01T00:00:00Z"])
def test_what_ends_before_it_opens_again_never_does(cache: sqlite3.Connection, ends: str | None) -> None:
    hours = {"daily": [{"start_time": "09:00", "expiration_time": "12:00", "days_of_week": [5]}]}
    shop(cache, validity_hours=hours, expiration_date=ends)
    put(cache, "redemptions", failed("voucher_not_active_now"))
    retry = why(cache).retry
    assert retry.helps is (ends is None)
    assert (retry.condition == "the end of the code is moved") is (ends is not None)


def event(
    session: str | None, at: str, code: str = "v_1", kind: str = "customer.validation.succeeded"
) -> dict[str, Any]:
    validation = {"id": "valid_1", "session_id": session, "status": "VALID", "redeemables": [{"id": code}]}
    data = {"customer": {"id": "cust_1"}, "validation": validation}
    return {"id": f"e_{session}_{at}", "type": kind, "created_at": at, "data": {"data": data}}


def test_the_session_that_may_hold_a_use_is_named(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 2, "redeemed_quantity": 1})
    put(cache, "redemptions", failed("quantity_exceeded"), redemption("r_1", date="2026-11-01T00:00:00Z"))
    claim = "no validation session holds the code"
    assert line(why(cache), claim).then == ""
    put(
        cache,
        "customer_activity",
        event("old", "2026-11-13T11:59:59Z"),
        event("other", BEFORE, "v_2"),
        event(None, BEFORE),
    )
    assert line(why(cache), claim).then == ""
    put(cache, "customer_activity", event("ssn/1", "2026-11-19T10:00:00Z"))
    found = why(cache)
    hint = line(found, claim)
    assert hint.result is Result.UNKNOWN
    assert hint.then == "session ssn/1 since 19 Nov 2026 11:00"
    assert "session ssn/1 may hold the rest until 26 Nov 2026 11:00" in found.sentence
    assert "DELETE /v1/vouchers/CODE/sessions/ssn%2F1" in [one.call for one in found.not_known]
    put(cache, "redemptions", redemption("r_2", date="2026-11-19T10:01:00Z", customer_id="cust_1"))
    assert why(cache).evidence[0].result is Result.NOT_MET, "the session ended in a redemption, and the code is used up"


def test_the_call_says_how_long_a_session_lives_and_whether_it_was_released(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 2, "redeemed_quantity": 0})
    put(cache, "redemptions", failed("quantity_exceeded"))
    session = {"key": "ssn_1", "type": "LOCK", "ttl": 6, "ttl_unit": "HOURS"}
    validated = {"id": "val", "created_at": "2026-11-20T09:00:00Z", "status": 200, "method": "POST",
                 "url": "/v1/validations", "request_body": {"session": session, "customer": {"id": "cust_1"}},
                 "response_body": {"session": session, "redeemables": [{"id": "CODE"}]}}  # fmt: skip
    put(cache, "api_log", validated)
    put(cache, "customer_activity", event("ssn_1", "2026-11-20T09:00:00Z"))
    hint = line(why(cache), "no validation session holds the code")
    assert (hint.source, hint.now) == ("API log", "over")
    assert "until 20 Nov 2026 16:00 by its own time to live" in hint.note
    released = {"created_at": "2026-11-20T10:00:00Z", "method": "DELETE", "url": "/v1/vouchers/CODE/sessions/ssn_1"}
    put(cache, "api_log", {"id": "del", "status": 404, **released})
    assert line(why(cache), "no validation session").source == "API log"
    put(cache, "api_log", {"id": "done", "status": 204, **released})
    assert line(why(cache), "no validation session").then == ""


def test_a_session_that_ended_before_the_attempt_holds_nothing(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 2, "redeemed_quantity": 0})
    put(cache, "redemptions", failed("quantity_exceeded"))
    session = {"key": "ssn_1", "ttl": 10, "ttl_unit": "MINUTES"}
    put(cache, "api_log", {"id": "val", "created_at": "2026-11-20T09:00:00Z", "status": 200, "method": "POST",
                           "url": "/v1/validations", "request_body": {"session": session},
                           "response_body": {"session": session, "redeemables": [{"id": "v_1"}]}})  # fmt: skip
    assert line(why(cache), "no validation session").then == ""


def test_a_gift_card_with_credit_left_may_be_held(cache: sqlite3.Connection) -> None:
    shop(cache, type="GIFT_VOUCHER", gift={"amount": 5_000, "balance": 5_000})
    put(cache, "redemptions", failed("gift_amount_exceeded", amount=2_000))
    put(cache, "customer_activity", event("ssn_1", "2026-11-19T10:00:00Z"))
    found = why(cache)
    assert line(found, "the card held what was asked").then == "held €50.00, asked €20.00"
    assert "session ssn_1 may hold the rest" in found.sentence


def test_the_message_and_the_request_come_from_the_call(cache: sqlite3.Connection) -> None:
    shop(cache, active=False)
    put(cache, "redemptions", failed("voucher_disabled"))
    assert (why(cache).shopper_message, why(cache).request_id) == ("", "")
    put(cache, "api_log", logged({}, {"error": {"message": "This code sleeps."}}))
    assert (why(cache).shopper_message, why(cache).request_id) == ("This code sleeps.", "req_1")


def test_a_typed_code_is_compared_with_those_near_it(cache: sqlite3.Connection) -> None:
    shop(cache)
    put(cache, "vouchers", voucher(id="v_2", code="SOLO-15"))
    row = failed("not_found", related_object_type=None, related_object_id=None, voucher=None)
    put(cache, "redemptions", row)
    assert line(why(cache), "the code exists").result is Result.UNKNOWN
    put(cache, "api_log", logged({"redeemables": [{"object": "voucher", "id": "S0LO-I5"}]}))
    found = why(cache)
    assert "there is no code “S0LO-I5”; SOLO-15 is near it" in found.sentence
    assert found.retry.condition == "the code is typed as it was issued"


def test_surroundings(cache: sqlite3.Connection) -> None:
    shop(cache, active=False)
    others = [
        failed("voucher_expired", f"rf_{n}", date=f"2026-11-20T12:{n}0:00Z", customer_id="cust_2") for n in (2, 3)
    ]
    earlier = [failed("voucher_disabled", "rf_8", date=BEFORE), redemption("r_8", date=BEFORE, customer_id="cust_1")]
    put(cache, "redemptions", failed("voucher_disabled"), *others, *earlier)
    told = why(cache).context
    assert "Before it this customer had 2 attempts, with 1 refusal, 1 for the same reason; the last one at" in told[1]
    assert told[-1] == (
        "In that hour (13:00–14:00) the campaign had 2 other refusals among 2 other attempts: voucher_expired 2."
    )


def test_amounts_holder_segments_and_tiers(cache: sqlite3.Connection) -> None:
    shop(cache, active=False, holder_id="cust_2")
    put(cache, "customers", {"id": "cust_1", "loyalty": {"campaigns": {"Club": {"loyalty_tier": {"id": "ltr_1"}}}}})
    put(cache, "loyalty_tiers", {"id": "ltr_1", "name": "Gold", "campaign_id": "camp_2"})
    cache.execute(
        "insert into customer_segments (id, customer_id, segment_id, name) values ('1', 'cust_1', 's', 'VIP')"
    )
    order = {"amount": 2_000, "total_amount": 1_800, "initial_amount": 2_500, "object": "order"}
    put(cache, "redemptions", failed("voucher_disabled", order=order))
    assert why(cache).context[:4] == (
        "The order was €20.00 before discounts, €18.00 after them and €25.00 at first.",
        "The code is held by cust_2 now.",
        "This customer is in segment VIP now.",
        "This customer is in loyalty tier Gold now.",
    )


def test_the_codes_own_date_is_told_from_the_campaigns(cache: sqlite3.Connection) -> None:
    shop(cache, expiration_date="2026-11-19T00:00:00Z")
    put(cache, "redemptions", failed("voucher_expired"))
    told = why(cache)
    assert told.context[0] == "The code's own end is 19 Nov 2026 01:00; the campaign's is open."


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_an_attempt_at_the_ends_of_the_calendar_is_told(cache: sqlite3.Connection, at: str) -> None:
    shop(cache, validity_day_of_week=[1])
    put(cache, "redemptions", failed("voucher_not_active_now", date=at))
    assert why(cache).at == at


def test_a_record_that_does_not_say_whether_it_is_on_is_not_taken_for_on(cache: sqlite3.Connection) -> None:
    shop(cache, active=None)
    put(cache, "redemptions", failed("order_rules_violated"))
    found = line(why(cache), "the code is switched on")
    assert (found.result, found.then, found.now, found.note) == (Result.UNKNOWN, "", "", "the code does not say")


def test_what_must_change_names_what_else_is_in_the_way_now(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 1, "redeemed_quantity": 1})
    set_rule(cache, condition("order.amount", 2_500, "$more_than_or_equal"))
    put(cache, "redemptions", failed("order_rules_violated"))
    told = why(cache).retry
    assert told.helps is False
    assert told.condition.startswith("“order amount")
    assert told.condition.endswith("holds and a use is rolled back or the limit is raised")


def test_what_refused_stands_before_what_would_have_refused_too(cache: sqlite3.Connection) -> None:
    shop(cache, redemption={"quantity": 1, "redeemed_quantity": 1})
    set_rule(cache, condition("order.amount", 2_500, "$more_than_or_equal"))
    put(cache, "redemptions", redemption("r_0", date="2026-11-01T10:00:00.000Z"))
    put(cache, "redemptions", failed("order_rules_violated"))
    against = [one.claim for one in why(cache).evidence if one.result is Result.NOT_MET]
    assert against[0].startswith("order amount"), against
    assert "the code has a use left" in against[1:]


def test_a_code_that_was_gone_by_then_was_not_left_to_publish(cache: sqlite3.Connection) -> None:
    shop(cache)
    put(cache, "publications", {
        "id": "pub_1", "object": "publication", "created_at": AT, "result": "FAILURE",
        "failure_code": "no_voucher_suitable_for_publication", "customer_id": "cust_1", "campaign": {"id": "camp_1"},
    })  # fmt: skip
    claim = "the campaign had a code left to publish"
    assert line(why(cache, "publication", "pub_1"), claim).result is Result.MET
    cache.execute("update vouchers set missing_since = ?", (BEFORE,))
    assert line(why(cache, "publication", "pub_1"), claim).result is Result.NOT_MET


def test_all_that_refused_must_change(cache: sqlite3.Connection) -> None:
    shop(cache, expiration_date="2026-11-10T00:00:00Z")
    put(cache, "campaigns", campaign(active=True, expiration_date="2026-11-11T00:00:00Z"))
    cache.execute("delete from changes")
    put(cache, "redemptions", failed("voucher_expired"))
    told = why(cache).retry
    assert (told.helps, told.condition) == (False, "the end of the code is moved and the end of the campaign is moved")
