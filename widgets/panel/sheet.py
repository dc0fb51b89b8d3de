"""Paragraphs and rows laid out for a width, with a cursor over those that can be opened or are long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text.lines import Line


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line.

    Attributes:
        line: its spans.
        key: names what it belongs to, given back in messages; "" for what opens nothing.
        stop: whether the cursor may stand on it.
    """

    line: Line
    key: str = ""
    stop: bool = False


Layout = Callable[[int], Sequence[SheetLine]]
"""Lays the sheet out for a number of cells."""


class Sheet(LineScroll):
    """Text to read from top to bottom, whose rows can be opened.

    Use it so::

        sheet.show(lambda width: [SheetLine(((text, "strong"),), stop=True), ...], begin_at="row-1")

    Posts `LineActivated` on `enter` and `LineHighlighted` as the cursor moves.
    """

    class LineHighlighted(WidgetMessage, namespace="sheet"):
        """The cursor came to a line that belongs to something."""

        coalesces = True
        key: str

    class LineActivated(WidgetMessage, namespace="sheet"):
        """The user opened what a line belongs to."""

        key: str

    def __init__(self, layout: Layout = lambda _: (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._layout = layout
        self._laid: tuple[int, Sequence[SheetLine]] = (-1, ())

    @property
    def key(self) -> str:
        """What the line under the cursor belongs to."""
        lines = self._lines
        return lines[self.cursor].key if 0 <= self.cursor < len(lines) else ""

    def show(self, layout: Layout, *, begin_at: str = "") -> None:
        """Show other text. The cursor stays on what it was on, and begins at the line of a key where it was on nothing.

        Args:
            layout: gives the lines.
            begin_at: a key.
        """
        wanted = self.key or begin_at
        self._layout, self._laid = layout, (-1, ())
        self.lines_changed()
        self._go_to(wanted)

    def _go_to(self, key: str) -> None:
        at = next((at for at, line in enumerate(self._lines) if line.stop and line.key == key), None)
        if key and at is not None:
            self.cursor = at

    @property
    def _lines(self) -> Sequence[SheetLine]:
        width = max(1, self.scrollable_content_region.width)
        if self._laid[0] != width:
            self._laid = (width, self._layout(width))
        return self._laid[1]

    def size_changed(self) -> None:
        """Lay out anew; the cursor stays on what it was on."""
        before = self._laid[1]
        key = before[self.cursor].key if 0 <= self.cursor < len(before) else ""
        super().size_changed()
        self._go_to(key)

    def line_count(self) -> int:
        """Lines at this width."""
        return len(self._lines)

    def selectable(self, index: int) -> bool:
        """Only the lines that say so."""
        lines = self._lines
        return 0 <= index < len(lines) and lines[index].stop

    def line_at(self, index: int, width: int) -> Line:
        """One line."""
        del width
        return self._lines[index].line

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`enter` works on what can be opened, unless it is left to others."""
        if action == "activate":
            return not self.leaves_enter and bool(self.key)
        return super().check_action(action, parameters)

    def activate(self, index: int) -> None:
        """Post `LineActivated`."""
        if key := self._lines[index].key:
            self.post_message(self.LineActivated(self, key))

    def watch_cursor(self, before: int, after: int) -> None:
        """Post `LineHighlighted`; on the last line to stand on, what follows comes into sight, too."""
        super().watch_cursor(before, after)
        lines = self._lines
        if not any(line.stop for line in lines[after + 1 :]):
            self.scroll_end(animate=False, immediate=True)
        self.post_message(self.LineHighlighted(self, self.key))
        self.refresh_bindings()
