"""Each check finds the fault that was planted for it, with its evidence, and nothing in a sound project."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint, campaign_scope
from store.checks.finding import PROJECT, CheckAnswer, State
from store.checks.registry import BY_NAME, CHECKS
from store.checks.run import MOST_EXAMPLES, run_check
from store.queries.reader import Reader
from tests.support.checked_world import (
    END,
    FAULTS,
    LISTS,
    READ_AT,
    START,
    build_sound,
    made,
    movement,
    publication,
    rule,
    voucher,
)
from tests.support.limits_cache import condition
from tests.support.records import campaign, order, put, read_whole, rollback
from tests.support.syncing import NOW, ZONE, Project

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "c.db"
    build_sound(path)
    return path


@pytest.fixture
def cache(sound: Path, tmp_path: Path) -> Path:
    """A copy to plant faults in."""
    return Path(shutil.copy(sound, tmp_path / "c.db"))


def plant(path: Path, *acts: Callable[[sqlite3.Connection], object]) -> None:
    connection = connect_writer(path)
    for act in acts:
        act(connection)
    connection.commit()
    connection.close()


def answers(path: Path, *names: str, at: datetime = AT) -> dict[str, CheckAnswer]:
    reader = Reader(path, ZONE)
    found = {
        check.name: reader.ask(run_check, check, at, ZONE, "EUR")
        for check in CHECKS
        if not names or check.name in names
    }
    reader.close()
    return found


def one(path: Path, name: str) -> CheckAnswer:
    return answers(path, name)[name]


def words(answer: CheckAnswer) -> list[str]:
    return [case.words for finding in answer.findings for case in finding.examples]


def incomplete(*lists: str, scope: str = "project") -> Callable[[sqlite3.Connection], object]:
    def act(connection: sqlite3.Connection) -> None:
        for name in lists:
            Ledger(connection).write_state(SyncCheckpoint(name, scope, "partial", READ_AT, None))

    return act


def complete(name: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: read_whole(connection, name, at=READ_AT)


def test_a_sound_project_is_sound(sound: Path) -> None:
    found = answers(sound)
    assert {name: (one.state, one.lacks) for name, one in found.items()} == dict.fromkeys(BY_NAME, (State.SOUND, ""))
    assert {one.as_of for one in found.values()} == {READ_AT}


def test_the_sandbox_is_sound(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    found = answers(project.path, at=NOW)
    assert {name: (one.state, one.lacks) for name, one in found.items()} == dict.fromkeys(BY_NAME, (State.SOUND, ""))


def test_every_check_has_a_fault_that_is_planted() -> None:
    assert set(FAULTS) == set(BY_NAME)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_by_its_check_alone(cache: Path, name: str) -> None:
    fault = FAULTS[name]
    plant(cache, fault.plant)
    found = answers(cache)
    assert [other for other, one in found.items() if one.state is not State.SOUND] == [name]
    (finding,) = found[name].findings
    (case,) = finding.examples
    assert (finding.thing.id, finding.count, finding.since) == (fault.thing, fault.count, fault.since)
    assert (case.ref, case.words, case.since) == (fault.ref, fault.words, fault.since)
    assert finding.opens == fault.ref


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_called_sound_while_a_list_is_not_complete(cache: Path, name: str) -> None:
    needed = [need.resource for need in BY_NAME[name].needs if need.resource != "transactions"]
    for resource in needed:
        plant(cache, incomplete(resource))
        answer = one(cache, name)
        assert answer.state is State.PARTIAL
        assert resource.replace("_", " ") in answer.lacks
        plant(cache, complete(resource))


def test_movements_are_looked_for_campaign_by_campaign(cache: Path) -> None:
    wrong = movement("vtx_2", "2026-11-06T10:00:00.000Z", -1_500, 3_100)
    plant(cache, lambda c: put(c, "transactions", wrong), incomplete("transactions", scope=campaign_scope("camp_2")))
    answer = one(cache, "balances")
    assert (answer.state, answer.findings) == (State.PARTIAL, ())
    assert answer.lacks == "transactions are complete for 0 of 1 campaigns"


NEGATIVES = {
    "cancelled-orders": "redemptions", "zero-discount": "redemptions", "deleted-customers": "customers",
    "limits": "redemptions",
}  # fmt: skip
"""Checks that conclude from what is not there, and the list it would be in."""


@pytest.mark.parametrize(("name", "lists"), NEGATIVES.items())
def test_a_fault_is_not_concluded_from_an_incomplete_list(cache: Path, name: str, lists: str) -> None:
    plant(cache, FAULTS[name].plant, incomplete(lists))
    answer = one(cache, name)
    assert (answer.state, answer.findings) == (State.PARTIAL, ())


@pytest.mark.parametrize("name", ["overused-codes", "codes-alike", "metadata", "code-dates"])
def test_what_is_there_is_told_although_the_list_is_not_complete(cache: Path, name: str) -> None:
    plant(cache, FAULTS[name].plant, incomplete("vouchers"))
    answer = one(cache, name)
    assert (answer.state, answer.cases) == (State.FINDINGS, 1)
    assert answer.lacks == "vouchers are complete for 0 of 2 campaigns"


def test_an_empty_cache_is_not_checked(tmp_path: Path) -> None:
    connect_writer(tmp_path / "c.db").close()
    found = answers(tmp_path / "c.db")
    assert {one.state for one in found.values()} == {State.NOT_CHECKED}
    assert all("not synced yet" in one.lacks for one in found.values())


def test_a_customer_that_was_seen_gone(cache: Path) -> None:
    gone = "2026-11-18T09:00:00.000Z"
    plant(cache, lambda c: c.execute("update customers set missing_since = ?", (gone,)))
    answer = one(cache, "deleted-customers")
    assert (words(answer), answer.findings[0].since) == (["customer cust_1 was gone by 2026-11-18"], gone)


def test_a_publication_newer_than_the_customers_proves_nothing(cache: Path) -> None:
    late = publication("pub_2", "cust_new", created_at="2026-11-20T11:58:00.000Z")
    refused = publication("pub_3", "cust_gone", result="FAILURE")
    plant(cache, lambda c: put(c, "publications", late, refused))
    assert one(cache, "deleted-customers").state is State.SOUND


def test_a_rolled_back_redemption_does_not_stand(cache: Path) -> None:
    cancelled = made("r_2", 9_000, 0) | {"order": order("ord_9", 9_000, 0, status="CANCELED")}
    undone = rollback("rr_1", "r_2", date="2026-11-05T10:00:00.000Z", order=order("ord_9", -9_000, 0))
    plant(cache, lambda c: put(c, "redemptions", cancelled, undone))
    found = answers(cache, "cancelled-orders", "zero-discount")
    assert {one.state for one in found.values()} == {State.SOUND}


def _order_event(identity: str, kind: str, at: str) -> dict[str, object]:
    data = {"customer": {"id": "cust_1"}, "order": {"id": "ord_r_2", "object": "order"}}
    return {"id": identity, "type": f"customer.order.{kind}", "created_at": at, "data": {"data": data}}


CANCELLED = "order ord_r_2 is cancelled, an event says, €10.00 of discount stand"


@pytest.mark.parametrize(("later", "found"), [((), [CANCELLED]), (("paid",), [])])
def test_an_order_is_cancelled_by_its_last_event(cache: Path, later: tuple[str, ...], found: list[str]) -> None:
    events = [_order_event("ev_1", "canceled", "2026-11-10T10:00:00.000Z")]
    events += [_order_event("ev_2", kind, "2026-11-10T11:00:00.000Z") for kind in later]
    plant(cache, lambda c: put(c, "customer_activity", *events))
    assert words(one(cache, "cancelled-orders")) == found


BOUNDARIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "as many uses as allowed": ({"redemption": {"quantity": 2, "redeemed_quantity": 2}}, []),
    "one more": ({"redemption": {"quantity": 2, "redeemed_quantity": 3}}, ["overused-codes"]),
    "no limit": ({"redemption": {"quantity": None, "redeemed_quantity": 9}}, []),
    "a limit of none may mean no limit": ({"redemption": {"quantity": 0, "redeemed_quantity": 9}}, []),
    "the campaign's own dates": ({"start_date": START, "expiration_date": END}, []),
    "a millisecond early": ({"start_date": "2026-10-31T23:59:59.999Z"}, ["code-dates"]),
    "a millisecond late": ({"expiration_date": "2026-12-31T00:00:00.001Z"}, ["code-dates"]),
    "early without an end": ({"start_date": "2026-10-31T00:00:00Z", "expiration_date": None}, ["code-dates"]),
    "no dates": ({"start_date": None, "expiration_date": None}, []),
    "an end that is no date": ({"expiration_date": "soon"}, []),
    "over before it starts": (
        {"start_date": "2026-11-05T00:00:00Z", "expiration_date": "2026-11-04T00:00:00Z"}, ["dead-codes"]),
    "for an instant": ({"start_date": "2026-11-05T00:00:00Z", "expiration_date": "2026-11-05T00:00:00Z"}, []),
    "after the campaign": ({"start_date": "2027-01-01T00:00:00Z", "expiration_date": None}, ["dead-codes"]),
    "before the campaign": ({"start_date": None, "expiration_date": "2026-10-01T00:00:00Z"}, ["dead-codes"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BOUNDARIES)
def test_boundaries_of_a_code(cache: Path, case: str) -> None:
    fields, expected = BOUNDARIES[case]
    plant(cache, lambda c: put(c, "vouchers", voucher("v_2", "code-2", **fields)))
    found = answers(cache, "overused-codes", "code-dates", "dead-codes")
    assert [name for name, one in found.items() if one.findings] == expected


def test_codes_alike_go_by_unicode_and_name_the_oldest(cache: Path) -> None:
    codes = (("v_3", "ŁÓDŹ", 3), ("v_4", "łódź", 4), ("v_5", "Łódź", 5), ("v_6", "CODE-1 ", 6), ("v_7", "kod", 7))
    documents = [voucher(i, code, created_at=f"2026-11-0{day}T08:00:00.000Z") for i, code, day in codes]
    plant(cache, lambda c: put(c, "vouchers", *documents))
    (finding,) = one(cache, "codes-alike").findings
    assert [case.ref.id for case in finding.examples] == ["v_4", "v_5"]
    assert {case.words for case in finding.examples} == {"“ŁÓDŹ” is another code"}
    assert finding.since == "2026-11-04T08:00:00.000Z"


def test_rules_of_a_code_and_of_its_campaign_count_together(cache: Path) -> None:
    target = ("voucher", "v_2")
    # The campaign asks for 50.00 at least and 900.00 at most.
    plant(
        cache,
        lambda c: rule(c, "val_v", condition("order.amount", 90_001, "$more_than_or_equal"), logic="1", target=target),
    )
    (finding,) = one(cache, "dead-codes").findings
    assert (finding.thing.id, finding.opens.id) == ("camp_1", "v_2")
    plant(
        cache,
        lambda c: rule(c, "val_v", condition("order.amount", 90_000, "$more_than_or_equal"), logic="1", target=target),
    )
    assert one(cache, "dead-codes").state is State.SOUND


def test_cases_are_counted_exactly_and_shown_in_part(cache: Path) -> None:
    used = {"quantity": 1, "redeemed_quantity": 2}
    mine = [voucher(f"v_a{n:02}", f"A{n:02}", redemption=used) for n in range(12)]
    alone = [voucher(f"v_b{n}", f"B{n}", None, redemption=used) for n in range(2)]
    plant(cache, lambda c: put(c, "vouchers", *mine, *alone))
    answer = one(cache, "overused-codes")
    assert [(f.thing, f.count, len(f.examples)) for f in answer.findings] == [
        (answer.findings[0].thing, 12, MOST_EXAMPLES), (PROJECT, 2, 2),
    ]  # fmt: skip
    assert answer.findings[0].what == "12 codes used more often than allowed"
    assert answer.cases == 14


def test_known_cases_are_silent_and_new_ones_are_told(cache: Path) -> None:
    used = {"quantity": 1, "redeemed_quantity": 2}
    plant(cache, lambda c: put(c, "vouchers", voucher("v_3", "A", redemption=used)))
    check, reader, seen = BY_NAME["overused-codes"], Reader(cache, ZONE), set[str]()
    reader.ask(run_check, check, AT, ZONE, seen=seen)
    assert len(seen) == 1
    more = {"quantity": 1, "redeemed_quantity": 9}
    plant(
        cache, lambda c: put(c, "vouchers", voucher("v_3", "A", redemption=more), voucher("v_4", "B", redemption=used))
    )
    answer = reader.ask(run_check, check, AT, ZONE, known=seen)
    assert ([case.ref.id for case in answer.findings[0].examples], answer.silenced) == (["v_4"], 1)
    everything = set[str]()
    reader.ask(run_check, check, AT, ZONE, seen=everything)
    assert reader.ask(run_check, check, AT, ZONE, known=everything).state is State.SOUND
    reader.close()


def test_a_card_read_before_its_newest_movement_is_not_judged(cache: Path) -> None:
    late = movement("vtx_3", "2026-11-20T12:30:00.000Z", -1_000, 2_000)
    plant(cache, lambda c: put(c, "transactions", late))
    answer = one(cache, "balances")
    assert (answer.state, answer.lacks) == (State.PARTIAL, "1 card read before the newest movement")


def test_a_card_without_movements_holds_what_it_was_given(cache: Path) -> None:
    card = voucher("v_h", "CARD-2", "camp_2", type="GIFT_VOUCHER", gift={"amount": 5_000, "balance": 4_000})
    plant(cache, lambda c: put(c, "vouchers", card))
    assert words(one(cache, "balances")) == ["it holds €40.00, its movements come to €50.00"]


def test_an_amount_past_what_sqlite_adds_up_is_no_error(cache: Path) -> None:
    huge = [movement(f"vtx_h{n}", f"2026-11-07T10:00:0{n}.000Z", 2**62, 2**62 * (n % 2)) for n in range(4)]
    plant(cache, lambda c: put(c, "transactions", *huge))
    assert one(cache, "balances").state is State.FINDINGS


HOSTILE = "\x1b[2J[@click=app.quit]x[/]\u202e"


def test_hostile_text_is_evidence_and_no_error(cache: Path) -> None:
    dates = {"start_date": END, "expiration_date": START}
    odd = [
        campaign("camp_9", HOSTILE, **dates),
        campaign("camp_8", "", metadata={HOSTILE: [TOKEN_LIKE], "": {"a": None}}),
    ]
    used = {"quantity": 1, "redeemed_quantity": 2}
    plant(
        cache,
        lambda c: put(c, "campaigns", *odd),
        lambda c: put(c, "vouchers", voucher("v_9", HOSTILE, redemption=used)),
    )
    found = answers(cache)
    assert found["campaign-dates"].findings[0].called == HOSTILE
    assert found["overused-codes"].findings[0].examples[0].called == HOSTILE
    assert words(found["metadata"]) == [f"metadata “{HOSTILE}” holds a GitHub token"]


TOKEN_LIKE = "ghp_" + "a1B2" * 9


def test_damaged_documents_are_passed_over(cache: Path) -> None:
    plant(
        cache, lambda c: c.execute("update vouchers_raw set json = '{\"metadata\":' where id = 'v_1'"),
        lambda c: c.execute("update redemptions_raw set json = 'x \"CANCELED\"' where id = 'r_1'"),
        lambda c: c.execute("update validation_rules_raw set json = '{' where id = 'val_sound'"),
    )  # fmt: skip
    found = answers(cache)
    assert {one.state for one in found.values()} == {State.SOUND}


def test_the_lists_of_the_sound_project_are_those_that_checks_need() -> None:
    needed = {need.resource for check in CHECKS for need in check.needs}
    assert needed == {*LISTS, "transactions"}
