"""What one refused list means to a run: the others are read, and only what may be lacking is excused."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from store.sync.report import ResourceReport
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.list_server import answer
from tests.support.syncing import Project

EVERYTHING = SyncRequest(everything=True)


def refusing(
    project: Project, status: int, refused: Callable[[str], bool], asked: Counter[str]
) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        asked[request.path] += 1
        if refused(request.path):
            return answer(status, {"code": status, "message": "not in this plan"})
        return project.sandbox.respond(request)

    return respond


@pytest.mark.parametrize("status", [402, 403])
@pytest.mark.parametrize(("path", "state"), [("/v1/rewards", "complete"), ("/v1/redemptions", "partial")])
def test_one_refused_list_keeps_no_other_away(tmp_path: Path, status: int, path: str, state: str) -> None:
    project = Project(tmp_path / "c.db")
    report = project.sync(EVERYTHING, responder=refusing(project, status, lambda asked: asked == path, Counter()))
    assert (report.state, report.error) == (state, "")
    others = {name: one.state for name, one in report.resources.items() if f"/v1/{name}" != path}
    assert set(others.values()) == {"complete"}
    assert "not in this plan" in str(report.resources[path.removeprefix("/v1/")].reason)


def test_a_plan_that_is_used_up_is_not_asked_on(tmp_path: Path) -> None:
    project, asked = Project(tmp_path / "c.db"), Counter[str]()
    report = project.sync(EVERYTHING, responder=refusing(project, 402, lambda path: True, asked))
    assert (report.state, report.error) == ("failed", "retry")
    assert asked.total() == 2


def test_a_broken_export_is_no_refusal(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")

    def respond(request: Request) -> Response:
        if any(name == "token" for name, _ in request.query):
            return Response(200, {"content-type": "text/csv"}, b"one,column,too,many\n")
        return project.sandbox.respond(request)

    for _ in range(2):
        report = project.sync(EVERYTHING, responder=respond)
        assert (report.resources["api_log"].state, report.state) == ("partial", "partial")
    assert report.resources["api_log"].calls == 0, "it rests, but is not whole"
    assert project.sync(replace(EVERYTHING, full=True)).state == "complete"


def test_a_list_the_run_did_not_come_to_does_not_rest(tmp_path: Path) -> None:
    project, asked = Project(tmp_path / "c.db"), Counter[str]()
    only = replace(EVERYTHING, only=frozenset({"api_log"}))
    limit = answer(429, {"code": 429}, X_Rate_Limit_Type="api_calls_cycle")
    report = project.sync(only, responder=lambda request: limit)
    assert report.error == "retry"
    report = project.sync(only, responder=refusing(project, 500, lambda path: False, asked))
    assert (report.state, asked["/v1/exports"]) == ("complete", 1)


def test_a_refusal_excuses_no_other_trouble() -> None:
    report, excused = ResourceReport(), []
    for state, refused in (("failed", True), ("partial", False), ("failed", True)):
        report.worsen(state, f"{state} {refused}", excused=refused)
        excused.append(report.excused)
    assert excused == [True, False, False]


def everywhere(reply: Response | Callable[[], Response], asked: list[str]) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        asked.append(request.path)
        return reply() if callable(reply) else reply

    return respond


@pytest.mark.parametrize(
    ("status", "error", "most"),
    [(403, "credentials", 4), (400, "address", 4), (404, "address", 4), (409, "address", 4), (302, "address", 3)],
)
def test_what_every_list_refuses_alike_is_not_asked_on(tmp_path: Path, status: int, error: str, most: int) -> None:
    project, asked = Project(tmp_path / "c.db"), list[str]()
    report = project.sync(responder=everywhere(answer(status, {"code": status, "message": "no"}), asked))
    assert (report.state, report.error, report.ended) == ("failed", error, True)
    assert len(asked) <= most
    assert report.reason
    assert report.resources["campaigns"].state == "failed"


@pytest.mark.parametrize(
    ("reply", "most"),
    [
        (Response(200, {"content-type": "text/html"}, b"<html>Sign in"), 9),
        (Response(200, {"content-type": "text/plain"}, b"fine"), 9),
        (Response(204), 9),
        (Response(500), 15),
    ],
)
def test_a_server_that_is_not_the_api_is_soon_left_alone(tmp_path: Path, reply: Response, most: int) -> None:
    project, asked = Project(tmp_path / "c.db"), list[str]()
    report = project.sync(responder=everywhere(reply, asked))
    assert (report.state, report.error) == ("failed", "retry")
    assert len(asked) <= most
    assert project.clock.monotonic() < 60


def test_once_something_answered_refusals_are_of_one_list_each(tmp_path: Path) -> None:
    project, asked = Project(tmp_path / "c.db"), Counter[str]()
    for answers in ("/v1/campaigns", "/v1/promotions/tiers"):
        report = project.sync(responder=refusing(project, 403, answers.__ne__, asked))
        assert (report.state, report.error, report.ended) == ("partial", "", False)
        assert {"/v1/trash-bin", "/v1/async-actions"} <= asked.keys()
        asked.clear()


@pytest.mark.parametrize("total", [None, 5])
def test_a_list_that_is_null_is_no_empty_one(tmp_path: Path, total: int | None) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()

    def respond(request: Request) -> Response:
        if request.path == "/v1/campaigns":
            return answer(200, {"object": "list", "campaigns": None, "total": total})
        return project.sandbox.respond(request)

    report = project.sync(responder=respond)
    assert (report.resources["campaigns"].state, report.resources["campaigns"].missing) == ("failed", 0)
    assert "there is no list under campaigns" in (report.resources["campaigns"].reason or "")


def test_a_list_that_is_null_and_counts_nothing_is_empty(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")

    def respond(request: Request) -> Response:
        if request.path == "/v1/categories":
            return answer(200, {"object": "list", "data": None, "total": 0})
        return project.sandbox.respond(request)

    assert project.sync(responder=respond).resources["categories"].state == "complete"
