"""The help: the keys that work where the user is, drawn from what the screen offers just now."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen

from tui.kit.signs import signs_legend
from tui.shell.commands import HELP
from widgets.frame.offered_keys import offered_keys
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


_OWN_KEYS = frozenset(one.key for one in Binding.make_bindings(HELP.bindings))


class HelpScreen(ModalScreen[Key | None]):
    """Keys in groups. A key of them that does not scroll closes the help and is dismissed with, to be done below.

    Args:
        groups: the nearest to the focus first.
        listed: the keys in them, by Textual's names.
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

    def __init__(self, groups: Sequence[KeyGroup], listed: Collection[str] = ()) -> None:
        super().__init__()
        self._groups = groups
        self._listed = frozenset(listed)

    def on_key(self, event: Key) -> None:
        """What is listed works."""
        if event.key in self._listed and event.key not in _OWN_KEYS:
            event.stop()
            event.prevent_default()
            self.dismiss(event)

    def compose(self) -> ComposeResult:
        """One list in one box."""
        with VerticalScroll() as box:
            box.border_title = "Keys that work here"
            yield KeyList(self._groups)

    def action_scroll(self, lines: int) -> None:
        """Move by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_scroll_pages(self, pages: float) -> None:
        """Move by pages."""
        self.action_scroll(round(self.query_one(VerticalScroll).size.height * pages))

    def action_to_end(self, last: bool) -> None:
        """To the first line or the last."""
        box = self.query_one(VerticalScroll)
        box.scroll_to(y=box.max_scroll_y if last else 0, animate=False)


def show_help(app: App[None], legend: Sequence[KeyGroup]) -> None:
    """The keys that work on the app's screen, its legend and all signs; a listed key closes the help and is done."""
    from tui.shell.key_table import working_keys

    def do(key: Key | None) -> None:
        if key is not None:
            app.post_message(Key(key.key, key.character))

    listed = {key.key for key in offered_keys(app.screen)}
    app.push_screen(HelpScreen([*working_keys(app.screen), *legend, signs_legend()], listed), do)
