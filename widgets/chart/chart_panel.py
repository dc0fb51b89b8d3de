"""A chart in a box: title, range, source, legend, and the table of its numbers."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.reactive import var
from textual.strip import Strip

from store import words as fmt
from widgets.chart.bars import BarSpec, bar_lines
from widgets.chart.commands import CHART
from widgets.chart.legend import legend_lines, series_at
from widgets.chart.plot import ChartSpec, render_chart
from widgets.messages import WidgetMessage
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, LineWidget, Role, Span, frame
from widgets.text.wrap import wrap_cells

_LOW_SCREEN = 30
_LOW_PLOT, _HIGH_PLOT = 9, 13
_MOST_BARS = 10
_HEAD_MOST, _LABEL_LEAST, _DAY_CELLS = 24, 6, 11
"""Cells in a table of numbers: what a name takes at most, what it keeps beside wide numbers, what a date takes."""


class ChartPanel(LineWidget, can_focus=True):
    """One chart with everything a user needs to trust it.

    Give it a `ChartSpec` (lines, bars over time) or a `BarSpec` (a ranking)::

        panel = ChartPanel(ChartSpec("Redemptions", (Series("succeeded", values),), dates=dates))
        panel.show(new_spec)        # repaints only when the spec differs

    `t` changes between plot and table (newest first; arrows scroll it), `e` posts `ExportRequested`. `left` and `right`
    move along the legend, `space` or a click turns a series off and on, `s` gives a line a scale of its own. The height
    follows the screen's unless CSS sets one.
    """

    DEFAULT_CSS = """
    ChartPanel { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = CHART.bindings

    class ExportRequested(WidgetMessage):
        """The user wants the numbers of a chart.

        Attributes:
            spec: what it shows.
        """

        spec: ChartSpec | BarSpec

    show_table: var[bool] = var(False, init=False)

    def __init__(self, spec: ChartSpec | BarSpec) -> None:
        super().__init__()
        self._spec = spec
        self._offset = 0
        self._off: frozenset[str] = frozenset()
        self._own = ""
        self._chosen = -1

    @property
    def spec(self) -> ChartSpec | BarSpec:
        """What is shown now."""
        return self._spec

    def as_chosen(self, spec: ChartSpec) -> ChartSpec:
        """A chart over time as the user has it: with series off, or on a scale of their own."""
        series = (replace(one, off=one.name in self._off, own_scale=one.name == self._own) for one in spec.series)
        return replace(spec, series=tuple(series))

    def show(self, spec: ChartSpec | BarSpec) -> None:
        """Show other data; equal data repaints nothing."""
        if spec != self._spec:
            self._spec = spec
            self._offset = 0
            self.redraw()

    def watch_show_table(self) -> None:
        """The other view starts at its top."""
        self._offset = 0
        self.redraw(layout=False)

    def action_toggle_table(self) -> None:
        """Change between plot and numbers."""
        self.show_table = not self.show_table

    def action_export(self) -> None:
        """Ask for an export of the numbers."""
        self.post_message(self.ExportRequested(self, self._spec))

    def action_scroll_table(self, lines: int) -> None:
        """Move the table of numbers; without it the key goes to what scrolls the panel."""
        table = number_table(self._spec, self._inner)
        room = max(0, len(table.head) + len(table.body) - self._body_rows(self.size.height))
        offset = max(0, min(room, self._offset + lines))
        if offset != self._offset:
            self._offset = offset
            self.redraw(layout=False)

    @property
    def _has_legend(self) -> bool:
        """Whether there are series to choose from in sight."""
        return isinstance(self._spec, ChartSpec) and len(self._spec.series) > 1 and not self.show_table

    def action_choose_series(self, step: int) -> None:
        """Move along the legend."""
        if isinstance(self._spec, ChartSpec):
            self._chosen = (max(self._chosen, 0) + step if self._chosen >= 0 else 0) % len(self._spec.series)
            self.redraw(layout=False)

    def action_toggle_series(self) -> None:
        """Draw the chosen series, or draw it no longer."""
        if isinstance(self._spec, ChartSpec):
            self._chosen = max(self._chosen, 0) % len(self._spec.series)
            self._off ^= {self._spec.series[self._chosen].name}
            self.redraw()

    def action_own_scale(self) -> None:
        """Give the chosen line a scale of its own on the right, or take it away."""
        if isinstance(self._spec, ChartSpec):
            self._chosen = max(self._chosen, 0) % len(self._spec.series)
            name = self._spec.series[self._chosen].name
            self._own = "" if self._own == name else name
            self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Scrolling keys are the panel's only while it shows a table; those of the legend while it shows a plot."""
        del parameters
        if action in ("choose_series", "toggle_series", "own_scale"):
            lines = isinstance(self._spec, ChartSpec) and any(one.kind == "line" for one in self._spec.series)
            return self._has_legend and (lines or action != "own_scale")
        return self.show_table if action == "scroll_table" else True

    def on_click(self, event: Click) -> None:
        """A click takes the focus, so that the keys named at the bottom work; on the legend it turns a series."""
        event.stop()
        self.focus(scroll_visible=False)
        if isinstance(self._spec, ChartSpec) and self._has_legend:
            inner, shown = self._inner, self.as_chosen(self._spec)
            first = 1 + self._body_rows(self.size.height) - len(legend_lines(shown, inner))
            hit = series_at(shown, inner, event.y - first, event.x - 2)
            if hit is not None:
                self._chosen = hit
                self.action_toggle_series()

    def on_focus(self) -> None:
        """Draw the border of the focused panel."""
        self.redraw(layout=False)

    def on_blur(self) -> None:
        """Draw the quiet border."""
        self.redraw(layout=False)

    @property
    def _inner(self) -> int:
        return max(0, self.content_size.width - 4)

    def fill(self, width: int, height: int | None) -> list[Line]:
        """The box; a plot is left blank here and laid over by `strips`."""
        if height is None:
            height = self._own_height(width)
        inner = max(0, width - 4)
        rows = self._body_rows(height)
        if self.show_table:
            table = number_table(self._spec, inner)
            body = [*table.head, *table.body[self._offset :]][:rows]
        elif isinstance(self._spec, BarSpec):
            body = bar_lines(self._spec, inner, rows)
        else:
            keys = legend_lines(self.as_chosen(self._spec), inner, self._chosen)
            plot: list[Line] = [()] * max(0, rows - len(keys))
            body = plot + keys
        return frame(
            body,
            width,
            title=self._title(),
            note=((self._spec.source_note, "source"),) if self._spec.source_note else (),
            foot=self._foot(),
            height=height,
            role="accent" if self.has_focus else "border",
        )

    def strips(self, width: int, height: int) -> list[Strip]:
        """The painted box with the plot inside."""
        strips = super().strips(width, height)
        if self.failure or self.show_table or isinstance(self._spec, BarSpec) or width < 6:
            return strips
        shown = self.as_chosen(self._spec)
        rows = self._body_rows(height) - len(legend_lines(shown, width - 4))
        for index, plot in enumerate(render_chart(shown, width - 4, rows, self.ink)):
            row = strips[1 + index]
            strips[1 + index] = Strip.join([row.crop(0, 2), plot, row.crop(width - 2, width)])
        return strips

    def _own_height(self, width: int) -> int:
        if isinstance(self._spec, BarSpec):
            return 2 + min(_MOST_BARS, max(1, len(self._spec.bars)))
        legend = len(legend_lines(self.as_chosen(self._spec), width - 4))
        if not self._spec.known and not self._spec.pending:
            return 2 + len(wrap_cells(self._spec.empty_note, max(1, width - 4))) + legend
        plot = _LOW_PLOT if self.app.size.height < _LOW_SCREEN else _HIGH_PLOT
        return 2 + plot + legend

    def _body_rows(self, height: int) -> int:
        return max(0, height - 2)

    def _title(self) -> Line:
        name: Span = (self._spec.title, "title")
        unit = self._spec.unit if self.show_table else ""
        notes = [note for note in (self._spec.range_note, unit) if note]
        return (name, *((f" · {note}", "muted") for note in notes))

    def _foot(self) -> Line:
        other = "plot" if self.show_table else "table"
        own: Line = ()
        if self.has_focus and self._has_legend:
            arrows = "← →" if glyphs.current() is glyphs.UNICODE else "< >"
            own = ((arrows, "accent"), (" series  ", "muted"), ("space", "accent"), (" on/off  ", "muted"))
            if self.check_action("own_scale", ()):
                own = (*own, ("s", "accent"), (" own scale  ", "muted"))
        return (*own, ("t", "accent"), (f" {other}  ", "muted"), ("e", "accent"), (" export", "muted"))


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A table of numbers: its head, and its rows below. A row takes as many lines as the head."""

    head: list[Line]
    body: list[Line]


def number_table(spec: ChartSpec | BarSpec, width: int) -> NumberTable:
    """The numbers of a chart as a table. Dates run newest first, categories as given; numbers are never cut."""
    if isinstance(spec, BarSpec):
        known = [bar.value for bar in spec.bars if bar.value is not None]
        whole = sum(known) if spec.whole is None else spec.whole
        heads = [spec.label_head, spec.unit or "Count", "Share"]
        rows = [[bar.label, spec.value_format(bar.value), fmt.percent(bar.value, whole)] for bar in spec.bars]
        return _table(heads, rows, ["accent"] * 2, width, _LABEL_LEAST)
    names = [fmt.day(day) for day in spec.dates]
    names += [str(index + 1) for index in range(len(names), spec.size)]
    heads = [spec.bucket.upper() if spec.dates else "", *(series.name for series in spec.series)]
    rows = [
        [names[index], *(_cell(spec, series.values, index) for series in spec.series)] for index in range(spec.size)
    ]
    if spec.dates:
        rows.reverse()
    least = _DAY_CELLS if spec.dates else _LABEL_LEAST
    return _table(heads, rows, [series.role for series in spec.series], width, least)


def _cell(spec: ChartSpec, values: tuple[int | None, ...], index: int) -> str:
    return spec.value_format(values[index] if index < len(values) else None)


def _table(heads: list[str], rows: list[list[str]], roles: list[Role], width: int, least: int) -> NumberTable:
    """Lay a table out: words may be cut to `least` cells, numbers go on below."""
    needed = [max((cell_width(plain(row[column])) for row in rows), default=0) for column in range(len(heads))]
    wished = [max(size, min(_HEAD_MOST, cell_width(plain(head)))) for size, head in zip(needed, heads, strict=True)]
    first = min(wished[0], _HEAD_MOST, max(least, width - sum(1 + size for size in needed[1:])))
    gap = next((gap for gap in (3, 2, 1) if first + sum(gap + size for size in wished[1:]) <= width), 1)
    lines: list[list[int]] = [[]]
    left = width - first
    for column in range(1, len(heads)):
        if lines[-1] and gap + wished[column] > left:
            lines.append([])
            left = width - first
        wished[column] = max(needed[column], min(wished[column], left - gap))
        lines[-1].append(column)
        left -= gap + wished[column]

    def laid(row: list[str], *, is_head: bool) -> list[Line]:
        out: list[Line] = []
        for number, columns in enumerate(lines):
            label = cell_fit(row[0], first) if number == 0 else " " * first
            spans: list[Span] = [(label, "label" if is_head else "text")]
            for column in columns:
                role: Role = roles[column - 1] if is_head else "strong"
                spans += [(" " * gap, "text"), (cell_fit(row[column], wished[column], "right"), role)]
            out.append(tuple(spans))
        return out

    return NumberTable(laid(heads, is_head=True), [line for row in rows for line in laid(row, is_head=False)])
