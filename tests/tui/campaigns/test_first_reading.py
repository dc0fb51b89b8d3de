"""Figures while a campaign is read for the first time, and figures that a type does not have: unknown, never 0."""

import sqlite3
from contextlib import closing

import pytest

from store.queries.distributions import distribution_overview
from store.queries.freshness import REFUSED_NOTE
from store.wire import Request, Response
from tests.support.app_host import NARROW, WIDE, DemoHost, press, screen_lines, screen_text, settle
from tests.tui.campaigns.test_names import busiest
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.kit.messages import SyncStatus
from tui.kit.preferences import Preferences
from widgets.frame.progress import ProgressData
from widgets.frame.tab_bar import TabBar

UNDER_WAY = "its first reading is not done"


def begin_first_reading(host: DemoHost, identity: str, keep: int) -> None:
    """Leave the cache as it is amid the first reading of a campaign's redemptions: some rows, no days counted."""
    with sqlite3.connect(host.cache) as connection:
        connection.execute("delete from sync_states where resource = 'redemptions'")
        for table in ("daily", "campaign_totals", "campaign_summaries"):
            connection.execute(f"delete from {table} where campaign_id = ?", (identity,))
        connection.execute(
            "delete from redemptions where campaign_id = ?1 and id not in"
            " (select id from redemptions where campaign_id = ?1 limit ?2)",
            (identity, keep),
        )
        connection.execute(
            "insert into sync_windows (resource, scope, pass, started_at)"
            " values ('redemptions', ?, 'first', '2026-11-23T11:59:00.000Z')",
            (f"campaign:{identity}",),
        )
    connection.close()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
@pytest.mark.parametrize("keep", [0, 10])
async def test_a_reading_under_way_shows_no_zeros(demo_host: DemoHost, keep: int, size: tuple[int, int]) -> None:
    identity = busiest(demo_host.cache, "DISCOUNT_COUPONS")
    demo_host.online = False
    begin_first_reading(demo_host, identity, keep)
    async with demo_host.run(size, open_campaign=identity) as (app, pilot):
        lines = screen_lines(pilot)
        head = next(index for index, line in enumerate(lines) if "REDEEMED" in line)
        figures = lines[head + 1]
        assert figures.split()[0] == "–"
        assert "0.00" not in figures
        assert "its first" in "".join(lines[head : head + 8])
        tabs = {tab.id: tab.count for tab in app.screen.query_one(TabBar).tabs}
        assert tabs["redemptions"] == ""
        await press(pilot, "4")
        text = screen_text(pilot)
        assert UNDER_WAY in text
        assert f"{keep or '–'} redemption rows" in text


async def test_the_list_tells_that_a_sum_is_not_whole(demo_host: DemoHost) -> None:
    identity = busiest(demo_host.cache, "DISCOUNT_COUPONS")
    demo_host.edit("delete from campaign_totals where campaign_id = ? and source = 'summary'", identity)
    demo_host.edit("update sync_states set state = 'partial', completed_at = null where resource = 'redemptions'")
    demo_host.edit("update campaigns set name = 'Partly' where id = ?", identity)
    async with demo_host.run(NARROW) as (_app, pilot):
        await press(pilot, "slash", *"partly", "enter")
        line = next(line for line in screen_lines(pilot) if line.startswith("▌Partly"))
        assert "≥" in line


@pytest.mark.parametrize("size", [(200, 45), WIDE], ids=["200", "160"])
async def test_promotions_have_no_codes_to_count(demo_host: DemoHost, size: tuple[int, int]) -> None:
    identity = busiest(demo_host.cache, "PROMOTION")
    demo_host.edit("update campaigns set name = 'Tiered' where id = ?", identity)
    async with demo_host.run(size) as (_app, pilot):
        await press(pilot, "slash", *"tiered", "enter")
        lines = screen_lines(pilot)
        header = next(line for line in lines if "CAMPAIGN" in line)
        row = next(line for line in lines if line.startswith("▌Tiered"))
        end = header.index("VOUCHERS") + len("VOUCHERS")
        assert row[:end].split()[-1] == "–"


@pytest.mark.parametrize("demo", [True, False])
async def test_opening_a_campaign_never_read_reads_its_rows(empty_host: DemoHost, demo: bool) -> None:
    empty_host.demo = demo
    async with empty_host.run(WIDE) as (app, pilot):
        await press(pilot, "R", "slash", *"last", "enter", "enter")
        assert isinstance(app.screen, CampaignDetailScreen)
        campaign = app.screen.context.campaign
        with sqlite3.connect(empty_host.cache) as connection:
            held = connection.execute("select count(*) from vouchers where campaign_id = ?", (campaign.id,)).fetchone()
        assert held[0] == campaign.vouchers_count
        assert f"Vouchers {held[0]}" in screen_lines(pilot)[2]


async def test_opening_reads_nothing_when_the_reader_does_not_wish_it(empty_host: DemoHost) -> None:
    empty_host.preferences = Preferences(sync_on_open=False)
    async with empty_host.run(WIDE) as (app, pilot):
        await press(pilot, "R", "slash", *"last", "enter", "enter")
        with sqlite3.connect(empty_host.cache) as connection:
            assert connection.execute("select count(*) from vouchers").fetchone() == (0,)
        assert "not synced yet · press r, up to about 49 calls" in screen_text(pilot)
        assert not app._notifications, "what stays true stays in the page"
        assert isinstance(app.screen, CampaignDetailScreen)
        app.screen.show_sync(SyncStatus(running=True, what=app.screen.subject_name), ProgressData())
        await settle(pilot)
        assert "not synced yet" not in screen_lines(pilot)[0]
        assert "being read" in screen_text(pilot)
        assert "press r, up" not in screen_text(pilot)
        app.screen.show_sync(SyncStatus(state="stopped"), ProgressData())
        await settle(pilot)
        assert "not synced yet · press r, up to about 49 calls" in screen_text(pilot)
        await press(pilot, "r")
        assert "press r" not in screen_text(pilot)
        with sqlite3.connect(empty_host.cache) as connection:
            assert connection.execute("select count(*) from vouchers").fetchone()[0] > 0


@pytest.mark.parametrize("demo", [True, False])
async def test_opening_after_a_whole_sync_reads_refused_publications(demo_host: DemoHost, demo: bool) -> None:
    """The project's list names no campaign for them: the campaign's own list has them, days are told by its summary."""
    demo_host.demo, world = demo, demo_host.project.world
    refused = {one: world.truth.total(one, "publications_failed") for one in demo_host.project.ids("campaigns")}
    identity = max(refused, key=lambda one: refused[one])
    asked: list[str] = []

    def respond(request: Request) -> Response:
        asked.append(request.path)
        return demo_host.project.sandbox.respond(request)

    demo_host.responder = respond
    async with demo_host.run(WIDE, open_campaign=identity) as (app, pilot):
        assert {path.split("/")[-1] for path in asked} == {"publications", "summary"}
        assert len(asked) < 40
        with closing(sqlite3.connect(demo_host.cache)) as connection:
            assert distribution_overview(connection, identity).failed.value == refused[identity] > 0
        assert REFUSED_NOTE not in screen_text(pilot)
        assert isinstance(app.screen, CampaignDetailScreen)
        assert not app._notifications, "a notice would cover figures that are known"
    asked.clear()
    async with demo_host.run(WIDE, open_campaign=identity):
        assert asked == [], "what was read is not read again"
