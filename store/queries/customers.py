"""Customers for people: their lists with the last activity, one customer as cached, and what belongs to one.

The API has no list of a customer's orders: those that are listed here stand in the events of the customer's activity.
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

_OF_CUSTOMER = {CUSTOMER: "t.customer_id = ?"}
_STEPS = "('customer.segment.entered', 'customer.segment.left')"
_MARKED = "(select {column} from {table} m where m.kind = 'customer' and m.id = t.id)"


def _in_event(path: str, event: str = "t.id") -> str:
    """A value in the data of an event, SQL; NULL where its document is damaged."""
    return (
        f"(select iif(json_valid(r.json), json_extract(r.json, '$.data.data.{path}'), null)"
        f" from customer_activity_raw r where r.id = {event})"
    )


_ASKED = (
    "select group_concat(s.name, ', ') from customer_segments s where s.customer_id = t.id and s.missing_since is null"
)
_WAS_ASKED = (
    "exists (select 1 from sync_states y where y.resource = 'customer_segments' and y.scope = 'customer:' || t.id"
    " and y.completed_at is not null)"
)
_BY_EVENTS = (
    f"select group_concat(name, ', ') from (select {_in_event('segment.name', 'a.id')} as name, a.type,"
    f" max(a.created_at) from customer_activity a where a.customer_id = t.id and a.type in {_STEPS} group by 1)"
    " where type = 'customer.segment.entered'"
)
"""Segments that a customer entered and did not leave since. Nobody is told of who enters a passive segment."""

PEOPLE = replace(
    CUSTOMERS,
    name="people",
    columns={
        **CUSTOMERS.columns,
        "last_activity": "(select max(a.created_at) from customer_activity a where a.customer_id = t.id)",
        "segments": f"iif({_WAS_ASKED}, ({_ASKED}), ({_BY_EVENTS}))",
        "watched": _MARKED.format(column="m.since", table="watched"),
        "looked_at": _MARKED.format(column="m.at", table="looked_at"),
    },
    search=("name", "email", "phone", "source_id", "id"),
    scopes={PROJECT.kind: "? = ''", CUSTOMER: "t.id = ?"},
)
"""Everybody, the newest first. Segments are those the API named when it was asked, else those the events tell."""
WATCHED = replace(
    PEOPLE, name="watched", where="t.id in (select w.id from watched w where w.kind = 'customer')", sort="last_activity"
)
SEEN = replace(
    PEOPLE, name="seen", where="t.id in (select l.id from looked_at l where l.kind = 'customer')", sort="looked_at"
)
"""Whom somebody looked at, the last one first."""

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
        "id": "t.id", "source_id": _in_event("order.source_id", "t.event"),
        "status": _in_event("order.status", "t.event"), "amount": _in_event("order.amount", "t.event"),
        "total_amount": _in_event("order.total_amount", "t.event"),
        "discount_amount": _in_event("order.total_applied_discount_amount", "t.event"), "first_seen": "t.first_seen",
        "last_seen": "t.last_seen", "events": "t.events",
    },
    search=("source_id", "id", "status"),
    scopes=_OF_CUSTOMER,
    sort="last_seen",
)  # fmt: skip
"""One row an order, as the last event of it has it."""

SEGMENT_STEPS = RowView(
    name="customer_segment_steps",
    table="customer_activity",
    source="customer_activity t",
    columns={
        "id": "t.id", "created_at": "t.created_at", "type": "t.type", "segment_id": _in_event("segment.id"),
        "segment": _in_event("segment.name"),
    },
    search=("segment", "segment_id"),
    scopes=_OF_CUSTOMER,
    where=f"t.type in {_STEPS}",
)  # fmt: skip

_WALLET = (
    " coalesce(v.code, w.code) as code, coalesce(v.type, w.voucher_type) as type,"
    " coalesce(v.campaign_id, w.campaign_id) as campaign_id, v.active, v.start_date, v.expiration_date,"
    " v.redemption_quantity, v.redeemed_quantity, v.balance as own_balance, v.missing_since,"
    " coalesce(w.created_at, v.created_at) as created_at, w.holder_role, w.status, w.balance as wallet_balance,"
    " coalesce(w.balance, v.balance) as balance"
)
WALLET = RowView(
    name="wallet",
    table="vouchers",
    source=(
        f"(select v.rowid as rowid, v.id as id, v.holder_id as customer_id,{_WALLET} from vouchers v"
        " left join customer_redeemables w on w.redeemable_id = v.id and w.customer_id = v.holder_id"
        " and w.missing_since is null where v.holder_id is not null and v.missing_since is null"
        f" union all select -w.rowid, w.redeemable_id, w.customer_id,{_WALLET} from customer_redeemables w"
        " left join vouchers v on v.id = w.redeemable_id"
        " where w.missing_since is null and (v.holder_id is not w.customer_id or v.missing_since is not null)) t"
    ),
    columns={
        "id": "t.id", "voucher_id": "t.id", **{
            name: f"t.{name}" for name in (
                "code", "type", "campaign_id", "active", "start_date", "expiration_date", "redemption_quantity",
                "redeemed_quantity", "own_balance", "wallet_balance", "balance", "missing_since", "created_at",
                "holder_role", "status",
            )
        },
    },
    search=("code", "id", "holder_role", "type"),
    scopes=_OF_CUSTOMER,
)  # fmt: skip
"""A customer's codes: those that the API has in their wallet, and those whose own records name them as the holder."""

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
    """Whether the cache has the tables that these lists join: one of an earlier release does not."""
    return holds(connection, "customer_segments")


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
    """The one customer meant by an id, a source id or an exact e-mail; None where there is nobody, or more than one."""
    found = find_customers(connection, wanted)
    if len(found) != 1:
        return None
    row = connection.execute("select missing_since from customers where id = ?", found).fetchone()
    document = stored_object(raw_document(connection, "customers", found[0]))
    return CustomerRow(found[0], document, None if row is None else row[0])
