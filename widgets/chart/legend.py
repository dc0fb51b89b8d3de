"""The legend of a chart: what each line or fill is, wrapped, and which series stands where. Pure."""

from widgets.chart.plot import ChartSpec, legend
from widgets.text import cell_width, plain
from widgets.text.lines import Line, Span, line_width
from widgets.text.wrap import wrap_cells

_NAME_MOST = 40


def legend_lines(spec: ChartSpec, width: int, chosen: int = -1) -> list[Line]:
    """The legend, wrapped: sample of the line or fill, name, total; `chosen` stands in brackets."""
    items = _items(spec, chosen)
    lines = [tuple(span for place in row for span in items[place]) for row in _rows(items, width)]
    return [*lines, *_reason_lines(spec, width)] if spec.known else lines


def series_at(spec: ChartSpec, width: int, line: int, cell: int) -> int | None:
    """Which series stands at a place of the legend; None for none."""
    items = _items(spec, -1)
    rows = _rows(items, width)
    if not 0 <= line < len(rows) or cell < 0:
        return None
    for place in rows[line]:
        cell -= line_width(items[place])
        if cell < 0:
            return place
    return None


def _items(spec: ChartSpec, chosen: int) -> list[Line]:
    found: list[Line] = []
    for place, ((sample, name, total, role), series) in enumerate(zip(legend(spec), spec.series, strict=True)):
        before, after = "[]" if place == chosen else "  "
        shown = " " * cell_width(sample) if series.off else sample
        item: list[Span] = [(before, "accent"), (f"{shown} ", role), (plain(name, max_length=_NAME_MOST), "muted")]
        if series.off:
            item.append((" off", "warn"))
        elif total:
            item.append((f" {total}", "strong"))
        if series.drawn_apart:
            item.append((" on the right", role))
        found.append((*item, (after + " ", "accent")))
    return found


def _rows(items: list[Line], width: int) -> list[list[int]]:
    """Items that stand on one line, by their places."""
    rows: list[list[int]] = []
    left = 0
    for place, item in enumerate(items):
        # The blank after the last one may be cut.
        if not rows or line_width(item) - 2 > left:
            rows.append([])
            left = width
        rows[-1].append(place)
        left -= line_width(item)
    return rows


def _reason_lines(spec: ChartSpec, width: int) -> list[Line]:
    """Why totals of the legend are not known, series with one reason together."""
    names: dict[str, list[str]] = {}
    for series in spec.series:
        if series.why:
            names.setdefault(series.why, []).append(plain(series.name, max_length=_NAME_MOST))
    reasons = [f"{', '.join(those)}: {why}" for why, those in names.items()]
    return [((part, "warn"),) for words in reasons for part in wrap_cells(words, max(1, width))]
