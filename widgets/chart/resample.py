"""Series cut to what a plot can show. Pure; `None` is unknown, never 0."""

from collections.abc import Sequence

Value = int | None


def decimate(values: Sequence[Value], width: int) -> list[tuple[int, Value]]:
    """At most two points per column of a plot: the lowest and the highest, in the order they came.

    Args:
        values: oldest first.
        width: columns of the plot.

    Returns:
        Pairs of index into `values` and value, ascending. A column without any known value gives one pair with
        `None`, so that the gap stays visible. Series of up to two values a column come back unchanged.
    """
    size = len(values)
    if width <= 0:
        return []
    if size <= 2 * width:
        return list(enumerate(values))
    out: list[tuple[int, Value]] = []
    for column in range(width):
        first, last = column * size // width, (column + 1) * size // width
        low: tuple[int, int] | None = None
        high: tuple[int, int] | None = None
        for index in range(first, last):
            value = values[index]
            if value is None:
                continue
            if low is None or value < low[1]:
                low = (index, value)
            if high is None or value > high[1]:
                high = (index, value)
        if low is None or high is None:
            out.append((first, None))
        else:
            out.extend(sorted({low, high}))
    return out


def runs(pairs: Sequence[tuple[int, Value]]) -> list[list[tuple[int, int]]]:
    """Cut a series at its unknown values into stretches that may be joined by a line."""
    out: list[list[tuple[int, int]]] = []
    open_run: list[tuple[int, int]] = []
    for index, value in pairs:
        if value is not None:
            open_run.append((index, value))
        elif open_run:
            out.append(open_run)
            open_run = []
    if open_run:
        out.append(open_run)
    return out
