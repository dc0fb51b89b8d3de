"""The API's traps about everything but redemptions, from the document to the answer (API §11, number in brackets)."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint, campaign_scope
from store.models import Source, Unit
from store.queries.campaigns import get_campaign, list_campaigns
from store.queries.freshness import BEYOND_NOTE, HAS_NONE_NOTE, NO_SUMMARY, TOO_OLD_NOTE, UNASKED_NOTE
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS
from store.queries.points import expiring_points, pending_points
from store.queries.reader import Reader
from store.queries.rows import RowList, RowView
from store.queries.series import daily_series
from store.queries.views import REWARDS, TIERS
from store.queries.wallets import outstanding, tier_members, wallet_totals
from store.ref import Ref
from store.sync.request import SyncRequest, name_map, read_campaigns
from store.words import DateSpan
from tests.support.records import AT, campaign, put, read_whole
from tests.support.syncing import ZONE, Project

NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


@pytest.fixture
def reader(tmp_path: Path, cache: sqlite3.Connection) -> Iterator[Reader]:
    found = Reader(tmp_path / "c.db", ZONE)
    yield found
    found.close()


def shown(cache: sqlite3.Connection, identity: str) -> Any:
    row = get_campaign(cache, identity, NOW, ZONE)
    assert row is not None
    return row


def listed(reader: Reader, view: RowView, campaign_id: str) -> list[dict[str, Any]]:
    return [
        dict(zip(view.columns, row, strict=True)) for row in RowList(reader, view, Ref.campaign(campaign_id)).iterate()
    ]


def test_a_name_used_twice_places_no_row(cache: sqlite3.Connection) -> None:
    """[1] A deleted campaign's name is free again; of two living ones with one name, rows by name fit neither."""
    put(cache, "campaigns", campaign("camp_a", "Sale"), campaign("camp_b", "Sale"), campaign("camp_c", "50% off/all"))
    assert name_map(read_campaigns(cache)) == {"50% off/all": "camp_c"}
    cache.execute("update campaigns set missing_since = ? where id = 'camp_a'", (AT,))
    names = name_map(read_campaigns(cache))
    assert names == {"Sale": "camp_b", "50% off/all": "camp_c"}
    publication = {"id": "pub_1", "created_at": AT, "result": "SUCCESS", "voucher": {"code": "X", "campaign": "Sale"}}
    put(cache, "publications", publication, names=names)
    assert cache.execute("select campaign_id from publications").fetchone() == ("camp_b",)


def test_a_name_used_again_after_deletion_keeps_both_histories(tmp_path: Path) -> None:
    """[1] Through a whole sync: the old campaign's rows stay with its id, the new one starts from nothing."""
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    old = project.world.campaign("Last Call")["id"]
    other = project.world.campaign("Winter Preview")["id"]
    connection = project.connect()
    before = shown(connection, old).redemptions
    assert before > 0
    project.world.delete_campaign(old, at=project.clock.now())
    project.world.rename_campaign(other, "Last Call", at=project.clock.now())
    project.clock.advance(60)
    project.sync(SyncRequest(everything=True))
    assert shown(connection, old).redemptions == before
    assert shown(connection, old).missing_since is not None
    assert shown(connection, "Last Call").id == other, "a name means the campaign that still exists"
    assert shown(connection, other).redemptions == 0


def test_loyalty_data_is_keyed_by_campaign_name_and_referrals_by_id(cache: sqlite3.Connection, reader: Reader) -> None:
    """[12]"""
    put(cache, "campaigns", campaign("camp_l", "Club / 5%", "LOYALTY_PROGRAM"), campaign("camp_r", "Friends"))
    cards = [
        {"id": f"v_{i}", "code": f"L{i}", "campaign_id": owner, "campaign": name, "holder_id": f"cust_{i}"}
        for i, (owner, name) in enumerate((("camp_l", "Club / 5%"), ("camp_l", "Club / 5%"), ("camp_x", "Other")))
    ]
    people = [
        {
            "id": f"cust_{i}", "name": f"Person {i}",
            "loyalty": {"campaigns": {"Club / 5%": {"points": 10, "loyalty_tier": "ltr_gold" if i else None}}},
            "referrals": {"campaigns": [{"campaign_id": "camp_r", "referrer_id": "cust_0", "date": AT}] if i else []},
        }
        for i in range(3)
    ]  # fmt: skip
    put(cache, "vouchers", *cards, {"id": "v_r", "code": "REF", "campaign_id": "camp_r", "holder_id": "cust_0"})
    put(cache, "customers", *people)
    assert tier_members(cache, "camp_l", "Club / 5%") == {"": 1, "ltr_gold": 1}, "cards of other campaigns do not count"
    tiers = {row["code"]: row["loyalty_tier"] for row in listed(reader, PARTICIPANTS, "camp_l")}
    assert tiers == {"L0": None, "L1": "ltr_gold"}
    assert [(row["id"], row["referred"]) for row in listed(reader, REFERRERS, "camp_r")] == [("cust_0", 2)]
    assert RowList(reader, REFEREES, Ref.campaign("camp_r")).count() == 2


def test_cards_without_a_holder_are_no_participants(cache: sqlite3.Connection, reader: Reader) -> None:
    """[13]"""
    cards = [
        {"id": f"v_{i}", "campaign_id": "camp_l", "holder_id": holder} for i, holder in enumerate(("cust_1", None))
    ]
    put(cache, "vouchers", *cards)
    assert RowList(reader, PARTICIPANTS, Ref.campaign("camp_l")).count() == 1


def test_a_generic_campaign_has_one_code_whatever_its_use(cache: sqlite3.Connection) -> None:
    """[13] `vouchers_count` says nothing about use, a quantity of null is unlimited and not zero."""
    put(cache, "campaigns", campaign(type="STANDALONE", vouchers_count=1))
    code = {"id": "v_1", "code": "WELCOME", "campaign_id": "camp_1", "created_at": AT,
            "redemption": {"quantity": None, "redeemed_quantity": 912}}  # fmt: skip
    put(cache, "vouchers", code)
    read_whole(cache, "redemptions", "vouchers")
    row = shown(cache, "camp_1")
    assert (row.vouchers_count, row.redemptions) == (1, 0)
    assert cache.execute("select redemption_quantity, redeemed_quantity from vouchers").fetchone() == (None, 912)


def test_the_balance_is_the_apis_own(cache: sqlite3.Connection) -> None:
    """[14] Amount less what was taken does not give it: parts of the sum may be missing from the document."""
    gift = {"id": "v_g", "campaign_id": "camp_g", "created_at": AT,
            "gift": {"amount": 10_000, "subtracted_amount": 500, "balance": 6_250}}  # fmt: skip
    card = {"id": "v_l", "campaign_id": "camp_l", "created_at": AT,
            "loyalty_card": {"points": 400, "balance": 310, "pending_points": 80}}  # fmt: skip
    put(cache, "vouchers", gift, card)
    read_whole(cache, "vouchers")
    assert outstanding(cache, "camp_g", Unit.MINOR).value == 6_250
    assert outstanding(cache, "camp_l", Unit.POINTS).value == 310
    assert outstanding(cache, "camp_none", Unit.POINTS).value == 0


def test_removed_credit_was_issued_all_the_same(cache: sqlite3.Connection) -> None:
    """[14] A card's amount grows with additions and does not shrink with removals: those are subtracted apart."""
    put(cache, "vouchers", {"id": "v_g", "campaign_id": "camp_g", "created_at": AT, "gift": {"amount": 6_000}})
    moved = [
        {"id": f"vtx_{i}", "campaign_id": "camp_g", "voucher_id": "v_g", "type": kind, "created_at": AT,
         "details": {"balance": {"type": "gift_voucher", "amount": amount}}}
        for i, (kind, amount) in enumerate((("CREDITS_ADDITION", 1_000), ("CREDITS_REMOVAL", -300)))
    ]  # fmt: skip
    put(cache, "transactions", *moved)
    read_whole(cache, "vouchers", "transactions")
    found = {name: figure.value for name, figure in wallet_totals(cache, "camp_g", gift=True, zone=ZONE).items()}
    assert found == {"issued": 5_000, "added": 1_000, "removed": 300, "redeemed": 0, "rolled back": 0, "deleted": None}


@pytest.mark.parametrize("kind", ["amount_off", "percent_off", "fixed_amount", "unit_off"])
def test_a_formula_is_shown_and_no_number_made_up(cache: sqlite3.Connection, kind: str) -> None:
    """[15]"""
    words = {"amount_off": "AMOUNT", "percent_off": "PERCENT", "fixed_amount": "FIXED", "unit_off": "UNIT"}
    discount = {"type": words[kind], kind: 17, f"{kind}_formula": "CART_AMOUNT * 0.1", "is_dynamic": True}
    put(cache, "campaigns", campaign(voucher={"type": "DISCOUNT_VOUCHER", "discount": discount}))
    text = shown(cache, "camp_1").value_text
    assert "CART_AMOUNT * 0.1" in text
    assert "17" not in text


def test_no_summary_is_unknown_and_never_zero(cache: sqlite3.Connection) -> None:
    """[16] Nothing read, nothing told: not a single 0 on the list or in a series."""
    put(cache, "campaigns", campaign())
    row = shown(cache, "camp_1")
    assert (row.redemptions, row.publications, row.success_permille, row.source) == (None, None, None, Source.NONE)
    assert set(row.spark) == {None}
    span = DateSpan(date(2026, 11, 1), TODAY)
    notes = {"redemptions_succeeded": "not synced yet", "validations_failed": UNASKED_NOTE}
    for metric, series in daily_series(cache, "camp_1", notes, span).items():
        assert (series.total, series.complete, series.source) == (None, False, Source.NONE)
        assert series.note == notes[metric]


def test_why_nothing_tells_of_validations(cache: sqlite3.Connection) -> None:
    """[16] Rows are cached whole, so only the summary matters: each way it can be lacking has its own words."""
    put(cache, "campaigns", campaign(created_at="2025-06-16T23:00:00.000Z"), campaign("camp_2"), campaign("camp_3"))
    read_whole(cache, "redemptions", "publications", "vouchers")
    ledger = Ledger(cache)
    ledger.write_state(
        SyncCheckpoint("campaign_summaries", campaign_scope("camp_2"), "complete", AT, None, reason=NO_SUMMARY)
    )
    read_whole(cache, "campaign_summaries", scope=campaign_scope("camp_3"))
    span = DateSpan(date(2026, 11, 1), TODAY)

    def note(identity: str) -> str:
        return daily_series(cache, identity, ["validations_succeeded"], span)["validations_succeeded"].note

    assert [note(one) for one in ("camp_1", "camp_2", "camp_3")] == [TOO_OLD_NOTE, HAS_NONE_NOTE, BEYOND_NOTE]
    lost = "The connection to Voucherify failed: reset. Check the network, then try again."
    ledger.write_state(SyncCheckpoint("campaign_summaries", campaign_scope("camp_3"), "failed", AT, None, reason=lost))
    assert note("camp_3").startswith("The connection to Voucherify failed")
    assert all(figure.value is None for figure in wallet_totals(cache, "camp_1", gift=True, zone=ZONE).values())


def test_a_quiet_campaign_whose_rows_were_read_is_zero(cache: sqlite3.Connection) -> None:
    """[16] The other side: known to be nothing, up to the day it was read and not a day longer."""
    put(cache, "campaigns", campaign())
    read_whole(cache, "redemptions", at="2026-11-18T12:00:00.000Z")
    span = DateSpan(date(2026, 11, 16), TODAY)
    found = daily_series(cache, "camp_1", ["redemptions_succeeded"], span)["redemptions_succeeded"]
    assert found.values == (0, 0, 0, None, None)
    assert shown(cache, "camp_1").spark[-3:] == (0, None, None)


def test_missing_access_settings_are_not_unassigned_ones(cache: sqlite3.Connection) -> None:
    """[16]"""
    put(
        cache,
        "access_settings",
        {"id": "camp_1"},
        {"id": "camp_2", "access_settings_assignments": {"all_stores": True}},
    )
    found = dict(cache.execute("select id, settings from access_settings").fetchall())
    assert found == {"camp_1": None, "camp_2": '{"all_stores":true}'}


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (None, None, "active"),
        ("2026-11-21", None, "scheduled"),
        ("2026-11-01T00:00:00Z", None, "active"),
        (None, "2026-11-19", "expired"),
        (None, "2026-12-01T00:00:00.57+00:00", "active"),
    ],
)
def test_open_ended_dates(cache: sqlite3.Connection, start: str | None, end: str | None, status: str) -> None:
    put(cache, "campaigns", campaign(start_date=start, expiration_date=end, active=True))
    assert shown(cache, "camp_1").status.kind.value.casefold() == status


def test_unknown_words_everywhere_are_kept_and_shown(cache: sqlite3.Connection, reader: Reader) -> None:
    """[23] A campaign type, a discount effect and a transaction type nobody has heard of."""
    odd = campaign(
        kind="HOLOGRAM_CAMPAIGN", creation_status="DREAMING",
        voucher={"type": "WISH", "discount": {"type": "MOOD", "effect": "ADD_SAME_ITEMS"}},
    )  # fmt: skip
    put(cache, "campaigns", odd)
    put(cache, "transactions", {"id": "vtx_1", "campaign_id": "camp_1", "type": "POINTS_GIFTED", "created_at": AT})
    put(
        cache, "promotion_tiers", {"id": "promo_1", "campaign": {"id": "camp_1"}, "action": {"discount": {"type": "?"}}}
    )
    row = list_campaigns(cache, NOW, ZONE)[0]
    assert row.campaign_type == "HOLOGRAM_CAMPAIGN"
    assert row.status.kind.value
    assert RowList(reader, TIERS, Ref.campaign("camp_1")).count() == 1
    assert cache.execute("select type from transactions").fetchone() == ("POINTS_GIFTED",)


def test_reward_counters_may_be_strings(cache: sqlite3.Connection, reader: Reader) -> None:
    """API §2: integers in the schema, strings in its examples."""
    put(cache, "rewards", {"id": "rew_1", "name": "Mug", "stock": "12", "redeemed": "0x1"})
    put(cache, "reward_assignments", {"id": "rewa_1", "reward_id": "rew_1", "related_object_id": "camp_l"})
    row = listed(reader, REWARDS, "camp_l")[0]
    assert (row["stock"], row["redeemed"], row["taken"]) == (12, None, None)
    read_whole(cache, "redemptions")
    assert listed(reader, REWARDS, "camp_l")[0]["taken"] == 0


def test_the_bins_total_is_the_pages_and_never_believed(tmp_path: Path) -> None:
    """[11] More entries than fit a page all arrive, though the first page's `total` says otherwise."""
    project = Project(tmp_path / "c.db")
    for identity in project.world.tables["vouchers"].column("id")[:230]:
        project.world.delete_voucher(identity, at=project.clock.now())
    report = project.sync()
    assert report.resources["trash_bin"].state == "complete"
    held = project.connect().execute("select count(*) from trash_bin").fetchone()[0]
    assert held == len(project.world.tables["trash_bin"]) > 200


def test_pending_and_expiring_points_around_today(cache: sqlite3.Connection) -> None:
    """[14] Pending points are apart from balances; those whose day has passed are overdue."""
    days = ("2026-11-19", "2026-11-20", "2026-11-27", "2026-11-28", "2027-05-01", None)
    waiting = [
        {"id": f"lopp_{i}", "campaign_id": "camp_l", "voucher_id": f"v_{i}", "points": 10**i, "activates_at": day}
        for i, day in enumerate(days)
    ]
    put(cache, "pending_points", *waiting)
    found = pending_points(cache, "camp_l", TODAY)
    parts = (found.overdue, found.due_soon, found.later, found.undated, found.all)
    assert [part.points for part in parts] == [1, 110, 11_000, 100_000, 111_111]
    assert [part.entries for part in parts] == [1, 2, 2, 1, 6]
    cards = [
        {"id": f"v_{i}", "campaign_id": "camp_l",
         "loyalty_card": {"balance": 500, "next_expiration_date": day, "next_expiration_points": 10**i}}
        for i, day in enumerate(days)
    ]  # fmt: skip
    put(cache, "vouchers", *cards)
    soon = expiring_points(cache, "camp_l", TODAY)
    assert [soon.within[days].points for days in (7, 30, 90)] == [110, 1_110, 1_110]
    assert (soon.later.points, soon.past.points, soon.undated.entries) == (10_000, 1, 0)
    assert soon.by_month == (("2026-11", 1_110, 3), ("2027-05", 10_000, 1))
