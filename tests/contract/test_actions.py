"""Every action: the request as published, what becomes of it with and without an answer, refusals, hostile texts."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Action, Fate, FieldKind, NotOffered
from store.actions.catalogue import ACTIONS
from store.actions.change_words import change_lines
from store.actions.running import ChangedMeanwhile
from store.api.errors import ConnectionLost, MethodRefused, NotFound
from store.domain.values import inside
from store.wire import Request
from tests.contract.spec import Spec
from tests.support.acting import Actor, document, named
from tests.support.action_cases import CASES, names_of
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.writing import VIEWER, Writer, writer
from widgets.text import escaped

EVERY = pytest.mark.parametrize("action", ACTIONS, ids=[f"{one.kind} {one.id}" for one in ACTIONS])
HOSTILE = '\x1b]0;x\x07\x1b[2J\u202e=cmd|\' "q" [/b]\n\x00\x9b\u200f' + "x" * 100


@pytest.fixture(scope="module")
def project() -> Writer:
    """One for all: each case brings its own record into the state that it needs."""
    return writer()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: to make an audit's file takes longer than to change something."""
    return tmp_path_factory.mktemp("actions")


@pytest.fixture
def actor(project: Writer, folder: Path) -> Actor:
    """Somebody who has sent nothing."""
    return Actor(project, folder)


def test_every_action_has_a_case() -> None:
    assert {(one.kind, one.id) for one in ACTIONS} == set(CASES)
    assert len(ACTIONS) == len(CASES)


def is_as_published(spec: Spec, request: Request) -> list[str]:
    """What is wrong with a request that was sent."""
    route = spec.match(request.method, request.path)
    assert route is not None, request.path
    unknown = {name for name, _ in request.query} - set(spec.parameters(request.method, route.path))
    wrong = [f"{name} is no parameter" for name in unknown]
    if "multipart" in request.headers.get("content-type", ""):
        return wrong
    if not request.body:
        return wrong
    return [*wrong, *spec.validate_body(request.method, route.path, json.loads(request.body))]


def without_mark(body: Any) -> Any:
    """A body without the mark, which is another one each time."""
    return {name: value for name, value in body.items() if name != "source_id"} if isinstance(body, dict) else body


@EVERY
def test_it_is_sent_as_published_and_done_and_undone(spec: Spec, actor: Actor, action: Action) -> None:
    case, project = CASES[action.kind, action.id], actor.project
    record = case.prepare(project)
    before = document(project, action, record)
    plan, outcome = actor.act(action, record, names_of(project, case.values, actor.folder))
    assert outcome.fate is Fate.DONE, outcome.said
    assert [one.method for one in actor.sent] == [plan.request.method]
    assert is_as_published(spec, actor.sent[0]) == []
    if case.body is not None:
        assert without_mark(json.loads(actor.sent[0].body)) == case.body
    after = document(project, action, record)
    assert case.check(project, record, before, after), (before, after)
    assert all(change_lines(change, "EUR", UTC) for change in plan.changes)
    row = actor.audit.rows()[0]
    assert (row["fate"], row["action"], row["record"]) == ("done", action.id, record)
    if plan.undo is not None:
        undone = actor.act(named(action.kind, plan.undo.action), record, plan.undo.values)[1]
        assert undone.fate is Fate.DONE
        assert document(project, action, record) == before


@EVERY
@pytest.mark.parametrize("fault", [Fault.UNANSWERED, Fault.TIMEOUT])
def test_without_an_answer_it_is_sent_once_and_looked_for(actor: Actor, action: Action, fault: Fault) -> None:
    case, project = CASES[action.kind, action.id], actor.project
    record = case.prepare(project)
    before = document(project, action, record)
    plan = actor.plan(action, record, names_of(project, case.values, actor.folder))
    faults = Faults(FaultRule(fault, method=plan.request.method))
    outcome = actor.run(plan, faults.wrap(project.respond))
    assert len(actor.sent) == 1
    if fault is Fault.UNANSWERED:
        assert outcome.fate.value == case.unanswered, outcome.said
        assert case.check(project, record, before, document(project, action, record))
        if plan.undo is not None:
            actor.act(named(action.kind, plan.undo.action), record, plan.undo.values)
    else:
        wanted = Fate.NOT_DONE if action.is_repeatable and action.id != "release-session" else Fate.UNKNOWN
        assert outcome.fate is wanted, outcome.said
        assert document(project, action, record) == before


@EVERY
def test_somebody_elses_change_stops_it(actor: Actor, action: Action) -> None:
    case, project = CASES[action.kind, action.id], actor.project
    record = case.prepare(project)
    plan = actor.plan(action, record, names_of(project, case.values, actor.folder))
    assert case.theirs is not None
    method, path, body = case.theirs
    holder, _, part = record.partition("/")
    known = len(actor.audit.rows())
    project.clock.advance(1)
    assert project.send(path.format(holder=holder, id=part or record), method=method, body=body).status < 300
    with pytest.raises((ChangedMeanwhile, NotOffered)):
        actor.run(plan)
    assert (actor.sent, len(actor.audit.rows())) == ([], known)


@EVERY
def test_writes_off_offline_and_a_viewers_key_change_nothing(actor: Actor, action: Action) -> None:
    case, project = CASES[action.kind, action.id], actor.project
    record = case.prepare(project)
    plan = actor.plan(action, record, names_of(project, case.values, actor.folder))
    before = document(project, action, record)
    assert isinstance(actor.run(plan, permission=None).error, MethodRefused)
    with pytest.raises(ConnectionLost):
        actor.run(plan, Faults(FaultRule(Fault.RESET)).wrap(project.respond))
    assert actor.sent == []
    outcome = actor.run(plan, keys=VIEWER)
    assert outcome.fate is Fate.REFUSED
    assert outcome.error is not None
    assert outcome.error.status == 403
    assert actor.audit.rows()[0]["fate"] == "refused"
    assert document(project, action, record) == before


TEXTS = [
    (action, name, place)
    for action in ACTIONS
    for name, place in (CASES[action.kind, action.id].texts or {}).items()
]  # fmt: skip


ELSEWHERE = (
    *((kind, "edit", "category_id") for kind in ("campaign", "voucher")),
    *((kind, "assign-rule", "rule") for kind in ("campaign", "voucher", "promotion_tier")),
    *((kind, "remove-rule", "rule") for kind in ("campaign", "voucher", "promotion_tier")),
    *(("voucher", name, "reason") for name in ("add-credit", "add-points", "transfer-points")),
    ("redemption", "roll-back", "reason"), ("voucher", "transfer-points", "from"), ("voucher", "publish", "customer"),
    ("campaign", "publish", "customer"), ("voucher", "release-session", "session"),
)  # fmt: skip
"""Texts that do not stay in the record: ids of others, and reasons, which stand in what was made."""


@pytest.mark.parametrize(("kind", "name", "field"), ELSEWHERE, ids=[" ".join(one) for one in ELSEWHERE])
def test_a_hostile_text_for_something_else_breaks_nothing(
    spec: Spec, actor: Actor, kind: str, name: str, field: str
) -> None:
    action, case, project = named(kind, name), CASES[kind, name], actor.project
    record = case.prepare(project)
    values = {**names_of(project, case.values, actor.folder), field: HOSTILE}
    if field == "rule":
        with pytest.raises(NotFound):
            actor.plan(action, record, values)
        return
    plan, outcome = actor.act(action, record, values)
    assert [one for request in actor.sent for one in is_as_published(spec, request)] == []
    assert outcome.fate is (Fate.DONE if field == "reason" else Fate.REFUSED if field != "session" else Fate.NOT_DONE)
    shown = [line for change in plan.changes for line in change_lines(change, None, UTC)]
    assert all(escaped(line).isprintable() for line in (*shown, outcome.said))
    if field == "reason":
        path = "/v1/redemptions" if kind == "redemption" else f"/v1/vouchers/{record}/transactions"
        newest = ("order", "-created_at" if kind == "redemption" else "-id")
        assert project.rows(path, newest, ("limit", "1"))[0]["reason"] == HOSTILE


def test_every_free_text_is_tried() -> None:
    free = {
        (one.kind, one.id, field.name) for one in ACTIONS for field in one.fields
        if field.kind is FieldKind.TEXT and not field.choices
    }  # fmt: skip
    assert free == {(one.kind, one.id, name) for one, name, _ in TEXTS} | {(*one[:2], one[2]) for one in ELSEWHERE}


HOSTILE_TEXTS = [*((*one, HOSTILE) for one in TEXTS), (*TEXTS[0], "y" * 1_000_000)]


@pytest.mark.parametrize(
    ("action", "name", "place", "text"), HOSTILE_TEXTS, ids=[f"{one[0].kind} {one[1]}" for one in HOSTILE_TEXTS]
)
def test_a_hostile_text_arrives_as_it_is_and_is_shown_tame(
    actor: Actor, action: Action, name: str, place: tuple[str, ...], text: str
) -> None:
    record = CASES[action.kind, action.id].prepare(actor.project)
    plan, outcome = actor.act(action, record, {name: text})
    assert outcome.fate is Fate.DONE
    assert inside(document(actor.project, action, record), *place) == text
    shown = [escaped(line) for change in plan.changes for line in change_lines(change, None, UTC)]
    assert all(line.isprintable() for line in shown)
    assert max(map(len, shown)) < 2_000
    assert actor.act(action, record, plan.undo.values if plan.undo else {})[1].fate is Fate.DONE
