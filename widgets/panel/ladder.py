"""A ladder of steps, such as loyalty tiers with their members: the highest on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import words as fmt
from widgets.chart.bars import meter_bar
from widgets.text import cell_fit, cell_width, plain
from widgets.text.lines import DataLines, Line, Span, cut

_NAME_MOST = 24
_RANGE_MOST = 22


@dataclass(frozen=True, slots=True)
class Rung:
    """One step.

    Attributes:
        name: outside text allowed.
        range_text: what it takes to stand on it, "1,000 – 4,999 pts".
        members: how many stand on it; `None` is unknown.
        note: what it gives, quiet, on a line of its own.
    """

    name: str
    range_text: str
    members: int | None
    note: str = ""


class Ladder(DataLines[tuple[Sequence[Rung], str]]):
    """Steps with a bar for the members on each, or why there are none.

    Use it so, lowest step first as the API lists them::

        Ladder(([Rung("Bronze", "0 – 999 pts", 812), Rung("Silver", "from 1,000 pts", 204, "points x 1.5")], ""))
    """

    def draw(self, width: int) -> list[Line]:
        """The ladder at a width."""
        rungs, why = self.data
        return ladder_lines(rungs, width) or [((why, "muted"),)]


def ladder_lines(rungs: Sequence[Rung], width: int) -> list[Line]:
    """Steps from the last given down to the first, with members and their share of all known members."""
    if not rungs:
        return []
    known = [rung.members for rung in rungs if rung.members is not None]
    top, whole = max(known, default=0), sum(known)
    names = min(_NAME_MOST, max(cell_width(plain(rung.name)) for rung in rungs))
    ranges = min(_RANGE_MOST, max(cell_width(plain(rung.range_text)) for rung in rungs))
    counts = [fmt.count(rung.members) for rung in rungs]
    count_cells = max(map(cell_width, counts))
    bar_cells = min(40, width - names - ranges - count_cells - 15)
    out: list[Line] = []
    for rung, count in reversed(list(zip(rungs, counts, strict=True))):
        spans: list[Span] = [
            (cell_fit(rung.name, names), "strong"),
            (f"  {cell_fit(rung.range_text, ranges)}", "muted"),
        ]
        if bar_cells >= 6:
            spans.append((f"  {meter_bar(rung.members, top, bar_cells)}", "accent"))
        spans += [(f"  {count:>{count_cells}}", "strong"), (f"  {fmt.percent(rung.members, whole):>7}", "muted")]
        out.append(cut(spans, width))
        if rung.note:
            out.append(cut(((" " * (names + 2), "text"), (rung.note, "muted")), width))
    return out
