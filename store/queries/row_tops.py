"""The first rows in the order of a column that no index has: all are looked at once, and few are compared."""

import sqlite3
from array import array
from dataclasses import dataclass
from typing import Any

import msgspec

from store.queries.row_walk import Clause, both, gathered

_SMALLEST, _LARGEST = 2_000, 100_000
"""Row ids that are looked at in one piece."""


@dataclass(frozen=True, slots=True)
class Tops:
    """Rows of one table, from the highest value of a column on; of equal values the newest rows come first.

    Args:
        table: whose rows; its alias in clauses is `t`.
        where: the condition they meet.
        column: the sort column's expression.
        most: the highest value there may be; None where that is not known.
    """

    table: str
    where: Clause
    column: str
    most: Any = None

    def first(self, connection: sqlite3.Connection, newest: int, limit: int) -> "array[int]":
        """Ids of the first rows.

        The newest rows are looked at first: what is older has to be higher than the last of those that are known.
        Otherwise each newer row of many equal ones would take the place of an older one.

        Args:
            connection: a reader.
            newest: the highest row id.
            limit: how many; at least 1.
        """
        found, higher, size = array("q"), ("", list[Any]()), _SMALLEST
        while newest > 0:
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

    def _ids(self, connection: sqlite3.Connection, source: str, values: list[Any], limit: int) -> "array[int]":
        order = f"order by {self.column} desc, t.rowid desc limit ?"
        return gathered(connection, f"select t.rowid as i from {source} {order}", [*values, limit])
