"""Types of transactions on gift and loyalty cards in words (schema VoucherTransaction; API §4.2 N)."""

from typing import Any

MOVEMENTS = {
    "CREDITS_REDEMPTION": "redeemed",
    "CREDITS_REFUND": "refunded",
    "CREDITS_ADDITION": "added",
    "CREDITS_REMOVAL": "removed",
    "POINTS_ACCRUAL": "earned",
    "POINTS_REDEMPTION": "redeemed",
    "POINTS_REFUND": "refunded",
    "POINTS_ADDITION": "added",
    "POINTS_REMOVAL": "removed",
    "POINTS_EXPIRATION": "expired",
    "POINTS_TRANSFER_IN": "transferred in",
    "POINTS_TRANSFER_OUT": "transferred out",
    "PENDING_POINTS_ACTIVATION": "pending activated",
}
"""The types that are documented."""


def movement_words(kind: Any) -> str:
    """A transaction's type in words; one that is not known as it was received."""
    return MOVEMENTS.get(kind, str(kind or "").lower().replace("_", " "))


def in_points(kind: Any) -> bool | None:
    """Whether movements of a type are points (True) or credits (False); None when it says neither."""
    name = str(kind or "")
    return True if "POINTS" in name else False if name.startswith("CREDITS") else None
