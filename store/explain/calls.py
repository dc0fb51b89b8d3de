"""The call behind an attempt, from the API log: its request, its answer, and the message the shopper was shown."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.values import entries, inside, members, word
from store.json_text import stored_object
from store.times import is_instant, shifted

_AROUND = 10 * 60 * 1000
"""Milliseconds around an attempt in which its call is looked for."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call of the API log.

    Attributes:
        request_id: for Voucherify's support; "" where the log has none.
        at: when (UTC text).
        request, response: the bodies, decoded; empty where the log has none that can be read.
        has_request: whether the log holds the request's body.
    """

    request_id: str
    at: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    has_request: bool


def logged_call(connection: sqlite3.Connection, identity: str, at: str) -> LoggedCall | None:
    """The call whose answer names an attempt; None where the API log does not hold it."""
    if not identity or not is_instant(at):
        return None
    row = connection.execute(
        "select l.request_id, l.created_at, r.json from api_log l join api_log_raw r on r.id = l.id"
        " where l.created_at between ? and ? and instr(r.json, ?) > 0 order by l.created_at limit 1",
        (shifted(at, -_AROUND), shifted(at, _AROUND), identity),
    ).fetchone()
    if row is None:
        return None
    stored = stored_object(row[2])
    bodies = [_body(stored.get(f"{name}_body")) for name in ("request", "response")]
    return LoggedCall(row[0] or "", row[1] or "", bodies[0], bodies[1], stored.get("request_body") not in (None, ""))


def _body(value: Any) -> Mapping[str, Any]:
    return stored_object(value) if isinstance(value, str) else members(value)


def error_message(document: Any) -> str:
    """What the shopper was shown (`error.message`), in a row, an answer or parts of one; "" where nothing says it."""
    known = members(document)
    found = word(inside(known, "error", "message")) or word(inside(known, "result", "error", "message"))
    if found:
        return found
    parts = (*entries(known.get("redemptions")), *entries(known.get("redeemables")),
             *entries(known.get("inapplicable_redeemables")))  # fmt: skip
    return next((message for part in parts if (message := error_message(part))), "")
