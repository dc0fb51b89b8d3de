"""Panels under each other, or in two columns where there is room for them."""

from collections.abc import Sequence

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

WHOLE_ROW = "-wide"
"""The class of a panel that takes the width of both columns."""
_WIDE = 120
_LEAST_FOR_TWO = 88
_GUTTER = 1


def shelves(wide: Sequence[bool]) -> list[tuple[int, ...]]:
    """The places of panels in rows of two; a wide one, and one that would be left alone, has a row for itself."""
    rows: list[tuple[int, ...]] = []
    for place, full_width in enumerate(wide):
        waits = bool(rows) and len(rows[-1]) == 1 and not wide[rows[-1][0]]
        if full_width or not waits:
            rows.append((place,))
        else:
            rows[-1] = (*rows[-1], place)
    return rows


def _columns(width: int, count: int) -> list[tuple[int, int]]:
    """Start and width of one column or of two."""
    if count == 1:
        return [(0, width)]
    left = (width - _GUTTER) // 2
    return [(0, left), (left + _GUTTER, width - left - _GUTTER)]


class _ShelfLayout(Layout):
    """Panels of one row are as high as the highest needs to be at the width it really gets.

    Textual's own grid measures a panel that spans two columns at the width of one, which leaves it with blank lines.
    """

    name = "shelves"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place the panels from the top down."""
        del greedy
        parent.pre_layout(self)
        viewport = parent.app.viewport_size
        two = parent.app.size.width >= _WIDE and size.width >= _LEAST_FOR_TWO
        rows = shelves([not two or child.has_class(WHOLE_ROW) for child in children])
        placements: list[WidgetPlacement] = []
        y = 0
        for row in rows:
            panels = [children[place] for place in row]
            left = (size.width - _GUTTER) // 2
            columns = [(0, size.width)] if len(row) == 1 else [(0, left), (left + _GUTTER, size.width - left - _GUTTER)]
            height = max(
                panel.get_content_height(size, viewport, width)
                for panel, (_, width) in zip(panels, columns, strict=True)
            )
            placements += [
                WidgetPlacement(Region(x, y, width, height), NULL_OFFSET, NULL_SPACING, panel)
                for panel, (x, width) in zip(panels, columns, strict=True)
            ]
            y += height
        return placements


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

    def __init__(self) -> None:
        super().__init__()
        self._shelves = _ShelfLayout()

    @property
    def layout(self) -> Layout:
        """The panels' own."""
        return self._shelves
