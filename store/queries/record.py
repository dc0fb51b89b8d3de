"""One cached record of any kind: what its row says, its document, and the records it leads to."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from store.cache.columns import dig
from store.cache.registry import TABLES
from store.cache.search_sources import SEARCH_SOURCES
from store.json_text import stored_object
from store.queries.reader import holds, raw_document
from store.queries.search import ORDER_FIELDS, search
from store.queries.search_hits import Hit, Match, candidates, hits_of, now_text, settle_status
from store.queries.search_query import ORDER_KIND, SearchQuery
from store.queries.views import RESOURCE_VIEWS
from store.ref import Ref

SOURCES = {source.kind: source for source in SEARCH_SOURCES}
MOST_OF_A_LIST = 3
"""Records of a list that a record leads to; the newest."""
_POINTERS: Mapping[str, str] = {
    "campaign_id": "campaign", "voucher_id": "voucher", "customer_id": "customer", "holder_id": "customer",
    "order_id": ORDER_KIND, "promotion_tier_id": "promotion_tier", "reward_id": "reward", "rule_id": "validation_rule",
    "earning_rule_id": "earning_rule", "validation_rule_id": "validation_rule", "redemption_id": "redemption",
    "parent_redemption_id": "redemption", "undone_redemption_id": "redemption", "rolled_back_by": "redemption",
    "related_transaction_id": "transaction",
}  # fmt: skip
"""Columns that hold the id of another record, and its kind."""
_RELATIONS = {
    "holder_id": "holder", "parent_redemption_id": "stack", "undone_redemption_id": "undoes",
    "rolled_back_by": "rolled back by", "related_transaction_id": "other end",
}  # fmt: skip
_LISTS = ("redemptions", "transactions", "vouchers", "publications", "pending_points", "holders", "customer_activity")
"""Whose rows belong to a customer, a voucher or an order."""
_NAMING_ORDERS = ("redemption", "transaction", "pending_points", "event")
MOST_OF_AN_ORDER = 100
"""Rows of each kind that tell of an order."""
_RULES = (
    "t.id in (select a.rule_id from validation_rules_assignments a where a.missing_since is null"
    " and a.related_object_id in (:id, :campaign, :voucher, :tier))"
)
_REFERRED = "t.id in (select customer_id from customer_referrals where referrer_id = :id)"
_REFERRER = "t.id in (select referrer_id from customer_referrals where customer_id = :id)"
_WAYS = {"redemption": (("rule", "validation_rule", _RULES),), "voucher": (("rule", "validation_rule", _RULES),),
         "promotion_tier": (("rule", "validation_rule", _RULES),),
         "customer": (("referred", "customer", _REFERRED), ("referrer", "customer", _REFERRER))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A record that another leads to: in which way, and what it is; `is_cached` is False where only its id is known."""

    relation: str
    hit: Hit
    is_cached: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """What the cache holds of a record.

    Attributes:
        hit: what it is called, its status, campaign and date.
        values: its row by column, without what is empty.
        document: as received; None where none is kept.
        links: nearest first.
    """

    hit: Hit
    values: Mapping[str, Any]
    document: str | None
    links: tuple[Link, ...]


def read_record(connection: sqlite3.Connection, ref: Ref, now: datetime, zone: tzinfo) -> Record | None:
    """A record by its kind and id; None where the cache does not hold it.

    Args:
        connection: of a reader.
        ref: a kind of `SEARCH_SOURCES` or an order. Codes are known by their text, too.
        now: for derived statuses.
        zone: of the project.

    Raises:
        CacheError: the cache cannot be read.
    """
    asked = _RecordReading(connection, now, zone)
    if ref.kind == ORDER_KIND:
        return asked.order(ref.id)
    source = SOURCES.get(ref.kind)
    if source is None or not holds(connection, source.table):
        return None
    hit = asked.one(ref)
    if hit is None:
        return None
    cursor = connection.execute(f'select * from "{source.table}" where id = ?', (hit.ref.id,))
    names = [column[0] for column in cursor.description]
    values = {name: value for name, value in zip(names, cursor.fetchone(), strict=True) if value is not None}
    document = (
        raw_document(connection, source.table, hit.ref.id) if source.table in TABLES else values.pop("json", None)
    )
    return Record(hit, values, document, tuple(asked.links(hit.ref, values)))


class _RecordReading:
    def __init__(self, connection: sqlite3.Connection, now: datetime, zone: tzinfo) -> None:
        self._connection, self._now, self._zone = connection, now, zone

    def hits(self, kind: str, where: str, **values: Any) -> list[Hit]:
        """The records of a kind that meet a condition."""
        source = SOURCES[kind]
        if not holds(self._connection, source.table):
            return []
        found = candidates(self._connection, source, where, {"now": now_text(self._now), **values})
        settle_status(source, found, self._now, self._zone)
        return [replace(hit, match=Match.EXACT) for hit in hits_of(self._connection, source, found)]

    def one(self, ref: Ref) -> Hit | None:
        """A record by its id, a voucher by its code as well."""
        by_code = " or t.code = :id" if ref.kind == "voucher" else ""
        found = self.hits(ref.kind, f"(t.id = :id{by_code}) order by t.id = :id desc limit 1", id=ref.id)
        return found[0] if found else None

    def order(self, identity: str) -> Record | None:
        """An order, of which the rows that name it tell."""
        query = SearchQuery(identity, frozenset(_NAMING_ORDERS))
        rows = search(self._connection, query, self._now, self._zone, MOST_OF_AN_ORDER, Match.EXACT).hits
        rows = sorted((hit for hit in rows if hit.field in ORDER_FIELDS), key=lambda hit: hit.date or "")
        links = [Link(hit.ref.kind.replace("_", " "), hit) for hit in rows]
        if not links:
            return None
        told = self._told(links, identity)
        if isinstance(told.get("id"), str) and told["id"] != identity:
            return self.order(told["id"])  # Movements name an order by its id alone.
        customer = self._customer(links)
        if customer is not None:
            links.insert(0, self._link("customer", Ref("customer", customer)))
        dates = [link.hit.date for link in links if link.hit.date and link.relation != "customer"]
        label, status = told.get("source_id"), told.get("status")
        hit = Hit(
            Ref(ORDER_KIND, identity), label if isinstance(label, str) and label else identity, Match.EXACT,
            status=status.lower() if isinstance(status, str) else "", date=min(dates, default=None),
        )  # fmt: skip
        values = {name: value for name, value in told.items() if isinstance(value, str | int)}
        document = msgspec.json.encode(told).decode("utf-8", "replace") if told else None
        return Record(hit, {"id": identity, **values}, document, tuple(links))

    def _told(self, links: list[Link], identity: str) -> dict[str, Any]:
        """The order as the newest row that carries it has it."""
        for link in reversed(links):
            document = stored_object(raw_document(self._connection, SOURCES[link.hit.ref.kind].table, link.hit.ref.id))
            for path in (("order",), ("data", "data", "order")):
                order = dig(document, path)
                if isinstance(order, dict) and identity in (order.get("id"), order.get("source_id")):
                    return order
        return {}

    def _customer(self, links: list[Link]) -> str | None:
        for link in links:
            if link.hit.ref.kind in ("redemption", "event"):
                table = SOURCES[link.hit.ref.kind].table
                row = self._connection.execute(f'select customer_id from "{table}" where id = ?', (link.hit.ref.id,))
                if found := row.fetchone()[0]:
                    return str(found)
        return None

    def links(self, ref: Ref, values: Mapping[str, Any]) -> Iterator[Link]:
        """What a row leads to: the records it names, then the newest of the lists that are its own."""
        for column, kind in _POINTERS.items():
            if values.get(column):
                yield self._link(_RELATIONS.get(column, kind.replace("_", " ")), Ref(kind, str(values[column])))
        if "related_object_id" in values:
            kind = str(values.get("related_object_type", "")).replace("rule_assignment", "")
            if kind in SOURCES and ref.kind == "rule_assignment":
                yield self._link("applies to", Ref(kind, str(values["related_object_id"])))
        bound = {
            "id": ref.id, "campaign": values.get("campaign_id"), "voucher": values.get("voucher_id"),
            "tier": values.get("promotion_tier_id"),
        }  # fmt: skip
        for relation, kind, clause in _WAYS.get(ref.kind, ()):
            found = self.hits(kind, f"{clause} order by t.created_at desc limit {MOST_OF_A_LIST}", **bound)
            yield from (Link(relation, hit) for hit in found)
        for name in _LISTS:
            scope = RESOURCE_VIEWS[name].scopes.get(ref.kind)
            kind = next(source.kind for source in SEARCH_SOURCES if source.table == name)
            if scope is not None and kind != ref.kind and ref.kind != "campaign":
                newest = f"order by t.created_at desc, t.rowid desc limit {MOST_OF_A_LIST}"
                found = self.hits(kind, f"{scope.replace('?', ':id')} {newest}", id=ref.id)
                yield from (Link(kind.replace("_", " "), hit) for hit in found)

    def _link(self, relation: str, ref: Ref) -> Link:
        hit = Hit(ref, ref.id, Match.EXACT) if ref.kind == ORDER_KIND else self.one(ref)
        return Link(relation, hit or Hit(ref, ref.id, Match.EXACT), hit is not None)
