"""The README's pictures, made from the demo's project at a fixed instant: `python -m tests.picture`."""

import asyncio
import tempfile
from pathlib import Path

from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from tests.support.app_host import DemoHost, press, settle
from tests.support.paths import ROOT
from tests.support.syncing import Project

PICTURES = ROOT / "docs"
WIDTH = 132


async def draw(host: DemoHost, name: str, height: int, *keys: str, campaign: str | None = None) -> None:
    """Press keys and keep what stands on the screen."""
    options = {} if campaign is None else {"open_campaign": campaign}
    async with host.run((WIDTH, height), **options) as (app, pilot):
        await settle(pilot)
        await press(pilot, *keys)
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="promoscope demo"), encoding="utf-8")


def main() -> None:
    """Sync the demo's project, then draw the list, the calendar and a dashboard."""
    with tempfile.TemporaryDirectory() as directory:
        project = Project(Path(directory) / "picture.db", Sizes(), hostile=False)
        project.sync(SyncRequest(everything=True, via=PAGES_ONLY))
        host = DemoHost(project.path, project)
        asyncio.run(draw(host, "campaigns", 36))
        asyncio.run(draw(host, "calendar", 40, "2", "v"))
        project.sync(SyncRequest(campaigns=("Autumn Warm-Up",)))
        asyncio.run(draw(host, "dashboard", 52, campaign="Autumn Warm-Up"))


if __name__ == "__main__":
    main()
