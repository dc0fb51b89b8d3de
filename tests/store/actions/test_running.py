"""Actions against a project that can be changed: what is sent, what becomes of it, and what the audit keeps of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Fate, NotOffered
from store.actions.audit import Audit, audit_path
from store.actions.catalogue import action_named
from store.actions.plan import Plan, make_plan
from store.actions.running import ChangedMeanwhile, Outcome, run
from store.api.actions import WritePermission, WritesOff, check_request, permit
from store.api.client import ApiClient, Credentials
from store.api.errors import MethodRefused
from store.wire import Request, Responder, Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sandbox_asking import KEYS
from tests.support.writing import VIEWER, SomebodyElse, Writer, request_of, writer

ALLOWED = permit("test", profile_allows=True, asked_for=True)


@pytest.fixture(scope="module")
def project() -> Writer:
    """A project for tests that each use records of their own."""
    return writer()


def attempt(
    project: Writer,
    audit: Audit,
    kind: str,
    name: str,
    record: str,
    *,
    values: dict[str, Any] | None = None,
    respond: Responder | None = None,
    permission: WritePermission | None = ALLOWED,
    keys: dict[str, str] = KEYS,
    batch: str = "",
) -> tuple[Plan, Outcome]:
    """Plan an action and send it."""
    action = action_named(kind, name)
    assert action is not None
    credentials = Credentials("https://api.example.test", keys["x-app-id"], keys["x-app-token"])

    async def work() -> tuple[Plan, Outcome]:
        client = ApiClient(
            credentials, clock=project.clock, responder=respond or project.respond, permission=permission
        )
        async with client:
            plan = await make_plan(client, action, record, values or {})
            return plan, await run(client, plan, audit, batch=batch)

    return asyncio.run(work())


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """An empty one."""
    return Audit(tmp_path / "project.db", "test")


def code_of(project: Writer, kind: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
    """A code of a type."""
    return next(one for one in project.all("/v1/vouchers") if one["type"] == kind and fits(one))


def test_a_campaign_is_disabled_and_its_undo_enables_it(project: Writer, audit: Audit) -> None:
    campaign = project.campaign("DISCOUNT_COUPONS")
    path = f"/v1/campaigns/{campaign['id']}"
    first = "disable" if project.get(path)["active"] else "enable"
    plan, outcome = attempt(project, audit, "campaign", first, campaign["id"])
    assert (plan.request.method, plan.request.path, plan.request.body) == ("POST", f"{path}/{first}", None)
    assert outcome.fate is Fate.DONE
    assert project.get(path)["active"] is (first == "enable")
    assert plan.undo is not None
    _, undone = attempt(project, audit, "campaign", plan.undo.action, campaign["id"], values=plan.undo.values)
    assert undone.fate is Fate.DONE
    assert project.get(path)["active"] is campaign["active"]
    newest, oldest = audit.rows()
    assert (oldest["action"], newest["action"]) == (first, plan.undo.action)
    assert (oldest["fate"], oldest["kind"], oldest["record"]) == ("done", "campaign", campaign["id"])
    change = {"name": "enabled", "before": campaign["active"], "after": not campaign["active"], "kind": "flag"}
    assert oldest["changes"] == [change]
    assert oldest["before"]["id"] == oldest["after"]["id"] == campaign["id"]
    assert "demo-token" not in str(audit.rows())


def test_what_is_as_wanted_is_not_offered(project: Writer, audit: Audit) -> None:
    campaign = project.campaign("GIFT_VOUCHERS")
    name = "enable" if campaign["active"] else "disable"
    with pytest.raises(NotOffered, match=r"It is (enabled|disabled) already\."):
        attempt(project, audit, "campaign", name, campaign["id"])
    assert audit.rows() == []


def test_an_edit_sends_what_changes_and_its_undo_brings_all_back(project: Writer, audit: Audit) -> None:
    campaign = project.campaign("DISCOUNT_COUPONS")
    path = f"/v1/campaigns/{campaign['id']}"
    before = project.get(path)
    key = next(iter(before["metadata"]), None)
    change: dict[str, Any] = {"seen": "[/x]\x1b[2J"} | ({key: None} if key else {})
    values = {"description": "a\u202eb", "expiration_date": before.get("expiration_date"), "metadata": change}
    plan, outcome = attempt(project, audit, "campaign", "edit", campaign["id"], values=values)
    unset = {"unset_metadata_fields": [key]} if key else {}
    assert plan.request.body == {"description": "a\u202eb", "metadata": {"seen": "[/x]\x1b[2J"}} | unset
    assert outcome.fate is Fate.DONE
    assert project.get(path)["metadata"]["seen"] == "[/x]\x1b[2J"
    assert plan.undo is not None
    attempt(project, audit, "campaign", "edit", campaign["id"], values=plan.undo.values)
    after = project.get(path)
    assert {name: after.get(name) for name in ("description", "metadata", "expiration_date")} == {
        name: before.get(name) for name in ("description", "metadata", "expiration_date")
    }


def test_credit_moves_once_and_its_transaction_carries_the_mark(project: Writer, audit: Audit) -> None:
    card = code_of(project, "GIFT_VOUCHER", lambda one: one["gift"]["balance"] > 500)
    plan, outcome = attempt(project, audit, "voucher", "add-credit", card["code"], values={"amount": -250})
    assert outcome.fate is Fate.DONE
    now = project.get(f"/v1/vouchers/{card['code']}")
    assert now["gift"]["balance"] == card["gift"]["balance"] - 250
    assert (plan.changes[0].before, plan.changes[0].after) == (card["gift"]["balance"], now["gift"]["balance"])
    rows = project.rows(f"/v1/vouchers/{card['code']}/transactions", ("limit", "100"))
    assert [row["source_id"] for row in rows].count(plan.values["source_id"]) == 1


@pytest.mark.parametrize(
    ("fault", "fate", "moved"), [(Fault.UNANSWERED, Fate.DONE, 100), (Fault.TIMEOUT, Fate.UNKNOWN, 0)]
)
def test_a_movement_without_an_answer_is_looked_for_and_never_sent_again(
    project: Writer, audit: Audit, fault: Fault, fate: Fate, moved: int
) -> None:
    card = code_of(project, "GIFT_VOUCHER", lambda one: one["gift"]["balance"] > 1_000)
    faults = Faults(FaultRule(fault, path="*/balance", method="POST"))
    sent = []

    def respond(request: Request) -> Response:
        sent.append(request.method)
        return faults.wrap(project.respond)(request)

    _, outcome = attempt(project, audit, "voucher", "add-credit", card["code"], values={"amount": 100}, respond=respond)
    assert (outcome.fate, sent.count("POST")) == (fate, 1)
    balance = project.get(f"/v1/vouchers/{card['code']}")["gift"]["balance"]
    assert balance == card["gift"]["balance"] + moved
    assert audit.rows()[0]["fate"] == fate.value
    if fate is Fate.UNKNOWN:
        assert "Do not repeat it before" in outcome.said


@pytest.mark.parametrize(("fault", "fate"), [(Fault.UNANSWERED, Fate.DONE), (Fault.TIMEOUT, Fate.NOT_DONE)])
def test_a_switch_without_an_answer_is_told_by_the_record(
    project: Writer, audit: Audit, fault: Fault, fate: Fate
) -> None:
    code = code_of(project, "DISCOUNT_VOUCHER")
    name = "disable" if code["active"] else "enable"
    faults = Faults(FaultRule(fault, path=f"*/{name}", method="POST"))
    _, outcome = attempt(project, audit, "voucher", name, code["code"], respond=faults.wrap(project.respond))
    assert outcome.fate is fate
    assert project.get(f"/v1/vouchers/{code['code']}")["active"] is ((name == "enable") is (fate is Fate.DONE))


def test_a_redemption_is_rolled_back_once(project: Writer, audit: Audit) -> None:
    rows = project.all("/v1/redemptions")
    one = next(
        row for row in rows
        if row["object"] == "redemption" and row["result"] == "SUCCESS" and row["status"] == "SUCCEEDED"
        and not row.get("redemption") and row["date"] > "2026-10"
    )  # fmt: skip
    plan, outcome = attempt(project, audit, "redemption", "roll-back", one["id"], values={"reason": "asked"})
    assert (plan.request.path, plan.request.body) == (f"/v1/redemptions/{one['id']}/rollbacks", {"reason": "asked"})
    assert (outcome.fate, plan.undo) == (Fate.DONE, None)
    with pytest.raises(NotOffered, match="It is rolled back already"):
        attempt(project, audit, "redemption", "roll-back", one["id"])


def test_what_the_api_refuses_is_told_in_its_words(project: Writer, audit: Audit) -> None:
    code = code_of(project, "DISCOUNT_VOUCHER")
    name = "disable" if code["active"] else "enable"
    _, outcome = attempt(project, audit, "voucher", name, code["code"], keys=VIEWER)
    assert outcome.fate is Fate.REFUSED
    assert outcome.error is not None
    assert outcome.error.status == 403
    assert (audit.rows()[0]["fate"], audit.rows()[0]["said"]) == ("refused", outcome.said)


def test_an_audit_that_breaks_after_the_send_hides_nothing(project: Writer, audit: Audit) -> None:
    card = code_of(project, "GIFT_VOUCHER", lambda one: one["gift"]["balance"] > 500)

    def respond(request: Request) -> Response:
        if request.method == "POST":
            audit.path.write_bytes(b"no database" * 1_000)
        return project.respond(request)

    _, outcome = attempt(project, audit, "voucher", "add-credit", card["code"], values={"amount": 10}, respond=respond)
    assert (outcome.fate, "It was done. The audit could not be told." in outcome.said) == (Fate.DONE, True)
    assert project.get(f"/v1/vouchers/{card['code']}")["gift"]["balance"] == card["gift"]["balance"] + 10


def test_somebody_elses_change_stops_it(project: Writer, audit: Audit) -> None:
    code = code_of(project, "DISCOUNT_VOUCHER")
    name = "disable" if code["active"] else "enable"
    theirs = request_of("POST", f"/v1/vouchers/{code['code']}/{name}")
    respond = SomebodyElse(project.respond, theirs, ("GET", code["code"]), nth=2).respond
    with pytest.raises((ChangedMeanwhile, NotOffered)):
        attempt(project, audit, "voucher", name, code["code"], respond=respond)
    assert audit.rows() == []


def test_without_permission_nothing_but_reading_leaves(project: Writer, audit: Audit) -> None:
    code = code_of(project, "DISCOUNT_VOUCHER")
    methods = set()

    def respond(request: Request) -> Response:
        methods.add(request.method)
        return project.respond(request)

    name = "disable" if code["active"] else "enable"
    _, outcome = attempt(project, audit, "voucher", name, code["code"], respond=respond, permission=None)
    assert isinstance(outcome.error, MethodRefused)
    assert (outcome.fate, methods) == (Fate.NOT_DONE, {"GET"})


@pytest.mark.parametrize(("profile", "asked", "why"), [(False, True, "only reads"), (True, False, "--allow-writes")])
def test_both_the_profile_and_the_command_must_consent(profile: bool, asked: bool, why: str) -> None:
    with pytest.raises(WritesOff, match=why):
        permit("shop", profile_allows=profile, asked_for=asked)


def test_the_audit_is_private_and_keeps_what_was_under_way(project: Writer, audit: Audit, tmp_path: Path) -> None:
    code = code_of(project, "DISCOUNT_VOUCHER")
    name = "disable" if code["active"] else "enable"

    class Killed(BaseException):
        pass

    def respond(request: Request) -> Response:
        if request.method == "POST":
            raise Killed
        return project.respond(request)

    with pytest.raises(BaseException):  # noqa: B017 - the process ends here
        attempt(project, audit, "voucher", name, code["code"], respond=respond, batch="b1")
    (row,) = audit.rows()
    assert (row["fate"], row["said"], row["after"]) == ("unknown", "It was under way.", None)
    assert audit.done_of("b1") == {code["code"]}
    assert audit_path(tmp_path / "project.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/vouchers/C/sessions/%2E%2E"), ("PUT", "/v1/vouchers/.."), ("PUT", "/v1/campaigns/a%2f..%2fb"),
        ("DELETE", "/v1/vouchers/C"), ("DELETE", "/v1/campaigns/camp_1"), ("POST", "/v1/exports/x"),
        ("GET", "/v1/publications/create"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_refused_with_permission_too(method: str, path: str) -> None:
    with pytest.raises(MethodRefused):
        check_request(method, path, permission=ALLOWED)


def test_declared_changes_pass_with_permission_alone() -> None:
    for method, path in (("PUT", "/v1/vouchers/A%20B"), ("POST", "/v1/redemptions/r_1/rollbacks")):
        check_request(method, path, permission=ALLOWED)
        with pytest.raises(MethodRefused):
            check_request(method, path)
