"""Keeping webhook deliveries: each event once, its row, its body as received and the records it is about together."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from store.cache.columns import SqlValue
from store.cache.database import transaction
from store.cache.page import placeholders
from store.cache.received_tables import NOT_CHECKED, VERIFIED, WEBHOOK_DELIVERIES
from store.cache.search_index import mark_changed
from store.domain import envelope
from store.domain.signature import signed_bytes
from store.json_text import decode

SOURCE = "webhook"
"""Where the stored document came from."""

_SPEC = WEBHOOK_DELIVERIES
_READERS = tuple(column.reader() for column in _SPEC.columns if not column.local)
_COLUMNS = (*_SPEC.column_names, *(column.name for column in _SPEC.columns if column.local))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it came.

    Attributes:
        body: the request's body, UTF-8.
        received_at: when (UTC text).
        verified: whether it carried the right signature; False when there was no secret to check it with.
    """

    body: bytes
    received_at: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What a delivery became.

    Attributes:
        id: its row in `webhook_deliveries`: the event's id, or `body_…` for a payload without one.
        type, created_at, entity_id, group_id: what it says of itself, where it says so.
        campaign_ids: the campaigns it is about.
        received_at, signature: as stored; those of the first time when it is a repeat.
        new: False when the event had been kept before.
    """

    id: str
    type: str | None
    created_at: str | None
    entity_id: str | None
    group_id: str | None
    campaign_ids: tuple[str, ...]
    received_at: str
    signature: str
    new: bool


def keep_deliveries(connection: sqlite3.Connection, deliveries: Sequence[Delivery]) -> list[Kept]:
    """Write deliveries in one transaction that is on the disk when this returns; what was kept before is left alone.

    A delivery whose signature was not checked is replaced by the genuine one.

    Args:
        connection: the writing connection.
        deliveries: in the order they came.

    Returns:
        What each became, in the same order.
    """
    with _on_disk(connection), transaction(connection):
        return [_keep(connection, delivery) for delivery in deliveries]


@contextlib.contextmanager
def _on_disk(connection: sqlite3.Connection) -> Iterator[None]:
    """Make a commit wait for the disk: by default a power cut may take the last ones, which a sync would read again."""
    before = connection.execute("pragma synchronous").fetchone()[0]
    connection.execute("pragma synchronous = extra")
    try:
        yield
    finally:
        connection.execute(f"pragma synchronous = {before}")


def _keep(connection: sqlite3.Connection, delivery: Delivery) -> Kept:
    document, text = _read(delivery.body)
    identity = envelope.identity(document) or f"body_{hashlib.sha256(signed_bytes(delivery.body)).hexdigest()[:32]}"
    row: dict[str, Any] = dict(zip(_COLUMNS, (identity, *_values(document)), strict=False))
    row["received_at"] = delivery.received_at
    row["signature"] = VERIFIED if delivery.verified else NOT_CHECKED
    kept = connection.execute(
        f'select received_at, signature from "{_SPEC.name}" where id = ?', (identity,)
    ).fetchone()  # fmt: skip
    if kept is None or (delivery.verified and kept[1] != VERIFIED):
        _write(connection, row, document, text)
        mark_changed(connection, _SPEC.name, [identity])
    else:
        row["received_at"], row["signature"] = kept
    return Kept(
        identity, row["type"], row["created_at"], row["entity_id"], row["group_id"],
        tuple(envelope.campaigns(document)), row["received_at"], row["signature"], new=kept is None,
    )  # fmt: skip


def _read(body: bytes) -> tuple[Any, str]:
    """The decoded body, and what is stored of it: the JSON as received, or any other text as a JSON string."""
    text = body.decode("utf-8", "replace")
    try:
        return decode(body), text
    except (msgspec.DecodeError, RecursionError):
        return None, msgspec.json.encode(text).decode()


def _values(document: Any) -> list[SqlValue]:
    return [read(document) for read in _READERS]


def _write(connection: sqlite3.Connection, row: dict[str, Any], document: Any, text: str) -> None:
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS[1:])
    connection.execute(
        f'insert into "{_SPEC.name}" ({names}) values ({placeholders(len(_COLUMNS))})'
        f" on conflict (id) do update set {updates}",
        [row[name] for name in _COLUMNS],
    )
    connection.execute(
        f'insert or replace into "{_SPEC.raw}" (id, json, source) values (?, ?, ?)', (row["id"], text, SOURCE)
    )
    for child in _SPEC.children:
        connection.execute(f'delete from "{child.name}" where "{child.columns[0][0]}" = ?', (row["id"],))
        connection.executemany(
            f'insert into "{child.name}" values ({placeholders(len(child.columns))})',
            [(row["id"], *values) for values in child.read(document)],
        )
