"""Windows of rows in any order, at the same speed at a thousand and at a million.

Where an index gives the order, a list is a walk through it (`store.queries.row_walk`): a window is found from the
nearest place that the walk has passed, and rows that a filter keeps are there as they are come by. A typed text is
looked for among the rows that the search index tells of, where it can. Elsewhere the first screens come from the first
row ids in order, and deeper ones from all of them, collected once; in long lists from those around the place alone
(`store.queries.row_tops`). A list holds the rows that were there when it was first asked: rows that another process
adds meanwhile shift nothing out of place.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec

from store.cache.columns import ColumnKind
from store.cache.registry import TABLES
from store.folding import fold
from store.queries.names import NAME_COLUMNS
from store.queries.reader import Reader
from store.queries.row_candidates import candidates
from store.queries.row_tops import Tops
from store.queries.row_views import (
    METADATA_LEAVES,
    OF_CAMPAIGN,
    PRESENT,
    Condition,
    Need,
    Operator,
    RowView,
    contains,
    table_view,
)
from store.queries.row_walk import ALL, Clause, Walk, both, gathered, rows_before, shared
from store.ref import Scope

__all__ = [
    "METADATA_LEAVES", "OF_CAMPAIGN", "PRESENT", "SHALLOW", "Condition", "Need", "Operator", "RowList", "RowView",
    "table_view",
]  # fmt: skip

SHALLOW = 1_000
_STRETCH = 20_000
"""Row ids kept around a place deep in an index: scrolling on from there skips no more (3 ms to gather)."""
_LONG = 100_000
_CHUNK = 500
_STEADY = frozenset({"id", "code", "created_at"})
"""Columns whose values hardly ever change."""
_HELD = "+t.rowid <= ?"
"""Rows that are not newer; the plus keeps SQLite from walking the table by row id where an index serves better."""


@dataclass
class RowList:
    """The rows of a view under a filter and a sort.

    Args:
        reader: where to read; methods may be called from any thread.
        view: what is listed.
        scope: whose rows; the project's when None.
        text: typed filter, looked for in the view's `search` columns; capitals and forms of accents are one.
        named: view column to the table its ids point into: rows that point at something so called are found, too.
        meant: what the text means beside what it is found in: a row that meets all conditions of one of these groups
            is among the rows as well.
        conditions: further restrictions.
        sort: column name; the view's own by default.
        descending: direction; the view's own by default.
        newest: the highest row id that is listed; the highest there is when first asked, by default.
    """

    reader: Reader
    view: RowView
    scope: Scope = None
    text: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    descending: bool | None = None
    meant: tuple[tuple[Condition, ...], ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    newest: int | None = None
    _near: "tuple[int, array[int]] | None" = field(default=None, init=False, repr=False)
    _order: "array[int] | None" = field(default=None, init=False, repr=False)
    _is_looked_up: bool = field(default=False, init=False, repr=False)

    def _where(self, conditions: tuple[Condition, ...] | None = None) -> Clause:
        """The WHERE clause and what to bind; with other conditions than the list's own when given."""
        clause, values = both(self._narrow, self._keep(self.conditions if conditions is None else conditions))
        return (f" where {clause}" if clause else ""), values

    @property
    def _narrow(self) -> Clause:
        """What an index answers: whose rows they are."""
        narrowed = self.view.narrowed(self.scope)
        return " and ".join(clause for clause, _ in narrowed), [identity for _, identity in narrowed]

    def _keep(self, conditions: tuple[Condition, ...]) -> Clause:
        """What else the rows must be."""
        parts: list[Clause] = [(self.view.where, [])]
        for condition in conditions:
            is_present = condition == PRESENT and self.view.plain
            parts.append(self._present() if is_present else self._clause(condition))
        if self.text:
            either = [self._clause(Condition(name, "contains", self.text)) for name in self.view.search]
            either += [self._called(column, table) for column, table in self.named.items()]
            either += [both(*(self._clause(condition) for condition in group)) for group in self.meant]
            clauses = " or ".join(f"({clause})" for clause, _ in either)
            parts.append((f"({clauses})", [value for _, bound in either for value in bound]))
        return both(*parts)

    def _clause(self, condition: Condition) -> tuple[str, list[Any]]:
        return condition.sql(self.view.columns[condition.column])

    def _called(self, column: str, table: str) -> tuple[str, list[Any]]:
        """Rows whose column points at a record of a table that is called what was typed."""
        parts = [contains(f"n.{name}", fold(self.text)) for name in NAME_COLUMNS[table]]
        found = f'select n.id from "{table}" n where {" or ".join(part[0] for part in parts)}'
        return f"{self.view.columns[column]} in ({found})", [value for part in parts for value in part[1]]

    def _present(self) -> tuple[str, list[Any]]:
        """Rows that are still there, by naming the few that are not: so no row has to be read to know."""
        gone, values = self._gone
        return f"t.rowid not in ({gone})", values

    @property
    def _gone(self) -> Clause:
        """A query for the row ids of those that are not."""
        clause, values = both(("t.missing_since is not null", []), self._narrow)
        return f'select t.rowid from "{self.view.table}" t where {clause}', values

    def _held(self, conditions: tuple[Condition, ...] | None = None) -> tuple[str, list[Any]]:
        """The same, of the rows that were there when the list was first asked."""
        where, values = self._where(conditions)
        if not self.view.stored:
            return where, values
        self._hold()
        return f"{where} {'and' if where else 'where'} {_HELD}", [*values, self.newest]

    def _hold(self) -> int:
        """The highest row id when the list was first asked."""
        if self.newest is None:
            query = f'select coalesce(max(rowid), 0) from "{self.view.table}"'
            self.newest = int(self.reader.connection.execute(query).fetchone()[0])
        return self.newest

    @cached_property
    def _walk(self) -> Walk | None:
        """The walk through an index that has these rows in their order, among others; None where there is none."""
        conditions = tuple(one for one in self.conditions if one != PRESENT)
        if not self._in_order or any(map(self._is_found_by_index, conditions)):
            return None
        parts = [self._narrow, (_HELD, [self._hold()])]
        gone, values = self._gone
        if PRESENT in self.conditions and self.reader.connection.execute(f"{gone} limit 1", values).fetchone():
            parts.append(self._present())
        column, keep = self.view.columns[self._sort], self._keep(conditions)
        if not keep[0] and self._sort not in _STEADY:
            # Such rows move while they are looked at: the ids of all of them are kept.
            keep = ALL
        return shared(self.reader, Walk(self.view.table, both(*parts), column, self._descending, keep))

    def _is_found_by_index(self, condition: Condition) -> bool:
        """Whether the few rows that meet a condition are found without a walk."""
        if condition == Condition("missing_since", "not null"):
            return True
        leading = {index[0] for index in TABLES[self.view.table].indexes}
        return condition.operator in ("=", "in") and condition.column in {"id", *leading}

    def _look_up(self) -> None:
        """Find the rows that hold a text by the search index, once, where they are few."""
        if self._is_looked_up or not self.text:
            return
        self._is_looked_up = True
        if not self.view.plain or self.meant:
            return
        found = candidates(self.reader.connection, self.view.table, self.view.search, self.text)
        if found is None:
            return
        where, values = self._held()
        for column, table in self.named.items():
            clause, bound = self._called(column, table)
            found.extend(
                gathered(
                    self.reader.connection, f'select t.rowid as i from "{self.view.table}" t where {clause}', bound
                )
            )
        query = (
            f'select t.rowid as i from json_each(?) k cross join "{self.view.table}" t on t.rowid = k.value'
            f"{where}{self._order_by()}"
        )
        listed = msgspec.json.encode(sorted(set(found))).decode()
        self._order = gathered(self.reader.connection, query, [listed, *values])

    @property
    def _sort(self) -> str:
        return self.sort or self.view.sort

    @property
    def _descending(self) -> bool:
        return (not self.view.ascending and self.sort is None) if self.descending is None else self.descending

    def _order_by(self) -> str:
        direction = "desc" if self._descending else "asc"
        # An index in another order than the rows lie in would have each of them fetched from somewhere else in the
        # file, ten times slower than reading all and sorting what is left: the plus keeps SQLite from taking it.
        is_scattered = self.view.plain and self._sort != self.view.sort and not self._in_order
        plus = "+" if is_scattered and not self._leads else ""
        return f" order by {plus}{self.view.columns[self._sort]} {direction}, t.rowid {direction}"

    @property
    def _in_order(self) -> bool:
        """Whether an index has the rows of the scope in this order."""
        return self.view.plain and any(left == [] for left in self.view.indexed(self.scope, self._sort))

    @property
    def _leads(self) -> bool:
        """Whether an index alone tells which rows come first, but for the order of equal ones."""
        whole = self.view.plain and not self.text and not self.view.where
        only_present = all(one == PRESENT for one in self.conditions)
        return whole and only_present and any(True for _ in self.view.indexed(self.scope, self._sort))

    @property
    def is_whole(self) -> bool:
        """Whether no rows are left to be found."""
        return self._order is not None or self._walk is None or not self._walk.filters or self._walk.is_whole

    def count(self, report: Callable[[int], None] | None = None) -> int:
        """How many rows there are; `report` is told how many were found so far, where they are found bit by bit."""
        self._look_up()
        if self._order is not None:
            return len(self._order)
        if self._walk is not None:
            total = self._walk.finish(self.reader.connection, report)
            if self._walk.filters:
                self._order = self._walk.found
            return total
        if PRESENT not in self.conditions:
            return self._count(self.conditions)
        # Rows still there are all but the few that are gone: two counts from indexes alone, where the one would
        # read every row.
        others = tuple(condition for condition in self.conditions if condition != PRESENT)
        return self._count(others) - self._count((*others, Condition("missing_since", "not null")))

    def _count(self, conditions: tuple[Condition, ...] | None, *more: tuple[str, list[Any]]) -> int:
        where, values = self._held(conditions)
        for clause, bound in more:
            where, values = f"{where} {'and' if where else 'where'} {clause}", [*values, *bound]
        row = self.reader.connection.execute(f"select count(*) from {self.view.source}{where}", values).fetchone()
        return int(row[0])

    def window(self, start: int, stop: int, patience: float | None = None) -> list[tuple[Any, ...]]:
        """Rows `start` to `stop` (not included), as tuples in the order of the view's columns.

        Args:
            start: of the first row in this order.
            stop: of the row after the last.
            patience: seconds after which fewer rows are given, where others are still to be found (`is_whole`).
        """
        self._look_up()
        if self._order is not None:
            return self._by_rowid(self._order[start:stop])
        walk = self._walk
        # What lies beyond the walk is skipped to, where nothing on the way is left out.
        if walk is not None and walk.filters and (walk.keep != ALL or start <= walk.known):
            walk.reach(self.reader.connection, stop, patience)
            return self._by_rowid(walk.found[start:stop])
        if stop > SHALLOW and walk is None and not (self._is_long and stop - start < _STRETCH // 2):
            return self._by_rowid(self._rowids()[start:stop])
        if not self.view.stored:
            where, values = self._held()
            query = f"select {self._columns()} from {self.view.source}{where}{self._order_by()} limit ? offset ?"
            return self.reader.connection.execute(query, (*values, stop - start, start)).fetchall()
        return self._by_rowid(self._nearby(start, stop))

    def last(self, most: int, patience: float | None = None) -> list[tuple[Any, ...]]:
        """The last rows in this order, up to so many; found from the other end where they are not counted yet.

        Args:
            most: at least 1.
            patience: seconds after which fewer rows are given, as by `window`.
        """
        self._look_up()
        if self._order is None and self._walk is not None:
            return self._by_rowid(self._walk.last(self.reader.connection, most, patience))
        if self._order is None and self.view.stored:
            back = replace(self, sort=self._sort, descending=not self._descending, newest=self._hold())
            return back.window(0, most)[::-1]
        return self._by_rowid(self._rowids()[-most:])

    @cached_property
    def _is_long(self) -> bool:
        """Whether sorting all rows takes longer than looking at all for those around a place."""
        plain = self.view.plain and not self.text and self._hold() >= _LONG
        return plain and self._tops.are_most(self.reader.connection, self._hold()) and self.count() >= _LONG

    def _part(self, start: int, size: int) -> "array[int]":
        connection, newest, total = self.reader.connection, self._hold(), self.count()
        return self._tops.part(connection, newest, total, (start, start + size), descending=self._descending)

    def _nearby(self, start: int, stop: int) -> "array[int]":
        """Row ids of a window, from those kept of its neighbourhood or with them."""
        if is_deep := self._walk is None and stop > SHALLOW:
            stop = max(start, min(stop, self.count()))
        begin, near = self._near or (0, array("q"))
        if not begin <= start <= stop <= begin + len(near):
            # Threads may ask at the same time: what is kept is replaced in whole, once it is read.
            size = SHALLOW if stop <= SHALLOW else max(_STRETCH, stop - start + _STRETCH // 2)
            begin = 0 if stop <= SHALLOW else max(0, start - _STRETCH // 2)
            near = self._part(begin, size) if is_deep else self._first(size, begin)
            self._near = begin, near
            if begin == 0 and len(near) < size:
                self._order = near
        return near[start - begin : stop - begin]

    def iterate(self, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Every row, some hundred at a time, for exports and commands.

        A slow consumer blocks no writer: no statement stays open between two parts.
        """
        if not self.view.stored:
            where, values = self._where()
            query = f"select {self._columns()} from {self.view.source}{where}{self._order_by()} limit ?"
            yield from self.reader.connection.execute(query, (*values, -1 if limit is None else limit))
            return
        rowids = self._first(-1 if limit is None else limit)
        for begin in range(0, len(rowids), _CHUNK):
            yield from self._by_rowid(rowids[begin : begin + _CHUNK])

    def position(self, identity: str) -> int | None:
        """The position of a row in this order, or None when the filter hides it."""
        self._look_up()
        where, values = self._held()
        column = self.view.columns[self._sort]
        query = (
            f"select t.rowid, {column} from {self.view.source}{where}"
            f" {'and' if where else 'where'} {self.view.columns['id']} = ?"
        )
        row = self.reader.connection.execute(query, (*values, identity)).fetchone()
        if row is None:
            return None
        if self._order is None and self.view.stored:
            return sum(self._count(None, before) for before in rows_before(column, *row, descending=self._descending))
        try:
            return self._rowids().index(row[0])
        except ValueError:
            return None

    def value_counts(self, column: str, limit: int = 40) -> list[tuple[Any, int]]:
        """The values of a column among these rows and how many rows have each, most first."""
        where, values = self._where()
        query = (
            f"select {self.view.columns[column]}, count(*) from {self.view.source}{where}"
            " group by 1 order by 2 desc, 1 limit ?"
        )
        return self.reader.connection.execute(query, (*values, limit)).fetchall()

    def _columns(self) -> str:
        return ", ".join(self.view.columns.values())

    def _first(self, limit: int, offset: int = 0) -> "array[int]":
        """Row ids in order, some of them; all from `offset` on when the limit is -1."""
        if self._walk is not None and (not self._walk.filters or self._walk.keep == ALL):
            return self._walk.skip_to(self.reader.connection, offset, limit)
        where, values = self._held()
        if limit > 0 and self._descending and self.view.plain and not self._leads:
            tops, asked = self._tops, (self.reader.connection, self._hold())
            if offset == 0 and tops.are_most(*asked):
                return tops.first(*asked, limit)
            # The newest are read first: of equal values they come first, and none that is read later displaces them.
            by = "t.rowid" if self.scope is None else self.view.columns[self.view.sort]
            rows = f"select t.rowid as i, {self.view.columns[self._sort]} as k from {self.view.source}{where}"
            query = f"select i from ({rows} order by {by} desc limit -1) order by k desc, i desc limit ? offset ?"
        else:
            query = f"select t.rowid as i from {self.view.source}{where}{self._order_by()} limit ? offset ?"
        return gathered(self.reader.connection, query, [*values, limit, offset])

    @property
    def _tops(self) -> Tops:
        """These rows, without an index."""
        spec, column = TABLES[self.view.table], self.view.columns[self._sort]
        is_flag = any(one.kind is ColumnKind.FLAG and column == f't."{one.name}"' for one in spec.columns)
        keep = both(self._keep(self.conditions), (_HELD, [self._hold()]))
        return Tops(self.view.table, self._narrow, keep, column, 1 if is_flag else None)

    def _rowids(self) -> "array[int]":
        if self._order is None:
            self._order = self._first(-1)
        return self._order

    def _by_rowid(self, rowids: "array[int]") -> list[tuple[Any, ...]]:
        found: dict[int, tuple[Any, ...]] = {}
        for begin in range(0, len(rowids), _CHUNK):
            some = rowids[begin : begin + _CHUNK]
            marks = ", ".join("?" * len(some))
            query = f"select t.rowid, {self._columns()} from {self.view.source} where t.rowid in ({marks})"
            found.update((row[0], row[1:]) for row in self.reader.connection.execute(query, some.tolist()))
        return [found[rowid] for rowid in rowids if rowid in found]
