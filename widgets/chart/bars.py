"""Horizontal bars for categories: label, bar, count and share on one line each. Pure lines, no plot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store import words as fmt
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, Role

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEAST_BAR = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One category.

    Attributes:
        label: outside text allowed.
        value: a count or amount; `None` is unknown.
        role: the bar's colour.
    """

    label: str
    value: int | None
    role: Role = "accent"


@dataclass(frozen=True, slots=True)
class BarSpec:
    """A ranking as data, shown in the order given.

    Attributes:
        title: names the panel.
        bars: the categories.
        label_head: what the labels are, for the table ("Failure code").
        unit: what is counted.
        source_note: source and age.
        range_note: the range shown.
        value_format: a value in full; gets `None` for unknown.
        whole: what shares are taken of; the sum of the known values when `None`.
        empty_note: shown when there is nothing.
    """

    title: str
    bars: tuple[Bar, ...]
    label_head: str = ""
    unit: str = ""
    source_note: str = ""
    range_note: str = ""
    value_format: Callable[[int | None], str] = fmt.count
    whole: int | None = None
    empty_note: str = "Nothing in this range."


def bar_lines(spec: BarSpec, width: int, height: int | None = None) -> list[Line]:
    """The bars at a width.

    Args:
        spec: the categories.
        width: cells; label and bar share what numbers leave, the label at most two fifths.
        height: lines at most; the last one then sums up those left out.
    """
    if not spec.bars:
        return [((spec.empty_note, "muted"),)]
    shown = spec.bars
    if height is not None and len(shown) > height > 0:
        shown = (*shown[: height - 1], _rest(shown[height - 1 :]))
    known = [bar.value for bar in spec.bars if bar.value is not None]
    whole = sum(known) if spec.whole is None else spec.whole
    top = max((abs(bar.value) for bar in shown if bar.value is not None), default=0)
    values = [fmt.fit_number(spec.value_format(bar.value), width // 3) for bar in shown]
    shares = [fmt.percent(bar.value, whole) for bar in shown]
    value_cells, share_cells = max(map(cell_width, values)), max(map(cell_width, shares))
    room = width - value_cells - share_cells - 4
    label_cells = min(max(cell_width(plain(bar.label)) for bar in shown), max(6, room * 2 // 5))
    bar_cells = room - label_cells - 1
    out: list[Line] = []
    for bar, value, share in zip(shown, values, shares, strict=True):
        drawn = f" {meter_bar(bar.value, top, bar_cells)}" if bar_cells >= _LEAST_BAR else ""
        out.append(
            (
                (cell_fit(bar.label, label_cells), "text"),
                (drawn, bar.role),
                (f"  {value:>{value_cells}}", "strong"),
                (f"  {share:>{share_cells}}", "muted"),
            )
        )
    return out


def meter_bar(value: int | None, top: int, cells: int) -> str:
    """A bar of `value` out of `top`, padded to `cells`, in eighths of a cell or whole ones; never blank above 0."""
    if not value or top <= 0:
        return " " * max(0, cells)
    signs, parts = (glyphs.ASCII, 1) if glyphs.current() is glyphs.ASCII else (glyphs.UNICODE, len(_EIGHTHS))
    full, rest = divmod(min(max(1, abs(value) * cells * parts // top), cells * parts), parts)
    return (signs.bar * full + (_EIGHTHS[rest] if rest else "")).ljust(cells)


def _rest(bars: Sequence[Bar]) -> Bar:
    known = [bar.value for bar in bars if bar.value is not None]
    return Bar(f"{len(bars)} others", sum(known) if known else None, "muted")
