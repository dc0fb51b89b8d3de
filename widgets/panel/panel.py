"""Boxes of label and value."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from store import words as fmt
from widgets.text import cell_fit, cell_width, plain, with_end
from widgets.text.lines import DataLines, Line, Role, Span, frame
from widgets.text.sparks import meter
from widgets.text.wrap import wrap_cells

_METER_CELLS = 10
_LABEL_MOST = 22


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a panel: a label and its value.

    Attributes:
        label: left and muted; empty lets the value take the full width.
        value: one or several lines of text, wrapped to the width; outside text allowed.
        role: how the value is shown.
        meter: used and total; draws a bar and the share after the value.
        source: source and age, quiet, after the value.
        substitute: a note that the value is a substitute ("seen in publications", "est.").
    """

    label: str
    value: str | tuple[str, ...]
    role: Role = "text"
    meter: tuple[int, int] | None = None
    source: str = ""
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class PanelData:
    """A titled box.

    Attributes:
        title: the dashboard's own name for it.
        fields: its lines; none shows `empty_note`.
        source_note: source and age of all of it, in the border.
        foot_note: keys or a hint in the lower border.
        empty_note: why there is nothing and what to do.
    """

    title: str
    fields: tuple[Field, ...] = ()
    source_note: str = ""
    foot_note: str = ""
    empty_note: str = ""


class DetailPanel(DataLines[PanelData]):
    """A titled box of label and value lines, drawn as one widget.

    Use it so::

        DetailPanel(PanelData("Budget management", (
            Field("Limit", "€25,000.00", "strong"),
            Field("Given", "€19,590.00", "strong", meter=(1_959_000, 2_500_000)),
            Field("Left", "€5,410.00", substitute="est."),
        ), source_note="rows · 2 min"))

    `show(data)` repaints only when the data differs.
    """

    DEFAULT_CSS = """
    DetailPanel { height: auto; }
    """

    def fill(self, width: int, height: int | None) -> list[Line]:
        """The box at a width."""
        data = self.data
        inner = max(0, width - 4)
        body = field_lines(data.fields, inner)
        if not data.fields and data.empty_note:
            body = [((text, "muted"),) for text in wrap_cells(data.empty_note, inner)]
        return frame(
            body,
            width,
            title=((with_end(data.title), "title"),),
            note=((data.source_note, "source"),) if data.source_note else (),
            foot=((data.foot_note, "muted"),) if data.foot_note else (),
            height=height,
        )


def field_lines(fields: Sequence[Field], width: int) -> list[Line]:
    """Labels in a column of their own, values beside them, wrapped under themselves."""
    column = _label_cells([plain(field.label) for field in fields if field.label], width) + 2
    out: list[Line] = []
    for field in fields:
        left = column if field.label else 0
        value = _value_lines(field, max(1, width - left))
        names = wrap_cells(field.label, column - 2) if field.label else []
        for name, line in zip_longest(names, value, fillvalue=()):
            out.append(((cell_fit(name, left) if isinstance(name, str) else " " * left, "label"), *line))
    return out


def _label_cells(labels: Sequence[str], width: int) -> int:
    """Cells of the labels' column: a third of the width at most, and where that would break a label, nearly half."""
    longest = max(map(cell_width, labels), default=0)
    if longest <= (half := min(_LABEL_MOST, width * 2 // 5)):
        return longest
    word = max((cell_width(word) for label in labels for word in label.split()), default=0)
    return min(longest, max(min(_LABEL_MOST, max(6, width // 3)), min(word, half)))


def _value_lines(field: Field, width: int) -> list[Line]:
    texts = (field.value,) if isinstance(field.value, str) else field.value
    wrapped = [part for text in texts for part in wrap_cells(with_end(text), width)]
    lines: list[list[Span]] = [[(part, field.role)] for part in wrapped or [""]]
    tails: list[Span] = []
    if field.meter is not None:
        used, total = field.meter
        level: Role = "bad" if used >= total else "warn" if used * 10 >= total * 9 else "accent"
        tails.append((f"{meter(used, total, _METER_CELLS)} {fmt.percent(used, total)}", level))
    if field.substitute:
        tails.append((field.substitute, "warn"))
    if field.source:
        tails.append((field.source, "source"))
    for text, role in tails:
        # A tail goes beside the value where it fits and on a line of its own where it does not.
        taken = sum(cell_width(plain(part)) for part, _ in lines[-1])
        if taken + (2 if taken else 0) + cell_width(plain(text)) > width:
            below: list[list[Span]] = [[(part, role)] for part in wrap_cells(text, width)]
            lines = lines + below if taken else lines[:-1] + below
        else:
            lines[-1] += [("  " if taken else "", "text"), (text, role)]
    return [tuple(line) for line in lines]
