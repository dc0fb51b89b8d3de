"""Validation rules as shops write them, and what they are assigned to (schemas ValidationRule, …Assignment).

Names of conditions are the vendor's. What a rule asks is what the traffic kept to: `store.sandbox.world.terms`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.notes import RedemptionNote
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.programs import Program
from store.sandbox.world.terms import PERIODS, TOTALS
from store.sandbox.world.vocabulary import PRODUCTS, Words

CLUB = "seg_3c1f9b7d20"
"""The segment that rules name."""


@dataclass(slots=True)
class Usage:
    """What a campaign's successful redemptions came to; orders in minor units, days and months of the server."""

    orders: int = 0
    count: int = 0
    days: Counter[int] = field(default_factory=Counter)
    months: Counter[int] = field(default_factory=Counter)


def usage_by_campaign(notes: Iterable[RedemptionNote]) -> dict[str, Usage]:
    """Usage by campaign id; rollbacks free nothing."""
    found: dict[str, Usage] = {}
    for note in notes:
        if note.plan is None or note.failure or note.undoes is not None:
            continue
        usage = found.setdefault(note.plan.id, Usage())
        usage.orders += note.order.amount if note.order else 0
        usage.count += 1
        usage.days[moments.day_of(note.ms)] += 1
        usage.months[moments.month_start(note.ms)] += 1
    return found


def _when(name: str, operator: str, *values: Any, field: str | None = None) -> Document:
    return {"name": name, "property": field, "conditions": {operator: list(values)}, "rules": {}}


def _all(*conditions: Document) -> Document:
    numbered = {str(i + 1): condition for i, condition in enumerate(conditions)}
    return {**numbered, "logic": " and ".join(numbered)}


def _include(product: int) -> Document:
    key, source_id, _, _ = PRODUCTS[product]
    return {"object": "product", "id": key, "source_id": source_id, "effect": "APPLY_TO_EVERY", "quantity_limit": 3}


@dataclass(frozen=True, slots=True)
class _Shared:
    """A rule that several campaigns use."""

    name: str
    rules: Document
    context: str
    message: str = ""
    products: tuple[int, ...] = ()
    bundle: Document = field(default_factory=dict)


def _tier_rule(least: int) -> _Shared:
    basket = _when("order.amount", "$more_than_or_equal", least)
    return _Shared(f"Basket of at least {least // 100}", _all(basket), "campaign.promotion")


def _shared(words: Words) -> dict[str, _Shared]:
    mark = words.mark
    return {
        "basket": _Shared(
            "Order of at least 50", _all(_when("order.amount", "$more_than_or_equal", 5_000)),
            "campaign.discount_coupons", "Put a little more into your basket: 50.00 at least.",
        ),
        "members": _Shared(
            "Club members with a real basket",
            {"1": _when("order.amount", "$more_than_or_equal", 3_000), "2": _when("customer.segment", "$is", CLUB),
             "3": _when("customer.metadata", "$is", "PL", field="country"), "logic": "1 and (2 or 3)"},
            "campaign.discount_coupons", f"Only for club members, from 30.00 on.{mark}",
        ),
        "coffee": _Shared(
            "Coffee only", {"logic": ""}, "campaign.discount_coupons.discount.apply_to_items", products=(2, 0),
            bundle=_all(_when("order.items.any", "$is", {"id": PRODUCTS[2][0], "type": "product_or_sku"})),
        ),
        "marketplace": _Shared(
            f"Not on the marketplace{mark}",
            {"1": _when("order.metadata", "$is_not", "marketplace", field="channel"),
             "2": _when("order.items.price_any", "$more_than", 150_000), "logic": "1 or not 2"},
            "campaign.discount_coupons",
        ),
        "region": _Shared(
            "Poland and Germany, not the outlet",
            _all(_when("order.metadata", "$is_not", "outlet", field="store"),
                 _when("customer.metadata", "$in", "PL", "DE", field="country")),
            "campaign.gift_vouchers",
        ),
        "referee": _Shared(
            "First order of a friend", _all(_when("order.amount", "$more_than_or_equal", 2_000)),
            "campaign.referral_program", f"The gift of your friend needs an order of 20.00.{mark}",
        ),
        "earning": _Shared(
            "Earning on orders above 10", _all(_when("order.amount", "$more_than", 1_000)), "earning_rule.order.paid",
        ),
    }  # fmt: skip


class _Book:
    """The rules and assignments written so far."""

    def __init__(self, rng: Random, now: int, words: Words) -> None:
        self.rules: dict[str, Document] = {}
        self.assignments: list[Document] = []
        self._rng = rng
        self._now = now
        self._shared = _shared(words)

    def rule(self, key: str, written: _Shared | None = None, created: int | None = None) -> Document:
        """The rule with this key, written down when it is first named."""
        if key not in self.rules:
            self.rules[key] = self._document(written or self._shared[key], created)
        return self.rules[key]

    def _document(self, written: _Shared, created: int | None) -> Document:
        i, rng = len(self.rules), self._rng
        included = [_include(product) for product in written.products]
        document: Document = {
            "id": f"val_{rng.getrandbits(48):012x}",
            "name": written.name,
            "rules": written.rules,
            "bundle_rules": written.bundle,
            "applicable_to": {"excluded": [], "included": included, "included_all": False},
            "created_at": moments.text(self._now - (430 - 3 * i) * moments.DAY + i if created is None else created),
            "updated_at": moments.text(self._now - (2 + i) * moments.HOUR) if i % 3 == 0 else None,
            "type": "basic" if included else "advanced",
            "context_type": written.context,
            "assignments_count": 0,
            "object": "validation_rules",
        }
        return {**document, "error": {"message": written.message}} if written.message else document

    def assign(self, rule: Document, related_id: str, related_type: str, created: int) -> None:
        """Let a rule hold for a campaign, a tier or an earning rule."""
        rule["assignments_count"] += 1
        self.assignments.append(
            {
                "id": f"asgm_{self._rng.getrandbits(64):016x}",
                "rule_id": rule["id"],
                "related_object_id": related_id,
                "related_object_type": related_type,
                "created_at": moments.text(created + moments.MINUTE),
                "object": "validation_rules_assignment",
            }
        )


def make_rules(
    rng: Random,
    now: int,
    plans: list[CampaignPlan],
    programs: dict[str, Program],
    used: Mapping[str, Usage],
    words: Words,
) -> tuple[list[Document], list[Document]]:
    """All validation rules and their assignments; `assignments_count` counts them.

    Args:
        rng: the source of ids.
        now: the present, milliseconds.
        plans: every campaign.
        programs: loyalty programs by campaign id.
        used: what the traffic came to; limits lie above it.
        words: what people type.
    """
    book = _Book(rng, now, words)
    for i, plan in enumerate(plans):
        if plan.terms.rule:
            book.assign(book.rule(plan.terms.rule), plan.id, "campaign", plan.created)
        own = _own_rule(plan, used.get(plan.id, Usage()), spare=(104, 125, 180)[i % 3])
        if own is not None:
            book.assign(book.rule(plan.id, own, plan.created), plan.id, "campaign", plan.created)
        for tier in plan.tiers:
            if tier.idea.least:
                rule = book.rule(f"basket {tier.idea.least}", _tier_rule(tier.idea.least))
                book.assign(rule, tier.id, "promotion_tier", plan.created)
        if plan.id in programs:
            book.assign(book.rule("earning"), programs[plan.id].rules[1].id, "earning_rule", plan.created)
    return list(book.rules.values()), book.assignments


def _own_rule(plan: CampaignPlan, usage: Usage, spare: int) -> _Shared | None:
    """The limits of one campaign, `spare` hundredths of what was used; None when it has none."""
    terms, conditions = plan.terms, []
    reached = {
        TOTALS[0]: (usage.orders, 100_000),
        TOTALS[1]: (usage.count, 50),
        PERIODS[0]: (max(usage.days.values(), default=0), 5),
        PERIODS[1]: (max(usage.months.values(), default=0), 25),
    }
    for name in terms.caps:
        most, step = reached[name]
        conditions.append(_when(name, "$less_than_or_equal", step * (1 + most * spare // (100 * step))))
    if terms.per_customer is not None:
        conditions.append(_when("redemption.count.per_customer", "$less_than_or_equal", terms.per_customer))
    if not conditions:
        return None
    if terms.least_order and not terms.rule:
        conditions.append(_when("order.amount", "$more_than_or_equal", terms.least_order))
    context = "campaign.gift_vouchers" if plan.kind == "GIFT_VOUCHERS" else "campaign.discount_coupons"
    return _Shared(f"{plan.name}: limits", _all(*conditions), context, "This offer has reached its limit.")
