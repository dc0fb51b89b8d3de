"""Loyalty programs: tiers, earning rules, rewards and their assignments."""

from dataclasses import dataclass, field
from random import Random

from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.vocabulary import PRODUCTS


@dataclass(frozen=True, slots=True)
class EarningRule:
    """How points are earned: `points` for every `every` minor units, or flat when `every` is 0.

    `pending_days` is how long they wait before they count, 0 for not at all.
    """

    id: str
    points: int
    every: int
    pending_days: int
    event: str
    banner: str


@dataclass(frozen=True, slots=True)
class RewardOffer:
    """A reward as one program offers it: `cost` in points; a coin gives `value` minor units for it."""

    assignment_id: str
    reward_id: str
    name: str
    type: str
    cost: int
    value: int


@dataclass(frozen=True, slots=True)
class LoyaltyTier:
    """A step of the ladder, from and to in points (`to` None: no upper end)."""

    id: str
    name: str
    start: int
    end: int | None


@dataclass(slots=True)
class Program:
    """One loyalty campaign's configuration; `months` until points expire, None for never."""

    campaign_id: str
    months: int | None
    rules: list[EarningRule] = field(default_factory=list)
    rewards: list[RewardOffer] = field(default_factory=list)
    tiers: list[LoyaltyTier] = field(default_factory=list)

    def tier_of(self, points: int) -> LoyaltyTier | None:
        """The tier a balance belongs to."""
        for tier in reversed(self.tiers):
            if points >= tier.start:
                return tier
        return None


_RULES = (
    ("Points for every order", "order.paid", 1, 100, 0),
    ("Double on large baskets", "order.paid", 5, 1_000, 14),
    ("Welcome to the club", "customer.segment.entered", 50, 0, 0),
    ("Review written", "custom_event", 25, 0, 0),
)
_REWARDS = (
    ("Stoneware mug", "MATERIAL", 150, 0),
    ("Ten off the next order", "COIN", 100, 1_000),
    ("Gift card credit", "CAMPAIGN", 250, 2_500),
)
_LADDER = (("Bronze", 0, 199), ("Silver ✦", 200, 599), ("Gold", 600, None))


def make_program(rng: Random, plan: CampaignPlan) -> Program:
    """The program of a loyalty campaign."""

    def key(prefix: str) -> str:
        return f"{prefix}_{rng.getrandbits(96):024x}"

    rules = plan.idea.benefit.get("expiration_rules")
    return Program(
        campaign_id=plan.id,
        months=rules["period_value"] if rules else None,
        rules=[EarningRule(key("ern"), p, every, days, event, name) for name, event, p, every, days in _RULES],
        rewards=[RewardOffer(key("rewa"), key("rew"), name, kind, cost, value) for name, kind, cost, value in _REWARDS],
        tiers=[LoyaltyTier(key("ltr"), name, start, end) for name, start, end in _LADDER],
    )


def earning_rule_documents(plan: CampaignPlan, program: Program) -> list[Document]:
    """Schema EarningRule."""
    documents = []
    for i, rule in enumerate(program.rules):
        documents.append(
            {
                "id": rule.id,
                "created_at": moments.text(plan.created + i * moments.MINUTE),
                "updated_at": None if i else moments.text(plan.created + 20 * moments.DAY),
                "loyalty": _loyalty(rule),
                "event": rule.event,
                **({"segment": {"id": "seg_3c1f9b7d20"}} if rule.event.startswith("customer.segment") else {}),
                **({"custom_event": {"schema_id": "ce_9f21c07ab3"}} if rule.event == "custom_event" else {}),
                **(
                    {"pending_points": {"period_type": "DAY", "period_value": rule.pending_days}}
                    if rule.pending_days
                    else {}
                ),
                "source": {"banner": rule.banner, "object_id": plan.id, "object_type": "campaign"},
                "active": i != 3,
                "start_date": moments.optional_text(plan.start if i == 1 else None),
                "expiration_date": moments.optional_text(plan.end if i == 1 else None),
                "metadata": {"order": i},
                "validation_rule_id": None,
                "object": "earning_rule",
            }
        )
    return documents


def _loyalty(rule: EarningRule) -> Document:
    if not rule.every:
        return {"type": "FIXED", "points": rule.points}
    return {
        "type": "PROPORTIONAL",
        "calculation_type": "ORDER_AMOUNT",
        "order": {"amount": {"every": rule.every, "points": rule.points}},
    }


def tier_documents(plan: CampaignPlan, program: Program) -> list[Document]:
    """Schema LoyaltyTier; higher tiers earn a multiple."""
    first = program.rules[0].id
    return [
        {
            "id": tier.id,
            "name": tier.name,
            "campaign_id": plan.id,
            "metadata": {},
            "created_at": moments.text(plan.created + i * moments.MINUTE),
            "updated_at": None,
            "earning_rules": {first: {"type": "MULTIPLY", "multiplier": 1 + i * 0.5}} if i else {},
            "rewards": {program.rewards[0].assignment_id: {"type": "CUSTOM", "points": 150 - 25 * i}} if i else {},
            "points": {"from": tier.start, "to": tier.end},
            "config": {"points": {"from": tier.start, "to": tier.end}},
            "object": "loyalty_tier",
        }
        for i, tier in enumerate(program.tiers)
    ]


def reward_documents(plan: CampaignPlan, program: Program, gift_campaign: str | None) -> list[Document]:
    """Schema Reward; `redeemed` is filled in from the redemptions when one is shown."""
    return [
        {
            "id": offer.reward_id,
            "name": offer.name,
            "stock": 500 if offer.type == "MATERIAL" else None,
            "redeemed": 0,
            "attributes": {"description": f"{offer.cost} points"},
            "metadata": {},
            "type": offer.type,
            "parameters": _parameters(offer, gift_campaign),
            "created_at": moments.text(plan.created + i * moments.MINUTE),
            "updated_at": None,
            "object": "reward",
        }
        for i, offer in enumerate(program.rewards)
    ]


def _parameters(offer: RewardOffer, gift_campaign: str | None) -> Document:
    if offer.type == "COIN":
        return {"coin": {"exchange_ratio": offer.value, "points_ratio": offer.cost}}
    if offer.type == "CAMPAIGN":
        return {"campaign": {"id": gift_campaign, "balance": offer.value, "type": "GIFT_VOUCHERS"}}
    return {"product": {"id": PRODUCTS[1][0], "sku_id": None}}


def assignment_documents(plan: CampaignPlan, program: Program) -> list[Document]:
    """Schema RewardAssignment."""
    return [
        {
            "id": offer.assignment_id,
            "reward_id": offer.reward_id,
            "related_object_id": plan.id,
            "related_object_type": "campaign",
            "parameters": {"loyalty": {"points": offer.cost, "auto_redeem": False}},
            "created_at": moments.text(plan.created + i * moments.MINUTE),
            "updated_at": None,
            "object": "reward_assignment",
        }
        for i, offer in enumerate(program.rewards)
    ]
