"""Campaign summaries (API §4.1, schema CampaignsSummaryGetResponseBody) made of the ground truth."""

from collections.abc import Iterable
from zlib import crc32

from store.sandbox.table import Document
from store.sandbox.world.truth import Truth

_SHARED = (
    "redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "rollbacks_failed", "orders_amount",
    "orders_rolledback_amount",
)  # fmt: skip
_POINTS = {
    "points_added": ("POINTS_ADDITION", 1),
    "points_subtracted": ("POINTS_REMOVAL", -1),
    "points_rewarded": ("POINTS_ACCRUAL", 1),
    "points_redeemed": ("POINTS_REDEMPTION", -1),
    "points_rolledback": ("POINTS_REFUND", 1),
    "points_expired": ("POINTS_EXPIRATION", -1),
    "points_transferred_in": ("POINTS_TRANSFER_IN", 1),
    "points_transferred_out": ("POINTS_TRANSFER_OUT", -1),
    "pending_points_activated": ("PENDING_POINTS_ACTIVATION", 1),
}
_CREDITS = {
    "amount_added": ("CREDITS_ADDITION", 1),
    "amount_subtracted": ("CREDITS_REMOVAL", -1),
    "amount_redeemed": ("CREDITS_REDEMPTION", -1),
    "amount_rolledback": ("CREDITS_REFUND", 1),
}


def summarise(truth: Truth, campaign: Document, start_date: str, end_date: str) -> Document:
    """One total over inclusive UTC days; amounts in minor units, gross.

    Args:
        truth: the world's totals.
        campaign: the campaign's document, embedded without categories and access settings as the API does.
        start_date: `YYYY-MM-DD`.
        end_date: `YYYY-MM-DD`.
    """
    key, kind = campaign["id"], campaign["campaign_type"]
    counted = truth.measures(key, start_date, end_date)
    document: Document = {"object": "campaign_summary", "campaign": _embedded(campaign)}
    document.update({name: counted.get(name, 0) for name in _SHARED})
    document["redemptions"] = document["redemptions_succeeded"] + document["redemptions_failed"]
    document["rollbacks"] = document["rollbacks_succeeded"] + document["rollbacks_failed"]
    good, bad = validations(truth, key, start_date, end_date)
    document.update(validations=good + bad, validations_succeeded=good, validations_failed=bad)
    if kind != "PROMOTION":
        names = ("vouchers_created", "vouchers_deleted", "publications_succeeded", "publications_failed")
        document.update({name: counted.get(name, 0) for name in names})
        document["publications"] = document["publications_succeeded"] + document["publications_failed"]
    if kind in ("DISCOUNT_COUPONS", "PROMOTION"):
        given = ("discounted_amount", "rolledback_discounted_amount")
        document.update({name: counted.get(name, 0) for name in given})
    if kind == "GIFT_VOUCHERS":
        document.update(_moved(counted, _CREDITS.items()))
        document["created_vouchers_amount"] = counted.get("created_amount", 0)
        document["amount_deleted"] = counted.get("deleted_amount", 0)
    if kind == "LOYALTY_PROGRAM":
        document.update(_moved(counted, _POINTS.items()))
        document["points_rewarded"] += document["pending_points_activated"]
        document["created_vouchers_points"] = counted.get("created_amount", 0)
        document["points_deleted"] = counted.get("deleted_amount", 0)
        waited = counted.get("pending_points_waiting", 0) + document["pending_points_activated"]
        document.update(pending_points_added=waited, pending_points_subtracted=0)
        document["pending_points_canceled"] = counted.get("pending_points_canceled", 0)
    if kind == "REFERRAL_PROGRAM":
        document["referred_customers"] = counted.get("referred_customers", 0)
    return document


def validations(truth: Truth, campaign_id: str, start_date: str, end_date: str) -> tuple[int, int]:
    """Validations that passed and failed: the API lists none, so a few per redemption and day are made up."""
    good = bad = 0
    succeeded = truth.days(campaign_id, "redemptions_succeeded")
    failed = truth.days(campaign_id, "redemptions_failed")
    for day in {*succeeded, *failed}:
        if start_date <= day <= end_date:
            chance = crc32(f"{campaign_id}{day}".encode())
            good += succeeded.get(day, 0) * 3 + chance % 4
            bad += failed.get(day, 0) + chance % 3
    return good, bad


def _moved(counted: dict[str, int], parts: Iterable[tuple[str, tuple[str, int]]]) -> Document:
    return {name: sign * counted.get(f"amount.{kind}", 0) for name, (kind, sign) in parts}


def _embedded(campaign: Document) -> Document:
    left_out = ("access_settings_assignments", "readonly", "promotion", "validation_rules_assignments")
    return {**{key: value for key, value in campaign.items() if key not in left_out}, "categories": []}
