"""Syncing from inside the app: to the end, to failure, cancelled, refused; screens follow and keep the cursor."""

import asyncio
import re
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from store.api.errors import ApiError, ServerError
from store.cache.lock import writer_lock
from store.cache.search_index import index_states
from store.queries import row_candidates
from store.sync.report import Report, ResourceReport
from store.sync.request import SyncRequest
from store.wire import Request, Responder, Response
from tests.support.app_host import NARROW, WIDE, DemoHost, place, press, screen_lines, screen_text, settle
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.messages import SyncStatus
from tui.kit.screen import sync_words
from tui.kit.services import SyncListener
from tui.project import open_client
from tui.shell.app import PromoscopeApp
from tui.sync.cache_watch import inspect_cache
from tui.sync.run import CANCELLED, SyncRun, why_incomplete


async def test_no_cache_then_sync_fills_the_list(empty_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_candidates, "WORTH_IT", 11)
    async with empty_host.run() as (app, pilot):
        assert "Nothing is synced yet. Press R" in screen_text(pilot)
        assert "not synced yet" in screen_lines(pilot)[0]
        await press(pilot, "R")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.table.row_count == 12
        assert app.desk.state.state == "complete"
        assert "just now" in screen_lines(pilot)[0]
        await settle(pilot)
        indexed = app.services.reader.ask(index_states)["campaigns"]
        assert (indexed.upto, indexed.pending) == (12, 0), "a first fill is indexed for searches"


async def test_no_cache_and_offline(empty_host: DemoHost) -> None:
    empty_host.online = False
    async with empty_host.run((160, 24)) as (_app, pilot):
        text = screen_text(pilot)
        assert "There is no cache at" in text
        assert "offline" in screen_lines(pilot)[0]
        await press(pilot, "R")
        assert "shown offline" in screen_text(pilot)


async def test_a_sync_keeps_the_cursor_and_shows_what_changed(demo_host: DemoHost) -> None:
    demo_host.edit("update campaigns set name = 'Stale name' where name = 'Last Call'")
    async with demo_host.run() as (app, pilot):
        await press(pilot, "j", "j", "j")
        assert isinstance(app.screen, CampaignListScreen)
        before = app.screen.current
        assert before is not None
        assert "Stale name" in screen_text(pilot)
        demo_host.edit("update campaigns set name = 'Fresh name' where name = 'Stale name'")
        app.look_at_cache()
        await settle(pilot)
        assert "Fresh name" in screen_text(pilot)
        assert app.screen.current == before


async def test_progress_panel_is_toggled_and_lists_resources(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (_app, pilot):
        await press(pilot, "R", "P")
        text = screen_text(pilot)
        assert "calls" in text
        assert "1 call   complete" in text
        await press(pilot, "P")
        assert "1 call   complete" not in screen_text(pilot)


def refuse(request: Request) -> Response:
    """A server that accepts no keys."""
    body = b'{"code":401,"key":"unauthorized","message":"Unauthorized [/x]","details":"bad","request_id":"v-00c0ffee"}'
    return Response(401, {"content-type": "application/json"}, body)


def drop(request: Request) -> Response:
    """A server that hangs up."""
    raise ConnectionError("reset")


async def test_refused_keys_are_shown_with_the_request_id(demo_host: DemoHost) -> None:
    demo_host.responder = refuse
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "R")
        text = screen_text(pilot)
        assert "v-00c0ffee" in text
        assert "refused with this key" in screen_lines(pilot)[0]
        assert app.is_running
        await press(pilot, "j")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.table.row_count == 12


async def test_a_lost_connection_ends_as_failed_and_can_be_tried_again(demo_host: DemoHost) -> None:
    demo_host.responder = drop
    async with demo_host.run() as (app, pilot):
        await press(pilot, "R")
        assert app.desk.state.state == "failed"
        assert app.desk.state.reason
        assert not app.desk.running
        await press(pilot, "R")
        assert app.desk.state.state == "failed"


@pytest.mark.parametrize(("answer", "reason"), [(drop, "connection"), (refuse, "v-00c0ffee")])
async def test_a_failed_first_reading_says_why_and_what_to_do(
    empty_host: DemoHost, answer: Responder, reason: str
) -> None:
    empty_host.responder = answer
    async with empty_host.run() as (app, pilot):
        await press(pilot, "R")
        assert "Nothing read yet: the sync failed" in screen_lines(pilot)[1]
        list_of = "\n".join(screen_lines(pilot)[5:10])
        assert reason in list_of
        assert "Press R to try again" in list_of.replace("\n", "")
        assert "0 active" not in screen_text(pilot)
        assert "just now" not in screen_lines(pilot)[0]
    # Later, too: the toast is gone then, and so is the app that showed it.
    async with empty_host.run() as (app, pilot):
        assert app.desk.state.state == ""
        assert reason in screen_text(pilot)
        assert "0 active" not in screen_text(pilot)


async def test_a_first_reading_that_was_stopped_says_so(empty_host: DemoHost) -> None:
    async with empty_host.run() as (app, pilot):
        stopped = SyncStatus(state="stopped", reason=CANCELLED)
        place(app).show_sync(stopped, app.desk.progress)
        await settle(pilot)
        assert "Nothing read yet: the sync was stopped" in screen_lines(pilot)[1]
        assert "sync stopped" in screen_lines(pilot)[0]
        assert "failed" not in screen_text(pilot)
        assert "Press R to resume" in screen_text(pilot)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SyncStatus(running=True, what="campaigns", calls=1), "campaigns, 1 call"),
        (SyncStatus(running=True, what="campaigns", calls=2), "campaigns, 2 calls"),
        (SyncStatus(running=True, waiting="the limit is used up", goes_on=121.2), "waits 21 s"),
        (SyncStatus(running=True, waiting="tries again: no answer", goes_on=101.0), "tries again in 1 s"),
        (SyncStatus(running=True, waiting="tries again: no answer", goes_on=1.0), "tries again in 1 s"),
        (SyncStatus(state="stopped"), "sync stopped"),
        (SyncStatus(state="failed"), "sync failed"),
        (SyncStatus(state="complete", unfinished=True), "◐ partial"),
        (SyncStatus(state="complete"), ""),
    ],
)
def test_the_sync_in_a_few_words(state: SyncStatus, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.kit.screen.time.monotonic", lambda: 100.0)
    said = sync_words(state)[0]
    assert said.endswith(words) if words else not said


def is_ticking(app: PromoscopeApp) -> bool:
    """Whether the screen counts seconds."""
    return place(app)._countdown is not None


async def test_a_wait_is_counted_down_and_nothing_ticks_afterwards(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        began = time.monotonic()
        waiting = SyncStatus(running=True, waiting="the limit is used up", goes_on=began + 600)
        assert not is_ticking(app)
        place(app).show_sync(waiting, app.desk.progress)
        assert is_ticking(app)
        await settle(pilot)
        shown = re.search(r"waits (\d+) s", screen_lines(pilot)[0])
        assert shown is not None
        assert 599 - (time.monotonic() - began) <= int(shown[1]) <= 600
        place(app).show_sync(SyncStatus(), app.desk.progress)
        assert not is_ticking(app)


async def test_a_call_that_is_repeated_is_told(demo_host: DemoHost) -> None:
    demo_host.responder = drop
    told: list[str] = []
    async with open_client(demo_host.services_project(), on_wait=lambda _seconds, why: told.append(why)) as (client, _):
        with pytest.raises(ApiError):
            await client.get("/v1/campaigns")
    assert told
    assert all(why.startswith("tries again: ") for why in told)


async def test_another_process_with_the_lock_is_named(demo_host: DemoHost) -> None:
    with writer_lock(demo_host.cache, demo_host.project.clock):
        async with demo_host.run(WIDE) as (app, pilot):
            await press(pilot, "R")
            assert "is being synced by process" in screen_text(pilot)
            assert app.desk.state.state == "failed"


def test_looking_at_a_cache_sees_writes(demo_host: DemoHost) -> None:
    before = inspect_cache(demo_host.cache)
    demo_host.edit("update campaigns set name = name || ' longer than before'")
    after = inspect_cache(demo_host.cache)
    assert before.holder == after.holder == ""
    assert before.mark != after.mark
    assert inspect_cache(Path("/nowhere/at/all.db")).mark == ()


class Waiting:
    """A runner that waits until it is cancelled."""

    def __init__(self) -> None:
        self.started = threading.Event()

    async def __call__(self, request: SyncRequest, listener: SyncListener) -> Report:
        listener.on_wait(12.4, "the shop's reserve")
        self.started.set()
        await asyncio.Event().wait()
        return Report("never")


def test_cancelling_ends_the_run_and_says_what_is_kept() -> None:
    runner = Waiting()
    told = []
    run = SyncRun(runner, SyncRequest(), "campaigns", lambda state, progress: told.append(state))
    outcome: list[tuple[Report | None, str]] = []
    thread = threading.Thread(target=lambda: outcome.append(run.work()))
    thread.start()
    assert runner.started.wait(20)
    run.cancel()
    thread.join(20)
    assert outcome == [(None, CANCELLED)]
    assert told[0].waiting == "the shop's reserve"
    assert told[0].goes_on is not None
    assert not told[-1].running
    assert (told[-1].state, told[-1].reason, told[-1].goes_on) == ("stopped", CANCELLED, None)


def test_a_run_cancelled_before_it_began_does_nothing() -> None:
    runner = Waiting()
    run = SyncRun(runner, SyncRequest(), "campaigns", lambda state, progress: None)
    run.cancel()
    assert run.work() == (None, CANCELLED)
    assert not runner.started.is_set()


class StoppingAt:
    """A server during whose answer to a certain call the reader stops the sync.

    Attributes:
        calls: paths asked for, in order.
        at: index of the call; None for none.
        app: whose sync is stopped.
    """

    def __init__(self, answer: Responder, at: int) -> None:
        self.calls: list[str] = []
        self.at: int | None = at
        self.app: PromoscopeApp | None = None
        self._answer = answer

    def __call__(self, request: Request) -> Response:
        self.calls.append(request.path)
        if self.app is not None and len(self.calls) - 1 == self.at:
            self.app.desk.cancel()
        return self._answer(request)


def count_rows(host: DemoHost, table: str) -> int:
    """How many rows the cache holds of a list."""
    with sqlite3.connect(host.cache) as connection:
        held = connection.execute(f"select count(*) from {table}").fetchone()[0]
    connection.close()
    return int(held)


async def test_a_whole_reading_that_was_stopped_goes_on(empty_host: DemoHost, demo_host: DemoHost) -> None:
    server = StoppingAt(empty_host.project.sandbox.respond, at=24)
    empty_host.demo, empty_host.responder = True, server
    app = empty_host.app(sync_at_start=True)
    server.app = app
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await settle(pilot)
        assert app.desk.state.state == "stopped"
        assert "sync stopped" in screen_lines(pilot)[0]
        assert "R resumes" in screen_text(pilot)
        before = len(server.calls)
        tables = ("redemptions", "vouchers", "publications", "customers")
        assert any(count_rows(empty_host, table) < count_rows(demo_host, table) for table in tables)
        await press(pilot, "R")
        assert (app.desk.state.state, app.desk.unfinished) == ("complete", {})
        assert "just now" in screen_lines(pilot)[0]
        assert "partial" not in screen_lines(pilot)[0]
        for table in tables:
            assert count_rows(empty_host, table) == count_rows(demo_host, table) > 0
        assert len(server.calls) > before
        await press(pilot, "R")
        assert list(app.desk.unfinished) == []


async def test_a_stopped_reading_keeps_the_header_partial_until_it_was_taken_up(empty_host: DemoHost) -> None:
    server = StoppingAt(empty_host.project.sandbox.respond, at=-1)
    empty_host.responder = server
    async with empty_host.run(WIDE) as (app, pilot):
        server.app = app
        await press(pilot, "R")
        server.at = len(server.calls) + 1
        await press(pilot, "slash", *"last", "enter", "enter")
        (stopped,) = app.desk.unfinished
        assert stopped.campaigns
        assert app.desk.state.state == "stopped"
        app.sync(SyncRequest(only=frozenset({"categories"})), "categories")
        await settle(pilot)
        assert app.desk.state.state == "complete"
        assert "partial" in screen_lines(pilot)[0]
        asked = len(server.calls)
        await press(pilot, "R")
        assert app.desk.unfinished == {}
        assert "partial" not in screen_lines(pilot)[0]
        # The campaigns' lists are read, too: what goes on must not keep `R` from what is new.
        paths = server.calls[asked:]
        assert paths.index("/v1/redemptions") < paths.index("/v1/campaigns")
        assert count_rows(empty_host, "vouchers") > 0


async def test_r_on_a_campaign_that_is_gone_is_not_taken_up_again(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        app.sync(SyncRequest(campaigns=("camp_gone",)), "Gone")
        await settle(pilot)
        assert app.desk.state.state == "failed"
        assert app.desk.unfinished == {}


def test_what_a_finished_run_leaves_nothing_of() -> None:
    rows = frozenset({"vouchers", "redemptions"})
    asked = SyncRequest(campaigns=("a",), only=rows)
    assert SyncRequest(campaigns=("a", "b")).covers(asked)
    assert SyncRequest(campaigns=("a",), only=rows | {"publications"}).covers(asked)
    assert asked.covers(asked)
    assert not SyncRequest(campaigns=("b",)).covers(asked)
    assert not SyncRequest(campaigns=("a",), only=frozenset({"vouchers"})).covers(asked)
    assert not SyncRequest(campaigns=("a",)).covers(SyncRequest(campaigns=("a",), full=True))
    assert not SyncRequest(campaigns=("a",)).covers(SyncRequest())
    assert not SyncRequest().covers(asked)


def test_an_api_error_of_the_runner_becomes_a_sentence() -> None:
    async def broken(request: SyncRequest, listener: SyncListener) -> Report:
        raise ServerError(status=503, request_id="v-1")

    report, reason = SyncRun(broken, SyncRequest(), "x", lambda state, progress: None).work()
    assert report is None
    assert "v-1" in reason


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (Report("r"), ""),
        (Report("r", state="partial", reason="Budget spent."), "Budget spent."),
        (
            Report("r", state="partial", resources={"a": ResourceReport(state="partial", reason="cut"),
                                                    "b": ResourceReport(state="failed", reason="gone"),
                                                    "c": ResourceReport()}),
            "a: cut (and 1 more)",
        ),
        (Report("r", state="failed"), "The sync ended failed."),
    ],
)  # fmt: skip
def test_why_a_run_is_not_complete(report: Report, reason: str) -> None:
    assert why_incomplete(report) == reason


async def test_quitting_while_a_sync_runs(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await pilot.press("R", "ctrl+q")
    assert not app.is_running


async def test_a_stop_at_any_moment_of_a_run_raises_nothing(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        for pauses in range(6):
            app.action_sync_routine()
            for _ in range(pauses * 20):
                await asyncio.sleep(0)
            while app.desk.running:
                app.desk.cancel()
                await asyncio.sleep(0)
            assert not app.desk.cancel()
            await settle(pilot)
            assert app.desk.state.state in {"stopped", "complete", "partial"}
            assert app.is_running
