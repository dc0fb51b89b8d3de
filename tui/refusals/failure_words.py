"""The map of failures in words: rows, columns, figures, the cell under the cursor, how a spike is judged. Pure."""

from datetime import datetime, timedelta

from store import words as fmt
from store.days import local_time, parse_instant
from store.queries.failures import SPIKE_LEAST, SPIKE_TIMES, By, FailureMap, FailureRow, FailureWindow
from tui.kit.formatter import Formatter
from widgets.heat.heat_lines import HeatData, HeatRow, legend
from widgets.text import glyphs
from widgets.text.lines import Line, Span, line_width
from widgets.text.wrap import wrap_cells

FORMS: dict[By, tuple[str, str]] = {
    By.CODE: ("failure code", "no failure code"),
    By.CAMPAIGN: ("campaign", "no campaign"),
    By.CHANNEL: ("channel", "not stated"),
    By.CUSTOMER: ("customer", "nobody named"),
}
"""What rows are by, and what they are called that name none."""


def row_name(found: FailureMap, row: FailureRow, scene: Formatter) -> str:
    """What a row is called; names of customers are masked unless revealed."""
    if row.key is None or not row.name:
        return FORMS[found.by][1]
    return scene.name(row.name) if found.by is By.CUSTOMER and row.name != row.key else row.name


def heat_data(found: FailureMap, scene: Formatter) -> HeatData:
    """The map for its widget."""
    names = tuple(_column(found.window, local_time(parse_instant(edge), scene.zone)) for edge in found.edges[:-1])
    return HeatData(
        FORMS[found.by][0].capitalize(), names, tuple(_row(found, row, scene) for row in found.rows),
        ("Total", "Spikes", "Before"), _why_nothing(found),
    )  # fmt: skip


def _row(found: FailureMap, row: FailureRow, scene: Formatter) -> HeatRow:
    spikes = found.spikes(row)
    up = glyphs.current().up
    figures = (
        _count(found, row.total),
        f"{up} {fmt.counted(len(spikes), 'spike')}" if spikes else "",
        _count(found, row.before),
    )
    return HeatRow(row_id(row), row_name(found, row, scene), row.counts, spikes, figures)


def row_id(row: FailureRow) -> str:
    """Names a row on the map."""
    return "none" if row.key is None else f"={row.key}"


def _count(found: FailureMap, number: int) -> str:
    words = fmt.count(number)
    return words if found.complete else fmt.at_least(words)


def _column(window: FailureWindow, start: datetime) -> str:
    if window is FailureWindow.DAY:
        return f"{start:%H}"
    month = fmt.MONTHS[start.month - 1]
    return month if window is FailureWindow.YEAR else f"{start.day} {month}"


def _why_nothing(found: FailureMap) -> str:
    if found.complete:
        return f"Nothing was refused in these {found.window}."
    return f"No refusal of these {found.window} is cached, and not all redemptions are read. R syncs."


def lacking_words(found: FailureMap) -> str:
    """Of how many campaigns the redemptions are read; "" where they all are."""
    if found.complete:
        return ""
    of = f"{fmt.count(found.read)} of {fmt.counted(found.campaigns, 'campaign')}"
    return f"The redemptions of {of} are read: figures are at least that."


def head_spans(found: FailureMap, only: str) -> tuple[Span, ...]:
    """How many were refused, against as long before, and how many came without a message."""
    dot = f" {glyphs.current().dot} "
    noun = "refusal" if found.total == 1 else "refusals"
    spans: list[Span] = [(f"{_count(found, found.total)} {noun}", "strong")]
    change = fmt.delta(found.total, found.before) if found.complete else ""
    spans.append((f"  {change}  " if change else "", "muted"))
    if only:
        spans.append((f"{dot}only {only}", "accent"))
    if found.without_message:
        spans.append((f"{dot}{_count(found, found.without_message)} without a message", "warn"))
    return tuple(spans)


def form_words(found: FailureMap) -> str:
    """By what, and how far back."""
    return f"by {FORMS[found.by][0]}, last {found.window}"


def cell_words(found: FailureMap, cell: int, scene: Formatter) -> str:
    """When a cell is, by the project's clock."""
    start, stop = (local_time(parse_instant(found.edges[at]), scene.zone) for at in (cell, cell + 1))
    if found.window is FailureWindow.DAY:
        return f"{fmt.day(start.date())} {start:%H:%M}–{stop:%H:%M}"
    last = (stop - timedelta(seconds=1)).date()
    return fmt.day(last) if start.date() == last else fmt.day_range(start.date(), last)


def cell_spans(found: FailureMap, row: FailureRow, cell: int, scene: Formatter) -> tuple[Span, ...]:
    """The cell under the cursor: whose, when, how many, and whether that is a spike."""
    count = row.counts[cell]
    dot = f" {glyphs.current().dot} "
    words = "not read yet" if count is None else fmt.counted(count, "refusal")
    spans: list[Span] = [(words, "strong"), (f"{dot}{cell_words(found, cell, scene)}{dot}", "muted")]
    if cell in found.spikes(row):
        before = f"{_count(found, row.before)} in the {found.window} before"
        spans.append((f"{glyphs.current().up} spike: {before}{dot}", "bad"))
    return (*spans, (row_name(found, row, scene), "text"))


def legend_lines(found: FailureMap, data: HeatData, width: int) -> list[Line]:
    """How a spike is judged, and what the shades stand for."""
    judged = f"{SPIKE_LEAST} or more, and at least {SPIKE_TIMES} times the average of the {found.window} before"
    rule = f"{glyphs.current().up} spike: {judged}{'' if found.complete else ', by what is cached'}"
    shades: list[Span] = [(glyphs.current().placeholder, "muted"), (" none", "muted")]
    for sign, role, words in legend(data.most):
        shades += [(f"  {sign}", role), (f" {words}", "muted")]
    if any(count is None for row in found.rows for count in row.counts):
        shades.append(("  ? not read yet", "muted"))
    lines: list[Line] = [((part, "muted"),) for part in wrap_cells(rule, width)]
    if len(lines) == 1 and line_width(lines[0]) + line_width(shades) + 4 <= width:
        return [(*lines[0], ("    ", "muted"), *shades)]
    return [*lines, tuple(shades)]
