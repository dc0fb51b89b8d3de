"""Undo: every action back to the document it began with, and what cannot be taken back."""

import asyncio
from typing import Any

import pytest

from store.actions.action import Fate, NotOffered
from store.actions.catalogue import ACTIONS
from store.actions.plan import Plan
from store.actions.running import run
from store.actions.undoing import ChangedSince, plan_undo, undo_of, undo_refusal
from store.api.client import ApiClient, Credentials
from tests.support.acting import ALLOWED, Actor, document
from tests.support.action_cases import CASES, names_of

TRIED = [one for one in ACTIONS if (one.kind, one.id) in CASES]


def undo(actor: Actor, attempt: dict[str, Any], *, is_sent: bool = True) -> Plan:
    async def work() -> Plan:
        keys = Credentials("https://api.example.test", "demo", "demo-token")
        client = ApiClient(keys, clock=actor.project.clock, responder=actor.project.respond, permission=ALLOWED)
        async with client:
            plan = await plan_undo(client, attempt)
            if is_sent:
                assert (await run(client, plan, actor.audit)).fate is Fate.DONE
            return plan

    return asyncio.run(work())


@pytest.mark.parametrize("action", TRIED, ids=[f"{one.kind} {one.id}" for one in TRIED])
def test_an_undo_brings_the_document_back_or_there_is_none(actor: Actor, action: Any) -> None:
    case, project = CASES[action.kind, action.id], actor.project
    record = case.prepare(project)
    before = document(project, action, record)
    plan, outcome = actor.act(action, record, names_of(project, case.values, actor.folder))
    assert outcome.fate is Fate.DONE
    (attempt,) = actor.audit.rows()
    if plan.undo is None:
        assert undo_refusal(attempt) == f"Nothing undoes “{action.id}”: what it did stays done."
        return
    assert document(project, action, record) != before
    undo(actor, attempt)
    assert document(project, action, record) == before
    newest, oldest = actor.audit.rows()
    assert (newest["undoes"], oldest["undone_by"]) == (oldest["id"], newest["id"])
    with pytest.raises(NotOffered, match=f"It was undone already, by attempt {newest['id']}"):
        undo_of(oldest)
    if (action.kind, action.id) == ("voucher", "disable"):
        # An undo is an action like any other: it can be taken back, too.
        undo(actor, newest)
        assert document(project, action, record) != before


@pytest.mark.parametrize(
    ("kind", "name", "theirs", "now"),
    [
        ("voucher", "disable", ("POST", "/v1/vouchers/{id}/enable", None), [("enabled", True, False)]),
        (
            "campaign", "edit", ("PUT", "/v1/campaigns/{id}", {"description": "Theirs"}),
            [("description", "Theirs", "Ours")],
        ),
    ],
)  # fmt: skip
def test_what_somebody_changed_since_is_not_undone(
    actor: Actor, kind: str, name: str, theirs: tuple[str, str, Any], now: list[tuple[str, Any, Any]]
) -> None:
    action = next(one for one in TRIED if (one.kind, one.id) == (kind, name))
    record = CASES[kind, name].prepare(actor.project)
    actor.act(action, record, {"description": "Ours"} if name == "edit" else {})
    (attempt,) = actor.audit.rows()
    method, path, body = theirs
    other = {**(body or {}), "metadata": {"other": 1}} if name == "edit" else body
    actor.project.write(method, path.format(id=record), other)
    with pytest.raises(ChangedSince) as changed:
        undo(actor, attempt, is_sent=False)
    assert [(one.name, one.before, one.after) for one in changed.value.changes] == now


def test_a_change_of_other_fields_does_not_matter(actor: Actor) -> None:
    action = next(one for one in TRIED if (one.kind, one.id) == ("campaign", "edit"))
    record = CASES["campaign", "edit"].prepare(actor.project)
    actor.act(action, record, {"description": "Ours, again"})
    (attempt,) = actor.audit.rows()
    actor.project.write("PUT", f"/v1/campaigns/{record}", {"metadata": {"theirs": 5}})
    undo(actor, attempt)
    assert document(actor.project, action, record)["metadata"]["theirs"] == 5


@pytest.mark.parametrize(
    ("fate", "why"), [("refused", "was not done"), ("not done", "was not done"), ("unknown", "is not known")]
)
def test_what_was_not_done_is_not_undone(fate: str, why: str) -> None:
    attempt = {"fate": fate, "undone_by": None, "undo": {"action": "enable", "values": {}}, "kind": "voucher"}
    with pytest.raises(NotOffered, match=why):
        undo_of({**attempt, "action": "disable"})
