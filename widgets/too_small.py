"""A friendly line instead of a broken screen when the terminal is too small."""

from textual.geometry import Size
from textual.screen import Screen

from widgets.lines import Line, LineWidget
from widgets.text import cell_fit
from widgets.wrap import wrap_cells

LEAST_WIDTH = 60
LEAST_HEIGHT = 15


class TooSmall(LineWidget):
    """Covers its screen below 60x15 and leaves when there is room again; what is beneath keeps its state.

    Use it so: `yield TooSmall()` anywhere in a screen's `compose`.
    """

    DEFAULT_CSS = """
    TooSmall {
        display: none; position: absolute; overlay: screen; width: 100vw; height: 100vh; background: $background;
    }
    """

    def on_mount(self) -> None:
        """Follow the screen's size."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._check)
        self._check(self.screen)

    def draw(self, width: int, height: int | None) -> list[Line]:
        """The request, in the middle."""
        size = self.app.size
        words = f"{size.width}x{size.height} is a little tight here. Please give me {LEAST_WIDTH}x{LEAST_HEIGHT}."
        lines: list[Line] = [((cell_fit(part, width, "center"), "text"),) for part in wrap_cells(words, width)]
        above = max(0, ((height or size.height) - len(lines)) // 2)
        return [*[()] * above, *lines]

    def _check(self, screen: Screen[object]) -> None:
        small = is_too_small(screen.size)
        if self.display != small:
            self.display = small
        elif small:
            self.redraw(layout=False)


def is_too_small(size: Size) -> bool:
    """Whether a screen of that size is covered."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
