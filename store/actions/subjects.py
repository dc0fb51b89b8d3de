"""From a row of the cache to what an action is done to: its kind, its name for the API, and its document."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.actions.action import Action
from store.actions.catalogue import ACTIONS, KINDS
from store.cache.registry import TABLES
from store.cache.search_sources import SEARCH_SOURCES
from store.queries.reader import document, holds
from store.ref import Ref

TABLES_OF: Mapping[str, str] = {source.kind: source.table for source in SEARCH_SOURCES}
STANDS_FOR: Mapping[str, tuple[str, str]] = {
    "event": ("redemption", "redemption_id"),
    "transaction": ("voucher", "voucher_id"),
    "publication": ("voucher", "voucher_id"),
    "points_expiration": ("voucher", "voucher_id"),
}
"""Rows that tell of another record: its kind, and the column with its id."""


@dataclass(frozen=True, slots=True)
class ManagedRecord:
    """A record as actions know it.

    Attributes:
        kind: of its actions.
        id: in the cache.
        values: its row by column.
        document: as last received.
    """

    kind: str
    id: str
    values: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def campaign_id(self) -> str:
        """Of the campaign it belongs to, or is; "" for none."""
        return self.id if self.kind == "campaign" else str(self.values.get("campaign_id") or "")

    @property
    def title(self) -> str:
        """What people call it. Outside text."""
        if code := self.values.get("voucher_code"):
            return f"{self.id} of {code}"
        return str(self.values.get("code") or self.values.get("name") or self.id)

    def name_for(self, action: Action) -> str:
        """Its id as `make_plan` takes it: a code by its text, a part with the id of what it is a part of."""
        if action.holder:
            return f"{self.values.get(action.holder)}/{self.id}"
        return str(self.values.get("code") or self.id)


def kind_managed(kind: str) -> str:
    """Of which kind the actions are that a row of a kind is offered; "" for none."""
    found = STANDS_FOR.get(kind, (kind, ""))[0]
    return found if found in KINDS else ""


def actions_of(kind: str) -> tuple[Action, ...]:
    """All actions of a kind of record."""
    return tuple(one for one in ACTIONS if one.kind == kind)


def managed_records(connection: sqlite3.Connection, refs: Iterable[Ref]) -> list[ManagedRecord]:
    """The records that rows mean, each once; those that are not cached are left out.

    Raises:
        CacheError: the cache cannot be read.
    """
    found: dict[str, ManagedRecord] = {}
    for ref in refs:
        kind, identity = ref.kind, ref.id
        if kind in STANDS_FOR:
            told, column = STANDS_FOR[kind]
            identity = str(_row(connection, TABLES_OF[kind], identity).get(column) or "")
            kind = told
        record = _record(connection, kind, identity) if identity and kind in KINDS else None
        if record is not None:
            found.setdefault(record.id, record)
    return list(found.values())


def _record(connection: sqlite3.Connection, kind: str, identity: str) -> ManagedRecord | None:
    table = TABLES_OF.get(kind, "")
    values = _row(connection, table, identity)
    if not values:
        return None
    known = document(connection, table, str(values["id"])) if table in TABLES else {}
    return ManagedRecord(kind, str(values["id"]), values, known)


def _row(connection: sqlite3.Connection, table: str, identity: str) -> dict[str, Any]:
    """A row by its id, of codes by the code as well."""
    if not table or not holds(connection, table):
        return {}
    by_code = " or code = :id" if table == "vouchers" else ""
    cursor = connection.execute(f'select * from "{table}" where id = :id{by_code} limit 1', {"id": identity})
    row = cursor.fetchone()
    return {} if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))


def records_named(connection: sqlite3.Connection, action: Action, names: Iterable[str]) -> dict[str, ManagedRecord]:
    """The cached ones of records that are named as `make_plan` takes them, by these names.

    Raises:
        CacheError: the cache cannot be read.
    """
    found = {}
    for name in names:
        identity = name.partition("/")[2] if action.holder else name
        record = _record(connection, action.kind, identity)
        if record is not None:
            found[name] = record
    return found
