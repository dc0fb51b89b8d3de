"""A friendly line instead of a broken screen when the terminal is too small."""

from typing import Any

from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen

from widgets.frame.least_size import LEAST_HEIGHT, LEAST_WIDTH, is_too_small
from widgets.text import cell_fit
from widgets.text.lines import Line, LineWidget
from widgets.text.wrap import wrap_cells


class TooSmall(ModalScreen[None]):
    """Covers whatever is shown below 60x12 and leaves when there is room again; what is beneath keeps its state.

    Use it so: call `TooSmall.follow(app, event.size)` when the app was resized and after its first screen came.
    """

    DEFAULT_CSS = """
    TooSmall { background: $background; }
    """

    @classmethod
    def follow(cls, app: App[Any], size: Size) -> None:
        """Cover or uncover the app's screen as its size asks for."""
        if not app.screen_stack:
            return
        covered = isinstance(app.screen, cls)
        if is_too_small(size) and not covered:
            app.push_screen(cls())
        elif covered and not is_too_small(size):
            app.pop_screen()

    def compose(self) -> ComposeResult:
        """The request alone."""
        yield RoomRequest()

    def on_screen_resume(self) -> None:
        """Leave when another screen that lay above is gone and there is room by now."""
        if not is_too_small(self.app.size):
            self.dismiss()


class RoomRequest(LineWidget):
    """The size there is and the size that is needed, in the middle of a screen."""

    DEFAULT_CSS = """
    RoomRequest { height: 1fr; }
    """

    def fill(self, width: int, height: int | None) -> list[Line]:
        """The request."""
        size = self.app.size
        words = f"{size.width}x{size.height} is a little tight here. Please give me {LEAST_WIDTH}x{LEAST_HEIGHT}."
        lines: list[Line] = [((cell_fit(part, width, "center"), "text"),) for part in wrap_cells(words, width)]
        above = max(0, ((height or size.height) - len(lines)) // 2)
        return [*[()] * above, *lines]
