"""Filters of a list: what is in force is said, defaults too, and counts are out of all rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.cache.database import connect_writer
from store.models import Freshness
from store.queries.campaigns import list_campaigns
from store.queries.metadata import metadata_values
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import VOUCHERS
from store.ref import Ref
from store.words import Bucket, DateSpan
from tests.support.records import campaign, put, read_whole, redemption
from tests.support.syncing import ZONE
from tests.support.tab_host import SIZES, TODAY, TabHost, screen_text, settle
from tui.campaign_kit.lists.codes import DISCOUNT_CODES
from tui.campaign_kit.lists.traffic import PUBLICATION_ROWS, REDEMPTION_ROWS
from tui.campaigns.context import CampaignContext
from tui.kit.context import Period
from tui.kit.lists.head import ListHead, ListStatus
from tui.kit.lists.spec import ListSpec
from tui.kit.lists.tab import RowsTab
from widgets.dialog.picker import Picker

PEOPLE = {"cust_1": "ŁUKASZ ŻÓŁĆ", "cust_2": "Łukasz Żółć", "cust_3": "lukasz"}
CODES = ("ŁÓDŹ-10", "łódź-20", "LODZ-30")
HOSTILE = "[@click=app.quit]x[/]\x1b[2J"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CampaignContext]:
    path: Path = tmp_path_factory.mktemp("filters") / "cache.db"
    connection = connect_writer(path)
    put(connection, "campaigns", campaign())
    put(connection, "customers", *({"id": identity, "name": name} for identity, name in PEOPLE.items()))
    put(
        connection, "vouchers",
        *(
            {
                "id": f"v_{number}", "code": code, "campaign_id": "camp_1", "holder_id": f"cust_{number}",
                "category": ("VIP", "VIP", None)[number - 1], "created_at": f"2026-11-{10 + number}T12:00:00.000Z",
                "metadata": {"batch": ("a", HOSTILE, None)[number - 1], "shop": {"city": "Łódź"}},
            }
            for number, code in enumerate(CODES, 1)
        ),
    )  # fmt: skip
    connection.execute("update vouchers set missing_since = '2026-11-20T00:00:00.000Z' where id = 'v_3'")
    put(
        connection, "redemptions",
        *(
            redemption(f"r_{number}", customer_id=f"cust_{number}", metadata={"till": number} if number < 3 else None)
            for number in (1, 2, 3)
        ),
    )  # fmt: skip
    read_whole(connection, "campaigns", "customers", "vouchers", "redemptions")
    connection.close()
    reader = Reader(path, ZONE)
    (row,) = list_campaigns(reader.connection, reader.now(), ZONE)
    span = DateSpan(TODAY.replace(day=1), TODAY)
    yield CampaignContext.of(reader, row, Period(span, "This month", Bucket.DAY), "EUR", ZONE, TODAY, "about 2 calls")
    reader.close()


def head(app: TabHost) -> str:
    data = app.query_one(ListHead).data
    return f"{data.counts} | {data.narrowed}"


async def take(pilot: Pilot[None], words: str) -> None:
    """Take what these words find in the open picker."""
    picker = pilot.app.screen
    assert isinstance(picker, Picker)
    picker.query_one(Input).value = words
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


async def narrow(pilot: Pilot[None], words: str) -> None:
    """Choose the way to narrow that these words find."""
    await pilot.press("f")
    await settle(pilot)
    await take(pilot, words)


def ids(tab: RowsTab) -> list[str]:
    rows = [tab.table.blocks.row(index) for index in range(tab.table.row_count)]
    return [row.id for row in rows if row is not None]


@pytest.mark.parametrize(("spec", "typed", "found"), [
    (DISCOUNT_CODES, "łódź", ["v_2", "v_1"]),
    (DISCOUNT_CODES, "łukasz", ["v_2", "v_1"]),
    (REDEMPTION_ROWS, "łukasz", ["r_2", "r_1"]),
    (REDEMPTION_ROWS, "lukasz", ["r_3"]),
])  # fmt: skip
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_typing_finds_codes_and_peoples_rows(
    context: CampaignContext, spec: ListSpec, typed: str, found: list[str], size: tuple[int, int]
) -> None:
    tab = RowsTab(spec, context)
    app = TabHost(tab)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await pilot.press("slash", *typed, "enter")
        await settle(pilot)
        assert ids(tab) == found
        assert f"{len(found)} of 3 " in screen_text(app)


async def test_the_first_letter_of_a_filter_moves_no_rows(context: CampaignContext) -> None:
    tab = RowsTab(REDEMPTION_ROWS, context)
    app = TabHost(tab)
    async with app.run_test(size=(74, 20)) as pilot:
        await settle(pilot)
        at_first = app.query_one(ListHead).size.height
        await pilot.press("slash")
        await settle(pilot)
        assert app.query_one(ListHead).size.height == at_first + 1
        top = tab.table.region.y
        tab.filter_by("łuk")
        tab._stand(ListStatus(3, Freshness()))
        # The rows of that text are not there yet, and the count is of those before it.
        assert head(app) == "3 redemption rows | "
        await pilot.press(*"łukasz", "enter")
        await settle(pilot)
        assert (head(app), tab.table.region.y) == ("2 of 3 redemption rows | “łukasz”", top)
        await pilot.press("escape")
        await settle(pilot)
        assert app.query_one(ListHead).size.height == at_first


async def test_a_filter_that_a_list_opens_with_is_said_and_counted(context: CampaignContext) -> None:
    app = TabHost(RowsTab(DISCOUNT_CODES, context))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        assert head(app) == "2 of 3 vouchers | in the API"
        await narrow(pilot, "presence: any")
        assert head(app) == "3 vouchers | "


@pytest.mark.parametrize(
    ("typed", "narrowed", "found"),
    [
        ("category: vip", "VIP", ["v_2", "v_1"]),
        ("expiry: never", "never expires", ["v_2", "v_1"]),
        ("expiry: past", "expiry is past", []),
    ],
)
async def test_codes_are_narrowed_by_category_and_expiry(
    context: CampaignContext, typed: str, narrowed: str, found: list[str]
) -> None:
    tab = RowsTab(DISCOUNT_CODES, context)
    app = TabHost(tab)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await narrow(pilot, typed)
        assert head(app) == f"{len(found)} of 3 vouchers | in the API · {narrowed}"
        assert ids(tab) == found


@pytest.mark.parametrize(
    ("spec", "typed", "narrowed", "found"),
    [
        (DISCOUNT_CODES, "batch = a", "in the API · batch = a", ["v_1"]),
        (DISCOUNT_CODES, "click", f"in the API · batch = {HOSTILE}", ["v_2"]),
        (DISCOUNT_CODES, "ŁÓDŹ", "in the API · shop.city = Łódź", ["v_2", "v_1"]),
        (REDEMPTION_ROWS, "till = 2", "till = 2", ["r_2"]),
    ],
)
async def test_lists_are_narrowed_by_metadata(
    context: CampaignContext, spec: ListSpec, typed: str, narrowed: str, found: list[str]
) -> None:
    tab = RowsTab(spec, context)
    app = TabHost(tab)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await narrow(pilot, "metadata: choose")
        assert "\x1b" not in screen_text(app)
        await take(pilot, typed)
        assert ids(tab) == found
        assert head(app).endswith(f"| {narrowed}")
        await narrow(pilot, "metadata: any")
        assert "=" not in head(app)


def test_metadata_of_any_shape_is_counted_and_found(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign())
    shapes = [{"n": 1}, {"n": "1"}, {"n": True}, {"n": None}, {"n": [1, 1]}, {"a b.c": {"": 2}}, {}, None, "text"]
    put(
        connection, "vouchers",
        *({"id": f"v_{n}", "campaign_id": "camp_1", "metadata": shape} for n, shape in enumerate(shapes)),
    )  # fmt: skip
    connection.execute("update vouchers_raw set json = '{\"metadata\": {\"n\": NaN}}' where id = 'v_8'")
    connection.close()
    reader = Reader(tmp_path / "c.db", ZONE)
    found = metadata_values(RowList(reader, VOUCHERS, Ref.campaign("camp_1")), 100, 100)
    held = {
        (one.path, one.kind, one.value): {
            row[0] for row in RowList(reader, VOUCHERS, conditions=(one.condition,)).iterate()
        }
        for one in found
    }
    assert held == {
        ("n", "integer", 1): {"v_0"},
        ("n", "text", "1"): {"v_1"},
        ("n", "true", 1): {"v_2"},
        ("n", "null", None): {"v_3"},
        ("n[0]", "integer", 1): {"v_4"},
        ("n[1]", "integer", 1): {"v_4"},
        ('"a b.c".""', "integer", 2): {"v_5"},
    }
    assert all(one.rows == 1 for one in found)
    reader.close()


async def test_publications_say_that_delivery_is_not_known(context: CampaignContext) -> None:
    app = TabHost(RowsTab(PUBLICATION_ROWS, context))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        assert "Delivery of messages is not available from the API." in screen_text(app)
