"""Row ids in the order that an index has them, a stretch at a time: what is found is shown while the rest is read."""

import sqlite3
import threading
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

Clause = tuple[str, list[Any]]
"""A condition in SQL and what to bind; "" where there is none."""

_FIRST, _LONGEST = 1_000, 50_000
"""Rows of an index that are read in one piece: few for the first screen, then more, of which each takes some 50 ms."""

Key = tuple[Any, int]
"""The sort column's value and the row id: where a row stands in the index."""


@dataclass
class Walk:
    """A walk through the rows of one table, by an index on a sort column.

    Methods may be called from several threads, each with its own connection.

    Args:
        table: whose rows; its alias in clauses is `t`.
        narrow: the condition that the index alone answers.
        column: the sort column's expression.
        descending: direction, of the row ids among equal values, too.
        keep: the condition for which rows are looked at; all are kept when "".

    Attributes:
        found: ids of rows that are kept, in order, as far as the walk went; none where all are kept.
        passed: rows that the walk has passed.
        is_whole: whether it is at the end.
    """

    table: str
    narrow: Clause
    column: str
    descending: bool
    keep: Clause = ("", [])
    found: "array[int]" = field(default_factory=lambda: array("q"), init=False)
    passed: int = field(default=0, init=False)
    is_whole: bool = field(default=False, init=False)
    _ends: list[Key] = field(default_factory=list, init=False, repr=False)
    _starts: list[int] = field(default_factory=lambda: [0], init=False, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def filters(self) -> bool:
        """Whether rows have to be looked at."""
        return bool(self.keep[0])

    @property
    def known(self) -> int:
        """Rows of the list that the walk came by."""
        return len(self.found) if self.filters else self.passed

    def reach(self, connection: sqlite3.Connection, stop: int, patience: float | None = None) -> None:
        """Go on until so many rows are known, the end is reached or so many seconds are over."""
        until = None if patience is None else time.monotonic() + patience
        while self.known < stop and not self.is_whole:
            self._step(connection)
            if until is not None and time.monotonic() > until:
                return

    def finish(self, connection: sqlite3.Connection, report: Callable[[int], None] | None = None) -> int:
        """Go on to the end, and report how many rows are known after each stretch; returns how many there are."""
        while not self.is_whole:
            self._step(connection)
            if report is not None:
                report(self.known)
        return self.known

    def skip_to(self, connection: sqlite3.Connection, offset: int, limit: int) -> "array[int]":
        """Ids of the rows from an offset on, where all are kept; all that are left when the limit is -1."""
        with self._guard:
            at = bisect_right(self._starts, offset) - 1
            after, begin = self._ends[at - 1] if at else None, self._starts[at]
        inner, values = self._beyond(after, -1 if limit < 0 else offset - begin + limit)
        query = f"select json_group_array(i) from (select i from ({inner}) limit ? offset ?)"
        return _decoded(connection.execute(query, (*values, limit, offset - begin)))

    def _step(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if self.is_whole:
                return
            after = self._ends[-1] if self._ends else None
            size = min(_LONGEST, max(_FIRST, self.passed))
            inner, values = self._beyond(after, size)
            end = connection.execute(f"select k, i from ({inner}) limit 1 offset ?", (*values, size - 1)).fetchone()
            if self.filters:
                condition, bound = self.keep
                # The order is that of the outer loop: a cross join keeps it.
                rows = f'select t.rowid as i from ({inner}) x cross join "{self.table}" t on t.rowid = x.i'
                query = f"select json_group_array(i) from ({rows} where {condition})"
                self.found.extend(_decoded(connection.execute(query, (*values, *bound))))
            if end is None:
                (size,) = connection.execute(f"select count(*) from ({inner})", values).fetchone()
                self.is_whole = True
            else:
                self._ends.append(tuple(end))
                self._starts.append(self.passed + size)
            self.passed += size

    def _beyond(self, after: Key | None, limit: int) -> Clause:
        """A query for the next rows beyond a place as row id `i` and key `k`, and what to bind."""
        word, column = "desc" if self.descending else "asc", self.column
        queries, values = [], list[Any]()
        for clause, bound in self._spans(after):
            where = " and ".join(part for part in (self.narrow[0], clause) if part)
            queries.append(
                f'select * from (select t.rowid as i, {column} as k from "{self.table}" t where {where or "true"}'
                f" order by {column} {word}, t.rowid {word} limit ?)"
            )
            values += [*self.narrow[1], *bound, limit]
        # SQLite reads the parts of a `union all` one after the other, each in its order.
        return " union all ".join(queries) + " limit ?", [*values, limit]

    def _spans(self, after: Key | None) -> list[Clause]:
        """Parts of the index that lie beyond a place, in order. Missing values are the lowest."""
        if after is None:
            return [("", [])]
        (value, rowid), column = after, self.column
        beyond = "<" if self.descending else ">"
        same = (f"{column} is ? and t.rowid {beyond} ?", [value, rowid])
        if value is None:
            return [same] if self.descending else [same, (f"{column} is not null", [])]
        rest = (f"{column} {beyond} ?", [value])
        return [same, rest, (f"{column} is null", [])] if self.descending else [same, rest]


def _decoded(cursor: sqlite3.Cursor) -> "array[int]":
    """One value instead of many rows: SQLite gathers it while Python's other threads go on."""
    (text,) = cursor.fetchone()
    return array("q", msgspec.json.decode(text, type=list[int]))
