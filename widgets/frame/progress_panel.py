"""A sync as it runs: a bar per resource, rows, calls, the limit and the time left."""

from collections.abc import Sequence

from store import words as fmt
from widgets.chart.bars import meter_bar
from widgets.frame.progress import ProgressData, ProgressState, ResourceProgress
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import DataLines, Line, Role, Span, cut, ends, line_width
from widgets.text.sparks import meter
from widgets.text.wrap import wrap_cells

_ROLES: dict[ProgressState, Role] = {
    "waiting": "muted", "running": "accent", "complete": "good", "partial": "warn", "failed": "bad",
}  # fmt: skip
_NAME_MOST = 22
_WORDS_BESIDE = 24


class SyncProgressPanel(DataLines[ProgressData]):
    """The progress of a sync, without a timer: it repaints when `show` brings something new, and only then.

    Use it so::

        progress = SyncProgress()
        progress.show(ProgressData((ResourceProgress("vouchers", "running", 4_200, 25_000, 42),), calls=42))
    """

    def show(self, data: ProgressData) -> None:
        """Show newer numbers; the screen is laid out anew only where they take another number of lines."""
        if data != self.data:
            width = self.content_size.width
            before = len(progress_lines(self.data, width))
            self.data = data
            self.redraw(layout=before != len(progress_lines(data, width)))

    def draw(self, width: int) -> list[Line]:
        """The lines at a width."""
        return progress_lines(self.data, width)


def progress_lines(data: ProgressData, width: int) -> list[Line]:
    """A line of totals, then one per resource."""
    head: list[Span] = [(fmt.count(data.calls), "strong"), (" calls" if data.calls != 1 else " call", "muted")]
    if data.limit is not None and data.remaining is not None:
        used = data.limit - data.remaining
        head += [("   API ", "muted"), (f"{meter(used, data.limit, 6)} {used}/{data.limit}", "text")]
    tail: list[Span] = []
    if data.waiting_text:
        tail.append((data.waiting_text, "warn"))
    return [ends(head, tail, width), *_resource_lines(data.resources, width)]


def _resource_lines(resources: Sequence[ResourceProgress], width: int) -> list[Line]:
    if not resources:
        return []
    names = min(_NAME_MOST, max(cell_width(plain(item.name)) for item in resources))
    rows = [_rows_text(item) for item in resources]
    rows_cells = max(map(cell_width, rows))
    calls_cells = max(len(f"{item.calls:,}") for item in resources)
    words = [item.note or ("" if item.state == "running" else item.state) for item in resources]
    words_cells = min(_WORDS_BESIDE, max(cell_width(plain(text)) for text in words))
    bar_cells = min(30, width - names - rows_cells - calls_cells - words_cells - 16)
    out: list[Line] = []
    for item, text, note in zip(resources, rows, words, strict=True):
        role = _ROLES[item.state]
        spans: list[Span] = [(f"{_glyph(item.state)} ", role), (cell_fit(item.name, names), "text")]
        if bar_cells >= 6:
            spans.append((f"  {_bar(item, bar_cells)}", role))
        calls = (
            f"  {item.calls:>{calls_cells},} call{' ' if item.calls == 1 else 's'}"
            if item.calls
            else " " * (calls_cells + 8)
        )
        spans += [(f"  {text:>{rows_cells}}", "strong"), (calls, "muted")]
        if line_width(spans) + 2 + cell_width(plain(note)) <= width:
            out.append((*spans, ("  ", "text"), (note, role)))
        else:
            # A reason is never cut: it goes below instead.
            out.append(cut(spans, width))
            out += [(("    ", "text"), (part, role)) for part in wrap_cells(note, max(1, width - 4))]
    return out


def _bar(item: ResourceProgress, cells: int) -> str:
    if item.state == "complete":
        return meter_bar(1, 1, cells)
    if item.total:
        return meter_bar(min(item.rows, item.total), item.total, cells)
    return glyphs.current().placeholder * cells if item.state == "running" else " " * cells


def _rows_text(item: ResourceProgress) -> str:
    if item.state == "waiting":
        return ""
    done = fmt.count(item.rows)
    return f"{done} / {fmt.count(item.total)}" if item.total and item.state != "complete" else done


def _glyph(state: ProgressState) -> str:
    signs = glyphs.current()
    return {
        "waiting": signs.scheduled,
        "running": signs.sync,
        "complete": signs.ok,
        "partial": signs.partial,
        "failed": signs.failed,
    }[state]
