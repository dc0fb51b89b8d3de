"""Writable tables: rows as named tuples over columns, or small lists of ready documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Generic, TypeVar

from store.sandbox.table import Document, Table

R = TypeVar("R", bound=tuple[Any, ...])


class Sheet(Generic[R]):
    """A table of named tuples. Rows live in the columns; documents are made from a row when asked for.

    Attributes:
        table: what routes read.
    """

    def __init__(
        self,
        name: str,
        fields: Sequence[str],
        make: Callable[[Iterable[Any]], R],
        columns: Mapping[str, list[Any]],
        render: Callable[[R], Document],
    ) -> None:
        self._fields = tuple(fields)
        self._make = make
        self._all: list[list[Any]] = []
        self._index: tuple[int, dict[str, int]] = (-1, {})
        self.table = Table(name, columns, lambda i: render(self.row(i)))

    @property
    def _lists(self) -> list[list[Any]]:
        """The columns in the order of the row's fields; a table that nobody reads whole never makes them all."""
        if not self._all:
            self._all = [self.table.columns[field] for field in self._fields]
        return self._all

    def __len__(self) -> int:
        return len(self.table)

    def row(self, index: int) -> R:
        """Row `index` as a named tuple."""
        return self._make([column[index] for column in self._lists])

    def rows(self) -> Iterator[R]:
        """Every row, in order."""
        return map(self._make, zip(*self._lists, strict=True))

    def index_of(self, key: str) -> int | None:
        """The position of the row with this id."""
        version, index = self._index
        if version != self.table.version:
            index = {value: i for i, value in enumerate(self.table.columns["id"])}
            self._index = (self.table.version, index)
        return index.get(key)

    def find(self, key: str | None) -> R | None:
        """The row with this id, or None."""
        index = None if key is None else self.index_of(key)
        return None if index is None else self.row(index)

    def document(self, key: str | None) -> Document | None:
        """The API's document of the row with this id, or None."""
        index = None if key is None else self.index_of(key)
        return None if index is None else self.table.document(index)

    def pairs(self, key: str, value: str) -> dict[Any, Any]:
        """One column by another."""
        return dict(zip(self.table.columns[key], self.table.columns[value], strict=True))

    def add(self, row: R) -> None:
        """Append a row."""
        for column, value in zip(self._lists, row, strict=True):
            column.append(value)
        self.table.version += 1

    def extend(self, rows: Iterable[R]) -> None:
        """Append rows as one change."""
        for row in rows:
            for column, value in zip(self._lists, row, strict=True):
                column.append(value)
        self.table.version += 1

    def replace(self, key: str, **changes: Any) -> None:
        """Change fields of one row. Raises KeyError for an unknown id or field."""
        index = self.index_of(key)
        if index is None:
            raise KeyError(key)
        for field, value in changes.items():
            self.table.columns[field][index] = value
        self.table.version += 1

    def keep(self, wanted: Callable[[R], bool]) -> int:
        """Drop every row that is not wanted; returns how many went."""
        kept = [row for row in self.rows() if wanted(row)]
        gone = len(self) - len(kept)
        if gone:
            for column, values in zip(self._lists, zip(*kept, strict=True) if kept else (), strict=False):
                column[:] = values
            if not kept:
                for column in self._lists:
                    column.clear()
            self.table.version += 1
        return gone


Extract = Callable[[Document], Any]


class DocumentSheet:
    """A table whose documents are few enough to be kept ready.

    Attributes:
        table: what routes read; columns are extracted from the documents.
        documents: the stored documents; `finish` adds what is derived when one is shown.
    """

    def __init__(
        self,
        name: str,
        documents: list[Document],
        columns: Mapping[str, Extract],
        finish: Callable[[Document], Document] | None = None,
    ) -> None:
        self.documents = documents
        self._extract: dict[str, Extract] = {
            "id": lambda document: document["id"],
            "created_at": lambda document: document.get("created_at"),
            "updated_at": lambda document: document.get("updated_at"),
            **columns,
        }
        self.finish = finish
        self._index: tuple[int, dict[str, int]] = (-1, {})
        values = {column: [get(document) for document in documents] for column, get in self._extract.items()}
        self.table = Table(name, values, self._render)

    def _render(self, index: int) -> Document:
        document = deepcopy(self.documents[index])
        return document if self.finish is None else self.finish(document)

    def find(self, key: str | None) -> Document | None:
        """The stored document with this id, or None. Change it through `edit` only."""
        version, index = self._index
        if version != self.table.version:
            index = {document["id"]: i for i, document in enumerate(self.documents)}
            self._index = (self.table.version, index)
        position = None if key is None else index.get(key)
        return None if position is None else self.documents[position]

    def add(self, document: Document) -> None:
        """Append a document."""
        self.documents.append(document)
        for column, get in self._extract.items():
            self.table.columns[column].append(get(document))
        self.table.version += 1

    def edit(self, key: str, **changes: Any) -> Document:
        """Change top-level members of one document and its columns. Raises KeyError for an unknown id."""
        document = self.find(key)
        if document is None:
            raise KeyError(key)
        document.update(changes)
        position = self._index[1][key]
        for column, get in self._extract.items():
            self.table.columns[column][position] = get(document)
        self.table.version += 1
        return document

    def keep(self, wanted: Callable[[Document], bool]) -> int:
        """Drop every document that is not wanted; returns how many went."""
        kept = [document for document in self.documents if wanted(document)]
        gone = len(self.documents) - len(kept)
        if gone:
            self.documents[:] = kept
            for column, get in self._extract.items():
                self.table.columns[column][:] = [get(document) for document in kept]
            self.table.version += 1
        return gone
