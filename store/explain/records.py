"""A code, campaign or tier as it was at the moment of an attempt, by the journal, and as it is now."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from store.domain.values import inside, members
from store.queries.freshness import data_state
from store.queries.history import states_around
from store.queries.reader import document
from store.ref import VOUCHER, Ref

CODE, CAMPAIGN, TIER = "code", "campaign", "tier"
_TABLES = {CODE: "vouchers", CAMPAIGN: "campaigns", TIER: "promotion_tiers"}
_PATHS = {CODE: "/v1/vouchers/{}", CAMPAIGN: "/v1/campaigns/{}", TIER: "/v1/promotions/tiers/{}"}


@dataclass(frozen=True, slots=True)
class FieldThen:
    """One field of a record.

    Attributes:
        then: its value at the moment; None where the field was not there.
        now: its value now.
        doubt: why `then` is not certain, in words; "" where it is.
        others: what it may have been instead, where a change cannot be placed.
    """

    then: Any
    now: Any
    doubt: str = ""
    others: tuple[Any, ...] = ()


@dataclass(frozen=True)
class RecordThen:
    """One object of the project.

    Attributes:
        kind: `code`, `campaign` or `tier`: also what its evidence is called.
        id: of the API; "" where the attempt names none.
        name: what people call it; the id where nothing else is known.
        doc: as it is now; empty where it is not cached.
        early, late: as it may have been at the moment.
        as_of: when the list that holds it was read; None where that is not known.
        at: the moment (UTC text).
        missing_since: since when the API does not return it any more; None where it does.
    """

    kind: str
    id: str
    name: str
    doc: Mapping[str, Any] = field(default_factory=dict)
    early: Mapping[str, Any] = field(default_factory=dict)
    late: Mapping[str, Any] = field(default_factory=dict)
    as_of: str | None = None
    at: str = ""
    missing_since: str | None = None

    @property
    def is_cached(self) -> bool:
        """Whether its own record is there."""
        return bool(self.doc)

    @property
    def call(self) -> str:
        """The request that reads it; "" where it is not known what to ask for."""
        wanted = self.name if self.kind == CODE else self.id
        return f"GET {_PATHS[self.kind].format(quote(wanted, safe=''))}" if wanted else ""

    @property
    def lacks(self) -> str:
        """Why nothing is known of it; "" where something is."""
        if self.is_cached:
            return ""
        return f"the {self.kind} is not cached" if self.id else f"the attempt names no {self.kind}"

    def known(self, *path: str) -> FieldThen:
        """One field, then and now."""
        now, early, late = (inside(one, *path) for one in (self.doc, self.early, self.late))
        if not self.is_cached:
            return FieldThen(None, None, self.lacks)
        if self.as_of is not None and self.as_of < self.at:
            return FieldThen(now, now, f"the {self.kind} was read before the attempt")
        if early != late:
            return FieldThen(late, now, "it was changed between the two syncs around the attempt", (early,))
        return FieldThen(late, now)


def record_at(connection: sqlite3.Connection, kind: str, identity: str | None, at: str, name: str = "") -> RecordThen:
    """A record at a moment.

    Args:
        connection: a reader.
        kind: `code`, `campaign` or `tier`.
        identity: its id; None where the attempt names none.
        at: UTC text.
        name: what the attempt calls it.
    """
    if not identity:
        return RecordThen(kind, "", name, at=at)
    table = _TABLES[kind]
    doc = document(connection, table, identity)
    called = name or str(doc.get("code" if kind == CODE else "name") or identity)
    if not doc:
        return RecordThen(kind, identity, called, at=at)
    early, late = (members(one) for one in states_around(connection, table, identity, at))
    scope = Ref(VOUCHER, identity) if kind == CODE else Ref.campaign(_campaign(kind, identity, doc))
    gone = connection.execute(f'select missing_since from "{table}" where id = ?', (identity,)).fetchone()
    as_of = data_state(connection, table, scope).as_of
    return RecordThen(kind, identity, called, doc, early, late, as_of, at, gone[0] if gone else None)


def _campaign(kind: str, identity: str, doc: Mapping[str, Any]) -> str:
    if kind == CAMPAIGN:
        return identity
    return str(inside(doc, "campaign", "id") or doc.get("campaign_id") or doc.get("promotion_id") or "")
