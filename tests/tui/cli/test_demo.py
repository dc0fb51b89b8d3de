"""`promoscope demo`: a tidy shop with a past, hostile on request."""

from pathlib import Path

import pytest

from store.config import load_settings
from store.queries.history import as_it_was, sync_moments
from store.queries.reader import Reader
from store.sandbox.world import World
from tests.support.sizes import TINY
from tests.tui.cli.harness import NOW
from tui.cli import demo_command
from tui.cli.demo_command import Shop, demo_settings
from tui.cli.demo_history import live_through


def test_the_demos_last_days_are_in_its_cache_before_the_app_opens(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(), tmp_path / "demo.db")
    world = World(7, now=NOW, sizes=TINY)
    key = world.campaign("Autumn Warm-Up")["id"]
    first_end = world.campaign("Autumn Warm-Up")["expiration_date"]
    live_through(world, settings)
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


def test_what_was_not_there_yet_appears_as_new(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(), tmp_path / "demo.db")
    world = World(7, now=NOW, sizes=TINY)
    names = {campaign["name"] for campaign in world.documents["campaigns"].documents}
    live_through(world, settings)
    assert {campaign["name"] for campaign in world.documents["campaigns"].documents} == names
    reader = Reader(settings.database, settings.timezone)
    appeared = "select seen_at from changes where resource = 'campaigns' and field = '' and record_id = ?"
    found = reader.connection.execute(appeared, (world.campaign("Winter Preview")["id"],)).fetchall()
    assert found == [("2026-11-18T12:00:00.000Z",)]
    reader.close()


@pytest.mark.parametrize(("option", "hostile"), [((), False), (("--hostile",), True)])
def test_hostile_names_come_on_request_alone(
    monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], hostile: bool
) -> None:
    asked: list[Shop] = []

    def note(shop: Shop) -> int:
        asked.append(shop)
        return 0

    monkeypatch.setattr(demo_command, "_open", note)
    demo_command.command.main(["--campaigns", "20", *option], standalone_mode=False)
    assert asked == [Shop(7, {"campaigns": 20}, hostile, "unlimited")]
    assert ("[@click=app.quit]x[/]" in asked[0].world().plans[9].name) is hostile
