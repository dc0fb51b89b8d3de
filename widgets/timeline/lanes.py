"""Packing bars into lanes: as few rows as it takes, no two bars of a row in one cell. Pure."""

from collections.abc import Iterable, Sequence

from widgets.text import cell_width, plain
from widgets.timeline.bar_cells import bar_extent
from widgets.timeline.bars import TimelineBar
from widgets.timeline.grid import Grid, Step

_ENDLESS = 10**12
"""A cell that no calendar reaches."""


def pack(bars: Iterable[TimelineBar], grid: Grid, step: Step, *, gap: int = 1) -> list[tuple[TimelineBar, ...]]:
    """Share bars among lanes by the cells they take at a step: pack anew for another step, not for another window.

    Args:
        bars: in any order.
        grid: zone and week.
        step: of the axis they will be drawn on.
        gap: blank cells between two bars of a lane; room for the words of a short bar is kept besides.

    Returns:
        The lanes; in each, bars from early to late.
    """
    spans = sorted(((*_cells(bar, grid, step), bar) for bar in bars), key=lambda span: (span[0], span[1], span[2].id))
    lanes: list[list[TimelineBar]] = []
    free: list[int] = []
    for first, last, bar in spans:
        lane = next((index for index, start in enumerate(free) if start <= first), len(lanes))
        if lane == len(lanes):
            lanes.append([])
            free.append(0)
        lanes[lane].append(bar)
        free[lane] = last + _room_beside(bar.labels, last - first + 1) + 1 + gap
    return [tuple(lane) for lane in lanes]


def _room_beside(labels: Sequence[str], cells: int) -> int:
    """Cells right of a bar for its shortest words, where they do not fit inside it."""
    words = min((cell_width(plain(label)) for label in labels if label), default=0)
    return words + 1 if 0 < words > cells - 4 else 0


def _cells(bar: TimelineBar, grid: Grid, step: Step) -> tuple[int, int]:
    start, stop = bar_extent(bar)
    first = -_ENDLESS if start is None else grid.cell(step, start)
    last = _ENDLESS if stop is None else grid.cell(step, stop - 1)
    return first, last
