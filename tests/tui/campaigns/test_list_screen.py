"""The campaign list on screen: what it shows, filters, sorts, marks, hands out."""

import csv
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from store.queries.campaigns import list_campaigns
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
from tui.campaigns.export import save_campaigns
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.export_way import ExportWay
from tui.shell.app import PromoscopeApp
from widgets.dialog.picker import Picker
from widgets.frame.count_links import CountLinks
from widgets.panel.drawer import Drawer


def shown(app: PromoscopeApp) -> list[str]:
    """Names in the list, top to bottom."""
    assert isinstance(app.screen, CampaignListScreen)
    table = app.screen.table
    names = []
    for index in range(table.row_count):
        row = table.blocks.row(index)
        assert row is not None
        cell = row.cells[0]
        names.append(cell if isinstance(cell, str) else cell.text)
    return names


def exported(folder: Path) -> list[dict[str, str]]:
    """What the one export of the list says."""
    [path] = folder.glob("promoscope-campaigns-*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_open(app: PromoscopeApp) -> bool:
    """Whether the preview is seen."""
    return any(one.is_open for one in app.screen.query(Drawer))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_every_campaign_is_listed(demo_host: DemoHost, size: tuple[int, int]) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        names = {row[0] for row in connection.execute("select name from campaigns")}
    async with demo_host.run(size) as (app, pilot):
        assert set(shown(app)) == names
        lines = screen_lines(pilot)
        assert "demo · Europe/Warsaw   Campaigns" in lines[0]
        assert f"{len(names)} campaigns" in lines[1]
        assert "active" in lines[1]
        for title in ("CAMPAIGN", "TYPE", "STATUS", "REDEEMED", "RATE EVER"):
            assert title in lines[3]
        assert all(len(line) <= size[0] for line in lines)


async def test_columns_fold_by_priority(demo_host: DemoHost) -> None:
    async with demo_host.run((60, 15)) as (_app, pilot):
        head = screen_lines(pilot)[3]
        assert "STATUS" in head
        assert "REDEEMED" in head
        assert "RATE" not in head


async def test_filter_as_you_type_and_esc(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        everything = shown(app)
        await press(pilot, "slash", *"last")
        assert shown(app) == ["Last Call"]
        assert f"1 of {len(everything)} match" in screen_lines(pilot)[2]
        await press(pilot, "enter")
        assert app.focused is app.screen.query_one("#campaigns")
        await press(pilot, "escape")
        assert shown(app) == everything
        assert app.screen.query_one(Input).value == ""


async def test_tokens_filter_and_unknown_ones_are_named(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "slash", *"status:draft")
        assert shown(app) == ["Draft: Spring ideas"]
        await press(pilot, "escape", *"status:zzz")
        assert "not understood: status:zzz" in screen_text(pilot)


async def test_pickers_filter_by_type_and_status(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        everything = shown(app)
        await press(pilot, "S")
        assert isinstance(app.screen, Picker)
        await press(pilot, *"expi", "enter")
        expired = shown(app)
        assert 0 < len(expired) < len(everything)
        await press(pilot, "escape")
        assert shown(app) == everything
        await press(pilot, "T", "down", "enter")
        assert 0 < len(shown(app)) < len(everything)
        await press(pilot, "T", "enter")
        assert shown(app) == everything


async def test_sort_by_picker_turns_round_the_second_time(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "s", *"campaign", "enter")
        assert shown(app) == sorted(shown(app), key=str.casefold)
        await press(pilot, "s", "enter")
        assert shown(app) == sorted(shown(app), key=str.casefold, reverse=True)
        assert "by campaign" in screen_lines(pilot)[2]


async def test_sort_by_a_click_on_the_header(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        at = screen_lines(pilot)[3].index("CAMPAIGN")
        await pilot.click(offset=(at + 1, 3))
        await settle(pilot)
        assert shown(app) == sorted(shown(app), key=str.casefold)


async def test_cursor_stays_on_its_campaign_through_sort_and_resize(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "j", "j", "j")
        assert isinstance(app.screen, CampaignListScreen)
        before = app.screen.current
        assert before is not None
        await press(pilot, "s", *"campaign", "enter")
        assert app.screen.current == before
        await pilot.resize_terminal(*WIDE)
        await settle(pilot)
        assert app.screen.current == before


async def test_marked_campaigns_are_copied_and_those_shown_are_exported(
    demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with demo_host.run() as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        await press(pilot, "space", "space", "y")
        marks = app.screen.table.marks
        assert len(marks) == 2
        assert "2 marked" in screen_lines(pilot)[1]
        assert app.clipboard == "\n".join(marks)
        await press(pilot, "Y")
        assert app.clipboard.count("\n") == 4
        assert "sent to the clipboard" in screen_text(pilot)
        await press(pilot, "S", *"expired", "enter")
        names = shown(app)
        assert 0 < len(names) < len(app.screen.candidates())
        # All columns, raw.
        await press(pilot, "e", "l", "down", "l", "enter")
    rows = exported(tmp_path)
    assert [row["name"].lstrip("'") for row in rows] == [name.lstrip("'") for name in names]
    assert {row["status"] for row in rows} == {"expired"}
    with sqlite3.connect(demo_host.cache) as connection:
        dates = dict(connection.execute("select id, expiration_date from campaigns"))
    assert all(row["expiration_date"] == dates[row["id"]] for row in rows)


def test_a_total_that_lacks_rows_says_so_in_a_file(demo_host: DemoHost, tmp_path: Path) -> None:
    services = demo_host.services()
    [one, *_] = services.reader.ask(list_campaigns, services.now(), services.zone)
    lacking = replace(one, redemptions=12, complete=False, publications=0, publications_complete=False,
                      success_permille=905, start_date="2026-11-20T12:00:00.000Z")  # fmt: skip
    _, count = save_campaigns([lacking], ExportWay(all_columns=False, readable=True), tmp_path, services)
    [row] = exported(tmp_path)
    assert (count, row["Redeemed"], row["Published"], row["Rate ever (%)"]) == (1, "≥ 12", "", "90.5")
    assert row["Starts (Europe/Warsaw)"] == "2026-11-20 13:00:00"


async def test_preview_follows_the_cursor_on_wide_screens_only(demo_host: DemoHost) -> None:
    async with demo_host.run((250, 45)) as (app, pilot):
        assert is_open(app)
        await press(pilot, "G")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.current is not None
        assert f"┌ {app.screen.current.name}" in screen_text(pilot)
        await press(pilot, "p")
        assert not is_open(app)
        await press(pilot, "p")
        assert is_open(app)
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert not is_open(app)


async def test_no_preview_of_a_campaign_that_is_filtered_out(demo_host: DemoHost) -> None:
    async with demo_host.run((250, 45)) as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        before = app.screen.current
        assert before is not None
        assert f"┌ {before.name}" in screen_text(pilot)
        await press(pilot, "slash", *"zzzz")
        assert f"┌ {before.name}" not in screen_text(pilot)
        await press(pilot, "escape")
        assert f"┌ {before.name}" in screen_text(pilot)


async def test_preview_opens_by_itself_only_where_it_hides_no_column(demo_host: DemoHost) -> None:
    async with demo_host.run((200, 45)) as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        assert not is_open(app)
        assert app.screen.table._plan.hidden == ()
        assert not [line for line in screen_lines(pilot)[4:12] if "… " in line and "… generating" not in line]
        await press(pilot, "p", "G")
        assert is_open(app)
        await pilot.resize_terminal(130, 45)
        await settle(pilot)
        assert is_open(app)
        await pilot.resize_terminal(250, 45)
        await settle(pilot)
        assert is_open(app)
        assert app.screen.table._plan.hidden == ()


@pytest.mark.parametrize(("width", "titles"), [
    (80, "CAMPAIGN TYPE STATUS REDEEMED RATE EVER"),
    (120, "CAMPAIGN TYPE STATUS VALUE VOUCHERS REDEEMED 14 DAYS RATE EVER"),
    (160, "CAMPAIGN TYPE STATUS VALUE CATEGORY ENDS VOUCHERS REDEEMED 14 DAYS RATE EVER DATA"),
])  # fmt: skip
async def test_columns_by_width(demo_host: DemoHost, width: int, titles: str) -> None:
    async with demo_host.run((width, 45)) as (_app, pilot):
        head = next(line for line in screen_lines(pilot) if "CAMPAIGN" in line)
        assert head.replace("▲", " ").replace("›", " ").split() == titles.split()
        await press(pilot, "space")
        marked = next(line for line in screen_lines(pilot) if "CAMPAIGN" in line)
        assert marked.replace("▲", " ").replace("›", " ").split() == titles.split()


async def test_hostile_names_neither_break_nor_act(demo_host: DemoHost) -> None:
    name_campaigns(demo_host, HOSTILE)
    async with demo_host.run(WIDE) as (app, pilot):
        for _ in HOSTILE:
            await press(pilot, "Y", "J", "escape", "j")
            assert_harmless(screen_text(pilot))
        await press(pilot, "S", "escape", "o", "slash", *"click")
        assert_harmless(screen_text(pilot))
        assert app.is_running


@pytest.mark.parametrize("by", ["id", "name"])
async def test_back_from_a_campaign_opened_at_the_start_stands_on_it(demo_host: DemoHost, by: str) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        wanted, name = connection.execute(f"select {by}, name from campaigns where name = 'Coffee Club'").fetchone()
    async with demo_host.run(open_campaign=wanted) as (app, pilot):
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignListScreen)
        assert app.screen.current is not None
        assert app.screen.current.name == name


@pytest.mark.parametrize("name", ["", "   ", "\u00a0\u3000 "])
async def test_a_blank_name_is_shown_by_its_id(demo_host: DemoHost, name: str) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        identity = connection.execute("select min(id) from campaigns").fetchone()[0]
    connection.close()
    demo_host.edit("update campaigns set name = ? where id = ?", name, identity)
    async with demo_host.run((200, 45)) as (app, pilot):
        await press(pilot, "slash", *identity[-8:], "enter")
        assert identity in screen_text(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert identity[:20] in screen_lines(pilot)[0]
        assert app.is_running


async def test_what_arrives_above_is_seen_until_the_reader_moves(demo_host: DemoHost) -> None:
    kept = "select id from campaigns where name in ('Last Call', 'Everything at 9.99')"
    demo_host.edit("create table away as select * from campaigns where id in (" + kept + ")")
    demo_host.edit("delete from campaigns where id in (" + kept + ")")
    async with demo_host.run() as (app, pilot):
        first = shown(app)[0]
        demo_host.edit("insert into campaigns select * from away")
        assert isinstance(app.screen, CampaignListScreen)
        app.screen.read_campaigns()
        await settle(pilot)
        assert shown(app)[0] == "Last Call" != first
        assert app.screen.table.cursor == 0
        await press(pilot, "j")
        at = app.screen.current
        demo_host.edit("delete from campaigns where name = 'Last Call'")
        app.screen.read_campaigns()
        await settle(pilot)
        assert app.screen.current == at


async def test_a_choice_is_named_and_takes_a_lost_cursor_to_the_top(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        assert isinstance(app.screen, CampaignListScreen)
        await press(pilot, *"jjjjjjjj", "T", *"gift", "enter")
        kinds = {app.screen._shown[identity].campaign_type for identity in app.screen._shown}
        assert kinds == {"GIFT_VOUCHERS"}
        assert app.screen.table.cursor == 0
        assert "match · Gift" in screen_text(pilot)
        await press(pilot, "S", *"active", "enter")
        assert "match · Gift · active" in screen_text(pilot)


async def test_counts_lead_to_their_campaigns_by_key_and_by_click(demo_host: DemoHost) -> None:
    async with demo_host.run((120, 24)) as (app, pilot):
        everything = shown(app)
        screen = app.screen
        assert isinstance(screen, CampaignListScreen)

        def left() -> set[str]:
            return {screen._shown[identity].name for identity in screen._shown}

        now, rows = screen.services.now(), screen._shelf.campaigns
        ending = {one.name for one in rows if one.status.ends_at and now < one.status.ends_at <= now + timedelta(7)}
        assert f"{len(ending)} end" in screen_lines(pilot)[1]
        failing = {one.name for one in rows if one.is_failing}
        assert ending
        assert failing not in (set(), ending)
        await press(pilot, "E")
        assert left() == ending
        assert f"{len(ending)} of {len(everything)} match · ends within 7 days" in screen_lines(pilot)[2]
        await press(pilot, "exclamation_mark")
        assert left() == failing
        assert "match · failing today" in screen_lines(pilot)[2]
        await press(pilot, "exclamation_mark")
        assert shown(app) == everything
        await press(pilot, "B")
        assert f"of {len(everything)} match · started within 7 days" in screen_lines(pilot)[2]
        await press(pilot, "escape", "f", *"failing", "enter")
        assert left() == failing
        # The calendar follows.
        await press(pilot, "2")
        assert "failing today" in screen_text(pilot)
        await press(pilot, "1", "escape")
        at = screen_lines(pilot)[1].index("scheduled")
        await pilot.click(offset=(at, 1))
        await settle(pilot)
        assert {one.status.kind.value for one in screen._shown.values()} == {"scheduled"}
        await pilot.click(offset=(at, 1))
        await settle(pilot)
        assert shown(app) == everything
        screen.query_one(CountLinks).focus()
        await press(pilot, "right", "enter")
        assert left() == ending
        await press(pilot, "left", "left", "enter")
        assert {one.status.kind.value for one in screen._shown.values()} <= {"draft"}


async def test_one_campaign_is_counted_as_one(demo_host: DemoHost) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        connection.execute("delete from campaigns where id <> (select min(id) from campaigns)")
    async with demo_host.run() as (_app, pilot):
        assert screen_lines(pilot)[1].rstrip().endswith(" 1 campaign")
