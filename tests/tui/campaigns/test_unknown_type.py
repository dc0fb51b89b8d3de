"""A campaign of a type this version does not know: everything that every campaign has, whatever its document holds."""

import json
import sqlite3
from typing import Any

import pytest

from tests.support.app_host import (
    HOSTILE,
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.tui.campaigns.test_names import busiest, flat, whole_dashboard
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.types import spec_for, type_specs
from widgets.frame.tab_bar import TabBar

UNKNOWN = "HOLOGRAM"
TABS = (
    "Vouchers", "Rules", "Redemptions", "Publications", "Distributions", "Metadata", "Activity", "Transactions",
    "Analytics",
)  # fmt: skip
PANELS = (
    "Campaign details", "Distribution overview", "Validations, redemptions, rollbacks, publications",
    "Vouchers created/deleted", "Access settings", "Other fields",
)  # fmt: skip
KINDS = [spec.type for spec in type_specs()]


def counts(host: DemoHost, identity: str) -> dict[str, int]:
    """Rows of a campaign by table."""
    with sqlite3.connect(host.cache) as connection:
        tables = {
            table: int(
                connection.execute(f"select count(*) from {table} where campaign_id = ?", (identity,)).fetchone()[0]
            )
            for table in ("redemptions", "publications", "transactions")
        }
    connection.close()
    return tables


@pytest.mark.parametrize(("kind", "size"), [(KINDS[0], NARROW), (KINDS[2], WIDE)], ids=["80x24", "160x45"])
async def test_it_has_what_every_campaign_has(demo_host: DemoHost, kind: str, size: tuple[int, int]) -> None:
    identity = busiest(demo_host.cache, kind)
    demo_host.edit("update campaigns set campaign_type = ? where id = ?", UNKNOWN, identity)
    async with demo_host.run(size, open_campaign=identity) as (app, pilot):
        assert isinstance(app.screen, CampaignDetailScreen)
        assert "Hologram" in screen_lines(pilot)[1]
        dashboard = await whole_dashboard(pilot)
        for title in PANELS:
            assert flat(title) in flat(dashboard), title
        assert "T00:00:00" not in dashboard
        assert "False" not in dashboard
        bar = app.screen.query_one(TabBar)
        assert [tab.title for tab in bar.tabs] == ["Dashboard", *TABS]
        held = counts(demo_host, identity)
        for number, title in enumerate(TABS, start=2):
            bar.choose_number(number)
            await settle(pilot)
            text = screen_text(pilot)
            assert f"[{'1234567890ABCD'[number - 1]} {title}" in text
            rows = held.get(title.lower())
            if rows:
                assert f"{title} {rows:,}" in text, title


WRONG: tuple[dict[str, Any], ...] = (
    {},
    {"voucher": "none", "promotion": [1], "metadata": "text", "type": {"a": 1}, "access_settings_assignments": 4},
    {"voucher": {"redemption": 3, "code_config": [], "discount": "5", "gift": {"amount": {}}}, "start_date": 20261001},
    {"voucher": {"redemption": {"quantity": "x"}, "code_config": {"pattern": 1}}, "created_at": ["never"]}
    | {"validity_hours": "noon", "validity_timeframe": [], "validity_day_of_week": {"a": 1}, "categories": "x"},
    {"creation_status": ["FAILED"], "active": "maybe", "expiration_date": {"on": 1}, "description": HOSTILE[2]}
    | {f"field {number}": HOSTILE[number % len(HOSTILE)] for number in range(40)},
)


@pytest.mark.parametrize("document", WRONG, ids=[str(index) for index in range(len(WRONG))])
async def test_documents_of_wrong_shapes_render(demo_host: DemoHost, document: dict[str, Any]) -> None:
    identity = busiest(demo_host.cache, KINDS[0])
    whole = {"id": identity, "name": "Odd one", "campaign_type": UNKNOWN, **document}
    demo_host.edit("update campaigns set campaign_type = ? where id = ?", UNKNOWN, identity)
    demo_host.edit("update campaigns_raw set json = ? where id = ?", json.dumps(whole), identity)
    async with demo_host.run(NARROW, open_campaign=identity) as (app, pilot):
        dashboard = await whole_dashboard(pilot)
        assert "Other fields" in dashboard
        assert "…" not in [line.strip(" │") for line in dashboard.splitlines()], "a panel was never filled"
        assert_harmless(dashboard)
        for number in range(2, len(TABS) + 2):
            app.screen.query_one(TabBar).choose_number(number)
            await settle(pilot)
            assert app.is_running
            assert_harmless(screen_text(pilot))


async def test_the_dates_rule_its_figures(demo_host: DemoHost) -> None:
    identity = busiest(demo_host.cache, KINDS[0])
    demo_host.edit("update campaigns set campaign_type = ? where id = ?", UNKNOWN, identity)
    async with demo_host.run(WIDE, open_campaign=identity) as (_app, pilot):
        month = screen_text(pilot)
        await press(pilot, "d", "home", "enter")
        assert "Today" in screen_text(pilot)
        assert screen_text(pilot) != month


def test_it_names_no_type() -> None:
    assert spec_for(UNKNOWN).contents().panels == spec_for("ANOTHER_ONE").contents().panels
    assert UNKNOWN not in KINDS
