"""Campaign details and Referral codes: what the campaign says of itself, whatever text it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.words import Bucket, DateSpan
from tests.support.app_host import HOSTILE, assert_harmless
from tests.support.records import Document, campaign, put, read_whole
from tests.support.syncing import NOW, ZONE
from tests.support.tab_host import TODAY, TabHost, screen_text
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.details import campaign_details, other_fields
from tui.campaigns.panels.referral import codes_panel
from tui.kit.context import Period
from widgets.panel.panel import DetailPanel, PanelData

PANELS = {"DISCOUNT_COUPONS": campaign_details, "REFERRAL_PROGRAM": codes_panel}


@contextmanager
def context_of(path: Path, document: Document) -> Iterator[CampaignContext]:
    connection = connect_writer(path)
    put(connection, "campaigns", document)
    read_whole(connection, "campaigns")
    connection.close()
    reader = Reader(path, ZONE)
    (row,) = list_campaigns(reader.connection, NOW, ZONE)
    yield CampaignContext.of(
        reader, row, Period(DateSpan(TODAY, TODAY), "Today", Bucket.DAY), "EUR", ZONE, TODAY, "2 calls"
    )
    reader.close()


def facts(data: PanelData) -> dict[str, Any]:
    return {field.label: field.value for field in data.fields}


@pytest.mark.parametrize("kind", PANELS)
def test_what_the_campaign_says_of_itself_is_shown(tmp_path: Path, kind: str) -> None:
    document = campaign(
        kind=kind, description="For [b]loyal[/b] people\nsecond line", auto_join=False, join_once=True,
        start_date="2026-09-01T00:00:00Z", expiration_date="2026-12-01T11:00:00Z",
        categories=[{"id": "cat_1", "name": "VIP"}, {"id": "cat_2", "name": " "}],
        voucher={"code_config": {"length": 4, "prefix": "PL-", "charset": "0123456789"}, "redemption": {"quantity": 1}},
    )  # fmt: skip
    with context_of(tmp_path / "c.db", document) as context:
        found = facts(PANELS[kind](context))
        assert found["Description"] == ("For [b]loyal[/b] people", "second line")
        assert (found["Starts"], found["Ends"]) == ("1 Sep 2026 02:00", "1 Dec 2026 12:00")
        assert found["Category"] == "VIP, cat_2"
        assert (found["Pattern"], found["Characters"]) == ("PL-####", "digits")
        assert found["Joining"] == ("customers do not join by themselves", "each customer joins once")
        assert "Description" not in facts(other_fields(context))


def test_a_campaign_that_says_little_is_not_given_words(tmp_path: Path) -> None:
    with context_of(tmp_path / "c.db", campaign(description="  ")) as context:
        found = facts(campaign_details(context))
        assert found["Description"] == "none"
        assert (found["Starts"], found["Ends"], found["Category"]) == ("at once", "never", "none")
        assert found["Pattern"] == "not stated"
        assert found["Joining"] == ("not stated",)
        assert "Characters" not in found


def test_tiers_have_neither_pattern_nor_joining(tmp_path: Path) -> None:
    with context_of(tmp_path / "c.db", campaign(kind="PROMOTION", join_once=True, promotion={"tiers": []})) as context:
        found = facts(campaign_details(context))
        assert {"Pattern", "Joining", "Characters"}.isdisjoint(found)
        assert found["Description"] == "none"


def test_a_long_description_is_cut_and_says_so(tmp_path: Path) -> None:
    with context_of(tmp_path / "c.db", campaign(description="\n".join(["x" * 301, *"abcdefg"]))) as context:
        described = facts(campaign_details(context))["Description"]
        assert described == ("x" * 300, "a", "b", "c", "d", "e", "… the rest is in the JSON (J)")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(tmp_path: Path, text: str, size: tuple[int, int]) -> None:
    document = campaign(
        name=text, description=text, categories=[{"name": text}],
        voucher={"code_config": {"pattern": text, "prefix": text, "charset": text}},
    )  # fmt: skip
    with context_of(tmp_path / "c.db", document) as context:
        app = TabHost(DetailPanel(campaign_details(context)))
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            await pilot.pause()
            shown = screen_text(app)
            assert_harmless(shown)
            assert all(label in shown for label in ("Description", "Category", "Pattern", "Joining"))
            assert max(len(line) for line in shown.splitlines()) <= size[0]
