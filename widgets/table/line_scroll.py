"""A scrolling list of hand-drawn lines: only the lines in sight are drawn, however many there are."""

from contextlib import ExitStack
from itertools import chain
from typing import ClassVar

from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseEvent, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from widgets.table.commands import LINES
from widgets.text.lines import Inked, Line, paint

_KEPT = 512
_WHEEL_LINES = 3
_EIGHTHS = 8


def thumb_start(size: int, window: float, lines: float, position: float) -> int:
    """Where the thumb of a scrollbar of so many cells begins, in eighths of a cell, as Textual draws it."""
    room = size - max(1, window / (lines / size))
    return int(room * position / (lines - window) * _EIGHTHS)


def looks_same(bar: ScrollBar, before: float, after: float) -> bool:
    """Whether an upright scrollbar, drawn at one position, looks the same at another."""
    size, window, lines = bar.size.height, bar.window_size, bar.window_virtual_size
    if not size or not 0 < window < lines or bar.position != before:
        return False
    return thumb_start(size, window, lines, before) == thumb_start(size, window, lines, after)


class LineScroll(Inked, ScrollView, can_focus=True):
    """Base of lists with a cursor. Subclasses give `line_count`, `line_at` and, when lines can be wide, `lines_width`.

    Call `lines_changed()` after the data changed. `enter` and a second click call `activate(index)`. Lines that
    `selectable` refuses, such as headings, are passed over by the cursor.

    Attributes:
        leaves_enter: `enter` belongs to the list's container, which then labels what it does.
    """

    DEFAULT_CSS = """
    LineScroll { height: 1fr; overflow-x: auto; overflow-y: auto; scrollbar-size: 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = LINES.bindings

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the line the keys act on."""

    leaves_enter = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._whole: dict[int, tuple[Strip, Strip]] = {}
        self._width: int | None = None
        self._known_size = Size(0, 0)
        self._frame = ExitStack()

    def line_count(self) -> int:
        """How many lines there are."""
        return 0

    def line_at(self, index: int, width: int) -> Line:
        """One line, drawn when it comes into sight."""
        del index, width
        return ()

    def lines_width(self) -> int:
        """Cells of the widest line, when lines may be wider than the view; 0 fits all to the view."""
        return 0

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on a line."""
        del index
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`enter` works on lines, unless it is left to others."""
        if action == "activate":
            return not self.leaves_enter and self.line_count() > 0
        return super().check_action(action, parameters)

    def activate(self, index: int) -> None:
        """The user opened a line."""

    def lines_changed(self, *, keep_cursor: bool = True) -> None:
        """Draw anew after the data changed; the cursor stays on its index where there still is one."""
        self.forget_drawing()
        self._measure()
        self.cursor = self._landing(self.cursor if keep_cursor else 0, 1)
        self.refresh()

    def forget_drawing(self) -> None:
        """Drop kept strips."""
        self._strips.clear()

    def on_mount(self) -> None:
        """Take the size of the data given before, and follow one's own size."""
        self.lines_changed()
        # Not each change of size comes as a Resize: after a scroll Textual may take the new place for the old one.
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _screen: self._compare_size())

    def on_resize(self, event: Resize) -> None:
        """The first size comes before the first layout is told."""
        del event
        self._compare_size()

    def _compare_size(self) -> None:
        if self.size != self._known_size:
            self._known_size = self.size
            self.size_changed()

    def size_changed(self) -> None:
        """Lines are drawn to the new width; the cursor stays in sight."""
        self.forget_drawing()
        self._measure()
        self.call_after_refresh(self._show_cursor)

    def on_focus(self) -> None:
        """The cursor's line shows."""
        self._redraw_line(self.cursor)

    def on_blur(self) -> None:
        """The cursor's line goes quiet."""
        self._redraw_line(self.cursor)

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        width = self.line_width
        scroll_x, scroll_y = self.scroll_offset
        index = y + scroll_y
        ink = self.ink
        if not 0 <= index < self.line_count():
            return Strip.blank(width, ink.base)
        marked = index == self.cursor and self.has_focus and self.selectable(index)
        strip = self._strips.get((index, marked))
        if strip is None:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            full = max(width, self.lines_width())
            over: Style | None = None
            if marked:
                over = Style(bgcolor=ink["cursor"].bgcolor, reverse=ink["cursor"].reverse)
            strip = self._strips[index, marked] = paint(self.line_at(index, full), full, ink, over)
        return strip.crop(scroll_x, scroll_x + width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines as they were drawn: Textual would go over each of them again for every line that scrolled."""
        if any(self.styles.gutter) or self.opacity != 1.0 or (crop.x, crop.width) != (0, self.outer_size.width):
            return super().render_lines(crop)
        background = self.background_colors[1]
        self._width = self.scrollable_content_region.width
        strips = [self._whole_line(self.render_line(y), crop.width) for y in crop.line_range]
        self._width = None
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return strips

    @property
    def line_width(self) -> int:
        """Cells of a line in sight, worked out once for all lines of a frame."""
        return self.scrollable_content_region.width if self._width is None else self._width

    def _whole_line(self, strip: Strip, width: int) -> Strip:
        """A line as wide as the widget, with blanks where a scrollbar covers it; the same one for the same one."""
        if strip.cell_length == width:
            return strip
        known = self._whole.get(id(strip))
        if known is None or known[0] is not strip or known[1].cell_length != width:
            if len(self._whole) >= _KEPT:
                self._whole.clear()
            known = self._whole[id(strip)] = strip, strip.adjust_cell_length(width, self.ink.base)
        return known[1]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lines and scrollbar move in one frame: it waits until the bar has asked for its paint, too.

        A bar that looks the same asks for none: among a million lines it rarely does.
        """
        bar = self.vertical_scrollbar
        stays = self.show_vertical_scrollbar and looks_same(bar, old_value, new_value)
        if stays:
            bar.set_reactive(ScrollBar.position, new_value)
        super().watch_scroll_y(old_value, new_value)
        if self.show_vertical_scrollbar and bar.is_running and not stays:
            self._frame.enter_context(self.app.batch_update())
            bar.call_next(self._frame.close)

    def on_unmount(self) -> None:
        """No frame waits for a bar that is gone."""
        self._frame.close()

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw the two lines that changed and bring the new one into sight."""
        self._redraw_line(before)
        self._redraw_line(after)
        self._show_cursor()

    def action_move(self, step: int) -> None:
        """Move the cursor by lines."""
        self.cursor = self._landing(self.cursor + step, 1 if step > 0 else -1)

    def action_move_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        step = round(max(1, self.scrollable_content_region.height - 1) * pages)
        self.action_move(step or (1 if pages > 0 else -1))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a line; negative counts from the end."""
        count = self.line_count()
        self.cursor = self._landing(index + count if index < 0 else index, -1 if index < 0 else 1)

    def action_activate(self) -> None:
        """Open the line under the cursor."""
        if 0 <= self.cursor < self.line_count() and self.selectable(self.cursor):
            self.activate(self.cursor)

    def on_click(self, event: Click) -> None:
        """Move the cursor to a clicked line; a click where it already is opens it."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < self.line_count() or not self.selectable(index):
            return
        event.stop()
        if index == self.cursor:
            self.activate(index)
        else:
            self.cursor = index

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll without animation."""
        self._wheel_turned(event, _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll without animation."""
        self._wheel_turned(event, -_WHEEL_LINES)

    def _wheel_turned(self, event: MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True)

    def _landing(self, index: int, direction: int) -> int:
        """The nearest selectable line, looked for in the direction of the move first."""
        count = self.line_count()
        if not count:
            return 0
        start = max(0, min(count - 1, index))
        ahead = range(start, count) if direction > 0 else range(start, -1, -1)
        behind = range(start, -1, -1) if direction > 0 else range(start, count)
        for place in chain(ahead, behind):
            if self.selectable(place):
                return place
        return start

    def _measure(self) -> None:
        self.virtual_size = Size(self.lines_width(), self.line_count())

    def _redraw_line(self, index: int) -> None:
        if 0 <= index < self.line_count():
            self.refresh_line(index)

    def _show_cursor(self) -> None:
        height = self.scrollable_content_region.height
        if height <= 0:
            return
        top = self.scroll_offset.y
        above = self.cursor
        # A heading above the first entry of its group comes into sight with it.
        while above > 0 and not self.selectable(above - 1):
            above -= 1
        if above < top:
            self.scroll_to(y=above, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)
