"""Rows of bars over time: a frozen column of names, a frozen axis of two rows, only the lines in sight drawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.strip import Strip

from store.words import zone_name
from widgets.table.table_paint import StyleOf, note_line, strip_of
from widgets.text import cell_fit, glyphs
from widgets.timeline import messages
from widgets.timeline.bar_cells import BarLook
from widgets.timeline.bars import BarActivity, TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.instants import to_datetime, to_instant
from widgets.timeline.navigation import TimelineNavigation
from widgets.timeline.picture import Picture, as_text, moment_words, name_cells, name_pieces
from widgets.timeline.shading import Shading

_HEAD = 2
"""Lines of the axis."""
_GUTTER = 1
_STRIPS_KEPT = 1024


class Timeline(TimelineNavigation):
    """Rows of bars with a cursor that is a row and an instant.

    Use it so::

        timeline = Timeline(Grid(ZoneInfo("Europe/Warsaw"), week_start=0), now=datetime.now(UTC))
        timeline.show_rows([TimelineRow("c1", "Summer Sale", (TimelineBar("c1", start, end, ("ends in 3 d",)),))])
        timeline.set_now(datetime.now(UTC))     # at midnight, or whenever it is convenient

    Posts the messages of `widgets.timeline.messages`, which are attributes here too.

    Attributes:
        hides_absent: rows without a bar in the window are left out, but for that under the cursor; set before rows are
            shown. `every` has all of them, `rows` those that are shown.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Timeline { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size: 1 1; }
    """

    Highlighted: TypeAlias = messages.Highlighted
    Activated: TypeAlias = messages.Activated
    WindowMoved: TypeAlias = messages.WindowMoved

    def __init__(
        self,
        grid: Grid,
        *,
        now: datetime,
        empty_text: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(grid, now, id=id)
        self.empty_text = empty_text
        self._clashes = False
        self._activities: Mapping[str, BarActivity] | None = None
        self._shading: Shading | None = None
        self._picture: Picture | None = None
        self._drawn: dict[int, Strip] = {}
        self._shown_column = 0

    # Data

    def show_rows(self, rows: Sequence[TimelineRow], *, keep_cursor_on_id: bool = True) -> None:
        """Show other rows. The cursor stays on its row where that is still there, and on its instant."""
        row = self.cursor_row if keep_cursor_on_id else None
        offset = self.cursor - self.scroll_offset.y
        self.rows_replaced(rows)
        self._place_cursor(0 if row is None else self.index_of(row.id), offset)
        self._redraw_all()
        self.cursor_moved()

    def set_now(self, now: datetime) -> None:
        """Move the line of today; draws only when it comes to another half of a cell."""
        before, self._now = self._now, to_instant(now)
        if self.axis.half(before) != self.axis.half(self._now):
            self._redraw_all()

    def show_activity(self, activities: Mapping[str, BarActivity] | None) -> None:
        """Shade bars by what happened in them, by id of the bar; `None` for plain bars."""
        self._activities = activities
        self._shading = None
        self._redraw_all()

    def show_clashes(self, shown: bool) -> None:
        """Mark where bars clash, or not."""
        self._clashes = shown
        self._redraw_all()

    def set_empty_text(self, text: str) -> None:
        """The text shown when there are no rows: why, and what to do."""
        self.empty_text = text
        self.refresh()

    def as_text(self, width: int) -> list[str]:
        """All rows and the times in sight in plain characters, no line longer than `width`."""
        start, end = self.window
        now = to_datetime(self._now)
        return as_text(self.rows, self.grid, now=now, start=start, end=end, width=width, clashes=self._clashes)

    # What moving asks for

    def bars_width(self) -> int:
        """What gutter and names leave."""
        width = self.scrollable_content_region.width
        return width - _GUTTER - name_cells(width)

    def window_changed(self) -> None:
        """Draw all anew and notify the screen."""
        if self.hides_absent:
            self._follow_sight()
        self._redraw_all()
        self.post_message(self.WindowMoved(self, *self.window, self.step))

    def _follow_sight(self) -> None:
        """Rows come and go with the window; that under the cursor stays where it is on the screen."""
        row, offset = self.cursor_row, self.cursor - self.scroll_offset.y
        rows = self.rows_in_sight(row.id if row else None)
        if rows == self.rows:
            return
        self.rows = rows
        self._place_cursor(self.index_of(row.id if row else None), offset)

    def _place_cursor(self, index: int, offset: int) -> None:
        """Put the cursor on a row, so many lines below the axis where that can be."""
        self.set_reactive(Timeline.cursor, self._landing(index, 1))
        self._measure()
        if self.size.height > _HEAD:
            self.scroll_to(y=max(0, self.cursor - offset), animate=False, immediate=True)
            self._show_cursor()

    def instant_changed(self) -> None:
        """Draw two lines anew, as far as the cursor's cell before and now."""
        columns = max(self._shown_column, self.cursor_column)
        self.refresh(Region(0, _HEAD - 1, self._as_far_as(columns), 1))
        self._redraw_line(self.cursor, columns)

    def cursor_moved(self) -> None:
        """Tell the screen."""
        row = self.cursor_row
        if row is not None and not row.heading:
            self.post_message(self.Highlighted(self, row, self.cursor_bar, self.at))

    def line_count(self) -> int:
        """Rows, headings among them."""
        return len(self.rows)

    def selectable(self, index: int) -> bool:
        """The cursor passes over headings."""
        return not self.rows[index].heading

    def activate(self, index: int) -> None:
        """Post `Activated`."""
        self.post_message(self.Activated(self, self.rows[index], self.cursor_bar, self.at))

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the two rows anew, scroll if need be, and notify the screen."""
        super().watch_cursor(before, after)
        self.cursor_moved()

    # Drawing

    def forget_drawing(self) -> None:
        """Drop kept strips and styles."""
        super().forget_drawing()
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        """A line of the axis, or a row in sight."""
        width = self.scrollable_content_region.width
        picture = self._current_picture()
        if y < _HEAD:
            return self._axis_line(y, picture, width)
        if not self.rows:
            return note_line(self.empty_text, y - _HEAD - 1, width, self._style)
        index = self.scroll_offset.y + y - _HEAD
        if index >= len(self.rows):
            return strip_of((), width, self._style)
        if index == self.cursor and self.selectable(index):
            return self._cursor_line(index, width)
        return self._plain_line(index)

    def _plain_line(self, index: int) -> Strip:
        """A row without the cursor."""
        strip = self._drawn.get(index)
        if strip is None:
            width = self.scrollable_content_region.width
            if len(self._drawn) >= _STRIPS_KEPT:
                self._drawn.clear()
            names = name_pieces(self.rows[index], name_cells(width))
            pieces = [(" " * _GUTTER, "text"), *names, *self._current_picture().bars(self.rows[index])]
            strip = self._drawn[index] = strip_of(pieces, width, self._style)
        return strip

    def _axis_line(self, y: int, picture: Picture, width: int) -> Strip:
        names = name_cells(width)
        zone = zone_name(self.grid.zone)
        corner = moment_words(self._at, self.grid, self.step, names - 1) if y else zone if names > len(zone) else ""
        head = (" " * _GUTTER + cell_fit(corner, names), "strong" if y else "label")
        strip = strip_of([head, *(picture.lower if y else picture.upper)], width, self._style)
        return self._with_cursor(strip, width) if y and self.has_focus else strip

    def _cursor_line(self, index: int, width: int) -> Strip:
        """The name on another ground and one cell in reverse: bars keep their colours, and a move sends few bytes."""
        gutter = (glyphs.current().cursor, "accent" if self.has_focus else "muted")
        names = _GUTTER + name_cells(width)
        head = [gutter, *name_pieces(self.rows[index], names - _GUTTER)]
        lit = strip_of(head, names, self._lit if self.has_focus else self._style)
        strip = Strip.join([lit, self._plain_line(index).crop(names, width)])
        return self._with_cursor(strip, width) if self.has_focus else strip

    def _with_cursor(self, strip: Strip, width: int) -> Strip:
        """The cell under the cursor in reverse."""
        self._shown_column = self.cursor_column
        place = _GUTTER + name_cells(width) + self._shown_column
        cell = strip.crop(place, place + 1)
        flipped = [segment._replace(style=_flipped(segment.style)) for segment in cell]
        return Strip.join([strip.crop(0, place), Strip(flipped, 1), strip.crop(place + 1, width)])

    def _current_picture(self) -> Picture:
        axis = self.axis
        if self._picture is None or self._picture.axis is not axis:
            if self._activities is not None and (self._shading is None or self._shading.step != axis.step):
                self._shading = Shading(self._activities, self.grid, axis.step)
            shading = None if self._activities is None else self._shading
            self._picture = Picture(axis, BarLook(self._now, self._clashes, shading))
            self._drawn.clear()
        return self._picture

    def _style(self, role: str) -> Style:
        return self.ink[role]

    @property
    def _lit(self) -> StyleOf:
        """Styles on the cursor's row: the colours of bars stay, the ground is another."""
        cursor = self._style("cursor")
        ground = Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        return lambda role: self._style(role) + ground

    def _redraw_all(self) -> None:
        self._picture = None
        self._drawn.clear()
        self.refresh()

    def _redraw_axis(self) -> None:
        self.refresh(Region(0, _HEAD - 1, self.size.width, 1))

    # Sizes: the axis takes the first lines of what LineScroll leaves to rows

    def _measure(self) -> None:
        self.virtual_size = Size(0, len(self.rows) + _HEAD)

    def _redraw_line(self, index: int, column: int | None = None) -> None:
        """Draw what the cursor changes of a row: its name and one cell. The line goes out up to there."""
        y = index - self.scroll_offset.y + _HEAD
        if not (0 <= index < len(self.rows) and _HEAD <= y < self.size.height):
            return
        whole = self._plain_line(index)
        # A character of two cells cannot be cut.
        single = len(whole.text) == whole.cell_length
        end = self._as_far_as(self.cursor_column if column is None else column)
        self.refresh(Region(0, y, end if single else self.size.width, 1))

    def _as_far_as(self, column: int) -> int:
        """Cells from the left edge to the end of a column of the axis."""
        return _GUTTER + name_cells(self.scrollable_content_region.width) + column + 1

    def _show_cursor(self) -> None:
        rows = self.size.height - _HEAD
        if rows <= 0 or not self.rows:
            return
        above = self.cursor
        while above > 0 and not self.selectable(above - 1):
            above -= 1
        top = self.scroll_offset.y
        wanted = above if above < top else max(top, self.cursor - rows + 1)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)

    def on_mount(self) -> None:
        """The rows given before have a size now."""
        self.cursor_moved()

    def size_changed(self) -> None:
        """Cells come and go at the right; the cursor stays in sight."""
        super().size_changed()
        self.window_changed()

    def on_focus(self) -> None:
        """The cursor shows on the axis too."""
        self._redraw_axis()

    def on_blur(self) -> None:
        """The cursor goes from the axis too."""
        self._redraw_axis()

    def on_click(self, event: Click) -> None:
        """A click moves the cursor to that row and time; where it already is, it opens the row."""
        event.stop()
        event.prevent_default()
        at = event.get_content_offset(self)
        if at is None:
            return
        index = self.scroll_offset.y + at.y - _HEAD
        column = at.x - _GUTTER - name_cells(self.scrollable_content_region.width)
        on_row = at.y >= _HEAD and index < len(self.rows) and self.selectable(index)
        if on_row and index == self.cursor and (column < 0 or column == self.cursor_column):
            self.activate(index)
            return
        if 0 <= column < self.axis.width and column != self.cursor_column:
            self._go(self.axis.edge(column))
        if on_row:
            self.cursor = index


def _flipped(style: Style | None) -> Style:
    style = style or Style.null()
    return style + Style(reverse=not style.reverse)
