"""One record on a screen of its own: its details and its JSON beside each other, or one after the other when narrow."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Label

from store.explain.rows import stored_ref
from store.queries.history import has_history
from store.ref import Ref
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.commands import RECORD
from tui.kit.histories import open_history
from tui.kit.links import choose_link
from tui.kit.record_view import GONE, RecordRequested, RecordView
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.frame.offered_keys import KeyWords
from widgets.json.json_view import JsonView
from widgets.panel.diff_view import DiffView
from widgets.panel.panel import DetailPanel, PanelData
from widgets.text import safe

_WIDE = 120
_NO_DOCUMENT = "No JSON cached for this record."


class RecordScreen(AppScreen):
    """All there is to read of one record.

    Args:
        services: what the app is given.
        opened: what to read and how to begin.
        above: where the user came from, outermost first.
        as_of: UTC text of when it was last read; None when that is not known.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    RecordScreen #facts { width: 1fr; height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    RecordScreen #facts > DiffView { height: auto; min-height: 3; margin-top: 1; }
    RecordScreen #documents { width: 1fr; height: 1fr; display: none; }
    RecordScreen #documents > Vertical { width: 1fr; height: 1fr; }
    RecordScreen #documents Label { color: $text-muted; padding: 0 1; }
    RecordScreen.-json #documents { display: block; }
    RecordScreen.-json #facts { display: none; }
    RecordScreen.-wide #facts { display: block; width: 2fr; }
    RecordScreen.-wide #documents { display: block; width: 3fr; border-left: solid $foreground 35%; }
    RecordScreen.-wide.-several #documents { layout: horizontal; width: 4fr; }
    RecordScreen #facts:focus { background-tint: $foreground 3%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = RECORD.bindings

    def __init__(
        self, services: AppServices, opened: RecordRequested, above: tuple[str, ...], as_of: str | None
    ) -> None:
        super().__init__(services)
        self._read = opened.read
        self._personal = opened.personal
        self._reveal = opened.reveal
        self._above = (*above, opened.place)
        self._as_of = as_of
        self._sheet: RecordView | None = None
        self._has_history = False
        self.set_class(opened.as_json, "-json")

    @property
    def is_loading(self) -> bool:
        """Whether the record is still being read for the first time."""
        return self._sheet is None

    def compose_body(self) -> ComposeResult:
        """Details, then documents."""
        with Horizontal(id="record"):
            yield VerticalScroll(id="facts")
            yield Vertical(id="documents")

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return (*self._above, self._sheet.title if self._sheet else "…")

    def explainable(self) -> Ref | None:
        """What can be explained of the record."""
        return self._sheet.about if self._sheet else None

    def manageable(self) -> tuple[Ref, ...]:
        """The record."""
        return (stored_ref(*self._sheet.stored),) if self._sheet and self._sheet.stored else ()

    def data_age(self) -> str | None:
        """When it was last read."""
        return self._as_of

    def on_mount(self) -> None:
        """Read the record."""
        self.refresh_top()
        self.read_record()

    def cache_changed(self) -> None:
        """Read it again."""
        self.read_record()

    def on_resize(self) -> None:
        """Beside each other where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")
        self.refresh_bindings()

    def read_record(self) -> None:
        """Ask the cache."""
        reveal, reader = self._reveal, self.services.reader

        def read() -> tuple[RecordView, bool]:
            sheet = self._read(reveal)
            return sheet, sheet.stored is not None and reader.ask(has_history, *sheet.stored)

        ask(self, read, self._show, group="record", where=self.query_one("#record"))

    async def _show(self, found: tuple[RecordView, bool]) -> None:
        sheet, _ = found
        if found == (self._sheet, self._has_history):
            # This record is the same. The user keeps the place in it.
            self.refresh_bindings()
            return
        first, (self._sheet, self._has_history) = self._sheet is None, found
        facts, documents = self.query_one("#facts"), self.query_one("#documents")
        with self.app.batch_update():
            await facts.remove_children()
            await documents.remove_children()
            await facts.mount(DetailPanel(PanelData(sheet.title, sheet.fields, empty_note=GONE)))
            if sheet.changes:
                await facts.mount(DiffView(sheet.changes))
            self.set_class(len(sheet.documents) > 1, "-several")
            for name, document in sheet.documents or (("", _NO_DOCUMENT),):
                await documents.mount(Vertical(Label(safe(name)), JsonView(document)))
        self.refresh_top()
        if first or self.focused is None:
            self._focus_part()
        self.refresh_bindings()

    def _focus_part(self) -> None:
        if self.has_class("-json"):
            self.query(JsonView).first().tree_lines.focus()
        else:
            self.query_one("#facts").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`v` works where there is something to mask, `o` where there are links."""
        if action == "show_history":
            return self._has_history
        if action == "links":
            return self._sheet is not None and bool(self._sheet.links)
        return self._personal if action == "reveal" else super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `J` and `v` do next."""
        if binding.id == "record.json" and self.has_class("-json"):
            return KeyWords("details")
        if binding.id == "record.reveal" and self._reveal:
            return KeyWords("mask")
        return super().key_label(binding)

    def action_toggle_json(self) -> None:
        """Go to the documents, or back to the details; where there is no room for both, the other goes."""
        self.toggle_class("-json")
        self._focus_part()
        self.refresh_bindings()

    def action_show_history(self) -> None:
        """The record as each sync left it."""
        if self._sheet is not None and self._sheet.stored is not None:
            open_history(self, *self._sheet.stored, self._sheet.title)

    def action_reveal(self) -> None:
        """Show or mask personal data."""
        self._reveal = not self._reveal
        self.read_record()

    def action_links(self) -> None:
        """Choose one of the records it leads to."""
        if self._sheet is not None:
            choose_link(self, self._sheet.links)

    def action_copy_details(self) -> None:
        """Copy title and fields as Markdown."""
        if self._sheet is not None:
            copy_text(self.app, self._sheet.as_markdown, "Details as Markdown")
