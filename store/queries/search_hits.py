"""What a hit shows of a record: what it is called, its status, type, campaign and date."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import IntEnum
from typing import Any

from store.cache.columns import as_text
from store.cache.registry import TABLES
from store.cache.search_sources import SearchSource, searchable
from store.domain.status import derive_status
from store.json_text import stored_object
from store.queries.names import called_sql, names_of
from store.queries.search_query import ORDER_KIND, SearchQuery
from store.ref import Ref
from store.times import text_of


class Match(IntEnum):
    """How a text was found, the best first."""

    EXACT = 0
    PREFIX = 1
    PART = 2


SHORTEST_PART = 3
"""Letters that are looked for inside of texts; fewer are looked for at their beginnings."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found.

    Attributes:
        ref: its kind and id.
        label: what to call it; its id where it has no name.
        match: how it was found.
        field: the column or member of the document it was found in; "" when nothing was searched for.
        status: in one word, "" where it has none.
        date: when it was made (UTC text), or None.
        campaign_id, campaign: where it belongs; the name is "" where it is not known.
        is_personal: whether the label is a customer's name or address.
    """

    ref: Ref
    label: str
    match: Match
    field: str = ""
    status: str = ""
    date: str | None = None
    campaign_id: str | None = None
    campaign: str = ""
    is_personal: bool = False

    @property
    def names_itself(self) -> bool:
        """Whether what was found is what the record is known by; others only name, or hold, something."""
        if self.field == "source_id":
            return self.ref.kind == "customer"
        return self.ref.kind == ORDER_KIND or self.field in _KNOWN_BY


_KNOWN_BY = ("", "id", "code", "email", "phone", "name", "request_id")


@dataclass(frozen=True, slots=True)
class _Shown:
    """SQL for what a kind shows; `words` are all that a status may be asked for by."""

    label: str = "null"
    status: str = "null"
    words: str = "null"
    type: str = "null"
    date: str = "t.created_at"


_SENT = _Shown(
    "t.voucher_code", "case t.result when 'FAILURE' then 'failed' when 'SUCCESS' then 'succeeded' end", "t.result"
)
_ACTIVE = "case when t.active = 0 then 'disabled' when t.active = 1 then 'active' end"
_SHOWN: Mapping[str, _Shown] = {
    "campaign": _Shown("t.name", type="t.campaign_type"),
    "voucher": _Shown(
        "t.code",
        "case when t.missing_since is not null then 'deleted' when t.active = 0 then 'disabled'"
        " when t.expiration_date < :now then 'expired' when t.start_date > :now then 'scheduled' else 'active' end",
        type="t.type",
    ),
    "customer": _Shown(called_sql("customers", "t")),
    "redemption": _Shown(
        "coalesce(t.voucher_code, t.promotion_tier_id)",
        "case when t.object = 'redemption_rollback' then iif(t.result = 'FAILURE', 'rollback failed', 'rollback')"
        " when t.status = 'ROLLED_BACK' or t.rolled_back_by is not null then 'rolled back'"
        " when t.result = 'FAILURE' then 'failed' when t.result = 'SUCCESS' then 'succeeded' end",
        "coalesce(t.result, '') || ' ' || coalesce(t.status, '') || iif(t.result = 'FAILURE', ' refused', '')",
        "t.object",
    ),
    "publication": _SENT,
    "transaction": _Shown("t.type", type="t.type"),
    "promotion_tier": _Shown("t.name", _ACTIVE),
    "earning_rule": _Shown("t.name", _ACTIVE, type="t.event"),
    "reward": _Shown("t.name", type="t.type"),
    "reward_assignment": _Shown("t.reward_id"),
    "rule_assignment": _Shown("t.related_object_id", type="t.related_object_type"),
    "validation_rule": _Shown("t.name", type="t.type"),
    "segment": _Shown("t.name", type="t.type"),
    "deletion": _Shown("t.resource_name", type="t.resource_type"),
    "background_task": _Shown("t.type", "lower(t.status)", type="t.type"),
    "request": _Shown("t.method || ' ' || t.url", "t.status"),
    "webhook_delivery": _Shown(
        "t.type", "lower(t.result)", type="t.type", date="coalesce(t.created_at, t.received_at)"
    ),
    "event": _Shown("t.type", type="t.type"),
    "holder": _Shown("t.holder_role", type="t.holder_role"),
    "points_expiration": _Shown("t.expires_at", "lower(t.status)"),
    "pending_points": _Shown("t.activates_at"),
    "metadata_schema": _Shown("t.related_object"),
    "unreadable": _Shown("t.resource || ': ' || t.reason", type="t.resource", date="null"),
}
_NAMED = _Shown("t.name")
_MEMBERS = ("label", "status", "words", "type", "date", "campaign_id", "missing_since")


@dataclass(slots=True)
class Candidate:
    """A row that may be a hit: its texts, and what it would show."""

    rowid: int
    id: str
    row: tuple[Any, ...]
    shown: dict[str, Any]
    match: Match = Match.PART
    field: str = ""
    is_link: bool = False

    @property
    def rank(self) -> tuple[int, bool]:
        """What comes before their date when candidates are put in order."""
        return self.match, self.is_link

    def column(self, source: SearchSource, name: str) -> Any:
        """What a searched column holds."""
        return self.row[source.columns.index(name)]


def campaign_column(source: SearchSource) -> str | None:
    """The column that holds a record's campaign."""
    return "campaign_id" if source.table not in TABLES else TABLES[source.table].campaign_column


def candidates(
    connection: sqlite3.Connection, source: SearchSource, where: str, values: Mapping[str, Any]
) -> list[Candidate]:
    """The rows of a condition, SQL after `where`; `values` are bound, `:now` among them."""
    shown = _SHOWN.get(source.kind, _NAMED)
    column = campaign_column(source)
    campaign = "null" if column is None else f't."{column}"'
    columns = [shown.label, shown.status, shown.words, shown.type, shown.date, campaign, "t.missing_since"]
    query = f"select t.rowid, {source.select}, {', '.join(columns)} from {source.tables} where {where}"
    width = 1 + len(source.columns) + 1
    return [
        Candidate(row[0], row[1], row[1:width], dict(zip(_MEMBERS, row[width:], strict=True)))
        for row in connection.execute(query, values)
    ]


def narrowing(source: SearchSource, query: SearchQuery) -> tuple[list[str], dict[str, str]] | None:
    """SQL that leaves out rows which `is_wanted` would, and what is bound to it; None where no row of a kind is wanted.

    Types and statuses of a cache are words of ASCII.
    """
    shown = _SHOWN.get(source.kind, _NAMED)
    clauses, bound = [], {}
    if query.type:
        if shown.type == "null":
            return None
        if query.type.isascii():
            clauses.append(f"instr(lower({shown.type}), :type)")
            bound["type"] = query.type
    if query.status and source.kind != "campaign":
        if shown.status == shown.words == "null":
            return None
        if query.status.isascii():
            words = " || ' ' || ".join(f"lower(coalesce({sql}, ''))" for sql in (shown.status, shown.words))
            clauses.append(f"instr(' ' || {words}, :status)")
            bound["status"] = f" {query.status}"
    return clauses, bound


def settle_status(source: SearchSource, found: Sequence[Candidate], now: datetime, zone: tzinfo) -> None:
    """Work out the status of those that have none in a column: campaigns (API §5)."""
    if source.kind != "campaign":
        return
    for one in found:
        missing = one.shown["missing_since"] is not None
        one.shown["status"] = derive_status(stored_object(one.row[-1]), now, zone, missing=missing).kind.value


def is_wanted(one: Candidate, query: SearchQuery) -> bool:
    """Whether a row meets the operators that no column answers alone."""
    if query.type and query.type not in searchable(one.shown["type"] or ""):
        return False
    if not query.status:
        return True
    words = [searchable(one.shown[name]) for name in ("status", "words") if one.shown[name] is not None]
    return any(word.startswith(query.status) for text in words for word in (text, *text.split()))


def compare(source: SearchSource, one: Candidate, needle: str, only: frozenset[str]) -> bool:
    """Note how a row's texts hold the needle; False when they do not.

    Args:
        source: of the row.
        one: the row.
        needle: folded; every row contains "".
        only: the fields that count; all when empty.
    """
    if not needle:
        one.match = Match.EXACT
        return True
    best: tuple[Match, str] | None = None
    for name, text in source.fields(one.row):
        if only and not any(name == wanted or name.startswith(f"{wanted}.") for wanted in only):
            continue
        match = match_of(text, needle)
        if match is not None and (best is None or match < best[0]):
            best = match, name
    if best is not None:
        one.match, one.field = best
    return best is not None


def match_of(text: str, needle: str) -> Match | None:
    """How a folded text holds a folded needle."""
    if text.startswith(needle):
        return Match.EXACT if len(text) == len(needle) else Match.PREFIX
    return Match.PART if len(needle) >= SHORTEST_PART and needle in text else None


def hits_of(connection: sqlite3.Connection, source: SearchSource, found: Sequence[Candidate]) -> list[Hit]:
    """Candidates as they are shown, in their order."""
    ids = [one.shown["campaign_id"] for one in found if one.shown["campaign_id"]]
    names = names_of(connection, "campaigns", ids)
    return [
        Hit(
            Ref(source.kind, one.id), _label(one), one.match, one.field,
            as_text(one.shown["status"]) or "", one.shown["date"], one.shown["campaign_id"],
            names.get(one.shown["campaign_id"] or "", ""), source.kind == "customer" and _label(one) != one.id,
        )
        for one in found
    ]  # fmt: skip


def _label(one: Candidate) -> str:
    label = as_text(one.shown["label"]) or ""
    return label if label.strip() else one.id


def now_text(now: datetime) -> str:
    """The instant that statuses are worked out for, as it is bound."""
    return text_of(now)
