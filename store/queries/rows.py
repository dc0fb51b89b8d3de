"""Windows of rows in any order, at the same speed at a thousand and at a million.

The first screens come by LIMIT/OFFSET; deeper ones by row ids collected once, in order, in the background of a reader's
thread (0.25 s for a million), so that the middle of a list costs no more than its head.
"""

import sqlite3
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from store.cache.registry import TABLES
from store.queries.reader import Reader

SHALLOW = 1_000
_CHUNK = 500

Operator = Literal["=", "!=", ">=", "<", "in", "contains", "null", "not null"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One restriction on a column of a view; `value` is bound, never spliced."""

    column: str
    operator: Operator
    value: Any = None

    def sql(self, column: str) -> tuple[str, list[Any]]:
        """The clause for a column's expression, and what to bind."""
        if self.operator == "in":
            values = list(self.value)
            return f"{column} in ({', '.join('?' * len(values))})", values
        if self.operator == "contains":
            escaped = str(self.value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return f"{column} like ? escape '\\'", [f"%{escaped}%"]
        if self.operator == "null":
            return f"{column} is null", []
        if self.operator == "not null":
            return f"{column} is not null", []
        word = {"=": "is", "!=": "is not"}.get(self.operator, self.operator)
        return f"{column} {word} ?", [self.value]


@dataclass(frozen=True)
class RowView:
    """What a table on screen or a command lists: a main table, perhaps joined, and named columns.

    Attributes:
        name: what commands call it.
        table: the resource whose rows they are; its alias in `source` is `t`.
        source: the FROM clause.
        columns: column name to SQL expression, in order; `id` first.
        search: the names that a typed filter looks in.
        campaign: expression of the campaign id, when rows belong to one.
        where: a fixed restriction, SQL.
        sort: default sort column; descending unless `ascending`.
    """

    name: str
    table: str
    source: str
    columns: Mapping[str, str]
    search: tuple[str, ...]
    campaign: str | None = None
    where: str = ""
    sort: str = "created_at"
    ascending: bool = False


def table_view(name: str, search: Sequence[str] = (), **changes: Any) -> RowView:
    """A view over one resource's own table with all its columns."""
    spec = TABLES[name]
    names = [column.name for column in spec.columns]
    columns = {
        "id": "t.id",
        **{column: f't."{column}"' for column in names},
        "missing_since": "t.missing_since",
    }
    campaign = f't."{spec.campaign_column}"' if spec.campaign_column else None
    settings: dict[str, Any] = {"search": tuple(search) or ("id",), "campaign": campaign}
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
        campaign_id: restrict to one campaign.
        text: typed filter, looked for in the view's `search` columns, ASCII case folded.
        meant: what the text means beside what it is found in: a row that meets all conditions of one of these groups
            is among the rows as well.
        conditions: further restrictions.
        sort: column name; the view's own by default.
        descending: direction; the view's own by default.
    """

    reader: Reader
    view: RowView
    campaign_id: str | None = None
    text: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    descending: bool | None = None
    meant: tuple[tuple[Condition, ...], ...] = ()
    _order: "array[int] | None" = field(default=None, init=False, repr=False)

    def _where(self, conditions: tuple[Condition, ...] | None = None) -> tuple[str, list[Any]]:
        """The WHERE clause and what to bind; with other conditions than the list's own when given."""
        clauses, values = [], []
        if self.view.where:
            clauses.append(self.view.where)
        if self.campaign_id is not None and self.view.campaign is not None:
            clauses.append(f"{self.view.campaign} = ?")
            values.append(self.campaign_id)
        for condition in self.conditions if conditions is None else conditions:
            clause, bound = condition.sql(self.view.columns[condition.column])
            clauses.append(clause)
            values += bound
        if self.text:
            parts = [Condition(name, "contains", self.text).sql(self.view.columns[name]) for name in self.view.search]
            for group in self.meant:
                held = [condition.sql(self.view.columns[condition.column]) for condition in group]
                both = " and ".join(part[0] for part in held)
                parts.append((f"({both})", [value for part in held for value in part[1]]))
            clauses.append(f"({' or '.join(part[0] for part in parts)})")
            values += [value for part in parts for value in part[1]]
        return (f" where {' and '.join(clauses)}" if clauses else ""), values

    def _order_by(self) -> str:
        name = self.sort or self.view.sort
        descending = (not self.view.ascending and self.sort is None) if self.descending is None else self.descending
        direction = "desc" if descending else "asc"
        return f" order by {self.view.columns[name]} {direction}, t.rowid {direction}"

    def count(self) -> int:
        """How many rows there are."""
        present = Condition("missing_since", "null")
        if present not in self.conditions:
            return self._count(self.conditions)
        # Rows still there are all but the few that are gone: two counts from indexes alone, where the one would
        # read every row.
        others = tuple(condition for condition in self.conditions if condition != present)
        return self._count(others) - self._count((*others, Condition("missing_since", "not null")))

    def _count(self, conditions: tuple[Condition, ...]) -> int:
        where, values = self._where(conditions)
        row = self.reader.connection.execute(f"select count(*) from {self.view.source}{where}", values).fetchone()
        return int(row[0])

    def window(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """Rows `start` to `stop` (not included), as tuples in the order of the view's columns."""
        if stop <= SHALLOW and self._order is None:
            where, values = self._where()
            query = f"select {self._columns()} from {self.view.source}{where}{self._order_by()} limit ? offset ?"
            return self.reader.connection.execute(query, (*values, stop - start, start)).fetchall()
        return self._by_rowid(self._rowids()[start:stop])

    def iterate(self, limit: int | None = None) -> sqlite3.Cursor:
        """Every row in one streaming cursor, for exports and commands."""
        where, values = self._where()
        query = f"select {self._columns()} from {self.view.source}{where}{self._order_by()}"
        if limit is not None:
            query += " limit ?"
            values.append(limit)
        return self.reader.connection.execute(query, values)

    def position(self, identity: str) -> int | None:
        """Where a row stands in this order, or None when the filter hides it."""
        where, values = self._where()
        query = (
            f"select t.rowid from {self.view.source}{where} {'and' if where else 'where'} {self.view.columns['id']} = ?"
        )
        row = self.reader.connection.execute(query, (*values, identity)).fetchone()
        try:
            return None if row is None else self._rowids().index(row[0])
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

    def _rowids(self) -> "array[int]":
        if self._order is None:
            where, values = self._where()
            query = f"select t.rowid from {self.view.source}{where}{self._order_by()}"
            self._order = array("q", (row[0] for row in self.reader.connection.execute(query, values)))
        return self._order

    def _by_rowid(self, rowids: "array[int]") -> list[tuple[Any, ...]]:
        found: dict[int, tuple[Any, ...]] = {}
        for begin in range(0, len(rowids), _CHUNK):
            some = rowids[begin : begin + _CHUNK]
            marks = ", ".join("?" * len(some))
            query = f"select t.rowid, {self._columns()} from {self.view.source} where t.rowid in ({marks})"
            found.update((row[0], row[1:]) for row in self.reader.connection.execute(query, some.tolist()))
        return [found[rowid] for rowid in rowids if rowid in found]
