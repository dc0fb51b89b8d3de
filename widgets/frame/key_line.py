"""The line of keys at the bottom: only those that work here and now."""

from textual.events import Click
from textual.screen import Screen

from widgets.frame.offered_keys import OfferedKey, line_keys, offered_keys
from widgets.text import glyphs
from widgets.text.lines import Line, LineWidget, Span, line_width


class KeyLine(LineWidget):
    """Keys that work now: enter, then those of the focused widget, of the screen and of the app, then esc.

    Use it so: `yield KeyLine()` at the end of a screen's `compose`. It follows the bindings by itself; whoever's state
    changes what works calls `refresh_bindings()`. What does not fit is left out from the end, but for enter, esc, what
    is urgent and keys named in `always`. A click on a key runs it.

    Args:
        always: binding ids that keep their place at the right end.
    """

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; dock: bottom; background: $surface; }
    """

    def __init__(self, *, always: tuple[str, ...] = (), id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._always = always
        self._known: tuple[OfferedKey, ...] | None = None
        self._places: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    @property
    def _keys(self) -> tuple[OfferedKey, ...]:
        if self._known is None:
            self._known = self._offered()
        return self._known

    def _offered(self) -> tuple[OfferedKey, ...]:
        return tuple(line_keys(offered_keys(self.screen, self._always)))

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Sign and title of what could be shown, the most useful first."""
        return tuple((key.sign, key.title) for key in self._keys)

    def draw(self, width: int) -> list[Line]:
        """As many keys as fit."""
        keys = self._keys
        reserved = sum(_size(key) for key in keys if key.stays)
        shown: list[OfferedKey] = []
        used = 0
        for key in keys:
            size = _size(key)
            if key.stays:
                reserved -= size
            elif used + size + reserved > width + 2:
                continue
            shown.append(key)
            used += size
        left = len(keys) - len(shown)
        spans: list[Span] = []
        self._places = []
        at = 0
        for key in shown:
            size = _size(key)
            self._places.append((at, at + size - 2, key.key))
            spans += [(key.sign, "key"), (f" {key.title}  ", "muted")]
            at += size
        if spans and at > width:
            # The last title's own gap does not count: without this the line would be cut in that title.
            spans[-1] = (spans[-1][0].rstrip(), "muted")
        if left and at + 1 <= width:
            spans.append((glyphs.current().ellipsis, "muted"))
        return [tuple(spans)]

    def on_click(self, event: Click) -> None:
        """Run the key that was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for start, stop, key in self._places:
            if start <= at.x < stop:
                event.stop()
                self.app.simulate_key(key)
                return

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        if self._drawn is None:
            # What works changes several times before a screen is seen: it is asked once, when it is drawn.
            self._known = None
            self.refresh()
        elif (keys := self._offered()) != self._known:
            self._known = keys
            self.redraw(layout=False)


def _size(key: OfferedKey) -> int:
    return line_width(((key.sign, "key"), (f" {key.title}  ", "muted")))
