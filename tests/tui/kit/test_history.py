"""A campaign as it was: rebuilt from the journal, shown beside what it is now."""

import re
import sqlite3
from pathlib import Path

import pytest

from store.ref import VOUCHER, Ref
from store.sync.request import SyncRequest
from tests.support.app_host import NARROW, WIDE, DemoHost, place, press, screen_text, settle
from tests.support.syncing import Project
from tui.kit.history_screen import EMPTY, HistoryScreen
from tui.kit.record_screen import RecordScreen
from widgets.panel.diff_view import DiffView


@pytest.fixture
def edited(tmp_path: Path) -> DemoHost:
    """A cache that saw one campaign renamed twice and its end moved."""
    project = Project(tmp_path / "edited.db")
    project.sync()
    campaign = project.world.tables["campaigns"].column("id")[0]
    for name in ("Second [/name]", "Third name"):
        project.clock.advance(3600)
        project.world.edit_campaign(campaign, at=project.clock.now(), name=name)
        project.sync(SyncRequest())
    return DemoHost(tmp_path / "edited.db", project)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_each_entry_shows_what_its_own_sync_changed(edited: DemoHost, size: tuple[int, int]) -> None:
    async with edited.run(size, open_campaign="Third name") as (app, pilot):
        await press(pilot, "H")
        assert isinstance(app.screen, HistoryScreen)
        diff = app.screen.query_one(DiffView)

        def renamed() -> list[tuple[str | None, str | None]]:
            return [(change.before, change.after) for change in diff.changes if change.path == "name"]

        # Name and date of the edit: the newest entry shows the newest edit.
        assert renamed() == [("Second [/name]", "Third name")]
        assert "2 fields changed by the sync of 23 Nov" in screen_text(pilot)
        assert size == NARROW or re.search(r"before {3,}after", screen_text(pilot))
        assert "name Second [/name] → Third name" in screen_text(pilot), "the row itself says what changed"
        await press(pilot, "j")
        assert [after for _, after in renamed()] == ["Second [/name]"]
        assert "Second [/name]" in screen_text(pilot)
        before = renamed()[0][0]
        await press(pilot, "j")
        text = screen_text(pilot)
        assert "The first state, as the sync of 23 Nov" in text
        assert "first state" in text
        assert diff.changes == ()
        await press(pilot, "J")
        await settle(pilot)
        assert f'"name": "{before}"' in screen_text(pilot)
        await press(pilot, "escape")
        assert not isinstance(app.screen, HistoryScreen)


async def test_without_changes_it_says_why(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (_app, pilot):
        await press(pilot, "H")
        text = " ".join(screen_text(pilot).split())
        assert text.count(EMPTY[:34]) == 1
        assert "Nothing has changed" not in text


async def test_it_opens_on_every_record_that_changed(demo_host: DemoHost) -> None:
    """A code, whose holder nobody may read unasked: on its own screen, as a row, as JSON, and as what is explained."""
    with sqlite3.connect(demo_host.cache) as connection:
        [code] = connection.execute("select code from vouchers where code is not null limit 1").fetchone()
        [identity] = connection.execute("select id from vouchers where code = ?", (code,)).fetchone()
    connection.close()
    journal = (
        "insert into code_changes (resource, record_id, field, before, after, since, seen_at, run_id)"
        " values ('vouchers', ?, ?, ?, ?, '2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z', 'r')"
    )
    demo_host.edit(journal, identity, "/discount/amount_off", "1000", "1500")
    demo_host.edit(journal, identity, "/metadata/contact", '"x"', '"anna.k@example.com"')
    async with demo_host.run(NARROW, open_at=Ref(VOUCHER, identity)) as (app, pilot):
        await press(pilot, "H")
        text = screen_text(pilot)
        assert "discount amount off €10.00 → €15.00" in text
        assert "and 1 more · who is not known from the API log" in text
        assert "first state" in text
        assert "anna.k" not in text
        await press(pilot, "v")
        assert "anna.k@example.com" in screen_text(pilot)
        for keys in (("escape", "J"), ("escape", "escape", "x")):
            await press(pilot, *keys)
            assert not isinstance(place(app), HistoryScreen)
            await press(pilot, "H")
            assert isinstance(place(app), HistoryScreen)
            assert "€10.00 → €15.00" in screen_text(pilot)


async def test_it_is_offered_where_there_is_one(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign="Last Call") as (app, pilot):
        await press(pilot, "4", "j", "enter", "enter")
        assert isinstance(app.screen, RecordScreen)
        await press(pilot, "H")
        assert isinstance(app.screen, RecordScreen), "nothing journals redemptions"
        assert "H history" not in screen_text(pilot)
