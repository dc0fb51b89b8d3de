"""The change journal: what differs in configuration between two syncs, field by field.

The API keeps no such history. An entry names the object, the field's path, its JSON before and after, and
between which syncs it was seen to change.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec

from store.cache.columns import TableSpec
from store.domain.documents import MISSING, diff

CHANGES, CODE_CHANGES = "changes", "code_changes"
"""The journal of configuration, and that of codes: these are many, and no campaign's feed walks through them."""
RECORD = ""
"""The field of an entry about an object as such: `after` only when it appeared, `before` only when it vanished."""


@dataclass(frozen=True, slots=True)
class ChangeOrigin:
    """When a sync sees things: its run, its instant and the instant of the sync before (UTC text)."""

    run_id: str
    seen_at: str
    since: str | None = None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8", "replace")


def write_difference(
    connection: sqlite3.Connection,
    spec: TableSpec,
    identity: tuple[str, str | None],
    documents: tuple[Any, Any],
    moment: ChangeOrigin,
) -> None:
    """Journal every field that differs between two documents of one object.

    Args:
        connection: inside the transaction that writes the object.
        spec: the object's table.
        identity: record id and campaign id.
        documents: before and after, decoded.
        moment: when it was seen.
    """
    record_id, campaign_id = identity
    entries = [
        (
            spec.name, record_id, campaign_id, change.path,
            None if change.before is MISSING else _json(change.before),
            None if change.after is MISSING else _json(change.after),
            moment.since, moment.seen_at, moment.run_id,
        )
        for change in diff(*documents)
        if not change.path.startswith(spec.traffic)
    ]  # fmt: skip
    _insert(connection, entries, CODE_CHANGES if spec.traffic else CHANGES)


def write_appearance(
    connection: sqlite3.Connection, spec: TableSpec, rows: list[tuple[str, str | None, str]], moment: ChangeOrigin
) -> None:
    """Journal objects that were not there at the last complete sync: (record id, campaign id, document as JSON)."""
    _insert(
        connection,
        [
            (spec.name, record, campaign, RECORD, None, document, moment.since, moment.seen_at, moment.run_id)
            for record, campaign, document in rows
        ],
    )


def write_disappearance(
    connection: sqlite3.Connection, spec: TableSpec, rows: list[tuple[str, str | None, str]], moment: ChangeOrigin
) -> None:
    """Journal objects a full refresh no longer returned: (record id, campaign id, last document as JSON)."""
    _insert(
        connection,
        [
            (spec.name, record, campaign, RECORD, document, None, moment.since, moment.seen_at, moment.run_id)
            for record, campaign, document in rows
        ],
    )


def _insert(connection: sqlite3.Connection, entries: list[tuple[Any, ...]], table: str = CHANGES) -> None:
    if not entries:
        return
    connection.executemany(
        f"insert into {table} (resource, record_id, campaign_id, field, before, after, since, seen_at, run_id)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entries,
    )
