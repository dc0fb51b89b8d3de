"""The API's traps about redemptions, from the document to the figure (API §11; the number in brackets)."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.cache.rollups import rebuild_dirty
from store.queries.breakdowns import customer_loyalty, redemption_shares
from store.queries.series import daily_series
from store.sync.request import SyncRequest
from store.words import DateSpan
from tests.support.records import AT, Document, campaign, order, put, read_whole, redemption, rollback
from tests.support.syncing import ZONE, Project

DAY = DateSpan(date(2026, 11, 20), date(2026, 11, 20))
TIER = {"id": "promo_1", "campaign": {"id": "camp_p", "name": "Cart Ladder"}}


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(), campaign("camp_p", "Cart Ladder", "PROMOTION"))
    read_whole(connection, "redemptions")
    yield connection
    connection.close()


def totals(cache: sqlite3.Connection, campaign_id: str, *metrics: str) -> list[int | None]:
    found = daily_series(cache, campaign_id, metrics, DAY)
    return [found[metric].total for metric in metrics]


def column(cache: sqlite3.Connection, identity: str, name: str) -> object:
    return cache.execute(f"select {name} from redemptions where id = ?", (identity,)).fetchone()[0]


def test_an_undone_redemption_is_marked_without_an_update_of_its_own(cache: sqlite3.Connection) -> None:
    """[2] The old row keeps its bytes; `rolled_back_by` tells what happened, whichever of the two is read first."""
    put(cache, "redemptions", redemption("r_1"))
    put(cache, "redemptions", rollback("rr_1", "r_1"))
    put(cache, "redemptions", rollback("rr_2", "r_2"))
    put(cache, "redemptions", redemption("r_2"))
    assert column(cache, "r_1", "rolled_back_by") == "rr_1"
    assert column(cache, "r_2", "rolled_back_by") == "rr_2"
    assert column(cache, "r_1", "status") == "SUCCEEDED"
    assert totals(cache, "camp_1", "redemptions_succeeded", "rollbacks_succeeded") == [2, 2]


def test_a_failed_rollback_undoes_nothing(cache: sqlite3.Connection) -> None:
    """[2]"""
    put(cache, "redemptions", redemption("r_1"), rollback("rr_1", "r_1", result="FAILURE", status="FAILED"))
    assert column(cache, "r_1", "rolled_back_by") is None
    assert totals(cache, "camp_1", "rollbacks_succeeded", "rollbacks_failed") == [0, 1]


def test_old_rows_without_a_status_count_by_their_result(cache: sqlite3.Connection) -> None:
    """[2]"""
    old = redemption("r_old")
    del old["status"]
    put(cache, "redemptions", old)
    assert column(cache, "r_old", "status") is None
    assert totals(cache, "camp_1", "redemptions_succeeded") == [1]


def test_redemption_means_the_stack_on_one_row_and_the_undone_one_on_another(cache: sqlite3.Connection) -> None:
    """[3]"""
    put(cache, "redemptions", redemption("r_child", redemption="r_parent"), rollback("rr_1", "r_child"))
    assert (column(cache, "r_child", "parent_redemption_id"), column(cache, "r_child", "undone_redemption_id")) == (
        "r_parent",
        None,
    )
    assert (column(cache, "rr_1", "parent_redemption_id"), column(cache, "rr_1", "undone_redemption_id")) == (
        None,
        "r_child",
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_rollback_amounts_count_as_positive_with_either_sign(cache: sqlite3.Connection, sign: int) -> None:
    """[3]"""
    given = redemption("r_1", order=order("ord_1", 10_000, 1_500), amount=700)
    back = rollback("rr_1", "r_1", order=order("ord_1", sign * 10_000, sign * 1_500), amount=sign * 700)
    put(cache, "redemptions", given, back)
    names = ("discounted_amount", "rolledback_discounted_amount", "orders_amount", "orders_rolledback_amount",
             "amount_redeemed", "amount_rolledback")  # fmt: skip
    assert totals(cache, "camp_1", *names) == [1_500, 1_500, 10_000, 10_000, 700, 700]


@pytest.mark.parametrize("asked", [None, "camp_1", "camp_p"])
def test_children_of_a_stack_count_for_campaigns_and_the_parent_for_none(
    cache: sqlite3.Connection, asked: str | None
) -> None:
    """[4] Read for the project or for one campaign; the cumulative amount of the order is never summed."""
    parent = redemption("r_p", voucher=None, related_object_type="redemption", related_object_id="r_p",
                        related_object_parent_id="camp_1", order=order("ord_1", 20_000, 3_000))  # fmt: skip
    code = redemption("r_c", redemption="r_p",
                      order=order("ord_1", 20_000, 1_000, total_discount_amount=3_000))  # fmt: skip
    tier = redemption("r_t", redemption="r_p", voucher=None, promotion_tier=TIER,
                      order=order("ord_1", 20_000, 2_000, total_discount_amount=2_000))  # fmt: skip
    put(cache, "redemptions", parent, code, tier, campaign_id=asked)
    names = ("redemptions_succeeded", "discounted_amount", "orders_amount")
    assert totals(cache, "camp_1", *names) == [1, 1_000, 20_000]
    assert totals(cache, "camp_p", *names) == [1, 2_000, 20_000]
    assert (column(cache, "r_p", "is_parent"), column(cache, "r_p", "campaign_id")) == (1, None)
    orders = "select count(*), sum(order_amount) from redemptions where is_parent = 1"
    assert cache.execute(orders).fetchone() == (1, 20_000)


def test_an_order_counts_once_in_a_campaign_however_many_codes_it_used(cache: sqlite3.Connection) -> None:
    """[4]"""
    voucher = {"id": "v_2", "code": "TWO", "campaign_id": "camp_1"}
    put(
        cache, "redemptions",
        redemption("r_1", order=order("ord_1", 9_000, 500)),
        redemption("r_2", order=order("ord_1", 9_000, 700), voucher=voucher),
        redemption("r_3", order=order("ord_2", 9_000, 100)),
    )  # fmt: skip
    assert totals(cache, "camp_1", "orders_amount", "discounted_amount") == [18_000, 1_300]


def test_result_and_status_say_different_things(cache: sqlite3.Connection) -> None:
    """[5] A rolled-back redemption was a success: it stays one, and the rollback is a figure of its own."""
    put(
        cache, "redemptions",
        redemption("r_1", status="ROLLED_BACK"),
        redemption("rf_1", result="FAILURE", status="FAILED", failure_code="voucher_expired"),
    )  # fmt: skip
    assert totals(cache, "camp_1", "redemptions_succeeded", "redemptions_failed") == [1, 1]
    shares = redemption_shares(cache, "camp_1", "result", DAY, ZONE)
    assert {share.key: share.count for share in shares} == {"SUCCESS": 1, "FAILURE": 1}
    assert [share.label for share in redemption_shares(cache, "camp_1", "failure_code", DAY, ZONE)] == [
        "voucher_expired"
    ]


def test_failures_give_nothing_even_when_they_name_what_was_asked_for(cache: sqlite3.Connection) -> None:
    """[5]"""
    failed = redemption("rf_1", result="FAILURE", order=order("ord_1", 5_000, 400), amount=900)
    put(cache, "redemptions", failed)
    names = ("discounted_amount", "orders_amount", "amount_redeemed")
    assert totals(cache, "camp_1", *names) == [0, 0, 0]


def test_failures_without_a_voucher_belong_to_no_campaign(cache: sqlite3.Connection) -> None:
    """[6] The documented failure points at itself, as the parent of a stack does."""
    lost = redemption("rf_1", result="FAILURE", status="FAILED", voucher=None, customer=None, order=None,
                      related_object_type="redemption", related_object_id="rf_1", failure_code="not_found")  # fmt: skip
    put(cache, "redemptions", lost, campaign_id="camp_1")
    assert column(cache, "rf_1", "campaign_id") is None
    assert totals(cache, "camp_1", "redemptions_failed") == [0]
    assert cache.execute("select count(*) from daily").fetchone() == (0,)


def test_rows_without_a_campaign_arrive_with_the_project(tmp_path: Path) -> None:
    """[6] On a whole world: they are cached, counted by no campaign, and as many as there are."""
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest(everything=True, only=frozenset({"campaigns", "redemptions"})))
    connection = project.connect()
    owners = project.world.tables["redemptions"].column("campaign_id")
    held = connection.execute("select count(*), count(campaign_id) from redemptions").fetchone()
    assert held == (len(owners), sum(1 for owner in owners if owner))
    assert held[0] > held[1]
    attempts = "'redemptions_succeeded', 'redemptions_failed', 'rollbacks_succeeded', 'rollbacks_failed'"
    counted = connection.execute(f"select sum(value) from daily where metric in ({attempts})").fetchone()[0]
    assert counted == held[1]


def test_amount_is_credits_on_gift_cards_and_points_on_loyalty_cards_and_never_money_given(
    cache: sqlite3.Connection,
) -> None:
    """[7]"""
    put(cache, "campaigns", campaign("camp_g", "Gifts", "GIFT_VOUCHERS"), campaign("camp_l", "Club", "LOYALTY_PROGRAM"))
    gift = {"id": "v_g", "code": "G", "campaign_id": "camp_g", "type": "GIFT_VOUCHER"}
    card = {"id": "v_l", "code": "L", "campaign_id": "camp_l", "type": "LOYALTY_CARD"}
    put(
        cache, "redemptions",
        redemption("r_g", voucher=gift, amount=2_500, order=order("ord_g", 9_000, 2_500)),
        redemption("r_l", voucher=card, amount=40, order=order("ord_l", 9_000, 400)),
        redemption("r_l2", voucher=card, amount=60),
        redemption("r_d", order=order("ord_d", 9_000, 300)),
    )  # fmt: skip

    assert totals(cache, "camp_l", "amount_redeemed", "discounted_amount") == [100, 400]


def test_a_tier_may_name_its_campaign_in_three_places(cache: sqlite3.Connection) -> None:
    """[E] of API §4.5: `campaign_id` in the tier may be null."""
    ways: tuple[Document, ...] = (
        {"promotion_tier": {"id": "promo_1", "campaign_id": None, "campaign": {"id": "camp_p"}}},
        {"promotion_tier": {"id": "promo_1", "campaign_id": "camp_p"}},
        {"promotion_tier": {"id": "promo_1"}, "related_object_parent_id": "camp_p"},
    )
    rows = [redemption(f"r_{i}", voucher=None, **way) for i, way in enumerate(ways)]
    put(cache, "redemptions", *rows)
    assert totals(cache, "camp_p", "redemptions_succeeded") == [3]
    assert [share.count for share in redemption_shares(cache, "camp_p", "tier", DAY, ZONE)] == [3]


def test_a_row_with_nothing_but_the_code_is_placed_by_its_campaign_name(cache: sqlite3.Connection) -> None:
    """[1, 6] By an unambiguous name only."""
    slim = redemption("r_1", voucher={"id": "v_1", "code": "CODE", "campaign": "Autumn"})
    put(cache, "redemptions", slim, names={"Autumn": "camp_1"})
    put(cache, "redemptions", slim | {"id": "r_2"}, names={})
    assert (column(cache, "r_1", "campaign_id"), column(cache, "r_2", "campaign_id")) == ("camp_1", None)


def test_unknown_results_and_objects_are_kept_and_shown(cache: sqlite3.Connection) -> None:
    """[23]"""
    put(cache, "redemptions", redemption("r_1", result="PARTIAL"), redemption("r_2", object="redemption_v9"))
    shares = {share.key: share.count for share in redemption_shares(cache, "camp_1", "result", DAY, ZONE)}
    assert shares == {"PARTIAL": 1, "SUCCESS": 1}


def test_case_is_never_folded_in_keys(cache: sqlite3.Connection) -> None:
    """[17]"""
    for number, code in enumerate(("abc", "ABC", "Abc")):
        put(cache, "redemptions", redemption(f"r_{number}", voucher={"code": code, "campaign_id": "camp_1"}))
    codes = redemption_shares(cache, "camp_1", "code", DAY, ZONE)
    assert sorted(share.key for share in codes) == ["ABC", "Abc", "abc"]


def test_new_and_returning_customers_by_first_success(cache: sqlite3.Connection) -> None:
    """A failure before makes nobody a returning customer."""
    early = "2026-10-01T10:00:00.000Z"
    put(
        cache, "redemptions",
        redemption("r_1", customer_id="cust_old", date=early), redemption("r_2", customer_id="cust_old"),
        redemption("rf_1", customer_id="cust_new", date=early, result="FAILURE"),
        redemption("r_3", customer_id="cust_new"), redemption("r_4", customer_id="cust_new", date=AT),
        redemption("r_5"),
    )  # fmt: skip
    found = customer_loyalty(cache, "camp_1", DAY, ZONE)
    assert (found.new, found.returning, found.anonymous) == (1, 1, 1)
    assert rebuild_dirty(cache, ZONE) == 0
