"""Every declared list, in a small app over a synced cache: content, filters, order, details, export."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.models import Freshness
from store.queries.reader import Reader
from tests.support.campaign_lists import LISTS
from tests.support.tab_host import SIZES, TabHost, campaigns_of, context_of, make_cache, reading, screen_text, settle
from tui.campaign_kit.lists.codes import DISCOUNT_CODES, LOYALTY_CARDS
from tui.campaign_kit.lists.traffic import DISTRIBUTION_ROWS, POINTS_TRANSACTIONS, REDEMPTION_ROWS
from tui.campaigns.context import CampaignContext
from tui.campaigns.lists.people import PARTICIPANT_ROWS, REFEREE_ROWS
from tui.kit.formatter import Formatter
from tui.kit.lists.head import HeadData, ListStatus, head_data, read_standing
from tui.kit.lists.query import ListQuery, count_rows, first_query, rows_of
from tui.kit.lists.spec import ListSpec
from tui.kit.lists.tab import RowsTab
from widgets.dialog.picker import Picker
from widgets.json.json_view import JsonView

TYPES = {
    "codes": "GIFT_VOUCHERS",
    "transactions": "LOYALTY_PROGRAM",
    "vouchers": "DISCOUNT_COUPONS",
    "gift-codes": "GIFT_VOUCHERS",
    "loyalty-cards": "LOYALTY_PROGRAM",
    "referral-codes": "REFERRAL_PROGRAM",
    "redemptions": "DISCOUNT_COUPONS",
    "gift-redemptions": "GIFT_VOUCHERS",
    "publications": "DISCOUNT_COUPONS",
    "distributions": "DISCOUNT_COUPONS",
    "gift-transactions": "GIFT_VOUCHERS",
    "points-transactions": "LOYALTY_PROGRAM",
    "participants": "LOYALTY_PROGRAM",
    "referrers": "REFERRAL_PROGRAM",
    "referees": "REFERRAL_PROGRAM",
    "promotion-tiers": "PROMOTION",
    "earning-rules": "LOYALTY_PROGRAM",
    "rewards-catalog": "LOYALTY_PROGRAM",
    "reward-redemptions": "LOYALTY_PROGRAM",
    "points-expiration": "LOYALTY_PROGRAM",
    "pending-points": "LOYALTY_PROGRAM",
}
"""A campaign type whose sandbox campaign has such rows."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path: Path = tmp_path_factory.mktemp("tabs") / "cache.db"
    with reading(make_cache(path)) as opened:
        yield opened


def context_for(reader: Reader, spec: ListSpec) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)[TYPES[spec.id]])


def head_of(spec: ListSpec, context: CampaignContext) -> HeadData:
    """The line above a list as it opens."""
    standing = read_standing(spec, context)
    return head_data(spec, Formatter.of(context), ListQuery(), standing.total, standing)


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.id)
def test_a_list_asks_for_columns_its_view_has(reader: Reader, spec: ListSpec) -> None:
    context = context_for(reader, spec)
    total = count_rows(spec)(context)
    assert total
    assert {column.sort for column in spec.columns if column.sort} <= set(spec.view.columns)
    assert set(spec.lookups) | ({spec.dates} if spec.dates else set()) <= set(spec.view.columns)
    assert len(rows_of(spec, context, first_query(spec, context)).window(0, total)) == total


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.id)
async def test_a_list_shows_rows_and_opens_their_details(reader: Reader, spec: ListSpec, size: tuple[int, int]) -> None:
    tab = RowsTab(spec, context_for(reader, spec))
    app = TabHost(tab)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert spec.things(tab.table.row_count) in text
        assert ("complete" in text) or ("partial" in text)
        first = tab.table.blocks.row(0)
        assert first is not None
        if size == SIZES[-1]:
            return
        await pilot.press("enter")
        await settle(pilot)
        assert tab.drawer.is_open
        assert tab.drawer.detail is not None
        assert len(tab.drawer.detail.fields) >= 3
        await pilot.press("J")
        await settle(pilot)
        assert bool(tab.query(JsonView)) == (tab.drawer.detail.document is not None)
        await pilot.press("escape")
        await settle(pilot)
        assert not tab.drawer.is_open


async def test_typing_filters_and_escape_brings_all_rows_back(reader: Reader) -> None:
    context = context_for(reader, REDEMPTION_ROWS)
    tab = RowsTab(REDEMPTION_ROWS, context)
    app = TabHost(tab)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        whole = tab.table.row_count
        [(channel, count), *_] = context.reader.connection.execute(
            "select lower(channel_type), count(*) from redemptions where campaign_id = ? and channel_type is not null"
            " group by 1 order by 2, 1", (context.campaign.id,),
        ).fetchall()  # fmt: skip
        assert 0 < count < whole
        await pilot.press("slash", *channel)
        while tab.table.row_count == whole:
            await pilot.pause(0.01)
        await settle(pilot)
        assert count <= tab.table.row_count < whole
        assert f"“{channel}”" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert tab.table.has_focus
        await pilot.press("escape")
        await settle(pilot)
        assert tab.table.row_count == whole
        await pilot.press("slash", *"no such thing")
        await pilot.press("enter")
        await settle(pilot)
        assert tab.table.row_count == 0
        assert "Esc clears the filter" in screen_text(app)


async def pick(app: TabHost, pilot: Pilot[None], typed: str) -> None:
    """Type into the open picker and take the first match."""
    picker = app.screen
    assert isinstance(picker, Picker)
    picker.query_one(Input).value = typed
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


async def test_narrowing_counts_what_it_leaves(reader: Reader) -> None:
    context = context_for(reader, REDEMPTION_ROWS)
    refused, whole = context.reader.connection.execute(
        "select sum(result = 'FAILURE' and object is not 'redemption_rollback'), count(*) from redemptions"
        " where campaign_id = ?", (context.campaign.id,),
    ).fetchone()  # fmt: skip
    tab = RowsTab(REDEMPTION_ROWS, context)
    app = TabHost(tab)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("f")
        await settle(pilot)
        assert "Result: refused" in screen_text(app)
        await pick(app, pilot, "result: refused")
        assert tab.table.row_count == refused > 0
        assert f"{refused} of {whole}" in screen_text(app)
        await pilot.press("f")
        await settle(pilot)
        await pick(app, pilot, "date: last 7")
        assert tab.asked.days is not None
        assert tab.asked.days.days == 7
        await pilot.press("e")
        await settle(pilot)
        [message] = app.posted
        assert isinstance(message, RowsTab.ExportRequested)
        assert message.rows.count() == tab.table.row_count


async def test_sorting_by_picker_and_again_turns_round(reader: Reader) -> None:
    tab = RowsTab(LOYALTY_CARDS, context_for(reader, LOYALTY_CARDS))
    app = TabHost(tab)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for expected in (True, False):
            await pilot.press("s")
            await settle(pilot)
            await pick(app, pilot, "balance")
            assert (tab.asked.sort, tab.asked.descending) == ("balance", expected)
            place = list(LOYALTY_CARDS.view.columns).index("balance")
            rows = rows_of(LOYALTY_CARDS, tab.context, tab.asked).window(0, 50)
            values = [row[place] for row in rows]
            assert values == sorted(values, reverse=expected)


async def test_personal_data_is_masked_until_revealed(reader: Reader) -> None:
    context = context_for(reader, PARTICIPANT_ROWS)
    name, email = context.reader.connection.execute(
        "select c.name, c.email from vouchers v join customers c on c.id = v.holder_id where v.campaign_id = ?"
        " and c.name like '% %' and c.email is not null order by v.created_at desc limit 1",
        (context.campaign.id,),
    ).fetchone()
    tab = RowsTab(PARTICIPANT_ROWS, context)
    app = TabHost(tab)
    async with app.run_test(size=(200, 45)) as pilot:
        await settle(pilot)
        assert name not in screen_text(app)
        assert email not in screen_text(app)
        await pilot.press("v")
        await settle(pilot)
        assert name in screen_text(app)
        assert email in screen_text(app)
        await pilot.press("v")
        await settle(pilot)
        assert email not in screen_text(app)


async def test_a_referee_leads_to_the_redemption(reader: Reader) -> None:
    tab = RowsTab(REFEREE_ROWS, context_for(reader, REFEREE_ROWS))
    app = TabHost(tab)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert tab.drawer.detail is not None
        labels = [field.label for field in tab.drawer.detail.fields]
        assert "Redemption" in labels
        assert "Result" in labels


async def test_substitutes_are_labelled(reader: Reader) -> None:
    tab = RowsTab(DISTRIBUTION_ROWS, context_for(reader, DISTRIBUTION_ROWS))
    app = TabHost(tab)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "seen in publications" in screen_text(app)


def test_a_card_is_found_by_its_code(reader: Reader) -> None:
    """At either end of a transfer."""
    context = context_for(reader, POINTS_TRANSACTIONS)
    code, count = context.reader.connection.execute(
        "select v.code, (select count(*) from transactions t where t.campaign_id = v.campaign_id"
        " and (t.voucher_id = v.id or t.related_transaction_id in"
        " (select x.id from transactions x where x.voucher_id = v.id))) as found"
        " from vouchers v where v.campaign_id = ? order by found desc limit 1",
        (context.campaign.id,),
    ).fetchone()
    query = replace(first_query(POINTS_TRANSACTIONS, context), text=code)
    assert rows_of(POINTS_TRANSACTIONS, context, query).count() == count


def test_an_unread_list_has_no_count(tmp_path: Path) -> None:
    project = make_cache(tmp_path / "cache.db")
    connection = project.connect()
    connection.execute("delete from vouchers")
    connection.execute("delete from sync_states where resource = 'vouchers'")
    connection.close()
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["DISCOUNT_COUPONS"])
        assert count_rows(DISCOUNT_CODES)(context) is None


def test_counting_what_is_still_there_equals_listing_it(tmp_path: Path) -> None:
    project = make_cache(tmp_path / "cache.db")
    connection = project.connect()
    connection.execute(
        "update vouchers set missing_since = '2026-11-23T12:00:00.000Z' where id in (select id from vouchers limit 30)"
    )
    connection.close()
    with reading(project) as opened:
        for campaign in campaigns_of(opened).values():
            context = context_of(opened, campaign)
            asked = first_query(DISCOUNT_CODES, context)
            for query in (asked, replace(asked, text="a"), ListQuery()):
                rows = rows_of(DISCOUNT_CODES, context, query)
                assert rows.count() == len(rows.window(0, 1000))


def test_the_head_says_that_rows_are_being_counted(reader: Reader) -> None:
    context = context_of(reader, campaigns_of(reader)["DISCOUNT_COUPONS"])
    scene, standing = Formatter.of(context), ListStatus(1_500, Freshness())
    words = [head_data(DISCOUNT_CODES, scene, ListQuery(), shown, standing).counts for shown in (None, 1, 1_500)]
    assert words == ["counting… of 1,500 vouchers", "1 of 1,500 vouchers", "1,500 vouchers"]


@pytest.mark.parametrize("spec", [DISCOUNT_CODES, REDEMPTION_ROWS, DISTRIBUTION_ROWS], ids=lambda spec: spec.id)
def test_a_list_that_was_never_read_counts_nothing(tmp_path: Path, spec: ListSpec) -> None:
    project = make_cache(tmp_path / "cache.db")
    with project.connect() as connection:
        connection.execute(f"delete from {spec.view.table}")
        connection.execute("delete from sync_states where resource = ?", (spec.of,))
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["DISCOUNT_COUPONS"])
        head = head_of(spec, context)
        assert (head.counts, head.reason) == (f"– {spec.noun[1]}", "")
        assert head.source.startswith("not synced yet")
        assert "0" not in head.note
    with project.connect() as connection:
        connection.execute(
            "insert into sync_states (resource, scope, state, as_of, reason)"
            " values (?, 'project', 'failed', '2026-11-23T12:00:00.000Z', 'Lost.')",
            (spec.of,),
        )
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["DISCOUNT_COUPONS"])
        head = head_of(spec, context)
        assert (head.counts, head.reason) == (f"– {spec.noun[1]}", "Lost.")
        assert head.source.startswith("failed · just now")
        assert "0" not in head.note
        assert count_rows(spec)(context) is None


def test_a_list_read_to_its_end_that_is_empty_has_none(tmp_path: Path) -> None:
    project = make_cache(tmp_path / "cache.db")
    with project.connect() as connection:
        connection.execute("delete from redemptions")
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["DISCOUNT_COUPONS"])
        head = head_of(REDEMPTION_ROWS, context)
        assert (head.counts, head.note) == ("0 redemption rows", "0 redeemed · 0 refused")
        assert head.source.startswith("rows · just now · complete")
