"""Where it is asked for a yes: what people should know before, and the words to type."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label

from widgets.frame.typed_line import TypedLine
from widgets.text import glyphs, safe


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
        if words:
            line.focus()
        return bool(words)

    def is_given(self) -> bool:
        """Whether the words stand there; if not, that is said."""
        given = not self._words or self.query_one(TypedLine).value.strip() == self._words
        self.query_one("#wrong", Label).update("" if given else safe(f"Nothing was sent: that is not {self._words}."))
        return given
