"""The project's resources as SQL tables in memory: rows are made when first asked for, documents for a page alone."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any, Generic, TypeAlias, TypeVar

from store.sandbox.conditions import LOOKUPS, RANGES, FieldCondition, check_of, comparable, is_time, states
from store.sandbox.selection import EVERYTHING, Selection, dig

Document: TypeAlias = dict[str, Any]
R = TypeVar("R")
_COMPARISONS = {"after": ">", "since": ">=", "before": "<", "until": "<="}


def memory() -> sqlite3.Connection:
    """A database in memory, for one thread at a time."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None, cached_statements=512)
    connection.execute("pragma journal_mode = off")
    return connection


class Table(Generic[R]):
    """One resource. A row is known by its number.

    Args:
        database: where the SQL table lives, under the resource's name.
        name: the resource's name as in the API (`vouchers`, `redemptions`, …).
        columns: what routes filter, sort and look up by; `id` is one. Instants are UTC text of one form.
        make: a tuple of cells to the row that `render` takes.
        render: a row to the API's document, deterministic.
        fill: the first rows, asked for once.
        flags: columns of true and false.

    Attributes:
        version: grows with every change.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        name: str,
        columns: Sequence[str],
        make: Callable[[tuple[Any, ...]], R],
        render: Callable[[R], Document],
        fill: Callable[[], Iterable[Sequence[Any]]],
        flags: Collection[str] = (),
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.version = 0
        self._database = database
        self._make = make
        self._render = render
        self._fill = fill
        self._made = False
        self._flags = frozenset(flags)
        self._indexes: set[tuple[str, ...]] = set()
        self._kept: dict[str, Any] = {}
        self._overlay: dict[str, Document] = {}

    def sql(self, text: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement; the rows are there by then."""
        if not self._made:
            self._made = True
            names = ", ".join(f'"{name}"' for name in self.columns)
            self._database.execute(f'create table "{self.name}" ({names})')
            self._insert(0, self._fill())
        return self._database.execute(text, values)

    def _insert(self, first: int, rows: Iterable[Sequence[Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in self.columns)
        marks = ", ".join("?" * (len(self.columns) + 1))
        numbered = ((number, *row) for number, row in enumerate(rows, first))
        self._database.executemany(f'insert into "{self.name}" (rowid, {names}) values ({marks})', numbered)

    def _changed(self) -> None:
        self.version += 1
        self._kept.clear()

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        """Something worked out of the rows, kept until they change."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def by(self, *columns: str) -> None:
        """Make sure that rows are found fast by columns."""
        if columns not in self._indexes:
            self._indexes.add(columns)
            terms = ", ".join(column if " " in column else f'"{column}"' for column in columns)
            self.sql(f'create index "{self.name} {len(self._indexes)}" on "{self.name}" ({terms})')

    def __len__(self) -> int:
        found: int = self.sql(f'select count(*) from "{self.name}"').fetchone()[0]
        return found

    def column(self, name: str) -> list[Any]:
        """The values of one column, in row order. Raises KeyError for a column the resource lacks."""
        if name not in self.columns:
            raise KeyError(name)
        found = [cell for (cell,) in self.sql(f'select "{name}" from "{self.name}" order by rowid')]
        return [None if cell is None else bool(cell) for cell in found] if name in self._flags else found

    def pairs(self, key: str, value: str) -> dict[Any, Any]:
        """One column by another."""
        return dict(zip(self.column(key), self.column(value), strict=True))

    def row(self, number: int) -> R:
        """A row by its number. Raises KeyError when there is none."""
        found = self.sql(f'select * from "{self.name}" where rowid = ?', number).fetchone()
        if found is None:
            raise KeyError(number)
        return self._make(found)

    def rows(self) -> Iterator[R]:
        """Every row, in order."""
        return map(self._make, self.sql(f'select * from "{self.name}" order by rowid').fetchall())

    def since(self, moment: str) -> list[R]:
        """The rows made or changed at an instant or later, in order."""
        named = [name for name in ("created_at", "updated_at") if name in self.columns]
        for name in named:
            self.by(name)
        where = " or ".join(f"{name} >= ?" for name in named)
        # The plus keeps SQLite from walking the whole table in the order of row ids.
        found = self.sql(f'select * from "{self.name}" where {where} order by +rowid', *(moment for _ in named))
        return [self._make(cells) for cells in found.fetchall()]

    def having(self, column: str, value: Any) -> list[R]:
        """The rows with a value in a column, in order."""
        self.by(column)
        found = self.sql(f'select * from "{self.name}" where "{column}" = ? order by rowid', value)
        return [self._make(cells) for cells in found.fetchall()]

    def find(self, key: str | None) -> R | None:
        """The row with this id, or None."""
        self.by("id")
        found = self.sql(f'select * from "{self.name}" where id = ?', key).fetchone()
        return None if found is None else self._make(found)

    def number(self, columns: Sequence[str], key: str) -> int | None:
        """The number of the first row that has `key` in one of `columns`, the columns tried in turn."""
        for column in columns:
            found = self.numbers(column, key)
            if found:
                return found[0]
        return None

    def numbers(self, column: str, value: Any) -> list[int]:
        """The numbers of the rows with a value in a column, in order."""
        self.by(column)
        found = self.sql(f'select rowid from "{self.name}" where "{column}" = ? order by rowid', value)
        return [number for (number,) in found]

    def value(self, number: int, column: str) -> Any:
        """One cell. Raises KeyError for a column the resource lacks."""
        if column not in self.columns:
            raise KeyError(column)
        cell = self.sql(f'select "{column}" from "{self.name}" where rowid = ?', number).fetchone()[0]
        return bool(cell) if column in self._flags and cell is not None else cell

    def cells(self, number: int) -> dict[str, Any]:
        """All cells of a row by column."""
        found = self.sql(f'select * from "{self.name}" where rowid = ?', number).fetchone()
        pairs = zip(self.columns, found, strict=True)
        return {name: bool(cell) if name in self._flags and cell is not None else cell for name, cell in pairs}

    def document(self, number: int) -> Document:
        """The API's document of a row."""
        return self.shown(self.row(number))

    def documents(self) -> Iterator[Document]:
        """The documents of all rows, in order."""
        return map(self.shown, self.rows())

    def document_of(self, key: str | None) -> Document | None:
        """The document of the row with this id, or None."""
        row = self.find(key)
        return None if row is None else self.shown(row)

    def shown(self, row: R) -> Document:
        """The API's document of a row, which need not be in the table any more."""
        document = self._render(row)
        if self._overlay:
            document.update(deepcopy(self._overlay.get(document["id"], {})))
        return document

    def add(self, *rows: Sequence[Any]) -> None:
        """Append rows, as one change."""
        last = self.sql(f'select coalesce(max(rowid), -1) from "{self.name}"').fetchone()[0]
        self._insert(last + 1, rows)
        self._changed()

    def replace(self, key: str, **changes: Any) -> None:
        """Change cells of one row. Raises KeyError for an unknown id."""
        if self.find(key) is None:
            raise KeyError(key)
        self.change("id", key, **changes)

    def edit(self, key: str, **members: Any) -> None:
        """Change one record: cells for members that are columns, the rest is laid over its document.

        Raises KeyError for an unknown id.
        """
        cells = {name: comparable(name, value) for name, value in members.items() if name in self.columns}
        if cells:
            self.replace(key, **cells)
        elif self.find(key) is None:
            raise KeyError(key)
        laid_over = {name: value for name, value in members.items() if name not in cells}
        if laid_over:
            self._overlay[key] = {**self._overlay.get(key, {}), **laid_over}
            self._changed()

    def change(self, column: str, value: Any, **changes: Any) -> None:
        """Change cells of every row with a value in a column. Raises KeyError for an unknown column."""
        if not set(changes) <= set(self.columns):
            raise KeyError(sorted(changes))
        names = ", ".join(f'"{name}" = ?' for name in changes)
        self.sql(f'update "{self.name}" set {names} where "{column}" = ?', *changes.values(), value)
        self._changed()

    def remove(self, column: str, value: Any) -> None:
        """Drop every row with this value in a column."""
        self.by(column)
        self.sql(f'delete from "{self.name}" where "{column}" = ?', value)
        self._changed()

    @property
    def is_made(self) -> bool:
        """Whether its rows were asked for yet."""
        return self._made

    def forget(self) -> None:
        """Let the rows be made again when they are next asked for."""
        if self._made:
            self._database.execute(f'drop table "{self.name}"')
            self._made = False
            self._indexes.clear()
        self._changed()

    def count(self, selection: Selection = EVERYTHING) -> int:
        """How many rows are meant."""
        where, values = self._where(selection)
        text = f'select count(*) from "{self.name}" where {where}'
        found: int = self._once(f"{text} {values}", lambda: self.sql(text, *values).fetchone()[0])
        return found

    def select(
        self,
        selection: Selection,
        order: str,
        *,
        descending: bool = False,
        limit: int = -1,
        offset: int = 0,
        after: tuple[Any, str] | None = None,
    ) -> list[int]:
        """Numbers of the rows that are meant, by (value of `order`, id); ascending, those without a value come last.

        Args:
            selection: which rows.
            order: the sorting column.
            descending: turned round.
            limit: how many; -1 for all.
            offset: how many to pass over.
            after: only what stands behind this value and id.
        """
        where, values = self._where(selection)
        if after is not None:
            place = "(id)" if order == "id" else f'("{order}" is null, coalesce("{order}", \'\'), id)'
            last = after[1:] if order == "id" else (after[0] is None, after[0] or "", after[1])
            where += f" and {place} {'<' if descending else '>'} ({', '.join('?' * len(last))})"
            values = (*values, *last)
        equal = [one.column for one in selection.required if self._is_plain(one) and one.operator in LOOKUPS]
        self.by(*equal[:1], f'"{order}" is null', order, "id")
        sign = " desc" if descending else ""
        by = f'"{order}" is null{sign}, "{order}"{sign}, id{sign}'
        text = f'select rowid from "{self.name}" where {where} order by {by} limit ? offset ?'
        return [number for (number,) in self.sql(text, *values, limit, offset)]

    def _where(self, selection: Selection) -> tuple[str, tuple[Any, ...]]:
        required = [self._clause(one) for one in selection.required]
        group = [self._clause(one) for one in selection.group]
        parts = [text for text, _ in required]
        if group:
            parts.append(f"({(' or ' if selection.any_of else ' and ').join(text for text, _ in group)})")
        return " and ".join(parts) or "true", tuple(value for _, values in required + group for value in values)

    def _clause(self, condition: FieldCondition) -> tuple[str, tuple[Any, ...]]:
        if self._is_plain(condition):
            if condition.operator in LOOKUPS:
                return f'"{condition.column}" in ({", ".join("?" * len(condition.values))})', condition.values
            return f'"{condition.column}" {_COMPARISONS[condition.operator]} ?', condition.values[:1]
        test = check_of(condition)
        found = [number for number, value in self._compared(condition.column) if test(value)]
        return "rowid in (select value from json_each(?))", (json.dumps(found),)

    def _is_plain(self, condition: FieldCondition) -> bool:
        """Whether SQL compares a column as the API does: text with equal text, instants of one form with instants."""
        column = condition.column
        if column not in self.columns or condition.operator not in LOOKUPS | RANGES:
            return False
        malformed = f"typeof(\"{column}\") <> 'text'" + (f' or length("{column}") <> 24' if is_time(column) else "")
        text = f'select 1 from "{self.name}" where "{column}" is not null and ({malformed}) limit 1'
        return bool(self._once(f"plain {column}", lambda: self.sql(text).fetchone() is None))

    def _compared(self, column: str) -> list[tuple[int, Any]]:
        """Numbers and comparable values of a column, or of a dotted path into the documents without such a column."""

        def make() -> list[tuple[int, Any]]:
            numbers = [number for (number,) in self.sql(f'select rowid from "{self.name}" order by rowid')]
            if column.startswith("@"):
                named = ("active", "start_date", "expiration_date", "creation_status")
                parts = [self.column(name) if name in self.columns else [None] * len(numbers) for name in named]
                values = [states(column, *cells) for cells in zip(*parts, strict=True)]
            elif column in self.columns:
                values = self.column(column)
            else:
                values = [dig(document, column) for document in self.documents()]
            return [(number, comparable(column, value)) for number, value in zip(numbers, values, strict=True)]

        found: list[tuple[int, Any]] = self._once(f"values {column}", make)
        return found
