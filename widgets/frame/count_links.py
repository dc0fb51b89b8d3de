"""Counts in one line, each a link to what it counts."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct
from textual.binding import BindingType
from textual.events import Click

from widgets.frame.commands import COUNTS
from widgets.messages import WidgetMessage
from widgets.text import cell_width, glyphs, plain
from widgets.text.lines import Line, LineWidget, Role, Span, ends, line_width


class CountLink(Struct, frozen=True):
    """One count.

    Attributes:
        id: given back when it is chosen.
        words: the count and what it counts.
        short: the same where the line is narrow; "" leaves it out there.
        is_on: what it counts is shown alone.
    """

    id: str
    words: str
    short: str
    is_on: bool = False


class CountLinks(LineWidget, can_focus=True):
    """Counts with a quieter part at the right end; a click or `enter` posts `Chosen`.

    Use it so::

        line.show_counts([CountLink("active", "61 active", "61 active")], "148 campaigns")
    """

    DEFAULT_CSS = """
    CountLinks { height: 1; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = COUNTS.bindings

    class Chosen(WidgetMessage, namespace="count_links"):
        """The reader wants what a count counts."""

        link: str

    _links: Sequence[CountLink] = ()
    _plain: tuple[str, Role] = ("", "text")
    _note = ""
    _at = 0

    def show_counts(self, links: Sequence[CountLink], note: str = "") -> None:
        """Show other counts."""
        self._show(links, ("", "text"), note)

    def show(self, text: str, *, role: Role = "text") -> None:
        """Show words where there is nothing to count."""
        self._show((), (text, role), "")

    def _show(self, links: Sequence[CountLink], words: tuple[str, Role], note: str) -> None:
        if (tuple(links), words, note) != (self._links, self._plain, self._note):
            self._links, self._plain, self._note = tuple(links), words, note
            self._at = min(self._at, max(0, len(links) - 1))
            self.redraw(layout=False)

    def draw(self, width: int) -> list[Line]:
        """The line."""
        tail: Line = ((self._note, "muted"),) if self._note else ()
        if not self._links:
            return [ends((self._plain,), tail, width)]
        spans: list[Span] = []
        for index, link in self._shown(width):
            here = self.has_focus and index == self._at
            role: Role = "match" if here else "accent" if link.is_on else "text"
            spans += [(self._gap if spans else "", "muted"), (self._words(link, width), role)]
        return [ends(spans, tail, width)]

    @property
    def _gap(self) -> str:
        return f" {glyphs.current().dot} "

    def _is_short(self, width: int) -> bool:
        whole = self._gap.join(link.words for link in self._links)
        return line_width(((whole, "text"), (self._note, "muted"))) + 2 * bool(self._note) > width

    def _words(self, link: CountLink, width: int) -> str:
        return link.short if self._is_short(width) else link.words

    def _shown(self, width: int) -> Iterator[tuple[int, CountLink]]:
        """The counts that are in the line, by their places: none is cut; the last ones go, but for those chosen."""
        shown = [(index, link) for index, link in enumerate(self._links) if self._words(link, width)]
        note = cell_width(plain(self._note)) + 2 if self._note else 0
        gap = cell_width(self._gap)
        while (
            shown and sum(cell_width(plain(self._words(link, width))) + gap for _, link in shown) - gap + note > width
        ):
            shown.remove(next((one for one in reversed(shown) if not one[1].is_on), shown[-1]))
        return iter(shown)

    def on_focus(self) -> None:
        """The cursor shows."""
        self.redraw(layout=False)

    def on_blur(self) -> None:
        """It goes."""
        self.redraw(layout=False)

    def on_click(self, event: Click) -> None:
        """Choose the count under the pointer."""
        at = event.get_content_offset(self)
        start, width = 0, self.content_size.width
        for _, link in self._shown(width):
            end = start + cell_width(plain(self._words(link, width)))
            if at is not None and start <= at.x < end:
                event.stop()
                self.post_message(self.Chosen(self, link.id))
            start = end + cell_width(self._gap)

    def action_move(self, step: int) -> None:
        """To the count beside it."""
        shown = [index for index, _ in self._shown(self.content_size.width)]
        if shown:
            place = shown.index(self._at) if self._at in shown else 0
            self._at = shown[(place + step) % len(shown)]
            self.redraw(layout=False)

    def action_take(self) -> None:
        """Choose the count under the cursor."""
        if self._links:
            self.post_message(self.Chosen(self, self._links[self._at].id))
