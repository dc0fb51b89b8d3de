"""Numbered tabs in one row that scrolls when they do not fit."""

from collections.abc import Sequence

from msgspec import Struct
from textual.events import Click

from widgets.frame.commands import TAB_KEYS
from widgets.messages import WidgetMessage
from widgets.text import glyphs
from widgets.text.lines import Line, LineWidget, Span, line_width

_GAP = 2


class TabLabel(Struct, frozen=True):
    """One tab.

    Attributes:
        id: given back in messages.
        title: its name.
        count: what it counts, in words ("25,000"); empty while unknown or when it counts nothing.
    """

    id: str
    title: str
    count: str = ""


class TabBar(LineWidget):
    """A row of tabs with the place in the row at its end.

    Use it so::

        bar = TabBar([TabLabel("vouchers", "Vouchers", "25,000"), ...])
        bar.choose("vouchers")          # also choose_number(2) and step(1); each posts TabChosen when it changes
        bar.set_count("vouchers", "25,001")

    It takes no focus: the screen binds `1-9`, `0`, `A-D`, `[` and `]` to `choose_number` and `step`.
    """

    DEFAULT_CSS = """
    TabBar { height: 1; padding: 0 1; }
    """

    class TabChosen(WidgetMessage, namespace="tab_bar"):
        """Another tab became the active one."""

        id: str

    def __init__(self, tabs: Sequence[TabLabel], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.tabs = tuple(tabs)
        self._active = 0
        self._first = 0
        self._places: list[tuple[int, int, int]] = []
        self.numbered = True
        """Whether keys reach its tabs, which then show them."""

    @property
    def active(self) -> str | None:
        """Id of the active tab; `None` when there are no tabs."""
        return self.tabs[self._active].id if self.tabs else None

    def choose(self, tab_id: str) -> None:
        """Make a tab the active one.

        Raises:
            KeyError: there is no such tab.
        """
        index = self._index(tab_id)
        if index is None:
            raise KeyError(tab_id)
        self._choose(index)

    def sign_of(self, tab_id: str) -> str:
        """The key a tab is reached by; a blank where none is."""
        index = self._index(tab_id)
        return TAB_KEYS[index] if index is not None and self._has_number(index) else " "

    def _has_number(self, index: int) -> bool:
        return self.numbered and index < len(TAB_KEYS)

    def choose_number(self, number: int) -> bool:
        """Choose by the number shown, from 1; says whether there is such a tab."""
        if not 1 <= number <= len(self.tabs):
            return False
        self._choose(number - 1)
        return True

    def step(self, by: int) -> None:
        """Choose a neighbour, around the ends."""
        if self.tabs:
            self._choose((self._active + by) % len(self.tabs))

    def set_count(self, tab_id: str, count: str) -> None:
        """Show another count; an equal one repaints nothing."""
        self.set_tabs([TabLabel(tab.id, tab.title, count) if tab.id == tab_id else tab for tab in self.tabs])

    def set_tabs(self, tabs: Sequence[TabLabel]) -> None:
        """Show other tabs; the active one stays where it still exists."""
        if tuple(tabs) == self.tabs:
            return
        active = self.active
        self.tabs = tuple(tabs)
        self._active = self._index(active) or 0
        self.redraw(layout=False)

    def draw(self, width: int) -> list[Line]:
        """The tabs around the active one."""
        self._places = []
        if not self.tabs:
            return [()]
        signs = glyphs.current()
        sizes = [line_width(self._label(index)) for index in range(len(self.tabs))]
        if sum(sizes) + _GAP * (len(sizes) - 1) <= width:
            first, room, tail = 0, width, ""
        else:
            tail = f" {self._active + 1}/{len(self.tabs)}"
            room = width - len(tail) - _GAP - 1
            first = self._first_shown(sizes, room)
        spans: list[Span] = [(f"{signs.less} ", "muted")] if first else []
        at = 2 if first else 0
        self._first = first
        room -= at
        for index in range(first, len(self.tabs)):
            more = index + 1 < len(self.tabs)
            if sizes[index] > room and index > first:
                spans.append((signs.more, "muted"))
                at += 1
                break
            self._places.append((at, at + sizes[index], index))
            spans += [*self._label(index), (" " * (_GAP if more else 0), "text")]
            step = sizes[index] + (_GAP if more else 0)
            at += step
            room -= step
        if tail:
            spans.append((" " * max(0, width - at - len(tail)) + tail, "muted"))
        return [tuple(spans)]

    def on_click(self, event: Click) -> None:
        """Choose the clicked tab."""
        at = event.get_content_offset(self)
        for start, stop, index in self._places:
            if at is not None and start <= at.x < stop:
                event.stop()
                self._choose(index)
                return

    def _first_shown(self, sizes: Sequence[int], room: int) -> int:
        """Scroll no further than the active tab asks for."""
        first = min(self._first, self._active)
        while first < self._active:
            lead = 2 if first else 0
            if sum(sizes[first : self._active + 1]) + _GAP * (self._active - first) + lead <= room:
                break
            first += 1
        while first > 0 and sum(sizes[first - 1 :]) + _GAP * (len(sizes) - first) + 2 <= room:
            first -= 1
        return first

    def _label(self, index: int) -> list[Span]:
        tab = self.tabs[index]
        active = index == self._active
        # Only what is a key is shown.
        spans: list[Span] = (
            [(f"{TAB_KEYS[index]} ", "accent" if active else "muted")] if self._has_number(index) else []
        )
        spans.append((tab.title, "accent" if active else "text"))
        if tab.count:
            spans.append((f" {tab.count}", "accent" if active else "muted"))
        if active:
            spans = [("[", "accent"), *spans, ("]", "accent")]
        return spans

    def _choose(self, index: int) -> None:
        if index != self._active:
            self._active = index
            self.redraw(layout=False)
            self.post_message(self.TabChosen(self, self.tabs[index].id))

    def _index(self, tab_id: str | None) -> int | None:
        return next((index for index, tab in enumerate(self.tabs) if tab.id == tab_id), None)
