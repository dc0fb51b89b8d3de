"""Windows of rows in any order, at the same speed at a thousand and at a million.

Where an index alone gives the order, a window is found by skipping in it (40 ms to the middle of a million). Elsewhere
the first screens come from the first row ids in order, and deeper ones from all of them, collected once. A list holds
the rows that were there when it was first asked: rows that another process adds meanwhile shift nothing out of place.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from store.cache.registry import TABLES
from store.folding import fold
from store.queries.names import NAME_COLUMNS
from store.queries.reader import Reader
from store.ref import CAMPAIGN, CUSTOMER, ORDER, VOUCHER, Scope

SHALLOW = 1_000
_STRETCH = 20_000
"""Row ids kept around a place deep in an index: scrolling on from there skips no more (3 ms to gather)."""
_CHUNK = 500

Operator = Literal["=", "!=", ">=", "<", "in", "contains", "null", "not null", "metadata"]

METADATA_LEAVES = "json_tree(case when json_valid(r.json) then r.json else '{}' end, '$.metadata') m"
"""The members `m` of a document's metadata; none in a record that is no proper JSON."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One restriction on a column of a view; `value` is bound, never spliced.

    For `metadata` the column holds ids, and the value is (table, SQLite's path, JSON type, value) of a member.
    """

    column: str
    operator: Operator
    value: Any = None

    def sql(self, column: str) -> tuple[str, list[Any]]:
        """The clause for a column's expression, and what to bind."""
        if self.operator == "in":
            values = list(self.value)
            return f"{column} in ({', '.join('?' * len(values))})", values
        if self.operator == "contains":
            return _contains(column, fold(str(self.value)))
        if self.operator == "metadata":
            table, *member = self.value
            leaf = "m.fullkey = ? and m.type = ? and m.atom is ?"
            return f'exists (select 1 from "{table}_raw" r, {METADATA_LEAVES} where r.id = {column} and {leaf})', member
        if self.operator == "null":
            return f"{column} is null", []
        if self.operator == "not null":
            return f"{column} is not null", []
        word = {"=": "is", "!=": "is not"}.get(self.operator, self.operator)
        return f"{column} {word} ?", [self.value]


@dataclass(frozen=True, slots=True)
class Need:
    """Another list that a column's values come from.

    Attributes:
        resource: that list; "" where no list of the API has these values.
        lacking: the rows that need it, SQL; every row when "".
    """

    resource: str
    lacking: str = ""


def _contains(column: str, needle: str) -> tuple[str, list[Any]]:
    """Where a column's text contains a folded needle; Python is asked only about text beyond ASCII.

    Most codes and ids are ASCII, whose bytes are as many as its characters: SQLite's own LIKE is exact for those, and
    what is not ASCII itself is not in them.
    """
    beyond = f"length({column}) < length(cast({column} as blob))"
    if not needle.isascii():
        return f"({beyond} and text_holds({column}, ?))", [needle]
    escaped = needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    clause = f"case when {beyond} then text_holds({column}, ?) else {column} like ? escape '\\' end"
    return clause, [needle, f"%{escaped}%"]


@dataclass(frozen=True)
class RowView:
    """What a table on screen or a command lists: a main table, perhaps joined, and named columns.

    Attributes:
        name: what commands call it.
        table: the resource whose rows they are; its alias in `source` is `t`.
        source: the FROM clause.
        columns: column name to SQL expression, in order; `id` first.
        search: the names that a typed filter looks in.
        scopes: what narrows the rows to one thing: its kind to an SQL condition with one `?`, its id.
        where: a fixed restriction, SQL.
        sort: default sort column; descending unless `ascending`.
        needs: the columns that another list fills.
        personal: the columns that hold names and addresses of customers.
    """

    name: str
    table: str
    source: str
    columns: Mapping[str, str]
    search: tuple[str, ...]
    scopes: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    sort: str = "created_at"
    ascending: bool = False
    needs: Mapping[str, Need] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()

    @property
    def plain(self) -> bool:
        """Whether it lists a resource's own table, joined to nothing."""
        return self.source == f'"{self.table}" t' and self.table in TABLES

    @property
    def stored(self) -> bool:
        """Whether its rows are a resource's rows, joined or not: they keep their row ids, and new ones get higher."""
        return self.table in TABLES and self.source.split(" ")[:2] in ([self.table, "t"], [f'"{self.table}"', "t"])

    def narrowed(self, scope: Scope) -> list[tuple[str, str]]:
        """The condition of being a scope's row and what to bind, if any.

        Raises:
            ValueError: these rows do not state whose they are: all of them would be wrong under its name.
        """
        if scope is None:
            return []
        if scope.kind not in self.scopes:
            raise ValueError(f"{self.name} have no column for {scope.kind}")
        return [(self.scopes[scope.kind], scope.id)]


OF_CAMPAIGN = {CAMPAIGN: "t.campaign_id = ?"}
"""The scopes of rows that belong to a campaign alone."""

PRESENT = Condition("missing_since", "null")
"""Rows that the API still returns."""


def table_view(
    name: str, search: Sequence[str] = (), more_scopes: Mapping[str, str] | None = None, **changes: Any
) -> RowView:
    """A view over one resource's own table with all its columns.

    Its rows are narrowed by what its columns name, campaign, customer, voucher and order, and by `more_scopes`.
    """
    spec = TABLES[name]
    names = [column.name for column in spec.columns]
    columns = {
        "id": "t.id",
        **{column: f't."{column}"' for column in names},
        "missing_since": "t.missing_since",
    }
    owners = {CAMPAIGN: spec.campaign_column, CUSTOMER: "customer_id", VOUCHER: "voucher_id", ORDER: "order_id"}
    scopes = {kind: f't."{column}" = ?' for kind, column in owners.items() if column in ("id", *names)}
    settings: dict[str, Any] = {"search": tuple(search) or ("id",), "scopes": {**scopes, **(more_scopes or {})}}
    if "created_at" not in columns:
        settings["sort"] = "id"
    settings.update(changes)
    return RowView(name=name, table=name, source=f'"{name}" t', columns=columns, **settings)


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
    _near: "array[int] | None" = field(default=None, init=False, repr=False)
    _near_start: int = field(default=0, init=False, repr=False)
    _order: "array[int] | None" = field(default=None, init=False, repr=False)
    _top: int | None = field(default=None, init=False, repr=False)

    def _where(self, conditions: tuple[Condition, ...] | None = None) -> tuple[str, list[Any]]:
        """The WHERE clause and what to bind; with other conditions than the list's own when given."""
        clauses, values = [], []
        if self.view.where:
            clauses.append(self.view.where)
        for narrowed, identity in self.view.narrowed(self.scope):
            clauses.append(narrowed)
            values.append(identity)
        for condition in self.conditions if conditions is None else conditions:
            clause, bound = self._present() if condition == PRESENT and self.view.plain else self._clause(condition)
            clauses.append(clause)
            values += bound
        if self.text:
            parts = [self._clause(Condition(name, "contains", self.text)) for name in self.view.search]
            parts += [self._called(column, table) for column, table in self.named.items()]
            for group in self.meant:
                terms = [self._clause(condition) for condition in group]
                both = " and ".join(part[0] for part in terms)
                parts.append((f"({both})", [value for part in terms for value in part[1]]))
            clauses.append(f"({' or '.join(part[0] for part in parts)})")
            values += [value for part in parts for value in part[1]]
        return (f" where {' and '.join(clauses)}" if clauses else ""), values

    def _clause(self, condition: Condition) -> tuple[str, list[Any]]:
        return condition.sql(self.view.columns[condition.column])

    def _called(self, column: str, table: str) -> tuple[str, list[Any]]:
        """Rows whose column points at a record of a table that is called what was typed."""
        parts = [_contains(f"n.{name}", fold(self.text)) for name in NAME_COLUMNS[table]]
        found = f'select n.id from "{table}" n where {" or ".join(part[0] for part in parts)}'
        return f"{self.view.columns[column]} in ({found})", [value for part in parts for value in part[1]]

    def _present(self) -> tuple[str, list[Any]]:
        """Rows that are still there, by naming the few that are not: so no row has to be read to know."""
        narrowing = self.view.narrowed(self.scope)
        clauses = " and ".join(["t.missing_since is not null", *(clause for clause, _ in narrowing)])
        gone = f'select t.rowid from "{self.view.table}" t where {clauses}'
        return f"t.rowid not in ({gone})", [identity for _, identity in narrowing]

    def _held(self, conditions: tuple[Condition, ...] | None = None) -> tuple[str, list[Any]]:
        """The same, of the rows that were there when the list was first asked."""
        where, values = self._where(conditions)
        if not self.view.stored:
            return where, values
        if self._top is None:
            query = f'select coalesce(max(rowid), 0) from "{self.view.table}"'
            self._top = int(self.reader.connection.execute(query).fetchone()[0])
        # The plus keeps SQLite from walking the table by row id where an index serves better.
        return f"{where} {'and' if where else 'where'} +t.rowid <= ?", [*values, self._top]

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
        plus = "+" if self.view.plain and self._sort != self.view.sort and not self._indexed else ""
        return f" order by {plus}{self.view.columns[self._sort]} {direction}, t.rowid {direction}"

    @property
    def _indexed(self) -> bool:
        """Whether an index alone gives the rows and their order."""
        if not self.view.plain or self.text or self.view.where or any(one != PRESENT for one in self.conditions):
            return False
        spec = TABLES[self.view.table]
        if self.view.columns[self._sort] != f't."{self._sort}"':
            return False
        narrowed = [clause for clause, _ in self.view.narrowed(self.scope)]
        return any([f't."{name}" = ?' for name in index[:-1]] == narrowed and index[-1] == self._sort
                   for index in spec.indexes)  # fmt: skip

    def count(self) -> int:
        """How many rows there are."""
        if self._order is not None:
            return len(self._order)
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

    def window(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """Rows `start` to `stop` (not included), as tuples in the order of the view's columns."""
        if self._order is not None:
            return self._by_rowid(self._order[start:stop])
        if stop > SHALLOW and not self._indexed:
            return self._by_rowid(self._rowids()[start:stop])
        if not self.view.stored:
            where, values = self._held()
            query = f"select {self._columns()} from {self.view.source}{where}{self._order_by()} limit ? offset ?"
            return self.reader.connection.execute(query, (*values, stop - start, start)).fetchall()
        return self._by_rowid(self._nearby(start, stop))

    def _nearby(self, start: int, stop: int) -> "array[int]":
        """Row ids of a window, from those kept of its neighbourhood or with them."""
        near = self._near
        if near is None or not self._near_start <= start <= stop <= self._near_start + len(near):
            size = SHALLOW if stop <= SHALLOW else _STRETCH
            self._near_start = 0 if stop <= SHALLOW else max(0, start - _STRETCH // 2)
            near = self._near = self._first(size, self._near_start)
            if self._near_start == 0 and len(near) < size:
                self._order = near
        return near[start - self._near_start : stop - self._near_start]

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
            return sum(self._count(None, before) for before in self._before(column, *row))
        try:
            return self._rowids().index(row[0])
        except ValueError:
            return None

    def _before(self, column: str, rowid: int, value: Any) -> list[tuple[str, list[Any]]]:
        """Clauses of which one holds for each row before another; missing values are the lowest."""
        if self._descending:
            if value is None:
                return [(f"{column} is not null", []), (f"{column} is null and t.rowid > ?", [rowid])]
            return [(f"{column} >= ? and ({column} > ? or t.rowid > ?)", [value, value, rowid])]
        if value is None:
            return [(f"{column} is null and t.rowid < ?", [rowid])]
        return [(f"{column} is null", []), (f"{column} <= ? and ({column} < ? or t.rowid < ?)", [value, value, rowid])]

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
        where, values = self._held()
        query = f"select t.rowid as i from {self.view.source}{where}{self._order_by()} limit ? offset ?"
        # One value instead of a million: SQLite gathers it while Python's other threads go on.
        gathered = f"select json_group_array(i) from ({query})"
        (text,) = self.reader.connection.execute(gathered, (*values, limit, offset)).fetchone()
        return array("q", msgspec.json.decode(text, type=list[int]))

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
