"""A map of counts over time with a cursor over its cells."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.reactive import reactive

from widgets.heat.commands import HEAT
from widgets.heat.heat_lines import HeatData, HeatRow, head_line, row_line
from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text.lines import DataLines, Line
from widgets.text.wrap import wrap_cells


class HeatHead(DataLines[HeatData]):
    """The line above the rows; it stays where it is as they scroll."""

    ONE_LINE = True
    DEFAULT_CSS = """
    HeatHead { height: 1; padding: 0 2 0 1; }
    """

    def draw(self, width: int) -> list[Line]:
        """Names."""
        return [head_line(self.data, width)]


class HeatRows(LineScroll):
    """The rows; `HeatMap` has the head above them.

    Posts `CellHighlighted` as the cursor moves and `CellActivated` on `enter`.
    """

    DEFAULT_CSS = """
    HeatRows { padding: 0 0 0 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = HEAT.bindings

    column: reactive[int] = reactive(0, repaint=False)
    """The column of the cell that keys act on."""

    class CellHighlighted(WidgetMessage, namespace="heat_rows"):
        """The cursor came to another cell."""

        coalesces = True

    class CellActivated(WidgetMessage, namespace="heat_rows"):
        """The user opened the cell under the cursor."""

    def __init__(self, data: HeatData) -> None:
        super().__init__()
        self.data = data

    @property
    def row(self) -> HeatRow | None:
        """The row under the cursor."""
        rows = self.data.rows
        return rows[self.cursor] if 0 <= self.cursor < len(rows) else None

    def show(self, data: HeatData) -> None:
        """Show other data: the cursor stays on its row, and on its column where there are as many, else on the last."""
        here, columns = self.row, len(self.data.columns)
        self.data = data
        if len(data.columns) != columns:
            self.column = max(0, len(data.columns) - 1)
        self.lines_changed()
        at = next((at for at, row in enumerate(data.rows) if here is not None and row.id == here.id), None)
        self.cursor = self.cursor if at is None else at
        self.post_message(self.CellHighlighted(self))

    def line_count(self) -> int:
        """Rows, or why there are none."""
        return len(self.data.rows) or len(self._note(self.scrollable_content_region.width))

    def _note(self, width: int) -> list[str]:
        return wrap_cells(self.data.empty_note, max(1, width - 1))

    def selectable(self, index: int) -> bool:
        """Any row."""
        return index < len(self.data.rows)

    def line_at(self, index: int, width: int) -> Line:
        """A row; in that of the cursor the chosen cell stands out."""
        if not self.data.rows:
            return ((self._note(width)[index], "muted"),)
        chosen = self.column if index == self.cursor else None
        return row_line(self.data, self.data.rows[index], width - 1, chosen)

    def activate(self, index: int) -> None:
        """Post `CellActivated`."""
        del index
        self.post_message(self.CellActivated(self))

    def watch_cursor(self, before: int, after: int) -> None:
        """The chosen cell goes with the cursor."""
        self.forget_drawing()
        super().watch_cursor(before, after)
        self.post_message(self.CellHighlighted(self))

    def watch_column(self) -> None:
        """The chosen cell is another one."""
        self.forget_drawing()
        self.refresh_line(self.cursor)
        self.post_message(self.CellHighlighted(self))

    def action_step(self, by: int) -> None:
        """To the column before or after."""
        self.column = max(0, min(len(self.data.columns) - 1, self.column + by))


class HeatMap(Vertical):
    """Head and rows. `show(data)` changes both.

    Attributes:
        leaves_enter: `enter` belongs to the container, which then labels what it does.
    """

    DEFAULT_CSS = """
    HeatMap { height: 1fr; }
    """

    leaves_enter = False

    def compose(self) -> ComposeResult:
        """Head, rows."""
        data = HeatData(empty_note="Reading…")
        yield HeatHead(data)
        rows = HeatRows(data)
        rows.leaves_enter = self.leaves_enter
        yield rows

    @property
    def rows(self) -> HeatRows:
        """The rows, which have the keys."""
        return self.query_one(HeatRows)

    def show(self, data: HeatData) -> None:
        """Show other data."""
        self.query_one(HeatHead).show(data)
        self.rows.show(data)
