"""A cache that is damaged, deleted, replaced or held under the running app: each screen says so, and reads it again."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store.cache import database
from store.ref import Ref
from tests.support.app_host import NARROW, WIDE, DemoHost, Running, press, screen_lines, screen_text, settle
from tests.tui.campaigns.test_names import REQUIRED, busiest, own_tabs
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.list_screen import CampaignListScreen
from widgets.frame.tab_bar import TabBar

DAMAGED = "The cache cannot be read (database disk image is malformed)."
ADVICE = "`promoscope doctor` checks it"
HELD = "Another program is using the cache."


def damage(path: Path) -> None:
    """Spoil each page but the first, as a dying disk does; the schema and its connections stay."""
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        size = connection.execute("pragma page_size").fetchone()[0]
        roots = [row[0] for row in connection.execute("select rootpage from sqlite_master where rootpage > 0")]
    connection.close()
    with path.open("r+b") as file:
        for page in roots:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)


def has(screen: str, sentence: str) -> bool:
    """Whether a screen shows a sentence, however it is wrapped."""
    return "".join(sentence.split()) in "".join(screen.replace("│", "").replace("▌", "").split())


@pytest.fixture
def offline(demo_host: DemoHost) -> DemoHost:
    """A host whose cache no sync of its own changes meanwhile."""
    demo_host.online = False
    return demo_host


async def visit(running: Running) -> list[str]:
    """Open each tab of the campaign by its number; returns what stood on the screen."""
    app, pilot = running
    seen = []
    for number in range(1, len(app.screen.query_one(TabBar).tabs) + 1):
        await press(pilot, str(number) if number < 10 else "]")
        seen.append(screen_text(pilot))
    return seen


@pytest.mark.parametrize("kind", REQUIRED)
async def test_each_tab_says_that_the_cache_is_damaged(demo_host: DemoHost, kind: str) -> None:
    identity = busiest(demo_host.cache, kind)
    async with demo_host.run(NARROW, open_campaign=identity) as (app, pilot):
        damage(demo_host.cache)
        await press(pilot, "ctrl+r")
        for number in (1, *(number for number, _ in own_tabs(kind))):
            app.screen.query_one(TabBar).choose_number(number)
            await settle(pilot)
            text = screen_text(pilot)
            assert has(text, DAMAGED), text
            assert has(text, ADVICE), text
            assert "Reading…" not in text
            assert "ctrl+r read again" in text.splitlines()[-1]
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignListScreen)


async def test_each_tab_is_read_again_once_the_cache_is_mended(offline: DemoHost) -> None:
    whole = offline.cache.with_name("whole.db")
    shutil.copyfile(offline.cache, whole)
    async with offline.run(NARROW, open_campaign="Coffee Club") as running:
        before = await visit(running)
        damage(offline.cache)
        await press(running[1], "ctrl+r")
        assert all(has(text, DAMAGED) for text in await visit(running))
        shutil.copyfile(whole, offline.cache)
        await press(running[1], "ctrl+r")
        assert await visit(running) == before


@pytest.mark.parametrize("keys", [("J",), ("H",), ("2", "j", "enter", "enter"), ("8", "enter", "enter")], ids=" ".join)
async def test_screens_of_one_record_say_it_and_are_read_again(demo_host: DemoHost, keys: tuple[str, ...]) -> None:
    whole = demo_host.cache.with_name("whole.db")
    shutil.copyfile(demo_host.cache, whole)
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, *keys)
        screen = app.screen
        assert not isinstance(screen, CampaignDetailScreen)
        before = screen_lines(pilot)[1:-1]
        damage(demo_host.cache)
        await press(pilot, "ctrl+r")
        assert has(screen_text(pilot), DAMAGED)
        assert app.screen is screen
        shutil.copyfile(whole, demo_host.cache)
        await press(pilot, "ctrl+r")
        assert screen_lines(pilot)[1:-1] == before
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignDetailScreen)


@pytest.mark.parametrize("keys", [("2", "enter"), ("2", "f"), ("2", "J"), ("2", "y"), ("8", "d")], ids=" ".join)
async def test_what_a_key_asks_for_says_it_too_and_keys_go_on_working(
    demo_host: DemoHost, keys: tuple[str, ...]
) -> None:
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, keys[0])
        damage(demo_host.cache)
        await press(pilot, *keys[1:])
        # Rows may stand beside the sentence.
        assert "The cache cannot be read" in screen_text(pilot)
        assert "malformed)." in screen_text(pilot)
        await press(pilot, "1")
        assert "[1 Dashboard]" in screen_text(pilot)
        await press(pilot, "ctrl+q")
        assert not app.is_running


async def test_the_list_says_it_and_is_read_again(demo_host: DemoHost) -> None:
    whole = demo_host.cache.with_name("whole.db")
    shutil.copyfile(demo_host.cache, whole)
    async with demo_host.run(WIDE) as (app, pilot):
        before = screen_lines(pilot)[1:-1]
        damage(demo_host.cache)
        await press(pilot, "ctrl+r")
        assert has(screen_text(pilot), DAMAGED)
        assert has(screen_text(pilot), ADVICE)
        assert "Last Call" not in screen_text(pilot)
        # Campaigns were read; only how many is not known.
        assert "not synced yet" not in screen_text(pilot)
        assert "Nothing read yet" not in screen_text(pilot)
        assert "The number of campaigns is not known" in screen_text(pilot)
        shutil.copyfile(whole, demo_host.cache)
        await press(pilot, "ctrl+r")
        assert screen_lines(pilot)[1:-1] == before
        assert app.is_running


async def test_a_cache_that_is_deleted_and_comes_back(offline: DemoHost) -> None:
    away = offline.cache.with_name("away.db")
    async with offline.run(WIDE, open_campaign="Last Call") as (app, pilot):
        before = screen_lines(pilot)[1:-1]
        offline.cache.rename(away)
        app.look_at_cache()
        await settle(pilot)
        assert has(screen_text(pilot), f"There is no cache at {offline.cache} yet. Run `promoscope sync` first.")
        await press(pilot, "escape")
        assert "offline. Run `promoscope sync`" in screen_text(pilot)
        away.rename(offline.cache)
        app.look_at_cache()
        await settle(pilot)
        assert "Last Call" in screen_text(pilot)
        app.open_ref(Ref.campaign("Last Call"))
        await settle(pilot)
        assert screen_lines(pilot)[1:-1] == before


async def test_a_cache_of_another_project_in_its_place(offline: DemoHost) -> None:
    other = offline.cache.with_name("other.db")
    shutil.copyfile(offline.cache, other)
    with sqlite3.connect(other) as connection:
        bound = [("base_url", "https://elsewhere.test"), ("app_id", "elsewhere")]
        connection.executemany("insert or replace into meta values (?, ?)", bound)
    connection.close()
    async with offline.run(WIDE, open_campaign="Last Call") as (app, pilot):
        other.replace(offline.cache)
        app.look_at_cache()
        await settle(pilot)
        assert has(screen_text(pilot), "This cache mirrors app elsewhere at https://elsewhere.test")
        await press(pilot, "escape")
        assert has(screen_text(pilot), "This cache mirrors app elsewhere")


async def test_a_cache_that_is_held_by_another_program(offline: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "READER_TIMEOUT_MS", 1)
    holder = sqlite3.connect(offline.cache, isolation_level=None)
    holder.execute("pragma journal_mode = delete")
    async with offline.run(WIDE, open_campaign="Last Call") as (_, pilot):
        before = screen_lines(pilot)[1:-1]
        holder.execute("begin exclusive")
        await press(pilot, "ctrl+r")
        assert has(screen_text(pilot), HELD), screen_text(pilot)
        holder.execute("rollback")
        await press(pilot, "ctrl+r")
        assert screen_lines(pilot)[1:-1] == before
    holder.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("pragma max_page_count = 1", "The cache could not be written (database or disk is full)."),
        ("pragma query_only = on", "The cache could not be written (attempt to write a readonly database)."),
    ],
)
async def test_a_cache_that_cannot_be_written(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, statement: str, said: str
) -> None:
    def limited(path: Path, **options: Any) -> sqlite3.Connection:
        connection = database.connect_writer(path, **options)
        connection.execute(statement)
        return connection

    monkeypatch.setattr("tui.project.connect_writer", limited)
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "R")
        assert has(screen_text(pilot), said), screen_text(pilot)
        assert "sync failed" in screen_lines(pilot)[0]
        assert "Last Call" in screen_text(pilot)
        assert app.is_running
