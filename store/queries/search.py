"""Find anything that is cached: by any id, code, name, address, order, request, metadata or message of a failure.

What the index does not hold yet is read row by row: the rows above its marks, and those that changed since. Where these
are too many, their columns are read alone, and the answer says so.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from store.cache.columns import dig
from store.cache.search_index import NOT_SUPPORTED, IndexState, index_states, is_supported
from store.cache.search_sources import SEARCH_SOURCES, SearchSource, searchable
from store.days import day_bounds
from store.json_text import stored_object
from store.queries.search_hits import (
    SHORTEST_PART,
    Candidate,
    Hit,
    Match,
    campaign_column,
    compare,
    hits_of,
    is_wanted,
    narrowing,
    now_text,
    settle_status,
)
from store.queries.search_query import ORDER_KIND, SearchMistake, SearchQuery
from store.queries.search_reading import FIRST_BATCH, IndexReading
from store.queries.search_rows import SearchRows
from store.ref import Ref

LIMIT = 10
TAIL = 1_000
"""Rows that are not in the index and are read whole with each search (some 20 ms)."""
_READ = 10_000
"""Newest rows of a kind that are looked at where no text is searched for, or ten times as many as are wanted."""
NOT_ALL_READ = "Of some kinds only the newest records were looked at. Type a text as well to search all."
_LOOKED_AT = 500
"""Candidates of a kind that are compared in each way before the search gives up on finding more."""
_OPERATED = 5
"""Times as many where operators exclude some of them."""
TOO_COMMON = "So many records hold parts of this text that not all were compared. Type more of it."
NOT_BUILT = (
    "The search index is not built yet. Until it is, ids, codes and names are searched, "
    "but not all metadata and orders."
)
ORDER_FIELDS = frozenset({"order_id", "order.source_id", "order.metadata", "data.data.order.source_id"})
_NAMING_ORDERS = ("redemption", "transaction", "pending_points", "event")


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The hits of one kind, best first; `more` where there are others."""

    kind: str
    hits: tuple[Hit, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search.

    Attributes:
        groups: those with the best hits first, records that are so called before those that name them.
        lacks: a sentence on what was not searched, or "".
    """

    groups: tuple[HitGroup, ...] = ()
    lacks: str = ""

    @property
    def hits(self) -> list[Hit]:
        """All of them in order."""
        return [hit for group in self.groups for hit in group.hits]

    @property
    def has_more(self) -> bool:
        """Whether any kind has more hits than these."""
        return any(group.more for group in self.groups)


def search(
    connection: sqlite3.Connection,
    query: SearchQuery,
    now: datetime,
    zone: tzinfo,
    limit: int = LIMIT,
    worst: Match = Match.PART,
) -> Found:
    """Find records.

    Exact hits come before those that begin with the text, these before others; within each the newest first. Texts of
    one and two letters are looked for at beginnings alone. Capitals and forms of accents are one (`store.folding`).

    Args:
        connection: of a `Reader`.
        query: what to find.
        now: for derived statuses.
        zone: of the project, in which days begin.
        limit: hits of each kind.
        worst: the least way of holding the text that counts.

    Raises:
        SearchMistake: no cached campaign is called as the query says.
        CacheError: the cache cannot be read.
    """
    if query.is_blank or limit < 1:
        return Found()
    asked = _SearchUnderWay(connection, query, _Terms(now, zone, limit, worst))
    groups = [group for source in SEARCH_SOURCES if (group := asked.group(source)) is not None]
    orders = asked.orders()
    if orders is not None:
        groups.append(orders)
    groups.sort(key=lambda group: min((hit.match, not hit.names_itself) for hit in group.hits))
    return Found(tuple(groups), asked.lacks)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What an answer depends on beside the query: `search`'s arguments."""

    now: datetime
    zone: tzinfo
    limit: int
    worst: Match


class _SearchUnderWay:
    """One search under way."""

    def __init__(self, connection: sqlite3.Connection, query: SearchQuery, terms: "_Terms") -> None:
        self._connection, self._query, self._terms = connection, query, terms
        self._limit = terms.limit
        self._needle = query.needle
        # Of so few letters only the order that is called so is told: half of all begin with a letter.
        self._is_short = len(self._needle) < SHORTEST_PART
        self._states = index_states(connection)
        self._index = IndexReading(connection, self._needle, terms.worst)
        self._values: dict[str, Any] = {"now": now_text(terms.now)}
        self._campaigns = _campaigns(connection, query.campaign)
        self._is_supported = is_supported(connection)
        self._complete: dict[str, list[Candidate]] = {}
        self.lacks = ""

    def group(self, source: SearchSource) -> HitGroup | None:
        """The hits of a kind; None where there are none."""
        if self._query.kinds and source.kind not in self._query.kinds:
            return None
        found = self._found(source)
        if not found:
            return None
        hits = hits_of(self._connection, source, found[: self._limit])
        return HitGroup(source.kind, tuple(hits), len(found) > self._limit)

    def orders(self) -> HitGroup | None:
        """The orders that redemptions and movements name; no list of the API is kept of orders themselves."""
        if (self._query.kinds and ORDER_KIND not in self._query.kinds) or not self._needle:
            return None
        hits: dict[str, Hit] = {}
        for source in SEARCH_SOURCES:
            if source.kind in _NAMING_ORDERS:
                found = self._found(source, ORDER_FIELDS)
                for one, hit in zip(found, hits_of(self._connection, source, found), strict=True):
                    order = _order(source, one, hit)
                    if order is not None:
                        hits.setdefault(order.ref.id, order)
        ranked = sorted(hits.values(), key=lambda hit: hit.match)
        return HitGroup(ORDER_KIND, tuple(ranked[: self._limit]), len(ranked) > self._limit) if ranked else None

    def _found(self, source: SearchSource, only: frozenset[str] = frozenset()) -> list[Candidate]:
        """Rows that were found, best first, one more than asked for where there are so many."""
        if source.number and source.table not in self._states:
            return []
        if only and source.table in self._complete:
            return [one for one in self._complete[source.table] if compare(source, one, self._needle, only)]
        condition = self._condition(source)
        if condition is None:
            return []
        found: dict[int, Candidate] = {}
        rows = SearchRows(self._connection, source, condition, self._values)
        if not self._needle:
            newest = rows.newest(self._campaigns, max(_READ, 10 * self._limit))
            self._take(source, found, newest, only, Match.EXACT)
            self.lacks = self.lacks or (NOT_ALL_READ if rows.was_cut and len(found) <= self._limit else "")
        else:
            state = self._states.get(source.table, IndexState(0, TAIL, 0))
            self._take(source, found, self._unindexed(source, rows, state), only, None)
            if state.upto:
                self._take_indexed(source, found, rows, only)
            if not only:
                self._link(source, found, rows)
        if len(found) <= self._limit and not only:
            self._complete[source.table] = [replace(one) for one in found.values() if not one.is_link]
        ranked = sorted(found.values(), key=lambda one: one.shown["date"] or "", reverse=True)
        return sorted(ranked, key=lambda one: one.rank)[: self._limit + 1]

    def _take_indexed(
        self, source: SearchSource, found: dict[int, Candidate], rows: SearchRows, only: frozenset[str]
    ) -> None:
        few = self._index.all_of(source.number)
        if few is None:
            few = next(self._index.of(source.number, self._index.matches[-1]), [])
            if len(few) >= FIRST_BATCH:
                for match in self._index.matches[: 1 if only and self._is_short else None]:
                    if sum(one.match <= match for one in found.values()) <= self._limit:
                        batches = self._index.of(source.number, match)
                        self._take(source, found, rows.indexed(self._bounded(batches)), only, match)
                return
        self._take(source, found, rows.indexed([few] if few else []), only, None)

    def _bounded(self, batches: Iterable[list[int]]) -> Iterator[list[int]]:
        """Candidates up to a number; those beyond are a text's whose trigrams are everywhere."""
        looked_at = 0
        for batch in batches:
            if looked_at >= (_LOOKED_AT if self._query.is_plain else _OPERATED * _LOOKED_AT):
                self.lacks = self.lacks or TOO_COMMON
                return
            yield batch
            looked_at += len(batch)

    def _take(
        self,
        source: SearchSource,
        found: dict[int, Candidate],
        batches: Iterable[list[Candidate]],
        only: frozenset[str],
        upto: Match | None,
    ) -> None:
        """Keep the candidates that hold the needle, until there are enough that hold it so well; all for None."""
        for batch in batches:
            settle_status(source, batch, self._terms.now, self._terms.zone)
            for one in batch:
                if one.rowid not in found and is_wanted(one, self._query) and self._holds(source, one, only):
                    found[one.rowid] = one
            if upto is not None and sum(one.match <= upto for one in found.values()) > self._limit:
                return

    def _holds(self, source: SearchSource, one: Candidate, only: frozenset[str]) -> bool:
        worst = Match.EXACT if only and self._is_short else self._terms.worst
        return compare(source, one, self._needle, only) and one.match <= worst

    def _unindexed(self, source: SearchSource, rows: SearchRows, state: IndexState) -> Iterator[list[Candidate]]:
        if state.pending <= TAIL:
            if state.newest > state.upto or state.has_others:
                yield rows.tail(state.upto)
            if state.changed:
                yield rows.changed(source.number)
            return
        self.lacks = NOT_BUILT if self._is_supported else NOT_SUPPORTED
        yield rows.scanned(state.upto, self._needle)

    def _link(self, source: SearchSource, found: dict[int, Candidate], rows: SearchRows) -> None:
        """The records that name the typed id: after those that have it."""
        ways = {column: f't."{column}" = :linked' for column in source.links}
        if source.linked_by:
            ways["record"] = source.linked_by
        for name, clause in ways.items():
            batch = rows.linked(clause, self._query.text, self._limit + 1)
            settle_status(source, batch, self._terms.now, self._terms.zone)
            for one in batch:
                if one.rowid not in found and is_wanted(one, self._query):
                    found[one.rowid] = replace(one, match=Match.EXACT, field=name, is_link=True)

    def _condition(self, source: SearchSource) -> str | None:
        """The operators that columns answer, SQL; None where no row of this kind can meet them."""
        narrowed = narrowing(source, self._query)
        if narrowed is None:
            return None
        clauses = ["1", *narrowed[0]]
        self._values |= narrowed[1]
        column = campaign_column(source)
        if self._campaigns is not None:
            if column is None:
                return None
            names = [f":campaign{number}" for number in range(len(self._campaigns))]
            self._values |= {f"campaign{number}": one for number, one in enumerate(self._campaigns)}
            clauses.append(f't."{column}" in ({", ".join(names)})')
        for name, operator, bound in (("after", ">=", self._query.after), ("before", "<", self._query.before)):
            if bound is not None:
                if source.number == 0:
                    return None
                self._values[name] = day_bounds(bound.isoformat(), self._terms.zone)[0]
                clauses.append(f"t.created_at {operator} :{name}")
        return " and ".join(clauses)


def _campaigns(connection: sqlite3.Connection, called: str) -> list[str] | None:
    """The campaigns that an operator means; None when it is not given."""
    if not called:
        return None
    needle = searchable(called)
    rows = connection.execute("select id, name from campaigns").fetchall()
    found = [row[0] for row in rows if row[0] == called] or [
        row[0] for row in rows if row[1] and needle in searchable(row[1])
    ]
    if not found:
        raise SearchMistake(f"No cached campaign is called “{called}”.")
    return found


def _order(source: SearchSource, one: Candidate, hit: Hit) -> Hit | None:
    """The order that a row names."""
    document = stored_object(one.row[-1])
    told = document.get("order") or dig(document, ("data", "data", "order"))
    known = told if isinstance(told, dict) else {}
    identity = one.column(source, "order_id") or known.get("source_id")
    if not isinstance(identity, str):
        return None
    label, status = known.get("source_id"), known.get("status")
    return replace(
        hit,
        ref=Ref(ORDER_KIND, identity),
        label=label if isinstance(label, str) and label else identity,
        status=status.lower() if isinstance(status, str) else "",
    )
