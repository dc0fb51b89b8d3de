"""The one table of the app: rows from a source, only the lines in sight drawn, the same at 1,000 and 1,000,000 rows."""

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.strip import Strip

from widgets.table import table_messages
from widgets.table.blocks import Blocks
from widgets.table.columns import Layout, Needs, TableColumn, furthest_skip, layout
from widgets.table.commands import TABLE
from widgets.table.marking import MarkedRows
from widgets.table.measuring import widest_at_hand
from widgets.table.row_reading import Opened
from widgets.table.rows import MemoryRows, Row, RowSource
from widgets.table.table_paint import gutter_text, header_line, missing_line, note_line, row_line, strip_of

_STRIPS_KEPT = 1024
_READING = "Reading…"
_LOOKING = "Still looking…"


class VirtualTable(MarkedRows, can_focus=True):
    """Rows with a cursor, marks and a header.

    Use it so::

        table = VirtualTable([Column("code", "Code", 16, flex=1), Column("left", "Left", 8, kind="number")],
                             empty_text="No vouchers cached. Press r to fetch.")
        table.replace_source(source)            # a RowSource; read in a worker thread
        table.show_rows(rows)                   # or rows in memory, shown at once
        table.preload(rows, total=1_000_000)    # first rows that are known already, for the first paint

    The rows at hand when a source is opened decide which columns there is room for; scrolling moves none of them.

    Keys: arrows, `j k g G`, ctrl+d ctrl+u, page up and down, home, end; `enter` opens, `space` marks, left and right
    bring hidden columns into sight. Posts the messages of `table_messages`, which are attributes here too.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    VirtualTable { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size: 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = TABLE.bindings

    RowHighlighted: TypeAlias = table_messages.RowHighlighted
    RowActivated: TypeAlias = table_messages.RowActivated
    MarksChanged: TypeAlias = table_messages.MarksChanged
    SortRequested: TypeAlias = table_messages.SortRequested
    RowsLoaded: TypeAlias = table_messages.RowsLoaded
    RowsFailed: TypeAlias = table_messages.RowsFailed

    def __init__(
        self,
        columns: Sequence[TableColumn],
        source: RowSource | None = None,
        *,
        sort: tuple[str, bool] | None = None,
        empty_text: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.sort = sort
        self.empty_text = empty_text
        self.blocks = Blocks()
        self._note = _READING if source is not None else empty_text
        self.source = source
        self._opened_once = False
        self._skip = 0
        self._cells: tuple[int, ...] = ()
        self._widest = [0] * len(self.columns)
        self._plan = Layout((), ())
        self._planned: tuple[int, int] = (0, 0)
        self._drawn: dict[tuple[int, int], Strip] = {}
        self._told: tuple[str, int] | None = None
        self._asked_at: int | None = None

    @property
    def row_count(self) -> int:
        """Rows of the source, as it was last counted."""
        return self.blocks.total

    def replace_source(self, source: RowSource, *, keep_cursor_on_id: bool = True) -> None:
        """Show another source, or the same one again after its data changed.

        The rows shown stay until the new ones have arrived, so nothing flickers.

        Args:
            source: counted and read in a worker thread.
            keep_cursor_on_id: the cursor follows its row where the source can find it; otherwise it goes to the top.
        """
        row = self.cursor_row if keep_cursor_on_id else None
        if not self.blocks.total:
            self._set_note(_READING)
        self.source = source
        self._asked_at = self.cursor if keep_cursor_on_id else None
        if self.is_attached or isinstance(source, MemoryRows):
            self.open_rows(source, row.id if row else None, self.cursor if keep_cursor_on_id else 0)

    def show_rows(self, rows: Sequence[Row], *, keep_cursor_on_id: bool = True) -> None:
        """Show rows that are in memory, at once."""
        self.replace_source(MemoryRows(rows), keep_cursor_on_id=keep_cursor_on_id)

    def set_sort(self, column_id: str | None, *, descending: bool = False) -> None:
        """Show by which column the rows are sorted."""
        sort = None if column_id is None else (column_id, descending)
        if sort != self.sort:
            self.sort = sort
            self._arrange()

    def set_empty_text(self, text: str) -> None:
        """The text shown when there are no rows: why, and what to do."""
        self.empty_text = text
        if self._opened_once and not self._counting:
            self._set_note(text)

    # What RowReader reports

    def rows_in_sight(self) -> tuple[int, int]:
        """Rows between the header and the lower edge."""
        top = self.scroll_offset.y
        return top, top + max(0, self.size.height - 1)

    def source_opened(self, opened: Opened, blocks: Blocks) -> None:
        """Swap the rows and keep the cursor's distance from the upper edge."""
        cursor, offset = self._followed(opened), self.cursor - self.scroll_offset.y
        self.blocks = blocks
        self._opened_once = True
        self._note = self.empty_text if opened.total is not None or opened.rows else _LOOKING
        self._told = None
        self._measure()
        self._measure_columns(opened.rows)
        self.set_reactive(VirtualTable.cursor, cursor)
        self._place_cursor(cursor - offset)
        self.forget_drawing()
        self.refresh()
        self._tell()
        self.post_message(self.RowsLoaded(self, opened.total))
        self.read_missing()

    def _measure_columns(self, opened: Sequence[Row]) -> None:
        """Widths only grow, so that typing a filter moves no column; what holds nothing is seen anew."""
        found = widest_at_hand(self.source, opened, len(self.columns))
        if not any(found):
            return
        self._widest = [max(pair) for pair in zip(self._widest, found, strict=True)]
        cells = tuple(most if now else 0 for most, now in zip(self._widest, found, strict=True))
        if cells != self._cells:
            self._cells = cells
            self._arrange()

    @property
    def _needs(self) -> Needs:
        return Needs(self._cells, self.sort[0] if self.sort else "")

    def _followed(self, opened: Opened) -> int:
        """Where the cursor belongs: it may have been moved among the old rows while the new ones were read."""
        if self._asked_at is None or self.cursor == self._asked_at:
            return opened.cursor
        row, ids = self.cursor_row, [row.id for row in opened.rows]
        if row is not None and row.id in ids:
            return opened.start + ids.index(row.id)
        last = opened.start + len(opened.rows) - 1 if opened.total is None else opened.total - 1
        return max(0, min(last, opened.cursor + self.cursor - self._asked_at))

    def source_counted(self, total: int) -> None:
        """Now the scrollbar is right; the cursor comes back from where no row is."""
        self._note = self.empty_text
        self._measure()
        if self.cursor >= total:
            self.cursor = max(0, total - 1)
        self.refresh()
        self.post_message(self.RowsLoaded(self, total))

    def end_moved(self, start: int, step: int) -> None:
        """The lines in sight stay as they are, wherever the cursor stands among them."""
        self._measure()
        self.forget_drawing()
        if self.cursor >= start:
            top = self.scroll_offset.y + step
            self.set_reactive(VirtualTable.cursor, max(0, self.cursor + step))
            self._place_cursor(top)

    def end_arrived(self) -> None:
        """The cursor goes to the last row."""
        self._measure()
        super().action_move_to(-1)
        self.refresh()

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; to the last one before anybody knows how many there are."""
        if index != -1 or not self.read_end():
            super().action_move_to(index)

    def rows_found(self) -> None:
        """The scrollbar follows."""
        self._measure()
        self.refresh()

    def block_arrived(self, start: int, stop: int) -> None:
        """Draw what was missing, if it is in sight."""
        first, last = self.rows_in_sight()
        if start < last and first < stop:
            self.refresh()
        self._tell()

    def reading_failed(self, error: Exception) -> None:
        """Show that text when there are no rows, and notify the screen."""
        if not self.blocks.total:
            self._set_note("The rows could not be read.")
        self.post_message(self.RowsFailed(self, error))

    # Drawing

    def forget_drawing(self) -> None:
        """Drop kept strips and styles."""
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        """The header, or a row in sight."""
        width = self.line_width
        # The scrollbar comes and goes with the rows, after the resize event and without one of its own.
        if self._planned != (width, self._gutter):
            self._lay_out(width)
        if y == 0:
            return header_line(self._plan, width, self._gutter, self.sort, self._style)
        index = self.scroll_offset.y + y - 1
        if not self.blocks.total:
            return note_line(self._note, y - 2, width, self._style)
        if index >= self.blocks.total:
            return strip_of((), width, self._style)
        row = self.blocks.row(index)
        here = (2 if self.has_focus else 1) if index == self.cursor else 0
        if row is None:
            return missing_line(gutter_text(self._gutter, here > 0, False), width, self._style)
        strip = self._drawn.get((index, here))
        if strip is None:
            if len(self._drawn) >= _STRIPS_KEPT:
                self._drawn.clear()
            strip = self._drawn[index, here] = self._draw(row, here, width)
        return strip

    def _draw(self, row: Row, here: int, width: int) -> Strip:
        gutter = gutter_text(self._gutter, here > 0, row.id in self._marks)
        role, band = "muted" if here == 1 else "accent", "cursor-row" if here == 2 else ""
        return row_line(row, self._plan, width, (gutter, role), self._style, band=band)

    def _style(self, role: str) -> Style:
        return self.ink[role]

    @property
    def _gutter(self) -> int:
        return 2 if self._marks else 1

    def _set_note(self, text: str) -> None:
        self._note = text
        self.refresh()

    def _arrange(self) -> None:
        self._lay_out(self.scrollable_content_region.width)
        self.refresh()

    def _lay_out(self, width: int) -> None:
        self._planned = (width, self._gutter)
        self._plan = layout(self.columns, width - self._gutter, skip=self._skip, needs=self._needs)
        self.forget_drawing()

    def _line_region(self, y: int) -> Region:
        return Region(0, y, self.size.width, 1)

    # The cursor

    def line_count(self) -> int:
        """Rows the cursor can stand on; the header is not one."""
        return self.blocks.total

    def activate(self, index: int) -> None:
        """Post `RowActivated`, once the row is there."""
        row = self.blocks.row(index)
        if row is not None:
            self.post_message(self.RowActivated(self, row, index))

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw the two rows, scroll if need be, and notify the screen."""
        super().watch_cursor(before, after)
        self._tell()
        self.read_missing()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.read_missing()

    def on_mount(self) -> None:
        """Open the source given at the start, unless rows were preloaded."""
        if self.source is not None and not self._opened_once:
            self.open_rows(self.source, None, 0)

    def size_changed(self) -> None:
        """Share the new width among the columns."""
        super().size_changed()
        self._arrange()
        self.read_missing()

    def on_click(self, event: Click) -> None:
        """A click on a title asks for its order; on a row it moves the cursor there, or opens it."""
        event.stop()
        event.prevent_default()
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == 0:
            self._title_clicked(at.x - self._gutter)
            return
        index = self.scroll_offset.y + at.y - 1
        if index >= self.blocks.total:
            return
        if index == self.cursor:
            self.activate(index)
        else:
            self.cursor = index

    def action_shift_columns(self, step: int) -> None:
        """Bring hidden columns into sight; the first column always stays."""
        room = self.scrollable_content_region.width - self._gutter
        most = furthest_skip(self.columns, room, self._needs)
        skip = max(0, min(most, self._skip + step))
        if skip != self._skip:
            self._skip = skip
            self._arrange()

    def _title_clicked(self, x: int) -> None:
        for place in self._plan.placed:
            if place.start <= x < place.start + place.width + 1 and place.column.sortable:
                self.post_message(self.SortRequested(self, place.column.id))
                return

    def marks_changed(self, index: int | None = None) -> None:
        """Draw the row whose mark changed, or all, and notify the screen."""
        if index is None:
            self._arrange()
        else:
            for here in range(3):
                self._drawn.pop((index, here), None)
            self._redraw_line(index)
        self.post_message(self.MarksChanged(self, self.marks))
        self.refresh_bindings()

    def _tell(self) -> None:
        row = self.cursor_row
        if row is not None and self._told != (row.id, self.cursor):
            self._told = (row.id, self.cursor)
            self.post_message(self.RowHighlighted(self, row, self.cursor))

    def _measure(self) -> None:
        self.virtual_size = Size(0, self.blocks.total + 1)

    def _redraw_line(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(self._line_region(y))

    def _show_cursor(self) -> None:
        rows = self.size.height - 1
        if rows <= 0:
            return
        top = self.scroll_offset.y
        wanted = min(self.cursor, max(top, self.cursor - rows + 1))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)

    def _place_cursor(self, top: int) -> None:
        if self.size.height > 1:
            self.scroll_to(y=max(0, top), animate=False, immediate=True)
            self._show_cursor()
