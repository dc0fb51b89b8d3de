"""What a campaign asks of an order and of a customer. Traffic keeps to it, rules say it."""

from dataclasses import dataclass

COUNTRIES = {
    "Poland": "PL", "Germany": "DE", "France": "FR", "Spain": "ES", "United Kingdom": "GB", "Norway": "NO",
    "Italy": "IT", "Czechia": "CZ",
}  # fmt: skip
"""`customer.metadata.country` by the country of the address."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions of one campaign.

    Attributes:
        rule: the name of the shared rule that says them, empty when the campaign has its own or none.
        least_order: the smallest order, minor units.
        countries: where customers must live; empty for everywhere.
        per_customer: redemptions allowed to one customer, None for any number.
        caps: names of the limits on the whole campaign; how high they are follows from the traffic.
    """

    rule: str = ""
    least_order: int = 0
    countries: tuple[str, ...] = ()
    per_customer: int | None = None
    caps: tuple[str, ...] = ()


TOTALS = ("campaign.orders.amount", "campaign.redemptions.count")
PERIODS = ("redemption.count.daily", "redemption.count.monthly")

_COUPONS = (
    Terms(least_order=2_500, per_customer=4, caps=TOTALS),
    Terms("members", least_order=3_000, countries=("PL",)),
    Terms("basket", least_order=5_000),
    Terms("coffee"),
    Terms(per_customer=3, caps=PERIODS),
    Terms("marketplace"),
)
_GIFTS = (Terms("region", countries=("PL", "DE"), caps=PERIODS[:1]), Terms("region", countries=("PL", "DE")))


def terms_of(kind: str, *, shared: bool, position: int) -> Terms:
    """The terms of the campaign at a position of the project.

    Args:
        kind: the API's `campaign_type`.
        shared: whether all customers use one code.
        position: of the campaign, from 0.
    """
    if kind in ("LOYALTY_PROGRAM", "PROMOTION") or position % 5 == 3:
        return Terms()
    if shared:
        return Terms(caps=PERIODS)
    if kind == "GIFT_VOUCHERS":
        return _GIFTS[position % 2]
    if kind == "REFERRAL_PROGRAM":
        return Terms("referee", least_order=2_000)
    return _COUPONS[position % 6]
