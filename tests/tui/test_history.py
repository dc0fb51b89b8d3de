"""A campaign as it was: rebuilt from the journal, shown beside what it is now."""

from pathlib import Path

import pytest

from store.sync.tasks import SyncRequest
from tests.store.syncing import Project
from tests.tui.app_host import NARROW, WIDE, DemoHost, press, screen_text, settle
from tui.screens.history import EMPTY, HistoryScreen


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
async def test_a_chosen_sync_shows_what_has_changed_since(edited: DemoHost, size: tuple[int, int]) -> None:
    async with edited.run(size, open_campaign="Third name") as (app, pilot):
        await press(pilot, "H")
        assert isinstance(app.screen, HistoryScreen)
        await press(pilot, "j", "j", "j")
        text = screen_text(pilot)
        assert "fields changed" in text
        assert "Second [/name]" in text
        assert "Third name" in text
        await press(pilot, "J")
        await settle(pilot)
        assert '"Second [/name]"' in screen_text(pilot)
        await press(pilot, "escape")
        assert not isinstance(app.screen, HistoryScreen)


async def test_without_changes_it_says_why(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (_app, pilot):
        await press(pilot, "H")
        text = " ".join(screen_text(pilot).split())
        assert text.count(EMPTY[:34]) == 1
        assert "Nothing has changed" not in text
