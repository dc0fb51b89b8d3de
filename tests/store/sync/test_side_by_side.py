"""Lists read side by side: the same cache as one after the other, as many as the limit allows, and none held up."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from unittest.mock import AsyncMock, Mock, patch

import pytest

from store.api.client import ApiClient, Credentials
from store.cache.batch import Batch
from store.cache.database import connect_writer
from store.cache.errors import CacheError
from store.cache.ledger import Ledger
from store.http_server import BackgroundServer
from store.sandbox import ExportHabits
from store.sandbox.limits import Limits
from store.sandbox.serve import _SandboxServer
from store.sync import abreast
from store.sync.abreast import side_by_side, width_within
from store.sync.engine import SyncEngine
from store.sync.rate_limiter import RateLimiter
from store.sync.request import SyncRequest
from store.sync.strategies.per_code import _CodesReading
from store.wire import Request, Response
from tests.support.syncing import Project, dump

EVERYTHING = SyncRequest(everything=True)


@pytest.mark.parametrize(
    ("limit", "width"), [(None, 8), (60, 1), (100, 1), (199, 1), (200, 2), (500, 5), (2_000, 8), (0, 1)]
)
def test_as_many_at_a_time_as_the_limit_allows(limit: int | None, width: int) -> None:
    assert width_within(limit) == width


def test_side_by_side_leaves_the_same_cache_and_takes_no_more_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Jobs that are done at once: how often one is looked at depends on the clock, which other readings move, too.
    options = {"exports": ExportHabits(scheduled=0.0, running=0.0)}
    wide, narrow = (Project(tmp_path / f"{name}.db", options=dict(options)) for name in ("wide", "narrow"))
    abreast_report = wide.sync(EVERYTHING)
    monkeypatch.setattr(abreast, "WIDEST", 1)
    report = narrow.sync(EVERYTHING)
    assert (abreast_report.state, report.state) == ("complete", "complete")
    per_list = [{name: one.as_json() for name, one in each.resources.items()} for each in (abreast_report, report)]
    more = {name: one.pop("calls") - per_list[1][name].pop("calls") for name, one in per_list[0].items()}
    assert per_list[0] == per_list[1]
    assert not any(more.values()), more
    for each in (abreast_report, report):
        assert each.calls == sum(one.calls for one in each.resources.values())
    assert dump(wide.connect()) == dump(narrow.connect())


@contextmanager
def most_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many calls were under way when each was let through."""
    limiters, seen = dict[int, int](), list[int]()
    before, after = RateLimiter.before, RateLimiter.after

    async def entered(self: RateLimiter, kind: str) -> None:
        await before(self, kind)
        limiters[id(self)] = limiters.get(id(self), 0) + 1
        seen.append(limiters[id(self)])

    def left(self: RateLimiter, status: int, headers: dict[str, str]) -> None:
        limiters[id(self)] -= 1
        after(self, status, headers)

    with monkeypatch.context() as patch:
        patch.setattr(RateLimiter, "before", entered)
        patch.setattr(RateLimiter, "after", left)
        yield seen


@pytest.mark.parametrize(("limits", "most"), [("unlimited", 8), ("business", 1)])
def test_calls_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: str, most: int) -> None:
    project = Project(tmp_path / "c.db", options={"limits": Limits.of(limits)})
    with most_at_once(monkeypatch) as seen:
        assert project.sync(EVERYTHING).state == "complete"
    assert max(seen) == most


class Stalling(_SandboxServer):
    """Takes a connection for the categories and sends nothing, until the customers have been asked for."""

    others = threading.Event()

    def answer(self, request: Request) -> Response:
        if request.path == "/v1/categories" and not self.others.wait(25):
            return Response(500)
        if request.path == "/v1/customers":
            self.others.set()
        return super().answer(request)


async def test_a_connection_that_sends_nothing_holds_up_no_other_list(tmp_path: Path) -> None:
    """The silent server answers only once the other list was read: a list that waited for it would never end."""
    project = Project(tmp_path / "c.db")
    request = SyncRequest(everything=True, only=frozenset({"campaigns", "categories", "rewards", "customers"}))
    with (
        BackgroundServer(Stalling(project.sandbox.respond, "127.0.0.1", 0), "127.0.0.1") as server,
        closing(project.connect()) as connection,
    ):
        keys = Credentials(server.url, "demo", "demo-token")
        async with ApiClient(keys, clock=project.clock, gate=RateLimiter(project.clock)) as client:
            report = await SyncEngine(client, connection, zone=UTC, clock=project.clock).run(request)
    assert report.state == "complete"
    assert {report.resources[name].calls for name in ("categories", "customers")} == {1}


async def test_the_first_error_ends_the_others_and_is_told() -> None:
    ended: list[int] = []

    async def act(number: int) -> None:
        try:
            if number == 2:
                raise ValueError(number)
            await asyncio.sleep(3_600)
        finally:
            ended.append(number)

    with pytest.raises(ValueError, match="2"):
        await side_by_side(range(5), act, lambda: 3)
    assert sorted(ended) == [0, 1, 2]


def test_no_page_is_written_after_a_transaction_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have lost other lists' pages with it: what they wrote after it would say that nothing is missing."""
    project = Project(tmp_path / "c.db", hostile=False, options={"limits": Limits.of("unlimited")})
    opened, failed, written = list[str](), list[str](), list[bool]()
    open_window, page = Ledger.open_window, Batch.page

    def open_or_fail(self: Ledger, resource: str, scope: str, name: str, started_at: str) -> None:
        opened.append(resource)
        if len(opened) == 6:
            failed.append(resource)
            raise sqlite3.OperationalError("database or disk is full")
        open_window(self, resource, scope, name, started_at)

    @contextmanager
    def noted(self: Batch) -> Iterator[None]:
        with page(self):
            written.append(bool(failed))
            yield

    monkeypatch.setattr(Ledger, "open_window", open_or_fail)
    monkeypatch.setattr(Batch, "page", noted)
    with pytest.raises(CacheError, match="full"):
        project.sync(EVERYTHING)
    assert failed
    assert set(written) == {False}


async def test_a_write_that_fails_for_one_of_several_codes_ends_all_writing_at_once(tmp_path: Path) -> None:
    """Its turn to be heard may come long after: until then other lists would write on."""
    with closing(connect_writer(tmp_path / "c.db")) as connection:
        batch = Batch(connection)
        reading = _CodesReading(Mock(context=Mock(batch=batch)), Mock())
        full = sqlite3.OperationalError("database or disk is full")
        failing = patch.object(_CodesReading, "_outcome", AsyncMock(side_effect=full))
        with failing, pytest.raises(sqlite3.OperationalError):
            await reading._try("CODE", "")
        with pytest.raises(sqlite3.OperationalError, match="full"), batch.page():
            raise AssertionError("nothing is written after it")
