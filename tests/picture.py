"""The README's pictures, made from the demo's project at a fixed instant: `python -m tests.picture`."""

import asyncio
import tempfile
from pathlib import Path

from store.ref import CUSTOMER, Ref
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, PAGES_PER_RUN, SyncRequest
from tests.support.app_host import DemoHost, press, settle
from tests.support.paths import ROOT
from tests.support.syncing import Project
from tui.customers.reading import reading_of

PICTURES = ROOT / "docs"
WIDTH = 132


async def draw(host: DemoHost, name: str, height: int, *keys: str, opened: Ref | None = None) -> None:
    """Open a thing, press keys and keep what stands on the screen."""
    async with host.run((WIDTH, height), open_at=opened) as (app, pilot):
        await settle(pilot)
        await press(pilot, *keys)
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="promoscope demo"), encoding="utf-8")


def main() -> None:
    """Sync the demo's project, then draw the list, home, the calendar, two dashboards, a customer and a search."""
    with tempfile.TemporaryDirectory() as directory:
        project = Project(Path(directory) / "picture.db", Sizes(), hostile=False)
        project.sync(SyncRequest(everything=True, via=PAGES_ONLY))
        host = DemoHost(project.path, project)
        asyncio.run(draw(host, "campaigns", 36))
        asyncio.run(draw(host, "home", 36, "0"))
        asyncio.run(draw(host, "calendar", 40, "2", "v"))
        project.sync(SyncRequest(campaigns=("Autumn Warm-Up",)))
        asyncio.run(draw(host, "dashboard", 52, opened=Ref.campaign("Autumn Warm-Up")))
        project.sync(SyncRequest(campaigns=("Coffee Club",)))
        asyncio.run(draw(host, "loyalty", 52, opened=Ref.campaign("Coffee Club")))
        customer = who_did_much(project)
        project.sync(reading_of(customer))
        asyncio.run(draw(host, "customer", 36, "2", "j", "enter", opened=Ref(CUSTOMER, customer)))
        asyncio.run(draw(host, "search", 30, "ctrl+k", *"warm"))


def who_did_much(project: Project) -> str:
    """The customer with most types of events among those whose whole activity one reading brings."""
    table = project.world.tables["customer_activity"]
    kinds: dict[str, list[str]] = {}
    for customer, kind in zip(table.column("customer_id"), table.column("type"), strict=True):
        kinds.setdefault(customer, []).append(kind)
    short = {customer: set(found) for customer, found in kinds.items() if len(found) < 100 * PAGES_PER_RUN}
    return max(sorted(short), key=lambda customer: len(short[customer]))


if __name__ == "__main__":
    main()
