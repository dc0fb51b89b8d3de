"""What is known of one customer beside their record: the segments they are in, and what they agreed to."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.values import called, entries, inside, members
from store.json_text import stored_object
from store.queries.customers import CustomerRow
from store.queries.reader import holds
from store.times import utc_text


@dataclass(frozen=True, slots=True)
class NamedSegment:
    """A segment of a customer: id and name."""

    id: str
    name: str


def segments_of(connection: sqlite3.Connection, customer_id: str) -> list[NamedSegment]:
    """The segments that the API named when it was asked for a customer's, by name."""
    query = (
        "select segment_id, coalesce(name, '') from customer_segments where customer_id = ? and missing_since is null"
        " order by 2, 1"
    )
    return [NamedSegment(*row) for row in connection.execute(query, (customer_id,))]


@dataclass(frozen=True, slots=True)
class Consent:
    """A customer's word about one kind of message.

    Attributes:
        name: of the consent; its id where it has none.
        given: whether they agreed; None where what was received does not say.
        at: since when (UTC text); None where that is not said.
    """

    name: str
    given: bool | None
    at: str | None = None


_CONSENTS = {"customer.consents.given": True, "customer.consents.revoked": False}


def consents_of(connection: sqlite3.Connection, customer: CustomerRow) -> list[Consent]:
    """What a customer agreed to, by name: as the record has it, else by the last event or webhook about each."""
    found = {one.name: one for one in _in_record(customer.document)}
    if found:
        return sorted(found.values(), key=lambda one: one.name)
    query = (
        "select a.type, a.created_at, cast(r.json as blob) from customer_activity a"
        " join customer_activity_raw r on r.id = a.id where a.customer_id = ?1 and a.type in (?2, ?3)"
    )
    rows = connection.execute(query, (customer.id, *_CONSENTS)).fetchall()
    if holds(connection, "webhook_records"):
        query = (
            "select d.type, d.created_at, cast(r.json as blob) from webhook_records w"
            " join webhook_deliveries d on d.id = w.delivery_id join webhook_deliveries_raw r on r.id = d.id"
            " where w.record_id = ?1 and d.type in (?2, ?3)"
        )
        rows += connection.execute(query, (customer.id, *_CONSENTS)).fetchall()
    for kind, at, text in sorted(rows, key=lambda row: row[1] or ""):
        for one in _named_in(stored_object(text)):
            found[one] = Consent(one, _CONSENTS[kind], at)
    return sorted(found.values(), key=lambda one: one.name)


def _named_in(event: Mapping[str, Any]) -> list[str]:
    data = members(inside(event, "data", "data")) or members(event.get("data"))
    return [name for one in entries(data.get("consents")) if (name := called(one))]


def _in_record(document: Mapping[str, Any]) -> list[Consent]:
    """Permissions and consents in a record: by name with true or false, or a list of objects."""
    found = []
    for member in ("permissions", "consents"):
        held = document.get(member)
        for name, value in members(held).items():
            given = value if isinstance(value, bool) else members(value).get("given")
            at = utc_text(members(value).get("date"))
            found.append(Consent(str(name), given if isinstance(given, bool) else None, at))
        for one in entries(held):
            if name := called(one):
                given, at = members(one).get("given", True), utc_text(members(one).get("date"))
                found.append(Consent(name, given if isinstance(given, bool) else None, at))
    return found
