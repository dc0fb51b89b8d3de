"""Meters and sparks: values drawn as a row of signs. `None` is unknown and leaves a gap, never 0."""

from collections.abc import Sequence

from widgets.text import glyphs


def meter(used: int, whole: int, cells: int = 8) -> str:
    """A bar of `cells` characters, `▰▰▰▱▱▱▱▱`; anything above 0 shows at least one full cell."""
    signs = glyphs.current()
    if whole <= 0 or used <= 0:
        full = 0
    else:
        full = min(cells, max(1, used * cells // whole))
    return signs.meter_full * full + signs.meter_empty * (cells - full)


def sparkline(values: Sequence[int | None], width: int | None = None) -> str:
    """A row of bars, one character each; `None` is a gap, never 0.

    Args:
        values: oldest first; the scale runs from 0 (or the lowest, when negative) to the highest.
        width: characters. More values than that are taken in equal groups, each by its highest; fewer are
            left as they are.
    """
    signs = glyphs.current()
    shown = list(values) if width is None else _groups(values, width)
    known = [value for value in shown if value is not None]
    if not known:
        return signs.spark_gap * len(shown)
    low, high = min(0, *known), max(0, *known)
    levels = len(signs.spark) - 1
    span = high - low

    def bar(value: int | None) -> str:
        if value is None:
            return signs.spark_gap
        return signs.spark[-(-(value - low) * levels // span) if span else 0]

    return "".join(map(bar, shown))


def is_flat(bars: str) -> bool:
    """Whether a row of bars says that there was nothing, as far as it is known: it needs no colour then."""
    signs = glyphs.current()
    return not bars.strip(signs.spark[0] + signs.spark_gap)


def _groups(values: Sequence[int | None], width: int) -> list[int | None]:
    size = len(values)
    if width <= 0:
        return []
    if size <= width:
        return list(values)
    out: list[int | None] = []
    for index in range(width):
        part = [v for v in values[index * size // width : (index + 1) * size // width] if v is not None]
        out.append(max(part) if part else None)
    return out
