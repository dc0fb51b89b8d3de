"""A thing as it was: documents rebuilt backwards from today's state through the change journal."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from store.cache.journal import CHANGES, CODE_CHANGES
from store.cache.registry import TABLES
from store.domain.documents import MISSING, DocumentChange, revert
from store.domain.values import inside, visible
from store.json_text import stored
from store.queries.activity import related_records
from store.queries.calls import ApiCall, Changed, calls_between, made_by
from store.queries.reader import document, holds

VOUCHERS = "vouchers"


@dataclass(frozen=True, slots=True)
class SyncMoment:
    """A state of a thing: how a sync left it.

    Attributes:
        seen_at: the sync; "" where the journal does not say which one saw the first state.
        fields: how many fields that sync saw changed; 0 for the first state.
        changes: what it saw changed, in order.
        calls: the calls of the API log that account for one of these changes.
    """

    seen_at: str
    fields: int
    changes: tuple[Changed, ...] = ()
    calls: tuple[ApiCall, ...] = ()


@dataclass(frozen=True, slots=True)
class AsItWas:
    """A thing right after a chosen sync.

    Attributes:
        seen_at: the chosen sync.
        document: its document then; None when it was not there: not yet, or not any more.
        changes: what that sync saw changed, in order.
    """

    seen_at: str
    document: dict[str, Any] | None
    changes: tuple[Changed, ...]


def sync_moments(connection: sqlite3.Connection, resource: str, record_id: str) -> list[SyncMoment]:
    """The states of a thing and of what belongs to it, newest first.

    Each is one that a sync saw changed; the last is the state before the first change, where there was one.
    """
    found: dict[str, list[Changed]] = {}
    since: dict[str, str] = {}
    for seen_at, before, *change in _journalled(connection, resource, record_id):
        found.setdefault(seen_at, []).append(tuple(change))
        since[seen_at] = max(before or "", since.get(seen_at, ""))
    if not found:
        return []
    times = list(found)
    calls = calls_between(connection, _names(connection, resource, record_id), since[times[0]], times[-1])
    moments = []
    for at in reversed(times):
        between = [call for call in calls if since[at] < call.at <= at]
        moments.append(SyncMoment(at, len(found[at]), tuple(found[at]), made_by(found[at], between)))
    if as_it_was(connection, resource, record_id, since[times[0]]).document is not None:
        moments.append(SyncMoment(since[times[0]], 0))
    return moments


def _names(connection: sqlite3.Connection, resource: str, record_id: str) -> list[str]:
    """What addresses of the API call a thing and its rules: their ids, and the code of a voucher."""
    code = visible(inside(document(connection, resource, record_id), "code")) if resource == VOUCHERS else ""
    return [*related_records(connection, record_id), *([quote(code, safe="")] if code else [])]


def _journalled(
    connection: sqlite3.Connection, resource: str, record_id: str, first: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Changes of a thing and of what belongs to it, from an instant on: seen at, since, then the change."""
    related = related_records(connection, record_id)
    marks = ", ".join("?" * len(related))
    columns = "select seen_at, since, resource, record_id, field, before, after, id from"
    query = f"{columns} changes where seen_at >= ? and (campaign_id = ? or record_id in ({marks}))"
    values = [first, record_id, *related]
    if _journal(resource) != CHANGES and holds(connection, _journal(resource)):
        query += f" union all {columns} {_journal(resource)} where seen_at >= ? and resource = ? and record_id = ?"
        values += [first, resource, record_id]
    for *row, _ in connection.execute(f"{query} order by seen_at, id", values):
        yield tuple(row)


def has_history(connection: sqlite3.Connection, resource: str, record_id: str) -> bool:
    """Whether a sync ever saw a change of a thing or of what belongs to it."""
    return next(_journalled(connection, resource, record_id), None) is not None


def as_it_was(connection: sqlite3.Connection, resource: str, record_id: str, seen_at: str) -> AsItWas:
    """A document as the sync at `seen_at` left it, and what that sync saw changed."""
    rows = [(at, *change) for at, _, *change in _journalled(connection, resource, record_id, seen_at)]
    now = document(connection, resource, record_id)
    then: Any = now
    for at, table, record, field, before, after in reversed(rows):
        if at > seen_at and (table, record) == (resource, record_id):
            then = revert(then, [DocumentChange(field, _value(before), _value(after))])
    there = isinstance(then, dict) and not _gone(connection, resource, record_id, seen_at)
    return AsItWas(seen_at, then if there else None, tuple(row[1:] for row in rows if row[0] == seen_at))


def _gone(connection: sqlite3.Connection, resource: str, record_id: str, seen_at: str) -> bool:
    """Whether the last thing seen of an object by then was that it is not there any more."""
    row = connection.execute(
        f"select field = '' and after is null from {_journal(resource)} where resource = ? and record_id = ?"
        " and seen_at <= ? order by seen_at desc, id desc limit 1",
        (resource, record_id, seen_at),
    ).fetchone()
    return bool(row and row[0])


def previous_state(connection: sqlite3.Connection, resource: str, record_id: str, seen_at: str) -> tuple[Any, Any]:
    """One object's documents right before and right after the change seen at `seen_at`; None where it was not there."""
    rows = connection.execute(
        f"select seen_at, field, before, after from {_journal(resource)} where resource = ? and record_id = ?"
        " and seen_at >= ? order by seen_at, id",
        (resource, record_id, seen_at),
    ).fetchall()
    state: Any = document(connection, resource, record_id)
    after: Any = state
    for at, field, old, new in reversed(rows):
        if at > seen_at:
            state = after = revert(state, [DocumentChange(field, _value(old), _value(new))])
        else:
            state = revert(state, [DocumentChange(field, _value(old), _value(new))])
    if _gone(connection, resource, record_id, seen_at):
        after = None
    return (None if state is MISSING else state), after


def states_around(connection: sqlite3.Connection, resource: str, record_id: str, at: str) -> tuple[Any, Any]:
    """One object's documents as they may have been at an instant: the earliest and the latest that fit the journal.

    They differ in what was changed between the two syncs around the instant: nobody knows on which side of it that was.
    A state in which the object was not there is `MISSING`.
    """
    query = (
        f"select field, before, after, since is not null and since >= ?1 from {_journal(resource)}"
        " where resource = ?2 and record_id = ?3 and seen_at > ?1 order by seen_at, id"
    )
    rows = connection.execute(query, (at, resource, record_id)).fetchall()
    changes = [(DocumentChange(field, _value(old), _value(new)), later) for field, old, new, later in rows]
    late = revert(document(connection, resource, record_id), [change for change, later in changes if later])
    return revert(late, [change for change, later in changes if not later]), late


def _journal(resource: str) -> str:
    """The table that holds the changes of a list's records."""
    return CODE_CHANGES if resource in TABLES and TABLES[resource].traffic else CHANGES


def _value(text: str | None) -> Any:
    return MISSING if text is None else stored(text)
