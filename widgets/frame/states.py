"""What a place says when it has no rows or figures to show, or not all of them: why, and what to do."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from widgets.text import glyphs
from widgets.text.lines import DataLines, Line, LineWidget, Role, Span, cut_words, ends, line_width
from widgets.text.wrap import wrap_cells

StateKind = Literal["loading", "empty", "partial", "stale", "offline", "error"]

_LOOKS: dict[StateKind, tuple[str, Role]] = {
    "loading": ("generating", "muted"),
    "empty": ("scheduled", "muted"),
    "partial": ("partial", "warn"),
    "stale": ("sync", "warn"),
    "offline": ("offline", "warn"),
    "error": ("failed", "bad"),
}
"""Names of signs, and roles."""


class Notice(Struct, frozen=True):
    """A state in words.

    Attributes:
        kind: chooses the sign and its colour; the title says the same in words.
        title: what happened, in a few words.
        why: one or several sentences; outside text allowed.
        action: what to do, with the key.
    """

    kind: StateKind
    title: str
    why: str = ""
    action: str = ""


def state_sign(kind: StateKind) -> Span:
    """The sign of a state and the role it is shown in."""
    sign, role = _LOOKS[kind]
    return getattr(glyphs.current(), sign), role


class StatePanel(DataLines[Notice]):
    """A state in place of a body; nothing in it moves.

    Use it so::

        StatePanel(Notice("empty", "No publications cached", "This campaign publishes through the API.",
                             "press r to fetch (about 3 calls)"))
        panel.show(Notice("error", "The API refused the call", reason, "press r to try again"))
    """

    DEFAULT_CSS = """
    StatePanel { padding: 1 2; }
    """

    def draw(self, width: int) -> list[Line]:
        """Title, reason, what to do."""
        data = self.data
        sign, role = state_sign(data.kind)
        lines: list[Line] = [((f"{sign} ", role), (data.title, "strong"))]
        inner = max(1, width - 2)
        if data.why:
            lines += [(("  " + part, "text"),) for part in wrap_cells(data.why, inner)]
        if data.action:
            lines += [(("  " + part, "accent"),) for part in wrap_cells(data.action, inner)]
        return lines


_BY_WORDS = 20
"""Cells from which a line is shortened between words; below, a part of a word is more than nothing."""


class StateLine(LineWidget):
    """One line of text with a quieter part at its right end.

    Use it so::

        line.show("61 active · 4 end within 7 days", "148 campaigns")
    """

    DEFAULT_CSS = """
    StateLine { height: 1; padding: 0 1; }
    """

    _left: Sequence[Span] = ()
    _shorter: Sequence[Span] = ()
    _note = ""

    def show(self, text: str, note: str = "", *, role: Role = "text") -> None:
        """Show plain words."""
        self.show_spans(((text, role),), note=note)

    def show_spans(self, left: Sequence[Span], *, note: str = "", shorter: Sequence[Span] = ()) -> None:
        """Show text in several roles, or its shorter form where it does not fit; equal text repaints nothing."""
        if (tuple(left), note, tuple(shorter)) != (tuple(self._left), self._note, tuple(self._shorter)):
            self._left, self._note, self._shorter = tuple(left), note, tuple(shorter)
            self.redraw(layout=False)

    def draw(self, width: int) -> list[Line]:
        """The line."""
        tail: Line = ((self._note, "muted"),) if self._note else ()
        room = width - line_width(tail) - 2 * bool(tail)
        left = self._left if line_width(self._left) <= room or not self._shorter else self._shorter
        return [ends(cut_words(left, room) if room > _BY_WORDS else left, tail, width)]
