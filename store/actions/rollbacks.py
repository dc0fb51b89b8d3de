"""Rolling a redemption back (API §7): one, or its whole stack through the parent. Possible for three months; final."""

from store.actions.action import Action, Change, Document, Field, FieldKind, Values, WriteRequest
from store.api.addresses import segment
from store.domain.values import inside, members, whole

_REASON = Field("reason", FieldKind.TEXT, "Why, as the rollback will say.")


def parent_of(record: Document) -> str | None:
    """The redemption that stands for the stack; None where it is no part of one."""
    parent = record.get("redemption")
    return parent if isinstance(parent, str) and parent else None


def _offered(record: Document) -> str:
    if record.get("object") == "redemption_rollback":
        return "It is a rollback itself."
    if record.get("result") != "SUCCESS":
        return "It was refused; there is nothing to roll back."
    if record.get("status") == "ROLLED_BACK":
        return "It is rolled back already."
    return ""


def _request(record: Document, values: Values) -> WriteRequest:
    body = {"reason": values["reason"]} if values.get("reason") else {}
    return WriteRequest("POST", f"/v1/redemptions/{segment(parent_of(record) or str(record['id']))}/rollbacks", body)


def _changes(record: Document, _: Values) -> tuple[Change, ...]:
    found = [Change("status", record.get("status") or "SUCCEEDED", "ROLLED_BACK")]
    if parent_of(record) is not None:
        found.append(Change("whole stack, by its parent", parent_of(record), "ROLLED_BACK"))
    order = members(record.get("order"))
    if order:
        found.append(Change("order", order.get("status"), "CANCELED"))
        if (discount := whole(order.get("total_applied_discount_amount"))) is not None:
            found.append(Change("discount", discount, 0, FieldKind.MONEY))
    amount, card = whole(record.get("amount")), inside(record, "voucher", "type")
    if amount is not None and card in ("GIFT_VOUCHER", "LOYALTY_CARD"):
        kind = FieldKind.POINTS if card == "LOYALTY_CARD" else FieldKind.MONEY
        found.append(Change("given back to the card", 0, amount, kind))
    return tuple(found)


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
    warning="Of a stack all redemptions are rolled back. It is possible for three months, and cannot be undone.",
)
