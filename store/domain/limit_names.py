"""The vendor's names for limits: what each counts, for whom, and over which period (schema ValidationRuleRules).

`campaign.redemptions.count.daily` counts the campaign's redemptions of a day; `redemption.count.per_customer` those of
each customer. A name outside this list is no limit that can be computed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a limit counts."""

    ORDERS = "orders"
    """The value of orders, minor units."""
    DISCOUNT = "discount"
    """The discount given, minor units."""
    GIFT = "gift"
    """The gift amount redeemed, minor units."""
    REDEMPTIONS = "redemptions"
    UNITS = "units"
    """Discounted units of a product."""
    UNKNOWN = "unknown"
    """The name is not one of the vendor's: shown as text, never computed."""

    @property
    def is_money(self) -> bool:
        """Whether it counts minor units."""
        return self in (Measure.ORDERS, Measure.DISCOUNT, Measure.GIFT)


class LimitPeriod(StrEnum):
    """The stretch of time a limit counts over; all but the first begin anew on the calendar."""

    LIFE = "life"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def now_words(self) -> str:
        """`today`, `this week`, `this month`; empty for the lifetime."""
        return {"day": "today", "week": "this week", "month": "this month"}.get(self.value, "")


@dataclass(frozen=True, slots=True)
class LimitName:
    """What a limit's name says.

    Attributes:
        measure: what is counted.
        period: over how long.
        per: whose count it is: `customer`, `API key`, `user`; "" for all together.
        of_campaign: it counts the campaign, not only what the rule is assigned to.
    """

    measure: Measure
    period: LimitPeriod = LimitPeriod.LIFE
    per: str = ""
    of_campaign: bool = True

    @property
    def words(self) -> str:
        """`redemptions per customer per day`, `orders' value`."""
        nouns = {
            Measure.ORDERS: "value of the campaign's orders",
            Measure.DISCOUNT: "discount given by the campaign",
            Measure.GIFT: "gift amount redeemed",
            Measure.REDEMPTIONS: "redemptions",
        }
        noun = nouns[self.measure]
        if self.measure is Measure.REDEMPTIONS and self.of_campaign:
            noun = "redemptions in the campaign"
        return f"{noun}{self.each}"

    @property
    def each(self) -> str:
        """` per customer per day`; empty where there is one count for all time."""
        parts = (self.per, "" if self.period is LimitPeriod.LIFE else self.period.value)
        return "".join(f" per {part}" for part in parts if part)


_AMOUNTS = {
    "campaign.orders.amount": Measure.ORDERS,
    "campaign.orders.amount_discounted": Measure.DISCOUNT,
    "redemption.gift.amount": Measure.GIFT,
}
_COUNTS = {
    "campaign.redemptions.customers_count": ("customer", True),
    "campaign.redemptions.count": ("", True),
    "redemption.count": ("", False),
}
_PERIODS = {"daily": LimitPeriod.DAY, "weekly": LimitPeriod.WEEK, "monthly": LimitPeriod.MONTH}
_PER = {"per_customer": "customer", "per_api_key": "API key", "per_user": "user"}


def limit_name(name: str) -> LimitName | None:
    """What a condition's name says, or None when it names no limit of the vendor's."""
    if name in _AMOUNTS:
        return LimitName(_AMOUNTS[name])
    for base, (owner, of_campaign) in _COUNTS.items():
        if name == base or name.startswith(f"{base}."):
            return _count(name[len(base) + 1 :], owner, of_campaign)
    return None


def _count(rest: str, owner: str, of_campaign: bool) -> LimitName | None:
    """The count whose name ends so: at most one owner and one period, in any order; none but a campaign's is bare."""
    words = rest.split(".") if rest else []
    periods = [_PERIODS[part] for part in words if part in _PERIODS]
    owners = [owner] * bool(owner) + [_PER[part] for part in words if part in _PER]
    bare = not words and not of_campaign
    if bare or len(periods) > 1 or len(owners) > 1 or any(part not in _PERIODS and part not in _PER for part in words):
        return None
    period = periods[0] if periods else LimitPeriod.LIFE
    return LimitName(Measure.REDEMPTIONS, period, owners[0] if owners else "", of_campaign)
