"""A page of records on its way into the cache, sorted into new, changed and already cached."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from store.cache.columns import SqlValue, TableSpec, as_text


class _Identified(msgspec.Struct):
    id: Any = None


_peek = msgspec.json.Decoder(_Identified).decode


def seeming_id(raw: bytes) -> str | None:
    """The id a document seems to carry, without looking at the rest; None where that takes a closer look."""
    try:
        return as_text(_peek(raw).id)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def placeholders(count: int) -> str:
    """`?, ?, …` for an IN list."""
    return ", ".join("?" * count)


@dataclass(slots=True)
class Applied:
    """What a batch did: records seen, of these added, changed and not understood.

    Attributes:
        malformed: ids of those not understood.
        rows: what was written in whole, by id.
    """

    seen: int = 0
    added: int = 0
    changed: int = 0
    not_understood: int = 0
    malformed: list[str] = field(default_factory=list)
    rows: dict[str, tuple[SqlValue, ...]] = field(default_factory=dict)


def times_of(
    connection: sqlite3.Connection, spec: TableSpec, column: str, identities: Sequence[str], written: Applied
) -> dict[str, str]:
    """The times in a column of those of these rows that have one; looked up where they were not just written."""
    if column not in spec.column_names:
        return {}
    place = spec.column_names.index(column)
    times: dict[str, Any] = {identity: row[place] for identity, row in written.rows.items()}
    if others := [identity for identity in identities if identity not in times]:
        query = f'select id, "{column}" from "{spec.name}" where id in ({placeholders(len(others))})'
        times |= dict(connection.execute(query, others).fetchall())
    return {identity: time for identity, time in times.items() if time is not None}


def named_since(
    connection: sqlite3.Connection, spec: TableSpec, identities: Sequence[str], campaign_ids: Mapping[str, str]
) -> set[str]:
    """Which of these are cached without a campaign though they carry the name of one that is known by now."""
    if "campaign" not in spec.column_names or not campaign_ids:
        return set()
    query = (
        f'select id, campaign from "{spec.name}" where "{spec.campaign_column}" is null and campaign is not null'
        f" and id in ({placeholders(len(identities))})"
    )
    return {identity for identity, name in connection.execute(query, identities) if name in campaign_ids}


@dataclass(slots=True)
class CachedRecord:
    """One document: the table's row, the exact bytes, and these as text, as it is stored.

    Attributes:
        document: the decoded JSON, where child tables are filled from it; else None.
    """

    row: tuple[SqlValue, ...]
    raw: bytes
    text: str
    document: Any = None


Known: TypeAlias = dict[str, tuple[bytes, str]]
"""Stored document and its source, by id."""


@dataclass(slots=True)
class CachedPage:
    """Records seen together.

    Attributes:
        applied: what has become of them.
        identities: ids of all.
        differing: those that are not cached in this form.
        known: what is cached of them.
        unplaced: ids of those cached without a campaign though they were asked for by one.
    """

    applied: Applied
    identities: list[str]
    differing: dict[str, CachedRecord]
    known: Known
    unplaced: frozenset[str] = frozenset()

    def split(self, source: str, alike: set[str]) -> tuple[list[CachedRecord], list[CachedRecord]]:
        """The new records and, of the cached ones, those that differ and are not taken to be alike; counted."""
        fresh, changed = [], []
        for identity, record in self.differing.items():
            if identity not in self.known:
                fresh.append(record)
            elif identity in self.unplaced or (identity not in alike and self.known[identity] != (record.raw, source)):
                changed.append(record)
        self.applied.added, self.applied.changed = len(fresh), len(changed)
        return fresh, changed
