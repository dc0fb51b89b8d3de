"""A record as the API sent it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from store.queries.history import has_history
from store.queries.reader import raw_document
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.commands import JSON_SCREEN
from tui.kit.histories import open_history
from tui.kit.stored_record import StoredRecordScreen
from widgets.json.json_view import JsonView

NOT_HELD = "No JSON cached for this record."


class JsonScreen(StoredRecordScreen):
    """One record's JSON, as received."""

    BINDINGS: ClassVar[list[BindingType]] = JSON_SCREEN.bindings
    PART = "JSON"

    _text = ""
    _told = False

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

        def read() -> tuple[str, bool]:
            text = reader.ask(raw_document, self.table, self.identity) or NOT_HELD
            return text, reader.ask(has_history, self.table, self.identity)

        ask(self, read, self._show, group="document", where=self.query_one("#document"))

    def _show(self, found: tuple[str, bool]) -> None:
        self._text, self._told = found
        self.query_one(JsonView).show(self._text)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """History is offered where there is one."""
        return self._told if action == "show_history" else super().check_action(action, parameters)

    def action_show_history(self) -> None:
        """The record as each sync left it."""
        open_history(self, self.table, self.identity, self._called)

    def action_copy_all(self) -> None:
        """Copy the document as received."""
        copy_text(self.app, self._text, "The full document")
