"""The calendar's screen: keys, details, filters shared with the list, time that passes, and a cache that fails."""

import shutil
from pathlib import Path

import pytest

from store.queries.calendar_counts import boundaries
from tests.support.app_host import NARROW, WIDE, DemoHost, press, screen_lines, screen_text, settle
from tests.tui.kit.test_unreadable_cache import ADVICE, DAMAGED, damage, has
from tui.calendar.details import CalendarDrawer
from tui.calendar.screen import CalendarScreen
from tui.calendar.soon import SoonScreen
from tui.shell.app import PromoscopeApp
from tui.shell.help import KeyList
from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSpec
from widgets.timeline.instants import to_instant


def calendar(app: PromoscopeApp) -> CalendarScreen:
    assert isinstance(app.screen, CalendarScreen)
    return app.screen


def shown(app: PromoscopeApp) -> list[str]:
    """Names of the campaigns that stand on the calendar, parts and headings left out."""
    return [row.name for row in calendar(app).timeline.rows if not row.heading and not row.depth]


async def test_details_then_the_campaign_then_back_to_the_same_place(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2", "minus", "right", "j", "enter")
        screen = calendar(app)
        place, text = screen.timeline.place, screen_text(pilot)
        current = screen.current
        assert current is not None
        assert "Status" in text
        assert "Europe/Warsaw" in text
        assert "UTC" in text
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "CampaignDetailScreen"
        assert current.display_name[:12] in screen_lines(pilot)[0]
        await press(pilot, "escape")
        assert calendar(app) is screen
        assert screen.timeline.place == place
        await press(pilot, "escape")
        assert not screen.drawer.is_open
        await press(pilot, "q")
        assert type(app.screen).__name__ == "CampaignListScreen"


async def test_the_row_of_the_cursor_stays_in_sight_each_time_the_drawer_opens(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2", *"jjjjjjjjj")
        row = calendar(app).timeline.cursor_row
        assert row is not None
        for _ in range(3):
            await press(pilot, "enter")
            assert any(line.startswith("▌") and row.name[:9] in line for line in screen_lines(pilot))
            await press(pilot, "escape")


async def test_days_to_come_are_none_of_which_a_count_is_lacking(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "2", "f", *"type coupon", "enter")
        drawer = calendar(app).drawer.query_one(CalendarDrawer)
        chart = drawer.query_one(ChartPanel).spec
        assert isinstance(chart, ChartSpec)
        assert chart.dates
        assert chart.dates[-1] == app.services.today()
        await press(pilot, "L")
        assert "to come" in screen_text(pilot)


async def test_the_preview_opens_by_itself_where_there_is_room_and_stays_closed(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "2")
        assert calendar(app).drawer.is_open
        assert "enter open " in screen_lines(pilot)[-1]
        await press(pilot, "escape", "j")
        assert not calendar(app).drawer.is_open
        await press(pilot, "1", "2")
        assert not calendar(app).drawer.is_open


async def test_one_filter_for_list_and_calendar(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "slash", *"last", "enter", "2")
        assert shown(app) == ["Last Call"]
        assert "1 of 1 in sight, 12 in all" in screen_lines(pilot)[2]
        await press(pilot, "escape", "escape")
        assert len(shown(app)) > 1
        await press(pilot, "f", *"type coupon", "enter")
        assert {row.name for row in calendar(app).timeline.rows if row.heading} == {"Coupon"}
        assert "Coupon" in screen_lines(pilot)[2]
        await press(pilot, "1")
        types = {line[17:40].split()[0] for line in screen_lines(pilot)[5:10] if "Coupon" in line}
        assert types
        assert "of 12 match · Coupon" in screen_lines(pilot)[2]
        await press(pilot, "escape", "2")
        assert "12 in all" not in screen_lines(pilot)[2]


async def test_groups_lanes_and_colours(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2", "a")
        screen = calendar(app)
        every = sorted(shown(app))
        assert len(every) == 12
        for words, note in (("status", "by status"), ("no groups", "by start"), ("category", "by category")):
            await press(pilot, "s", *words, "enter")
            assert sorted(shown(app)) == every
            assert note in screen_lines(pilot)[2]
        roles = {bar.role for row in screen.timeline.rows for bar in row.bars}
        await press(pilot, "c")
        assert {bar.role for row in screen.timeline.rows for bar in row.bars} != roles
        await press(pilot, "s", *"lanes", "enter")
        bars = [bar.id for row in screen.timeline.rows for bar in row.bars]
        assert len(bars) == len(set(bars))
        assert "12 of 12 in sight" in screen_lines(pilot)[2]
        assert screen.current is not None


async def test_next_and_previous_reach_what_is_not_in_sight(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        timeline = calendar(app).timeline
        ends = sorted(
            edge for one in calendar(app).candidates() for edge in (one.status.starts_at, one.status.ends_at) if edge
        )
        before = timeline.at
        await press(pilot, "p")
        assert timeline.at < before
        for _ in range(40):
            timeline.action_boundary(-1)
        await settle(pilot)
        assert timeline.at == ends[0]
        row = timeline.cursor_row
        assert row is not None
        assert row in timeline.rows


async def test_what_starts_and_ends_leads_to_it(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        services = app.services
        found = services.reader.ask(boundaries, services.now(), services.zone)
        await press(pilot, "2", "t")
        assert isinstance(app.screen, SoonScreen)
        text = screen_text(pilot)
        lists = {"TODAY": found.today, "WITHIN 7 DAYS": found.next_7, "PAST WEEK": found.past_week}
        for title, some in lists.items():
            assert (title in text) == bool(some), title
        ahead = next(one for some in (found.today, found.next_7, found.next_30) for one in some if not one.is_past)
        await press(pilot, "enter")
        assert calendar(app).timeline.at == ahead.at
        current = calendar(app).current
        assert current is not None
        assert current.id == ahead.campaign.id


async def test_what_happened_comes_and_goes_and_the_help_has_the_signs(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        plain = screen_lines(pilot)[3:-1]
        await press(pilot, "v")
        assert set("▁▂▄▆") & set("".join(screen_lines(pilot)[3:-1]))
        await press(pilot, "v")
        assert screen_lines(pilot)[3:-1] == plain
        await press(pilot, "question_mark")
        groups = dict(app.screen.query_one(KeyList).groups)
        assert {"╳", "•", "◆"} <= {sign for sign, _ in groups["Signs of the calendar"]}
        assert ("+ =", "Less time in a cell") in groups["Timeline"]
        assert ("-", "More time in a cell") in groups["Timeline"]


async def test_how_long_a_cell_is_stands_there_whole(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (_, pilot):
        await press(pilot, "2", "s", *"category", "enter", "minus", "minus", "minus")
        assert screen_lines(pilot)[2].rstrip().endswith("by category · 1 cell = 1 quarter")
        await press(pilot, "s", *"team", "enter")
        assert screen_lines(pilot)[2].rstrip().endswith("by team · 1 cell = 1 quarter")


async def test_midnight_passes_without_a_key(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        screen = calendar(app)
        timeline = screen.timeline
        today, hints = timeline.axis.column(to_instant(app.services.now())), [one.status for one in screen.candidates()]
        # From one in the afternoon in Warsaw to a minute after midnight.
        demo_host.project.clock.advance(11 * 3600 + 60)
        try:
            app.look_at_cache()
            await settle(pilot)
            head = timeline.render_line(2).text
            assert timeline.axis.column(to_instant(app.services.now())) == today + 1
            assert head[30 + today] != "│"
            assert head[31 + today] == "│"
            assert [one.status for one in screen.candidates()] != hints
        finally:
            demo_host.project.clock.advance(-(11 * 3600 + 60))


async def test_a_damaged_cache_is_told_and_read_again(demo_host: DemoHost) -> None:
    whole = demo_host.cache.with_name("whole.db")
    shutil.copyfile(demo_host.cache, whole)
    async with demo_host.run(NARROW) as (_, pilot):
        await press(pilot, "2", "j", "enter")
        before = screen_lines(pilot)[1:-1]
        damage(demo_host.cache)
        await press(pilot, "ctrl+r")
        assert has(screen_text(pilot), DAMAGED)
        assert has(screen_text(pilot), ADVICE)
        assert "The number of campaigns is not known" in screen_text(pilot)
        assert "ctrl+r read again" in screen_lines(pilot)[-1]
        shutil.copyfile(whole, demo_host.cache)
        await press(pilot, "ctrl+r")
        assert screen_lines(pilot)[1:-1] == before


async def test_what_was_written_while_another_mode_was_on_screen_is_read(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2", "1")
        demo_host.edit("update campaigns set name = 'Renamed' where name = 'Last Call'")
        app.look_at_cache()
        await settle(pilot)
        await press(pilot, "2")
        assert "Renamed" in shown(app)


async def test_nothing_cached_says_what_to_do(empty_host: DemoHost) -> None:
    async with empty_host.run(NARROW) as (_, pilot):
        await press(pilot, "2")
        assert "Press R to read the project's campaigns" in screen_text(pilot)
        assert "Nothing read yet" in screen_text(pilot)
        await press(pilot, "R")
        assert "in sight" in screen_text(pilot)


def written(folder: Path) -> dict[str, str]:
    """Exports by their ending."""
    return {path.suffix: path.read_text(encoding="utf-8") for path in folder.glob("promoscope-calendar-*")}


async def test_exports(demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        names = shown(app)
        for changes in ((), ("l",), ("h",)):
            await press(pilot, "e", *changes)
            # What is about cells of a table is asked for a table alone.
            assert ("formula guard" in screen_text(pilot)) is (not changes)
            await press(pilot, "enter")
        await pilot.resize_terminal(60, 20)
        await press(pilot, "e")
        assert "[table, CSV] 1 of 3" in screen_text(pilot)
    kinds = written(tmp_path)
    assert set(kinds) == {".csv", ".ics", ".txt"}
    assert len(kinds[".csv"].splitlines()) == len(names) + 1
    assert kinds[".ics"].count("BEGIN:VEVENT") == len(names)
    assert "Last Call" in kinds[".txt"]
