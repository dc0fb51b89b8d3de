"""A small app around one tab body, over a cache synced once from the least sandbox project."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from store.queries.campaigns import CampaignRow, list_campaigns
from store.queries.reader import Reader
from store.sync.request import SyncRequest
from store.words import Bucket, DateSpan
from tests.support.syncing import NOW, ZONE, Project
from tui.campaigns.context import CampaignContext
from tui.kit.asking import LoadFailed
from tui.kit.context import Period
from tui.kit.preferences import DARK
from tui.shell.theme import THEMES

SIZES = ((80, 24), (160, 45))
TODAY = NOW.astimezone(ZONE).date()


class TabHost(App[None]):
    """Mounts one body and keeps what it posts."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, body: Widget) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.body = body
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.body

    def on_mount(self) -> None:
        self.body.focus()

    def on_load_failed(self, message: LoadFailed) -> None:
        raise AssertionError(message.reason)

    def on_rows_tab_export_requested(self, message: Message) -> None:
        self.posted.append(message)


def make_cache(path: Path, *, changes: bool = False) -> Project:
    """Sync the least project, everything; with `changes`, let its world move on and sync again."""
    project = Project(path)
    project.copy_synced()
    if changes:
        edits: tuple[dict[str, Any], ...] = (
            {"description": "first [/b] words"},
            {"description": "later", "active": False},
        )
        for turn, fields in enumerate(edits):
            project.clock.advance(3600)
            for campaign in sorted(project.ids("campaigns")):
                project.world.edit_campaign(campaign, at=project.clock.now(), **fields)
            project.clock.advance(60 * (turn + 1))
            project.sync(SyncRequest(full=True))
    return project


@contextmanager
def reading(project: Project) -> Iterator[Reader]:
    """A reader at the project's time."""
    reader = Reader(project.path, ZONE, project.clock)
    try:
        yield reader
    finally:
        reader.close()


def context_of(
    reader: Reader, campaign: CampaignRow, *, days: int = 365, bucket: Bucket = Bucket.WEEK
) -> CampaignContext:
    """A campaign's context over the last days."""
    span = DateSpan(date.fromordinal(TODAY.toordinal() - days + 1), TODAY)
    return CampaignContext.of(
        reader, campaign, Period(span, f"Last {days} days", bucket), "EUR", ZONE, TODAY, "up to about 9 calls"
    )


def campaigns_of(reader: Reader) -> dict[str, CampaignRow]:
    """The busiest campaign of each type."""
    found: dict[str, CampaignRow] = {}
    for row in list_campaigns(reader.connection, reader.now(), ZONE):
        held = found.get(row.campaign_type)
        if held is None or (row.redemptions or 0) > (held.redemptions or 0):
            found[row.campaign_type] = row
    return found


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is being loaded or painted."""
    await pilot.pause()
    while running := [worker for worker in pilot.app.workers if not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(running)
        await pilot.pause()


def screen_text(app: App[None]) -> str:
    """What is painted, line by line."""
    screen = app.screen
    return "\n".join("".join(segment.text for segment in strip) for strip in screen._compositor.render_strips())
