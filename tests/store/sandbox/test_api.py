"""The sandbox speaks like the API: refusals, rules, writes, lists of nothing, ways to name a customer."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from store.sandbox import Sandbox
from store.sandbox.world import Sizes, World
from tests.support.sandbox_asking import NOW, Asker, ask_tiny
from tests.support.sizes import TINY

RULE_NAMES = {
    "customer.segment", "customer.metadata", "order.amount", "order.items.any", "order.items.price_any",
    "order.metadata", "campaign.orders.amount", "campaign.redemptions.count", "redemption.count.per_customer",
    "redemption.count.daily", "redemption.count.monthly",
}  # fmt: skip
PAIRS = {
    "voucher_disabled": "voucher is disabled",
    "promotion_inactive": "Inactive Promotion",
    "not_found": "Resource not found",
    "missing_customer": "Missing customer",
    "loyalty_card_points_exceeded": "loyalty card points exceeded",
    "customer_rules_violated": "customer does not match validation rules",
    "already_rolled_back": "Already rolled back",
}
"""Codes whose messages the documentation gives."""
SIZES = Sizes(campaigns=45, customers=300, vouchers=2_500, redemptions=5_000, publications=1_600, accruals=800)


@pytest.fixture(scope="module")
def asker() -> Asker:
    return ask_tiny()


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, now=NOW, sizes=SIZES)


def shown(world: World, table: str) -> list[dict[str, Any]]:
    return list(world.tables[table].documents())


def by_id(world: World, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in shown(world, table)}


@dataclass
class Shop:
    """Documents by id, and the conditions that hold for each campaign and tier."""

    vouchers: dict[str, dict[str, Any]]
    customers: dict[str, dict[str, Any]]
    campaigns: dict[str, dict[str, Any]]
    tiers: dict[str, dict[str, Any]]
    conditions: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, world: World) -> "Shop":
        rules = by_id(world, "validation_rules")
        held: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in shown(world, "validation_rules_assignments"):
            rule = rules[one["rule_id"]]["rules"]
            held[one["related_object_id"]] += [condition for key, condition in rule.items() if key != "logic"]
        vouchers, customers = by_id(world, "vouchers"), by_id(world, "customers")
        return cls(vouchers, customers, by_id(world, "campaigns"), by_id(world, "promotion_tiers"), held)

    def case(self, row: dict[str, Any]) -> "Case":
        """A redemption with what it was about."""
        voucher = self.vouchers.get(row.get("voucher", {}).get("id", ""), {})
        tier = self.tiers.get(row.get("promotion_tier", {}).get("id", ""), {})
        campaign = voucher.get("campaign_id") or tier.get("campaign_id") or ""
        held = self.conditions[tier.get("id") or campaign]
        customer = self.customers.get(row["customer_id"] or "", {})
        return Case(row, voucher, tier, self.campaigns.get(campaign, {}), customer, held)


@dataclass
class Case:
    """One redemption and its evidence."""

    row: dict[str, Any]
    voucher: dict[str, Any]
    tier: dict[str, Any]
    campaign: dict[str, Any]
    customer: dict[str, Any]
    conditions: list[dict[str, Any]]

    def asked(self, name: str) -> Any:
        """The value of the condition with this name; None without one."""
        values = [value for one in self.conditions if one["name"] == name for value in one["conditions"].values()]
        return None if not values else values[0] if name == "customer.metadata" else values[0][0]

    @property
    def order(self) -> int:
        return int((self.row["order"] or {}).get("amount", 0))

    @property
    def country(self) -> Any:
        return self.customer.get("metadata", {}).get("country")


PROOFS: dict[str, Callable[[Case], bool]] = {
    "order_rules_violated": lambda case: 0 < case.order < case.asked("order.amount"),
    "customer_rules_violated": lambda case: case.country not in case.asked("customer.metadata"),
    "redemption_rules_violated": lambda case: case.asked("redemption.count.per_customer") is not None,
    "quantity_exceeded": lambda case: case.voucher["redemption"]["quantity"] is not None,
    "voucher_expired": lambda case: case.voucher["expiration_date"] < case.row["date"],
    "voucher_not_active": lambda case: case.row["date"] < case.voucher["start_date"],
    "voucher_not_active_now": lambda case: any(name.startswith("validity_") for name in case.campaign),
    "voucher_disabled": lambda case: case.voucher["active"] is False,
    "gift_amount_exceeded": lambda case: case.order > 0,
    "loyalty_card_points_exceeded": lambda case: case.voucher["type"] == "LOYALTY_CARD",
    "missing_customer": lambda case: case.row["customer"] is None,
    "missing_order": lambda case: case.row["order"] is None,
    "not_found": lambda case: not case.voucher,
    "promotion_inactive": lambda case: case.tier["active"] is False,
    "promotion_not_active_now": lambda case: (
        case.row["date"] < case.tier.get("start_date", "") or case.row["date"] >= case.tier["expiration_date"]
    ),
}


def test_rules_have_the_documented_shape_and_the_vendors_names(world: World) -> None:
    names = set()
    for rule in shown(world, "validation_rules"):
        assert set(rule["applicable_to"]) == {"excluded", "included", "included_all"}
        assert isinstance(rule["bundle_rules"], dict)
        assert "error" not in rule or set(rule["error"]) == {"message"}
        for part in (rule["rules"], rule["bundle_rules"]):
            names |= {condition["name"] for key, condition in part.items() if key != "logic"}
    assert names == RULE_NAMES


def test_messages_are_those_the_documentation_pairs_with_their_codes(world: World) -> None:
    failed = [row for row in shown(world, "redemptions") if "failure_code" in row]
    pairs = {row["failure_code"]: row["failure_message"] for row in failed}
    assert {code: pairs[code] for code in PAIRS} == PAIRS
    assert all(pairs.values())


def test_every_refusal_is_proved_by_the_records(world: World) -> None:
    shop, seen = Shop.of(world), set()
    for row in shown(world, "redemptions"):
        code = row.get("failure_code")
        if code is not None and row["object"] == "redemption":
            assert PROOFS[code](shop.case(row)), (code, row)
            seen.add(code)
    assert len(seen) >= 13


def test_what_succeeded_kept_to_the_rules(world: World) -> None:
    shop = Shop.of(world)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in shown(world, "redemptions"):
        if row["result"] != "SUCCESS" or row["object"] != "redemption":
            continue
        case = shop.case(row)
        assert case.order >= (case.asked("order.amount") or 0)
        countries = case.asked("customer.metadata")
        assert countries is None or not case.customer or case.country in countries
        sums = counted[case.campaign.get("id", "")]
        sums["campaign.redemptions.count"] += 1
        sums["campaign.orders.amount"] += case.order
        for part in (row["date"][:10], row["date"][:7], row["customer_id"]):
            sums[str(part)] += 1
    compared = set()
    for campaign, sums in counted.items():
        case = Case({}, {}, {}, {}, {}, shop.conditions[campaign])
        for name, value in sums.items():
            condition = {10: "redemption.count.daily", 7: "redemption.count.monthly"}.get(len(name), name)
            condition = "redemption.count.per_customer" if name.startswith("cust_") else condition
            most = case.asked(condition)
            if most is not None:
                assert value <= most, (campaign, name)
                compared.add(condition)
    assert len(compared) == 5


@pytest.mark.parametrize(
    "path", ["/v1/products", "/v1/product-collections", "/v1/locations", "/v1/templates/campaigns"]
)
def test_what_the_shop_does_not_keep_is_an_empty_list(asker: Asker, path: str) -> None:
    answer = asker.get(path)
    assert (answer["object"], answer[answer["data_ref"]], answer["total"]) == ("list", [], 0)


def test_areas_are_named_to_a_key_that_may_read_them(asker: Asker) -> None:
    named = {area["id"] for area in asker.rows("/v1/areas")}
    campaigns = asker.rows("/v1/campaigns", ("limit", "100"), ("expand", "access_settings_assignments"))
    used = {one["area_id"] for row in campaigns for one in row.get("access_settings_assignments", {}).get("data", [])}
    assert used
    assert used <= named
    sandbox = Sandbox(asker.sandbox.world, clock=asker.clock, areas=False)
    closed = Asker(sandbox, asker.clock, sandbox.respond)
    assert closed.get("/v1/areas", status=403)["key"] == "missing_required_permission"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/v1/campaigns", "/v1/vouchers/x/redemption", "/v1/qualifications", "/v1/nowhere"])
def test_a_viewer_may_not_write(asker: Asker, method: str, path: str) -> None:
    error = asker._document(asker.send(path, method=method), 403)
    assert (error["code"], error["key"]) == (403, "missing_required_permission")
    assert error["message"]
    assert re.fullmatch(r"v-[0-9a-f]{18}", error["request_id"])


def test_a_customer_is_found_by_id_source_id_and_email(asker: Asker) -> None:
    for customer in asker.rows("/v1/customers", ("limit", "20")):
        assert asker.get(f"/v1/customers/{customer['id']}")["id"] == customer["id"]
        if customer["source_id"]:
            found = asker.get(f"/v1/customers/{customer['source_id'].replace('/', '%2F')}")
            assert found["id"] == customer["id"]
        if customer["email"]:
            assert asker.ids("/v1/customers", ("email", customer["email"])) == [customer["id"]]


def test_the_default_world_is_tidy_and_the_hostile_one_is_not() -> None:
    def texts(hostile: bool) -> str:
        world = World(7, now=NOW, sizes=TINY, hostile=hostile)
        return str([shown(world, name) for name in world.tables])

    assert not re.search(r"\[/|\\x1b|\\u202e|=cmd|=1\+1|@click", texts(hostile=False))
    assert re.search(r"\[/\w*\].*\\x1b", texts(hostile=True))
