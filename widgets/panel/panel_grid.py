"""Panels under each other, or in columns where there is room for them, each as high as what it holds."""

from collections.abc import Sequence
from itertools import groupby, product

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.reactive import Reactive
from textual.widget import Widget

WHOLE_ROW = "-wide"
"""The class of a panel that takes the width of all columns."""
_WIDE = 120
_LEAST_FOR_TWO = 88
_GUTTER = 1
_MOST_TRIED = 8
"""So many panels between two wide ones are tried in every way; few dashboards have as many."""


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
    """Column, line and height of each panel: those between two wide ones end as high up as they can.

    Args:
        heights: of each panel, by column; of one over all columns, which stands below all before it, its only height.
        columns: how many there are.
    """
    found: list[tuple[int, int, int]] = []
    top = 0
    for is_split, run in groupby(heights, key=lambda sizes: len(sizes) == columns):
        sizes = list(run)
        ends = [top] * columns
        for size, column in zip(sizes, _columns_of(sizes, columns) if is_split else [0] * len(sizes), strict=True):
            found.append((column, ends[column], size[column]))
            ends[column] += size[column]
        top = max(ends)
    return found


def _columns_of(sizes: Sequence[Sequence[int]], columns: int) -> Sequence[int]:
    """The column of each panel of a run. The first is on the left; of ways as good, the one that fills both soonest."""
    if len(sizes) > _MOST_TRIED:
        sizes, rest = sizes[:_MOST_TRIED], sizes[_MOST_TRIED:]
        return [*_columns_of(sizes, columns), *_columns_of(rest, columns)]

    def ends(way: Sequence[int]) -> int:
        return max(sum(size[at] for size, at in zip(sizes, way, strict=True) if at == one) for one in range(columns))

    ways = [(0, *others) for others in product(range(columns), repeat=len(sizes) - 1)]
    return min(reversed(ways), key=ends)


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

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """It is as high as its panels, so they never ask for a second layout."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = self.COLUMNS()

    @property
    def layout(self) -> Layout:
        """The panels' own."""
        return self._columns
