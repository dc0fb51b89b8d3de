"""Truth against documents, summaries against truth, and both after every kind of change."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.sandbox.world import Sizes
from tests.support.sizes import TINY
from tests.support.world import ChangingWorld

NOW = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
EVER = ("2024-01-01", "2027-01-01")
SIZES = Sizes(campaigns=40, customers=200, vouchers=2_000, redemptions=3_000, publications=1_200, accruals=900)


@pytest.fixture
def tiny() -> ChangingWorld:
    return ChangingWorld(7, now=NOW, sizes=TINY)


def shown(world: ChangingWorld, table: str) -> list[dict[str, Any]]:
    return list(world.tables[table].documents())


def measured(world: ChangingWorld) -> dict[str, Counter[str]]:
    """The truth's measures, made again from documents alone."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in shown(world, "redemptions"):
        tier = row.get("promotion_tier", {}).get("campaign", {})
        key = row.get("voucher", {}).get("campaign_id") or tier.get("id") or ""
        good = row["result"] == "SUCCESS"
        order = (row["order"] or {}) if good else {}
        if row["object"] == "redemption":
            sums[key]["redemptions_succeeded" if good else "redemptions_failed"] += 1
            sums[key]["orders_amount"] += order.get("amount", 0)
            sums[key]["discounted_amount"] += order.get("total_applied_discount_amount", 0)
        else:
            sums[key]["rollbacks_succeeded" if good else "rollbacks_failed"] += 1
            sums[key]["orders_rolledback_amount"] -= order.get("amount", 0)
            sums[key]["rolledback_discounted_amount"] -= order.get("total_applied_discount_amount", 0)
    by_name = {row["name"]: row["id"] for row in shown(world, "campaigns")}
    publications = world.tables["publications"]
    for i, row in enumerate(shown(world, "publications")):
        key = by_name[row["voucher"]["campaign"]] if "voucher" in row else publications.column("campaign_id")[i]
        sums[key]["publications_succeeded" if row["result"] == "SUCCESS" else "publications_failed"] += 1
    for row in shown(world, "transactions"):
        change = row["details"]["balance"]
        sums[row["campaign_id"]]["count." + row["type"]] += 1
        sums[row["campaign_id"]]["amount." + row["type"]] += change.get("amount", change.get("points"))
    return sums


def agree(world: ChangingWorld) -> None:
    sums = measured(world)
    assert sums
    for key, counted in sums.items():
        for name, value in counted.items():
            assert world.truth.total(key, name) == value, (key, name)


def test_truth_equals_the_documents() -> None:
    agree(ChangingWorld(7, now=NOW, sizes=SIZES))


def test_days_add_up_to_the_total(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Autumn Warm-Up")["id"]
    days = tiny.truth.days(key, "redemptions_succeeded")
    assert sum(days.values()) == tiny.truth.total(key, "redemptions_succeeded") > 0
    first = next(iter(days))
    assert tiny.truth.total(key, "redemptions_succeeded", first, first) == days[first]


def test_summary_is_the_truth_over_inclusive_days() -> None:
    world = ChangingWorld(7, now=NOW, sizes=SIZES)
    for campaign in shown(world, "campaigns"):
        whole = world.summary(campaign["id"], *EVER)
        if campaign["created_at"] < "2025-06-17":
            assert whole == {}
            continue
        assert whole["redemptions"] == whole["redemptions_succeeded"] + whole["redemptions_failed"]
        assert whole["redemptions_succeeded"] == world.truth.total(campaign["id"], "redemptions_succeeded")
        assert whole["validations"] == whole["validations_succeeded"] + whole["validations_failed"]
        before = world.summary(campaign["id"], "2024-01-01", "2026-05-31")
        after = world.summary(campaign["id"], "2026-06-01", "2027-01-01")
        for name, value in whole.items():
            if isinstance(value, int):
                assert before[name] + after[name] == value, name


def test_summary_of_a_discount_campaign_counts_codes_in_the_bin(tiny: ChangingWorld) -> None:
    entry = next(row for row in shown(tiny, "trash_bin") if row["resource_type"] == "voucher")
    summary = tiny.summary(entry["resource_parent_id"], *EVER) or tiny.truth.measures(entry["resource_parent_id"])
    live = tiny.tables["vouchers"].column("campaign_id").count(entry["resource_parent_id"])
    assert summary["vouchers_deleted"] > 0
    assert summary["vouchers_created"] == live + summary["vouchers_deleted"]


def test_old_campaigns_have_no_summary(tiny: ChangingWorld) -> None:
    assert tiny.summary(tiny.campaign("Gift Cards")["id"], *EVER) == {}


def test_add_redemption_moves_every_figure(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Autumn Warm-Up")["id"]
    before = tiny.truth.measures(key)
    version = tiny.tables["redemptions"].version
    redemption = tiny.add_redemption(key, order_amount=20_000)
    document = shown(tiny, "redemptions")[-1]
    assert document["id"] == redemption
    assert document["order"]["total_applied_discount_amount"] == 4_000
    assert tiny.tables["redemptions"].version > version
    after = tiny.truth.measures(key)
    assert after["redemptions_succeeded"] == before["redemptions_succeeded"] + 1
    assert after["discounted_amount"] == before["discounted_amount"] + 4_000
    voucher = tiny.sheets["vouchers"].document_of(document["voucher"]["id"])
    assert voucher is not None
    assert voucher["redemption"]["redeemed_quantity"] == 1
    assert voucher["updated_at"] == "2026-08-15T12:00:00Z"
    agree(tiny)


def test_rollback_changes_only_the_status_of_the_old_row(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Cart Ladder")["id"]
    redemption = tiny.add_redemption(key, at=NOW - timedelta(days=40))
    old = shown(tiny, "redemptions")[-1]
    tiny.rollback(redemption, reason="wrong")
    rows = {row["id"]: row for row in shown(tiny, "redemptions")}
    changed = {name for name, value in rows[redemption].items() if value != old.get(name)}
    assert changed == {"status", "order", "related_redemptions"}
    with pytest.raises(ValueError, match="cannot be rolled back"):
        tiny.rollback(redemption)
    agree(tiny)


def test_gift_redemption_and_rollback_restore_the_balance(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Gift Cards")["id"]
    redemption = tiny.add_redemption(key, order_amount=300)
    spent = tiny.truth.total(key, "amount.CREDITS_REDEMPTION")
    tiny.rollback(redemption)
    assert tiny.truth.total(key, "amount.CREDITS_REDEMPTION") == spent
    last = shown(tiny, "transactions")[-1]
    assert last["type"] == "CREDITS_REFUND"
    voucher = tiny.sheets["vouchers"].document_of(last["voucher_id"])
    assert voucher is not None
    assert voucher["gift"]["balance"] == last["details"]["balance"]["balance"]
    agree(tiny)


def test_added_vouchers_share_their_instant(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Last Call")["id"]
    count = tiny.campaign("Last Call")["vouchers_count"]
    ids = tiny.add_vouchers(key, 600, at=NOW)
    assert len(set(ids)) == 600
    assert tiny.tables["vouchers"].column("created_at").count("2026-08-15T12:00:00.000Z") == 600
    assert tiny.campaign("Last Call")["vouchers_count"] == count + 600


def test_renaming_reaches_codes_redemptions_and_publications(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Last Call")["id"]
    tiny.rename_campaign(key, "[b]Later call", at=NOW)
    assert tiny.campaign("[b]Later call")["updated_at"] == "2026-08-15T12:00:00.000Z"
    for table in ("vouchers", "redemptions", "publications"):
        pairs = zip(*(tiny.tables[table].column(name) for name in ("campaign", "campaign_id")), strict=True)
        assert {name for name, found in pairs if found == key} == {"[b]Later call"}, table
    agree(tiny)


@pytest.mark.parametrize("permanent", [False, True])
def test_deleting_a_voucher_takes_its_rows_and_is_counted(tiny: ChangingWorld, permanent: bool) -> None:
    key = next(voucher for voucher in tiny.tables["redemptions"].column("voucher_id") if voucher)
    row = tiny.sheets["vouchers"].find(key)
    assert row is not None
    deleted = tiny.truth.total(row.campaign_id, "vouchers_deleted")
    entries = len(tiny.tables["trash_bin"])
    tiny.delete_voucher(key, permanent=permanent)
    assert tiny.truth.total(row.campaign_id, "vouchers_deleted") == deleted + 1
    assert len(tiny.tables["trash_bin"]) == entries + (not permanent)
    assert key not in tiny.tables["vouchers"].column("id")
    assert key not in tiny.tables["redemptions"].column("voucher_id")
    agree(tiny)


def test_deleting_a_campaign_leaves_a_bin_entry_and_nothing_else(tiny: ChangingWorld) -> None:
    key = tiny.campaign("Coffee Club")["id"]
    tiny.delete_campaign(key)
    assert shown(tiny, "trash_bin")[-1]["resource_id"] == key
    for table in ("vouchers", "redemptions", "publications", "transactions", "points_expiration"):
        assert key not in tiny.tables[table].column("campaign_id"), table
    with pytest.raises(KeyError):
        tiny.summary(key, *EVER)
    agree(tiny)


def test_unknown_ids_are_refused(tiny: ChangingWorld) -> None:
    for call in (
        lambda: tiny.add_redemption("camp_x"),
        lambda: tiny.rollback("r_x"),
        lambda: tiny.delete_voucher("v_x"),
        lambda: tiny.edit_campaign("camp_x", active=False),
    ):
        with pytest.raises(KeyError):
            call()
