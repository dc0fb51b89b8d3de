"""Tables whose documents are few enough to be kept ready."""

import sqlite3
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from store.sandbox.conditions import comparable
from store.sandbox.table import Document, Table

Extract = Callable[[Document], Any]


class _SheetTable(Table[str]):
    """The table of a sheet, whose documents are stored, not rendered: an edit changes them."""

    def __init__(self, edit: Callable[..., Document], *content: Any) -> None:
        super().__init__(*content)
        self._edit = edit

    def edit(self, key: str, **members: Any) -> None:
        self._edit(key, **members)


class DocumentSheet:
    """A small table.

    Attributes:
        table: what routes read; columns are extracted from the documents.
        finish: adds to a document what is derived when it is shown.
    """

    def __init__(
        self, database: sqlite3.Connection, name: str, documents: list[Document], columns: Mapping[str, Extract]
    ) -> None:
        self._by_id = {document["id"]: document for document in documents}
        self._extract: dict[str, Extract] = {
            "id": lambda document: document["id"],
            "created_at": lambda document: document.get("created_at"),
            "updated_at": lambda document: document.get("updated_at"),
            **columns,
        }
        self.finish: Callable[[Document], Document] | None = None
        flags = {name for name, get in self._extract.items() if any(isinstance(get(one), bool) for one in documents)}
        self.table: Table[str] = _SheetTable(
            self.edit, database, name, tuple(self._extract), lambda row: str(row[0]), self._render,
            lambda: [self._cells(document) for document in documents], flags,
        )  # fmt: skip

    @property
    def documents(self) -> list[Document]:
        """The stored documents. Change them through `edit` only."""
        return list(self._by_id.values())

    def _cells(self, document: Document) -> list[Any]:
        found = ((name, get(document)) for name, get in self._extract.items())
        return [comparable(name, cell) for name, cell in found]

    def _render(self, key: str) -> Document:
        document = deepcopy(self._by_id[key])
        return document if self.finish is None else self.finish(document)

    def find(self, key: str | None) -> Document | None:
        """The stored document with this id, or None. Change it through `edit` only."""
        return self._by_id.get(key or "")

    def add(self, document: Document) -> None:
        """Append a document."""
        self.table.add(self._cells(document))
        self._by_id[document["id"]] = document

    def edit(self, key: str, **changes: Any) -> Document:
        """Change top-level members of one document and its columns. Raises KeyError for an unknown id."""
        document = self._by_id[key]
        document.update(changes)
        self.table.replace(key, **dict(zip(self._extract, self._cells(document), strict=True)))
        return document

    def keep(self, wanted: Callable[[Document], bool]) -> None:
        """Drop every document that is not wanted."""
        for document in self.documents:
            if not wanted(document):
                self.table.remove("id", document["id"])
                del self._by_id[document["id"]]
