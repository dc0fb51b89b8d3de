"""Panels under each other, or in columns where there is room for them, each as high as what it holds."""

from collections.abc import Sequence
from itertools import groupby

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

WHOLE_ROW = "-wide"
"""The class of a panel that takes the width of all columns."""
_WIDE = 120
_LEAST_FOR_TWO = 88
_GUTTER = 1


def column_widths(width: int, count: int) -> list[tuple[int, int]]:
    """Start and width of each of some columns with a gap between them; the last takes what is over."""
    each = (width - _GUTTER * (count - 1)) // count
    starts = [place * (each + _GUTTER) for place in range(count)]
    return [(start, each) for start in starts[:-1]] + [(starts[-1], width - starts[-1])]


def over_all(wide: Sequence[bool]) -> list[bool]:
    """Which panels take all columns: wide ones, and those that would stand alone between them."""
    runs = [list(run) for _, run in groupby(range(len(wide)), key=wide.__getitem__)]
    return [wide[place] or len(run) == 1 for run in runs for place in run]


def places(heights: Sequence[Sequence[int]], columns: int) -> list[tuple[int, int, int]]:
    """Column, line and height of each panel: in the column that ends highest, the leftmost of such.

    Args:
        heights: of each panel, by column; of one over all columns, which stands below all before it, its only height.
        columns: how many there are.
    """
    ends = [0] * columns
    found = []
    for sizes in heights:
        column = ends.index(min(ends)) if len(sizes) == columns else 0
        top = ends[column] if len(sizes) == columns else max(ends)
        bottom = top + sizes[column]
        found.append((column, top, sizes[column]))
        ends = [*ends[:column], bottom, *ends[column + 1 :]] if len(sizes) == columns else [bottom] * columns
    return found


class ColumnLayout(Layout):
    """Panels in columns. None is stretched to the height of its neighbour: blank lines look like missing data."""

    name = "columns"

    def columns(self, parent: Widget, width: int) -> int:
        """How many columns there are."""
        return 2 if parent.app.size.width >= _WIDE and width >= _LEAST_FOR_TWO else 1

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place the panels from the top down."""
        del greedy
        parent.pre_layout(self)
        viewport = parent.app.viewport_size
        columns = column_widths(size.width, self.columns(parent, size.width))
        wide = over_all([child.has_class(WHOLE_ROW) for child in children])
        spans = [[(0, size.width)] if whole else columns for whole in wide]
        heights = [_heights(child, [width for _, width in span], size, viewport)
                   for child, span in zip(children, spans, strict=True)]  # fmt: skip
        return [
            WidgetPlacement(Region(span[column][0], top, span[column][1], height), NULL_OFFSET, NULL_SPACING, child)
            for child, span, (column, top, height) in zip(children, spans, places(heights, len(columns)), strict=True)
        ]


def _heights(panel: Widget, widths: Sequence[int], size: Size, viewport: Size) -> list[int]:
    """How high a panel is at some widths, each asked for once."""
    known = {width: panel.get_content_height(size, viewport, width) for width in set(widths)}
    return [known[width] for width in widths]


class PanelGrid(Container):
    """Panels in two columns from 120 columns of terminal, else in one, in the same order.

    Use it as a container; its children have neither margin nor border of their own::

        with PanelGrid():
            yield DetailPanel(details)
            yield DetailPanel(budget)
            yield chart             # with the class WHOLE_ROW

    A drawer that takes width away makes it one column again.
    """

    DEFAULT_CSS = """
    PanelGrid { height: auto; }
    """
    COLUMNS = ColumnLayout

    def __init__(self) -> None:
        super().__init__()
        self._columns = self.COLUMNS()

    @property
    def layout(self) -> Layout:
        """The panels' own."""
        return self._columns
