"""One redemption or rollback as facts: what it says once the API's double meanings are resolved (API §11.2-11.7)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.domain.values import inside, members, number, word


class AmountKind(StrEnum):
    """What a redemption's `amount` counts."""

    CREDITS = "credits"
    """Minor units of a gift card."""
    POINTS = "points"
    NONE = "none"
    """The row has no amount."""
    UNKNOWN = "unknown"
    """There is an amount, and nothing in the row says of what."""


class RedemptionResult(StrEnum):
    """How an attempt ended; rolled back is a success that was undone later."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RedemptionFacts:
    """A redemption or rollback, read.

    Attributes:
        is_rollback: it undoes another redemption.
        result: from `result` and `status` together.
        undone_id: the redemption a rollback undoes.
        discount: minor units this row itself gave; negative on rollbacks, 0 on failures, None when not stated.
        amount: credits or points taken; negative on rollbacks, 0 on failures, None when not stated.
        amount_kind: what `amount` counts.
        order_id: the order, or None.
        order_amount: minor units before discounts, or None.
        failure_code: "" when it did not fail.
        failure_message: the longer reason, outside text.
    """

    is_rollback: bool
    result: RedemptionResult
    undone_id: str | None
    discount: int | None
    amount: int | None
    amount_kind: AmountKind
    order_id: str | None
    order_amount: int | None
    failure_code: str
    failure_message: str


def redemption_facts(document: Any) -> RedemptionFacts:
    """Read a row of the redemptions list (schemas Redemption, RedemptionRollback)."""
    row = members(document)
    identity = word(row.get("id"))
    is_rollback = row.get("object") == "redemption_rollback" or (not row.get("object") and identity.startswith("rr_"))
    linked = word(row.get("redemption")) or None
    amount, kind = _amount(row)
    result = _result(row)
    sign = 0 if result is RedemptionResult.FAILED else -1 if is_rollback else 1
    return RedemptionFacts(
        is_rollback=is_rollback,
        result=result,
        undone_id=linked if is_rollback else None,
        discount=_signed(applied_discount(row), sign),
        amount=_signed(amount, sign),
        amount_kind=kind,
        order_id=word(inside(row, "order", "id")) or word(row.get("order_id")) or None,
        order_amount=number(inside(row, "order", "amount")),
        failure_code=word(row.get("failure_code")),
        failure_message=word(row.get("failure_message")),
    )


def _signed(value: int | None, sign: int) -> int | None:
    """The amount that took effect: rollbacks come with either sign, failures with what was asked for."""
    return None if value is None else value if sign == 1 else sign * abs(value)


def _result(row: Any) -> RedemptionResult:
    """`status` may be absent on old rows and `result` never states a rollback (API §11.2, §11.5)."""
    if row.get("status") == "ROLLED_BACK":
        return RedemptionResult.ROLLED_BACK
    if row.get("result") == "FAILURE" or row.get("status") == "FAILED":
        return RedemptionResult.FAILED
    if row.get("result") == "SUCCESS" or row.get("status") == "SUCCEEDED":
        return RedemptionResult.SUCCEEDED
    return RedemptionResult.UNKNOWN


def applied_discount(row: Any) -> int | None:
    """The discount a redemption gave, minor units."""
    order = members(members(row).get("order"))
    return discount_of(*(order.get(name) for name in _DISCOUNTS))


_DISCOUNTS = ("total_applied_discount_amount", "applied_discount_amount", "items_applied_discount_amount")


def discount_of(total: Any, applied: Any, of_items: Any) -> int | None:
    """The discount out of an order's members: applied amounts, as others add up over a stack (API §11.4)."""
    if total is not None:
        return number(total)
    parts = [number(part) for part in (applied, of_items) if part is not None]
    known = [part for part in parts if part is not None]
    return number(sum(known)) if known and len(known) == len(parts) else None


def _amount(row: Any) -> tuple[int | None, AmountKind]:
    """`amount`, or the card's own member; the voucher says whether it counts credits or points (API §11.7)."""
    gift, points = number(inside(row, "gift", "amount")), number(inside(row, "loyalty_card", "points"))
    amount = number(row.get("amount"))
    kinds = {"GIFT_VOUCHER": AmountKind.CREDITS, "LOYALTY_CARD": AmountKind.POINTS}
    kind = kinds.get(word(inside(row, "voucher", "type")))
    if kind is None and (points is not None or row.get("reward") or inside(row, "voucher", "loyalty_card")):
        kind = AmountKind.POINTS
    if kind is None and (gift is not None or inside(row, "voucher", "gift")):
        kind = AmountKind.CREDITS
    if amount is None:
        amount = points if kind is AmountKind.POINTS else gift
    if amount is None:
        return None, AmountKind.NONE
    return amount, kind or AmountKind.UNKNOWN
