"""A campaign's screen: header, tabs, period, commands, and coming back."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from store.ref import Ref
from tests.support.app_host import (
    HOSTILE,
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    name_campaigns,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.tui.campaigns.test_names import REQUIRED
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.list_screen import CampaignListScreen
from tui.campaigns.types import spec_for, type_specs
from tui.kit.dashboard import Dashboard
from widgets.dialog.date_range import DateRangeDialog
from widgets.dialog.picker import Picker
from widgets.frame.tab_bar import TabBar


def ids(host: DemoHost) -> dict[str, str]:
    """Campaign type to the id of the first campaign of it."""
    with sqlite3.connect(host.cache) as connection:
        rows = connection.execute("select campaign_type, min(id) from campaigns group by 1").fetchall()
    connection.close()
    return dict(rows)


async def test_next_tab_goes_round_all_of_them(demo_host: DemoHost) -> None:
    kind = next(iter(REQUIRED))
    spec = spec_for(kind)
    async with demo_host.run(NARROW, open_campaign=ids(demo_host)[kind]) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CampaignDetailScreen)
        assert spec.title in screen_lines(pilot)[1]
        seen = []
        for _ in range(len(spec.contents().tabs) + 1):
            await press(pilot, "right_square_bracket")
            seen.append(screen.query_one(TabBar).active)
            assert app.is_running
            assert len([body for body in screen.query_one("#bodies").children if body.display]) == 1
        assert seen == [*(tab.id for tab in spec.contents().tabs), "dashboard"]


async def test_the_row_of_the_cursor_stays_in_sight_each_time_its_details_open(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (_app, pilot):
        await press(pilot, "2", *"jjjjjjjjjjjj")
        row = next(line for line in screen_lines(pilot) if line.startswith("▌"))
        for _ in range(3):
            await press(pilot, "enter")
            assert row[:20] in [line[:20] for line in screen_lines(pilot)]
            await press(pilot, "escape")


async def test_bodies_are_built_when_first_opened_and_kept(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        bodies = app.screen.query_one("#bodies")
        assert [type(body) for body in bodies.children] == [Dashboard]
        await press(pilot, "2")
        built = list(bodies.children)
        assert len(built) == 2
        await press(pilot, "1", "2")
        assert list(bodies.children) == built
        assert app.focused is not None
        assert built[1] in app.focused.ancestors_with_self


async def test_counts_stand_on_the_tabs(demo_host: DemoHost) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        identity, count = connection.execute(
            "select c.id, count(*) from campaigns c join vouchers v on v.campaign_id = c.id where c.name = 'Last Call'"
        ).fetchone()
    async with demo_host.run(WIDE, open_campaign=identity) as (_app, pilot):
        assert f"Vouchers {count}" in screen_lines(pilot)[2]


async def test_tab_picker(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await press(pilot, "full_stop")
        assert isinstance(app.screen, Picker)
        await press(pilot, *"publ", "enter")
        active = app.screen.query_one(TabBar).active
        assert active is not None
        assert active.startswith("publ")


async def test_range_dialog_changes_the_period_of_bodies(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        assert "Last 30 days vs previous 30" in screen_lines(pilot)[3]
        await press(pilot, "d")
        assert isinstance(app.screen, DateRangeDialog)
        await press(pilot, "down", "enter")
        assert "Last 90 days" in screen_lines(pilot)[3]
        assert isinstance(app.screen, CampaignDetailScreen)
        assert app.screen.context.period.span.days == 90


async def test_dates_stand_only_above_what_they_rule(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await press(pilot, "7")
        assert "Metadata" in screen_lines(pilot)[2]
        assert "d range" not in screen_text(pilot)
        await press(pilot, "d")
        assert isinstance(app.screen, CampaignDetailScreen)
        await press(pilot, "9")
        assert "Last 30 days vs previous 30" in screen_lines(pilot)[3]


async def test_commands_hand_out_id_markdown_json_and_address(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await press(pilot, "y")
        assert app.clipboard == ids_of(demo_host, "Last Call")
        await press(pilot, "Y")
        assert "| Last Call |" in app.clipboard
        await press(pilot, "J", "Y")
        assert json.loads(app.clipboard)["name"] == "Last Call"
        assert "Last Call › JSON" in screen_lines(pilot)[0]
        # The first one closes the notice.
        await press(pilot, "escape", "escape", "o")
        assert "no dashboard address" in screen_text(pilot)


def ids_of(host: DemoHost, name: str) -> str:
    with sqlite3.connect(host.cache) as connection:
        row = connection.execute("select id from campaigns where name = ?", (name,)).fetchone()
    connection.close()
    return str(row[0])


async def test_esc_goes_back_to_where_the_reader_was(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "j", "j")
        assert isinstance(app.screen, CampaignListScreen)
        before = app.screen.current
        assert before is not None
        await press(pilot, "enter")
        assert before.name in screen_lines(pilot)[0]
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.current == before
        await press(pilot, "q")
        assert not app.is_running


async def test_unknown_campaign_is_said(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="[/nobody]") as (_app, pilot):
        text = screen_text(pilot)
        assert "No such campaign" in text
        await press(pilot, "1", "d", "y", "J", "right_square_bracket")
        assert "No such campaign" in screen_text(pilot)


async def test_unknown_type_opens_in_the_generic_screen(demo_host: DemoHost) -> None:
    demo_host.edit("update campaigns set campaign_type = 'LUCKY_[/x]_WHEEL' where name = 'Last Call'")
    async with demo_host.run(WIDE, open_campaign="Last Call") as (_app, pilot):
        text = screen_text(pilot)
        assert "Lucky [/x] wheel" in text
        assert "Campaign details" in text
    assert "LUCKY" not in {spec.type for spec in type_specs()}


async def test_hostile_documents_neither_break_nor_act(demo_host: DemoHost) -> None:
    name_campaigns(demo_host, HOSTILE)
    async with demo_host.run(WIDE) as (app, pilot):
        for identity in ids(demo_host).values():
            app.open_ref(Ref.campaign(identity))
            await settle(pilot)
            await press(pilot, "2", "Y", "1", "r")
            assert app.is_running
            assert_harmless(screen_text(pilot))
            await press(pilot, "escape")


async def test_resizing_keeps_tab_and_body(demo_host: DemoHost) -> None:
    async with demo_host.run(open_campaign="Last Call") as (app, pilot):
        await press(pilot, "3")
        active = app.screen.query_one(TabBar).active
        for size in ((40, 10), WIDE, NARROW):
            await pilot.resize_terminal(*size)
            await settle(pilot)
        assert isinstance(app.screen, CampaignDetailScreen)
        assert app.screen.query_one(TabBar).active == active


def take_emails(folder: Path) -> set[str]:
    """The addresses in the one file there, which is removed."""
    [path] = folder.iterdir()
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        found = {row.get("email", row.get("E-mail", "")) for row in rows} - {""}
    path.unlink()
    return found


async def test_an_export_asks_whether_people_are_masked_and_says_what_it_wrote(
    demo_host: DemoHost, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    monkeypatch.chdir(folder)
    async with demo_host.run(WIDE, open_campaign=ids(demo_host)["LOYALTY_PROGRAM"]) as (app, pilot):
        app.screen.query_one(TabBar).choose("participants")
        await settle(pilot)
        await press(pilot, "e")
        text = screen_text(pilot)
        assert "[as on screen]  all" in text
        assert "[masked]  in full" in text
        assert "[decimals, local time]" in text
        assert "[on, for spreadsheets]" in text
        await press(pilot, "escape")
        await press(pilot, "e", "enter")
        await settle(pilot)
        emails = take_emails(folder)
        assert emails
        assert all("•••@" in email for email in emails)
        assert "personal data masked" in " ".join(one.message for one in app._notifications)
        assert "rows in promoscope-" in " ".join(one.message for one in app._notifications)
        await press(pilot, "v", "e")
        assert "[in full]" in screen_text(pilot)
        await press(pilot, "space", "enter")
        await settle(pilot)
        emails = take_emails(folder)
        assert emails
        assert not any("•••" in email for email in emails)
        assert "personal data in full" in " ".join(one.message for one in app._notifications)
