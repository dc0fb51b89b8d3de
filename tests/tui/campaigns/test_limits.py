"""Limits on the Budget panel, in the headline and the preview: the tightest named, and never a wrong sum."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint
from store.clock import ManualClock
from store.config import Settings
from store.days import WeekStart
from store.queries.campaigns import get_campaign
from store.queries.reader import Reader
from store.words import DateSpan
from tests.support.limits_cache import READ, condition, fill, made, set_rule
from tests.support.records import order, put, rollback
from tests.support.syncing import ZONE
from tests.support.tab_host import TabHost, screen_text, settle
from tui.campaigns.context import CampaignContext
from tui.campaigns.lists.programs import TIER_ROWS
from tui.campaigns.panels.headline import headline, limit_left
from tui.campaigns.panels.money import discount_budget, limit_in_short
from tui.campaigns.preview import CampaignPreview
from tui.kit.context import Period
from tui.kit.services import AppServices
from widgets.panel.panel import Field, PanelData

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
MORNING = "2026-11-27T08:00:00.000Z"
Cache = Callable[..., CampaignContext]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


@pytest.fixture
def opened(tmp_path: Path, cache: sqlite3.Connection) -> Iterator[Cache]:
    readers: list[Reader] = []

    def context(week_start: WeekStart = WeekStart.MONDAY) -> CampaignContext:
        reader = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW), week_start=week_start)
        readers.append(reader)
        row = get_campaign(reader.connection, "camp_1", NOW, ZONE)
        assert row is not None
        span = DateSpan(date(2026, 10, 29), date(2026, 11, 27))
        return CampaignContext.of(
            reader, row, Period(span, "Last 30 days"), "EUR", ZONE, date(2026, 11, 27), "few calls"
        )

    yield context
    for reader in readers:
        reader.close()


def limits(panel: PanelData) -> list[tuple[Any, ...]]:
    """The lines from the first limit on: label, value, meter, what stands after it."""
    start = next(place for place, field in enumerate(panel.fields) if field.label == "Limit")
    return [(one.label, one.value, one.meter, one.substitute) for one in panel.fields[start:]]


def test_a_daily_limit_is_a_clock(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(cache, *(made(f"r_{n}", MORNING) for n in range(3)), made("r_old", "2026-11-20T08:00:00.000Z"))
    set_rule(cache, condition("campaign.redemptions.count.daily", 500))
    context = opened()
    panel = discount_budget(context)
    assert next(field.source for field in panel.fields if field.label == "Limit") == "rule “Cap”"
    assert limits(panel) == [
        ("Limit", "500 redemptions per day", None, ""),
        ("Used today", "3 redemptions", (3, 500), ""),
        ("Left today", "497 redemptions", None, "resets 28 Nov 2026 00:00"),
    ]
    assert panel.foot_note == "limits count net of rollbacks"
    shown = limit_left(context)
    assert shown is not None
    assert (shown.label, shown.value_text, shown.note, shown.role) == (
        "Left today",
        "497 redemptions",
        "of 500 redemptions per day",
        "strong",
    )


def test_a_limit_passed_reads_over_by(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(cache, *(made(f"r_{n}", MORNING) for n in range(735)))
    set_rule(cache, condition("campaign.redemptions.count", 5, "$less_than"))
    context = opened()
    assert limits(discount_budget(context)) == [
        ("Limit", "4 redemptions", None, ""),
        ("Used", "735 redemptions", (735, 4), ""),
        ("Left", "over by 731", None, ""),
    ]
    shown = limit_left(context)
    assert shown is not None
    assert (shown.label, shown.value_text, shown.role) == ("Left now", "over by 731", "bad")
    assert shown.source_text.startswith("rows")


def test_the_panel_counts_net_and_says_so(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(
        cache,
        made("r_1", MORNING, order=order("o_1", 10_000, 1_000)),
        made("r_2", MORNING, order=order("o_2", 5_000, 500)),
        rollback("rr_2", "r_2", date=MORNING, order=order("o_2", 5_000, 500)),
    )
    set_rule(
        cache,
        condition("campaign.orders.amount_discounted", 900),
        condition("campaign.orders.amount", 20_000),
        condition("redemption.count.per_customer", 1),
    )
    context = opened()
    panel = discount_budget(context)
    assert [(one.label, one.value) for one in panel.fields] == [
        ("Discount given", "€15.00"),
        ("- rolled back", "€5.00"),
        ("Discount net", "€10.00"),
        ("Orders", "2"),
        ("Orders rolled back", "1"),
        ("Orders value", "€150.00"),
        ("- rolled back", "€50.00"),
        ("Orders net", "€100.00"),
        ("Redemptions made", "2"),
        ("- rolled back", "1"),
        ("Redemptions net", "1"),
        ("Limit", "€9.00 of discount"),
        ("Used", "€10.00"),
        ("Left", "over by €1.00"),
        ("Limit", "€200.00 of orders"),
        ("Used", "€100.00"),
        ("Left", "€100.00"),
        ("Limit", "1 redemption per customer"),
        ("Left", "–"),
    ]
    assert panel.fields[-1].substitute == "each customer has a count of their own"
    brief = limit_in_short(context.reader, "camp_1", ZONE, "EUR")
    assert brief == Field("Left", "over by €1.00", "bad", substitute="of €9.00 of discount")


def test_half_read_rows_say_at_least_and_at_most(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(cache)
    put(cache, "redemptions", *(made(f"r_{n}", MORNING) for n in range(3)))
    Ledger(cache).write_state(SyncCheckpoint("redemptions", "project", "partial", READ, None, reason="cut off"))
    set_rule(cache, condition("campaign.redemptions.count", 10), condition("campaign.redemptions.count.daily", 2))
    assert [line[:2] for line in limits(discount_budget(opened()))] == [
        ("Limit", "2 redemptions per day"),
        ("Used today", "at least 3 redemptions"),
        ("Left today", "over by at least 1"),
        ("Limit", "10 redemptions"),
        ("Used", "at least 3 redemptions"),
        ("Left", "at most 7 redemptions"),
    ]


def test_unknown_names_and_products_are_text(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(cache, made("r_1", MORNING))
    item = {"object": "product", "source_id": "mug", "product_customer_campaign_quantity_limit": 3}
    set_rule(cache, condition("campaign.coupon_spend", 5), applicable_to={"included": [item]})
    context = opened()
    assert limits(discount_budget(context)) == [
        ("Limit", "campaign coupon spend ≤ 5", None, ""),
        ("Left", "–", None, "not computed: shown as in the rule"),
        ("Limit", "3 discounted units per customer in the campaign, product mug", None, ""),
        ("Left", "–", None, "not computed: discounted units are not counted"),
    ]
    assert limit_left(context) is None
    assert limit_in_short(context.reader, "camp_1", ZONE, "EUR") is None
    assert [one.label for one in headline(discount=True)(context)][-1] == "Orders"


def test_without_a_rule_the_panel_says_that_none_was_found(cache: sqlite3.Connection, opened: Cache) -> None:
    fill(cache, made("r_1", MORNING))
    assert limits(discount_budget(opened())) == [("Limit", "none found in the rules", None, "")]


async def test_the_preview_names_the_tightest_limit(cache: sqlite3.Connection, opened: Cache, tmp_path: Path) -> None:
    fill(cache, *(made(f"r_{n}", MORNING) for n in range(3)))
    set_rule(cache, condition("campaign.redemptions.count.daily", 5), condition("campaign.redemptions.count", 500))
    context = opened()
    settings = Settings("shop", "https://api.voucherify.io", "", tmp_path / "c.db", ZONE, "EUR", False)
    services = AppServices(settings, context.reader, ManualClock(NOW))
    app = TabHost(CampaignPreview(context.campaign, services))
    async with app.run_test(size=(60, 40)) as pilot:
        await settle(pilot)
        assert re.search(r"Left today +2 redemptions +of 5 redemptions per day", screen_text(app))


def test_a_tier_labels_its_net_count() -> None:
    titles = {column.title for column in TIER_ROWS.columns}
    assert "Redeemed net" in titles
    assert "Redeemed" not in titles


@pytest.mark.parametrize(
    ("week_start", "used", "resets"),
    [
        (WeekStart.MONDAY, "1 redemption", "30 Nov 2026"),
        (WeekStart.SUNDAY, "2 redemptions", "29 Nov 2026"),
        (WeekStart.SATURDAY, "3 redemptions", "28 Nov 2026"),
    ],
)
def test_weeks_begin_where_the_profile_says(
    cache: sqlite3.Connection, opened: Cache, week_start: WeekStart, used: str, resets: str
) -> None:
    days = ("2026-11-27", "2026-11-22", "2026-11-21", "2026-11-20")  # Friday, Sunday, Saturday, Friday before
    fill(cache, *(made(f"r_{day}", f"{day}T12:00:00.000Z") for day in days), read_at="2026-11-27T12:00:00.000Z")
    set_rule(cache, condition("campaign.redemptions.count.weekly", 9))
    context = opened(week_start)
    assert limits(discount_budget(context))[1:] == [
        ("Used this week", used, (int(used[0]), 9), ""),
        ("Left this week", f"{9 - int(used[0])} redemptions", None, f"resets {resets} 00:00"),
    ]
    brief = limit_in_short(context.reader, "camp_1", ZONE, "EUR")
    assert brief is not None
    assert brief.value == f"{9 - int(used[0])} redemptions"
