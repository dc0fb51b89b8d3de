"""Rolling a redemption back (API §7): one, or its whole stack through the parent. Possible for three months; final."""

import calendar
from datetime import datetime
from typing import Any

from store.actions.action import Action, Change, Document, Field, FieldKind, Get, Values, WriteRequest, beside
from store.api.addresses import segment
from store.domain.values import entries, inside, members, whole
from store.times import instant_of, is_instant, utc_text
from store.words import counted

_REASON = Field("reason", FieldKind.TEXT, "Why, as the rollback will say.")
_MONTHS = 3
_MOST = 50
"""More redemptions than a stack can have."""


def parent_of(record: Document) -> str | None:
    """The redemption that stands for the stack; None where it is no part of one."""
    parent = record.get("redemption")
    return parent if isinstance(parent, str) and parent else None


async def _read_stack(get: Get, record: Document, _: Values) -> dict[str, Any]:
    """The stack's parent, and every redemption below it."""
    parent = parent_of(record)
    top = record if parent is None or parent == record.get("id") else await get(_path(parent))
    below = [str(members(one).get("id")) for one in entries(inside(top, "related_redemptions", "redemptions"))]
    known = {str(record.get("id")): record}
    children = [known.get(key) or await get(_path(key)) for key in below[:_MOST]]
    return {"parent": top, "children": children, "more": len(below[_MOST:])} if below else {}


def _path(key: str) -> str:
    return f"/v1/redemptions/{segment(key)}"


def _offered(record: Document) -> str:
    if record.get("object") == "redemption_rollback":
        return "It is a rollback itself."
    if record.get("result") != "SUCCESS":
        return "It was refused; there is nothing to roll back."
    if record.get("status") == "ROLLED_BACK":
        return "It is rolled back already."
    return ""


def _until(record: Document) -> datetime | None:
    """Three months after it was made, to the instant; of a longer month's last days, the month's end."""
    text = utc_text(record.get("date"))
    if not is_instant(text):
        return None
    made = instant_of(str(text))
    year, month = divmod(made.month - 1 + _MONTHS, 12)
    year, month = made.year + year, month + 1
    return made.replace(year=year, month=month, day=min(made.day, calendar.monthrange(year, month)[1]))


def _request(record: Document, values: Values) -> WriteRequest:
    body = {"reason": values["reason"]} if values.get("reason") else {}
    return WriteRequest("POST", f"{_path(parent_of(record) or str(record['id']))}/rollbacks", body)


def _changes(record: Document, _: Values) -> tuple[Change, ...]:
    children = [members(one) for one in entries(beside(record).get("children"))]
    top = members(beside(record).get("parent")) or record
    found = [Change("status", top.get("status") or "SUCCEEDED", "ROLLED_BACK")]
    for one in children or [record]:
        found += _undone(one, of_stack=bool(children))
    if order := members(top.get("order")):
        found.append(Change("order", order.get("status"), "CANCELED"))
        if (discount := whole(order.get("total_applied_discount_amount"))) is not None:
            found.append(Change("discount", discount, 0, FieldKind.MONEY))
    return tuple(found)


def _undone(one: Document, *, of_stack: bool) -> list[Change]:
    """What one redemption gives back: a use of its code or tier, credit, points."""
    named = inside(one, "voucher", "code") or inside(one, "promotion_tier", "name") or one.get("related_object_id")
    found = []
    if of_stack:
        found.append(Change(f"redemption of {named}", one.get("status") or "SUCCEEDED", "ROLLED_BACK"))
    amount = whole(one.get("amount"))
    kind = _unit(one)
    if amount is not None and kind is not None:
        found.append(Change(f"given back to {named}", 0, amount, kind))
    return found


def _unit(one: Document) -> FieldKind | None:
    """Of the amount that a redemption took: credit or points (API §11.7)."""
    if members(one.get("loyalty_card")) or inside(one, "voucher", "type") == "LOYALTY_CARD":
        return FieldKind.POINTS
    if members(one.get("gift")) or inside(one, "voucher", "type") == "GIFT_VOUCHER":
        return FieldKind.MONEY
    return None


def _warnings(record: Document, _: Values) -> tuple[str, ...]:
    number, more = len(entries(beside(record).get("children"))), whole(beside(record).get("more")) or 0
    if not number:
        return ()
    lacks = f" {counted(more, 'of them is', 'of them are')} not shown." if more else ""
    return (f"It is a stack: {counted(number + more, 'redemption')} are rolled back together.{lacks}",)


def _renews(record: Document, _: Values) -> tuple[tuple[str, str], ...]:
    """The stack's other redemptions, and the cards that get something back."""
    stack = [members(one) for one in (beside(record).get("parent"), *entries(beside(record).get("children")))]
    others = [_path(str(one["id"])) for one in stack if one.get("id") not in (None, record.get("id"))]
    cards = [inside(one, "voucher", "id") for one in (*stack, record) if _unit(one) is not None]
    return (
        *(("redemptions", path) for path in others),
        *(("vouchers", f"/v1/vouchers/{segment(str(card))}") for card in dict.fromkeys(cards) if card),
    )


def _has_happened(_: Document, after: Document, __: Values) -> bool:
    return after.get("status") == "ROLLED_BACK"


ROLLBACK = Action(
    id="roll-back",
    kind="redemption",
    title="Roll the redemption back",
    read_path="/v1/redemptions/{id}",
    offered=_offered,
    request=_request,
    changes=_changes,
    has_happened=_has_happened,
    fields=(_REASON,),
    is_repeatable=False,
    moves_value=True,
    table="redemptions",
    warning="It cannot be undone.",
    warnings=_warnings,
    beside=_read_stack,
    until=_until,
    renews=_renews,
    late="It is too late: a redemption can be rolled back for three months.",
)
