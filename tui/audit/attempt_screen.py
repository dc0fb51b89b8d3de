"""All of one attempt: the request, the answer, and the record before and after."""

from typing import Any, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from store.actions.audit import Audit
from tui.audit.commands import ATTEMPT
from tui.audit.words import whole_document
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.json.json_view import JsonView


class AttemptScreen(AppScreen):
    """One attempt as JSON.

    Args:
        services: what the app is given.
        audit: that has it.
        number: of the attempt.
        reveal: whether personal data is shown in full.
    """

    BINDINGS: ClassVar[list[BindingType]] = ATTEMPT.bindings
    COMMAND_TABLE = ATTEMPT

    def __init__(self, services: AppServices, audit: Audit, number: int, *, reveal: bool) -> None:
        super().__init__(services)
        self._audit, self._number, self._reveal = audit, number, reveal
        self._document: Any = None

    def compose_body(self) -> ComposeResult:
        """The document."""
        with Vertical(id="document"):
            yield JsonView(id="json")

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Audit", f"Attempt {self._number}")

    def on_mount(self) -> None:
        """Read the attempt."""
        self.refresh_top()
        self.query_one(JsonView).tree_lines.focus()
        self._read()

    def _read(self) -> None:
        reveal = self._reveal

        def read() -> Any:
            found = self._audit.rows(self._number)
            return whole_document(found[0], reveal=reveal) if found else "The attempt is not in the audit any more."

        ask(self, read, self._show, group="attempt", where=self.query_one("#document"))

    def _show(self, document: Any) -> None:
        self._document = document
        self.query_one(JsonView).show(document)

    def action_reveal(self) -> None:
        """Show or mask personal data."""
        self._reveal = not self._reveal
        self._read()

    def action_copy_all(self) -> None:
        """Copy all of it as JSON."""
        copy_text(self.app, msgspec.json.format(msgspec.json.encode(self._document)).decode(), "The attempt")
