"""How old and how whole the cached data is: the ledger, read for people."""

import sqlite3
from dataclasses import dataclass, replace

from store.cache.columns import TableSpec
from store.cache.ledger import PROJECT, campaign_scope
from store.cache.received_tables import WEBHOOK_DELIVERIES
from store.cache.registry import ALL_TABLES
from store.json_text import stored_object
from store.models import DataState
from store.queries.reader import holds

FIRST_READING = "its first reading is not done"
"""Why a list is partial while it is read for the first time, or after that was cut short."""

REFUSED_NOTE = "refused ones are told only when this campaign is read alone"
"""Refused publications have no code, and so no campaign in the project's list; a campaign's own list has them."""


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
    return _begun(begun)


def refused_state(connection: sqlite3.Connection, campaign_id: str) -> DataState:
    """How far a campaign's refused publications can be trusted: never whole until it was read alone."""
    alone = connection.execute(
        "select state, as_of, completed_at, reason from sync_states"
        " where resource = 'publications' and scope = ? and completed_at is not null",
        (campaign_scope(campaign_id),),
    ).fetchone()
    if alone is not None:
        return DataState(*alone)
    known = data_state(connection, "publications", campaign_id)
    if known.completed_at is None:
        return known
    return replace(known, state="partial", completed_at=None, reason=REFUSED_NOTE)


def _begun(started_at: str | None) -> DataState:
    """The state of a list of which the ledger knows nothing but that a reading of it was begun, if one was."""
    return DataState() if started_at is None else DataState("partial", started_at, None, FIRST_READING)


FIRST_SUMMARY = "2025-06-17"
"""Campaigns created before this day have no summary: theirs is unknown, not zero (API §4.1)."""


NO_SUMMARY = "no summary"
"""The ledger's reason for a campaign that was asked for its summary and has none."""
TOO_OLD_NOTE = "the API has no summary of campaigns created before 17 June 2025"
HAS_NONE_NOTE = "the API has no summary of this campaign"
UNASKED_NOTE = "its days were not asked for: open the campaign, or `promoscope sync --campaign` it"
BEYOND_NOTE = "its summary was not asked for these days"


def why_untold(connection: sqlite3.Connection, campaign_id: str) -> str:
    """Why no summary tells any of some days of a campaign, in a few words."""
    row = connection.execute("select created_at from campaigns where id = ?", (campaign_id,)).fetchone()
    if row is not None and row[0] is not None and row[0] < FIRST_SUMMARY:
        return TOO_OLD_NOTE
    state = data_state(connection, "campaign_summaries", campaign_id)
    if state.reason == NO_SUMMARY:
        return HAS_NONE_NOTE
    if state.completed_at is not None:
        return BEYOND_NOTE
    return UNASKED_NOTE if state.as_of is None else state.brief or UNASKED_NOTE


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
    for spec in ALL_TABLES:
        name = spec.name
        rows, missing = connection.execute(
            f'select (select count(*) from "{name}"), (select count(*) from "{name}" where missing_since is not null)'
        ).fetchone()
        newest = _newest(connection, spec)
        unreadable = connection.execute("select count(*) from unreadable where resource = ?", (name,)).fetchone()[0]
        found.append(ResourceStatus(name, rows, missing, unreadable, newest, _folded(connection, name)))
    rows, newest = connection.execute("select count(*), max(end_date) from campaign_summaries").fetchone()
    state = _folded(connection, "campaign_summaries")
    summaries = ResourceStatus("campaign_summaries", rows, 0, 0, newest, state)
    return [*found, summaries, *_webhook_status(connection)]


def _webhook_status(connection: sqlite3.Connection) -> list[ResourceStatus]:
    """The status of the webhook deliveries, if there are any: they come by themselves, so no list of them is whole."""
    name = WEBHOOK_DELIVERIES.name
    if not holds(connection, name):
        return []
    rows, newest, first, last = connection.execute(
        f"select count(*), max(created_at), min(received_at), max(received_at) from {name}"
    ).fetchone()
    state = DataState("received", last, None, f"webhooks since {first}")
    return [ResourceStatus(name, rows, 0, 0, newest, state)] if rows else []


_NEWEST_BY_CAMPAIGN = """
with recursive c(id) as (
    select min({campaign}) from "{table}"
    union all select (select min({campaign}) from "{table}" where {campaign} > c.id) from c where c.id is not null)
select max(newest) from (
    select (select max(created_at) from "{table}" where {campaign} = c.id) as newest from c
    union all select max(created_at) from "{table}" where {campaign} is null)
"""
"""From campaign to campaign in an index over both: few steps, where reading a million rows takes a while."""


def _newest(connection: sqlite3.Connection, spec: TableSpec) -> str | None:
    if "created_at" not in spec.column_names:
        return None
    query = f'select max(created_at) from "{spec.name}"'
    if (spec.campaign_column, "created_at") in spec.indexes:
        query = _NEWEST_BY_CAMPAIGN.format(campaign=f'"{spec.campaign_column}"', table=spec.name)
    newest: str | None = connection.execute(query).fetchone()[0]
    return newest


def _folded(connection: sqlite3.Connection, resource: str) -> DataState:
    rows = connection.execute(
        "select state, as_of, completed_at, reason from sync_states where resource = ?"
        " order by case state when 'failed' then 0 when 'partial' then 1 when 'unknown' then 2 else 3 end, as_of",
        (resource,),
    ).fetchall()
    if not rows:
        query = "select min(started_at) from sync_windows where resource = ?"
        return _begun(connection.execute(query, (resource,)).fetchone()[0])
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

    @property
    def cut_off(self) -> bool:
        """Whether it did not end by itself: it was stopped, killed, or is running still."""
        return self.finished_at is None or bool(stored_object(self.report).get("cut_off"))


def last_run(connection: sqlite3.Connection) -> RunStatus | None:
    """The latest run, or None before the first."""
    row = connection.execute(
        "select id, started_at, finished_at, state, calls, report from sync_runs order by started_at desc, rowid desc"
        " limit 1"
    ).fetchone()
    return None if row is None else RunStatus(*row)
