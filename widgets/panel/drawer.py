"""Details beside what they belong to: at the right from 120 columns, else below."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Label

from widgets.panel.commands import DRAWER
from widgets.text import safe, with_end

_WIDE = 120


class Drawer(VerticalScroll):
    """A place for the details of a row that opens without taking the keys away from the table.

    Compose it last on a screen, then::

        drawer.open(DetailPanel(data), title=row.name)
        drawer.close()

    It never takes the focus by itself: `tab` or a click goes in, `esc` inside closes and gives the focus back to where
    it was. A screen whose focus is outside closes it from its own `esc`, while `drawer.is_open`.
    """

    DEFAULT_CSS = """
    Drawer {
        display: none; dock: bottom; height: 50%; width: 100%;
        border-top: solid $foreground 35%; padding: 0 1; background: $background; scrollbar-size: 1 1;
        scrollbar-gutter: stable;
    }
    Drawer.-open { display: block; }
    Drawer > .drawer-title { text-style: bold; }
    Drawer.-right { dock: right; width: 40%; height: 100%; border-top: none; border-left: solid $foreground 35%; }
    Drawer.-right:focus, Drawer.-right:focus-within { border-left: solid $accent; }
    Drawer:focus, Drawer:focus-within { border-top: solid $accent; }
    Drawer.-right:focus, Drawer.-right:focus-within { border-top: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = DRAWER.bindings

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """The scrollbar has a place of its own, so what is inside never asks for a second layout."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._back: Widget | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is seen."""
        return self.has_class("-open")

    def open(self, *content: Widget, title: object = "") -> None:
        """Show other content; opens when closed. The title may be outside text."""
        if not self.is_open:
            self._back = self.screen.focused
        self._place()
        with self.app.batch_update():
            self.remove_children()
            self.mount(*([Label(safe(with_end(title)), classes="drawer-title")] if title else []), *content)
            self.add_class("-open")
        self.scroll_home(animate=False)
        self.refresh_bindings()

    def close(self) -> None:
        """Hide it; the focus goes back to where it was when it was inside."""
        if not self.is_open:
            return
        inside = self.has_focus or self.has_focus_within
        self.remove_class("-open")
        self.remove_children()
        if inside and self._back is not None and self._back.is_attached:
            self._back.focus(scroll_visible=False)
        self.refresh_bindings()

    def action_close(self) -> None:
        """Close from inside."""
        self.close()

    def on_mount(self) -> None:
        """Follow the size of the terminal."""
        self._place()
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _screen: self._place())

    def _place(self) -> None:
        self.set_class(self.app.size.width >= _WIDE, "-right")
