"""The sandbox world: deterministic, of exact size, believable, and true to its own totals."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from store.sandbox.world import Sizes, World
from store.sandbox.world.moments import instant, text
from store.sandbox.world.plans import apportion
from store.sandbox.world.vocabulary import HOSTILE
from tests.support.sizes import BIG, TINY

NOW = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
MIDDLE = Sizes(
    campaigns=45, customers=250, vouchers=2_500, redemptions=4_000, publications=1_600, accruals=1_500, months=14
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, now=NOW, sizes=MIDDLE, hostile=True)


def documents(world: World, table: str) -> list[dict[str, Any]]:
    return list(world.tables[table].documents())


def rendered(world: World) -> str:
    return json.dumps({name: documents(world, name) for name in world.tables}, sort_keys=True)


def test_same_seed_gives_the_same_documents_and_another_seed_others() -> None:
    first, second, other = (rendered(World(seed, now=NOW, sizes=TINY)) for seed in (3, 3, 4))
    assert first == second
    assert first != other


LEAST = Sizes(campaigns=13, customers=1, vouchers=60, redemptions=61, publications=0, accruals=0, months=1)


@pytest.mark.parametrize("sizes", [LEAST, TINY, MIDDLE, Sizes()], ids=["least", "tiny", "middle", "default"])
def test_sizes_are_exact(sizes: Sizes) -> None:
    world = World(11, now=NOW, sizes=sizes)
    for name in ("campaigns", "customers", "vouchers", "redemptions", "publications"):
        assert len(world.tables[name]) == getattr(sizes, name), name


def test_the_big_campaign_passes_both_page_caps() -> None:
    world = World(7, now=NOW, sizes=BIG)
    key = world.campaign("Big Summer Codes")["id"]
    assert world.tables["vouchers"].column("campaign_id").count(key) == 20_000
    assert world.tables["redemptions"].column("campaign_id").count(key) == 10_000
    pairs = zip(*(world.tables["vouchers"].column(name) for name in ("created_at", "campaign_id")), strict=True)
    stamps = Counter(at for at, campaign in pairs if campaign == key)
    assert max(stamps.values()) >= 500


def test_ids_are_unique(world: World) -> None:
    for name, table in world.tables.items():
        ids = table.column("id")
        assert len(set(ids)) == len(ids), name


def test_codes_are_unique(world: World) -> None:
    codes = world.tables["vouchers"].column("code")
    assert len(set(codes)) == len(codes)


def test_nothing_happens_after_now_and_text_order_is_time_order(world: World) -> None:
    latest = text(int(NOW.timestamp() * 1000))
    for name in ("vouchers", "redemptions", "publications", "customers", "orders", "transactions"):
        table = world.tables[name]
        for column in {"created_at", "updated_at"} & set(table.columns):
            for value in table.column(column):
                assert value is None or (value <= latest and text(instant(value)) == value)


def test_all_types_and_statuses_appear_even_in_the_smallest_world() -> None:
    shown = documents(World(7, now=NOW, sizes=TINY), "campaigns")
    assert {campaign["campaign_type"] for campaign in shown} == {
        "DISCOUNT_COUPONS",
        "GIFT_VOUCHERS",
        "LOYALTY_PROGRAM",
        "REFERRAL_PROGRAM",
        "PROMOTION",
    }
    assert {"DRAFT", "IN_PROGRESS", "FAILED", "DONE"} <= {campaign["creation_status"] for campaign in shown}
    assert any(not campaign["active"] for campaign in shown)
    assert any((campaign["start_date"] or "") > "2026-08-16" for campaign in shown)
    assert any("2026-01-01" < (campaign["expiration_date"] or "") < "2026-08-15" for campaign in shown)
    assert any((campaign["expiration_date"] or "").startswith("2026-08-16") for campaign in shown)


def test_every_kind_of_discount_recurrence_and_hostile_name_appears(world: World) -> None:
    shown = documents(world, "campaigns")
    discounts = [campaign["voucher"]["discount"] for campaign in shown if campaign.get("voucher", {}).get("discount")]
    assert {discount["type"] for discount in discounts} == {"PERCENT", "AMOUNT", "FIXED", "UNIT"}
    assert any("amount_limit" in discount for discount in discounts)
    assert any(discount.get("is_dynamic") for discount in discounts)
    assert any("units" in discount for discount in discounts)
    for member in ("validity_hours", "validity_day_of_week", "validity_timeframe", "access_settings_assignments"):
        assert any(member in campaign for campaign in shown), member
    assert {campaign["type"] for campaign in shown} == {"STATIC", "AUTO_UPDATE", "STANDALONE"}
    assert set(HOSTILE.names) <= {campaign["name"] for campaign in shown}


def test_redeemed_quantity_is_what_succeeded_and_stayed(world: World) -> None:
    kept: Counter[str] = Counter()
    for row in documents(world, "redemptions"):
        if row["object"] == "redemption" and row["result"] == "SUCCESS" and "voucher" in row:
            kept[row["voucher"]["id"]] += row.get("status") != "ROLLED_BACK"
    for voucher in documents(world, "vouchers"):
        counted = voucher["redemption"]
        assert counted["redeemed_quantity"] == kept[voucher["id"]]
        assert counted["quantity"] is None or counted["redeemed_quantity"] <= counted["quantity"]


def test_publish_count_equals_publications(world: World) -> None:
    counted = Counter(key for row in documents(world, "publications") for key in row["vouchers_id"])
    for voucher in documents(world, "vouchers"):
        assert voucher["publish"]["count"] == counted[voucher["id"]]


def test_balances_are_the_sum_of_transactions_and_never_negative(world: World) -> None:
    moved: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in documents(world, "transactions"):
        moved[row["voucher_id"]].append(row["details"]["balance"])
    initial = dict(zip(world.tables["vouchers"].column("id"), world.tables["vouchers"].column("amount"), strict=True))
    cards = [voucher for voucher in documents(world, "vouchers") if voucher["type"] != "DISCOUNT_VOUCHER"]
    assert moved
    assert cards
    for voucher in cards:
        card, running = voucher.get("gift") or voucher["loyalty_card"], initial[voucher["id"]]
        for change in moved[voucher["id"]]:
            running += change.get("amount", change.get("points"))
            assert change["balance"] == running >= 0
        assert card["balance"] == running


def test_card_parts_add_up_to_the_balance(world: World) -> None:
    for voucher in documents(world, "vouchers"):
        redeemed = voucher["redemption"]
        if voucher["type"] == "GIFT_VOUCHER":
            gift = voucher["gift"]
            assert gift["balance"] == gift["amount"] - gift["subtracted_amount"] - redeemed["redeemed_amount"]
        if voucher["type"] == "LOYALTY_CARD":
            card = voucher["loyalty_card"]
            gone = card["expired_points"] + card["subtracted_points"] + redeemed["redeemed_points"]
            assert card["balance"] == card["points"] - gone


def test_active_buckets_hold_the_whole_balance(world: World) -> None:
    left: Counter[str] = Counter()
    for bucket in documents(world, "points_expiration"):
        if bucket["status"] == "ACTIVE":
            left[bucket["voucher_id"]] += bucket["bucket"]["total_points"]
    for voucher in documents(world, "vouchers"):
        if voucher["type"] == "LOYALTY_CARD":
            assert left[voucher["id"]] == voucher["loyalty_card"]["balance"]


def test_every_loyalty_and_gift_transaction_type_appears(world: World) -> None:
    assert set(world.tables["transactions"].column("type")) == {
        "CREDITS_REDEMPTION",
        "CREDITS_REFUND",
        "CREDITS_ADDITION",
        "CREDITS_REMOVAL",
        "POINTS_ACCRUAL",
        "POINTS_REDEMPTION",
        "POINTS_REFUND",
        "POINTS_ADDITION",
        "POINTS_REMOVAL",
        "POINTS_EXPIRATION",
        "POINTS_TRANSFER_IN",
        "POINTS_TRANSFER_OUT",
        "PENDING_POINTS_ACTIVATION",
    }
    due = world.tables["pending_points"].column("activates_at")
    assert any(day < "2026-08-15" for day in due)
    assert any(day > "2026-08-15" for day in due)


def test_rollbacks_mirror_what_they_undo(world: World) -> None:
    rows = {row["id"]: row for row in documents(world, "redemptions")}
    undone = [row for row in rows.values() if row["object"] == "redemption_rollback" and row["result"] == "SUCCESS"]
    assert len(undone) > 50
    for row in undone:
        original = rows[row["redemption"]]
        assert original["status"] == "ROLLED_BACK"
        assert row["date"] >= original["date"]
        assert row.get("amount", 0) == -original.get("amount", 0)
        if row["order"] is not None:
            assert row["order"]["total_applied_discount_amount"] <= 0
            assert row["order"]["amount"] == -original["order"]["amount"]


def test_stacks_have_a_parent_that_points_at_itself_and_children(world: World) -> None:
    rows = documents(world, "redemptions")
    parents = [row for row in rows if row["related_object_type"] == "redemption" and row["object"] == "redemption"]
    assert parents
    for parent in parents:
        children = [row for row in rows if row["object"] == "redemption" and row.get("redemption") == parent["id"]]
        assert parent["related_object_id"] == parent["id"]
        assert {child["related_object_type"] for child in children} == {"voucher", "promotion_tier"}
        assert {child["order"]["id"] for child in children} == {parent["order"]["id"]}
        applied = sum(child["order"]["total_applied_discount_amount"] for child in children)
        assert applied == parent["order"]["total_applied_discount_amount"]


def test_some_failures_belong_to_no_campaign(world: World) -> None:
    orphans = [row for row in documents(world, "redemptions") if row["related_object_id"] is None]
    assert orphans
    for row in orphans:
        assert row["result"] == "FAILURE"
        assert "voucher" not in row
        assert row["customer"] is row["order"] is None


def test_old_redemptions_carry_no_status(world: World) -> None:
    assert any("status" not in row for row in documents(world, "redemptions"))


def test_one_day_shows_a_failure_spike(world: World) -> None:
    failed = world.truth.days(world.campaign("Autumn Warm-Up")["id"], "redemptions_failed")
    assert failed["2026-08-06"] > 3 * sum(failed.values()) / 75


def test_orders_items_add_up(world: World) -> None:
    for order in documents(world, "orders"):
        assert sum(item["amount"] for item in order["items"]) == order["amount"]
        assert 0 <= order["total_discount_amount"] <= order["amount"]


def test_tier_summaries_equal_their_rows(world: World) -> None:
    count: Counter[str] = Counter()
    discount: Counter[str] = Counter()
    for row in documents(world, "redemptions"):
        if row["related_object_type"] == "promotion_tier" and row["result"] == "SUCCESS":
            count[row["related_object_id"]] += 1 if row["object"] == "redemption" else -1
            discount[row["related_object_id"]] += row["order"]["total_applied_discount_amount"]
    assert count
    for tier in documents(world, "promotion_tiers"):
        assert tier["summary"]["redemptions"]["total_redeemed"] == count[tier["id"]]
        assert tier["summary"]["orders"]["total_discount_amount"] == discount[tier["id"]]


def test_customer_summary_equals_their_rows(world: World) -> None:
    mine: dict[str, Counter[str]] = defaultdict(Counter)
    for row in documents(world, "redemptions"):
        mine[row["customer_id"]][f"{row['object']} {row['result']}"] += 1
    for customer in documents(world, "customers"):
        counted = customer["summary"]["redemptions"]
        assert counted["total_succeeded"] == mine[customer["id"]]["redemption SUCCESS"]
        assert counted["total_failed"] == mine[customer["id"]]["redemption FAILURE"]
        assert counted["total_rollback_succeeded"] == mine[customer["id"]]["redemption_rollback SUCCESS"]


def test_referrals_agree_between_customers_holders_and_truth(world: World) -> None:
    by_campaign = Counter(
        referral["campaign_id"]
        for customer in documents(world, "customers")
        for referral in customer["referrals"]["campaigns"]
    )
    referees = Counter(row["campaign_id"] for row in documents(world, "holders") if row["holder_role"] == "REFEREE")
    assert by_campaign == referees
    assert sum(by_campaign.values()) > 20
    kinds = {one.related_object_type for known in world.referrals.values() for one in known}
    assert kinds == {"redemption", "event"}
    for campaign, referred in by_campaign.items():
        assert world.truth.total(campaign, "referred_customers") == referred


def test_activity_covers_each_customer_in_order_of_time(world: World) -> None:
    table = world.tables["customer_activity"]
    assert list(table.column("created_at")) == sorted(table.column("created_at"))
    kinds = set(table.column("type"))
    assert {"customer.created", "customer.redemption.failed", "customer.rewarded.loyalty_points"} <= kinds
    shown = table.document(len(table) // 2)
    assert shown["data"]["data"]["customer"]["id"] == table.column("customer_id")[len(table) // 2]


def test_api_log_names_campaigns_with_both_bodies(world: World) -> None:
    rows = documents(world, "api_log")
    key = world.campaign("Autumn Warm-Up")["id"]
    about = [row for row in rows if key in f"{row['url']}{row['response_body']}"]
    assert {row["method"] for row in about} >= {"POST"}
    assert json.loads(about[0]["request_body"])["name"] == "Autumn Warm-Up"


def test_rules_use_boolean_logic_over_conditions_that_exist(world: World) -> None:
    rules = documents(world, "validation_rules")
    assert any("(" in rule["rules"]["logic"] for rule in rules)
    for rule in rules:
        named = {word for word in rule["rules"]["logic"].replace("(", " ").replace(")", " ").split() if word.isdigit()}
        assert named == set(rule["rules"]) - {"logic"}
    counted = Counter(row["rule_id"] for row in documents(world, "validation_rules_assignments"))
    assert {rule["id"]: rule["assignments_count"] for rule in rules} == {
        rule["id"]: counted[rule["id"]] for rule in rules
    }


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(10, [1, 1, 1], [4, 3, 3]), (0, [1, 2], [0, 0]), (7, [0, 1], [0, 7]), (5, [2, 0, 3], [2, 0, 3]), (0, [0], [0])],
)
def test_apportion(total: int, weights: list[float], parts: list[int]) -> None:
    assert apportion(total, weights) == parts


def test_apportion_needs_somebody_to_share_among() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        apportion(3, [0.0, 0.0])
