"""Typed columns read out of documents: the declaration of a table is also its record function.

A column names the JSON path(s) of its value and the kind it must have. A value of another kind is read as
NULL: the document beside it keeps what the API really said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from store.domain.values import flag, number, whole
from store.times import date_text, utc_text

SqlValue: TypeAlias = str | int | None
Reader: TypeAlias = Callable[[Mapping[str, Any]], SqlValue]


class NotARecord(Exception):
    """A document without what every record needs (an object with an id). Kept in `unreadable`, counted, shown."""


class ColumnKind(StrEnum):
    """What a column holds: SQL type and the coercion that guards it."""

    TEXT = "text"
    INTEGER = "integer"
    AMOUNT = "amount"
    """An amount of money or points: text does not say in which unit it is, so it is NULL."""
    FLAG = "flag"
    TIME = "time"
    DATE = "date"
    """A time people see: one that cannot be read is kept as received, marked."""
    JSON = "json"

    @property
    def sql(self) -> str:
        """The SQLite column type."""
        return "INTEGER" if self in (ColumnKind.INTEGER, ColumnKind.AMOUNT, ColumnKind.FLAG) else "TEXT"


def as_text(value: Any) -> str | None:
    """A string as it is; numbers as their digits; anything else is NULL."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def as_flag(value: Any) -> int | None:
    """True and false as 1 and 0, as SQLite keeps them."""
    known = flag(value)
    return None if known is None else int(known)


def as_json(value: Any) -> str | None:
    """An object or array as compact JSON text; empty ones and scalars are NULL."""
    if isinstance(value, dict | list) and value:
        return msgspec.json.encode(value).decode("utf-8", "replace")
    return None


COERCE: dict[ColumnKind, Callable[[Any], SqlValue]] = {
    ColumnKind.TEXT: as_text,
    ColumnKind.INTEGER: whole,
    ColumnKind.AMOUNT: number,
    ColumnKind.FLAG: as_flag,
    ColumnKind.TIME: utc_text,
    ColumnKind.DATE: date_text,
    ColumnKind.JSON: as_json,
}


def dig(document: Any, path: Sequence[str]) -> Any:
    """The value at a path of object members and list indexes, or None where anything on the way is missing."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind and the path of its value.

    Attributes:
        name: column name, the API's own term.
        kind: coercion and SQL type.
        paths: dotted JSON paths tried in order, separated by `|`; defaults to the column's name.
        decide: what several members decide together: a function of the values at all of the paths.
        read: a function of the document instead of paths.
        local: written by the cache itself (never from the document), so a re-read leaves it alone.
    """

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    paths: str = ""
    decide: Callable[..., SqlValue] | None = None
    read: Reader | None = None
    local: bool = False

    def split_paths(self) -> list[list[str]]:
        """The paths, each as its steps."""
        return [path.split(".") for path in (self.paths or self.name).split("|")]

    def reader(self) -> Reader:
        """The function that reads this column out of a document."""
        if self.read is not None:
            return self.read
        paths = self.split_paths()
        if (decide := self.decide) is not None:
            return lambda document: decide(*[dig(document, path) for path in paths])
        ways = [_way(COERCE[self.kind], path) for path in paths]
        if len(ways) == 1:
            return ways[0]

        def read(document: Mapping[str, Any]) -> SqlValue:
            for way in ways:
                value = way(document)
                if value is not None:
                    return value
            return None

        return read


def texts(*names: str) -> tuple[Column, ...]:
    """Columns of text that stand under their own names."""
    return tuple(Column(name) for name in names)


def _way(coerce: Callable[[Any], SqlValue], path: Sequence[str]) -> Reader:
    """The function that reads one path: paths of one and two members, nearly all there are, without a loop."""
    if len(path) == 1:
        (member,) = path
        return lambda document: None if (value := document.get(member)) is None else coerce(value)
    if len(path) > 2 or path[1].isdigit():
        return lambda document: coerce(dig(document, path))
    outer, inner = path

    def read(document: Mapping[str, Any]) -> SqlValue:
        holder = document.get(outer)
        if holder is None or not isinstance(holder, dict) or (value := holder.get(inner)) is None:
            return None
        return coerce(value)

    return read


@dataclass(frozen=True, slots=True)
class ChildTable:
    """Rows a document carries inside: all replaced with their parent's row.

    Attributes:
        name: table name.
        columns: names and SQL types; the first is the parent's id.
        read: document to rows (without the parent's id).
        indexes: column tuples.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    read: Callable[[Mapping[str, Any]], list[tuple[SqlValue, ...]]]
    indexes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class TableSpec:
    """A resource's table: slim columns people filter, sort and show; the document is in `<name>_raw`.

    Attributes:
        name: table name, the API's own.
        columns: without `id` and `missing_since`, which every table has.
        indexes: tuples of column names.
        key: the document's identity; by default its `id` member.
        campaign_column: the column with the row's campaign id, if it has one.
        customer_column: the column with the id of the customer in whose list a row was read.
        by_customer: a record stands in several customers' lists and has a row for each, whose id begins with theirs.
        shared_flag: a flag column whose rows belong to no campaign alone, whichever campaign they were asked for.
        children: tables of rows inside the document.
        same_as: the table that is filled with the same records and keeps those that cannot be understood.
        journal: every differing field is written to `changes` (configuration, not traffic).
        traffic: how the paths of members begin that count the traffic of a record: they are not journaled, and of such
            a table neither are records that appear or vanish. Their journal is a table of its own, for there are many.
    """

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    key: Callable[[Mapping[str, Any]], str | None] | None = None
    campaign_column: str | None = None
    customer_column: str | None = None
    by_customer: bool = False
    shared_flag: str | None = None
    children: tuple[ChildTable, ...] = ()
    journal: bool = False
    traffic: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def raw(self) -> str:
        """The companion table that holds the documents."""
        return f"{self.name}_raw"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Columns written from documents, in order, `id` first."""
        return ("id", *(column.name for column in self.columns if not column.local))

    def reader(self) -> Callable[[Mapping[str, Any]], tuple[SqlValue, ...]]:
        """The record function: document to a row in the order of `column_names`.

        Raises:
            NotARecord: the document has no usable identity.
        """
        readers = [column.reader() for column in self.columns if not column.local]
        key = self.key or (lambda document: as_text(document.get("id")))

        def record(document: Mapping[str, Any]) -> tuple[SqlValue, ...]:
            if not isinstance(document, dict):
                raise NotARecord("not an object")
            identity = key(document)
            if not identity:
                raise NotARecord("no id")
            return (identity, *[read(document) for read in readers])

        return record
