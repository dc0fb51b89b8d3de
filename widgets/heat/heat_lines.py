"""A map of counts as lines: shades by level, marks, labels on the left, figures on the right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import words as fmt
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, Role, Span

LEVELS = 4
_SHADES = {"unicode": "░▒▓█", "ascii": ":+*#"}
_ROLES: tuple[Role, ...] = ("muted", "text", "warn", "bad")
NOTHING, UNKNOWN = 0, -1
_LABEL_LEAST, _LABEL_SHORT, _LABEL_MOST, _CELL_MOST = 10, 18, 36, 7
_NUMBERED = 4
"""Cells of a column from which its number stands in it."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row.

    Attributes:
        id: given back in messages.
        label: outside text allowed.
        counts: one per column; None where it is not known.
        marked: columns that stand out.
        figures: one per heading at the right.
    """

    id: str
    label: str
    counts: tuple[int | None, ...]
    marked: frozenset[int] = frozenset()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatData:
    """A map.

    Attributes:
        title: of the labels.
        columns: what each part of time is called, in a few cells; labels that overlap are left out.
        rows: in order.
        figures: headings of the figures; of those that do not fit the last goes first.
        empty_note: why there are no rows.
    """

    title: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[HeatRow, ...] = ()
    figures: tuple[str, ...] = ()
    empty_note: str = ""

    @property
    def most(self) -> int:
        """The largest count."""
        return max((count or 0 for row in self.rows for count in row.counts), default=0)


def level_of(count: int | None, most: int) -> int:
    """0 for nothing, up to `LEVELS` for the most, `UNKNOWN`; they grow with the square root, so that few still show."""
    if count is None:
        return UNKNOWN
    if count <= 0:
        return NOTHING
    return next((level for level in range(1, LEVELS) if count * LEVELS**2 <= most * level**2), LEVELS)


def shade(level: int) -> str:
    """The sign of a level."""
    signs = glyphs.current()
    if level == UNKNOWN:
        return "?"
    return (
        signs.placeholder if level == NOTHING else _SHADES["ascii" if signs is glyphs.ASCII else "unicode"][level - 1]
    )


def role_of(level: int) -> Role:
    """How a level is coloured; its sign says the same."""
    return _ROLES[level - 1] if level > NOTHING else "muted"


def legend(most: int) -> tuple[tuple[str, Role, str], ...]:
    """Every sign of a map with its role and the counts it stands for."""
    found: list[tuple[str, Role, str]] = []
    for level in range(1, LEVELS + 1):
        low, high = most * (level - 1) ** 2 // LEVELS**2 + 1, most * level**2 // LEVELS**2
        if low <= high:
            found.append((shade(level), role_of(level), f"{low:,}" if low == high else f"{low:,}–{high:,}"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Cells of the label, of one column, and of each figure that is shown."""

    label: int
    cell: int
    figures: tuple[int, ...]


def geometry(data: HeatData, width: int) -> Geometry:
    """How a map is laid out at a width: figures make room for the columns, then the label."""
    longest = max((cell_width(plain(text)) for text in (data.title, *(row.label for row in data.rows))), default=0)
    label = max(_LABEL_LEAST, min(longest, _LABEL_MOST, width * 3 // 10))
    sizes = [
        max(cell_width(plain(text)) for text in (head, *(row.figures[at] for row in data.rows)))
        for at, head in enumerate(data.figures)
    ]
    count = max(1, len(data.columns))
    wanted = 2 if count <= LEVELS * 6 else 1
    while len(sizes) > 1 and _left(width, label, sizes) < count * wanted:
        sizes.pop()
    if _LABEL_SHORT <= label + (short := _left(width, label, sizes) - count * wanted) < label:
        label += short
    cell = max(1, min(_CELL_MOST, _left(width, label, sizes) // count))
    if cell == _CELL_MOST:
        label = min(longest, width - _left(0, 0, sizes) - cell * count) if longest > label else label
    return Geometry(label, cell, tuple(sizes))


def _left(width: int, label: int, figures: Sequence[int]) -> int:
    return width - label - 2 - sum(size + 2 for size in figures)


def head_line(data: HeatData, width: int) -> Line:
    """The names of labels, columns and figures."""
    shape = geometry(data, width)
    room = shape.cell * len(data.columns)
    names = ""
    for at, name in enumerate(data.columns):
        start = at * shape.cell
        if start >= len(names) + bool(names) and start + cell_width(name) <= room:
            names = f"{names:<{start}}{name}"
    spans: list[Span] = [(cell_fit(data.title, shape.label) + "  ", "label"), (f"{names:<{room}}", "label")]
    return (*spans, *_figures(data.figures, shape, "label"))


def row_line(data: HeatData, row: HeatRow, width: int, chosen: int | None) -> Line:
    """One row; the chosen column stands out by being reversed."""
    shape, most = geometry(data, width), data.most
    spans: list[Span] = [(cell_fit(row.label, shape.label) + "  ", "text")]
    for at, count in enumerate(row.counts):
        text, role = _cell(count, level_of(count, most), shape.cell, marked=at in row.marked)
        if at == chosen:
            body = text.rstrip() if shape.cell > 2 else text
            spans += [(body, "match"), (text[len(body) :], role)]
        else:
            spans.append((text, role))
    return (*spans, *_figures(row.figures, shape, "strong"))


def _cell(count: int | None, level: int, size: int, *, marked: bool) -> tuple[str, Role]:
    role: Role = "bad" if marked else role_of(level)
    sign = shade(level)
    first = glyphs.current().up if marked else sign
    if level <= NOTHING:
        return sign.ljust(size), role
    if size < _NUMBERED:
        # Two cells of one column touch the next: a third one keeps them apart.
        return (first + sign * (min(size, 2) - 1)).ljust(size), role
    number = (
        f" {count:,}" if count and cell_width(f"{count:,}") <= size - 3 else cell_fit(f"{count:,}", size - 2, "right")
    )
    number = fmt.compact(count or 0) if len(f"{count:,}") > size - 2 else f"{count:,}"
    gap = " " if len(number) < size - 2 else ""
    return f"{first}{sign * (size - 2 - len(gap + number))}{gap}{number} ", role


def _figures(texts: Sequence[str], shape: Geometry, first: Role) -> list[Span]:
    return [
        (f"  {cell_fit(text, size, 'right')}", first if at == 0 else "muted" if first == "strong" else first)
        for at, (text, size) in enumerate(zip(texts, shape.figures, strict=False))
    ]
