"""The numbers of a campaign's summary (API §4.1, `CampaignsSummaryGetResponseBody`), and arithmetic with them."""

from collections.abc import Mapping
from typing import Any

from store.domain.values import number

Metrics = Mapping[str, int | None]
"""A summary's members by name; None where one has no usable number."""

METRICS = frozenset((
    "redemptions", "redemptions_succeeded", "redemptions_failed",
    "rollbacks", "rollbacks_succeeded", "rollbacks_failed",
    "validations", "validations_succeeded", "validations_failed",
    "orders_amount", "orders_rolledback_amount", "discounted_amount", "rolledback_discounted_amount",
    "vouchers_created", "vouchers_deleted", "publications", "publications_succeeded", "publications_failed",
    "created_vouchers_amount", "amount_added", "amount_deleted", "amount_redeemed", "amount_rolledback",
    "amount_subtracted", "created_vouchers_points", "points_deleted", "points_subtracted", "points_added",
    "points_rewarded", "points_redeemed", "points_rolledback", "points_expired", "points_transferred_out",
    "points_transferred_in", "pending_points_added", "pending_points_subtracted", "pending_points_activated",
    "pending_points_canceled", "referred_customers",
))  # fmt: skip
"""Members that are numbers, of every campaign type."""
_NOT_NUMBERS = frozenset(("object", "campaign", "campaign_id", "start_date", "end_date"))


def metrics_of(document: Mapping[str, Any]) -> Metrics:
    """The numbers of a summary; money in minor units, points as points. None only where a number is known to belong."""
    found = {name: number(value) for name, value in document.items() if name not in _NOT_NUMBERS}
    return {name: value for name, value in found.items() if value is not None or name in METRICS}


def subtract(total: Metrics, part: Metrics) -> Metrics:
    """What remains of a range's totals when one part of it is known; None where either has no usable number."""
    rest: dict[str, int | None] = {}
    for name, value in total.items():
        taken = part.get(name)
        rest[name] = None if value is None or taken is None else number(value - taken)
    return rest


def quiet(metrics: Metrics) -> bool:
    """Whether nothing happened."""
    return all(value == 0 for value in metrics.values())


def additive(rest: Metrics) -> bool:
    """Whether what a subtraction left can be what happened."""
    return all(value is not None and value >= 0 for value in rest.values())
