"""One line to filter by typing."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Click
from textual.timer import Timer
from textual.widgets import Static

from widgets.dialog.commands import FILTER
from widgets.frame.offered_keys import KeyWords
from widgets.messages import WidgetMessage
from widgets.text import plain, safe

if TYPE_CHECKING:
    from textual.widgets import Input

    from widgets.frame.typed_line import TypedLine


class FilterBar(Horizontal):
    """A filter with a note at its right end.

    Use it so::

        bar = FilterBar(placeholder="name, id, type:, status:", id="filter")
        bar.open()                              # on "/"
        bar.show_note("12 match · by status")

    Posts `FilterChanged` while the user types (a burst arrives as its last one), `FilterSubmitted` on `enter` or
    down, when the rows should get the focus, and `FilterClosed` when `esc` left an empty line. The first `esc` clears.

    Args:
        placeholder: what can be typed, shown while the line is empty.
        delay: seconds of quiet before `FilterChanged`; 0 posts at once.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; padding: 0 1; }
    FilterBar > .filter--sign { width: 2; color: $text-accent; }
    FilterBar > TypedLine, FilterBar > TypedLine:focus, FilterBar > .filter--hint { width: 1fr; }
    FilterBar > .filter--hint { height: 1; color: $text-disabled; }
    FilterBar > .filter--hint:ansi { color: ansi_default; text-style: dim; }
    FilterBar > .filter--note {
        width: auto; max-width: 90%; height: 1; margin-left: 1; color: $text-muted; text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = FILTER.bindings

    class FilterMessage(WidgetMessage):
        """Base of the messages of a filter line; `text` is what is typed in it."""

        text: str

    class FilterChanged(FilterMessage, namespace="filter_bar"):
        """The text became another one."""

        coalesces = True

    class FilterSubmitted(FilterMessage, namespace="filter_bar"):
        """The user is done typing and wants the rows."""

    class FilterClosed(FilterMessage, namespace="filter_bar"):
        """The user left the empty line."""

    def __init__(
        self,
        *,
        placeholder: str = "filter",
        delay: float = 0.0,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder
        self._delay = delay
        self._timer: Timer | None = None
        self._line: TypedLine | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        """Sign, hint in place of the line, note."""
        yield Static("/", classes="filter--sign", markup=False)
        yield Static(self._placeholder, classes="filter--hint", markup=False)
        yield Static(safe(self._note), classes="filter--note", markup=False)

    @property
    def text(self) -> str:
        """What is typed."""
        return "" if self._line is None else self._line.value

    @property
    def is_open(self) -> bool:
        """Whether keys go to it."""
        return self._line is not None and self._line.has_focus

    def open(self) -> None:
        """Put the cursor behind the text that is in force."""
        line = self._made_line()
        line.focus()
        line.cursor_position = len(line.value)

    def set_text(self, text: str) -> None:
        """Put another text in, as if it had been typed."""
        if text or self._line is not None:
            self._made_line().value = plain(text)

    def close(self) -> None:
        """Empty the line, as if it had been cleared by hand; the screen gives the focus to something else."""
        self.set_text("")

    def _made_line(self) -> "TypedLine":
        if self._line is None:
            # Late: a text field brings much code, and most pictures of a filter are of one that is not used.
            from widgets.frame.typed_line import TypedLine

            self._line = TypedLine(self._placeholder)
            hint = self.query_one(".filter--hint")
            self.mount(self._line, before=hint)
            hint.remove()
        return self._line

    @on(Click, ".filter--hint")
    def _hint_clicked(self) -> None:
        self.open()

    def show_note(self, note: str) -> None:
        """How many match and in what order; an equal note repaints nothing."""
        if note != self._note:
            self._note = note
            self.query_one(".filter--note", Static).update(safe(note))

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Esc clears before it leaves."""
        return KeyWords("clear") if binding.id == "filter.clear" and self.text else None

    def action_clear_or_close(self) -> None:
        """Clear the text; on an empty line, leave it."""
        if self.text:
            self.close()
        else:
            self.post_message(self.FilterClosed(self, ""))

    def action_to_rows(self) -> None:
        """Leave the text and go to the rows."""
        self.post_message(self.FilterSubmitted(self, self.text))

    def on_input_changed(self, event: "Input.Changed") -> None:
        """Tell of it once the burst is over."""
        event.stop()
        self.refresh_bindings()
        if self._timer is not None:
            self._timer.stop()
        if self._delay:
            self._timer = self.set_timer(self._delay, self._tell)
        else:
            self._tell()

    def _tell(self) -> None:
        self._timer = None
        self.post_message(self.FilterChanged(self, self.text))
