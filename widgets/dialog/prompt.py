"""A dialog with one line to type, checked as it is taken."""

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from widgets.dialog.commands import PROMPT
from widgets.frame.typed_line import TypedLine
from widgets.text import plain, safe

Answer = TypeVar("Answer")


class Prompt(ModalScreen[tuple[Answer] | None], Generic[Answer]):
    """Ask for one value; dismisses with it in a tuple, or None on esc.

    Use it so::

        Prompt("Order amount", parse_amount, text="50.00", hint="before discounts; empty for no order")

    Args:
        title: what is asked for.
        parse: the typed text as a value, or a `ValueError` that says what one looks like.
        text: to begin with; outside text allowed.
        hint: what can be typed.
    """

    DEFAULT_CSS = """
    Prompt { align: center middle; }
    Prompt > Vertical {
        width: 60; max-width: 100%; height: auto; background: $surface; border: round $border; padding: 0 1;
    }
    Prompt TypedLine, Prompt TypedLine:focus { padding: 0 1; background: $boost; margin-top: 1; }
    Prompt Label { width: 100%; height: auto; color: $text-muted; margin-top: 1; }
    Prompt Label.-wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = PROMPT.bindings

    def __init__(self, title: str, parse: Callable[[str], Answer], *, text: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._parse, self._text, self._hint = title, parse, plain(text), hint

    def compose(self) -> ComposeResult:
        """A line, and what can be typed."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield TypedLine()
            yield Label(safe(self._hint))

    def on_mount(self) -> None:
        """Ready to type."""
        line = self.query_one(TypedLine)
        line.value = self._text
        line.cursor_position = len(line.value)
        line.focus()

    def action_take(self) -> None:
        """Take what is typed, or say what is wrong with it."""
        try:
            value = self._parse(self.query_one(TypedLine).value.strip())
        except ValueError as error:
            label = self.query_one(Label)
            label.add_class("-wrong")
            label.update(safe(str(error)))
        else:
            self.dismiss((value,))

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
