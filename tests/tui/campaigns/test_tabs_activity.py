"""The activity feed: traces of every kind, filters, payloads side by side, differences; and history."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cache.deliveries import Delivery, keep_deliveries
from store.domain.changes import FieldChanged
from store.queries.activity import API_CALL, CAMPAIGN_SOURCES, CHANGE, LIFE_CYCLE, WEBHOOK, Activity
from store.queries.reader import Reader
from store.words import DateSpan
from tests.support.deliveries import body, enveloped
from tests.support.tab_host import (
    SIZES,
    TODAY,
    TabHost,
    campaigns_of,
    context_of,
    make_cache,
    reading,
    screen_text,
    settle,
)
from tui.campaigns.context import CampaignContext
from tui.campaigns.tabs.catalogue import ACTIVITY
from tui.kit.activity.drawer import load_difference
from tui.kit.activity.tab import ActivityTab, load_activity
from tui.kit.activity.words import ActivityFilter, facts, feed_entries, matching, narrowings
from tui.kit.formatter import Formatter
from widgets.json.json_view import JsonView
from widgets.panel.diff_view import DiffView

TYPES = ("DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "PROMOTION")


def entries_of(context: CampaignContext) -> list[Activity]:
    return load_activity(context, CAMPAIGN_SOURCES).entries


def counted_of(context: CampaignContext) -> int | None:
    assert ACTIVITY.count is not None
    return ACTIVITY.count(context)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(make_cache(tmp_path_factory.mktemp("activity") / "cache.db", changes=True)) as opened:
        yield opened


@pytest.fixture
def received(tmp_path: Path) -> Iterator[CampaignContext]:
    """A campaign about which two webhooks were received, one of them about a failure."""
    project = make_cache(tmp_path / "cache.db")
    with reading(project) as opened:
        row = campaigns_of(opened)["DISCOUNT_COUPONS"]
        customer = {"id": "cust_1", "object": "customer", "email": "anna.kowalska@example.com"}
        data = {"campaign": {"id": row.id, "name": "[/b] \x1b[31m"}, "customer": customer}
        deliveries = [
            enveloped("redemption.failed", data, number=1, entity="rf_1"),
            enveloped("campaign.updated", data, number=2, entity=row.id),
        ]
        connection = project.connect()
        at = "2026-11-20T12:00:02.000Z"
        keep_deliveries(connection, [Delivery(body(one), at, verified=True) for one in deliveries])
        connection.close()
        yield context_of(opened, row)


@pytest.fixture
def context(reader: Reader) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)["DISCOUNT_COUPONS"])


@pytest.mark.parametrize("kind", TYPES)
def test_edits_seen_between_syncs_are_entries_with_their_fields(reader: Reader, kind: str) -> None:
    context = context_of(reader, campaigns_of(reader)[kind])
    changes = [entry for entry in entries_of(context) if entry.resource == "campaigns" and entry.changes]
    assert len(changes) == 2
    assert {change.path for change in changes[0].changes} >= {"/description", "/active"}
    assert counted_of(context) == len(entries_of(context))


def test_a_filter_leaves_what_it_says(context: CampaignContext) -> None:
    scene, entries = Formatter.of(context), entries_of(context)
    assert matching(entries, ActivityFilter(), scene) == entries
    calls = matching(entries, ActivityFilter(kind=API_CALL), scene)
    assert calls
    assert {entry.kind for entry in calls} == {API_CALL}
    assert matching(entries, ActivityFilter(text="LATER"), scene)
    today = matching(entries, ActivityFilter(days=DateSpan(TODAY, TODAY)), scene)
    assert {entry.kind for entry in today} == {CHANGE}
    assert matching(entries, ActivityFilter(failed=True), scene) == [entry for entry in entries if entry.failed]


def test_narrowings_lead_to_filters_that_keep_the_text(context: CampaignContext) -> None:
    wanted = ActivityFilter(text="put")
    found = narrowings(entries_of(context), wanted, context)
    assert all(then.text == "put" for _, then in found)
    assert {then.kind for _, then in found} >= {"", CHANGE, API_CALL, LIFE_CYCLE}
    assert len({item.id for item, _ in found}) == len(found)


def test_times_are_the_projects_and_named(context: CampaignContext) -> None:
    scene = Formatter.of(context)
    entry = Activity(
        "x", "2026-07-01T22:30:00.000Z", CHANGE, "Tier changed", "a: 1 → 2",
        "journal, seen by the sync of 2026-07-01T22:30:00.000Z", changes=(FieldChanged("/a", "1", "2"),),
    )  # fmt: skip
    [shown] = feed_entries([entry], scene)
    assert (shown.day and shown.day.isoformat(), shown.time_text) == ("2026-07-02", "00:30")
    values = [field.value for field in facts(entry, scene)]
    assert "2 Jul 2026 00:30 Europe/Warsaw" in values
    assert not any("T22:30" in str(value) for value in values)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", TYPES)
async def test_the_feed_shows_and_opens_entries(reader: Reader, kind: str, size: tuple[int, int]) -> None:
    tab = ActivityTab(context_of(reader, campaigns_of(reader)[kind]), CAMPAIGN_SOURCES, "campaigns")
    app = TabHost(tab)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "Campaign changed" in text
        assert "Europe/Warsaw" in text
        assert "change journal" in text
        await pilot.press("enter")
        await settle(pilot)
        assert tab.drawer.is_open
        assert "Known from" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert not tab.drawer.is_open


async def test_payloads_stand_side_by_side_and_d_shows_the_difference(context: CampaignContext) -> None:
    tab = ActivityTab(context, CAMPAIGN_SOURCES, "campaigns")
    app = TabHost(tab)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        tab.wanted = ActivityFilter(kind=API_CALL)
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        request, response = tab.query(JsonView)
        assert request.region.y == response.region.y
        assert request.region.x < response.region.x
        sets = {change.path: change.before for change in tab.query_one(DiffView).changes}
        assert sets
        assert set(sets.values()) <= {None, "not known"}, "no sync saw what these requests set"
        await pilot.press("escape")
        tab.wanted = ActivityFilter(kind=CHANGE)
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert tab.query(DiffView)
        text = screen_text(app)
        assert "first [/b] words" in text
        assert "later" in text


async def test_typing_filters_the_feed_and_escape_lifts_it(context: CampaignContext) -> None:
    tab = ActivityTab(context, CAMPAIGN_SOURCES, "campaigns")
    app = TabHost(tab)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        whole = len(tab.shown)
        await pilot.press("slash", *"importcsv", "enter")
        await settle(pilot)
        assert len(tab.shown) == 1
        assert "1 of" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert len(tab.shown) == whole


def test_a_difference_is_that_change_alone(context: CampaignContext) -> None:
    scene, entries = Formatter.of(context), entries_of(context)

    def difference(entry: Activity) -> dict[str, tuple[str | None, str | None]]:
        found = load_difference(context, entry, "campaigns", scene).changes
        return {change.path: (change.before, change.after) for change in found}

    newest, oldest = (entry for entry in entries if entry.kind == CHANGE and entry.changes)
    assert difference(oldest)["description"][1] == "first [/b] words"
    assert "active" not in difference(oldest)
    assert difference(newest).keys() >= {"description", "active"}
    assert difference(newest)["active"] == ("on", "off")
    created = next(entry for entry in entries if entry.kind == LIFE_CYCLE and entry.at < oldest.at)
    assert difference(created) == difference(oldest), "the first change that a sync saw after it"
    made = next(entry for entry in entries if entry.title == "POST /v1/campaigns")
    assert difference(made)["name"] == (None, context.name), "what the request set: there was nothing before"


# Webhooks


def test_no_kind_is_offered_that_nothing_was_received_of(context: CampaignContext) -> None:
    found = narrowings(entries_of(context), ActivityFilter(), context)
    assert WEBHOOK not in {then.kind for _, then in found}


def test_webhooks_are_a_kind_of_their_own_and_count(received: CampaignContext) -> None:
    entries = entries_of(received)
    assert counted_of(received) == len(entries)
    scene = Formatter.of(received)
    webhooks = matching(entries, ActivityFilter(kind=WEBHOOK), scene)
    assert [entry.title for entry in webhooks] == ["redemption.failed", "campaign.updated"][::-1]
    assert matching(webhooks, ActivityFilter(failed=True), scene) == [webhooks[1]]
    assert matching(entries, ActivityFilter(text="v-1F"), scene) == webhooks
    offered = {item.id: item for item, _ in narrowings(entries, ActivityFilter(), received)}
    assert (offered["kind:webhook"].title, offered["kind:webhook"].note) == ("Kind: webhooks", "2")
    values = [str(field.value) for field in facts(webhooks[0], scene)]
    assert "webhook whs_2, received 20 Nov 2026 13:00, signature verified" in values


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_delivery_opens_as_readable_json(received: CampaignContext, size: tuple[int, int]) -> None:
    tab = ActivityTab(received, CAMPAIGN_SOURCES, "campaigns")
    app = TabHost(tab)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "2 webhooks" in screen_text(app)
        tab.wanted = ActivityFilter(kind=WEBHOOK)
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = screen_text(app)
        assert {"signature", "verified"} <= set(text.split()), "perhaps on two lines"
        assert len(tab.query(JsonView)) == 1
        assert "anna.kowalska" not in text
        await pilot.press("escape")
        await settle(pilot)
        assert "2 of" in screen_text(app)
