"""What proves that something was done, and what does not: other people's records, tasks and movements prove nothing."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Fate
from store.wire import Request, Response
from tests.support.acting import Actor, named
from tests.support.action_cases import CASES, names_of
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.writing import Writer, writer


@pytest.fixture(scope="module")
def project() -> Writer:
    return writer()


@pytest.fixture
def actor(project: Writer, tmp_path: Path) -> Actor:
    return Actor(project, tmp_path)


def found(kind: str, name: str, before: dict[str, Any], values: dict[str, Any], answers: Mapping[str, Any]) -> Any:
    """What an action finds of itself where these paths have these answers."""
    find = named(kind, name).find
    assert find is not None

    async def get(path: str, *_: tuple[str, str]) -> Any:
        return answers[path]

    async def work() -> Any:
        return await find(get, before, values)

    return asyncio.run(work())


def test_an_import_is_found_though_its_file_is_gone(actor: Actor) -> None:
    action, case = named("campaign", "import-codes"), CASES["campaign", "import-codes"]
    values = names_of(actor.project, case.values, actor.folder)
    plan = actor.plan(action, case.prepare(actor.project), values)
    lost = Faults(FaultRule(Fault.UNANSWERED, method="POST")).wrap(actor.project.respond)

    def respond(request: Request) -> Response:
        if request.method == "POST":
            Path(values["file"]).unlink()
        return lost(request)

    assert actor.run(plan, respond).fate is Fate.DONE
    assert actor.audit.rows()[0]["given"] == {**values, "count": 3}
