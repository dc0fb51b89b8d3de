"""Rollbacks of redemptions, single and stacked (schemas RedemptionsRollbackCreateResponseBody, …RollbacksCreate…)."""

from datetime import timedelta

from store.sandbox.problems import Problem, refused
from store.sandbox.routes import CUSTOMER, RecordKey
from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.records import RedemptionRow, VoucherRow
from store.sandbox.writes import ledger
from store.sandbox.writes.bodies import part_of, text_of
from store.sandbox.writes.change import Change, WriteRoute

_REDEMPTION = RecordKey("redemption", "redemptions", only=("object", "redemption"))
_LONGEST = timedelta(days=92)
"""Three months, the longest that three can be."""


def _single(change: Change) -> Document:
    row = _wanted(change, "redemptionId")
    if change.world.facts.children(row.id):
        details = "You can rollback only a single redemption. Use different endpoint for stacked redemption."
        raise refused("invalid_redemption", details)
    _check(change, row)
    return _undo(change, row, None)


def _stack(change: Change) -> Document:
    """Undo a parent with all its children, or a redemption that stands alone."""
    row = _wanted(change, "parentRedemptionId")
    _check(change, row)
    below = [change.row("redemptions", key) for key, _ in change.world.facts.children(row.id)]
    parent = _undo(change, row, None)
    undone = [_undo(change, child, parent["id"]) for child in below if child.status == "SUCCEEDED"]
    answer: Document = {"rollbacks": undone or [parent], "parent_rollback": parent}
    if row.order_id is not None:
        answer["order"] = change.shown("orders", row.order_id)
    return answer


def _wanted(change: Change, parameter: str) -> RedemptionRow:
    row: RedemptionRow = change.row("redemptions", change.named(_REDEMPTION, parameter))
    if row.id in change.habits.busy:
        details = "Another request is working on this redemption. Try again later."
        raise refused("multiple_requests", details, resource_id=row.id, resource_type="redemption")
    if row.parent_redemption_id is not None:
        details = "You can rollback only a redemption that does not have parent redemption."
        raise refused("invalid_redemption_parent", details)
    return row


def _check(change: Change, row: RedemptionRow) -> None:
    """Raise Problem where a redemption cannot be undone; a repeated rollback leaves a failed row (API §7)."""
    body = change.body
    for name in ("reason", "tracking_id"):
        text_of(body, name)
    part_of(body, "metadata")
    customer, order = part_of(body, "customer") or {}, part_of(body, "order") or {}
    named = text_of(customer, "id") or text_of(customer, "source_id")
    if named is not None and change.id_of(CUSTOMER, named) != row.customer_id:
        raise refused("invalid_customer", "Customer is not related with redemption.")
    if text_of(order, "id") not in (None, row.order_id):
        raise refused("invalid_order", "Order is not related with redemption.")
    if row.status == "ROLLED_BACK":
        raise _repeated(change, row)
    if row.status != "SUCCEEDED":
        raise refused("invalid_redemption", "You can rollback only a redemption that succeeded.")
    made = moments.instant(row.created_at)
    if moments.milliseconds(change.call.now - _LONGEST) > made:
        raise refused("invalid_rollback_params", "You can rollback a redemption up to 3 months back.")


def _repeated(change: Change, row: RedemptionRow) -> Problem:
    key = change.new_id("rrf")
    change.world.tables["redemptions"].add(
        _opposite(change, row, key)._replace(result="FAILURE", status="FAILED", failure_code="already_rolled_back")
    )
    change.world.tables["redemptions"].edit(key, metadata={})
    return refused(
        "already_rolled_back", "Redemption has been already rolled back.",
        resource_id=key, resource_type="redemption_rollback",
    )  # fmt: skip


def _opposite(change: Change, row: RedemptionRow, key: str) -> RedemptionRow:
    """The row of a rollback: the same with negative amounts (schema RedemptionRollback)."""
    return row._replace(
        id=key,
        object="redemption_rollback",
        created_at=change.at,
        status="SUCCEEDED",
        redemption=row.id,
        parent_redemption_id=None,
        amount=None if row.amount is None else -row.amount,
        order_amount=-row.order_amount,
        discount_amount=-row.discount_amount,
        channel="API",
        reason=text_of(change.body, "reason") or change.call.query.text("reason"),
        tracking_id=text_of(change.body, "tracking_id") or change.call.query.text("tracking_id") or row.tracking_id,
    )


def _undo(change: Change, row: RedemptionRow, parent: str | None) -> Document:
    """Undo one row: its status, its order, what it took from a card."""
    tables, key = change.world.tables, change.new_id("rr")
    tables["redemptions"].edit(row.id, status="ROLLED_BACK")
    made = _opposite(change, row, key)._replace(parent_redemption_id=parent)
    tables["redemptions"].add(made)
    tables["redemptions"].edit(key, metadata=part_of(change.body, "metadata") or {})
    if row.order_id is not None:
        tables["orders"].edit(row.order_id, status="CANCELED", updated_at=change.at)
    if row.voucher_id is not None and row.amount:
        _give_back(change, row, key)
    elif row.voucher_id is not None:
        tables["vouchers"].edit(row.voucher_id, updated_at=change.at)
    return change.shown("redemptions", key)


def _give_back(change: Change, row: RedemptionRow, key: str) -> None:
    """Credits or points return to the card."""
    card: VoucherRow = change.row("vouchers", row.voucher_id)
    kind = "POINTS_REFUND" if card.type == ledger.CARD else "CREDITS_REFUND"
    entry = ledger.Entry(
        redemption_id=row.id, rollback_id=key, order_id=row.order_id, reason=text_of(change.body, "reason"),
        expires_at=ledger.expiry_by_rules(change, card.campaign_id),
    )  # fmt: skip
    ledger.post(change, card, kind, row.amount or 0, entry)


ROUTES: tuple[WriteRoute, ...] = (
    ("POST", "/v1/redemptions/{redemptionId}/rollback", _single),
    ("POST", "/v1/redemptions/{parentRedemptionId}/rollbacks", _stack),
)
