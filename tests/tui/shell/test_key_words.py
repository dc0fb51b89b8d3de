"""What the key line says in each state: only what works, the next step first, the way out never cut off."""

import pytest
from msgspec.structs import replace

from tests.support.app_host import NARROW, WIDE, DemoHost, place, press, screen_lines, settle
from tests.tui.sync.test_syncing import drop
from widgets.frame.key_line import KeyLine

Step = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Keys that are pressed, words the line then shows, words it must not show."""
LIST: tuple[Step, ...] = (
    ((), ("enter open", "/ filter", "? help"), ("esc", "stop sync", "try again")),
    (("slash",), ("enter to the rows", "esc leave", "F1 help"), ("/ filter", "T type")),
    (("a",), ("esc clear",), ()),
    (("enter",), ("enter open", "esc clear filter"), ()),
    (("escape", "space"), ("esc clear marks",), ()),
    (("escape", "slash", *"zzzz", "enter"), ("esc clear filter", "T type"), ("enter", "J JSON", "r refresh")),
    (("escape", "T"), ("enter take", "esc close"), ("T type", "? help")),
    (("escape", "ctrl+p"), ("enter run", "esc close"), ("T type",)),
    (("escape", "question_mark"), ("esc close", "j k scroll"), ("T type",)),
)
CAMPAIGN: tuple[Step, ...] = (
    ((), ("d range", "esc back", "? help"), ("enter",)),
    (("d",), ("esc",), ("r refresh",)),
    (("escape", "2"), ("enter details", "e export", "esc back", "? help"), ("d range",)),
    (("v",), ("e export",), ("v reveal",)),
    (("v", "enter"), ("enter full screen", "esc close", "? help"), ("esc back",)),
    (("tab",), ("enter full screen", "esc close"), ()),
    (("escape", "slash", *"zzzz", "enter"), ("esc clear filter",), ("enter",)),
    (("escape", "enter", "enter"), ("J JSON", "v reveal", "esc back"), ("enter",)),
    (("J",), ("J details", "/ search"), ()),
    (("escape", "escape", "8"), ("enter details", "d difference", "esc back"), ()),
    (("enter",), ("enter full screen", "esc close"), ()),
)
DOCUMENT: tuple[Step, ...] = ((("J", "slash"), ("enter find", "esc leave"), ("esc back", "/ search")),)


@pytest.mark.parametrize(
    ("campaign", "steps"),
    [("", LIST), ("Last Call", CAMPAIGN), ("Last Call", DOCUMENT)],
    ids=["list", "campaign", "document"],
)
async def test_the_line_follows_the_state(demo_host: DemoHost, campaign: str, steps: tuple[Step, ...]) -> None:
    async with demo_host.run(NARROW, **({"open_campaign": campaign} if campaign else {})) as (_app, pilot):
        for keys, shown, absent in steps:
            await press(pilot, *keys)
            for size in (WIDE, NARROW):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                line = screen_lines(pilot)[-1]
                for words in shown:
                    assert words in line, (keys, line)
                for words in absent:
                    assert words not in line, (keys, line)


async def test_scrolling_to_a_chart_offers_its_keys(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (_app, pilot):
        assert "t table" not in screen_lines(pilot)[-1]
        await press(pilot, "pagedown", "pagedown")
        assert "t table  d range" in screen_lines(pilot)[-1]
        assert "e export" in screen_lines(pilot)[-1]
        await press(pilot, "g")
        assert "t table" not in screen_lines(pilot)[-1]


async def test_an_empty_list_offers_the_sync_and_a_failed_one_its_reason(empty_host: DemoHost) -> None:
    empty_host.responder = drop
    everywhere = (("0", "home"), ("2", "calendar"), ("3", "customers"), ("ctrl+k", "find"), ("?", "help"))
    async with empty_host.run() as (app, pilot):
        assert app.screen.query_one(KeyLine).keys == (("R", "sync"), *everywhere)
        await press(pilot, "R")
        assert app.screen.query_one(KeyLine).keys == (("R", "try again"), ("P", "details"), *everywhere)
        await press(pilot, "P")
        assert ("P", "hide sync") in app.screen.query_one(KeyLine).keys


async def test_a_running_sync_offers_to_stop_it(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        place(app).show_sync(replace(app.desk.state, running=True, what="campaigns"), app.desk.progress)
        await settle(pilot)
        assert "stop sync" in screen_lines(pilot)[-1]
        place(app).show_sync(replace(app.desk.state, state="complete"), app.desk.progress)
        await settle(pilot)
        assert "stop sync" not in screen_lines(pilot)[-1]
