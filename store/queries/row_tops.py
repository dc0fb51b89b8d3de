"""Rows in the order of a column that no index has: all are looked at, and few are compared."""

import sqlite3
from array import array
from dataclasses import dataclass
from typing import Any

import msgspec

from store.queries.row_walk import Clause, both, gathered

_SMALLEST, _LARGEST = 2_000, 100_000
"""Row ids that are looked at in one piece."""
_SAMPLES, _MARGIN = 3_000, 90
"""Rows that tell about where others lie, and how many of them more than needed a part is taken to be long."""


@dataclass(frozen=True, slots=True)
class Tops:
    """Rows of one table by a column; of equal values the newest rows are the highest, and missing ones the lowest.

    Args:
        table: whose rows; its alias in clauses is `t`.
        narrow: whose rows they are; "" for all of the table.
        keep: what else they must be.
        column: the sort column's expression.
        most: the highest value there may be; None where that is not known.
    """

    table: str
    narrow: Clause
    keep: Clause
    column: str
    most: Any = None

    @property
    def where(self) -> Clause:
        """The condition that they meet; rows that came later have been left out by it."""
        return both(self.narrow, self.keep)

    def are_most(self, connection: sqlite3.Connection, newest: int) -> bool:
        """Whether so many of the table's rows are theirs that looking at all is faster than finding their own."""
        (clause, values), enough = self.narrow, newest // 4
        query = f'select count(*) from (select 1 from "{self.table}" t where {clause} limit ?)'
        return not clause or connection.execute(query, (*values, enough)).fetchone()[0] >= enough

    def first(self, connection: sqlite3.Connection, newest: int, limit: int) -> "array[int]":
        """Ids of the highest rows, from the highest on.

        The newest rows are looked at first: what is older has to be higher than the last of those that are known.
        Otherwise each newer row of many equal ones would take the place of an older one.

        Args:
            connection: a reader.
            newest: the highest row id.
            limit: how many; at least 1.
        """
        found, higher, size = array("q"), ("", list[Any]()), _SMALLEST
        while newest > 0:
            # Another program's rows may have numbers with wide gaps.
            query = f'select coalesce(max(t.rowid), 0) from "{self.table}" t where t.rowid <= ?'
            newest = int(connection.execute(query, (newest,)).fetchone()[0])
            below = max(0, newest - size)
            span = ("t.rowid > ? and t.rowid <= ?", [below, newest])
            condition, values = both(span, self.where, higher)
            more = self._ids(connection, f'"{self.table}" t not indexed where {condition}', values, limit)
            if more:
                listed = msgspec.json.encode([*found, *more]).decode()
                source = f'json_each(?) j cross join "{self.table}" t on t.rowid = j.value'
                found = self._ids(connection, source, [listed], limit)
            if more and len(found) == limit:
                query = f'select {self.column} from "{self.table}" t where t.rowid = ?'
                (last,) = connection.execute(query, (found[-1],)).fetchone()
                if last is not None and last == self.most:
                    break
                higher = (f"{self.column} is not null", []) if last is None else (f"{self.column} > ?", [last])
            newest, size = below, min(_LARGEST, 2 * size)
        return found

    def part(
        self, connection: sqlite3.Connection, newest: int, total: int, places: tuple[int, int], *, descending: bool
    ) -> "array[int]":
        """Ids of the rows from a place to another (not included), in order.

        All are looked at, but only those around are sorted: samples tell about which values have them.

        Args:
            connection: a reader.
            newest: the highest row id.
            total: how many rows there are.
            places: of the first row and of the one after the last.
            descending: from the highest on.
        """
        start, stop = (min(total, place) for place in places)
        if descending:
            return self._part(connection, newest, total, total - stop, total - start)[::-1]
        return self._part(connection, newest, total, start, stop)

    def _part(self, connection: sqlite3.Connection, newest: int, total: int, start: int, stop: int) -> "array[int]":
        listed = msgspec.json.encode(list(range(1, newest + 1, newest // _SAMPLES + 1))).decode()
        source = f'json_each(?) j cross join "{self.table}" t on t.rowid = j.value where {self.where[0]}'
        query = f"select {self.column}, t.rowid from {source} order by {self.column}, t.rowid"
        keys = connection.execute(query, [listed, *self.where[1]]).fetchall()
        first, last = (place * len(keys) // max(1, total) for place in (start, stop))
        low, high = first - _MARGIN, last + _MARGIN
        source = f'"{self.table}" t not indexed where '
        below, spans = 0, [self.where]
        if low > 0:
            before, values = self._before(*keys[low])
            clause, bound = both(self.where, (before, values))
            (below,) = connection.execute(f"select count(*) from {source}{clause}", bound).fetchone()
            spans.append((f"not {before}", values))
        if high < len(keys):
            spans.append(self._before(*keys[high]))
        clause, bound = both(*spans)
        order = f"order by {self.column}, t.rowid"
        found = gathered(connection, f"select t.rowid as i from {source}{clause} {order}", bound)
        if below > start or below + len(found) < stop:
            # The samples told wrong.
            query = f"select t.rowid as i from {source}{self.where[0]} {order}"
            found, below = gathered(connection, query, self.where[1]), 0
        return found[start - below : stop - below]

    def _before(self, value: Any, row: int) -> Clause:
        """The rows that are lower than one with a value and a row id."""
        column = self.column
        if value is None:
            return f"({column} is null and t.rowid < ?)", [row]
        return f"({column} is null or {column} < ? or ({column} = ? and t.rowid < ?))", [value, value, row]

    def _ids(self, connection: sqlite3.Connection, source: str, values: list[Any], limit: int) -> "array[int]":
        order = f"order by {self.column} desc, t.rowid desc limit ?"
        return gathered(connection, f"select t.rowid as i from {source} {order}", [*values, limit])
