"""Where it is asked for a yes: what people should know before, and the words to type."""

import math
import time
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label

from widgets.frame.typed_line import TypedLine
from widgets.text import glyphs, safe

SEEN_AFTER = 0.7
"""Seconds that a request stands before enter sends it: longer than a held key waits until it repeats."""


class Consent(Vertical):
    """The question below a request."""

    DEFAULT_CSS = """
    Consent { height: auto; padding: 0 2; margin: 1 0; dock: bottom; }
    Consent Label { width: 100%; height: auto; }
    Consent #warning { color: $text-warning; }
    Consent #wrong { color: $text-error; }
    Consent Horizontal { height: 1; }
    Consent #ask { width: auto; }
    Consent TypedLine { width: 1fr; max-width: 40; background: $foreground 15%; }
    """
    _words = ""
    _stands_since = math.inf

    def compose(self) -> ComposeResult:
        """A warning, the question with a line to type in, and what is wrong with what was typed."""
        yield Label(id="warning")
        with Horizontal():
            yield Label(id="ask")
            yield TypedLine()
        yield Label(id="wrong")

    def ask(self, warnings: Sequence[str], words: str) -> bool:
        """Ask anew; whether words have to be typed, so that keys go to their line.

        Args:
            warnings: each in one sentence.
            words: to be typed; "" where enter is enough.
        """
        self._words = words
        said = self.query_one("#warning", Label)
        said.update(Content("\n").join(safe(f"{glyphs.current().failed} {one}") for one in warnings))
        said.display = bool(warnings)
        self.query_one("#ask", Label).update(safe(f"Type {words} to send it: " if words else "Press enter to send it."))
        self.query_one("#wrong", Label).update("")
        line = self.query_one(TypedLine)
        line.value, line.display = "", bool(words)
        self._stands_since = math.inf
        self.call_after_refresh(self._stands)
        if words:
            line.focus()
        return bool(words)

    def _stands(self) -> None:
        self._stands_since = time.monotonic()

    def _is_seen(self) -> bool:
        """Whether people saw the request; enter that comes too soon is of a held key, and the time begins anew."""
        now, since = time.monotonic(), self._stands_since
        self._stands_since = max(now, since)
        return now - since >= SEEN_AFTER

    def is_given(self) -> bool:
        """Whether the words stand there, which is said if not; where none are needed, whether the request was seen."""
        if not self._words:
            return self._is_seen()
        given = self.query_one(TypedLine).value.strip() == self._words
        self.query_one("#wrong", Label).update("" if given else safe(f"Nothing was sent: that is not {self._words}."))
        return given
