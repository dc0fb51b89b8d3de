"""Lines of a table as strips: neighbouring cells of equal style are one segment, for each segment costs bytes."""

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store import words as fmt
from widgets.table.columns import Layout
from widgets.table.rows import Cell, Row
from widgets.text import cell_fit, cell_width, glyphs, plain, with_end
from widgets.text.sparks import is_flat
from widgets.text.wrap import wrap_cells

StyleOf = Callable[[str], Style]
"""The style of a role."""


def row_line(
    row: Row, plan: Layout, width: int, gutter: tuple[str, str], style_of: StyleOf, *, band: str = ""
) -> Strip:
    """A row.

    Args:
        row: its cells by column index; a missing cell is blank.
        plan: columns and widths.
        width: cells of the line.
        gutter: text and role of what precedes the first column: cursor and mark.
        style_of: style of a role.
        band: role of the cursor's row, in place of the cells' own as far as the first drawn bars. Those keep their
            colours and so does what is beyond them: it need not be sent again with each move.
    """
    pieces: list[tuple[str, str]] = [(gutter[0], band or gutter[1])]
    end = glyphs.current().ellipsis
    at = 0
    for place in plan.placed:
        cell: Cell = row.cells[place.index] if place.index < len(row.cells) else ""
        text, role = (cell, "text") if isinstance(cell, str) else (cell.text, cell.role)
        if place.column.kind == "number":
            text = _number(fmt.fit_number(text, place.width), place.width)
        if place.column.kind == "spark":
            role, band = "muted" if is_flat(text) else role, ""
        pad = " " * (place.start - at)
        text = with_end(text) if place.column.kind == "text" else text
        pieces.append((pad + cell_fit(text, place.width, place.column.alignment, end), band or role))
        at = place.start + place.width
    return strip_of(pieces, width, style_of)


def _number(text: str, width: int) -> str:
    """A number, or signs in its place where even its short form is too wide: a part of it would be another one."""
    return "#" * width if len(text) > width and any(map(str.isdigit, text)) else text


def header_line(plan: Layout, width: int, gutter_width: int, sort: tuple[str, bool] | None, style_of: StyleOf) -> Strip:
    """The titles, with the sort's direction beside its column and a sign before them where columns are hidden."""
    signs = glyphs.current()
    gutter = (signs.hidden if plan.hidden else " ").ljust(gutter_width)
    pieces: list[tuple[str, str]] = [(gutter, "accent")]
    at = 0
    for place in plan.placed:
        title = place.column.title.upper()
        sorted_by = sort is not None and sort[0] == place.column.id
        if sort is not None and sorted_by:
            arrow = signs.sort_down if sort[1] else signs.sort_up
            short = cell_fit(title, min(place.width - 1, cell_width(plain(title))), ellipsis="")
            title = arrow + short if place.column.alignment == "right" else short + arrow
        text = cell_fit(title, place.width, place.column.alignment, "")
        pieces.append((" " * (place.start - at) + text, "accent" if sorted_by else "label"))
        at = place.start + place.width
    return strip_of(pieces, width, style_of)


def gutter_text(width: int, here: bool, marked: bool) -> str:
    """What precedes the first column: the cursor's sign and, in a gutter of two cells, the mark's."""
    signs = glyphs.current()
    mark = signs.mark if marked else " "
    return (signs.cursor if here else " ") + (mark if width > 1 else "")


def missing_line(gutter: str, width: int, style_of: StyleOf) -> Strip:
    """A quiet line for a row that has not arrived."""
    return strip_of([(gutter + glyphs.current().placeholder * 3, "muted")], width, style_of)


def note_line(note: str, line: int, width: int, style_of: StyleOf) -> Strip:
    """One line of the words in place of rows, counted from 0; blank before and after them."""
    lines = wrap_cells(note, max(1, width - 2))
    return strip_of([(f" {lines[line]}" if 0 <= line < len(lines) else "", "muted")], width, style_of)


def strip_of(pieces: Sequence[tuple[str, str]], width: int, style_of: StyleOf) -> Strip:
    """Pieces of text and role as one strip of exactly `width` cells."""
    segments: list[Segment] = []
    pending, pending_style = "", style_of("text")
    for text, role in pieces:
        style = style_of(role)
        # A blank looks the same in every style on one ground: it goes with whatever is being collected.
        if style == pending_style or (not text.strip(" ") and style.bgcolor == pending_style.bgcolor):
            pending += text
        elif not pending or (not pending.strip(" ") and style.bgcolor == pending_style.bgcolor):
            pending, pending_style = pending + text, style
        else:
            segments.append(Segment(pending, pending_style))
            pending, pending_style = text, style
    segments.append(Segment(pending, pending_style))
    return Strip(segments).adjust_cell_length(width, pending_style)
