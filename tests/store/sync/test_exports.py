"""Exports inside a sync: what stops them, and what does not."""

import math
from pathlib import Path

import pytest

from store.sync import exporting
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.list_server import answer
from tests.support.syncing import Project, dump

VOUCHERS = SyncRequest(everything=True, via="exports", only=frozenset({"campaigns", "vouchers"}))


class Limiting:
    """A project that refuses to give out an export's file, or to say how the job stands, for some times."""

    def __init__(self, project: Project, *, download: bool, times: float, kind: str = "api_calls") -> None:
        self.asked: list[str] = []
        self._respond, self._download, self._left, self._kind = project.sandbox.respond, download, times, kind

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        is_job = request.method == "GET" and request.path.startswith("/v1/exports/")
        if is_job and self._left and any(name == "token" for name, _ in request.query) is self._download:
            self._left -= 1
            return answer(429, {"code": 429}, Retry_After="40", X_Rate_Limit_Type=self._kind)
        return self._respond(request)


@pytest.mark.parametrize("download", [True, False])
def test_the_call_limit_is_waited_out(tmp_path: Path, download: bool) -> None:
    calm, project = Project(tmp_path / "calm.db"), Project(tmp_path / "c.db")
    calm.sync(VOUCHERS)
    report = project.sync(VOUCHERS, responder=Limiting(project, download=download, times=3))
    assert sum(project.clock.slept) >= 3 * 40
    assert (report.state, report.resources["vouchers"].via) == ("complete", "exports")
    assert report.resources["vouchers"].reason is None
    assert dump(project.connect()) == dump(calm.connect())


@pytest.mark.parametrize("download", [True, False])
@pytest.mark.parametrize("kind", ["api_calls", "bulk_api_calls", "api_calls_cycle", "webhook_calls"])
def test_a_call_limit_that_stays_ends_the_run(tmp_path: Path, kind: str, download: bool) -> None:
    project = Project(tmp_path / "c.db")
    server = Limiting(project, download=download, times=math.inf, kind=kind)
    report = project.sync(VOUCHERS, responder=server)
    assert (report.state, report.error) == ("partial", "retry")
    started = server.asked.index("/v1/exports")
    assert "/v1/vouchers" not in server.asked[started:], "it is not paged instead"


def test_an_export_cut_off_by_the_call_limit_is_made_again(tmp_path: Path) -> None:
    """Not paged: that would cost a hundred times as much as what was cut off."""
    from store.sync.strategies import full_refresh

    project = Project(tmp_path / "c.db")
    project.sync(VOUCHERS, responder=Limiting(project, download=True, times=math.inf))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full_refresh, "WORTH_IT", 100)
        again = project.sync(SyncRequest(everything=True, only=VOUCHERS.only))
    assert (again.state, again.resources["vouchers"].via) == ("complete", "exports")
    held = [identity for (identity,) in project.connect().execute("select id from vouchers order by id")]
    assert held == sorted(project.ids("vouchers"))


def test_a_file_without_an_end_is_given_up_and_the_list_paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows would fill the disk."""
    monkeypatch.setattr(exporting, "SPARE_ROWS", 0)
    project = Project(tmp_path / "c.db", hostile=False)

    def respond(request: Request) -> Response:
        response = project.sandbox.respond(request)
        if not any(name == "token" for name, _ in request.query):
            return response
        rows = b"".join(response.body.splitlines(keepends=True)[1:])
        return Response(response.status, response.headers, response.body + 9 * rows)

    codes = project.sync(VOUCHERS, responder=respond).resources["vouchers"]
    assert (codes.state, codes.via) == ("complete", "pages+exports")
    assert "was given up there" in (codes.reason or "")
