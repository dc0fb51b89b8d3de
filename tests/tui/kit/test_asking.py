"""Questions of screens: asked in a thread, shown in the loop; dropped ones stop; nothing else works in threads."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from store.cache.database import connect_writer
from store.cache.errors import ReadingCancelled
from store.queries.reader import Reader
from tests.support.app_host import settle
from tests.support.paths import ROOT
from tests.support.records import campaign, put
from tests.support.syncing import ZONE
from tui.kit import indexing
from tui.kit.asking import ask, limit_threads

THREADS = {
    "tui/kit/asking.py": {"to_thread", "ThreadPoolExecutor"},
    "widgets/table/row_reading.py": {"to_thread"},
    "tui/sync/controller.py": {"Thread("},
    "tui/campaigns/read_ahead.py": {"Thread(", "Timer("},
    "tui/shell/signals.py": {"Timer("},
}
"""Who works in threads, and how: questions, rows, the sync, the first list from a slow disk, a signal given again."""
WAYS = re.compile(r"thread=True|to_thread|run_in_executor|\bThread\(|\bTimer\(|ThreadPool\w+|call_from_thread")


class Endless:
    """A query without an end.

    Attributes:
        begun: set once it runs.
        ended: set once it raised, and with what.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> None:
        def seen(number: int) -> int:
            self.begun.set()
            return number

        connection = self.reader.connection
        connection.create_function("seen", 1, seen)
        query = "with recursive n(i) as (select seen(1) union all select seen(i) from n) select count(*) from n"
        try:
            connection.execute(query).fetchone()
        except Exception as error:
            self.error = error
            raise
        finally:
            self.ended.set()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    connect_writer(tmp_path / "c.db").close()
    reader = Reader(tmp_path / "c.db", ZONE)
    yield reader
    reader.end()
    reader.close()


@asynccontextmanager
async def asker() -> AsyncIterator[tuple[Widget, Pilot[None]]]:
    """A widget in an app of its own."""
    app = App[None]()
    async with app.run_test() as pilot:
        widget = Widget()
        await app.mount(widget)
        yield widget, pilot


async def until(pilot: Pilot[None], event: threading.Event) -> None:
    while not event.is_set():
        await pilot.pause(0.01)


def ask_newer(widget: Widget) -> Any:
    ask(widget, lambda: None, lambda _: None, group="one")


@pytest.mark.parametrize("drop", [ask_newer, Widget.remove], ids=["a newer question", "its asker goes"])
async def test_a_dropped_question_stops_its_query(reader: Reader, drop: Callable[[Widget], Any]) -> None:
    endless, told = Endless(reader), list[object]()
    async with asker() as (widget, pilot):
        ask(widget, endless, told.append, group="one", failed=told.append)
        await until(pilot, endless.begun)
        drop(widget)
        await until(pilot, endless.ended)
        assert isinstance(endless.error, ReadingCancelled)
        await settle(pilot)
        assert told == []


async def test_another_group_is_left_alone(reader: Reader) -> None:
    endless, told = Endless(reader), list[object]()
    async with asker() as (widget, pilot):
        ask(widget, endless, told.append, group="one", failed=told.append)
        await until(pilot, endless.begun)
        ask(widget, lambda: threading.current_thread(), told.append, group="two")
        while not told:
            await pilot.pause(0.01)
        assert told[0] is not threading.main_thread()
        assert not endless.ended.is_set()


async def test_four_threads_at_most_work_at_once() -> None:
    """Each has its own memory and its own connection to the cache."""
    limit_threads()
    four, five = threading.Barrier(4), threading.Barrier(5)
    await asyncio.gather(*(asyncio.to_thread(four.wait, 60) for _ in range(4)))
    waited = await asyncio.gather(*(asyncio.to_thread(five.wait, 0.2) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(one, threading.BrokenBarrierError) for one in waited), "a fifth never comes beside them"


async def test_the_index_is_built_without_a_state_of_the_cache_being_held(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while somebody reads a state cannot leave the file beside the cache."""
    emptied = list[tuple[int, int, int]]()

    def build(path: Path, _: object) -> bool:
        with closing(connect_writer(path)) as connection:
            put(connection, "campaigns", campaign())
            emptied.append(connection.execute("pragma wal_checkpoint(truncate)").fetchone())
        return True

    monkeypatch.setattr(indexing, "build_index", build)
    with closing(connect_writer(reader.path)) as connection:
        put(connection, "campaigns", campaign("camp_2", "Winter"))
    async with asker() as (widget, pilot):
        told = list[None]()
        indexing.build_in_background(widget.app, reader, lambda: told.append(None), worth=0)
        while not told:
            await pilot.pause(0.01)
    assert emptied == [(0, 0, 0)]


def test_nothing_else_works_in_threads() -> None:
    found = {
        str(path.relative_to(ROOT)): set(ways)
        for package in ("tui", "widgets")
        for path in (ROOT / package).rglob("*.py")
        if "cli" not in path.parts and (ways := WAYS.findall(path.read_text(encoding="utf-8")))
    }
    assert found == THREADS
