"""What the key line says in each state: only what works, the next step first, the way out never cut off."""

from dataclasses import replace

import pytest

from tests.support.app_host import NARROW, WIDE, DemoHost, place, press, screen_lines, settle
from tests.tui.sync.test_syncing import drop
from widgets.frame.key_line import KeyLine


@pytest.mark.parametrize(
    ("campaign", "keys", "shown", "absent"),
    [
        ("", (), ("enter open", "/ filter", "? help"), ("esc", "stop sync", "try again")),
        ("", ("slash",), ("enter to the rows", "esc leave", "F1 help"), ("/ filter", "T type")),
        ("", ("slash", "a"), ("esc clear",), ()),
        ("", ("slash", "a", "enter"), ("enter open", "esc clear filter"), ()),
        ("", ("space",), ("esc clear marks",), ()),
        ("", ("slash", *"zzzz", "enter"), ("esc clear filter", "T type"), ("enter", "J JSON", "r refresh")),
        ("", ("T",), ("enter take", "esc close"), ("T type", "? help")),
        ("", ("ctrl+p",), ("enter run", "esc close"), ("T type",)),
        ("", ("question_mark",), ("esc close", "j k scroll"), ("T type",)),
        ("Last Call", (), ("d range", "esc back", "? help"), ("enter",)),
        ("Last Call", ("d",), ("esc",), ("r refresh",)),
        ("Last Call", ("2",), ("enter details", "v reveal", "esc back", "? help"), ("d range",)),
        ("Last Call", ("2", "v"), ("v mask",), ("v reveal",)),
        ("Last Call", ("2", "enter"), ("enter full screen", "esc close", "? help"), ("esc back",)),
        ("Last Call", ("2", "enter", "tab"), ("enter full screen", "esc close"), ()),
        ("Last Call", ("2", "slash", *"zzzz", "enter"), ("esc clear filter",), ("enter",)),
        ("Last Call", ("2", "enter", "enter"), ("J JSON", "v reveal", "esc back"), ("enter",)),
        ("Last Call", ("2", "enter", "enter", "J"), ("J details", "/ search"), ()),
        ("Last Call", ("8",), ("enter details", "d difference", "esc back"), ()),
        ("Last Call", ("8", "enter"), ("enter full screen", "esc close"), ()),
        ("Last Call", ("J", "slash"), ("enter find", "esc leave"), ("esc back", "/ search")),
    ],
)
async def test_the_line_follows_the_state(
    demo_host: DemoHost,
    campaign: str,
    keys: tuple[str, ...],
    shown: tuple[str, ...],
    absent: tuple[str, ...],
) -> None:
    async with demo_host.run(NARROW, **({"open_campaign": campaign} if campaign else {})) as (_app, pilot):
        await press(pilot, *keys)
        for size in (NARROW, WIDE):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            line = screen_lines(pilot)[-1]
            for words in shown:
                assert words in line, line
            for words in absent:
                assert words not in line, line


async def test_scrolling_to_a_chart_offers_its_keys(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (_app, pilot):
        assert "t table" not in screen_lines(pilot)[-1]
        await press(pilot, "pagedown", "pagedown")
        assert "t table  e export" in screen_lines(pilot)[-1]
        await press(pilot, "g")
        assert "t table" not in screen_lines(pilot)[-1]


async def test_an_empty_list_offers_the_sync_and_a_failed_one_its_reason(empty_host: DemoHost) -> None:
    empty_host.responder = drop
    everywhere = (("2", "calendar"), ("3", "customers"), ("ctrl+k", "find"), ("?", "help"))
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
