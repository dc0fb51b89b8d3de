"""A campaign as it was: documents rebuilt backwards from today's state through the change journal."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from store.domain.documents import MISSING, FieldChange, revert
from store.json_text import stored
from store.queries.activity import related_records
from store.queries.reader import document


@dataclass(frozen=True, slots=True)
class SyncMoment:
    """A sync at which something about a campaign was seen to have changed: when, and how many fields."""

    seen_at: str
    run_id: str | None
    fields: int


@dataclass(frozen=True, slots=True)
class AsItWas:
    """A campaign right after a chosen sync.

    Attributes:
        seen_at: the chosen sync.
        document: the campaign's document then; None when it was not there: not yet, or not any more.
        now: its document now.
        changes: what has changed since, newest last: (seen at, resource, record id, field, before, after as JSON).
    """

    seen_at: str
    document: dict[str, Any] | None
    now: dict[str, Any]
    changes: tuple[tuple[str, str, str, str, str | None, str | None], ...]


def sync_moments(connection: sqlite3.Connection, campaign_id: str) -> list[SyncMoment]:
    """The syncs that saw a change of a campaign or of what belongs to it, newest first."""
    related = related_records(connection, campaign_id)
    marks = ", ".join("?" * len(related))
    rows = connection.execute(
        f"select seen_at, max(run_id), count(*) from changes where campaign_id = ? or record_id in ({marks})"
        " group by seen_at order by seen_at desc",
        (campaign_id, *related),
    )
    return [SyncMoment(*row) for row in rows]


def as_it_was(connection: sqlite3.Connection, campaign_id: str, seen_at: str) -> AsItWas:
    """The campaign's document as the sync at `seen_at` left it, and everything that was seen to change after it."""
    related = related_records(connection, campaign_id)
    marks = ", ".join("?" * len(related))
    rows = connection.execute(
        "select seen_at, resource, record_id, field, before, after from changes"
        f" where seen_at > ? and (campaign_id = ? or record_id in ({marks})) order by seen_at, id",
        (seen_at, campaign_id, *related),
    ).fetchall()
    now = document(connection, "campaigns", campaign_id)
    then: Any = now
    for _, resource, record, field, before, after in reversed(rows):
        if resource == "campaigns" and record == campaign_id:
            then = revert(then, [FieldChange(field, _value(before), _value(after))])
    there = isinstance(then, dict) and not _gone(connection, "campaigns", campaign_id, seen_at)
    return AsItWas(seen_at, then if there else None, now, tuple(rows))


def _gone(connection: sqlite3.Connection, resource: str, record_id: str, seen_at: str) -> bool:
    """Whether the last thing seen of an object by then was that it is not there any more."""
    row = connection.execute(
        "select field = '' and after is null from changes where resource = ? and record_id = ? and seen_at <= ?"
        " order by seen_at desc, id desc limit 1",
        (resource, record_id, seen_at),
    ).fetchone()
    return bool(row and row[0])


def previous_state(connection: sqlite3.Connection, resource: str, record_id: str, seen_at: str) -> tuple[Any, Any]:
    """One object's documents right before and right after the change seen at `seen_at`; None where it was not there."""
    rows = connection.execute(
        "select seen_at, field, before, after from changes where resource = ? and record_id = ? and seen_at >= ?"
        " order by seen_at, id",
        (resource, record_id, seen_at),
    ).fetchall()
    state: Any = document(connection, resource, record_id)
    after: Any = state
    for at, field, old, new in reversed(rows):
        if at > seen_at:
            state = after = revert(state, [FieldChange(field, _value(old), _value(new))])
        else:
            state = revert(state, [FieldChange(field, _value(old), _value(new))])
    if _gone(connection, resource, record_id, seen_at):
        after = None
    return (None if state is MISSING else state), after


def _value(text: str | None) -> Any:
    return MISSING if text is None else stored(text)
