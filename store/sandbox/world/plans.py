"""Campaign plans: ideas turned into instants, ids and exact shares of codes and traffic."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from store.sandbox.table import Document
from store.sandbox.world import benefits, moments
from store.sandbox.world.showpieces import BIG, COUPONS, GIFTS, LOYALTY, PROMOTIONS, SHOWPIECES, Idea, TierIdea
from store.sandbox.world.sizes import Sizes
from store.sandbox.world.terms import Terms, terms_of
from store.sandbox.world.vocabulary import MONTHS, PLACES, THEMES, TIDY, Words

SUMMARY_EPOCH = moments.instant("2025-06-17T00:00:00.000Z")
"""Campaigns created earlier have no summary (API §4.1)."""

_VOUCHER_TYPES = {GIFTS: "GIFT_VOUCHER", LOYALTY: "LOYALTY_CARD"}


@dataclass(slots=True)
class TierPlan:
    """A promotion tier with its id; instants in milliseconds, None for open."""

    id: str
    idea: TierIdea
    start: int | None
    end: int | None


@dataclass(slots=True)
class CampaignPlan:
    """A campaign before its traffic; instants in milliseconds.

    `vouchers`, `publications` and `redemptions` are the exact numbers of rows it will get.
    """

    id: str
    idea: Idea
    name: str
    created: int
    updated: int | None
    start: int | None
    end: int | None
    category: int | None
    metadata: Document
    tiers: list[TierPlan]
    terms: Terms
    vouchers: int = 0
    publications: int = 0
    redemptions: int = 0

    @property
    def kind(self) -> str:
        """The API's `campaign_type`."""
        return self.idea.kind

    @property
    def voucher_type(self) -> str:
        """The type of this campaign's codes."""
        return _VOUCHER_TYPES.get(self.idea.kind, "DISCOUNT_VOUCHER")

    @property
    def initial_value(self) -> int:
        """What a new card holds: minor units or points; 0 for discount codes."""
        value = {GIFTS: "amount", LOYALTY: "points"}.get(self.kind)
        return int(self.idea.benefit[value]) if value else 0

    def window(self, earliest: int, now: int) -> tuple[int, int]:
        """From when to when it was in use, within `earliest`..`now`; empty when it has not begun."""
        begin = max(earliest, self.created + moments.HOUR, self.start or 0)
        until = now if self.idea.active else now - 12 * moments.DAY
        return begin, min(until, until if self.end is None else self.end)


def make_plans(rng: Random, now: int, sizes: Sizes, words: Words) -> list[CampaignPlan]:
    """Every campaign of a world, in creation order of the catalogue, with its exact sizes."""
    ideas = list(SHOWPIECES[: sizes.campaigns])
    taken = {idea.name for idea in ideas}
    while len(ideas) < sizes.campaigns:
        ideas.append(_seasonal(rng, now, len(ideas), taken))
    plans = [_plan(rng, now, idea, i, words) for i, idea in enumerate(ideas)]
    big = None
    if sizes.big_vouchers:
        big = _plan(rng, now, BIG, 1, words)
        big.vouchers, big.redemptions = sizes.big_vouchers, sizes.big_redemptions
        big.publications = min(sizes.big_vouchers // 50, sizes.publications // 4)
    _share(plans, now, sizes, big)
    return plans if big is None else [*plans, big]


def _plan(rng: Random, now: int, idea: Idea, position: int, words: Words) -> CampaignPlan:
    jitter = rng.randrange(moments.HOUR)
    created = now + int(idea.created * moments.DAY) - jitter
    if idea.before_summaries:
        created = min(created, SUMMARY_EPOCH - (5 + position) * moments.DAY)
    touched = created + int((now - created) * rng.uniform(0.2, 0.95))
    metadata: Document = {"team": rng.choice(("crm", "retail", "świat ✓")), "budget_code": 4100 + position}
    if position % 7 == 2:
        metadata["note"] = words.notes[position % len(words.notes)]
    return CampaignPlan(
        id=f"camp_{rng.getrandbits(96):024x}",
        idea=idea,
        name=dict(zip(TIDY.names, words.names, strict=True)).get(idea.name, idea.name),
        created=created,
        updated=touched if position % 4 else None,
        start=_midnight(now, idea.start),
        end=_midnight(now, idea.end),
        category=None if position % 3 == 1 else position % len(words.categories),
        metadata=metadata,
        tiers=[
            TierPlan(f"promo_{rng.getrandbits(96):024x}", tier, _midnight(now, tier.start), _midnight(now, tier.end))
            for tier in idea.tiers
        ],
        terms=terms_of(idea.kind, shared=idea.type == "STANDALONE", position=position),
    )


def _midnight(now: int, days: float | None) -> int | None:
    return None if days is None else moments.day_of(now + int(days * moments.DAY)) * moments.DAY


def _seasonal(rng: Random, now: int, position: int, taken: set[str]) -> Idea:
    theme, kind = THEMES[(position * 7) % len(THEMES)]
    start = rng.uniform(-415, 25)
    length = rng.choice((7, 10, 14, 21, 30, 45))
    day = moments.text(now + int(start * moments.DAY))
    name = f"{theme} {PLACES[position % len(PLACES)]} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"
    while name in taken:
        name += " again"
    taken.add(name)
    open_ended = kind == LOYALTY or position % 23 == 0
    return Idea(
        name=name,
        kind=kind,
        benefit=_seasonal_benefit(rng, kind),
        start=start,
        end=None if open_ended else start + length,
        created=min(-1.0, start - rng.uniform(1, 12)),
        type="AUTO_UPDATE" if kind == LOYALTY or position % 11 == 5 else "STATIC",
        active=position % 17 != 3,
        quantity=rng.choice((1, 1, 1, 2, 5)) if kind == COUPONS else None,
        weight=rng.uniform(0.3, 1.8) if kind != LOYALTY else 0.7,
        failure_rate=rng.uniform(0.03, 0.18),
        rollback_rate=rng.uniform(0.01, 0.06),
        extras={"referral_program": {"conversion_event_type": "redemption"}} if kind == "REFERRAL_PROGRAM" else {},
        tiers=_seasonal_tiers(rng) if kind == PROMOTIONS else (),
    )


def _seasonal_benefit(rng: Random, kind: str) -> Document:
    if kind == GIFTS:
        return benefits.gift(rng.choice((1_000, 2_500, 5_000)))
    if kind == LOYALTY:
        return benefits.loyalty_card(0, rng.choice((3, 12, 24)))
    if kind == PROMOTIONS:
        return {}
    if rng.random() < 0.6:
        return benefits.percent(rng.choice((5, 10, 15, 20)), rng.choice((None, 4_000)))
    return benefits.amount(rng.choice((500, 1_000, 1_500)))


def _seasonal_tiers(rng: Random) -> tuple[TierIdea, ...]:
    steps = rng.randint(1, 4)
    return tuple(TierIdea(f"Step {i + 1}", benefits.percent(5 * (i + 1), 8_000), least=3_000 * i) for i in range(steps))


def _share(plans: Sequence[CampaignPlan], now: int, sizes: Sizes, big: CampaignPlan | None) -> None:
    """Give every plan its part of the totals; exact by largest remainders."""
    earliest = now - sizes.months * 30 * moments.DAY
    used = [plan.window(earliest, now) for plan in plans]
    traffic = [
        plan.idea.weight * min(1.0, max(0.0, (end - begin) / (60 * moments.DAY)) ** 0.5)
        if plan.idea.status not in ("DRAFT", "FAILED", "IN_PROGRESS")
        else 0.0
        for plan, (begin, end) in zip(plans, used, strict=True)
    ]
    single = [plan.idea.type == "STANDALONE" for plan in plans]
    none = [plan.kind == PROMOTIONS or plan.idea.status in ("DRAFT", "FAILED") for plan in plans]
    codes = [
        0.0 if is_single or is_none else 0.2 * plan.idea.weight + (plan.idea.weight if plan.kind == LOYALTY else share)
        for plan, share, is_single, is_none in zip(plans, traffic, single, none, strict=True)
    ]
    free = sizes.vouchers - sum(single) - (big.vouchers if big else 0)
    for plan, extra, is_single in zip(plans, apportion(free, codes), single, strict=True):
        plan.vouchers = extra + is_single
    published = [
        0.0 if plan.kind == PROMOTIONS or not plan.vouchers else share
        for plan, share in zip(plans, traffic, strict=True)
    ]
    for plan, rows in zip(
        plans, apportion(sizes.publications - (big.publications if big else 0), published), strict=True
    ):
        plan.publications = rows
    rows_left = sizes.redemptions - (big.redemptions if big else 0) - orphan_rows(sizes) - stack_rows(sizes)
    for plan, rows in zip(plans, apportion(rows_left, traffic), strict=True):
        plan.redemptions = rows


def orphan_rows(sizes: Sizes) -> int:
    """How many failed redemptions have no voucher, customer or order and belong to no campaign (API §11.6)."""
    return max(2, sizes.redemptions // 200)


def stack_count(sizes: Sizes) -> int:
    """How many orders were paid with two redeemables at once."""
    return max(2, sizes.redemptions // 800)


def stack_rows(sizes: Sizes) -> int:
    """Rows that stacks take: a parent and two children each, and three rollbacks for every second one."""
    return 3 * stack_count(sizes) + 3 * (stack_count(sizes) // 2)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` by weights into whole parts that add up exactly (largest remainders).

    Raises:
        ValueError: when there is something to split and no weight.
    """
    scale = sum(weights)
    if not scale:
        if total > 0:
            raise ValueError("nothing to share among")
        return [0] * len(weights)
    exact = [max(0, total) * weight / scale for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: max(0, total) - sum(parts)]:
        parts[i] += 1
    return parts
