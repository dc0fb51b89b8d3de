"""Customers for people: their lists with the last activity, one customer as cached, and what was made of their orders.

No list of the API has a customer's orders or segments: both are told by the events of those whose activity was read.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from store.json_text import stored_object
from store.queries.names import customers_called
from store.queries.reader import holds, raw_document
from store.queries.rows import Need, RowView
from store.queries.views import CUSTOMERS
from store.ref import CUSTOMER, Ref

PROJECT = Ref("project", "")
"""The scope of all customers, for a list that stands on no one's screen."""

_ENTERED = (
    "(select group_concat(name, ', ') from (select json_extract(r.json, '$.data.data.segment.name') as name, a.type,"
    " max(a.created_at) from customer_activity a join customer_activity_raw r on r.id = a.id"
    " where a.customer_id = t.id and a.type in ('customer.segment.entered', 'customer.segment.left')"
    " and json_valid(r.json) group by name) where type = 'customer.segment.entered')"
)
"""Segments by the last event about each: passive ones tell of nobody who enters."""

PEOPLE = replace(
    CUSTOMERS,
    name="people",
    columns={
        **CUSTOMERS.columns,
        "last_activity": "(select max(a.created_at) from customer_activity a where a.customer_id = t.id)",
        "segments": _ENTERED,
        "watched": "(select w.since from watched w where w.kind = 'customer' and w.id = t.id)",
        "looked_at": "(select l.at from looked_at l where l.kind = 'customer' and l.id = t.id)",
    },
    search=("name", "email", "phone", "source_id", "id"),
    scopes={PROJECT.kind: "? = ''", CUSTOMER: "t.id = ?"},
)
"""Everybody, the newest first."""
WATCHED = replace(
    PEOPLE, name="watched", where="t.id in (select w.id from watched w where w.kind = 'customer')", sort="last_activity"
)
SEEN = replace(
    PEOPLE, name="seen", where="t.id in (select l.id from looked_at l where l.kind = 'customer')", sort="looked_at"
)
"""Whom somebody looked at, the last one first."""


def _of_order(path: str) -> str:
    return (
        f"(select json_extract(r.json, '$.data.data.order.{path}') from customer_activity_raw r where r.id = t.event)"
    )


ORDERS = RowView(
    name="customer_orders",
    table="customer_activity",
    source=(
        "(select min(a.rowid) as rowid, a.customer_id, a.order_id as id, min(a.created_at) as first_seen,"
        " max(a.created_at) as last_seen, count(*) as events, (select b.id from customer_activity b"
        " join customer_activity_raw r on r.id = b.id where b.customer_id = a.customer_id and b.order_id = a.order_id"
        " and json_valid(r.json) order by b.type like 'customer.order.%' desc, b.created_at desc, b.id desc limit 1)"
        " as event from customer_activity a where a.order_id is not null group by a.customer_id, a.order_id) t"
    ),
    columns={
        "id": "t.id", "source_id": _of_order("source_id"), "status": _of_order("status"),
        "amount": _of_order("amount"), "total_amount": _of_order("total_amount"),
        "discount_amount": _of_order("total_applied_discount_amount"), "first_seen": "t.first_seen",
        "last_seen": "t.last_seen", "events": "t.events",
    },
    search=("source_id", "id", "status"),
    scopes={CUSTOMER: "t.customer_id = ?"},
    sort="last_seen",
)  # fmt: skip
"""One row an order, as the last event of it has it."""

SEGMENT_STEPS = RowView(
    name="customer_segments",
    table="customer_activity",
    source="customer_activity t",
    columns={
        "id": "t.id", "created_at": "t.created_at", "type": "t.type",
        "segment_id": "(select json_extract(r.json, '$.data.data.segment.id') from customer_activity_raw r"
                      " where r.id = t.id and json_valid(r.json))",
        "segment": "(select json_extract(r.json, '$.data.data.segment.name') from customer_activity_raw r"
                   " where r.id = t.id and json_valid(r.json))",
    },
    search=("segment", "segment_id"),
    scopes={CUSTOMER: "t.customer_id = ?"},
    where="t.type in ('customer.segment.entered', 'customer.segment.left')",
)  # fmt: skip

PROGRAMS = RowView(
    name="customer_programs",
    table="vouchers",
    source=(
        "vouchers t left join customer_loyalty l on l.customer_id = t.holder_id and l.campaign = t.campaign"
    ),
    columns={
        "id": "t.id", "code": "t.code", "campaign": "t.campaign", "balance": "t.balance",
        "pending_points": "t.pending_points", "loyalty_tier": "l.loyalty_tier",
        "next_expiration_points": "t.next_expiration_points", "next_expiration_date": "t.next_expiration_date",
        "created_at": "t.created_at",
    },
    search=("code", "campaign", "id"),
    scopes={CUSTOMER: "t.holder_id = ?"},
    where="t.type = 'LOYALTY_CARD' and t.missing_since is null",
    needs={"loyalty_tier": Need("customers")},
)  # fmt: skip
"""A customer's loyalty cards with the tier in each card's program."""

REFERRALS = RowView(
    name="customer_referrals",
    table="customer_referrals",
    source=(
        "(select rowid, customer_id as whose, 'referred by' as role, referrer_id as other, campaign_id, date,"
        " related_object_id, related_object_type from customer_referrals union all select -rowid, referrer_id,"
        " 'referred', customer_id, campaign_id, date, related_object_id, related_object_type from customer_referrals) t"
    ),
    columns={
        "id": "t.other", "role": "t.role", "other": "t.other", "campaign_id": "t.campaign_id", "date": "t.date",
        "related_object_id": "t.related_object_id", "related_object_type": "t.related_object_type",
    },
    search=("other", "role", "related_object_id"),
    scopes={CUSTOMER: "t.whose = ?"},
    sort="date",
)  # fmt: skip
"""By whom a customer was referred, and whom they referred."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as cached.

    Attributes:
        id: the API's.
        document: as received; empty where only their activity is held.
        missing_since: when the API was found not to know them any more (UTC text).
    """

    id: str
    document: Mapping[str, Any]
    missing_since: str | None


def knows_people(connection: sqlite3.Connection) -> bool:
    """Whether the cache has what these lists join: one of an earlier release does not."""
    return holds(connection, "customer_activity")


def find_customers(connection: sqlite3.Connection, wanted: str) -> list[str]:
    """Ids of the customers in the cache who are meant by an id, a source id or an exact e-mail.

    One of whom only activity was read is known by the id.
    """
    found = customers_called(connection, wanted)
    if found or not holds(connection, "customer_activity"):
        return found
    query = "select exists (select 1 from customer_activity where customer_id = ?)"
    return [wanted] if connection.execute(query, (wanted,)).fetchone()[0] else []


def get_customer(connection: sqlite3.Connection, wanted: str) -> CustomerRow | None:
    """A customer by id, source id or exact e-mail; None where the cache holds nobody or several so called."""
    found = find_customers(connection, wanted)
    if len(found) != 1:
        return None
    row = connection.execute("select missing_since from customers where id = ?", found).fetchone()
    document = stored_object(raw_document(connection, "customers", found[0]))
    return CustomerRow(found[0], document, None if row is None else row[0])
