"""The help: the keys that work where the user is, drawn from what the screen offers just now."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tui.shell.commands import HELP
from widgets.text import cell_fit, cell_width
from widgets.text.lines import Line, LineWidget
from widgets.text.wrap import wrap_cells

KeyGroup = tuple[str, tuple[tuple[str, str], ...]]
"""A heading, and keys with what they do."""


class KeyList(LineWidget):
    """Groups of keys, or of signs, under headings, in two columns of words."""

    DEFAULT_CSS = """
    KeyList { height: auto; }
    """

    def __init__(self, groups: Sequence[KeyGroup]) -> None:
        super().__init__()
        self.groups = groups

    def draw(self, width: int) -> list[Line]:
        """A heading, then a line per key; a blank line between groups."""
        column = 2 + max((cell_width(key) for _, rows in self.groups for key, _ in rows), default=0)
        lines: list[Line] = []
        for title, rows in self.groups:
            lines += [(), ((title, "title"),)] if lines else [((title, "title"),)]
            for key, words in rows:
                first, *more = wrap_cells(words, max(1, width - column)) or [""]
                lines.append(((cell_fit(key, column), "key"), (first, "text")))
                lines += [((" " * column, "text"), (part, "text")) for part in more]
        return lines


class HelpScreen(ModalScreen[None]):
    """Keys in groups.

    Args:
        groups: the nearest to the focus first.
    """

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%; background: $surface; border: round $border;
        padding: 0 1; scrollbar-size: 1 1;
    }
    HelpScreen KeyList { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = HELP.bindings

    def __init__(self, groups: Sequence[KeyGroup]) -> None:
        super().__init__()
        self._groups = groups

    def compose(self) -> ComposeResult:
        """One list in one box."""
        with VerticalScroll() as box:
            box.border_title = "Keys that work here"
            yield KeyList(self._groups)

    def action_scroll(self, lines: int) -> None:
        """Move by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
