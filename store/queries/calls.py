"""Which calls of the API log made the changes that a sync saw: those that set what was seen, and no others."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.documents import diff, flatten
from store.domain.values import inside, members, word
from store.json_text import stored, stored_object
from store.times import utc_text

Changed = tuple[str, str, str, str | None, str | None]
"""A journalled change: resource, record id, field, before and after as JSON."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")
_SWITCHES = {"enable": True, "disable": False}


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that wrote, as the API log has it.

    Attributes:
        at: when (UTC text).
        method, path: `PUT`, `/v1/campaigns/camp_1`.
        who: the user's address, else the application or channel.
        request_id: the API's own; "" where it has none.
        body, answer: of request and response, decoded.
    """

    at: str
    method: str
    path: str
    who: str
    request_id: str
    body: Any
    answer: Any


def request_fields(path: str, body: Any) -> dict[str, Any]:
    """What a request sets: its fields by their paths; the switch, where the address alone turns it."""
    switched = _SWITCHES.get(path.rsplit("/", 1)[-1])
    if switched is not None:
        return {"/active": switched}
    return {below: leaf for below, leaf in flatten(members(_value(body))) if below}


def calls_between(connection: sqlite3.Connection, about: Sequence[str], first: str, last: str) -> list[ApiCall]:
    """Calls that wrote with success something that is named by one of some ids, after one instant until another."""
    named = " or ".join("instr(coalesce(l.endpoint, l.url), '/' || ?) > 0" for _ in about)
    rows = connection.execute(
        "select l.created_at, l.method, coalesce(l.endpoint, l.url, ''),"
        " coalesce(l.user_email, l.app_id, l.channel, ''), coalesce(l.request_id, ''), r.json"
        " from api_log l join api_log_raw r on r.id = l.id where l.created_at > ? and l.created_at <= ?"
        f" and l.method in ({', '.join('?' * len(WRITES))}) and coalesce(l.status, 200) < 400"
        f" and (l.campaign_id = ? or {named}) order by l.created_at",
        (first, last, *WRITES, about[0], *about),
    )
    return [
        ApiCall(at, method, path, who, request, document.get("request_body"), document.get("response_body"))
        for at, method, path, who, request, text in rows
        if (document := stored_object(text))
    ]


def made_by(changes: Sequence[Changed], calls: Sequence[ApiCall]) -> tuple[ApiCall, ...]:
    """The calls that account for a change: they set a field to what was seen, made the object or deleted it."""
    return tuple(call for call in calls if any(_accounts(call, change) for change in changes))


def _accounts(call: ApiCall, change: Changed) -> bool:
    _, record, field, before, after = change
    if field:
        about = record in call.path or word(inside(_value(call.answer), "id")) == record
        return about and any(accounts(field, after, *one) for one in request_fields(call.path, call.body).items())
    if after is None:
        return call.method == "DELETE" and record in call.path and before is not None
    return call.method == "POST" and word(inside(_value(call.answer), "id")) == record


def accounts(field: str, after: str | None, path: str, value: Any) -> bool:
    """Whether a request that set one field accounts for another one's new value.

    Documents nest what requests do not: `/discount/amount_off` is seen as `/voucher/discount/amount_off`.
    """
    if not field.endswith(path) or after is None:
        return False
    seen = stored(after)
    return not diff(seen, value) or (utc_text(seen) is not None and utc_text(seen) == utc_text(value))


def _value(body: Any) -> Any:
    return stored(body) if isinstance(body, str) else body
