"""Where the words of a bar go: inside it, else right of it, else left, else nowhere. Pure.

They fit inside where they leave the border between elapsed and remaining in sight. Only where there is no room beside
the bar either they may cover it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from widgets.text import cell_width, plain
from widgets.timeline.bar_cells import BarCell, BarShape


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """Cleaned words with the blanks around them, their first column, and how many cells they take."""

    column: int
    text: str
    width: int

    @property
    def columns(self) -> range:
        """The cells it takes."""
        return range(self.column, self.column + self.width)


def place_label(shape: BarShape, shared: Iterable[int], taken: Sequence[bool]) -> PlacedLabel | None:
    """The longest words that fit anywhere, in the first place where they fit.

    Args:
        shape: the bar.
        shared: columns in which other bars are too.
        taken: by column, whether a bar or a label is there.
    """
    coverable = [cell for cell in shape.cells if cell.plain and cell.column not in frozenset(shared)]
    runs = _runs(coverable, by_sign=True)
    wide_runs = _runs(coverable, by_sign=False)
    for words in shape.bar.labels:
        text = plain(words)
        if text:
            width = cell_width(text)
            placed = _inside(text, width, runs) or _beside(text, width, shape, taken) or _inside(text, width, wide_runs)
            if placed is not None:
                return placed
    return None


def _inside(text: str, width: int, runs: Sequence[range]) -> PlacedLabel | None:
    start = next((run.start for run in runs if len(run) >= width + 2), None)
    return None if start is None else PlacedLabel(start, f" {text} ", width + 2)


def _beside(text: str, width: int, shape: BarShape, taken: Sequence[bool]) -> PlacedLabel | None:
    """Right or left of the bar with a blank cell on either side; only the edge of the window needs none."""
    first, last = shape.cells[0].column, shape.cells[-1].column
    cells = len(taken)
    start, stop = last + 1, min(last + 3 + width, cells)
    if stop - start > width and not any(taken[start:stop]):
        return PlacedLabel(start, f" {text}" + " " * (stop - start - width - 1), stop - start)
    start, stop = max(0, first - 2 - width), first
    if stop - start > width and not any(taken[start:stop]):
        return PlacedLabel(start, " " * (stop - start - width - 1) + f"{text} ", stop - start)
    return None


def _runs(cells: Sequence[BarCell], *, by_sign: bool) -> list[range]:
    """Neighbouring cells as ranges of columns; with `by_sign` of one sign each."""
    runs: list[range] = []
    sign = ""
    for cell in cells:
        if runs and runs[-1].stop == cell.column and (not by_sign or cell.sign == sign):
            runs[-1] = range(runs[-1].start, cell.column + 1)
        else:
            runs.append(range(cell.column, cell.column + 1))
        sign = cell.sign
    return runs
