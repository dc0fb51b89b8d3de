"""A list tab as a declaration: which view, which columns in which words, what to filter by, what its details say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from store.domain.values import visible
from store.folding import fold
from store.models import Freshness
from store.queries.rows import Condition, RowView
from tui.kit.context import SubjectContext
from tui.kit.export_way import MINOR
from tui.kit.formatter import Formatter
from widgets.panel.panel import Field
from widgets.table.columns import Kind, TableColumn
from widgets.table.rows import Cell

Names = Mapping[str, Mapping[str, str]]
"""Names by table and id, looked up for the rows at hand."""


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One row of a view, read by column name.

    Attributes:
        values: by column name.
        scene: how to word them.
        names: of the objects the row points at.
    """

    values: Mapping[str, Any]
    scene: Formatter
    names: Names = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    @property
    def id(self) -> str:
        """The row's id."""
        return str(self.values.get("id") or "")

    def named(self, table: str, column: str) -> str:
        """The name of the object a column points at, else its id; blank when it points nowhere. Not personal data."""
        identity = self.values.get(column)
        return "" if identity is None else self.names.get(table, {}).get(str(identity)) or str(identity)

    def customer(self, column: str = "customer_id") -> str:
        """The customer a column points at, masked unless revealed; the id while the customer is not cached."""
        identity = self.values.get(column)
        if identity is None:
            return ""
        return self.scene.name(self.names.get("customers", {}).get(str(identity))) or str(identity)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list.

    Attributes:
        column: for the table.
        cell: what it says of a record.
        sort: the view's column to sort by; "" when it cannot be sorted.
        unit: what the numbers of the view's column of its name count, for who reads them without words.
    """

    column: TableColumn
    cell: Callable[[ListRecord], Cell]
    sort: str = ""
    unit: str = ""

    @property
    def title(self) -> str:
        """Its header."""
        return self.column.title


def list_column(
    name: str,
    title: str,
    cell: Callable[[ListRecord], Cell],
    *,
    width: int = 10,
    flex: int = 0,
    most: int | None = None,
    priority: int = 0,
    kind: Kind = "text",
    sort: str | None = None,
    unit: str = "",
) -> ListColumn:
    """A column; `sort` is the view's column of the same name unless said otherwise ("" for none)."""
    by = name if sort is None else sort
    column = TableColumn(name, title, width, flex, most, priority=priority, kind=kind, sortable=bool(by))
    return ListColumn(column, cell, by, unit)


def text(name: str, title: str, width: int = 12, **more: Any) -> ListColumn:
    """A column that shows a text of the view as it is."""
    return list_column(name, title, lambda row: str(row[name] or ""), width=width, **more)


def called(title: str, width: int, **more: Any) -> ListColumn:
    """The row's own name; its id where that is blank."""
    return list_column("name", title, lambda row: visible(row["name"]) or row.id, width=width, **more)


def number(name: str, title: str, width: int = 7, **more: Any) -> ListColumn:
    """A count."""
    return list_column(name, title, lambda row: row.scene.count(row[name]), width=width, kind="number", **more)


def money(name: str, title: str, width: int = 9, **more: Any) -> ListColumn:
    """Minor units."""
    return list_column(
        name, title, lambda row: row.scene.money(row[name]), width=width, kind="number", unit=MINOR, **more
    )


def points(name: str, title: str, width: int = 10, **more: Any) -> ListColumn:
    """Points."""
    return list_column(
        name, title, lambda row: row.scene.points(row[name]), width=width, kind="number", unit="points", **more
    )


def when(name: str, title: str, width: int = 12, **more: Any) -> ListColumn:
    """A clock time in the project's zone, whose name the list's head gives."""
    return list_column(name, title, lambda row: row.scene.when(row[name]), width=width, kind="date", **more)


def day(name: str, title: str, width: int = 11, **more: Any) -> ListColumn:
    """A local day."""
    return list_column(name, title, lambda row: row.scene.day(row[name]), width=width, kind="date", **more)


def end(name: str, title: str, width: int = 11, **more: Any) -> ListColumn:
    """The last local day before an end."""
    return list_column(name, title, lambda row: row.scene.last_day(row[name]), width=width, kind="date", **more)


def named_day(name: str, title: str, blank: str, width: int = 11, **more: Any) -> ListColumn:
    """A day that the API names without a time; `blank` where it names none."""
    return list_column(name, title, lambda row: row.scene.named_day(row[name], blank), width=width, kind="date", **more)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a list: words and conditions."""

    label: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing a list is narrowed by.

    Attributes:
        title: "Result", "Type".
        choices: the ways; a function where they are worked out from now (a status depends on it).
        column: where `choices` is empty, each value of this column is a way.
        words: what a value of `column` is called.
        default: label of the choice in force from the start; "" for none.
        shown: a column of the list says these words of its rows, so that typing them finds the rows.
        values: of `column`, those there may be, for what is typed; others are found as they stand.
    """

    title: str
    choices: Callable[[SubjectContext], Sequence[Choice]] | Sequence[Choice] = ()
    column: str = ""
    words: Callable[[Any], str] = str
    default: str = ""
    shown: bool = False
    values: tuple[Any, ...] = ()

    def ways(self, context: SubjectContext) -> Sequence[Choice]:
        """Its choices now; none where each value of its column is one."""
        return self.choices(context) if callable(self.choices) else self.choices

    def typed(self, needle: str, context: SubjectContext) -> list[tuple[Condition, ...]]:
        """The conditions of every choice that typed text, case folded, begins or begins a word of."""
        if not self.shown:
            return []
        choices = self.ways(context) or [
            Choice(self.words(value), (Condition(self.column, "=", value),)) for value in self.values
        ]  # fmt: skip
        return [choice.conditions for choice in choices if f" {needle}" in f" {fold(choice.label)}"]


@dataclass(frozen=True, slots=True)
class Detail:
    """What the drawer shows of a row.

    Attributes:
        title: outside text allowed.
        fields: readable ones, the most useful first.
        document: the record as received, JSON text; None when it is not one record.
    """

    title: str
    fields: tuple[Field, ...]
    document: str | None = None


@dataclass(frozen=True)
class ListSpec:
    """A list tab.

    Attributes:
        id: unique; names exports.
        noun: singular and plural of what a row is.
        view: whose rows.
        columns: in order; the first one names the row.
        empty: why there may be nothing and what to do, where it is not that `r` fetches it; {cost} is of that.
        facets: what it is narrowed by.
        dates: the view's column the date filter goes by; "" for none.
        note: what the list cannot show; asked in a worker.
        lookups: view column to the table whose names its ids are shown by.
        derive: adds to the rows at hand what is worked out rather than stored.
        more: fields of the drawer beyond the columns, from the record and its document.
        detail: all that the drawer shows, where it is not columns, more fields, metadata and document.
        resource: whose freshness counts; the view's own table when "".
        project_wide: that resource is read for the project.
        place: the column with a code or id to copy.
        personal: its rows or details carry personal data of customers.
        silent: what is known where there are no rows, of a list in which the API need not tell all there are.
        metadata: its records carry metadata, which it can be narrowed by.
        own_marks: which rows there are depends on marks of the cache alone: `silent` then says that there are none.
    """

    id: str
    noun: tuple[str, str]
    view: RowView
    columns: tuple[ListColumn, ...]
    empty: str = ""
    facets: tuple[Facet, ...] = ()
    dates: str = "created_at"
    note: Callable[[SubjectContext], str] | None = None
    lookups: Mapping[str, str] = field(default_factory=dict)
    derive: Callable[[SubjectContext, Sequence[dict[str, Any]]], None] | None = None
    more: Callable[[SubjectContext, ListRecord, Mapping[str, Any]], Iterable[Field]] | None = None
    detail: "Callable[[ListSpec, SubjectContext, ListRecord], Detail] | None" = None
    resource: str = ""
    project_wide: bool = False
    place: str = "id"
    personal: bool = False
    silent: str = ""
    metadata: bool = False
    own_marks: bool = False

    def known(self, state: Freshness, total: int) -> int | None:
        """How many things there are, by the rows found; None where finding none proves nothing."""
        if self.own_marks:
            return total
        return None if self.silent and not total else state.known(total)

    @property
    def of(self) -> str:
        """The resource whose freshness counts."""
        return self.resource or self.view.table

    @property
    def units(self) -> dict[str, str]:
        """What the numbers in the view's columns count, where a column of the list states it."""
        return {one.column.id: one.unit for one in self.columns if one.unit and one.column.id in self.view.columns}

    @property
    def searched(self) -> str:
        """What typed text is looked for in, in words."""
        found = [name.replace("_", " ") for name in self.view.search]
        named = [f"{column.removesuffix('_id').replace('_', ' ')} name" for column in self.lookups]
        return ", ".join([*found, *named, *(facet.title.lower() for facet in self.facets if facet.shown)])

    def things(self, count: int | None) -> str:
        """The noun for a number."""
        return self.noun[0] if count == 1 else self.noun[1]
