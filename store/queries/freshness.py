"""How old and how whole the cached data is: the ledger, read for people."""

import sqlite3
from dataclasses import dataclass

from store.cache.ledger import PROJECT, campaign_scope
from store.cache.registry import TABLES
from store.models import DataState

FIRST_READING = "its first reading is not done"
"""Why a list is partial while it is read for the first time, or after that was cut short."""


def data_state(connection: sqlite3.Connection, resource: str, campaign_id: str | None = None) -> DataState:
    """How far a list can be trusted, for a campaign or the project: the fresher of the two readings that cover it."""
    scopes = [PROJECT] if campaign_id is None else [campaign_scope(campaign_id), PROJECT]
    rows = connection.execute(
        "select state, as_of, completed_at, reason from sync_states"
        f" where resource = ? and scope in ({', '.join('?' * len(scopes))})"
        " order by completed_at is null, as_of desc",
        (resource, *scopes),
    ).fetchall()
    if rows:
        return DataState(*rows[0])
    begun = connection.execute(
        f"select min(started_at) from sync_windows where resource = ? and scope in ({', '.join('?' * len(scopes))})",
        (resource, *scopes),
    ).fetchone()[0]
    return DataState() if begun is None else DataState("partial", begun, None, FIRST_READING)


FIRST_SUMMARY = "2025-06-17"
"""Campaigns created before this day have no summary: theirs is unknown, not zero (API §4.1)."""


def summary_unread(connection: sqlite3.Connection, campaign_id: str) -> bool:
    """Whether a campaign that should have a summary was never asked for it day by day."""
    row = connection.execute("select created_at from campaigns where id = ?", (campaign_id,)).fetchone()
    if row is None or row[0] is None or row[0] < FIRST_SUMMARY:
        return False
    return data_state(connection, "campaign_summaries", campaign_id).as_of is None


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """One resource of the cache: rows held, missing upstream, not understood, newest row and its state."""

    name: str
    rows: int
    missing: int
    not_understood: int
    newest: str | None
    state: DataState


def resource_statuses(connection: sqlite3.Connection) -> list[ResourceStatus]:
    """Every resource of the cache, in the schema's order; scopes are folded into the weakest state."""
    found = []
    for name, spec in TABLES.items():
        time = "max(created_at)" if "created_at" in spec.column_names else "null"
        rows, missing, newest = connection.execute(
            f'select count(*), count(missing_since), {time} from "{name}"'
        ).fetchone()
        unreadable = connection.execute("select count(*) from unreadable where resource = ?", (name,)).fetchone()[0]
        found.append(ResourceStatus(name, rows, missing, unreadable, newest, _folded(connection, name)))
    rows, newest = connection.execute("select count(*), max(end_date) from campaign_summaries").fetchone()
    state = _folded(connection, "campaign_summaries")
    return [*found, ResourceStatus("campaign_summaries", rows, 0, 0, newest, state)]


def _folded(connection: sqlite3.Connection, resource: str) -> DataState:
    rows = connection.execute(
        "select state, as_of, completed_at, reason from sync_states where resource = ?"
        " order by case state when 'failed' then 0 when 'partial' then 1 when 'unknown' then 2 else 3 end, as_of",
        (resource,),
    ).fetchall()
    if not rows:
        return DataState()
    newest = max((row[1] for row in rows if row[1]), default=None)
    return DataState(rows[0][0], newest, rows[0][2], rows[0][3])


@dataclass(frozen=True, slots=True)
class RunStatus:
    """The last sync run: id, when, how it ended, its calls and the report's JSON."""

    id: str
    started_at: str
    finished_at: str | None
    state: str
    calls: int
    report: str | None


def last_run(connection: sqlite3.Connection) -> RunStatus | None:
    """The latest run, or None before the first."""
    row = connection.execute(
        "select id, started_at, finished_at, state, calls, report from sync_runs order by started_at desc, rowid desc"
        " limit 1"
    ).fetchone()
    return None if row is None else RunStatus(*row)
