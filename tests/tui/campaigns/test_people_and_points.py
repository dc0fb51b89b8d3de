"""What screens say of people, points and columns: filters in force, empty columns, sentences of what is known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from store.queries.reader import Reader
from store.sync.request import SyncRequest
from store.words import Bucket, DateSpan
from tests.support.records import campaign, put, read_whole
from tests.support.syncing import NOW, Project
from tests.support.tab_host import TODAY, TabHost, campaigns_of, context_of, reading, screen_text, settle
from tui.campaign_kit.lists.codes import LOYALTY_CARDS, PRESENT
from tui.campaign_kit.lists.points import EXPIRATION_ROWS, PENDING_ROWS
from tui.campaign_kit.lists.traffic import POINTS_TRANSACTIONS
from tui.campaigns.context import CampaignContext
from tui.campaigns.lists.people import PARTICIPANT_ROWS
from tui.campaigns.lists.programs import REFERRAL_REWARD_ROWS
from tui.campaigns.panels.loyalty import point_expiration, total_points
from tui.campaigns.tabs import analytics_charts
from tui.campaigns.tabs import programs as program_tabs
from tui.kit.formatter import Formatter
from tui.kit.lists.details import detail_of
from tui.kit.lists.head import HeadData, head_data, read_standing
from tui.kit.lists.query import count_rows, find_record, first_query, rows_of
from tui.kit.lists.spec import ListSpec
from tui.kit.lists.tab import RowsTab

EVERY_LIST = ("campaigns", "vouchers", "customers", "publications", "redemptions", "transactions", "pending_points",
              "points_expiration", "loyalty_tiers")  # fmt: skip


def day(distance: int | None) -> str | None:
    return None if distance is None else (TODAY + timedelta(days=distance)).isoformat()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A program that states no rule, though its cards' points expire; nothing of it read."""
    project = Project(tmp_path / "c.db")
    connection = project.connect()
    put(connection, "campaigns", campaign("camp_1", "Club", "LOYALTY_PROGRAM", voucher={"loyalty_card": {"points": 0}}))
    connection.close()
    return project


def fill(project: Project, *whole: str) -> None:
    """Four cards, buckets and entries on every kind of day, movements of odd types; these lists read whole."""
    connection = project.connect()
    common = {"campaign_id": "camp_1", "campaign": "Club"}
    cards = [
        {"id": f"v_{index}", "code": f"P{index}", "type": "LOYALTY_CARD", "holder_id": f"cust_{index // 2}",
         "created_at": "2026-10-01T08:00:00.000Z", "loyalty_card": {"points": 100, "balance": 100 - 60 * index},
         **common}
        for index in range(4)
    ]  # fmt: skip
    buckets = [
        {"id": f"lopb_{index}", "voucher_id": f"v_{index % 3}", "points": points, "status": status,
         "expires_at": day(distance) or "", **common}
        for index, (points, distance, status) in enumerate((
            (40, 3, "ACTIVE"), (1_000, None, "ACTIVE"), (9_999, -5, "EXPIRED"), (50, -2, "ACTIVE"), (5, 0, "ACTIVE")))
    ]  # fmt: skip
    waiting = [
        {"id": f"lopp_{index}", "voucher_id": "v_0", "points": points, "activates_at": day(distance), **common}
        for index, (points, distance) in enumerate(((-20, 2), (50, None), (30, -1), (7, 0)))
    ]
    moved = [
        {"id": f"vtx_{index}", "voucher_id": "v_0", "type": kind, "created_at": "2026-11-20T08:00:00.000Z",
         "source_id": "till-9", "details": {"balance": {"points": points, "balance": balance}}, **more, **common}
        for index, (kind, points, balance, more) in enumerate((
            ("POINTS_ACCRUAL", 100, 100, {}), ("SOMETHING_NEW", 3, 103, {}), ("POINTS_REMOVAL", -200, -97, {}),
            ("POINTS_TRANSFER_OUT", -10, -107, {"related_transaction_id": "vtx_in"})))
    ]  # fmt: skip
    other: dict[str, Any] = {**moved[0], "id": "vtx_in", "voucher_id": "v_3", "type": "POINTS_TRANSFER_IN"}
    for table, documents in (("vouchers", cards), ("points_expiration", buckets), ("pending_points", waiting),
                             ("transactions", [*moved, other])):  # fmt: skip
        put(connection, table, *documents)
    read_whole(connection, *(whole or EVERY_LIST))
    connection.close()


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with reading(project) as opened:
        yield opened


def context_for(reader: Reader) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)["LOYALTY_PROGRAM"])


def head(spec: ListSpec, context: CampaignContext, query: Any = None) -> HeadData:
    asked = first_query(spec, context) if query is None else query
    shown = rows_of(spec, context, asked).count()
    return head_data(spec, Formatter.of(context), asked, shown, read_standing(spec, context))


def test_a_default_filter_is_shown_and_counts_out_of_all_rows(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    opened = head(EXPIRATION_ROWS, context)
    assert (opened.counts, opened.narrowed) == ("4 of 5 buckets", "active")
    cleared = head(EXPIRATION_ROWS, context, first_query(EXPIRATION_ROWS, context).choose("Status", None))
    assert (cleared.counts, cleared.narrowed) == ("5 buckets", "")
    connection = project.connect()
    connection.execute("update vouchers set missing_since = '2026-11-20T08:00:00.000Z' where id = 'v_3'")
    connection.close()
    cards = head(LOYALTY_CARDS, context)
    assert (cards.counts, cards.narrowed) == ("3 of 4 loyalty cards", PRESENT)


async def test_no_id_stands_among_dates(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    for spec, words in ((EXPIRATION_ROWS, "never"), (PENDING_ROWS, "no day")):
        tab = RowsTab(spec, context)
        async with TabHost(tab).run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            first = [row.cells[0] for index in range(tab.table.row_count) if (row := tab.table.blocks.row(index))]
            assert words in first
            assert not any(str(cell).startswith("lop") for cell in first)


def tiles(context: CampaignContext, load: Any) -> dict[str, tuple[str, str]]:
    return {tile.label: (tile.value_text, tile.source_text) for tile in load(context)}


def test_every_bucket_and_entry_is_in_some_tile(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    assert tiles(context, program_tabs._expiring_stats) == {
        "Next 7 days": ("45 pts", "2 buckets"),
        "Next 30 days": ("45 pts", "2 buckets"),
        "Next 90 days": ("45 pts", "2 buckets"),
        "Later": ("0 pts", "0 buckets"),
        "Past, still active": ("50 pts", "1 bucket"),
        "Without a day": ("1,000 pts", "1 bucket"),
        "Expired": ("9,999 pts", "1 bucket"),
    }
    pending = tiles(context, program_tabs._pending_stats)
    assert pending.pop("Pending")[0] == "67 pts"
    assert pending == {
        "Due within 7 days": ("-13 pts", "2 entries"),
        "Overdue": ("30 pts", "1 entry"),
        "Later": ("0 pts", "0 entries"),
        "Without a day": ("50 pts", "1 entry"),
    }


def test_unread_points_are_unknown(project: Project, reader: Reader) -> None:
    context = context_for(reader)
    for load in (program_tabs._expiring_stats, program_tabs._pending_stats):
        assert {value for value, _ in tiles(context, load).values()} == {"–"}


def test_the_rule_says_what_is_known(project: Project, reader: Reader) -> None:
    context = context_for(reader)
    assert point_expiration(context).fields[0].value == "The program states no rule for when points expire."
    fill(project)
    panel = point_expiration(context)
    assert panel.fields[0].value == "The program states no rule; points of cards expire as below."
    assert {field.label: field.value for field in panel.fields[1:]} == {
        "Next 7 days": "45 pts", "Next 30 days": "45 pts", "Next 90 days": "45 pts",
        "Past, still active": "50 pts", "Without a day": "1,000 pts",
    }  # fmt: skip


def test_movements_of_an_unknown_type_are_told_by_their_name(project: Project, reader: Reader) -> None:
    fill(project)
    fields = {field.label: field for field in total_points(context_for(reader)).fields}
    assert fields["Something new"].value == "3 pts"
    assert fields["Something new"].substitute == "a type not known here"
    assert fields["Removed"].value == "200 pts"
    assert fields["Pending"].value == "67 pts"
    assert fields["Outstanding"].value == "40 pts"


def test_a_loyalty_cards_detail_gives_no_starting_points(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    scene = Formatter.of(context)
    record = find_record(LOYALTY_CARDS, context, scene, "v_1")
    assert record is not None
    fields = {field.label: field.value for field in detail_of(LOYALTY_CARDS, context, record).fields}
    assert "Gives" not in fields
    assert (fields["Balance"], fields["Points ever"]) == ("40 pts", "100 pts")


async def test_tiers_say_whether_the_list_was_read(project: Project, reader: Reader) -> None:
    for read, words in ((False, "No tiers are synced yet."), (True, "No tiers: the list was read and is empty.")):
        if read:
            fill(project, "loyalty_tiers")
        app = TabHost(program_tabs.loyalty_tiers(context_for(reader)))
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            assert words in screen_text(app)
        assert program_tabs.count_loyalty_tiers(context_for(reader)) == (0 if read else None)


async def test_no_reward_among_redemptions_is_no_count_of_rewards(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    told = head(REFERRAL_REWARD_ROWS, context)
    assert (told.counts, told.complete) == ("– reward redemptions", False)
    assert "complete" not in told.source
    assert count_rows(REFERRAL_REWARD_ROWS)(context) is None
    app = TabHost(program_tabs.referral_reward_redemptions(context))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "No redemption of this program names a reward." in text
        assert "no redemption names a reward; some may have been given" in text


def test_participants_are_people_and_the_head_counts_both(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    assert count_rows(PARTICIPANT_ROWS)(context) == 2
    told = head(PARTICIPANT_ROWS, context)
    assert (told.counts, told.note, told.blanks, told.complete) == (
        "2 participants",
        "These customers have 4 cards.",
        "",
        True,
    )
    assert "complete" in told.source


def test_complete_speaks_of_columns_as_well(project: Project, reader: Reader) -> None:
    fill(project, "vouchers")
    context = context_for(reader)
    told = head(PARTICIPANT_ROWS, context)
    assert "rows complete, columns not" in told.source
    assert not told.complete
    assert told.blanks == (
        "Not all values: Joined needs publications; Customer, E-mail, Tier need customers. Press r to fetch them."
    )
    cards = head(LOYALTY_CARDS, context)
    assert cards.blanks == (
        "Not all values: Pending (4 rows) needs pending points; Next to expire (4 rows) needs points expiration."
        " Press r to fetch them."
    )


def test_what_is_worked_out_is_marked(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    record = find_record(LOYALTY_CARDS, context, Formatter.of(context), "v_0")
    assert record is not None
    words = {column.title: column.cell(record) for column in LOYALTY_CARDS.columns}
    assert getattr(words["Pending"], "text", "") == "67 pts est."
    assert getattr(words["Next to expire"], "text", "").endswith("est.")
    assert words["Points ever"] == "100 pts", "the API's own"


def test_a_transfer_names_the_other_card_and_where_it_came_from(project: Project, reader: Reader) -> None:
    fill(project)
    context = context_for(reader)
    record = find_record(POINTS_TRANSACTIONS, context, Formatter.of(context), "vtx_3")
    assert record is not None
    words = {column.title: str(column.cell(record)) for column in POINTS_TRANSACTIONS.columns}
    assert (words["Related card"], words["Source id"]) == ("P3", "till-9")


def test_charts_of_movements_name_their_source(project: Project, reader: Reader) -> None:
    context = context_for(reader)
    span = DateSpan(TODAY - timedelta(days=6), TODAY)
    context = replace(context, period=replace(context.period, span=span, bucket=Bucket.DAY))
    assert not analytics_charts.points_given(context).known
    fill(project)
    given, taken = analytics_charts.points_given(context), analytics_charts.points_taken(context)
    totals = {one.name: sum(value or 0 for value in one.values) for one in (*given.series, *taken.series)}
    assert {name: total for name, total in totals.items() if total} == {
        "earned": 100, "transferred in": 100, "removed": 200, "transferred out": 10,
    }  # fmt: skip
    assert given.source_note.startswith("rows · ")


def test_a_sync_by_export_fills_what_its_cards_show(tmp_path: Path) -> None:
    project = Project(tmp_path / "e.db")
    project.sync(SyncRequest(everything=True, via="exports"))
    with reading(project) as opened:
        told = head(LOYALTY_CARDS, context_for(opened))
        assert (told.blanks, told.complete) == ("", True)
    assert project.clock.now() >= NOW
