"""Keys that arrive together: each goes where the one before it led, none is lost, none runs as a command elsewhere."""

import asyncio

import pytest
from textual.constants import MAX_FPS
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tests.support.app_host import DemoHost, press, screen_lines, settle
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.lists.tab import RowsTab
from tui.shell.app import PromoscopeApp
from widgets.dialog.picker import Picker
from widgets.table.rows import Row


def rows_of(app: PromoscopeApp) -> list[Row]:
    """The rows of the campaign list."""
    assert isinstance(app.screen, CampaignListScreen)
    found = [app.screen.table.blocks.row(index) for index in range(app.screen.table.row_count)]
    return [row for row in found if row is not None]


async def type_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Send keys as the driver does when one packet brings them all; words of several letters are key names."""
    for key in keys:
        name = key if len(key) > 1 else _character_to_key(key)
        pilot.app.post_message(Key(name, key if len(key) == 1 else None))
    await settle(pilot)


async def test_a_filter_typed_in_one_packet(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await type_at_once(pilot, *"/quarter")
        assert app.is_running
        assert app.screen.query_one(Input).value == "quarter"


async def test_a_picker_is_typed_into_and_taken_from(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        await type_at_once(pilot, "T", *"gift", "enter")
        assert isinstance(app.screen, CampaignListScreen)
        kinds = {app.screen._shown[row.id].campaign_type for row in rows_of(app)}
        assert kinds == {"GIFT_VOUCHERS"}
        await type_at_once(pilot, "escape", "S", *"expi", "enter", "s", *"campaign", "enter")
        assert "CAMPAIGN▲" in screen_lines(pilot)[3]
        assert {app.screen._shown[row.id].status.kind.value for row in rows_of(app)} == {"expired"}


async def test_a_campaign_its_tab_and_its_rows(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await type_at_once(pilot, *"/last", "enter", "enter", "2", *"jjj")
        tab = app.screen.query_one(RowsTab)
        assert tab.spec.id == "vouchers"
        assert app.focused is tab.table
        assert tab.table.cursor == 3
        code = tab.table.cursor_row
        assert code is not None
        await type_at_once(pilot, *f"/{code.id}", "enter", "enter")
        assert tab.asked.text == code.id
        assert tab.table.row_count == 1
        assert tab.drawer.is_open


async def test_letters_of_a_row_filter_are_no_commands(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await type_at_once(pilot, *"4/7P2", "escape", "escape", *"fexport", "escape", *"/Refused")
        tab = next(tab for tab in app.screen.query(RowsTab) if tab.display)
        assert tab.spec.id == "redemptions"
        assert tab.query_one(Input).value == "Refused"
        assert not app.screen.has_class("-syncing")
        await type_at_once(pilot, "escape", "escape", "f")
        assert isinstance(app.screen, Picker)


async def test_the_palette_runs_what_was_typed(demo_host: DemoHost) -> None:
    async with demo_host.run() as (_app, pilot):
        await type_at_once(pilot, ":", *"sort: by any", "enter", *"camp", "enter")
        assert "by campaign" in screen_lines(pilot)[2]


async def test_back_through_what_was_opened(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await type_at_once(pilot, "enter", "J", "escape", "7", "escape", *"/autumn")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.query_one(Input).value == "autumn"


@pytest.mark.parametrize("first", ["/", "T", "S", "s"])
async def test_letters_are_no_commands_where_there_is_nothing_to_filter(empty_host: DemoHost, first: str) -> None:
    async with empty_host.run() as (app, pilot):
        await type_at_once(pilot, *f"{first}quarter")
        assert app.is_running
        assert app.screen.query_one(Input).value == "quarter"


@pytest.mark.parametrize("first", ["/", "f", "s"])
async def test_letters_are_no_commands_on_a_list_without_rows(demo_host: DemoHost, first: str) -> None:
    demo_host.edit("delete from vouchers")
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await type_at_once(pilot, "2", *f"{first}quarter")
        assert app.screen.query(Input).last().value == "quarter"


async def test_the_first_focus_is_the_list(demo_host: DemoHost) -> None:
    app = demo_host.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_at_once(pilot, *"/autumn")
        assert app.screen.query_one(Input).value == "autumn"


async def test_a_paste_keeps_its_turn(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        for event in (Key("slash", "/"), Paste("autumn"), Key("enter", "\r"), Key("j", "j")):
            app.post_message(event)
        await settle(pilot)
        assert app.screen.query_one(Input).value == "autumn"
        assert isinstance(app.screen, CampaignListScreen)
        assert app.focused is app.screen.table


async def test_leaving_waits_for_nothing(demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on, left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await goes_on.wait()

    async with demo_host.run() as (app, _pilot):
        monkeypatch.setattr(app, "exit", lambda **_: left.set())
        app.screen.call_later(hang)
        await begun.wait()
        for event in (Key("slash", "/"), Key("x", "x"), Key("ctrl+q", None)):
            app.post_message(event)
        async with asyncio.timeout(20):
            await left.wait()
        assert not app.keys.is_empty
        goes_on.set()


async def test_a_question_that_failed_holds_no_key(demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await press(pilot, "2")
        monkeypatch.setattr("tui.kit.lists.tab.narrowing_answers", fail)
        await type_at_once(pilot, "f", *"jj")
        assert app.screen.query_one(RowsTab).table.cursor == 2


class Listener(Widget, can_focus=True):
    """Notes the keys it gets; once restless, it goes on sending itself messages for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[str] = []
        self.full = asyncio.Event()
        self.restless = False

    def on_key(self, event: Key) -> None:
        event.stop()
        self.got.append(event.key)
        if len(self.got) == 3:
            self.full.set()

    async def stir(self) -> None:
        await asyncio.sleep(0)
        if self.restless:
            self.call_later(self.stir)


async def test_keys_reach_what_another_thread_had_mounted(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        listener, loop = Listener(), asyncio.get_running_loop()

        async def stand() -> None:
            await app.screen.mount(listener)
            listener.focus()

        def mount() -> None:
            asyncio.run_coroutine_threadsafe(stand(), loop).result()

        await loop.run_in_executor(None, mount)
        async with asyncio.timeout(20):
            await type_at_once(pilot, *"abc")
        assert listener.got == ["a", "b", "c"]


async def test_an_app_that_never_rests_takes_keys(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        listener = Listener()
        await app.screen.mount(listener)
        listener.focus()
        await pilot.pause()
        listener.restless = True
        await listener.stir()
        for key in "abc":
            app.post_message(Key(key, key))
        async with asyncio.timeout(60):
            await listener.full.wait()
        listener.restless = False
        assert listener.got == ["a", "b", "c"]


async def test_lines_and_scrollbar_move_in_one_frame(demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    async with demo_host.run((80, 16)) as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        frames: list[Screen[object]] = []
        paint = Screen._compositor_refresh

        def painted(screen: Screen[object]) -> None:
            frames.append(screen)
            paint(screen)

        monkeypatch.setattr(Screen, "_compositor_refresh", painted)
        for key in ("G", "g", "G"):
            frames.clear()
            await press(pilot, key)
            await asyncio.sleep(3 / MAX_FPS)
            assert len(frames) == 1, key
            assert (app.screen.table.scroll_offset.y > 0) == (key == "G")
