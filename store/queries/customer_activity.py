"""A customer's activity as it is cached: which events a filter leaves, what each says, and how far back it is known.

The order is that of the API's own list: by instant, newest first, and by id within an instant.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from store.api.places import AfterId
from store.cache.ledger import FULL_REFRESH, Ledger, customer_scope
from store.domain.customer_events import event_line, event_type, referenced_ids
from store.domain.event_facts import happened_at
from store.folding import fold
from store.json_text import stored_object
from store.models import Freshness
from store.queries.freshness import data_state
from store.queries.names import names_of
from store.queries.reader import holds
from store.queries.rows import Condition
from store.ref import CUSTOMER, Ref

TABLE = "customer_activity"
_CHUNK = 500
_SEARCHED = ("t.id", "t.type", "t.campaign", "t.voucher_code", "t.order_id", "t.redemption_id", "t.group_id",
             "t.performed_by", "r.json")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a customer's activity is held.

    Attributes:
        held: events in the cache.
        newest: the instant of the newest of them; None where there is none.
        back_to: from this instant on all are held, as of the last reading; None where none was read.
        whole: whether there are none older.
        state: of the last reading.
    """

    held: int
    newest: str | None
    back_to: str | None
    whole: bool
    state: Freshness


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted.

    Attributes:
        campaigns: ids; of any campaign, or none, where it is empty.
        campaign_type: the API's; "" for any.
        types: as the API has them; all where it is empty.
        category: ACTION or EFFECT; "" for any. Types whose category is not known are of neither.
        since, until: instants (UTC text), the first included, the last not.
        channel: the API's; "" for any.
        text: looked for in ids, codes, names and payloads; capitals and forms of accents are one.
    """

    campaigns: tuple[str, ...] = ()
    campaign_type: str = ""
    types: tuple[str, ...] = ()
    category: str = ""
    since: str = ""
    until: str = ""
    channel: str = ""
    text: str = ""

    def sql(self) -> tuple[str, list[Any]]:
        """Conditions on the table `t`, its documents `r` and the categories `c`, and what to bind."""
        parts: list[tuple[str, list[Any]]] = []
        for column, values in (("t.campaign_id", self.campaigns), ("t.type", self.types)):
            if values:
                parts.append(Condition(column, "in", values).sql(column))
        exact = (("c.category", self.category), ("t.channel", self.channel))
        parts += [(f"{column} = ?", [value]) for column, value in exact if value]
        if self.campaign_type:
            kind = "t.campaign_id in (select k.id from campaigns k where k.campaign_type = ?)"
            parts.append((kind, [self.campaign_type]))
        if self.since:
            parts.append(("t.created_at >= ?", [self.since]))
        if self.until:
            parts.append(("t.created_at < ?", [self.until]))
        if needle := fold(self.text.strip()):
            found = [Condition(name, "contains", needle).sql(name) for name in _SEARCHED]
            parts.append((f"({' or '.join(one[0] for one in found)})", [value for one in found for value in one[1]]))
        return "".join(f" and {clause}" for clause, _ in parts), [value for _, bound in parts for value in bound]


@dataclass(frozen=True, slots=True)
class EventStub:
    """What arranging events needs of one: its row, id, instant (UTC text), type and causing request."""

    row: int
    id: str
    at: str
    type: str
    group_id: str | None


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """One event, read.

    Attributes:
        id, type, group_id, channel: as the API has them.
        at: when it was recorded (UTC text).
        happened_at: when it happened by its data; None where that says nothing.
        title: what happened, in few words.
        line: what its data says of it; holds outside text.
        category: ACTION or EFFECT; None while it is not known.
        performed_by: the user's id, or the key's name or id.
        campaign_id, campaign, voucher_id, voucher_code, order_id, redemption_id: what it is about, where it says so.
    """

    id: str
    at: str
    happened_at: str | None
    type: str
    title: str
    line: str
    category: str | None
    campaign_id: str | None
    campaign: str | None
    voucher_id: str | None
    voucher_code: str | None
    order_id: str | None
    redemption_id: str | None
    group_id: str | None
    channel: str | None
    performed_by: str | None
    customer_id: str

    @property
    def summary(self) -> str:
        """Title and line as one text."""
        return f"{self.title}: {self.line}" if self.line else self.title


def reach_of(connection: sqlite3.Connection, customer_id: str) -> Reach:
    """How far back a customer's activity is held."""
    if not holds(connection, TABLE):
        return Reach(0, None, None, whole=False, state=Freshness())
    query = f"select count(*), max(created_at), min(created_at) from {TABLE} where customer_id = ?"
    held, newest, oldest = connection.execute(query, (customer_id,)).fetchone()
    state = data_state(connection, TABLE, Ref(CUSTOMER, customer_id))
    place = _place(connection, customer_id)
    if place is None:
        return Reach(held, newest, oldest if state.completed_at else None, state.completed_at is not None, state)
    # A reading that is under way has come down to this event: what is held of before may have a gap.
    row = connection.execute(f"select created_at from {TABLE} where id = ?", (place,)).fetchone()
    return Reach(held, newest, None if row is None else row[0], whole=False, state=state)


def _place(connection: sqlite3.Connection, customer_id: str) -> str | None:
    """The event that the reading back has come to; None where none is under way."""
    # Late: the ledger's own forms of places are a sync's business.
    import msgspec

    stored = Ledger(connection).window(TABLE, customer_scope(customer_id), FULL_REFRESH)
    if stored is None or stored[1] is None:
        return None
    page = stored_object(stored[1]).get("page")
    try:
        return msgspec.convert(page, AfterId).id
    except msgspec.ValidationError:
        return None


_FROM = f"from {TABLE} t left join event_categories c on c.type = t.type"


def event_stubs(
    connection: sqlite3.Connection, customer_id: str, wanted: EventFilter | None = None, limit: int = -1
) -> list[EventStub]:
    """The events a filter leaves, newest first; at most so many, or all."""
    if not holds(connection, TABLE):
        return []
    where, values = (wanted or EventFilter()).sql()
    joined = f" join {TABLE}_raw r on r.id = t.id" if wanted is not None and wanted.text.strip() else ""
    query = (
        f"select t.rowid, t.id, coalesce(t.created_at, ''), coalesce(t.type, ''), t.group_id {_FROM}{joined}"
        f" where t.customer_id = ?{where} order by t.created_at desc, t.id desc limit ?"
    )
    return [EventStub(*row) for row in connection.execute(query, (customer_id, *values, limit))]


_COLUMNS = (
    "t.id, coalesce(t.created_at, ''), t.type, c.category, t.campaign_id, coalesce(k.name, t.campaign), t.voucher_id,"
    " t.voucher_code, t.order_id, t.redemption_id, t.group_id, t.channel, t.performed_by, t.customer_id, r.json"
)


def read_events(
    connection: sqlite3.Connection, stubs: Sequence[EventStub], currency: str | None = None
) -> list[CustomerEvent]:
    """Events with their words, in the order of the stubs; those that are gone are left out."""
    found: dict[str, tuple[Any, ...]] = {}
    for begin in range(0, len(stubs), _CHUNK):
        rows = [stub.row for stub in stubs[begin : begin + _CHUNK]]
        query = (
            f"select {_COLUMNS} {_FROM} join {TABLE}_raw r on r.id = t.id left join campaigns k on k.id = t.campaign_id"
            f" where t.rowid in ({', '.join('?' * len(rows))})"
        )
        found.update((row[0], row) for row in connection.execute(query, rows))
    documents = {identity: stored_object(row[-1]) for identity, row in found.items()}
    names = _names(connection, documents.values())
    return [_event(found[stub.id], documents[stub.id], currency, names) for stub in stubs if stub.id in found]


def _event(
    row: tuple[Any, ...], document: dict[str, Any], currency: str | None, names: dict[str, str]
) -> CustomerEvent:
    identity, at, kind, *rest, _ = row
    title, said = event_type(kind).title, event_line(kind, document, currency, names)
    return CustomerEvent(identity, at, happened_at(document), kind or "", title, said, *rest)


def _names(connection: sqlite3.Connection, documents: Iterable[dict[str, Any]]) -> dict[str, str]:
    ids = {identity for document in documents for identity in referenced_ids(document)}
    names: dict[str, str] = {}
    for table in ("vouchers", "promotion_tiers", "earning_rules"):
        names.update(names_of(connection, table, ids))
    return names


def activity_campaigns(connection: sqlite3.Connection, customer_id: str) -> list[tuple[str, str, int]]:
    """The campaigns a customer's events are about: id, name and number of events, most first."""
    query = (
        f"select t.campaign_id, coalesce(k.name, max(t.campaign), t.campaign_id), count(*) from {TABLE} t"
        " left join campaigns k on k.id = t.campaign_id"
        " where t.customer_id = ? and t.campaign_id is not null group by t.campaign_id order by 3 desc, 2"
    )
    return connection.execute(query, (customer_id,)).fetchall() if holds(connection, TABLE) else []


# Categories


def learn_categories(
    connection: sqlite3.Connection, customer_id: str, actions: set[str], since: str, learnt_at: str
) -> None:
    """Note of which category types are, from the ids of a customer's events that the API calls actions.

    Args:
        connection: the writing connection, in a transaction.
        customer_id: whose events.
        actions: ids of the actions since an instant.
        since: that instant (UTC text); all events from it on are held.
        learnt_at: now (UTC text).
    """
    query = f"select id, type from {TABLE} where customer_id = ? and created_at >= ? and type is not null"
    found = connection.execute(query, (customer_id, since)).fetchall()
    kinds = {kind: "EFFECT" for _, kind in found}
    kinds.update((kind, "ACTION") for identity, kind in found if identity in actions)
    connection.executemany(
        "insert or replace into event_categories (type, category, customer_id, learnt_at) values (?, ?, ?, ?)",
        [(kind, category, customer_id, learnt_at) for kind, category in sorted(kinds.items())],
    )


def uncategorised(connection: sqlite3.Connection, customer_id: str) -> int:
    """How many of a customer's events are of types whose category is not known."""
    if not holds(connection, TABLE):
        return 0
    query = f"select count(*) {_FROM} where t.customer_id = ? and c.type is null"
    return int(connection.execute(query, (customer_id,)).fetchone()[0])


def activity_types(connection: sqlite3.Connection, customer_id: str) -> list[tuple[str, int]]:
    """The types of a customer's events and how many there are of each, most first."""
    return _counts(connection, customer_id, "type")


def activity_channels(connection: sqlite3.Connection, customer_id: str) -> list[tuple[str, int]]:
    """The channels they came through, the same way."""
    return _counts(connection, customer_id, "channel")


def activity_campaign_types(connection: sqlite3.Connection, customer_id: str) -> list[tuple[str, int]]:
    """The types of the campaigns their events are about, the same way."""
    query = (
        f"select k.campaign_type, count(*) from {TABLE} t join campaigns k on k.id = t.campaign_id"
        " where t.customer_id = ? and k.campaign_type is not null group by 1 order by 2 desc, 1"
    )
    return connection.execute(query, (customer_id,)).fetchall() if holds(connection, TABLE) else []


def _counts(connection: sqlite3.Connection, customer_id: str, column: str) -> list[tuple[str, int]]:
    query = (
        f"select {column}, count(*) from {TABLE} where customer_id = ? and {column} is not null"
        " group by 1 order by 2 desc, 1"
    )
    return connection.execute(query, (customer_id,)).fetchall() if holds(connection, TABLE) else []


def logged_calls(connection: sqlite3.Connection, group_id: str | None) -> list[tuple[str, dict[str, Any]]]:
    """The calls in the API log that a causing request made: what each was, and its record."""
    if not group_id:
        return []
    query = (
        "select coalesce(l.method || ' ', '') || coalesce(l.endpoint, l.url, l.id), r.json from api_log l"
        " join api_log_raw r on r.id = l.id where l.request_id = ? order by l.created_at limit 5"
    )
    return [(name, stored_object(text)) for name, text in connection.execute(query, (group_id,))]
