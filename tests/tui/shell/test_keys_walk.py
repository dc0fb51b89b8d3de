"""All screens are walked: every key they list is bound to something there is, and the shared keys do what they say."""

import csv
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input

from store.actions.audit import audit_path
from store.actions.catalogue import action_named
from store.ref import CAMPAIGN, CUSTOMER, VOUCHER, Ref
from tests.support.app_host import DemoHost, press, screen_text, settle
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.lists.tab import RowsTab
from tui.kit.messages import ActionRequested
from tui.kit.signs import DRAWING, MEANINGS, SAME_AS, signs_legend
from tui.shell.app import PromoscopeApp
from tui.shell.help import KeyList
from tui.shell.key_table import commands, working_keys
from widgets.frame.commands import TAB_KEYS
from widgets.frame.offered_keys import joined, offered_keys
from widgets.frame.tab_bar import TabBar
from widgets.table.virtual_table import VirtualTable
from widgets.text import glyphs

LOW = (80, 12)
ASKING = {"app.sync", "app.manage", "app.explain", "app.audit", "app.find"}
LEADING_AWAY = {"app.home", "app.campaigns", "app.calendar", "app.customers", "app.back", "app.suspend", "app.quit"}
LOYALTY = "select id from campaigns where campaign_type = 'LOYALTY_PROGRAM'"


def one(host: DemoHost, statement: str) -> str:
    with closing(sqlite3.connect(host.cache)) as connection:
        return str(connection.execute(statement).fetchone()[0])


def saved_rows(folder: Path) -> list[dict[str, str]]:
    [path] = folder.glob("promoscope-customer-activity-*.csv")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def has_target(app: PromoscopeApp, owner: DOMNode, action: str) -> bool:
    """Whether there is what a key runs, looked for anew here: a method of the app, the screen or the owner."""
    name = action.split("(", maxsplit=1)[0]
    where, _, bare = name.rpartition(".")
    node = {"app": app, "screen": app.screen, "": owner}[where]
    return any(callable(getattr(node, f"{lead}_{bare}", None)) for lead in ("action", "_action"))


def check(app: PromoscopeApp, name: str) -> set[str]:
    """Every key offered now: its target is there, and the help lists it under the table that declares it."""
    listed = {(sign, words) for _, rows in working_keys(app.screen) for sign, words in rows}
    offered = [key for key in offered_keys(app.screen) if key.id in commands()]
    assert offered, name
    for key in offered:
        assert has_target(app, key.owner, key.action), (name, key.key)
    for key in joined(offered):
        command = commands()[key.id][1]
        assert (command.number_row if command.is_number else (key.sign, key.help)) in listed, (name, key.sign)
    return {key.key for key in offered}


async def places(app: PromoscopeApp, pilot: Pilot[Any]) -> AsyncIterator[str]:
    """Each screen of the modes, and those that keys open from them."""
    steps: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
        (("1",), ()), (("slash",), ("escape",)), (("0",), ()), (("2",), ()), (("t",), ("escape",)), (("3",), ()),
        (("enter",), ("escape",)), (("F",), ()), (("enter",), ("escape", "escape")), (("question_mark",), ("escape",)),
        (("ctrl+k",), ("escape",)), (("e",), ("escape",)), (("s",), ("escape",)), (("U",), ("escape",)),
    )  # fmt: skip
    for keys, back in steps:
        await press(pilot, *keys)
        yield " ".join(keys)
        await press(pilot, *back)
    app.action_show_checks()
    await settle(pilot)
    yield "checks"


async def press_all(app: PromoscopeApp, pilot: Pilot[Any], pressed: set[str]) -> None:
    """Press each key offered here that was not pressed before, but for those that lead away, and come back."""
    here, mode = app.screen, app.current_mode
    for key in offered_keys(here):
        name = str(key.id)
        if name in pressed or name in LEADING_AWAY or name not in commands() or name.endswith((".back", ".close")):
            continue
        pressed.add(name)
        await press(pilot, key.key)
        while here in app.screen_stack and app.screen is not here and app.current_mode == mode:
            await press(pilot, "escape")


async def change_without_consent(app: PromoscopeApp, pilot: Pilot[Any], code: str) -> None:
    """Go as far as a change can be taken by keys."""
    action = action_named("voucher", "disable")
    assert action is not None
    app.post_message(ActionRequested(action, (code,), {}))
    await settle(pilot)
    await press(pilot, "enter", "enter", "enter")
    while app.screen.is_modal or app.screen.query("ActionScreen"):
        await press(pilot, "escape")


async def test_every_key_listed_on_every_screen_is_bound_to_something_there_is(
    demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(PromoscopeApp, "open_url", lambda *_, **__: None)
    seen: set[str] = set()
    pressed: set[str] = set()
    # The profile consents to changes, the command does not.
    demo_host.profile_writes = True
    async with demo_host.run(LOW) as (app, pilot):
        async for name in places(app, pilot):
            seen |= check(app, name)
            await press_all(app, pilot, pressed)
        for kind, table in ((CUSTOMER, "customers"), (VOUCHER, "vouchers"), (CAMPAIGN, "campaigns")):
            ref = Ref(kind, one(demo_host, f"select id from {table}"))
            app.open_ref(ref)
            await settle(pilot)
            await press(pilot, "2")
            seen |= check(app, ref.kind)
            if kind == CUSTOMER:
                # The events of the feed go through the same dialog, all columns and raw.
                await press(pilot, "e", "space", "down", "down", "space", "enter")
                rows = saved_rows(tmp_path)
                assert {row["customer_id"] for row in rows} == {ref.id}
                events = one(demo_host, f"select count(*) from customer_activity where customer_id = '{ref.id}'")
                assert len(rows) == int(events) > 0
                await press(pilot, "Y")
                assert "\t" in app.clipboard
                await press(pilot, "H")
                assert "› History" in screen_text(pilot)
                assert "No sync has seen a change of this customer yet." in screen_text(pilot)
                await press(pilot, "escape")
            await press_all(app, pilot, pressed)
            await press(pilot, "escape")
        await change_without_consent(app, pilot, one(demo_host, "select code from vouchers where active"))
    assert pressed >= ASKING
    assert len(pressed) > 120
    assert {one.rpartition(".")[0] for one in pressed} >= {
        "customer",
        "voucher",
        "campaign",
        "home",
        "list",
        "calendar",
        "rows",
    }
    assert (demo_host.changing, audit_path(demo_host.cache).exists()) == ([], False)
    assert demo_host.sent
    assert {"h", "l", "ctrl+f", "ctrl+b", "e", "question_mark", "0"} <= seen


async def test_keys_of_tabs_lists_and_help(demo_host: DemoHost) -> None:
    campaign = one(demo_host, LOYALTY)
    async with demo_host.run(LOW, open_campaign=campaign) as (app, pilot):
        tabs = app.screen.query_one(TabBar)
        assert len(tabs.tabs) == len(TAB_KEYS) == 14
        for at, key in enumerate(TAB_KEYS):
            await press(pilot, key)
            assert tabs.active == tabs.tabs[at].id, key
            assert f"[{key} {tabs.tabs[at].title}" in screen_text(pilot)
            check(app, tabs.tabs[at].title)
        await press(pilot, "2")
        tab = next(one for one in app.screen.query(RowsTab) if one.display)
        await press(pilot, "Y", "escape")
        row = tab.table.cursor_row
        assert row is not None
        assert app.clipboard.split("\t") == [getattr(cell, "text", cell) for cell in row.cells]
        assert len(row.cells) == len(tab.spec.columns)
        await press(pilot, "ctrl+f")
        assert tab.table.cursor > 1
        await press(pilot, "ctrl+b")
        assert tab.table.cursor == 0
        await press(pilot, "n")
        assert tab.table.cursor == 0
        await press(pilot, "slash", *"COFF", "enter", "n", "n", "N")
        assert tab.table.cursor == 1
        await press(pilot, "slash", "minus")
        assert tab.query_one(Input).value == "COFF-"
        await press(pilot, "escape", "escape")
        await press(pilot, "question_mark")
        assert app.screen.query(KeyList)
        await press(pilot, "G")
        assert app.screen.query_one("VerticalScroll").scroll_offset.y > 0
        await press(pilot, "g")
        assert app.screen.query_one("VerticalScroll").scroll_offset.y == 0
        await press(pilot, "A")
        assert not app.screen.query(KeyList)
        assert tabs.active == tabs.tabs[10].id


async def test_a_low_pane_shows_rows_under_one_line_of_head(demo_host: DemoHost) -> None:
    async with demo_host.run(LOW) as (app, pilot):
        table = app.screen.query_one(VirtualTable)
        assert table.size.height >= 9
        assert "Campaigns" in screen_text(pilot).splitlines()[0]
        assert "? help" in screen_text(pilot).splitlines()[-1]
        help_of = dict(app.screen.legend()[1]) if isinstance(app.screen, CampaignListScreen) else {}
        assert help_of["★"] == "Loyalty"
        assert "70" in help_of["!"]
        await press(pilot, "0")
        assert app.screen.query_one("#insights").size.height >= 4


@pytest.mark.parametrize("name", ["unicode", "ascii"])
def test_every_sign_has_a_meaning_in_the_help(name: glyphs.SetName) -> None:
    signs = glyphs.use(name)
    assert set(MEANINGS) | set(SAME_AS) | DRAWING == set(glyphs.Glyphs._fields)
    told = dict(signs_legend()[1])
    assert all(getattr(signs, sign) in told for sign in (*MEANINGS, *SAME_AS))
