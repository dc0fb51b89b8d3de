"""A record as the API sent it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from store.queries.reader import raw_document
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.commands import JSON_SCREEN
from tui.kit.stored_record import StoredRecordScreen
from widgets.json.json_view import JsonView

NOT_HELD = "No JSON cached for this record."


class JsonScreen(StoredRecordScreen):
    """One record's JSON, as received."""

    BINDINGS: ClassVar[list[BindingType]] = JSON_SCREEN.bindings
    PART = "JSON"

    _text = ""

    def compose_body(self) -> ComposeResult:
        """The document."""
        with Vertical(id="document"):
            yield JsonView(id="json")

    def on_mount(self) -> None:
        """Read the document."""
        self.refresh_top()
        self.query_one(JsonView).tree_lines.focus()
        self.read_record()

    def read_record(self) -> None:
        """Ask the cache."""
        reader = self.services.reader

        def read() -> str:
            return reader.ask(raw_document, self.table, self.identity) or NOT_HELD

        ask(self, read, self._show, group="document", where=self.query_one("#document"))

    def _show(self, text: str) -> None:
        self._text = text
        self.query_one(JsonView).show(text)

    def action_copy_all(self) -> None:
        """Copy the document as received."""
        copy_text(self.app, self._text, "The full document")
