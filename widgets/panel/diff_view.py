"""Differences of fields: side by side where there is room, else under each other."""

from collections.abc import Sequence

from widgets.panel.diff import FieldChange
from widgets.table.line_scroll import LineScroll
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, Role
from widgets.text.wrap import wrap_cells

_WIDE = 96
_PATH_MOST = 36
_LONGEST = 4_000


class DiffView(LineScroll):
    """Fields with what they were and what they are.

    Use it with `field_changes` of two documents, or with rows of the change journal::

        DiffView(field_changes(older, newer))

    Told apart without colour: columns have titles when wide, lines start with `-` and `+` when narrow.
    """

    def __init__(self, changes: Sequence[FieldChange] = (), *, empty_note: str = "Nothing differs.") -> None:
        super().__init__()
        self.leaves_enter = True
        self.empty_note = empty_note
        self._changes = tuple(changes)
        self._laid: tuple[int, list[Line]] = (-1, [])

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What is shown now."""
        return self._changes

    def show(self, changes: Sequence[FieldChange]) -> None:
        """Show other differences from the top."""
        self._changes = tuple(changes)
        self._laid = (-1, [])
        self.lines_changed(keep_cursor=False)

    def line_count(self) -> int:
        """Lines at the present width."""
        return len(self._lines(self.scrollable_content_region.width))

    def line_at(self, index: int, width: int) -> Line:
        """One line."""
        lines = self._lines(width)
        return lines[index] if index < len(lines) else ()

    def _lines(self, width: int) -> list[Line]:
        if self._laid[0] != width:
            lines = diff_lines(self._changes, width)
            self._laid = (width, lines or [((self.empty_note, "muted"),)])
        return self._laid[1]


def diff_lines(changes: Sequence[FieldChange], width: int) -> list[Line]:
    """Differences as lines; from 96 cells in three columns, below that unified."""
    if not changes or width <= 0:
        return []
    if width < _WIDE:
        return [line for change in changes for line in _unified(change, width)]
    paths = min(_PATH_MOST, max(cell_width(plain(change.path)) for change in changes) + 2)
    column = (width - paths - 3) // 2
    head: Line = (
        (" " * paths, "label"),
        (cell_fit("before", column + 3), "label"),
        (cell_fit("after", column), "label"),
    )
    out: list[Line] = [head]
    arrow = glyphs.current().arrow
    for change in changes:
        old, new = _wrapped(change.before, column), _wrapped(change.after, column)
        for number in range(max(len(old), len(new))):
            before = old[number] if number < len(old) else ""
            after = new[number] if number < len(new) else ""
            out.append(
                (
                    (cell_fit(change.path if number == 0 else "", paths - 2) + "  ", "key"),
                    (cell_fit(before, column), _role(change.before, "bad")),
                    (f" {arrow} " if number == 0 else "   ", "muted"),
                    (after, _role(change.after, "good")),
                )
            )
    return out


def _unified(change: FieldChange, width: int) -> list[Line]:
    out: list[Line] = [((change.path or "(whole)", "key"),)]
    for sign, value, role in (
        ("-", change.before, _role(change.before, "bad")),
        ("+", change.after, _role(change.after, "good")),
    ):
        out += [((f" {sign} ", role), (part, role)) for part in _wrapped(value, width - 3)]
    return out


def _wrapped(value: str | None, width: int) -> list[str]:
    if value is None:
        return ["(absent)"]
    shown = value if len(value) <= _LONGEST else value[:_LONGEST] + glyphs.current().ellipsis
    return wrap_cells(shown, max(1, width))


def _role(value: str | None, role: Role) -> Role:
    return "muted" if value is None else role
