"""How old and how complete the cached data is, from the sync ledger."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from store.cache.database import ZONE_KEY, read_meta
from store.cache.ledger import FAILED, OF_ONE_CODE, PROJECT, campaign_scope, customer_scope, voucher_scope
from store.cache.unreadable import count_unreadable, unreadable_by_campaign, unreadable_words
from store.json_text import stored_object
from store.models import Freshness
from store.queries.reader import holds
from store.ref import CAMPAIGN, CUSTOMER, VOUCHER, Ref, Scope

if TYPE_CHECKING:
    from store.cache.columns import TableSpec

FIRST_READING = "its first reading is not done"
"""Why a list is partial while it is read for the first time, or after that was cut short."""

REFUSED_NOTE = "refused ones are in the campaign's own list: r in the app or `promoscope sync --campaign` reads it"
"""Refused publications have no code, and so no campaign in the project's list; a campaign's own list has them."""


def data_state(connection: sqlite3.Connection, resource: str, scope: Scope = None) -> Freshness:
    """How far a scope's rows of a list can be trusted: the fresher of the project's reading and its own."""
    campaign_id = _campaign_of(connection, scope)
    scopes = [PROJECT] if campaign_id is None else [campaign_scope(campaign_id), PROJECT]
    if scope is not None and scope.kind in _OF_ONE:
        scopes.append(_OF_ONE[scope.kind](scope.id))
    marks = ", ".join("?" * len(scopes))
    state = best_reading(read_states(connection, f"resource = ? and scope in ({marks})", (resource, *scopes)))
    if state.as_of is None and scope is not None and scope.kind == CUSTOMER and resource in _OF_CARDS:
        return _cards_state(connection, resource, scope.id)
    if state.as_of is None:
        begun = connection.execute(
            f"select min(started_at) from sync_windows where resource = ? and scope in ({marks})", (resource, *scopes)
        ).fetchone()[0]
        state = _begun(begun)
    return lacking(state, count_unreadable(connection, resource, campaign_id))


_OF_ONE = {CUSTOMER: customer_scope, VOUCHER: voucher_scope}
_OF_CARDS = frozenset({"transactions", "pending_points", "points_expiration"})
"""Lists that are read campaign by campaign, for the cards of each."""


def _cards_state(connection: sqlite3.Connection, resource: str, customer_id: str) -> Freshness:
    """How far such a list can be trusted for all cards of a customer: as the weakest of the campaigns they are of."""
    query = (
        "select distinct campaign_id from vouchers where holder_id = ? and type in ('GIFT_VOUCHER', 'LOYALTY_CARD')"
        " and campaign_id is not null"
    )
    campaigns = [Ref.campaign(row[0]) for row in connection.execute(query, (customer_id,))]
    states = [data_state(connection, resource, campaign) for campaign in campaigns]
    if not states:
        return data_state(connection, "vouchers", Ref(CUSTOMER, customer_id))
    read = [one for one in states if one.as_of is not None]
    if not read:
        return Freshness()
    weakest = min(read, key=lambda one: (_STRENGTH.get(one.state, len(_STRENGTH)), one.as_of or ""))
    if len(read) == len(states):
        return replace(weakest, as_of=min(one.as_of or "" for one in read))
    reason = f"read for {len(read):,} of the {len(states):,} campaigns of this customer's cards"
    return replace(weakest, state="partial", completed_at=None, reason=reason)


class CampaignStates:
    """How far a list can be trusted for each of many campaigns, as `data_state` states it; read in a few queries."""

    def __init__(self, connection: sqlite3.Connection, resource: str) -> None:
        self._states = states_by_scope(connection, resource)
        query = "select scope, min(started_at) from sync_windows where resource = ? group by scope"
        self._begun: dict[str, str] = dict(connection.execute(query, (resource,)).fetchall())
        self._odd = unreadable_by_campaign(connection, resource)
        self._project = self._of((PROJECT,), 0)

    def of(self, campaign_id: str) -> Freshness:
        """The fresher of the project's and the campaign's own reading."""
        scope = campaign_scope(campaign_id)
        # Most campaigns have no reading of their own.
        if scope not in self._states and scope not in self._begun and campaign_id not in self._odd:
            return self._project
        return self._of((scope, PROJECT), self._odd.get(campaign_id, 0))

    def _of(self, scopes: tuple[str, ...], not_understood: int) -> Freshness:
        state = best_reading(self._states[scope] for scope in scopes if scope in self._states)
        if state.as_of is None:
            state = _begun(min((self._begun[scope] for scope in scopes if scope in self._begun), default=None))
        return lacking(state, not_understood + self._odd.get(None, 0))


def _campaign_of(connection: sqlite3.Connection, scope: Scope) -> str | None:
    """The campaign whose reading covers a scope; None where only the project's does, as for a customer."""
    if scope is None or scope.kind not in (CAMPAIGN, VOUCHER):
        return None
    if scope.kind == CAMPAIGN:
        return scope.id
    row = connection.execute("select campaign_id from vouchers where id = ?", (scope.id,)).fetchone()
    return None if row is None else row[0]


def read_states(connection: sqlite3.Connection, where: str, values: Sequence[str]) -> list[Freshness]:
    """Rows of the ledger under a fixed SQL condition; a cache of an earlier release has no attempts."""
    return [state for _, state in _ledger_rows(connection, where, values)]


def states_by_scope(connection: sqlite3.Connection, resource: str) -> dict[str, Freshness]:
    """The ledger's rows of a list by scope."""
    return dict(_ledger_rows(connection, "resource = ?", (resource,)))


def _ledger_rows(connection: sqlite3.Connection, where: str, values: Sequence[str]) -> Iterator[tuple[str, Freshness]]:
    cursor = connection.execute(f"select * from sync_states where {where}", values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        found = dict(zip(names, row, strict=True))
        yield found["scope"], Freshness(**{name: found[name] for name in Freshness.__struct_fields__ if name in found})


def best_reading(found: Iterable[Freshness]) -> Freshness:
    """Of several readings that cover a list the fresher of those that were once complete, else the freshest.

    The latest attempt of any of them is kept beside it, where it came later.
    """
    states = list(found)
    if not states:
        return Freshness()
    best = max(states, key=lambda one: (one.completed_at is not None, one.as_of or ""))
    last = max(states, key=lambda one: one.attempted_at or "")
    if last.attempted_at is None or last.attempted_at < (best.as_of or ""):
        return replace(best, attempt_state=None, attempted_at=None, attempt_reason=None)
    return replace(
        best, attempt_state=last.attempt_state, attempted_at=last.attempted_at, attempt_reason=last.attempt_reason
    )


def lacking(state: Freshness, not_understood: int) -> Freshness:
    """The state of a list with so many records that could not be understood: it is not known to be complete."""
    if not not_understood or state.as_of is None:
        return state
    reasons = [unreadable_words(not_understood), *([state.reason] if state.reason else [])]
    weaker = "partial" if state.state == "complete" else state.state
    return replace(state, state=weaker, reason="; ".join(reasons), not_understood=not_understood)


def needs(what: str, *states: Freshness) -> str:
    """Why a figure of other lists is not known: `needs the customers: not synced yet`; "" where all are complete."""
    lacking = next((state for state in states if not state.complete), None)
    return "" if lacking is None else f"needs the {what}: {lacking.why}"


def list_state(connection: sqlite3.Connection, resource: str, scope: Scope = None) -> Freshness:
    """How far the rows of a list, shown as such, can be trusted: a campaign's publications with the refused ones."""
    if resource == "publications" and scope is not None and scope.kind == CAMPAIGN:
        return refused_state(connection, scope.id)
    return data_state(connection, resource, scope)


def read_alone(connection: sqlite3.Connection, resource: str, campaign_id: str) -> bool:
    """Whether a campaign's own reading of a list was ever tried."""
    return bool(read_states(connection, "resource = ? and scope = ?", (resource, campaign_scope(campaign_id))))


def refused_state(connection: sqlite3.Connection, campaign_id: str) -> Freshness:
    """How far a campaign's refused publications can be trusted: never complete until it was read alone."""
    condition = "resource = 'publications' and scope = ? and completed_at is not null"
    alone = read_states(connection, condition, (campaign_scope(campaign_id),))
    if alone:
        return lacking(alone[0], count_unreadable(connection, "publications", campaign_id))
    known = data_state(connection, "publications", Ref.campaign(campaign_id))
    if known.completed_at is None:
        return known
    return replace(known, state="partial", completed_at=None, reason=REFUSED_NOTE)


def _begun(started_at: str | None) -> Freshness:
    """The state of a list of which the ledger knows nothing but that a reading of it was begun, if one was."""
    return Freshness() if started_at is None else Freshness("partial", started_at, None, FIRST_READING)


FIRST_SUMMARY = "2025-06-17"
"""Campaigns created before this day have no summary: theirs is unknown, not zero (API §4.1)."""


NO_SUMMARY = "no summary"
"""The ledger's reason for a campaign that was asked for its summary and has none."""
TOO_OLD_NOTE = "the API has no summary of campaigns created before 17 June 2025"
HAS_NONE_NOTE = "the API has no summary of this campaign"
UNASKED_NOTE = "its days are not synced yet; `promoscope sync --campaign` reads them"
BEYOND_NOTE = "its summary of these days is not synced yet"


def why_unknown(connection: sqlite3.Connection, campaign_id: str) -> str:
    """Why no summary has any of some days of a campaign, in a few words."""
    row = connection.execute("select created_at from campaigns where id = ?", (campaign_id,)).fetchone()
    if row is not None and row[0] is not None and row[0] < FIRST_SUMMARY:
        return TOO_OLD_NOTE
    state = data_state(connection, "campaign_summaries", Ref.campaign(campaign_id))
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
    return data_state(connection, "campaign_summaries", Ref.campaign(campaign_id)).as_of is None


def days_counted_in(connection: sqlite3.Connection, zone: tzinfo | None) -> str:
    """Which days rows were counted by, in words, where these are not the zone's; "" where they are."""
    counted_in = read_meta(connection, ZONE_KEY)
    if zone is None or counted_in is None or counted_in == str(zone):
        return ""
    return f"days of {counted_in or 'another time zone'} until the next sync"


class ResourceStatus(Struct, frozen=True):
    """One resource of the cache: rows cached, missing upstream, not understood, newest row and its state.

    `oldest` is when the part of it was read that was read longest ago (UTC text): of one campaign, say.
    """

    name: str
    rows: int
    missing: int
    not_understood: int
    newest: str | None
    state: Freshness
    oldest: str | None = None


def resource_statuses(connection: sqlite3.Connection) -> list[ResourceStatus]:
    """Every resource of the cache, in the schema's order; scopes are folded into the weakest state.

    Those that an older cache does not have yet are left out.
    """
    from store.cache.registry import ALL_TABLES

    found = []
    for spec in ALL_TABLES:
        name = spec.name
        if not holds(connection, name):
            continue
        rows, missing = connection.execute(
            f'select (select count(*) from "{name}"), (select count(*) from "{name}" where missing_since is not null)'
        ).fetchone()
        newest = _newest(connection, spec)
        unreadable = count_unreadable(connection, name)
        state = lacking(_folded(connection, name), unreadable)
        found.append(ResourceStatus(name, rows, missing, unreadable, newest, state, _oldest(connection, name)))
    rows, newest = connection.execute("select count(*), max(end_date) from campaign_summaries").fetchone()
    state = _folded(connection, "campaign_summaries")
    summaries = ResourceStatus(
        "campaign_summaries", rows, 0, 0, newest, state, _oldest(connection, "campaign_summaries")
    )
    return [*found, summaries, *_webhook_status(connection)]


def _webhook_status(connection: sqlite3.Connection) -> list[ResourceStatus]:
    """The status of the webhook deliveries, if there are any: no list of them is ever known to be complete."""
    from store.cache.received_tables import WEBHOOK_DELIVERIES

    name = WEBHOOK_DELIVERIES.name
    if not holds(connection, name):
        return []
    rows, newest, first, last = connection.execute(
        f"select count(*), max(created_at), min(received_at), max(received_at) from {name}"
    ).fetchone()
    state = Freshness("received", last, None, f"webhooks since {first}")
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


def _newest(connection: sqlite3.Connection, spec: "TableSpec") -> str | None:
    if "created_at" not in spec.column_names:
        return None
    query = f'select max(created_at) from "{spec.name}"'
    if (spec.campaign_column, "created_at") in spec.indexes:
        query = _NEWEST_BY_CAMPAIGN.format(campaign=f'"{spec.campaign_column}"', table=spec.name)
    newest: str | None = connection.execute(query).fetchone()[0]
    return newest


def _oldest(connection: sqlite3.Connection, resource: str) -> str | None:
    """When a list was read in the scope where that is longest ago: a reading of the project is one of each campaign."""
    query = (
        "select min(max(as_of, coalesce((select p.as_of from sync_states p where p.resource = s.resource"
        f" and p.scope = ?2 and p.state <> '{FAILED}'), '')))"
        f" from sync_states s where resource = ?1 and as_of is not null and state <> '{FAILED}' and scope not like ?3"
    )
    oldest: str | None = connection.execute(query, (resource, PROJECT, f"{OF_ONE_CODE}%")).fetchone()[0]
    return oldest


def _folded(connection: sqlite3.Connection, resource: str) -> Freshness:
    # What is read of one code alone says nothing of the list.
    states = read_states(connection, "resource = ? and scope not like ?", (resource, f"{OF_ONE_CODE}%"))
    if not states:
        query = "select min(started_at) from sync_windows where resource = ?"
        return _begun(connection.execute(query, (resource,)).fetchone()[0])
    weakest = min(states, key=lambda one: (_STRENGTH.get(one.state, len(_STRENGTH)), one.as_of or ""))
    newest = max((one.as_of for one in states if one.as_of), default=None)
    last = max(states, key=lambda one: one.attempted_at or "")
    return replace(
        weakest, as_of=newest, attempt_state=last.attempt_state, attempted_at=last.attempted_at,
        attempt_reason=last.attempt_reason,
    )  # fmt: skip


_STRENGTH = {"failed": 0, "partial": 1, "unknown": 2}
"""States from the weakest on; complete and what comes by itself are stronger than these."""


class RunStatus(Struct, frozen=True):
    """The last sync run: id, when, how it ended, its calls and the report's JSON as it is stored."""

    id: str
    started_at: str
    finished_at: str | None
    state: str
    calls: int
    report: bytes | None

    @property
    def cut_off(self) -> bool:
        """Whether it did not end by itself: it was stopped, killed, or is running still."""
        return self.finished_at is None or bool(stored_object(self.report).get("cut_off"))


def last_run(connection: sqlite3.Connection) -> RunStatus | None:
    """The latest run, or None before the first."""
    row = connection.execute(
        "select id, started_at, finished_at, state, calls, cast(report as blob) from sync_runs"
        " order by started_at desc, rowid desc limit 1"
    ).fetchone()
    return None if row is None else RunStatus(*row)
