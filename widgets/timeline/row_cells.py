"""A row as one line of cells: bars, their words, the line of today, days off. No cell is written twice. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.cells import get_character_cell_size

from widgets.timeline.axis import Axis
from widgets.timeline.bar_cells import BarLook, BarShape, bar_shape
from widgets.timeline.bar_labels import place_label
from widgets.timeline.bars import TimelineBar
from widgets.timeline.instants import DAY, Instant
from widgets.timeline.signs import signs

Piece = tuple[str, str]
"""Text and the role of it."""

_MOST_COUNTED = 9


class Cells:
    """A line in which each cell can be written once."""

    def __init__(self, width: int) -> None:
        self._cells: list[Piece | None] = [None] * width

    def write(self, column: int, text: str, role: str) -> None:
        """Write cleaned text from a column on; wide characters take two cells, combining ones none.

        Raises:
            ValueError: a cell is outside the line or was written before.
        """
        base, cells = column, self._cells
        for char in text:
            size = get_character_cell_size(char)
            if size == 0:
                under = cells[base]
                cells[base] = ((under[0] if under else "") + char, role)
                continue
            if column < 0 or cells[column : column + size] != [None] * size:
                raise ValueError(f"cell {column} cannot be written")
            cells[column] = (char, role)
            if size > 1:
                cells[column + 1] = ("", role)
            base = column
            column += size

    def pieces(self, behind: Sequence[Piece]) -> list[Piece]:
        """The line; where nothing was written the background shows. Neighbours of one role are one piece."""
        return merged(ground if cell is None else cell for cell, ground in zip(self._cells, behind, strict=True))


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with neighbours of one role as one piece."""
    out: list[Piece] = []
    for text, role in pieces:
        if out and out[-1][1] == role:
            out[-1] = (out[-1][0] + text, role)
        else:
            out.append((text, role))
    return out


def background(axis: Axis, now: Instant, *, weekends: bool = True) -> tuple[Piece, ...]:
    """What shows where no bar is: the line of today, and days off where cells are no longer than a day."""
    marks = signs()
    today = axis.column(now)
    daily = weekends and axis.step.longest <= DAY
    out: list[Piece] = []
    for column in range(axis.width):
        if column == today:
            out.append((marks.today, "accent"))
        elif daily and axis.grid.is_weekend(axis.wall(column)):
            out.append((marks.weekend, "border"))
        else:
            out.append((" ", "text"))
    return tuple(out)


def row_pieces(bars: Sequence[TimelineBar], axis: Axis, look: BarLook, behind: Sequence[Piece]) -> list[Piece]:
    """One line.

    Args:
        bars: of the row. Where several meet in one cell, it shows how many.
        axis: the window.
        look: what else is drawn into bars.
        behind: the `background` of the window.
    """
    shapes = [shape for bar in bars if (shape := bar_shape(bar, axis, look)) is not None]
    shapes.sort(key=lambda shape: (shape.cells[0].column, shape.cells[-1].column, shape.bar.id))
    claims = Counter(cell.column for shape in shapes for cell in shape.cells)
    shared = [column for column, count in claims.items() if count > 1]
    cells = Cells(axis.width)
    taken = [column in claims for column in range(axis.width)]
    covered = _write_labels(cells, shapes, shared, taken)
    for column in shared:
        count = claims[column]
        cells.write(column, str(count) if count <= _MOST_COUNTED else "+", "strong")
    for shape in shapes:
        for cell in shape.cells:
            if claims[cell.column] == 1 and cell.column not in covered:
                cells.write(cell.column, cell.sign, cell.role)
    return cells.pieces(behind)


def _write_labels(cells: Cells, shapes: Sequence[BarShape], shared: Sequence[int], taken: list[bool]) -> set[int]:
    """Write the words of all bars; the columns of bars that they cover."""
    covered: set[int] = set()
    for shape in shapes:
        label = place_label(shape, shared, taken)
        if label is None:
            continue
        cells.write(label.column, label.text, "text")
        covered.update(label.columns)
        for column in label.columns:
            taken[column] = True
    return covered
