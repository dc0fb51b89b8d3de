"""One call in six goes wrong: two runs over everything end with the same rows as an undisturbed one."""

from pathlib import Path
from random import Random

import pytest

from store.api import pages
from store.api.errors import IncompleteListing, RateLimited
from store.api.limits import read_limits
from store.api.pages import Listing, PagingStyle
from store.cache.registry import TABLES
from store.sync.request import SyncRequest
from store.wire import Request, Response
from store.words import wait
from tests.support.list_server import NOON, answer, client_of
from tests.support.syncing import Project

EVERYTHING = SyncRequest(everything=True)
EXPORTED = SyncRequest(everything=True, via="exports")


class Bad:
    """The sandbox, where chance spoils one answer in six: another way each time."""

    def __init__(self, project: Project, seed: int) -> None:
        self._respond = project.sandbox.respond
        self._chance = Random(seed)

    def __call__(self, request: Request) -> Response:
        if self._chance.randrange(6):
            return self._respond(request)
        match self._chance.randrange(7):
            case 0:
                return answer(429, {"code": 429, "message": "Too many"}, Retry_After="1")
            case 1:
                return answer(self._chance.choice((500, 502, 503)), {"message": "oops"})
            case 2:
                raise ConnectionResetError("reset")
            case 3:
                good = self._respond(request)
                return Response(good.status, good.headers, good.body[: len(good.body) // 2])
            case 4:
                return answer(200, {"object": "list", "data_ref": "products", "products": [], "total": 0})
            case 5:
                return Response(200, {"content-type": "text/html"}, b"<html>one moment</html>")
            case _:
                return Response(200, {"content-type": "application/json"})


def rows(project: Project) -> dict[str, set[str]]:
    connection = project.connect()
    found = {name: {row[0] for row in connection.execute(f'select id from "{name}"')} for name in TABLES}
    connection.close()
    # Each run's own calls are in the API's log.
    return {name: ids for name, ids in found.items() if name != "api_log"}


@pytest.mark.parametrize("seed", range(6))
def test_two_runs_end_complete(tmp_path: Path, seed: int) -> None:
    right = Project(tmp_path / "right.db")
    right.copy_synced()
    project = Project(tmp_path / "c.db")
    bad = Bad(project, seed)
    request = EXPORTED if seed % 2 else EVERYTHING
    for _ in range(2):
        report = project.sync(request, responder=bad)
    assert report.state == "complete", report.as_json()
    assert rows(project) == rows(right)
    connection = project.connect()
    assert connection.execute("select count(*) from unreadable").fetchone() == (0,)
    left = connection.execute("select resource, state, attempt_state from sync_states where state != 'complete'")
    assert left.fetchall() == []
    connection.close()


def test_an_endless_list_ends_by_a_bound_and_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_ANSWERS", 4)
    project = Project(tmp_path / "c.db")
    asked: list[str | None] = []

    def endless(request: Request) -> Response:
        if request.path != "/v1/trash-bin":
            return project.sandbox.respond(request)
        after = dict(request.query).get("starting_after_id")
        asked.append(after)
        last = int((after or "t_0").removeprefix("t_")) + 1
        rows = [{"id": f"t_{last}", "created_at": "2026-01-01T00:00:00Z"}]
        return answer(200, {"data": rows, "has_more": True, "more_starting_after": f"t_{last}"})

    for _ in range(2):
        report = project.sync(responder=endless)
        assert report.resources["trash_bin"].state == "partial"
        assert report.resources["trash_bin"].reason == "it was still going on after 4 answers"
    assert asked == [None, *(f"t_{number}" for number in range(1, 8))]


@pytest.mark.parametrize("style", list(PagingStyle))
async def test_every_kind_of_list_ends_by_the_bound(style: PagingStyle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_ANSWERS", 5)
    number = 0

    def endless(request: Request) -> Response:
        nonlocal number
        number += 1
        time = f"2026-01-{30 - number if style is PagingStyle.END_DATE else number:02}T00:00:00.000Z"
        return answer(200, {"data": [{"id": f"x_{number}", "created_at": time}], "has_more": True, "total": 10**6})

    listing = Listing("/v1/x", ("data",), style, limit=1)
    with client_of(endless) as client, pytest.raises(IncompleteListing):
        async for _ in pages.read_pages(client, listing):
            pass
    assert number <= 5


def test_absurd_waits_and_counts_print_no_hundreds_of_digits() -> None:
    limits = read_limits(
        {"Retry-After": "1e300", "X-Rate-Limit-Remaining": "1e300", "X-Rate-Limit-Limit": "9" * 400}, NOON
    )
    assert (limits.remaining, limits.limit, limits.retry_after) == (None, None, 1e300)
    assert wait(1e300) == "more than 99 days"
    assert wait(99 * 86_400) == "2376 h"
    sentence = RateLimited(retry_after=limits.retry_after).sentence
    assert "possible again in more than 99 days" in sentence
    assert len(sentence) < 200


def test_a_summary_that_is_something_else_is_not_taken_for_one(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    struck: set[str] = set()

    def respond(request: Request) -> Response:
        if request.path.endswith("/summary") and request.path not in struck:
            struck.add(request.path)
            return answer(200, {"object": "list", "data_ref": "data", "data": [], "total": 7})
        return project.sandbox.respond(request)

    project.sync(EVERYTHING, responder=respond)
    right = Project(tmp_path / "right.db")
    right.copy_synced()
    totals = "select campaign_id, metric, value from campaign_totals order by 1, 2"
    assert project.connect().execute(totals).fetchall() == right.connect().execute(totals).fetchall()
    assert struck
