"""The campaigns a reader looks for first. Days count from `now`; None leaves a date open."""

from dataclasses import dataclass, field

from store.sandbox.table import Document
from store.sandbox.world import benefits as b
from store.sandbox.world.vocabulary import TIDY

COUPONS, GIFTS, LOYALTY, REFERRALS, PROMOTIONS = (
    "DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "PROMOTION",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TierIdea:
    """A promotion tier: its discount, its own dates in days from now, and the least order in minor units."""

    name: str
    discount: Document
    start: float | None = None
    end: float | None = None
    active: bool = True
    least: int = 0


@dataclass(frozen=True, slots=True)
class Idea:
    """One campaign as its author thought of it.

    Attributes:
        name: the campaign's name in a tidy project.
        kind: the API's `campaign_type`.
        benefit: discount, gift or loyalty card by kind; unused by promotions.
        start: days from now, None for open.
        end: days from now, None for open-ended.
        created: days from now.
        type: STATIC, AUTO_UPDATE or STANDALONE.
        status: creation status.
        generation: status of the code generation.
        active: False for a campaign that was switched off.
        quantity: redemptions allowed per code, None for unlimited.
        weight: share of the traffic.
        failure_rate: share of attempts that fail.
        rollback_rate: share of successes rolled back later.
        spike: how many days ago an outage made redemptions fail, None for never.
        extras: further members of the campaign document.
        tiers: promotion tiers, first in hierarchy first.
        before_summaries: created before 17 June 2025, so without a summary (API §4.1).
    """

    name: str
    kind: str
    benefit: Document = field(default_factory=dict)
    start: float | None = None
    end: float | None = None
    created: float = -200
    type: str = "STATIC"
    status: str = "DONE"
    generation: str = "DONE"
    active: bool = True
    quantity: int | None = 1
    weight: float = 1.0
    failure_rate: float = 0.09
    rollback_rate: float = 0.04
    spike: int | None = None
    extras: Document = field(default_factory=dict)
    tiers: tuple[TierIdea, ...] = ()
    before_summaries: bool = False


_LADDER = (
    TierIdea("Spend 50, save 5", b.amount(500), least=5_000),
    TierIdea("Spend 100, save 12 %", b.percent(12), least=10_000),
    TierIdea("Spend 200, save 15 % up to 60", b.percent(15, 6_000), start=-120, end=60, least=20_000),
    TierIdea("Free kettle above 300", b.unit(5), active=False, least=30_000),
)

_ESSENTIAL = (
    Idea("Autumn Warm-Up", COUPONS, b.percent(20, 5_000), -75, 30, -80, weight=9, spike=9),
    Idea("Gift Cards", GIFTS, b.gift(5_000), None, None, -420, "AUTO_UPDATE", quantity=None, weight=6,
         before_summaries=True),
    Idea("Coffee Club", LOYALTY, b.loyalty_card(), None, None, -410, "AUTO_UPDATE", quantity=None, weight=6,
         rollback_rate=0.05),
    Idea("Bring a Friend", REFERRALS, b.percent(15), -380, None, -390, "AUTO_UPDATE", quantity=None, weight=4,
         # No `referee_reward`: its amount is an integer by the specification, a text by the vendor's Python SDK.
         extras={"referral_program": {"conversion_event_type": "redemption"}}),
    Idea("Cart Ladder", PROMOTIONS, {}, -330, None, -335, weight=6, tiers=_LADDER),
    Idea("Last Call", COUPONS, b.amount(1_000), -20, 1, -22, weight=3),
    Idea("Winter Preview", COUPONS, b.percent(10), 20, 60, -6, weight=0.8),
    Idea("Draft: Spring ideas", COUPONS, b.amount(1_500), 90, 120, -3, status="DRAFT", generation="DRAFT"),
    Idea(TIDY.names[0], COUPONS, b.percent(12.5), -140, -80, -145, weight=3),
    Idea(TIDY.names[1], COUPONS, b.amount(700), -160, 40, -165, active=False, weight=2),
    Idea("Bulk Import B2B", COUPONS, b.percent(8), -1, 90, -0.2, status="IN_PROGRESS", generation="IN_PROGRESS",
         weight=0.4),
    Idea("Broken Batch", COUPONS, b.amount(2_000), -5, 40, -6, status="FAILED", generation="FAILED"),
)  # fmt: skip

_UNUSUAL = (
    Idea("WELCOME10", COUPONS, b.amount(1_000), None, None, -430, "STANDALONE", quantity=None, weight=5,
         before_summaries=True),
    Idea("Happy Hours", COUPONS, b.percent(25), -100, 100, -101, weight=2,
         extras={"validity_hours": {"daily": [
             {"start_time": "08:00", "expiration_time": "10:30", "days_of_week": [1, 2, 3, 4, 5]},
             {"start_time": "17:00", "expiration_time": "19:00", "days_of_week": [1, 2, 3, 4, 5]},
         ]}}),
    Idea("Weekend Only", COUPONS, b.percent(15, effect="APPLY_TO_ITEMS"), -200, None, -201, weight=2,
         extras={"validity_day_of_week": [0, 6]}),
    Idea("First week of the month", COUPONS, b.amount(600), -300, 120, -301, weight=2,
         extras={"validity_timeframe": {"interval": "P1M", "duration": "P7D"}}),
    Idea("Birthday formula", COUPONS, b.formula('IF(CUSTOMER_METADATA("age") > 30;20;10)', 1_000), -350, None, -352,
         "AUTO_UPDATE", weight=2, extras={"activity_duration_after_publishing": "P30D"}),
    Idea("Share of basket by formula", COUPONS, b.percent_formula("ORDER_AMOUNT / 1000"), -90, 45, -91),
    Idea("Free Shipping", COUPONS, b.free_shipping(), -260, None, -261, "STANDALONE", quantity=None, weight=3),
    Idea("Everything at 9.99", COUPONS, b.fixed(999), -40, 2, -41, weight=1.5),
    Idea("Mug on us", COUPONS, b.unit(1), -55, 12, -56, weight=1.5),
    Idea("Tasting bundle", COUPONS, b.bundle(1, 2, 4), -70, 20, -71),
    Idea("Corporate Gift Vouchers", GIFTS, b.gift(10_000), -250, 3, -255, quantity=None, weight=3),
    Idea("Store Credit", GIFTS, b.gift(0), -365, None, -366, "AUTO_UPDATE", active=False, quantity=None, weight=1.5),
    Idea("Points Plus", LOYALTY, b.loyalty_card(100, 6), -280, None, -281, "AUTO_UPDATE", quantity=None, weight=3),
    Idea("Legacy Stamps", LOYALTY, b.loyalty_card(0, None), None, -45, -425, "AUTO_UPDATE", quantity=None, weight=1.5,
         before_summaries=True),
    Idea("Ambassadors", REFERRALS, b.amount(1_500), -310, None, -311, "AUTO_UPDATE", quantity=None, weight=2,
         extras={"referral_program": {
             "conversion_event_type": "custom_event",
             "custom_event": {"id": "ce_9f21c07ab3", "name": "first_subscription"},
         }}),
    Idea("Student Referral", REFERRALS, b.percent(10), -300, -60, -301, "AUTO_UPDATE", quantity=None, weight=1.5,
         extras={"referral_program": {"conversion_event_type": "redemption"}}),
    Idea("Two-step basket", PROMOTIONS, {}, -210, 75, -211, weight=3, tiers=_LADDER[:2]),
    Idea("Holiday promotion", PROMOTIONS, {}, 14, 45, -4,
         tiers=(TierIdea("Gift wrap for free", b.free_shipping(), start=14, end=20),
                TierIdea("Ten percent", b.percent(10)))),
    Idea("Quiet promotion", PROMOTIONS, {}, -150, -20, -151, active=False, tiers=_LADDER[1:2]),
    Idea("Reprice in progress", COUPONS, b.percent(18), -45, 60, -46, status="MODIFYING", weight=1),
)  # fmt: skip

_ODD_NAMES = tuple(
    Idea(name, kind, benefit, -170 + 12 * i, 30 - 10 * i, -172 + 12 * i, weight=0.8, quantity=quantity, tiers=tiers)
    for i, (name, kind, benefit, quantity, tiers) in enumerate(
        (
            (TIDY.names[2], COUPONS, b.percent(30), 1, ()),
            (TIDY.names[3], GIFTS, b.gift(2_500), None, ()),
            (TIDY.names[4], COUPONS, b.amount(300), 3, ()),
            (TIDY.names[5], COUPONS, b.amount(450), 1, ()),
            (TIDY.names[6], COUPONS, b.percent(5), 1, ()),
            (TIDY.names[7], PROMOTIONS, {}, None, _LADDER[:1]),
            (TIDY.names[8], COUPONS, b.percent(11), 2, ()),
            (TIDY.names[9], COUPONS, b.percent(50), 1, ()),
        )
    )
)

SHOWPIECES: tuple[Idea, ...] = (*_ESSENTIAL, *_UNUSUAL, *_ODD_NAMES)
"""The first twelve cover every type and status; then recurrences and unusual benefits; then unusual names."""

BIG = Idea("Big Summer Codes", COUPONS, b.percent(10, 2_000), -150, 20, -160, weight=1)
"""The campaign whose size `Sizes.big_vouchers` and `Sizes.big_redemptions` give."""
