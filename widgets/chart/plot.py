"""Line and bar charts as strips: the only module that imports plotext.

plotext keeps one global figure, so a draw resets it and holds a lock. It sees numbers and cleaned tick labels alone,
never a name from outside; colours leave it as the position of a series and come back as the theme's roles.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from rich.segment import Segment
from textual.strip import Strip

from store import words as fmt
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
_DASHES = ((1, 0), (6, 2), (3, 3), (1, 3), (10, 3))
"""Pixels on and off along a line, by its shape: solid, dashed, dotted, dots, long dashes."""
_FILLS = (("█", "#"), ("░", "."), ("▒", "="), ("▓", "%"), ("▚", "+"))
_POINT = ("●", "o")
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
    """

    name: str
    values: tuple[Value, ...]
    kind: Kind = "line"
    role: Role = "accent"
    marker: int | None = None
    total: Total = "sum"
    total_text: str = ""
    why: str = ""


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


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where values land: `columns` x `rows` cells, y from `low` to `high`, `cell` columns per bar (0 without bars)."""

    columns: int
    rows: int
    low: int
    high: int
    points: int
    cell: int
    ascii_only: bool

    def x(self, index: int) -> float:
        """Cell column of a point; the middle of its bar, or spread from edge to edge."""
        if self.cell:
            return index * self.cell + (self.bar - 1) / 2
        return index * (self.columns - 1) / (self.points - 1) if self.points > 1 else (self.columns - 1) / 2

    @property
    def bar(self) -> int:
        """Columns a bar fills; a blank one follows where there is room."""
        return self.cell - 1 if self.cell > 2 else self.cell


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
        samples = _LINES if series.kind == "line" else _FILLS
        out.append((samples[shape][glyphs.current() is glyphs.ASCII], series.name, total, series.role))
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
    if not spec.known or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return _words(spec, width, height, ink)
    low, high = _extent(spec)
    ticks = nice_ticks(low, high, max(2, min(6, (height - 2) // 3 + 1)), unit=spec.tick_unit)
    names = [plain(spec.y_format(tick)) for tick in ticks]
    gutter = max(map(cell_width, names))
    columns = width - gutter - 1
    bars = any(series.kind != "line" for series in spec.series)
    cell = min(columns // spec.size, 12) if bars else 0
    plane = _Plane(columns, height - 2, ticks[0], ticks[-1], spec.size, cell, ascii_only)
    with _lock:
        text = _build(spec, plane, width, height, list(zip(ticks, names, strict=True)))
    return tuple(_strip(line, spec, width, ink) for line in text.split("\n")[:height])


def _words(spec: ChartSpec, width: int, height: int, ink: Ink) -> tuple[Strip, ...]:
    note = "Too small for a chart: t shows the numbers." if spec.known else spec.empty_note
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
            if value is None:
                continue
            if series.kind == "stacked":
                up, down = up + max(0, value), down + min(0, value)
            else:
                tops.append(value)
        tops += [up, down]
    return min(tops), max(tops)


def _build(spec: ChartSpec, plane: _Plane, width: int, height: int, ticks: Sequence[tuple[int, str]]) -> str:
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
    if plane.cell:
        _draw_bars(plt, plane, [item for item in chosen if item[1].kind != "line"])
    elif bars := [item for item in chosen if item[1].kind != "line"]:
        # More points than columns: only the outline of the bars can still be seen.
        _draw_lines(plt, plane, bars)
    lines = [item for item in reversed(chosen) if item[1].kind == "line"]
    # A line along the axis adds nothing to the legend, and hides what runs low.
    _draw_lines(plt, plane, [item for item in lines if any(item[1].values)] or lines)
    text = str(plt.build())
    plt.clear_figure()
    return text


def _draw_bars(plt: Any, plane: _Plane, bars: Sequence[tuple[int, ChartSeries, int]]) -> None:
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


def _rectangle(plt: Any, plane: _Plane, left: int, wide: int, top: int, colour: int, shape: int) -> None:
    """A filled box from the row of 0 to that of `top`, at least one cell high so that a small value is still seen."""
    step = (plane.high - plane.low) / (plane.rows - 1)
    base, end = round(-plane.low / step), round((top - plane.low) / step)
    rows = range(base, end + 1) if top > 0 else range(min(end, base - 1), base)
    xs = [x for _ in rows for x in range(left, left + wide)]
    ys = [plane.low + row * step for row in rows for _ in range(wide)]
    plt.scatter(xs, ys, marker=_FILLS[shape][plane.ascii_only], color=colour)


def _draw_lines(plt: Any, plane: _Plane, lines: Sequence[tuple[int, ChartSeries, int]]) -> None:
    for colour, series, shape in lines:
        marker = _LINES[shape][1] if plane.ascii_only else "braille"
        for run in runs(decimate(series.values, plane.columns)):
            if len(run) == 1:
                plt.scatter([plane.x(run[0][0])], [run[0][1]], marker=_POINT[plane.ascii_only], color=colour)
                continue
            xs, ys = _dashed(plane, run, shape)
            plt.scatter(xs, ys, marker=marker, color=colour)


def _dashed(plane: _Plane, run: Sequence[tuple[int, int]], shape: int) -> tuple[list[float], list[float]]:
    """Points along a line, a pixel apart, without those in the pauses of its shape."""
    across, up = (1, 1) if plane.ascii_only else (2, 4)
    scale = (plane.high - plane.low) / max(1, plane.rows * up - 1)
    on, off = (1, 0) if plane.ascii_only else _DASHES[shape]
    xs: list[float] = []
    ys: list[float] = []
    place = 0
    for (first, start), (second, end) in pairwise(run):
        left, right = plane.x(first), plane.x(second)
        steps = max(1, round(abs(right - left) * across), round(abs(end - start) / scale))
        for step in range(steps):
            if place % (on + off) < on:
                xs.append(left + (right - left) * step / steps)
                ys.append(start + (end - start) * step / steps)
            place += 1
    xs.append(plane.x(run[-1][0]))
    ys.append(run[-1][1])
    return xs, ys


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
