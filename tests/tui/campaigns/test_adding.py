"""Adding a tab is one function and one declaration: nothing else in the app needs to know of it."""

from dataclasses import replace

import pytest
from msgspec import structs

from tests.support.app_host import NARROW, DemoHost, press, screen_text, settle
from tests.tui.campaigns.test_names import busiest
from tui.campaigns import load as campaign_load
from tui.campaigns.context import CampaignContext
from tui.campaigns.types import spec_for
from tui.kit.bodies import LoadedPanel
from tui.kit.spec import TabSpec
from widgets.frame.tab_bar import TabBar
from widgets.panel.panel import Field, PanelData

TYPE = "DISCOUNT_COUPONS"


def failures(context: CampaignContext) -> PanelData:
    """The function: a context to plain data."""
    query = "select count(*) from redemptions where campaign_id = ? and result = 'FAILURE'"
    count = context.reader.connection.execute(query, (context.campaign.id,)).fetchone()[0]
    return PanelData("Refusals", (Field("Refused", f"{count:,}", "strong"),))


REFUSALS: TabSpec[CampaignContext] = TabSpec(
    "refusals", "Refusals", lambda context: LoadedPanel("Refusals", context, failures)
)
"""The declaration."""


async def test_a_declared_tab_is_counted_picked_and_filled(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = spec_for(TYPE).contents()
    spec = structs.replace(spec_for(TYPE), contents=lambda: replace(declared, tabs=(*declared.tabs, REFUSALS)))
    monkeypatch.setattr(campaign_load, "spec_for", lambda _: spec)
    campaign = busiest(demo_host.cache, TYPE)
    async with demo_host.run(NARROW, open_campaign=campaign) as (app, pilot):
        await settle(pilot)
        await press(pilot, "full_stop", *"refus", "enter")
        assert app.screen.query_one(TabBar).active == "refusals"
        text = screen_text(pilot)
        assert "[0 Refusals]" in text
        assert f"{len(spec.contents().tabs) + 1}/{len(spec.contents().tabs) + 1}" in text
        assert "Refused" in text
