"""What the API goes on with in the background: its end is told when it is seen, however late."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Document, Fate, ValueRefused, Values
from store.actions.async_ends import look_at_tasks
from store.actions.running import Outcome, look_again
from store.api.client import ApiClient, Credentials
from store.wire import Request, Response
from tests.support.acting import Actor, named
from tests.support.action_cases import CASES
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.writing import Writer, writer


def look(actor: Actor) -> tuple[list[str], list[str]]:
    """What is told, and the calls that were made."""
    asked: list[str] = []

    async def work() -> list[str]:
        keys = Credentials("https://api.example.test", "demo", "demo-token")

        def respond(request: Request) -> Response:
            asked.append(f"{request.method} {request.path}")
            return actor.project.respond(request)

        async with ApiClient(keys, clock=actor.project.clock, responder=respond) as client:
            return await look_at_tasks(client, actor.audit)

    return asyncio.run(work()), asked


@pytest.fixture(scope="module")
def slow() -> Writer:
    """A project that is at its tasks for longer than anybody waits."""
    return writer(working=1_000.0)


@pytest.mark.parametrize("is_failing", [True, False])
def test_an_end_that_comes_late_is_told_once(slow: Writer, tmp_path: Path, is_failing: bool) -> None:
    slow.habits.failing = frozenset({"CAMPAIGN.VOUCHERS_GENERATE"}) if is_failing else frozenset()
    actor = Actor(slow, tmp_path)
    campaign = CASES["campaign", "edit"].prepare(actor.project)
    _, outcome = actor.act(named("campaign", "add-codes"), campaign, {"count": 2})
    assert outcome.fate is Fate.UNKNOWN
    (row,) = actor.audit.rows()
    assert (row["async_id"], row["async_end"], row["fate"]) == (outcome.async_id, None, "unknown")
    assert look(actor) == ([], [f"GET /v1/async-actions/{outcome.async_id}"])
    actor.project.clock.advance(2_000)
    (told,), _ = look(actor)
    assert told.startswith(f"Attempt {row['id']}, add-codes of {campaign}: ")
    assert ("it failed: The operation failed" in told) is is_failing
    (row,) = actor.audit.rows()
    ended = ("not done", "FAILED") if is_failing else ("done", "SUCCESS")
    assert (row["fate"], row["async_end"]) == ended
    assert told.endswith(row["said"])
    assert look(actor) == ([], [])


def test_a_task_that_the_api_does_not_know_any_more_stops_no_batch_for_ever(slow: Writer, tmp_path: Path) -> None:
    slow.habits.failing = frozenset()
    actor, action = Actor(slow, tmp_path), named("campaign", "add-codes")
    actor.act(action, CASES["campaign", "edit"].prepare(actor.project), {"count": 2})
    for number, (end, calls) in enumerate([("", 1), ("GONE", 0)]):
        actor.audit.settle(1, Fate.UNKNOWN, "")
        actor.audit.keep_task(1, "aa_gone", end)
        (attempt,) = actor.audit.unknown_of("")
        asked: list[str] = []

        async def work(attempt: dict[str, Any] = attempt, asked: list[str] = asked) -> Outcome:
            keys = Credentials("https://api.example.test", "demo", "demo-token")

            def respond(request: Request) -> Response:
                asked.append(request.path)
                return slow.respond(request)

            async with ApiClient(keys, clock=slow.clock, responder=respond) as client:
                return await look_again(client, action, attempt, actor.audit)

        found = asyncio.run(work())
        assert found.said.startswith("It was looked for again"), number
        assert asked.count("/v1/async-actions/aa_gone") == calls
        (row,) = actor.audit.rows()
        assert (row["async_end"], row["fate"]) == ("GONE", found.fate.value)


@pytest.mark.parametrize(("fault", "fate"), [(Fault.TIMEOUT, Fate.UNKNOWN), (Fault.ENDLESS, Fate.DONE)])
def test_a_look_that_can_tell_nothing_is_no_refusal(slow: Writer, tmp_path: Path, fault: Fault, fate: Fate) -> None:
    def refuse(_: Document, __: Document, ___: Values) -> bool:
        raise ValueRefused("the file is not there any more")

    action = replace(named("campaign", "edit"), has_happened=refuse)
    faults = Faults(FaultRule(fault, path="*/campaigns/*", method="PUT"))
    campaign = CASES["campaign", "edit"].prepare(slow)
    _, outcome = Actor(slow, tmp_path).act(action, campaign, {"description": fault}, faults.wrap(slow.respond))
    assert outcome.fate is fate


def test_without_an_audit_nothing_is_asked(slow: Writer, tmp_path: Path) -> None:
    actor = Actor(slow, tmp_path)
    assert look(actor) == ([], [])
    assert list(tmp_path.iterdir()) == []
