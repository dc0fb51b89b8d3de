"""`promoscope demo`: a tidy shop with a past, hostile on request."""

from pathlib import Path

import pytest

from store.config import load_settings
from store.queries.history import as_it_was, sync_moments
from store.queries.reader import Reader
from store.sandbox.world import World
from store.sync.request import SyncRequest
from tests.support.sizes import TINY
from tests.tui.cli.harness import NOW
from tui.cli import demo_command
from tui.cli.demo_command import LateShop, Shop, demo_settings, shop_sync
from tui.cli.demo_history import live_through
from tui.project import Project


async def test_the_demos_last_days_are_in_its_cache(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(), tmp_path / "demo.db")
    world = World(7, now=NOW, sizes=TINY)
    key = world.campaign("Autumn Warm-Up")["id"]
    first_end = world.campaign("Autumn Warm-Up")["expiration_date"]
    await live_through(world, settings)
    reader = Reader(settings.database, settings.timezone)
    moments = sync_moments(reader.connection, "campaigns", key)
    assert [moment.seen_at for moment in moments] == [f"2026-11-{day}T12:00:00.000Z" for day in (22, 18, 14)]
    document = as_it_was(reader.connection, "campaigns", key, moments[2].seen_at).document
    assert document is not None
    assert document["expiration_date"] == first_end
    later = as_it_was(reader.connection, "campaigns", key, moments[1].seen_at).document
    assert later is not None
    assert later["description"] == "Prolonged into the cold days"
    assert later["expiration_date"] == "2027-01-02T00:00:00Z"
    reader.close()


async def test_what_was_not_there_yet_appears_as_new(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(), tmp_path / "demo.db")
    world = World(7, now=NOW, sizes=TINY)
    names = {campaign["name"] for campaign in world.documents["campaigns"].documents}
    await live_through(world, settings)
    assert {campaign["name"] for campaign in world.documents["campaigns"].documents} == names
    reader = Reader(settings.database, settings.timezone)
    appeared = "select seen_at from changes where resource = 'campaigns' and field = '' and record_id = ?"
    found = reader.connection.execute(appeared, (world.campaign("Winter Preview")["id"],)).fetchall()
    assert found == [("2026-11-18T12:00:00.000Z",)]
    reader.close()


class Unheard:
    """Listens to a run and does nothing."""

    is_stopped = False

    def on_progress(self, progress: object, meter: object) -> None:
        pass

    def on_wait(self, seconds: float, reason: str) -> None:
        pass


async def test_the_first_sync_makes_the_shop_and_its_last_days_and_later_ones_find_both(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(), tmp_path / "demo.db")
    sizes = {"campaigns": 12, "customers": 20, "vouchers": 200, "redemptions": 200, "publications": 0}
    shop = LateShop(Shop(7, sizes, hostile=False, plan="unlimited"))
    sync = shop_sync(shop, Project(settings, responder=shop.respond))
    assert not settings.database.exists(), "nothing is made before the screen stands"
    for _ in range(2):
        report = await sync(SyncRequest(), Unheard())
        assert report.state == "complete", report.as_json()
    reader = Reader(settings.database, settings.timezone)
    (runs,) = reader.connection.execute("select count(*) from sync_runs").fetchone()
    reader.close()
    assert runs == 3 + 2, "three of its last days, and two now"


@pytest.mark.parametrize(("option", "hostile"), [((), False), (("--hostile",), True)])
def test_hostile_names_come_on_request_alone(
    monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], hostile: bool
) -> None:
    asked: list[Shop] = []

    def note(shop: Shop, *, allow_writes: bool) -> int:
        assert not allow_writes
        asked.append(shop)
        return 0

    monkeypatch.setattr(demo_command, "_open", note)
    demo_command.command.main(["--campaigns", "20", *option], standalone_mode=False)
    assert asked == [Shop(7, {"campaigns": 20}, hostile, "unlimited")]
    assert ("[@click=app.quit]x[/]" in asked[0].world().plans[9].name) is hostile
