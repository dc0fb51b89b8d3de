"""Line and bar charts as strips: the only module that imports plotext.

plotext keeps one global figure, so a draw resets it and holds a lock. It sees numbers and cleaned tick labels alone,
never a name from outside; colours leave it as the position of a series and come back as the theme's roles.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from rich.segment import Segment
from textual.strip import Strip

from store import words as fmt
from widgets.chart.plane import Plane, dashed
from widgets.chart.resample import Value, decimate, runs
from widgets.chart.ticks import date_labels, nice_ticks
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.ink import Ink
from widgets.text.lines import Role, paint
from widgets.text.wrap import wrap_cells

Kind = Literal["line", "bar", "stacked"]
Total = Literal["sum", "last", "none"]
Bucket = Literal["day", "week", "month"]

LEAST_WIDTH, LEAST_HEIGHT = 20, 5
_LABEL_CELLS = 12
_LINES = (("━", "-"), ("┅", "="), ("┄", ":"), ("·", "."), ("╸", "~"))
_FILLS = (("█", "#"), ("░", "."), ("▒", "="), ("▓", "%"), ("▚", "+"))
_POINT = ("●", "o")
_MARKS = (("●", "o"), ("▲", "^"), ("■", "#"), ("◆", "*"), ("✕", "x"))
_MARK_CELLS = 12
"""Columns from one mark of a line to its next."""
_MOST_BY_DASHES = 3
"""Lines up to this number are told apart by their dashes; more of them have marks, too."""
_COLOUR = re.compile(r"\x1b\[([0-9;]*)m")
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One row of numbers in a chart.

    Attributes:
        name: outside text allowed; it is cleaned where it is shown.
        values: one per point of the x axis, oldest first; `None` is unknown and leaves a gap.
        kind: `stacked` bars stand on each other, `bar` ones beside each other.
        role: its colour. Shape distinguishes series as well: dashes for lines, fills for bars.
        marker: which of the five shapes; `None` takes the next free one.
        total: what the legend says: the sum, the last known value (for a state such as a balance), or nothing.
        total_text: the total in its words, where it is not the sum of the values.
        why: why the total is not known; below the legend where other series are drawn.
        off: not drawn; the legend says so.
        own_scale: drawn to a scale of its own on the right, so that it flattens no other line.
    """

    name: str
    values: tuple[Value, ...]
    kind: Kind = "line"
    role: Role = "accent"
    marker: int | None = None
    total: Total = "sum"
    total_text: str = ""
    why: str = ""
    off: bool = False
    own_scale: bool = False

    @property
    def drawn_apart(self) -> bool:
        """Whether it is drawn to a scale of its own."""
        return self.own_scale and not self.off and self.kind == "line" and any(self.values)


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart as data. Equal specs share one drawing, so keep `y_format` a named function.

    Attributes:
        title: names the panel.
        series: all with as many values as there are dates.
        dates: days along the bottom, the first ones of the weeks or months when bucketed.
        bucket: what one date stands for.
        unit: what is counted, beside the title of the table of numbers ("redemptions", "EUR").
        source_note: source and age, "rows · 2 min".
        range_note: the range shown, "last 30 days".
        y_format: a tick's value as short text.
        value_format: a value in full, for the legend and the table; gets `None` for unknown.
        tick_unit: ticks are multiples of it: 100 keeps minor units on whole major ones.
        empty_note: shown instead of a plot when no value is known.
        saved_as: what the exact numbers count where they stand without words: "minor units".
        pending: nothing is known yet, but will be at once: the room for a plot is kept.
    """

    title: str
    series: tuple[ChartSeries, ...]
    dates: tuple[date, ...] = ()
    bucket: Bucket = "day"
    unit: str = ""
    source_note: str = ""
    range_note: str = ""
    y_format: Callable[[int], str] = field(default=fmt.compact)
    value_format: Callable[[int | None], str] = field(default=fmt.count)
    tick_unit: int = 1
    empty_note: str = "No values in this range."
    saved_as: str = ""
    pending: bool = False

    @property
    def size(self) -> int:
        """Points along the bottom."""
        return max((len(series.values) for series in self.series), default=0)

    @property
    def known(self) -> bool:
        """Whether there is any value to draw."""
        return any(value is not None for series in self.series for value in series.values)

    @property
    def drawn(self) -> bool:
        """Whether there is any value to draw of a series that is not off."""
        return any(value is not None for series in self.series if not series.off for value in series.values)

    @property
    def marked(self) -> bool:
        """Whether its lines are too many to be told apart by their dashes alone."""
        return sum(series.kind == "line" for series in self.series) > _MOST_BY_DASHES


def render_chart(spec: ChartSpec, width: int, height: int, ink: Ink) -> tuple[Strip, ...]:
    """Draw the plot with its axes: exactly `height` strips of `width` cells.

    Drawings are kept by data, size and theme, so asking again costs nothing. Without a known value, or below 20 x 5
    cells, words stand instead of a plot.
    """
    if width <= 0 or height <= 0:
        return ()
    return _render(spec, width, height, ink, glyphs.current() is glyphs.ASCII)


def legend(spec: ChartSpec) -> list[tuple[str, str, str, Role]]:
    """Sample, name, total and role of each series; a total over unknown days says so with a leading `≥`."""
    out: list[tuple[str, str, str, Role]] = []
    for series, shape in zip(spec.series, shapes(spec), strict=True):
        known = [value for value in series.values if value is not None]
        total = series.total_text
        if series.total == "sum" and not total:
            total = spec.value_format(sum(known) if known else None)
            if known and len(known) < len(series.values) and min(known) >= 0:
                total = fmt.at_least(total)
        elif series.total == "last":
            total = spec.value_format(known[-1] if known else None)
        ascii_only = glyphs.current() is glyphs.ASCII
        sample = (_LINES if series.kind == "line" else _FILLS)[shape][ascii_only]
        if spec.marked and series.kind == "line":
            sample += _MARKS[shape][ascii_only]
        out.append((sample, series.name, total, series.role))
    return out


def shapes(spec: ChartSpec) -> list[int]:
    """Index of the line or fill shape of each series; those not chosen take the next of their kind."""
    used = {"line": 0, "bar": 0}
    out: list[int] = []
    for series in spec.series:
        kind = "line" if series.kind == "line" else "bar"
        out.append((used[kind] if series.marker is None else series.marker) % len(_LINES))
        used[kind] += 1
    return out


@lru_cache(maxsize=128)
def _render(spec: ChartSpec, width: int, height: int, ink: Ink, ascii_only: bool) -> tuple[Strip, ...]:
    if not spec.drawn or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return _words(spec, width, height, ink)
    ticks = _ticks(spec, _extent(spec), height)
    apart = next((series for series in spec.series if series.drawn_apart), None)
    right = [] if apart is None else _ticks(spec, _extent_of(apart), height)
    edge = max((cell_width(name) for _, name in right), default=-1) + 1
    gutter = max(cell_width(name) for _, name in ticks)
    left = width - edge
    columns = left - gutter - 1
    bars = any(series.kind != "line" for series in spec.series)
    cell = min(columns // spec.size, 12) if bars else 0
    plane = Plane(columns, height - 2, ticks[0][0], ticks[-1][0], spec.size, cell, ascii_only)
    with _lock:
        text = _build(spec, plane, left, height, ticks, replace(plane, low=right[0][0], high=right[-1][0])
                      if right else plane)  # fmt: skip
    strips = [_strip(line, spec, left, ink) for line in text.split("\n")[:height]]
    return tuple(strips if apart is None else _with_right_axis(strips, right, plane.rows, edge, ink, apart.role))


def _ticks(spec: ChartSpec, extent: tuple[int, int], height: int) -> list[tuple[int, str]]:
    """Values of an axis and their names, the lowest first."""
    found = nice_ticks(*extent, max(2, min(6, (height - 2) // 3 + 1)), unit=spec.tick_unit)
    return [(tick, plain(spec.y_format(tick))) for tick in found]


def _with_right_axis(
    strips: Sequence[Strip], ticks: Sequence[tuple[int, str]], rows: int, cells: int, ink: Ink, role: Role
) -> list[Strip]:
    """Rows with the axis of the series that has a scale of its own at their end, in its colour."""
    low, high = ticks[0][0], ticks[-1][0]
    names = {rows - 1 - round((tick - low) * (rows - 1) / (high - low)): name for tick, name in ticks}
    across = glyphs.current().tree[0][0]
    down = glyphs.current().borders[5]
    ends = [
        (f"{across if row in names else down}{names.get(row, '')}" if row < rows else "").ljust(cells)
        for row in range(len(strips))
    ]
    return [
        Strip.join([strip, Strip([Segment(end, ink[role])], cells)]) for strip, end in zip(strips, ends, strict=True)
    ]


def _words(spec: ChartSpec, width: int, height: int, ink: Ink) -> tuple[Strip, ...]:
    note = "Too small for a chart: t shows the numbers." if spec.known else spec.empty_note
    if spec.known and not spec.drawn:
        note = "All series are off: space turns one on."
    lines = wrap_cells(note, width)[:height]
    first = (height - len(lines)) // 2
    shown = [""] * first + [cell_fit(line, width, "center") for line in lines]
    return tuple(paint(((shown[y], "muted"),) if y < len(shown) else (), width, ink) for y in range(height))


def _extent(spec: ChartSpec) -> tuple[int, int]:
    """Lowest and highest value to make room for; the axis always holds 0."""
    tops = [0]
    for index in range(spec.size):
        up = down = 0
        for series in spec.series:
            value = series.values[index] if index < len(series.values) else None
            if value is None or series.off or series.drawn_apart:
                continue
            if series.kind == "stacked":
                up, down = up + max(0, value), down + min(0, value)
            else:
                tops.append(value)
        tops += [up, down]
    return min(tops), max(tops)


def _extent_of(series: ChartSeries) -> tuple[int, int]:
    """The same of one series alone."""
    known = [0, *(value for value in series.values if value is not None)]
    return min(known), max(known)


def _build(spec: ChartSpec, plane: Plane, width: int, height: int, ticks: Sequence[tuple[int, str]], own: Plane) -> str:
    """What plotext draws: bars, then lines; `own` is where the series with a scale of its own lands."""
    import plotext as plt

    plt.clear_figure()
    # Otherwise plotext cuts the plot to the terminal it finds, not to the widget.
    plt.limit_size(False, False)
    plt.plot_size(width, height)
    plt.theme("clear")
    plt.xaxes(True, False)
    plt.yaxes(True, False)
    plt.xlim(0, plane.columns - 1)
    plt.ylim(plane.low, plane.high)
    gutter = max(cell_width(name) for _, name in ticks)
    plt.yticks([tick for tick, _ in ticks], [cell_fit(name, gutter, "right") for _, name in ticks])
    named = date_labels(spec.dates, plane.cell * spec.size if plane.cell else plane.columns)
    plt.xticks([plane.x(index) for index, _ in named], [name for _, name in named])
    chosen = list(zip(range(1, len(spec.series) + 1), spec.series, shapes(spec), strict=True))
    chosen = [item for item in chosen if not item[1].off]
    if plane.cell:
        _draw_bars(plt, plane, [item for item in chosen if item[1].kind != "line"])
    elif bars := [item for item in chosen if item[1].kind != "line"]:
        # More points than columns: only the outline of the bars can still be seen.
        _draw_lines(plt, plane, bars, own)
    lines = [item for item in reversed(chosen) if item[1].kind == "line"]
    # A line along the axis adds nothing to the legend, and hides what runs low.
    lines = [item for item in lines if any(item[1].values)] or lines
    _draw_lines(plt, plane, lines, own)
    if spec.marked:
        _draw_marks(plt, plane, lines, own)
    text = str(plt.build())
    plt.clear_figure()
    return text


def _draw_bars(plt: Any, plane: Plane, bars: Sequence[tuple[int, ChartSeries, int]]) -> None:
    """Fill rectangles of whole cells: stacked series on each other, the others side by side."""
    stacked = [item for item in bars if item[1].kind == "stacked"]
    beside = [item for item in bars if item[1].kind == "bar"]
    tops: list[list[tuple[int, int]]] = []
    ground = [[0, 0] for _ in range(plane.points)]
    for _, series, _shape in stacked:
        level: list[tuple[int, int]] = []
        for index, value in enumerate(series.values):
            if not value:
                continue
            ground[index][value < 0] += value
            level.append((index, ground[index][value < 0]))
        tops.append(level)
    # The longest first: each shorter one then covers its own part.
    for (colour, _, shape), level in reversed(list(zip(stacked, tops, strict=True))):
        for index, top in level:
            _rectangle(plt, plane, index * plane.cell, plane.bar, top, colour, shape)
    wide = max(1, plane.bar // max(1, len(beside)))
    for place, (colour, series, shape) in enumerate(beside):
        left = min(place * wide, plane.bar - 1)
        for index, value in enumerate(series.values):
            if value:
                _rectangle(plt, plane, index * plane.cell + left, wide, value, colour, shape)


def _rectangle(plt: Any, plane: Plane, left: int, wide: int, top: int, colour: int, shape: int) -> None:
    """A filled box from the row of 0 to that of `top`, at least one cell high so that a small value is still seen."""
    step = (plane.high - plane.low) / (plane.rows - 1)
    base, end = round(-plane.low / step), round((top - plane.low) / step)
    rows = range(base, end + 1) if top > 0 else range(min(end, base - 1), base)
    xs = [x for _ in rows for x in range(left, left + wide)]
    ys = [plane.low + row * step for row in rows for _ in range(wide)]
    plt.scatter(xs, ys, marker=_FILLS[shape][plane.ascii_only], color=colour)


def _draw_lines(plt: Any, plane: Plane, lines: Sequence[tuple[int, ChartSeries, int]], own: Plane) -> None:
    for colour, series, shape in lines:
        marker = _LINES[shape][1] if plane.ascii_only else "braille"
        scale = own if series.drawn_apart else plane
        for run in runs(decimate(series.values, plane.columns)):
            if len(run) == 1:
                at = [plane.from_scale(scale, run[0][1])]
                plt.scatter([plane.x(run[0][0])], at, marker=_POINT[plane.ascii_only], color=colour)
                continue
            xs, ys = dashed(scale, run, shape)
            plt.scatter(xs, [plane.from_scale(scale, y) for y in ys], marker=marker, color=colour)


def _draw_marks(plt: Any, plane: Plane, lines: Sequence[tuple[int, ChartSeries, int]], own: Plane) -> None:
    """A sign of its own on each line, every few points, none on the same points as those of other lines."""
    apart = max(1, round(_MARK_CELLS * plane.points / plane.columns))
    for place, (colour, series, shape) in enumerate(lines):
        scale = own if series.drawn_apart else plane
        known = [(index, value) for index, value in enumerate(series.values) if value is not None]
        first = place * apart // len(lines)
        chosen = [(index, value) for index, value in known if index % apart == first] or known[-1:]
        xs = [plane.x(index) for index, _ in chosen]
        ys = [plane.from_scale(scale, value) for _, value in chosen]
        plt.scatter(xs, ys, marker=_MARKS[shape][plane.ascii_only], color=colour)


def _strip(line: str, spec: ChartSpec, width: int, ink: Ink) -> Strip:
    """A line of plotext's output with its colours turned into roles; the text outside the plot is the axis."""
    segments: list[Segment] = []
    style = ink["muted"]
    for position, part in enumerate(_COLOUR.split(line)):
        if position % 2 == 0:
            if part:
                segments.append(Segment(part, style))
            continue
        codes = part.split(";")
        style = ink[spec.series[int(codes[2]) - 1].role] if codes[:2] == ["38", "5"] else ink["muted"]
    return Strip(segments).adjust_cell_length(width, ink.base).simplify()
