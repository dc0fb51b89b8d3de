"""What every body has that filters: a head, a line to filter by typing, rows, and the details of one of them."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from store.ref import Ref
from tui.kit.clipboard import copy_text
from widgets.dialog.filter_bar import FilterBar
from widgets.panel.drawer import Drawer
from widgets.table.line_scroll import LineScroll
from widgets.table.rows import CellText
from widgets.table.virtual_table import VirtualTable
from widgets.text import escaped

_TYPING_PAUSE = 0.15


class FilteredBody(Vertical):
    """Rows with a filter line above and details beside or below.

    `esc` closes the details first, then the filter. A subclass says what is filtered (`filter_by`, `widen`), whether
    it is (`is_narrowed`), and composes itself by `compose_around`.
    """

    DEFAULT_CSS = """
    FilteredBody { height: 1fr; }
    FilteredBody > FilterBar { display: none; }
    FilteredBody.-filtering > FilterBar { display: block; }
    """

    _offered = (False, False)
    """Whether the row under the cursor can be explained and managed, as last offered."""

    def compose_around(self, head: Widget, hint: str, rows: LineScroll, details: Drawer) -> ComposeResult:
        """Head, filter line, rows; then the details. `hint` says what can be typed."""
        yield head
        bar = FilterBar(placeholder=hint, delay=_TYPING_PAUSE)
        # A line that is not seen must not be what the tab's keys go to first.
        bar.disabled = True
        yield bar
        rows.leaves_enter = True
        yield rows
        yield details

    @property
    def lines(self) -> LineScroll:
        """The rows, which keys go to: the first lines that were composed."""
        return self.query_one(LineScroll)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Keys belong to the rows."""
        self.call_later(lambda: self.lines.focus(scroll_visible))
        return self

    def explainable(self) -> Ref | None:
        """What can be explained of the row under the cursor."""
        return None

    def manageable(self) -> tuple[Ref, ...]:
        """The marked rows, or the one under the cursor, as records."""
        about = self.explainable()
        return () if about is None else (about,)

    def row_changed(self, *, at_all: bool = False) -> None:
        """The cursor is on another row: offer what can be done with that one.

        Args:
            at_all: offer anew, whatever was offered before.
        """
        before, self._offered = self._offered, (self.explainable() is not None, bool(self.manageable()))
        if at_all or before != self._offered:
            self.refresh_bindings()

    @property
    @abstractmethod
    def is_narrowed(self) -> bool:
        """Whether some rows are left out."""

    @abstractmethod
    def filter_by(self, text: str) -> None:
        """Show the rows with a text in them."""

    @abstractmethod
    def widen(self) -> None:
        """Show all rows again."""

    def action_filter(self) -> None:
        """Open the filter line."""
        self._show_filter(shown=True)
        self.query_one(FilterBar).open()

    def _show_filter(self, *, shown: bool) -> None:
        self.query_one(FilterBar).disabled = not shown
        self.set_class(shown, "-filtering")

    @on(FilterBar.FilterChanged)
    def _typed(self, message: FilterBar.FilterChanged) -> None:
        message.stop()
        self.filter_by(message.text)

    @on(FilterBar.FilterSubmitted)
    @on(FilterBar.FilterClosed)
    def _filter_left(self, message: FilterBar.FilterMessage) -> None:
        message.stop()
        self.filter_by(message.text)
        self.lines.focus()
        self._show_filter(shown=bool(message.text))
        self.refresh_bindings()

    def action_hit(self, step: int) -> None:
        """To the next hit of the filter, or the one before."""
        self.lines.action_move(step)

    def action_copy_row(self) -> None:
        """Copy the line under the cursor as it is shown, masks and all, its cells apart by tabs."""
        cells = self.row_cells()
        if any(cells):
            copy_text(self.app, "\t".join(escaped(cell, lines=False) for cell in cells), "1 row")

    def row_cells(self) -> Sequence[str]:
        """What the line under the cursor says, cell by cell."""
        row = self.lines.cursor_row if isinstance(self.lines, VirtualTable) else None
        return [cell.text if isinstance(cell, CellText) else cell for cell in row.cells] if row else []

    def action_step_back(self) -> None:
        """Close the details, then clear the filter."""
        details = self.query_one(Drawer)
        if details.is_open:
            details.close()
        else:
            self.query_one(FilterBar).set_text("")
            self._show_filter(shown=False)
            self.lines.focus()
            self.widen()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's when there is nothing to close here."""
        if action == "step_back" and self.is_mounted:
            return self.query_one(Drawer).is_open or self.has_class("-filtering") or self.is_narrowed
        if action == "hit" and self.is_mounted:
            return self.is_narrowed
        if action == "copy_row" and self.is_mounted:
            return any(self.row_cells())
        return super().check_action(action, parameters)
