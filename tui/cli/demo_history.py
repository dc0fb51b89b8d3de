"""What the demo's shop did in the last days, synced as it went: history and activity have something to tell."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from store.clock import ManualClock
from store.config import Settings
from store.sandbox import Sandbox
from store.sandbox.world import World
from store.sync.request import SyncRequest
from tui.project import Project, open_client, open_writer

_CONFIGURATION = frozenset(
    {"areas", "campaigns", "promotion_tiers", "validation_rules", "validation_rules_assignments"}
)
Chapter = Callable[[World, datetime], None]


def _edit(world: World, name: str, at: datetime, **fields: Any) -> None:
    """Change a campaign, if this project is large enough to have it."""
    known = {campaign["name"]: campaign["id"] for campaign in world.documents["campaigns"].documents}
    if name in known:
        world.edit_campaign(known[name], at=at, **fields)


def _longer_autumn(world: World, at: datetime) -> None:
    end = (at + timedelta(days=45)).strftime("%Y-%m-%dT00:00:00Z")
    _edit(world, "Autumn Warm-Up", at, expiration_date=end, description="Prolonged into the cold days")
    _edit(world, "Last Call", at, description="Last days before the new roast")


def _more_codes(world: World, at: datetime) -> None:
    campaign = world.campaign("Autumn Warm-Up")
    world.add_vouchers(campaign["id"], 50, at=at)
    _edit(world, "Autumn Warm-Up", at, metadata={**campaign["metadata"], "budget_code": 4_200})
    _edit(world, "Coffee Club", at, description="A point for every coin you spend on coffee")
    tier = world.documents["promotion_tiers"].documents[0]
    world.documents["promotion_tiers"].edit(tier["id"], banner="Spend 50, save 5 at once!", updated_at=_text(at))


def _switched_off(world: World, at: datetime) -> None:
    _edit(world, "Free Shipping", at, active=False)
    _edit(world, "Bulk Import B2B", at, description="Codes for resellers, the second batch is coming")


_CHAPTERS: tuple[tuple[float, Chapter | None], ...] = (
    (9, None),
    (5, _longer_autumn),
    (1, _more_codes),
    (0.2, _switched_off),
)
"""Days ago, and what was changed shortly before; what the last one changed is for the app's own first sync."""


async def live_through(world: World, settings: Settings) -> None:
    """Let the world's last days pass: change it, and sync the configuration into the cache at several earlier moments.

    Args:
        world: as it is before the first change; restored afterwards, even when this is cut short.
        settings: where the cache is.
    """
    for days, change in _CHAPTERS:
        moment = world.now - timedelta(days=days)
        if change is not None:
            change(world, moment - timedelta(hours=3))
        if days >= 1:
            to_come = world.withhold(moment)
            try:
                await _sync(world, settings, moment)
            finally:
                world.release(to_come)


async def _sync(world: World, settings: Settings, moment: datetime) -> None:
    from store.sync.engine import SyncEngine

    clock = ManualClock(moment)
    project = Project(settings, Sandbox(world, clock=clock).respond, clock)
    with open_writer(project) as connection:
        async with open_client(project) as (client, _):
            engine = SyncEngine(client, connection, zone=settings.timezone, clock=clock)
            await engine.run(SyncRequest(only=_CONFIGURATION))


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
