"""A campaign as it was: rebuilt from the journal, shown beside what it is now."""

import re
from pathlib import Path

import pytest

from store.sync.request import SyncRequest
from tests.support.app_host import NARROW, WIDE, DemoHost, press, screen_text, settle
from tests.support.syncing import Project
from tui.kit.history_screen import EMPTY, HistoryScreen
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
