"""Row ids in the order that an index has them, a stretch at a time: what is found is shown while the rest is read."""

import sqlite3
import threading
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from store.cache.files import FileMark, file_mark
from store.queries.question import current_question
from store.queries.reader import Reader

Clause = tuple[str, list[Any]]
"""A condition in SQL and what to bind; "" where there is none."""
ALL: Clause = ("true", [])
"""The condition that all rows meet: their ids are kept, though none has to be looked at."""

_LEAST, _FIRST, _LONGEST = 100, 1_000, 50_000
"""Rows of an index read in one piece: at first 1,000, then as many as were passed, at most 50,000 (some 50 ms).

At least 100, where little time is left.
"""

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
        keep: the condition for which rows are looked at; where it is "" all are passed and no id is kept.

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
    found: "array[int]" = field(default_factory=lambda: array("I"), init=False)
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
        began, passed, most = time.monotonic(), self.passed, _LONGEST if patience is None else _FIRST
        while self.known < stop and not self.is_whole:
            self._step(connection, most)
            if patience is not None:
                took = time.monotonic() - began
                if took >= patience:
                    return
                # As many rows as the time that is left allows, at the speed so far.
                most = max(_LEAST, int((self.passed - passed) * (patience - took) / max(took, 1e-6)))

    def finish(self, connection: sqlite3.Connection, report: Callable[[int], None] | None = None) -> int:
        """Go on to the end, and report how many rows are known after each stretch; returns how many there are."""
        while not self.is_whole:
            self._step(connection)
            if report is not None:
                report(self.known)
        return self.known

    def skip_to(self, connection: sqlite3.Connection, offset: int, limit: int) -> "array[int]":
        """Ids of the rows from an offset on, where none is left out; all that are left when the limit is -1."""
        with self._guard:
            at = bisect_right(self._starts, offset) - 1
            after, offset = self._ends[at - 1] if at else None, offset - self._starts[at]
        ids = array("q")
        for span in self._spans(after, None):
            found = self._read(connection, span, -1 if limit < 0 else limit - len(ids), offset)
            offset = 0 if found else max(0, offset - self._count(connection, span))
            ids.extend(found)
        return ids

    def last(self, connection: sqlite3.Connection, most: int, patience: float | None = None) -> "array[int]":
        """Ids of the last rows, in order, by a walk from the other end; fewer when so many seconds are over."""
        back = replace(self, descending=not self.descending)
        if not back.filters:
            return back.skip_to(connection, 0, most)[::-1]
        back.reach(connection, most, patience)
        return back.found[:most][::-1]

    def _step(self, connection: sqlite3.Connection, most: int = _LONGEST) -> None:
        with self._guard:
            if self.is_whole:
                return
            after = self._ends[-1] if self._ends else None
            size = min(_LONGEST, most, max(_FIRST, self.passed))
            end, passed = self._end(connection, after, size)
            # All of a stretch or none, for it may be cancelled, and others go on with the walk.
            kept = array("q")
            for span in self._spans(after, end) if self.filters else ():
                kept.extend(self._read(connection, both(span, self.keep)))
            self._keep(kept)
            self.passed += passed
            self.is_whole = end is None
            if end is not None:
                self._ends.append(end)
                self._starts.append(self.passed)

    def _keep(self, ids: "array[int]") -> None:
        """Add ids to those found: of four bytes each, as long as all fit, for there may be millions."""
        if self.found.typecode == "I":
            try:
                ids = array("I", ids)
            except OverflowError:
                self.found = array("q", self.found)
        self.found.extend(ids)

    def _end(self, connection: sqlite3.Connection, after: Key | None, size: int) -> tuple[Key | None, int]:
        """The place so many rows beyond another and how many they are; fewer and no place at the end."""
        left = size
        for span in self._spans(after, None):
            where, values = self._where(span)
            query = f"select {self.column}, t.rowid from {where}{self._order} limit 1 offset ?"
            row = connection.execute(query, (*values, left - 1)).fetchone()
            if row is not None:
                return (row[0], row[1]), size
            left -= self._count(connection, span)
        return None, size - left

    def _count(self, connection: sqlite3.Connection, span: Clause) -> int:
        where, values = self._where(span)
        return int(connection.execute(f"select count(*) from {where}", values).fetchone()[0])

    def _read(self, connection: sqlite3.Connection, span: Clause, limit: int = -1, offset: int = 0) -> "array[int]":
        where, values = self._where(span)
        rows = f"select t.rowid as i from {where}{self._order} limit ? offset ?"
        return gathered(connection, rows, [*values, limit, offset])

    def _where(self, span: Clause) -> Clause:
        condition, values = both(self.narrow, span)
        return f'"{self.table}" t where {condition or "true"}', values

    @property
    def _order(self) -> str:
        word = "desc" if self.descending else "asc"
        return f" order by {self.column} {word}, t.rowid {word}"

    def _spans(self, after: Key | None, end: Key | None) -> list[Clause]:
        """Parts of the index beyond a place and up to another, in order: each one range, however many values are equal.

        Missing values are the lowest.
        """
        column, beyond, before = self.column, *(("<", ">") if self.descending else (">", "<"))
        if after is not None and end is not None and after[0] == end[0]:
            bounds = f"t.rowid {beyond} ? and t.rowid {before}= ?"
            return [(f"{column} is ? and {bounds}", [after[0], after[1], end[1]])]
        spans: list[Clause] = []
        if after is not None:
            spans.append((f"{column} is ? and t.rowid {beyond} ?", [*after]))
        missing: Clause = (f"{column} is null", [])
        if not self.descending and after is None and end is not None and end[0] is not None:
            spans.append(missing)
        is_between = after is None or after[0] is not None or not self.descending
        if is_between and (self.descending or end is None or end[0] is not None):
            spans.append(self._between(after, end))
        if self.descending and end is None and after is not None and after[0] is not None:
            spans.append(missing)
        if end is not None:
            spans.append((f"{column} is ? and t.rowid {before}= ?", [*end]))
        return spans

    def _between(self, after: Key | None, end: Key | None) -> Clause:
        """Rows whose value lies between two; all rows when there is neither."""
        column, beyond, before = self.column, *(("<", ">") if self.descending else (">", "<"))
        parts: list[Clause] = []
        if after is not None and after[0] is not None:
            parts.append((f"{column} {beyond} ?", [after[0]]))
        if end is not None and end[0] is not None:
            parts.append((f"{column} {before} ?", [end[0]]))
        if not parts and (after is not None or end is not None):
            parts.append((f"{column} is not null", []))
        return both(*parts)


_SETTLED = 50_000_000
"""Nanoseconds after which a file that is written to again has another time."""
_MOST_SHARED = 100
_shared: WeakKeyDictionary[Reader, tuple[FileMark, dict[object, Walk]]] = WeakKeyDictionary()
_sharing = threading.Lock()


def shared(reader: Reader, walk: Walk) -> Walk:
    """The walk through the same rows that another list began in this state of the cache, so that all count once.

    Only where no ids are kept. This one where there is none, or the cache was written to since the question began.
    """
    if walk.filters:
        return walk
    question = current_question()
    begun = time.time_ns() if question is None else question.begun
    mark = file_mark(reader.path)
    if not mark or max(written for _, written, _ in mark) + _SETTLED > begun:
        return walk
    with _sharing:
        known, walks = _shared.get(reader, (mark, {}))
        if known != mark or len(walks) >= _MOST_SHARED:
            walks = {}
        _shared[reader] = mark, walks
        condition, values = walk.narrow
        return walks.setdefault((walk.table, condition, tuple(values), walk.column, walk.descending), walk)


def rows_before(column: str, rowid: int, value: Any, *, descending: bool) -> list[Clause]:
    """Clauses of which one holds for each row before another; missing values are the lowest."""
    if descending:
        if value is None:
            return [(f"{column} is not null", []), (f"{column} is null and t.rowid > ?", [rowid])]
        return [(f"{column} >= ? and ({column} > ? or t.rowid > ?)", [value, value, rowid])]
    if value is None:
        return [(f"{column} is null and t.rowid < ?", [rowid])]
    return [(f"{column} is null", []), (f"{column} <= ? and ({column} < ? or t.rowid < ?)", [value, value, rowid])]


def both(*parts: Clause) -> Clause:
    """All of some conditions; those that are "" hold."""
    said = [part for part in parts if part[0]]
    return " and ".join(clause for clause, _ in said), [value for _, bound in said for value in bound]


def gathered(connection: sqlite3.Connection, query: str, values: list[Any]) -> "array[int]":
    """The row ids `i` of a query in its order."""
    # One value instead of a million: SQLite gathers it while Python's other threads go on.
    (text,) = connection.execute(f"select json_group_array(i) from ({query})", values).fetchone()
    return array("q", msgspec.json.decode(text, type=list[int]))
