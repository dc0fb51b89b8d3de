"""Where values land in a plot, in cells and in the dots of a cell. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_DASHES = ((1, 0), (6, 2), (3, 3), (1, 3), (10, 3))
"""Pixels on and off along a line, by its shape: solid, dashed, dotted, dots, long dashes."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Where values land: `columns` x `rows` cells, y from `low` to `high`, `cell` columns per bar (0 without bars)."""

    columns: int
    rows: int
    low: int
    high: int
    points: int
    cell: int
    ascii_only: bool

    def x(self, index: int) -> float:
        """Cell column of a point; the middle of its bar, or spread from edge to edge."""
        if self.cell:
            return index * self.cell + (self.bar - 1) / 2
        return index * (self.columns - 1) / (self.points - 1) if self.points > 1 else (self.columns - 1) / 2

    def from_scale(self, other: "Plane", value: float) -> float:
        """Where a value of another scale lands on this one."""
        if other is self:
            return value
        return self.low + (value - other.low) * (self.high - self.low) / (other.high - other.low)

    @property
    def bar(self) -> int:
        """Columns a bar fills; a blank one follows where there is room."""
        return self.cell - 1 if self.cell > 2 else self.cell


def dashed(plane: Plane, run: Sequence[tuple[int, int]], shape: int) -> tuple[list[float], list[float]]:
    """Points along a line, a pixel apart, without those in the pauses of its shape."""
    across, up = (1, 1) if plane.ascii_only else (2, 4)
    scale = (plane.high - plane.low) / max(1, plane.rows * up - 1)
    on, off = (1, 0) if plane.ascii_only else _DASHES[shape]
    xs: list[float] = []
    ys: list[float] = []
    place = 0
    for (first, start), (second, end) in pairwise(run):
        left, right = plane.x(first), plane.x(second)
        steps = max(1, round(abs(right - left) * across), round(abs(end - start) / scale))
        for step in range(steps):
            if place % (on + off) < on:
                xs.append(left + (right - left) * step / steps)
                ys.append(start + (end - start) * step / steps)
            place += 1
    xs.append(plane.x(run[-1][0]))
    ys.append(run[-1][1])
    return xs, ys
