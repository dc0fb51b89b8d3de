"""The drawer beside a list: the details of the row under the cursor, in words or as received."""

from tui.kit.asking import UNREADABLE, ask
from tui.kit.context import SubjectContext
from tui.kit.error_words import words_of
from tui.kit.lists.row_view import read_detail, shown_document
from tui.kit.lists.spec import Detail, ListSpec
from tui.kit.markdown import fields_markdown
from widgets.json.json_view import JsonView
from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, PanelData


class RowDrawer(Drawer):
    """Details of one row of a list, read in a worker.

    Use it beside a table: `show_row(...)` on `enter`, `follow(...)` as the cursor moves, `toggle_json(...)` on `J`.

    Attributes:
        is_opening: it was asked to open and is still reading what to show.
    """

    def __init__(self, spec: ListSpec, context: SubjectContext) -> None:
        super().__init__()
        self.spec = spec
        self.context = context
        self.reveal = False
        self.detail: Detail | None = None
        self.as_json = False
        self.is_opening = False
        self._wanted = ""

    def show_row(self, row_id: str) -> None:
        """Open with a row's readable fields."""
        self.as_json = False
        self._load(row_id)

    def toggle_json(self, row_id: str) -> None:
        """Change between readable fields and the record as received; opens with the latter."""
        self.as_json = not self.as_json if self.is_open else True
        self._load(row_id)

    def follow(self, row_id: str | None) -> None:
        """Show the row the cursor came to, or the same one read again, while open."""
        if self.is_open and row_id is not None:
            self._load(row_id)

    def as_markdown(self) -> str:
        """What is shown, for a ticket; "" while closed."""
        return (
            fields_markdown(self.detail.title, self.detail.fields) if self.is_open and self.detail is not None else ""
        )

    def _load(self, row_id: str) -> None:
        context, reveal, spec = self.context, self.reveal, self.spec
        self._wanted = row_id
        self.is_opening = not self.is_open

        def show(detail: Detail | None) -> None:
            if row_id == self._wanted:
                self.is_opening = False
                self._show(detail)

        def failed(error: Exception) -> None:
            self.is_opening = False
            self.open(DetailPanel(PanelData(UNREADABLE, empty_note=words_of(error))))

        ask(self, lambda: read_detail(spec, context, row_id, reveal=reveal), show, group="detail", failed=failed)

    def _show(self, detail: Detail | None) -> None:
        self.detail = detail
        if detail is None:
            self.open(DetailPanel(PanelData("Details", empty_note="The row is gone from the cache.")))
        elif self.as_json and detail.document is not None:
            shown = shown_document(self.spec, detail.document, reveal=self.reveal)
            self.open(JsonView(shown), title=detail.title)
        else:
            foot = "J raw JSON · y copy · Y copy as Markdown" if detail.document is not None else "Y copy as Markdown"
            self.open(DetailPanel(PanelData(detail.title, detail.fields, foot_note=foot)))
        self.refresh_bindings()
