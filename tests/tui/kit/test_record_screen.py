"""A row or an activity on a screen of its own: all of it, masked until revealed, and back where the reader was."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.support.app_host import NARROW, WIDE, DemoHost, place, press, screen_lines, screen_text, settle
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.kit.activity.tab import ActivityTab
from tui.kit.json_screen import JsonScreen
from tui.kit.lists.tab import RowsTab
from tui.kit.record_screen import RecordScreen
from tui.kit.record_view import GONE, RecordRequested, RecordView
from tui.shell.app import PromoscopeApp
from widgets.json.json_view import JsonView


def place_of(app: PromoscopeApp) -> RecordScreen:
    """The record's screen, which must be the one that is open."""
    screen = place(app)
    assert isinstance(screen, RecordScreen)
    return screen


def is_open(tab: RowsTab | ActivityTab) -> bool:
    """Whether the details beside a list are seen."""
    return tab.drawer.is_open


def is_campaign(app: PromoscopeApp) -> bool:
    """Whether a campaign is open."""
    return isinstance(app.screen, CampaignDetailScreen)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_second_enter_opens_the_whole_record_and_esc_closes_one_level(
    demo_host: DemoHost, size: tuple[int, int]
) -> None:
    async with demo_host.run(size, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "4", "j", "enter")
        assert is_campaign(app)
        tab = next(tab for tab in app.screen.query(RowsTab) if tab.display)
        row = tab.table.cursor_row
        assert row is not None
        assert tab.drawer.has_class("-right") == (size == WIDE)
        await press(pilot, "enter")
        screen = place_of(app)
        text = screen_text(pilot)
        assert row.id in text
        assert "Last Call" in screen_lines(pilot)[0]
        assert "just now" in screen_lines(pilot)[0]
        json = screen.query_one(JsonView)
        assert bool(json.region) == (size == WIDE)
        await press(pilot, "J")
        assert screen.query_one(JsonView).region
        assert f'"id": "{row.id}"' in screen_text(pilot)
        await press(pilot, "escape")
        assert app.screen.focused is tab.table
        assert is_open(tab)
        await press(pilot, "escape")
        assert not is_open(tab)
        assert is_campaign(app)
        await press(pilot, "escape")
        assert not is_campaign(app)


async def test_personal_data_is_masked_until_revealed(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "4", "enter", "enter")
        place_of(app)
        masked = screen_text(pilot)
        assert "masked" in masked
        await press(pilot, "v")
        revealed = screen_text(pilot)
        assert "masked" not in revealed
        assert revealed.count("@") > 0
        assert "•••" not in revealed
        await press(pilot, "v")
        assert screen_text(pilot) == masked


async def test_a_row_that_is_gone_says_so(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "4", "enter", "enter")
        demo_host.edit("delete from redemptions")
        demo_host.edit("delete from redemptions_raw")
        place_of(app).cache_changed()
        await press(pilot, "y")
        assert "gone from the cache" in screen_text(pilot)


async def test_activity_opens_beside_then_whole_with_its_payloads_side_by_side(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "8", "j", "enter")
        tab = app.screen.query_one(ActivityTab)
        assert tab.drawer.has_class("-right")
        assert tab.drawer.region.x > tab.feed.region.x
        await press(pilot, "enter")
        request, response = place_of(app).query(JsonView)
        assert request.region.y == response.region.y
        assert request.region.right <= response.region.x
        await press(pilot, "escape", "escape", "d")
        assert tab.drawer.has_class("-right")
        await press(pilot, "escape")
        assert not is_open(tab)


@pytest.mark.parametrize("first", [(), ("enter",), ("d",)])
async def test_capital_j_on_an_activity_is_about_the_activity(demo_host: DemoHost, first: tuple[str, ...]) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "8", "j", *first, "J")
        place_of(app)
        assert "Activity" in screen_lines(pilot)[0]
        assert '"budget_code"' in screen_text(pilot)
        assert '"campaign_type"' not in screen_text(pilot)


async def test_json_and_history_say_how_old_they_are(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "J")
        assert isinstance(app.screen, JsonScreen)
        assert "just now" in screen_lines(pilot)[0]
        await press(pilot, "escape", "H")
        assert "just now" in screen_lines(pilot)[0]


@pytest.mark.parametrize("keys", [("j", "enter"), ("enter", "J", "v"), ("v", "enter", "enter")])
async def test_half_a_surrogate_pair_opens_everywhere(demo_host: DemoHost, keys: tuple[str, ...]) -> None:
    """Legal JSON that no Unicode text holds: an emoji cut in half (RFC 8259 §8.2)."""
    demo_host.edit("""update vouchers_raw set json = '{"note":"cut \\ud83d",' || substr(json, 2)""")
    demo_host.edit("""update campaigns_raw set json = '{"note":"cut \\ud83d",' || substr(json, 2)""")
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "2", *keys)
        assert "cannot be read" not in screen_text(pilot)
        assert "Last Call" in screen_text(pilot)
        await press(pilot, "y", "Y")
        assert app.is_running
        assert app.clipboard
        app.clipboard.encode()


async def test_half_a_surrogate_pair_is_shown_and_copied(demo_host: DemoHost) -> None:
    demo_host.edit("""update campaigns_raw set json = '{"note":"cut \\ud83d",' || substr(json, 2)""")
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "J")
        assert "cut ⟦U+D83D⟧" in screen_text(pilot)
        await press(pilot, "y")
        assert json.loads(app.clipboard)["note"] == "cut \ud83d"
        app.clipboard.encode()


async def test_a_reader_keeps_the_place_and_the_folds_when_the_cache_changes_elsewhere(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "4", "j", "enter", "enter", "J")
        screen = place_of(app)
        document = screen.query_one(JsonView)
        await press(pilot, "j", "j", "j")
        before = screen_lines(pilot)[1:]
        screen.cache_changed()
        await settle(pilot)
        assert screen.query_one(JsonView) is document
        assert screen_lines(pilot)[1:] == before
        with closing(sqlite3.connect(demo_host.cache)) as connection, connection:
            connection.execute("update redemptions set result = 'FAILURE'")
            connection.execute("update redemptions_raw set json = replace(json, 'SUCCESS', 'FAILURE')")
        screen.cache_changed()
        await settle(pilot)
        assert screen.query_one(JsonView) is not document


async def test_a_customers_record_has_the_profile_beside_it(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "3", "enter", "J")
        place_of(app)
        text = screen_text(pilot)
        assert GONE not in text
        assert "Created" in text


async def test_the_key_says_mask_also_where_nothing_was_masked(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        opened = RecordRequested(read=lambda _: RecordView("Plain"), place="Record", personal=True, reveal=False)
        app.push_screen(RecordScreen(app.services, opened, (), None))
        await settle(pilot)
        assert "v reveal" in screen_lines(pilot)[-1]
        await press(pilot, "v")
        assert "v mask" in screen_lines(pilot)[-1]
