"""The attempt that a record tells of: a row of redemptions or publications, a customer's event, a webhook delivery."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from store.domain.customer_events import event_type
from store.domain.envelope import data_of, happened_at
from store.domain.envelope import event_type as delivery_type
from store.domain.redemption import RedemptionResult, redemption_facts
from store.domain.values import entries, inside, members, word
from store.explain.case import PUBLICATION, REDEMPTION, ROLLBACK, VALIDATION, RefusedCase
from store.explain.circumstances import Circumstances
from store.queries.reader import document, holds
from store.ref import Ref
from store.times import text_of, utc_text

EVENT, DELIVERY = "event", "webhook_delivery"
_TABLES = {REDEMPTION: "redemptions", PUBLICATION: "publications", EVENT: "customer_activity",
           DELIVERY: "webhook_deliveries"}  # fmt: skip


class NotCached(LookupError):
    """The record is not cached; the text is the request that reads it, "" where there is none."""


def case_of(connection: sqlite3.Connection, subject: Ref, about: Circumstances) -> RefusedCase | None:
    """The attempt behind a record; None where it tells of none.

    Raises:
        NotCached: the record is not there.
    """
    table = _TABLES.get(subject.kind, "")
    found = document(connection, table, subject.id) if table and holds(connection, table) else {}
    if not found:
        raise NotCached(f"GET /v1/redemptions/{subject.id}" if subject.kind == REDEMPTION else "")
    if subject.kind in (REDEMPTION, PUBLICATION):
        return _of_row(connection, subject, found, about)
    return _of_event(connection, subject, found, about)


def has_failed(case: RefusedCase) -> bool:
    """Whether the attempt was refused."""
    row = case.document
    return (
        bool(case.failure_code)
        or redemption_facts(row).result is RedemptionResult.FAILED
        or row.get("status") == "INVALID"
    )


def _of_row(connection: sqlite3.Connection, ref: Ref, row: Mapping[str, Any], about: Circumstances) -> RefusedCase:
    at = utc_text(row.get("date")) or utc_text(row.get("created_at")) or text_of(about.now)
    act = ref.kind
    if row.get("object") == "redemption_rollback":
        act = ROLLBACK
    code, message = word(row.get("failure_code")), word(row.get("failure_message"))
    return RefusedCase(connection, about, act, ref.id, at, row, code, message)


def _of_event(
    connection: sqlite3.Connection, ref: Ref, found: Mapping[str, Any], about: Circumstances
) -> RefusedCase | None:
    is_delivery = ref.kind == DELIVERY
    data = data_of(found) if is_delivery else members(inside(found, "data", "data"))
    kind = word(delivery_type(found)) if is_delivery else word(found.get("type"))
    at = utc_text(happened_at(found) if is_delivery else found.get("created_at")) or text_of(about.now)
    act = _act(event_type(kind).type if kind else "", data)
    if not act:
        return None
    member = {ROLLBACK: "redemption_rollback"}.get(act, act)
    body = members(data.get(member))
    identity = word(body.get("id"))
    table = {REDEMPTION: "redemptions", ROLLBACK: "redemptions", PUBLICATION: "publications"}.get(act, "")
    if table and identity and document(connection, table, identity):
        return _of_row(connection, Ref(REDEMPTION if table == "redemptions" else PUBLICATION, identity),
                       document(connection, table, identity), about)  # fmt: skip
    beside = {
        name: data[name] for name in ("order", "voucher", "promotion_tier", "campaign", "customer") if name in data
    }
    row = {**beside, **body}
    if act == VALIDATION:
        row |= _validated(body)
    key = word(row.get("failure_code")) or word(inside(row, "error", "key"))
    message = word(row.get("failure_message")) or word(inside(row, "error", "message"))
    return RefusedCase(connection, about, act, identity if table else "", at, row, key, message)


def _act(kind: str, data: Mapping[str, Any]) -> str:
    """Which attempt an event is about; "" for none."""
    for act, member in ((ROLLBACK, "redemption_rollback"), (REDEMPTION, "redemption"), (PUBLICATION, "publication"),
                        (VALIDATION, "validation")):  # fmt: skip
        if member in data and (act in kind or member in kind or kind.endswith((".failed", ".succeeded"))):
            return act
    return ""


def _validated(body: Mapping[str, Any]) -> dict[str, Any]:
    """The first redeemable that a validation left out, as a redemption would name it."""
    for name in ("inapplicable_redeemables", "skipped_redeemables", "redeemables"):
        for one in entries(body.get(name)):
            error = members(inside(one, "result", "error"))
            kind = word(inside(one, "object")) or word(inside(one, "type")) or "voucher"
            return {
                "related_object_type": kind, "related_object_id": word(inside(one, "id")),
                "failure_code": word(error.get("key")), "failure_message": word(error.get("message")),
            }  # fmt: skip
    return {}
