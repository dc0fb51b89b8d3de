"""A timeline as lines of text and roles: the frozen names, the axis, the rows. Pure."""

from collections.abc import Sequence
from datetime import datetime

from store.words import day as day_words
from store.words import zone_name
from widgets.text import cell_fit, cell_width, plain
from widgets.timeline.axis import Axis, fit
from widgets.timeline.axis_labels import AxisLabel, axis_labels
from widgets.timeline.bar_cells import BarLook
from widgets.timeline.bars import TimelineRow
from widgets.timeline.grid import HOUR_STEP, Grid, Step
from widgets.timeline.instants import Instant, to_datetime, to_instant
from widgets.timeline.row_cells import Piece, background, merged, row_pieces
from widgets.timeline.signs import signs

_NAMES = ((120, 30), (76, 29), (66, 24), (56, 20), (40, 9), (12, 3))
"""Cells of the names by width of the picture, from wide to narrow."""
_GLYPH_ONLY = 6
_LEAST_BARS = 10
_SHORT_NAMES, _LONG_NAMES = 20, 48
"""On paper names take what the bars leave between these."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Picture:
    """The moving part of a timeline in one window.

    Attributes:
        axis: the window.
        look: what else is drawn into bars.
        upper: the upper row of the axis.
        lower: the lower one, with a mark at the present.
    """

    def __init__(self, axis: Axis, look: BarLook) -> None:
        self.axis = axis
        self.look = look
        upper, lower = ([(sign, "label") for sign in _written(labels, axis.width)] for labels in axis_labels(axis))
        today = axis.column(look.now)
        if 0 <= today < axis.width:
            sign = lower[today][0]
            lower[today] = (signs().here if sign == " " else sign, "accent")
        self.upper = merged(upper)
        self.lower = merged(lower)
        self._behind_rows = background(axis, look.now)
        self._behind_headings = background(axis, look.now, weekends=False)

    def bars(self, row: TimelineRow) -> list[Piece]:
        """The bars of a row, with what shows between them; as wide as the axis."""
        behind = self._behind_headings if row.heading else self._behind_rows
        if row.note and not row.bars:
            return [(cell_fit(row.note, self.axis.width), "muted")]
        return row_pieces(row.bars, self.axis, self.look, behind)


def _written(labels: Sequence[AxisLabel], width: int) -> list[str]:
    line = [" "] * width
    for label in labels:
        line[label.column : label.column + len(label.text)] = label.text
    return line


def name_cells(width: int) -> int:
    """Cells of the frozen column at a width, its last one blank: names, short names, then only glyphs and counts."""
    return next((cells for least, cells in _NAMES if width >= least), 0)


def name_pieces(row: TimelineRow, cells: int) -> list[Piece]:
    """The frozen part of a row, exactly `cells` wide, the last one blank."""
    if cells <= 0:
        return []
    room = cells - 1
    if row.heading:
        return [(_heading(row, room) + " ", "label")]
    if room < _GLYPH_ONLY:
        return [(cell_fit(row.glyph or row.name, room, ellipsis="") + " ", row.role)]
    indent = " " * min(2 * row.depth, room // 3)
    glyph = f"{cell_fit(row.glyph, 1)} " if row.glyph else ""
    name = cell_fit(row.name, room - len(indent) - cell_width(glyph))
    return merged([(indent + glyph, row.role if glyph else "text"), (name, "text"), (" ", "text")])


def _heading(row: TimelineRow, room: int) -> str:
    count = plain(row.count)
    if room < _GLYPH_ONLY and count:
        return cell_fit(count, room, ellipsis="")
    name_room = room - (cell_width(count) + 1 if count else 0)
    if name_room < _GLYPH_ONLY:
        return cell_fit(row.name.upper(), room)
    return cell_fit(row.name.upper(), name_room) + (f" {count}" if count else "")


def moment_words(instant: Instant, grid: Grid, step: Step, cells: int) -> str:
    """An instant in the longest words that fit: the day and, where cells are shorter than one, the time."""
    local = to_datetime(instant, grid.zone)
    short = day_words(local.date(), year=False)
    time = f" {local:%H:%M}" if step.unit == "hour" else ""
    day = day_words(local.date())
    forms = (f"{_WEEKDAYS[local.weekday()]} {day}{time}", f"{day}{time}", f"{short}{time}", short)
    return next((form for form in forms if len(form) <= cells), "")


def as_text(
    rows: Sequence[TimelineRow],
    grid: Grid,
    *,
    now: datetime,
    start: datetime,
    end: datetime,
    width: int = 80,
    clashes: bool = False,
) -> list[str]:
    """The timeline in plain characters, for a ticket or a wiki.

    Args:
        rows: all are drawn.
        grid: zone and week.
        now: where the line of today is.
        start: the first time to show.
        end: the time after the last one; cells are as short as the width allows, none shorter than an hour.
        width: cells; no line is longer.
        clashes: mark where bars clash.
    """
    widest = max(
        (2 * row.depth + cell_width(plain(f"{row.glyph} {row.name} {row.count}".strip())) for row in rows), default=0
    )
    short = max(0, min(widest + 1, _SHORT_NAMES, width - _LEAST_BARS))
    first, last = to_instant(start), to_instant(end) - 1
    step, _ = fit(grid, first, last + 1, max(1, width - short), HOUR_STEP)
    origin = grid.cell(step, first)
    cells = min(width - short, grid.cell(step, last) - origin + 1)
    names = max(short, min(widest + 1, _LONG_NAMES, width - cells))
    picture = Picture(Axis.of(grid, step, origin, cells), BarLook(to_instant(now), clashes))
    corner = cell_fit(zone_name(grid.zone), names), cell_fit(step.words, names)
    lines = [[(corner[0], "label"), *picture.upper], [(corner[1], "label"), *picture.lower]]
    lines += [[*name_pieces(row, names), *picture.bars(row)] for row in rows]
    return ["".join(text for text, _ in line).rstrip() for line in lines]
