"""Every panel and tab of the requirement, by the web dashboard's name, found on the running screens with content."""

import json
import sqlite3
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.app_host import NARROW, WIDE, DemoHost, press, screen_lines, screen_text, settle
from tests.support.paths import DATA
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.types import spec_for, type_specs
from tui.kit.spec import TabSpec
from widgets.frame.tab_bar import TabBar

REQUIRED: dict[str, dict[str, list[str]]] = json.loads((DATA / "screens.json").read_text(encoding="utf-8"))
_MOST_PAGES = 40


def busiest(cache: Path, campaign_type: str) -> str:
    """The campaign of a type with most redemptions."""
    with sqlite3.connect(cache) as connection:
        row = connection.execute(
            "select c.id from campaigns c left join redemptions r on r.campaign_id = c.id"
            " where c.campaign_type = ? and c.missing_since is null group by c.id order by count(r.id) desc, c.id",
            (campaign_type,),
        ).fetchone()
    return str(row[0])


async def whole_dashboard(pilot: Pilot[Any]) -> str:
    """The dashboard's text, read page by page as a person scrolls."""
    pages = [screen_text(pilot)]
    for _ in range(_MOST_PAGES):
        await press(pilot, "ctrl+d")
        page = screen_text(pilot)
        if page == pages[-1]:
            break
        pages.append(page)
    return "\n".join(pages)


def own_tabs(kind: str) -> list[tuple[int, TabSpec[Any]]]:
    """A type's tabs by their numbers, without those that an earlier type declares: the same code paints these."""
    earlier = [tab for other in takewhile(lambda one: one != kind, REQUIRED) for tab in spec_for(other).contents().tabs]
    tabs = enumerate(spec_for(kind).contents().tabs, start=2)
    return [(number, tab) for number, tab in tabs if not any(tab is other for other in earlier)]


def flat(text: str) -> str:
    """Text without the line breaks and blanks that wrapping puts in."""
    return "".join(text.split())


def test_the_requirement_counts_31_panels_and_45_tabs() -> None:
    assert sum(len(one["panels"]) for one in REQUIRED.values()) == 31
    assert sum(len(one["tabs"]) for one in REQUIRED.values()) == 45


@pytest.mark.parametrize("campaign_type", REQUIRED)
def test_a_type_declares_them_in_the_dashboards_order(campaign_type: str) -> None:
    spec = spec_for(campaign_type)
    assert [panel.title for panel in spec.contents().panels] == REQUIRED[campaign_type]["panels"]
    assert [tab.title for tab in spec.contents().tabs] == REQUIRED[campaign_type]["tabs"]
    assert len({tab.id for tab in spec.contents().tabs}) == len(spec.contents().tabs)


def test_there_are_no_other_types() -> None:
    assert {spec.type for spec in type_specs()} == set(REQUIRED)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
@pytest.mark.parametrize("campaign_type", REQUIRED)
async def test_every_panel_and_tab_is_on_screen_with_content(
    demo_host: DemoHost, campaign_type: str, size: tuple[int, int]
) -> None:
    required = REQUIRED[campaign_type]
    campaign = busiest(demo_host.cache, campaign_type)
    async with demo_host.run(size, open_campaign=campaign) as (app, pilot):
        await settle(pilot)
        assert isinstance(app.screen, CampaignDetailScreen)
        dashboard = await whole_dashboard(pilot)
        for title in required["panels"]:
            assert flat(title) in flat(dashboard), title
        assert "…" not in [line.strip(" │") for line in dashboard.splitlines()], "a panel was never filled"
        bar = app.screen.query_one(TabBar)
        empty = len(flat("\n".join(screen_lines(pilot)[:4])))
        for number, title in enumerate(required["tabs"], start=2):
            bar.choose_number(number)
            await settle(pilot)
            await settle(pilot)
            text = screen_text(pilot)
            assert f"[{'1234567890ABCD'[number - 1]} {title}" in text, title
            body = "\n".join(screen_lines(pilot)[3:-1])
            assert len(flat(body)) > 20, f"{title} shows nothing: {empty}"
            assert "Reading…" not in body, title
