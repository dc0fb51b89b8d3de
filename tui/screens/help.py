"""The help: the keys that work where the reader stands, drawn from the declarations."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.commands import Place, all_bindings, key_rows, key_words, widget_keys
from widgets.panel import DetailPanel, Field, PanelData


class HelpScreen(ModalScreen[None]):
    """Keys of a place, of the widget that has the focus, and of everywhere.

    Args:
        place: where the reader stands.
        focused: the widget with the focus, whose own keys are listed too.
    """

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%; background: $surface; border: round $border;
        padding: 0 1; scrollbar-size: 1 1;
    }
    HelpScreen DetailPanel { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", id="help.close"),
        Binding("j", "scroll(1)", "Down", show=False, id="help.down"),
        Binding("k", "scroll(-1)", "Up", show=False, id="help.up"),
    ]

    def __init__(self, place: Place, focused: Widget | None) -> None:
        super().__init__()
        self._place = place
        self._focused = focused

    def compose(self) -> ComposeResult:
        """One box per group of keys."""
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            for title, rows in self._groups():
                fields = tuple(Field(key_words(keys), words) for keys, words in rows)
                yield DetailPanel(PanelData(title, fields))

    def action_scroll(self, lines: int) -> None:
        """Move by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups = [(self._place.value, key_rows(self._place))] if self._place is not Place.EVERYWHERE else []
        if self._focused is not None:
            own = widget_keys(all_bindings(type(self._focused)))
            if own:
                groups.append(("Here", own))
        return [*groups, (Place.EVERYWHERE.value, key_rows(Place.EVERYWHERE))]
