"""Figures in a row: the number first, its label and change beside it, source and age quietest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from store import words as fmt
from widgets.text import cell_width, plain
from widgets.text.lines import DataLines, Line, Role, Span, cut, cut_words, line_width

_GAP = 2
_LEAST = 16
_MOST = 34
_MOST_SPARE = 10
_FIGURE = 1
"""The line of a block that holds the number."""


@dataclass(frozen=True, slots=True)
class StatData:
    """One figure, ready to show.

    Attributes:
        label: what it is; shown in capitals.
        value_text: the figure in its words; `–` when unknown, never 0.
        delta_text: the change against the previous period, "▲ 8 %".
        delta_role: `good` or `bad` by meaning, not by direction.
        spark: a row of bars, ready made.
        source_text: source and age, "summary · 2 min".
        note: a caveat shown with it: "est.", or why a value is unknown.
        role: of the value; `strong` but for figures that warn.
    """

    label: str
    value_text: str
    delta_text: str = ""
    delta_role: Role = "muted"
    spark: str = ""
    source_text: str = ""
    note: str = ""
    role: Role = "strong"


class StatRow(DataLines[Sequence[StatData]]):
    """Several figures side by side, wrapped to the width.

    Use it for the head of a dashboard::

        StatRow([StatData("Redeemed", "3,918", "▲ 8 %", "good", "▁▂▃▅▇", "summary · 2 min")])
        row.show(stats)             # repaints only what differs from before
    """

    def draw(self, width: int) -> list[Line]:
        """The figures at a width."""
        return stat_lines(self.data, width)


class _Form(IntEnum):
    """How much room a figure takes, widest first."""

    ROOMY = 0
    """The change beside the value, source and note on one line."""
    DENSE = 1
    """Source and note on lines of their own."""
    NARROW = 2
    """The change under the value, the source that most figures share once, under all of them."""


def stat_lines(stats: Sequence[StatData], width: int) -> list[Line]:
    """Lay figures out side by side in the roomiest form that fits; a blank line parts the rows of a wrapped layout."""
    if not stats or width <= 0:
        return []
    blocks: list[list[Line]] = []
    shared = ""
    for form in _Form:
        shared = _shared_source(stats) if form is _Form.NARROW else ""
        blocks = [_block(stat, form, shared) for stat in stats]
        if _needs(blocks) <= width:
            break
    lines = _rows(blocks, width)
    return [*lines, cut(((shared, "source"),), width)] if shared else lines


def _shared_source(stats: Sequence[StatData]) -> str:
    """The source that more than one figure has, if there is one."""
    counted = Counter(stat.source_text for stat in stats if stat.source_text).most_common(1)
    return counted[0][0] if counted and counted[0][1] > 1 else ""


def _rows(blocks: Sequence[list[Line]], width: int) -> list[Line]:
    columns = _columns([_need(block) for block in blocks], width)
    out: list[Line] = []
    for first in range(0, len(blocks), len(columns)):
        row = blocks[first : first + len(columns)]
        if out:
            out.append(())
        for depth in range(max(map(len, row))):
            line: list[Span] = []
            for place, block in enumerate(row):
                part = _shortened(block[depth], depth, columns[place]) if depth < len(block) else ()
                line += part
                if place < len(row) - 1:
                    line.append((" " * (columns[place] + _GAP - line_width(part)), "text"))
            out.append(tuple(line))
    return out


def _shortened(line: Line, depth: int, width: int) -> Line:
    """A line of a block in its column; the figure, on the second one, is made short and never cut."""
    if depth == _FIGURE and line and line_width(line) > width:
        (text, role), *change = line
        line = ((fmt.fit_number(text, width - line_width(change)), role), *change)
        if line_width(line) > width:
            line = line[:1]
    return cut_words(line, width)


def _need(block: Sequence[Line]) -> int:
    return max(map(line_width, block))


def _needs(blocks: Sequence[Sequence[Line]]) -> int:
    """The cells that figures take side by side."""
    return sum(map(_need, blocks)) + _GAP * (len(blocks) - 1)


def _columns(needs: Sequence[int], width: int) -> list[int]:
    """Widths of the columns of a row: each as wide as its own figure when all fit, else equal ones on even rows."""
    count = len(needs)
    spare = width - sum(needs) - _GAP * (count - 1)
    if spare >= 0:
        return [need + min(spare // count, _MOST_SPARE) for need in needs]
    need = max(_LEAST, min(_MOST, max(needs))) if count > 1 else width
    per_row = max(1, min(count, (width + _GAP) // (need + _GAP)))
    # Even rows read better than a full one above a single figure.
    per_row = -(-count // -(-count // per_row))
    return [max(1, (width - _GAP * (per_row - 1)) // per_row)] * per_row


def _block(stat: StatData, form: _Form, shared: str) -> list[Line]:
    """Label, figure with its change, then spark, source and note on as few lines as the form allows."""
    lines: list[Line] = [((plain(stat.label).upper(), "label"),)]
    change: Line = ((stat.delta_text, stat.delta_role),) if stat.delta_text else ()
    if form is _Form.NARROW:
        lines.append(((stat.value_text, stat.role),))
        # Sparks stand on one line, whether a change is known above them or not.
        lines += [change] if change or stat.spark else []
    else:
        gap: Line = (("  " if form is _Form.ROOMY else " ", "text"),) if change else ()
        lines.append(((stat.value_text, stat.role), *gap, *change))
    if stat.spark:
        lines.append(((stat.spark, "accent"),))
    return lines + _quiet_lines(stat, form, shared)


def _quiet_lines(stat: StatData, form: _Form, shared: str) -> list[Line]:
    source = "" if stat.source_text == shared else stat.source_text
    joined = " · ".join(part for part in (source, stat.note) if part)
    lead: Line = ((source, "source"),) if source else ()
    note: Line = ((stat.note, "warn"),) if stat.note else ()
    if not lead or not note:
        return [lead or note] if joined else []
    if form is not _Form.ROOMY or cell_width(plain(joined)) > _MOST:
        return [lead, note]
    return [((f"{source} · ", "source"), *note)]
