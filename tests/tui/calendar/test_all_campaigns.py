"""Each of 150 campaigns stands on the calendar when its dates are in the window, with its status in the details."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from store.queries.campaigns import list_campaigns
from store.sync.request import SyncRequest
from store.times import NOT_A_DATE
from tests.support.app_host import NARROW, WIDE, DemoHost, assert_harmless, press, screen_lines, screen_text, settle
from tests.support.sizes import TINY
from tests.support.syncing import Project
from tui.calendar.bars import LAST_YEAR
from tui.calendar.details import CalendarDrawer
from tui.calendar.screen import CalendarScreen
from widgets.panel.panel import DetailPanel
from widgets.text import plain
from widgets.timeline.grid import WEEK_STEP
from widgets.timeline.navigation import TimelinePlace

QUARTERS = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=91 * number) for number in range(11)]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> DemoHost:
    """150 campaigns without rows, some named by an attacker; one start cannot be read."""
    project = Project(tmp_path_factory.mktemp("calendar") / "cache.db", replace(TINY, campaigns=150))
    project.sync(SyncRequest())
    host = DemoHost(project.path, project, online=False)
    host.edit("update campaigns set start_date = ? where name = 'Mug on us'", f"soon{NOT_A_DATE}")
    return host


def documents(cache: Path) -> Mapping[str, Mapping[str, Any]]:
    """Every campaign as received, by id."""
    with closing(sqlite3.connect(cache)) as connection:
        return {key: json.loads(text) for key, text in connection.execute("select id, json from campaigns_raw")}


def meets(document: Mapping[str, Any], start: datetime, end: datetime) -> bool:
    """Whether a campaign's dates and a window have an instant in common; one without length is at its start."""
    first, last = (
        datetime.fromisoformat(document[key]) if document.get(key) else None
        for key in ("start_date", "expiration_date")
    )
    if first is not None and last is not None:
        last = max(last, first + timedelta(microseconds=1))
    return (first is None or first < end) and (last is None or last > start)


def assert_windows_show_what_meets_them(screen: CalendarScreen, known: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Look at every quarter; returns the campaigns that were met."""
    timeline, met = screen.timeline, set[str]()
    odd = next(identity for identity, document in known.items() if document["name"] == "Mug on us")
    for instant in QUARTERS:
        timeline.restore(TimelinePlace(None, instant, WEEK_STEP, 0))
        start, end = timeline.window
        kept = timeline.cursor_row
        shown = {row.id for row in timeline.rows if row.id in known}
        expected = {identity for identity, document in known.items() if meets(document, start, end)}
        assert shown - {kept.id if kept else ""} <= expected | {odd}
        assert expected | {odd} <= shown
        for y, row in enumerate(timeline.rows[timeline.scroll_offset.y :][: timeline.size.height - 2], 2):
            if row.bars and row is not kept:
                line = timeline.render_line(y).text
                assert plain(row.name)[:6].strip() in line
                assert line[21:].strip(" ·│"), f"{row.name} has a cell"
        met |= expected
    return met | {odd}


def told_status(screen: CalendarScreen) -> tuple[str, str]:
    """Name and status in the details."""
    data = screen.query_one(CalendarDrawer).query_one(DetailPanel).data
    return data.title, str(data.fields[0].value).casefold()


async def test_every_campaign_is_found_at_80_and_at_160_columns(host: DemoHost) -> None:
    known = documents(host.cache)
    assert len(known) == 150
    services = host.services()
    rows = {one.id: one for one in services.reader.ask(list_campaigns, services.now(), services.zone)}
    services.reader.end()
    async with host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        assert assert_windows_show_what_meets_them(screen, known) == set(known), "the windows cover all of them"
        await press(pilot, "enter")
        timeline = screen.timeline
        seen: set[str] = set()
        for size, each in ((WIDE, False), (NARROW, True)):
            await pilot.resize_terminal(*size)
            await press(pilot, "a")
            assert {row.id for row in timeline.rows if row.id in known} == set(known)
            for index, row in enumerate(timeline.rows):
                if row.id in known and (each or rows[row.id].status.kind not in seen):
                    seen.add(rows[row.id].status.kind)
                    timeline.cursor = index
                    while told_status(screen)[0] != rows[row.id].display_name:
                        await pilot.pause()
                    assert rows[row.id].status.kind.value in told_status(screen)[1], row.name
        await settle(pilot)
        assert_harmless(screen_text(pilot))
        assert_windows_show_what_meets_them(screen, known)


async def test_dates_that_cannot_be_read_stand_in_a_group_of_their_own(host: DemoHost) -> None:
    async with host.run(WIDE) as (app, pilot):
        await press(pilot, "2", "slash", *"mug", "enter")
        assert isinstance(app.screen, CalendarScreen)
        headings = [row.name for row in app.screen.timeline.rows if row.heading]
        assert headings[-1] == "unreadable dates"
        text = screen_text(pilot)
        assert "cannot be read: start soon" in text
        assert "1 unreadable" in text
        await press(pilot, "G")
        assert any("Starts" in line and "not known" in line for line in screen_lines(pilot))
        await press(pilot, "H", "H", "L")
        assert "cannot be read: start soon" in screen_text(pilot)


async def test_clashes_and_last_year_come_and_go(host: DemoHost) -> None:
    async with host.run(NARROW) as (app, pilot):
        await press(pilot, "2")
        plain_lines = screen_lines(pilot)[3:-1]
        await press(pilot, "x")
        assert "╳" in "".join(screen_lines(pilot)[3:-1])
        await press(pilot, "enter")
        fields = app.screen.query_one(CalendarDrawer).query_one(DetailPanel).data.fields
        assert [field.label.split()[0] for field in fields[:4]] == ["Status", "Type", "Clashes", "Starts"]
        await press(pilot, "escape", "x", "u")
        assert isinstance(app.screen, CalendarScreen)
        assert [row for row in app.screen.timeline.rows if row.id.startswith(LAST_YEAR)]
        await press(pilot, "u")
        assert screen_lines(pilot)[3:-1] == plain_lines


@pytest.mark.parametrize(("signs", "size"), [("unicode", WIDE), ("ascii", NARROW)], ids=["unicode", "ascii"])
async def test_nothing_acts_and_ascii_is_ascii(host: DemoHost, signs: Any, size: tuple[int, int]) -> None:
    host = replace(host, preferences=structs.replace(host.preferences, signs=signs))
    async with host.run(size) as (app, pilot):
        await press(pilot, "2")
        for keys in (("v",), ("x",), ("u",), ("c",), ("a",), ("t",), ("escape",), ("question_mark",)):
            await press(pilot, *keys)
            text = screen_text(pilot)
            assert_harmless(text)
            if signs == "ascii":
                drawn = {char for char in text if not char.isascii()}
                assert not [char for char in drawn if 0x2190 <= ord(char) < 0x2900], drawn
        assert app.is_running
