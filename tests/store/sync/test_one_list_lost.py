"""What becomes of a list that cannot be read must not become of the others, nor of its next reading."""

import asyncio
import json
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from store.sandbox.limits import Limits
from store.sandbox.world import Sizes
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.syncing import Project

EVERYTHING = SyncRequest(everything=True)
MANY = Sizes(campaigns=14, customers=60, vouchers=2_600, redemptions=300, publications=100, accruals=100)


@pytest.mark.parametrize("error", [TimeoutError, ConnectionError])
@pytest.mark.parametrize("limits", ["business", "unlimited"])
def test_a_list_that_never_answers_keeps_no_other_from_being_read(
    tmp_path: Path, limits: str, error: type[Exception]
) -> None:
    project = Project(tmp_path / "c.db", hostile=False, options={"limits": Limits.of(limits)})

    def answer(request: Request) -> Response:
        if request.path == "/v1/categories":
            raise error("no answer")
        return project.sandbox.respond(request)

    report = project.sync(EVERYTHING, responder=answer)
    assert (report.state, report.error) == ("partial", "retry")
    assert {name for name, one in report.resources.items() if one.state != "complete"} == {"categories"}
    assert project.sync(EVERYTHING).state == "complete"


def test_two_lists_in_a_row_that_never_answer_end_the_run(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db", hostile=False, options={"limits": Limits.of("business")})
    asked = Counter[str]()

    def answer(request: Request) -> Response:
        asked[request.path] += 1
        if request.path != "/v1/campaigns":
            raise TimeoutError("no answer")
        return project.sandbox.respond(request)

    report = project.sync(EVERYTHING, responder=answer)
    assert (report.state, report.error) == ("partial", "retry")
    assert len(asked) == 3, "campaigns, and two others"


@pytest.mark.parametrize("end", ["/pending-points", "/earning-rules", "/tiers"])
def test_a_list_whose_reading_a_stop_cut_off_is_asked_for_again(tmp_path: Path, end: str) -> None:
    """Otherwise it is left alone for hours, as one that was read."""
    project, asked = Project(tmp_path / "c.db", hostile=False), list[str]()

    def stopped(request: Request) -> Response:
        if request.path.endswith(end) and request.path.startswith("/v1/loyalties/"):
            raise asyncio.CancelledError
        return project.sandbox.respond(request)

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return project.sandbox.respond(request)

    with pytest.raises(asyncio.CancelledError):
        project.sync(EVERYTHING, responder=stopped)
    project.clock.advance(timedelta(minutes=5).total_seconds())
    assert project.sync(EVERYTHING, responder=answer).state == "complete"
    assert any(path.endswith(end) for path in asked)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_where_no_export_is_given_the_list_is_paged(tmp_path: Path, status: int) -> None:
    project = Project(tmp_path / "c.db", sizes=MANY, hostile=False)

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return Response(status, {"Content-Type": "application/json"}, b'{"code":%d}' % status)
        return project.sandbox.respond(request)

    codes = project.sync(EVERYTHING, responder=answer).resources["vouchers"]
    assert (codes.state, codes.via) == ("complete", "pages")
    assert codes.seen >= 2_600
    assert "paged: " in (codes.reason or "")


@pytest.mark.parametrize("end", ["/transactions", "/holders", "/trash-bin", "/async-actions", "/redemptions"])
def test_a_record_that_was_garbage_once_is_forgotten_by_a_full_sync(tmp_path: Path, end: str) -> None:
    """Without an id nothing else can tell that it is understood now."""
    project, spoilt = Project(tmp_path / "c.db", hostile=False), list[str]()

    def answer(request: Request) -> Response:
        response = project.sandbox.respond(request)
        if request.method != "GET" or not request.path.endswith(end) or response.status != 200 or spoilt:
            return response
        document = json.loads(response.body)
        rows = next((value for value in document.values() if isinstance(value, list) and value), None)
        if rows is None:
            return response
        rows[0] = "garbage"
        spoilt.append(request.path)
        return Response(response.status, response.headers, json.dumps(document).encode())

    request = SyncRequest(everything=True, via="pages")
    assert project.sync(request, responder=answer).state == "partial"
    assert spoilt
    project.clock.advance(timedelta(days=1).total_seconds())
    assert project.sync(replace(request, full=True)).state == "complete"


def test_one_list_whose_answers_have_a_clock_ahead_misses_no_change(tmp_path: Path) -> None:
    """A code that is disabled an hour after a reading whose answers were dated 70 minutes later."""
    project = Project(tmp_path / "c.db", hostile=False)

    def answer(request: Request) -> Response:
        response = project.sandbox.respond(request)
        if request.path != "/v1/vouchers":
            return response
        ahead = format_datetime(project.clock.now() + timedelta(minutes=70), usegmt=True)
        kept = {name: value for name, value in response.headers.items() if name.lower() != "date"}
        return Response(response.status, {**kept, "Date": ahead}, response.body)

    assert project.sync(EVERYTHING, responder=answer).state == "complete"
    with closing(project.connect()) as connection:
        query = "select id, code from vouchers where active = 1 order by id limit 1"
        identity, code = connection.execute(query).fetchone()
        project.clock.advance(3_600)
        keys = {"x-app-id": "demo", "x-app-token": "demo-token"}
        disabled = Request("POST", f"/v1/vouchers/{quote(code, safe='')}/disable", (), keys, b"")
        assert project.sandbox.respond(disabled).status == 200
        project.clock.advance(3_600)
        assert project.sync(EVERYTHING).state == "complete"
        assert connection.execute("select active from vouchers where id = ?", (identity,)).fetchone() == (0,)
