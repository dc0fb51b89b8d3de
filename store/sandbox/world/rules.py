"""Validation rules as shops write them, and what they are assigned to (schemas ValidationRule, …Assignment)."""

from random import Random
from typing import Any

from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.programs import Program
from store.sandbox.world.showpieces import LOYALTY, PROMOTIONS
from store.sandbox.world.vocabulary import PRODUCTS


def _when(name: str, operator: str, *values: Any, field: str | None = None) -> Document:
    return {"name": name, "property": field, "conditions": {operator: list(values)}, "rules": {}}


def _include(product: int) -> Document:
    key, source_id, _, _ = PRODUCTS[product]
    return {"object": "product", "id": key, "source_id": source_id, "effect": "APPLY_TO_EVERY", "quantity_limit": 3}


_LIMIT = {"message": "This code has given all it can. [/b]"}
_SEGMENT = "seg_3c1f9b7d20"
_TEMPLATES: tuple[tuple[str, Document, str, list[Document], Document | None], ...] = (
    ("Order above 50", {"1": _when("order.amount", "$more_than", 5_000), "logic": "1"},
     "campaign.discount_coupons", [], None),
    ("New or VIP, with a real basket",
     {"1": _when("order.amount", "$more_than_or_equal", 3_000), "2": _when("customer.segment", "$is", _SEGMENT),
      "3": _when("customer.orders.count", "$is", 0), "logic": "1 and (2 or 3)"},
     "campaign.discount_coupons", [], {"message": "Only for new customers and club members."}),
    ("Coffee only", {"1": _when("order.items.quantity", "$more_than", 1), "logic": "1"},
     "campaign.discount_coupons.discount.apply_to_items", [_include(2), _include(0)], None),
    ("Campaign budget 20,000",
     {"1": _when("campaign.discount_amount", "$less_than_or_equal", 2_000_000), "logic": "1"},
     "campaign.discount_coupons", [], _LIMIT),
    ("Twice per customer, 500 in all",
     {"1": _when("redemption.count.per_customer", "$less_than_or_equal", 2),
      "2": _when("redemption.count.per_campaign", "$less_than_or_equal", 500), "logic": "1 and 2"},
     "campaign.discount_coupons", [], _LIMIT),
    ("Not the outlet, Poland or Germany",
     {"1": _when("order.metadata", "$is_not", "outlet", field="store"),
      "2": _when("customer.metadata", "$is", "PL", "DE", field="country"), "logic": "1 and 2"},
     "campaign.gift_vouchers", [], None),
    ("Gift spending per day", {"1": _when("redemption.gift_amount.per_day", "$less_than_or_equal", 50_000),
     "logic": "1"}, "campaign.gift_vouchers", [], None),
    ("Referee has never ordered", {"1": _when("customer.orders.count", "$is", 0), "logic": "1"},
     "campaign.referral_program", [], {"message": "\x1b[31mYou are a customer already\u202e"}),
    ("Tier needs three items", {"1": _when("order.items.every", "$more_than", 2), "logic": "1"},
     "campaign.promotion", [], None),
    ("Earning on full price", {"1": _when("order.amount", "$more_than", 1_000), "logic": "1"},
     "earning_rule.order.paid", [], None),
    ("[@click=app.quit]Rule[/]", {"1": _when("api_key.name", "$is", "=cmd()"),
     "2": _when("order.items.price_any", "$is", 150_000), "logic": "1 or not 2"},
     "campaign.discount_coupons", [], None),
)  # fmt: skip


def make_rules(
    rng: Random, now: int, plans: list[CampaignPlan], programs: dict[str, Program]
) -> tuple[list[Document], list[Document]]:
    """All validation rules and their assignments; `assignments_count` counts them."""
    rules: list[Document] = [
        {
            "id": f"val_{rng.getrandbits(48):012x}",
            "name": name,
            "rules": logic,
            **({"error": error} if error else {}),
            "applicable_to": {"excluded": [], "included": included, "included_all": not included},
            "created_at": moments.text(now - (430 - 3 * i) * moments.DAY + i),
            "updated_at": moments.text(now - (40 + i) * moments.DAY) if i % 3 == 0 else None,
            "type": "basic" if included else "advanced",
            "context_type": context,
            "assignments_count": 0,
            "object": "validation_rules",
        }
        for i, (name, logic, context, included, error) in enumerate(_TEMPLATES)
    ]
    targets: list[tuple[int, str, str, int]] = []
    for i, plan in enumerate(plans):
        targets += [(rule, plan.id, "campaign", plan.created) for rule in _for_campaign(plan, i)]
        targets += [(8, tier.id, "promotion_tier", plan.created) for tier in plan.tiers[1:]]
        if plan.id in programs:
            targets.append((9, programs[plan.id].rules[1].id, "earning_rule", plan.created))
    assignments = []
    for rule, related_id, related_type, created in targets:
        rules[rule]["assignments_count"] += 1
        assignments.append(
            {
                "id": f"asgm_{rng.getrandbits(64):016x}",
                "rule_id": rules[rule]["id"],
                "related_object_id": related_id,
                "related_object_type": related_type,
                "created_at": moments.text(created + moments.MINUTE),
                "object": "validation_rules_assignment",
            }
        )
    return rules, assignments


def _for_campaign(plan: CampaignPlan, position: int) -> tuple[int, ...]:
    if plan.kind in (LOYALTY, PROMOTIONS) or position % 5 == 3:
        return ()
    if plan.kind == "GIFT_VOUCHERS":
        return (5, 6)[: 1 + position % 2]
    if plan.kind == "REFERRAL_PROGRAM":
        return (7,)
    return ((3, 4), (1,), (0,), (2,), (1, 3), (10,))[position % 6]
