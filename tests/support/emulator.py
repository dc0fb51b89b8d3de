"""A terminal that is sent text, cell by cell with all looks."""

from typing import Any

import pyte
from rich.cells import cell_len

Cells = list[list[tuple[str, ...]]]


class Screen(pyte.Screen):
    """As terminals do, not as pyte does.

    Half of a wide character that is written over takes the other half along, and what is erased takes on the background
    even where nothing was written before.
    """

    def draw(self, data: str) -> None:
        for letter in data:
            if size := cell_len(letter):
                first = min(self.cursor.x, self.columns - size)
                for x in (first, first + size):
                    self._part(x)
            super().draw(letter)

    def erase_in_display(self, how: int = 0, *args: Any, **options: Any) -> None:
        super().erase_in_display(how, *args, **options)
        if how == 2:
            for y in range(self.lines):
                self.buffer[y].update(dict.fromkeys(range(self.columns), self.cursor.attrs))

    def _part(self, x: int) -> None:
        row = self.buffer[self.cursor.y]
        if 0 < x < self.columns and row[x].data == "":
            row[x - 1] = row[x] = row[x]._replace(data=" ")


class Emulator:
    """A terminal that does not wrap, as Textual sets it up."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.screen.reset_mode(pyte.modes.DECAWM)

    def cells(self) -> Cells:
        """Each character with all of its look that is seen."""
        return [self.row(y) for y in range(self.screen.lines)]

    def row(self, y: int) -> list[tuple[str, ...]]:
        """The same of one line."""
        return [_seen(self.screen.buffer[y][x]) for x in range(self.screen.columns)]


def _seen(char: pyte.screens.Char) -> tuple[str, ...]:
    if char.data == " " and not (char.underscore or char.reverse or char.strikethrough):
        return (" ", char.bg)
    return tuple(str(part) for part in char)
