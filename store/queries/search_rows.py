"""The rows of one kind that may be hits, by the ways they are come by."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from store.cache.search_sources import SearchSource
from store.queries.rows import Condition
from store.queries.search_hits import SHORTEST_PART, Candidate, campaign_column, candidates
from store.queries.search_reading import growing

_SCANNED = 2_000
"""Rows whose columns seem to hold a text that are looked at where there is no index."""


class SearchRows:
    """Candidates of one kind, by the ways they are come by."""

    def __init__(
        self, connection: sqlite3.Connection, source: SearchSource, condition: str, values: dict[str, Any]
    ) -> None:
        self._connection, self._source, self._condition = connection, source, condition
        self._values = values
        self.was_cut = False

    def _where(self, where: str, **more: Any) -> list[Candidate]:
        condition = f"{self._condition} and {where}"
        return candidates(self._connection, self._source, condition, {**self._values, **more})

    def newest(self, campaigns: Sequence[str] | None, most: int) -> Iterator[list[Candidate]]:
        """Rows that meet the condition, of the newest so many; `was_cut` tells that others were not looked at."""
        batches = self._last_stored() if campaigns is None else self._of_campaigns(campaigns, most)
        seen = 0
        for where, size in batches:
            if seen >= most:
                self.was_cut = True
                return
            yield self._where(f"{where} order by t.rowid desc")
            seen += size

    def _last_stored(self) -> Iterator[tuple[str, int]]:
        (highest,) = self._connection.execute(f'select coalesce(max(rowid), 0) from "{self._source.table}"').fetchone()
        for size in growing():
            if highest <= 0:
                return
            yield f"t.rowid > {highest - size} and t.rowid <= {highest}", size
            highest -= size

    def _of_campaigns(self, campaigns: Sequence[str], most: int) -> Iterator[tuple[str, int]]:
        table, column = self._source.table, campaign_column(self._source)
        date = "rowid" if self._source.number == 0 else "created_at"
        # One statement a campaign, for then an index has its rows in order.
        query = f'select {date}, rowid from "{table}" where "{column}" = ? order by {date} desc limit ?'
        dated = [row for one in campaigns for row in self._connection.execute(query, (one, most + 1))]
        waiting = [row[1] for row in sorted(dated, key=lambda row: row[0] or "", reverse=True)]
        self.was_cut, waiting = len(waiting) > most, waiting[:most]
        for size in growing():
            if not waiting:
                return
            some, waiting = waiting[:size], waiting[size:]
            yield f"t.rowid in ({', '.join(map(str, some))})", size

    def indexed(self, rowids: Iterable[list[int]]) -> Iterator[list[Candidate]]:
        """Rows that the index tells of."""
        for some in rowids:
            yield self._where(f"t.rowid in ({', '.join(map(str, some))})")

    def tail(self, upto: int) -> list[Candidate]:
        """Rows that are not in the index yet."""
        return self._where("t.rowid > :upto", upto=upto)

    def changed(self, number: int) -> list[Candidate]:
        """Rows that a sync changed since they were indexed."""
        return self._where("t.rowid in (select row from search_changed where number = :number)", number=number)

    def scanned(self, upto: int, needle: str) -> list[Candidate]:
        """Rows above the mark whose columns seem to hold a needle, the last stored first; some."""
        clauses, bound = [], dict[str, Any]()
        for name in self._source.columns:
            column = f't."{name}"' if len(needle) >= SHORTEST_PART else f'substr(t."{name}", 1, {len(needle)})'
            clause, values = Condition(name, "contains", needle).sql(column)
            for value in values:
                clause = clause.replace("?", f":p{len(bound)}", 1)
                bound[f"p{len(bound)}"] = value
            clauses.append(clause)
        where = f"t.rowid > :upto and ({' or '.join(clauses)}) order by t.rowid desc limit {_SCANNED}"
        return self._where(where, upto=upto, **bound)

    def linked(self, clause: str, identity: str, most: int) -> list[Candidate]:
        """The last stored rows that name another record."""
        return self._where(f"{clause} order by t.rowid desc limit :most", linked=identity, most=most)
