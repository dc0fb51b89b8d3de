"""A record as the API sent it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from store.queries.reader import raw_document
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.commands import JSON_SCREEN
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.json.json_view import JsonView

NOT_HELD = "The cache holds no document for this record."


class JsonScreen(AppScreen):
    """One record's JSON, as received.

    Args:
        services: what the app is given.
        table: resource name.
        identity: the record's id.
        name: what people call it.
        as_of: UTC text of when it was last read; None when that is not known.
    """

    BINDINGS: ClassVar[list[BindingType]] = JSON_SCREEN.bindings

    def __init__(self, services: AppServices, table: str, identity: str, name: str, as_of: str | None = None) -> None:
        super().__init__(services)
        self._as_of = as_of
        self._table = table
        self._identity = identity
        self._called = name
        self._text = ""

    def compose_body(self) -> ComposeResult:
        """The document."""
        with Vertical(id="document"):
            yield JsonView(id="json")

    def crumbs(self) -> tuple[str, ...]:
        """Where the reader is."""
        return (self._table.replace("_", " ").capitalize(), self._called or self._identity, "JSON")

    def data_age(self) -> str | None:
        """When it was last read."""
        return self._as_of

    def on_mount(self) -> None:
        """Read the document."""
        self.refresh_top()
        self.query_one(JsonView).tree_lines.focus()
        self.read_document()

    def read_document(self) -> None:
        """Ask the cache."""
        reader = self.services.reader

        def read() -> str:
            return reader.ask(raw_document, self._table, self._identity) or NOT_HELD

        ask(self, read, self._show, group="document", where=self.query_one("#document"))

    def cache_changed(self) -> None:
        """Read it again."""
        self.read_document()

    def _show(self, text: str) -> None:
        self._text = text
        self.query_one(JsonView).show(text)

    def action_copy_all(self) -> None:
        """Copy the document as received."""
        copy_text(self.app, self._text, "The whole document")
