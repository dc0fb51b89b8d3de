"""What happened to a campaign: one chronological feed merged from every trace there is (API §4.2 M).

No endpoint tells a campaign's activity. The feed joins the local change journal, API-log rows that name the campaign,
background tasks, the bin, webhook deliveries where somebody received them and the dates the campaign itself carries;
each entry says which of these it comes from.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from store.days import instant_text
from store.domain.values import called, visible
from store.json_text import decode, stored_object
from store.queries.reader import document, holds

LIMIT = 2_000
"""Entries read per source; the feed says when there are more."""

CHANGE, API_CALL, BACKGROUND, BIN, WEBHOOK, LIFE_CYCLE = (
    "change", "api call", "background", "bin", "webhook", "life cycle",
)  # fmt: skip
KINDS = (CHANGE, API_CALL, BACKGROUND, BIN, WEBHOOK, LIFE_CYCLE)


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """One field of a journalled change: path, and JSON before and after (None where it was not there)."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of the feed.

    Attributes:
        id: unique within the feed.
        at: when it happened, or was seen (UTC text).
        kind: one of `KINDS`.
        title: what happened, in few words; may hold outside text.
        detail: more of it, on one line.
        source: which trace tells it, and how exactly.
        failed: whether it went wrong.
        resource, record_id: the object it is about.
        payloads: named JSON texts to open (`request`, `response`, `document`).
        changes: what differs, for changes.
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


def campaign_activity(connection: sqlite3.Connection, campaign_id: str, now: datetime) -> list[Activity]:
    """Every entry about a campaign and what belongs to it, newest first."""
    entries = [
        *_changes(connection, campaign_id),
        *_api_calls(connection, campaign_id),
        *_background(connection, campaign_id),
        *_bin(connection, campaign_id),
        *_webhooks(connection, campaign_id),
        *_life_cycle(connection, campaign_id, now),
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def related_records(connection: sqlite3.Connection, campaign_id: str) -> list[str]:
    """The campaign, its rules and assignments: their changes belong into its feed though they name no campaign."""
    rows = connection.execute(
        "select id from validation_rules_assignments where related_object_id = ?1"
        " union select rule_id from validation_rules_assignments where related_object_id = ?1 and rule_id is not null",
        (campaign_id,),
    )
    return [campaign_id, *(row[0] for row in rows)]


def _changes(connection: sqlite3.Connection, campaign_id: str) -> Iterator[Activity]:
    related = related_records(connection, campaign_id)
    marks = ", ".join("?" * len(related))
    rows = connection.execute(
        "select resource, record_id, seen_at, since, field, before, after from changes"
        f" where campaign_id = ? or record_id in ({marks}) order by seen_at desc, resource, record_id, id limit ?",
        (campaign_id, *related, LIMIT),
    )
    for key, group in groupby(rows, key=lambda row: row[:4]):
        resource, record, seen_at, since = key
        fields = [FieldChanged(path, before, after) for *_, path, before, after in group]
        yield _change(resource, record, seen_at, since, fields)


def _change(resource: str, record: str, seen_at: str, since: str | None, fields: list[FieldChanged]) -> Activity:
    thing = _singular(resource)
    whole = fields[0] if fields[0].path == "" else None
    between = f"seen between the syncs of {since} and {seen_at}" if since else f"seen by the sync of {seen_at}"
    identity = f"change:{resource}:{record}:{seen_at}"
    if whole is not None and whole.before is None:
        name = _name_in(whole.after)
        return Activity(
            identity, seen_at, CHANGE, f"{thing} appeared", name, f"journal, {between}", resource=resource,
            record_id=record, payloads=(("document", whole.after or "{}"),),
        )  # fmt: skip
    if whole is not None:
        name = _name_in(whole.before)
        return Activity(
            identity, seen_at, CHANGE, f"{thing} is gone", name, f"journal, {between}", failed=True,
            resource=resource, record_id=record, payloads=(("document", whole.before or "{}"),),
        )  # fmt: skip
    first = next((field for field in fields if field.path != "/updated_at"), fields[0])
    detail = f"{first.path.lstrip('/')}: {first.before or '–'} → {first.after or '–'}"
    count = len(fields)
    more = f" and {count - 1} more" if count > 1 else ""
    return Activity(
        identity, seen_at, CHANGE, f"{thing} changed: {count} field{'s' if count > 1 else ''}",
        detail + more, f"journal, {between}", resource=resource, record_id=record, changes=tuple(fields),
    )  # fmt: skip


def _singular(resource: str) -> str:
    words = {"categories": "category", "validation_rules_assignments": "rule assignment"}
    return words.get(resource, resource.removesuffix("s")).replace("_", " ").capitalize()


def _name_in(text: str | None) -> str:
    return visible(stored_object(text).get("name"))


def _api_calls(connection: sqlite3.Connection, campaign_id: str) -> Iterator[Activity]:
    rows = connection.execute(
        "select l.id, l.created_at, l.method, l.endpoint, l.url, l.status, l.user_email, l.app_id, l.channel,"
        " l.request_id, r.json from api_log l join api_log_raw r on r.id = l.id where l.campaign_id = ?"
        " order by l.created_at desc limit ?",
        (campaign_id, LIMIT),
    )
    for identity, at, method, endpoint, url, status, email, app, channel, request_id, text in rows:
        whole = stored_object(text)
        payloads = tuple(
            (name, _readable(whole[f"{name}_body"]))
            for name in ("request", "response")
            if whole.get(f"{name}_body") is not None
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


def _background(connection: sqlite3.Connection, campaign_id: str) -> Iterator[Activity]:
    rows = connection.execute(
        "select a.id, coalesce(a.updated_at, a.created_at), a.type, a.status, a.operation_status, a.request_id, r.json"
        " from async_actions a join async_actions_raw r on r.id = a.id where a.campaign_id = ?"
        " or a.request_id in (select request_id from api_log where campaign_id = ? and request_id is not null)"
        " order by 2 desc limit ?",
        (campaign_id, campaign_id, LIMIT),
    )
    for identity, at, kind, status, outcome, request_id, text in rows:
        state = " / ".join(word for word in (status, outcome) if word)
        yield Activity(
            f"task:{identity}", at or "", BACKGROUND, str(kind or "background task"),
            f"{state}{f' · request {request_id}' if request_id else ''}", "async actions",
            failed="FAILED" in (status, outcome), resource="async_actions", record_id=identity,
            payloads=(("document", text),),
        )  # fmt: skip


def _bin(connection: sqlite3.Connection, campaign_id: str) -> Iterator[Activity]:
    rows = connection.execute(
        "select t.id, t.created_at, t.resource_type, t.resource_name, t.resource_id, t.deleted_by_user_id, r.json"
        " from trash_bin t join trash_bin_raw r on r.id = t.id"
        " where t.resource_parent_id = ?1 or t.resource_id = ?1 order by t.created_at desc limit ?2",
        (campaign_id, LIMIT),
    )
    for identity, at, kind, name, resource_id, who, text in rows:
        by = f"by {who}" if who else "through the API"
        yield Activity(
            f"bin:{identity}", at or "", BIN, f"{str(kind or 'record').capitalize()} deleted",
            f"{name or resource_id or ''} {by}".strip(), "bin", resource="trash_bin", record_id=identity,
            payloads=(("document", text),),
        )  # fmt: skip


def _webhooks(connection: sqlite3.Connection, campaign_id: str) -> Iterator[Activity]:
    if not holds(connection, "webhook_deliveries"):
        return
    related = related_records(connection, campaign_id)
    rows = connection.execute(
        "select d.*, r.json, (select group_concat(distinct w.member) from webhook_records w where w.delivery_id = d.id"
        "  and d.type is null),"
        " (select coalesce(l.method || ' ', '') || coalesce(l.endpoint, l.url, l.id) from api_log l"
        "  where l.request_id = d.group_id order by l.created_at limit 1) from"
        " (select id, coalesce(created_at, received_at) as at, type, result, entity_id, group_id, sendout_id,"
        "  source_object, coalesce(user_id, app_id, channel) as who, received_at, signature from webhook_deliveries"
        "  where id in (select delivery_id from webhook_records"
        f"  where record_id in ({', '.join('?' * len(related))})) order by at desc limit ?) d"
        " join webhook_deliveries_raw r on r.id = d.id",
        (*related, LIMIT),
    )
    for identity, at, event, result, entity, group, sendout, source, who, received, signature, text, held, call in rows:
        told = [
            f"with {held.replace(',', ', ')}" if held else entity, result, f"by {who}" if who else "",
            f"request {group}" if group else "",
            f"in the API log as {call}" if call else "",
        ]  # fmt: skip
        webhook = "distribution webhook" if source == "distribution" else "webhook"
        yield Activity(
            f"webhook:{identity}", at, WEBHOOK, event or "payload without envelope", " · ".join(filter(None, told)),
            f"{webhook} {sendout or identity}, received {received}, signature {signature}",
            failed=result == "FAILURE", resource="webhook_deliveries", record_id=identity,
            payloads=(("delivery", text),),
        )  # fmt: skip


def _life_cycle(connection: sqlite3.Connection, campaign_id: str, now: datetime) -> Iterator[Activity]:
    campaign = document(connection, "campaigns", campaign_id)
    here = instant_text(now)
    yield from _dates("campaigns", campaign_id, "Campaign", campaign, here)
    for identity, text in connection.execute(
        "select t.id, r.json from promotion_tiers t join promotion_tiers_raw r on r.id = t.id where t.campaign_id = ?",
        (campaign_id,),
    ):
        tier = stored_object(text)
        yield from _dates("promotion_tiers", identity, f"Tier {called(tier) or identity}", tier, here)


def _dates(resource: str, identity: str, name: str, whole: Mapping[str, Any] | Any, now: str) -> Iterable[Activity]:
    """Facts that follow from an object's own dates; those to come are told as such."""
    from store.times import utc_text

    if not isinstance(whole, Mapping):
        return
    for member, past, future in (
        ("created_at", "created", "created"),
        ("start_date", "started", "will start"),
        ("expiration_date", "expired", "will expire"),
    ):
        at = utc_text(whole.get(member))
        if at is not None:
            yield Activity(
                f"date:{resource}:{identity}:{member}", at, LIFE_CYCLE, f"{name} {past if at <= now else future}",
                member, f"the object's own {member}", resource=resource, record_id=identity,
            )  # fmt: skip
