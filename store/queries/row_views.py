"""What a list of rows is: its columns, what narrows it, and conditions on its columns, as SQL."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from store.cache.registry import TABLES
from store.folding import fold
from store.ref import CAMPAIGN, CUSTOMER, ORDER, VOUCHER, Scope

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
            return contains(column, fold(str(self.value)))
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


def contains(column: str, needle: str) -> tuple[str, list[Any]]:
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

    def indexed(self, scope: Scope, sort: str) -> Iterator[list[str]]:
        """Of each index that has a scope's rows in the order of a column, by what it orders rows of equal values."""
        wanted = [*(clause for clause, _ in self.narrowed(scope)), f"{self.columns[sort]} = ?"]
        for index in [("id",), *TABLES[self.table].indexes]:
            clauses = ["t.id = ?" if name == "id" else f't."{name}" = ?' for name in index]
            if clauses[: len(wanted)] == wanted:
                yield clauses[len(wanted) :]

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
