"""A record as the API sent it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.cache.database import CacheError
from store.queries.reader import raw_document
from tui.kit.clipboard import copy_text
from tui.kit.screen import PlaceScreen
from tui.kit.services import AppServices
from widgets.json.json_view import JsonView

NOT_HELD = "The cache holds no document for this record."


class JsonScreen(PlaceScreen):
    """One record's JSON, as received.

    Args:
        services: what the app is given.
        table: resource name.
        identity: the record's id.
        name: what people call it.
        as_of: UTC text of when it was last read; None when that is not known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,J", "app.back", "back", id="json.back"),
        Binding("Y", "copy_all", "copy all", tooltip="Copy the whole document", id="json.copy_all"),
    ]

    def __init__(self, services: AppServices, table: str, identity: str, name: str, as_of: str | None = None) -> None:
        super().__init__(services)
        self._as_of = as_of
        self._table = table
        self._identity = identity
        self._called = name
        self._text = ""

    def compose_body(self) -> ComposeResult:
        """The document."""
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

    @work(thread=True, exclusive=True, group="document", exit_on_error=False)
    def read_document(self) -> None:
        """Ask the cache, in a thread."""
        try:
            text = self.services.reader.ask(raw_document, self._table, self._identity) or NOT_HELD
        except CacheError as error:
            text = str(error)
        self.app.call_from_thread(self._show, text)

    def _show(self, text: str) -> None:
        self._text = text
        self.query_one(JsonView).show(text)

    def action_copy_all(self) -> None:
        """Copy the document as received."""
        copy_text(self.app, self._text, "The whole document")

    @on(JsonView.CopyRequested)
    def _copied(self, event: JsonView.CopyRequested) -> None:
        copy_text(self.app, event.text, event.what)
