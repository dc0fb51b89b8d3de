"""What happened to a thing: one chronological feed merged from every trace there is (API §4.2 M).

No endpoint returns a campaign's activity. Its feed joins the local change journal, API-log rows that name the campaign,
background tasks, the bin, webhook deliveries where they were received and the dates the campaign itself carries;
each entry says which of these it comes from. Each kind of thing names its sources.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from store.cache.journal import CODE_CHANGES
from store.days import instant_text
from store.domain.changes import FieldChanged, object_words
from store.domain.values import visible
from store.json_text import decode, stored_object
from store.queries.names import NAME_COLUMNS
from store.queries.reader import holds
from store.times import NOT_A_DATE

LIMIT = 2_000
"""Entries read per source; the feed says when there are more."""

CHANGE, API_CALL, BACKGROUND, BIN, WEBHOOK, LIFE_CYCLE = (
    "change", "api call", "background", "bin", "webhook", "life cycle",
)  # fmt: skip
KINDS = (CHANGE, API_CALL, BACKGROUND, BIN, WEBHOOK, LIFE_CYCLE)


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of the feed.

    Attributes:
        id: unique within the feed.
        at: when it happened, or was seen (UTC text).
        kind: one of `KINDS`.
        title: what happened, in few words; may hold outside text.
        detail: more of it, on one line.
        source: which trace it comes from, and how exactly.
        failed: whether it went wrong.
        resource, record_id: the object it is about.
        payloads: named JSON texts to open (`request`, `response`, `document`).
        changes: what differs, for changes; what its request set, for API calls (`store.queries.requested`).
    """

    id: str
    at: str
    kind: str
    title: str
    detail: str
    source: str
    failed: bool = False
    resource: str = "campaigns"
    record_id: str = ""
    payloads: tuple[tuple[str, str], ...] = ()
    changes: tuple[FieldChanged, ...] = ()


Select = tuple[str, Sequence[Any]]
"""SQL and what to bind."""


@dataclass(frozen=True, slots=True)
class ActivitySource:
    """One trace of what happened to a thing.

    Attributes:
        select: its rows about an id, newest first and `LIMIT` at most; None where the cache has no such trace.
        entries: the rows as entries, given the instant it is now.
        shared: the columns that the rows of one entry have in common; "" where each row is an entry.
        table: the list it comes from, whose age counts; "" for what comes by itself.
        name: of that list, in words.
    """

    select: Callable[[sqlite3.Connection, str], Select | None]
    entries: Callable[[Iterable[Any], str], Iterator[Activity]]
    shared: str = ""
    table: str = ""
    name: str = ""

    def read(self, connection: sqlite3.Connection, identity: str, now: str) -> Iterator[Activity]:
        """Its entries about a thing."""
        found = self.select(connection, identity)
        return self.entries(connection.execute(*found), now) if found is not None else iter(())

    def count(self, connection: sqlite3.Connection, identity: str) -> int:
        """How many entries it has about a thing; builds none of them."""
        found = self.select(connection, identity)
        if found is None:
            return 0
        rows = f"select distinct {self.shared} from ({found[0]})" if self.shared else found[0]
        return int(connection.execute(f"select count(*) from ({rows})", found[1]).fetchone()[0])


def read_activity(
    connection: sqlite3.Connection, sources: Iterable[ActivitySource], identity: str, now: datetime
) -> list[Activity]:
    """Every entry about a thing and what belongs to it, newest first."""
    here = instant_text(now)
    entries = [entry for source in sources for entry in source.read(connection, identity, here)]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def count_activity(connection: sqlite3.Connection, sources: Iterable[ActivitySource], identity: str) -> int:
    """How many entries there are about a thing."""
    return sum(source.count(connection, identity) for source in sources)


def related_records(connection: sqlite3.Connection, identity: str) -> list[str]:
    """A thing, its rules and assignments: their changes belong into its feed though they name only what they rule."""
    rows = connection.execute(
        "select id from validation_rules_assignments where related_object_id = ?1"
        " union select rule_id from validation_rules_assignments where related_object_id = ?1 and rule_id is not null",
        (identity,),
    )
    return [identity, *(row[0] for row in rows)]


def _changes(connection: sqlite3.Connection, identity: str) -> Select:
    related = related_records(connection, identity)
    marks = ", ".join("?" * len(related))
    query = (
        "select resource, record_id, seen_at, since, field, before, after from changes"
        f" where campaign_id = ? or record_id in ({marks}) order by seen_at desc, resource, record_id, id limit ?"
    )
    return query, (identity, *related, LIMIT)


def _code_changes(connection: sqlite3.Connection, identity: str) -> Select | None:
    if not holds(connection, CODE_CHANGES):
        return None
    query = (
        "select resource, record_id, seen_at, since, field, before, after from code_changes"
        " where record_id = ? order by seen_at desc, resource, id limit ?"
    )
    return query, (identity, LIMIT)


def _change_entries(rows: Iterable[Any], _: str) -> Iterator[Activity]:
    for key, group in groupby(rows, key=lambda row: row[:4]):
        resource, record, seen_at, since = key
        fields = [FieldChanged(path, before, after) for *_, path, before, after in group]
        yield _change(resource, record, seen_at, since, fields)


def _change(resource: str, record: str, seen_at: str, since: str | None, fields: list[FieldChanged]) -> Activity:
    thing = object_words(resource)
    object_change = fields[0] if fields[0].path == "" else None
    between = f"seen between the syncs of {since} and {seen_at}" if since else f"seen by the sync of {seen_at}"
    identity = f"change:{resource}:{record}:{seen_at}"
    if object_change is not None and object_change.before is None:
        name = _name_in(object_change.after)
        return Activity(
            identity, seen_at, CHANGE, f"{thing} appeared", name, f"journal, {between}", resource=resource,
            record_id=record, payloads=(("document", object_change.after or "{}"),),
        )  # fmt: skip
    if object_change is not None:
        name = _name_in(object_change.before)
        return Activity(
            identity, seen_at, CHANGE, f"{thing} is gone", name, f"journal, {between}", failed=True,
            resource=resource, record_id=record, payloads=(("document", object_change.before or "{}"),),
        )  # fmt: skip
    count = len(fields)
    return Activity(
        identity, seen_at, CHANGE, f"{thing} changed: {count} field{'s' if count > 1 else ''}",
        "", f"journal, {between}", resource=resource, record_id=record, changes=tuple(fields),
    )  # fmt: skip


def _name_in(text: str | None) -> str:
    return visible(stored_object(text).get("name"))


def _api_calls(_: sqlite3.Connection, campaign_id: str) -> Select:
    query = (
        "select l.id, l.created_at, l.method, l.endpoint, l.url, l.status, l.user_email, l.app_id, l.channel,"
        " l.request_id, r.json from api_log l join api_log_raw r on r.id = l.id where l.campaign_id = ?"
        " order by l.created_at desc limit ?"
    )
    return query, (campaign_id, LIMIT)


def _api_call_entries(rows: Iterable[Any], _: str) -> Iterator[Activity]:
    for identity, at, method, endpoint, url, status, email, app, channel, request_id, text in rows:
        stored = stored_object(text)
        payloads = tuple(
            (name, _readable(stored[f"{name}_body"]))
            for name in ("request", "response")
            if stored.get(f"{name}_body") is not None
        )
        who = email or app or channel or "unknown"
        yield Activity(
            f"api:{identity}", at or "", API_CALL, f"{method or ''} {endpoint or url or ''}".strip(),
            f"{status or '–'} by {who}{f' · request {request_id}' if request_id else ''}", "API log",
            failed=isinstance(status, int) and status >= 400, resource="api_log", record_id=identity, payloads=payloads,
        )  # fmt: skip


def _readable(body: Any) -> str:
    """A logged body as JSON: logs hold it as text, which mostly is JSON itself and else becomes a JSON string."""
    if isinstance(body, str):
        try:
            decode(body)
        except msgspec.DecodeError:
            return msgspec.json.encode(body).decode()
        return body
    return msgspec.json.encode(body).decode()


def _background(_: sqlite3.Connection, campaign_id: str) -> Select:
    query = (
        "select a.id, coalesce(a.updated_at, a.created_at), a.type, a.status, a.operation_status, a.request_id, r.json"
        " from async_actions a join async_actions_raw r on r.id = a.id where a.campaign_id = ?"
        " or a.request_id in (select request_id from api_log where campaign_id = ? and request_id is not null)"
        " order by 2 desc limit ?"
    )
    return query, (campaign_id, campaign_id, LIMIT)


def _background_entries(rows: Iterable[Any], _: str) -> Iterator[Activity]:
    for identity, at, kind, status, outcome, request_id, text in rows:
        state = " / ".join(word for word in (status, outcome) if word)
        yield Activity(
            f"task:{identity}", at or "", BACKGROUND, str(kind or "background task"),
            f"{state}{f' · request {request_id}' if request_id else ''}", "async actions",
            failed="FAILED" in (status, outcome), resource="async_actions", record_id=identity,
            payloads=(("document", text),),
        )  # fmt: skip


def _bin(_: sqlite3.Connection, identity: str) -> Select:
    query = (
        "select t.id, t.created_at, t.resource_type, t.resource_name, t.resource_id, t.deleted_by_user_id, r.json"
        " from trash_bin t join trash_bin_raw r on r.id = t.id"
        " where t.resource_parent_id = ?1 or t.resource_id = ?1 order by t.created_at desc limit ?2"
    )
    return query, (identity, LIMIT)


def _bin_entries(rows: Iterable[Any], _: str) -> Iterator[Activity]:
    for identity, at, kind, name, resource_id, who, text in rows:
        by = f"by {who}" if who else "through the API"
        yield Activity(
            f"bin:{identity}", at or "", BIN, f"{str(kind or 'record').capitalize()} deleted",
            f"{name or resource_id or ''} {by}".strip(), "bin", resource="trash_bin", record_id=identity,
            payloads=(("document", text),),
        )  # fmt: skip


def _webhooks(connection: sqlite3.Connection, identity: str) -> Select | None:
    if not holds(connection, "webhook_deliveries"):
        return None
    related = related_records(connection, identity)
    query = (
        "select d.*, r.json, (select group_concat(distinct w.member) from webhook_records w where w.delivery_id = d.id"
        "  and d.type is null),"
        " (select coalesce(l.method || ' ', '') || coalesce(l.endpoint, l.url, l.id) from api_log l"
        "  where l.request_id = d.group_id order by l.created_at limit 1) from"
        " (select id, coalesce(created_at, received_at) as at, type, result, entity_id, group_id, sendout_id,"
        "  source_object, coalesce(user_id, app_id, channel) as who, received_at, signature from webhook_deliveries"
        "  where id in (select delivery_id from webhook_records"
        f"  where record_id in ({', '.join('?' * len(related))})) order by at desc limit ?) d"
        " join webhook_deliveries_raw r on r.id = d.id"
    )
    return query, (*related, LIMIT)


def _webhook_entries(rows: Iterable[Any], _: str) -> Iterator[Activity]:
    for identity, at, event, result, entity, group, sendout, source, who, received, signature, text, refs, call in rows:
        parts = [
            f"with {refs.replace(',', ', ')}" if refs else entity, result, f"by {who}" if who else "",
            f"request {group}" if group else "",
            f"in the API log as {call}" if call else "",
        ]  # fmt: skip
        webhook = "distribution webhook" if source == "distribution" else "webhook"
        yield Activity(
            f"webhook:{identity}", at, WEBHOOK, event or "payload without envelope", " · ".join(filter(None, parts)),
            f"{webhook} {sendout or identity}, received {received}, signature {signature}",
            failed=result == "FAILURE", resource="webhook_deliveries", record_id=identity,
            payloads=(("delivery", text),),
        )  # fmt: skip


_DATES = (("created_at", "created", "created"), ("start_date", "started", "will start"),
          ("expiration_date", "expired", "will expire"))  # fmt: skip
"""The dates of an object and what they mean, once past and while they are still to come."""
_DATED_THINGS = {"campaigns": "Campaign", "vouchers": "Code"}
_ONE_TABLE = (
    "select '{table}', t.id, t.{name}, {at} as at, {place} from {table} t where t.{owner} = ?1 and {at} is not null"
    f" and {{at}} not like '%{NOT_A_DATE}'"
)


def _life_cycle(*tables: tuple[str, str]) -> Callable[[sqlite3.Connection, str], Select]:
    """The dates of objects, by table and the column that says whose they are."""
    parts = [
        _ONE_TABLE.format(
            table=table, name=NAME_COLUMNS[table][0], owner=owner, at=f"t.{_DATES[place][0]}", place=place
        )
        for table, owner in tables
        for place in range(len(_DATES))
    ]
    return lambda _, identity: (" union all ".join(parts), (identity,))


def _life_cycle_entries(rows: Iterable[Any], now: str) -> Iterator[Activity]:
    """Facts that follow from an object's own dates; those to come are marked as such."""
    for resource, identity, name, at, place in rows:
        member, past, future = _DATES[place]
        thing = _DATED_THINGS.get(resource) or f"Tier {visible(name) or identity}"
        yield Activity(
            f"date:{resource}:{identity}:{member}", at, LIFE_CYCLE, f"{thing} {past if at <= now else future}",
            member, f"the object's own {member}", resource=resource, record_id=identity,
        )  # fmt: skip


def journal_of(table: str) -> ActivitySource:
    """The changes of a thing that syncs saw; the journal is as old as the last reading of its table."""
    return ActivitySource(_changes, _change_entries, "resource, record_id, seen_at, since", table, "journal")


API_CALLS = ActivitySource(_api_calls, _api_call_entries, table="api_log", name="API log")
BACKGROUND_TASKS = ActivitySource(_background, _background_entries, table="async_actions", name="background tasks")
DELETIONS = ActivitySource(_bin, _bin_entries, table="trash_bin", name="bin")
WEBHOOKS = ActivitySource(_webhooks, _webhook_entries)
CAMPAIGN_DATES = ActivitySource(
    _life_cycle(("campaigns", "id"), ("promotion_tiers", "campaign_id")), _life_cycle_entries
)

CAMPAIGN_SOURCES = (journal_of("campaigns"), API_CALLS, BACKGROUND_TASKS, DELETIONS, WEBHOOKS, CAMPAIGN_DATES)
"""The sources of a campaign's activity."""

_CODE_CHANGES = ActivitySource(
    _code_changes, _change_entries, "resource, record_id, seen_at, since", "vouchers", "journal of codes"
)
_CODE_DATES = ActivitySource(_life_cycle(("vouchers", "id")), _life_cycle_entries, table="vouchers", name="code")
VOUCHER_SOURCES = (_CODE_CHANGES, journal_of("validation_rules_assignments"), DELETIONS, WEBHOOKS, _CODE_DATES)
"""The sources of one code's activity. Its journal has what was edited; uses and movements have lists of their own."""
