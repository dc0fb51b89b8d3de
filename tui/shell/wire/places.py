"""The shortest way from one cell to another (ECMA-48 §8.3: CUP, CHA, CUF, CUB, CR, BS, VT).

A vertical tab goes a line down and keeps the column; the system's terminal driver turns a line feed into two bytes.
"""

from functools import lru_cache

Place = tuple[int, int]
"""Column and line, from 0."""

_MOST_LINES = 4
_MOST_STEPS = 4


@lru_cache(maxsize=8192)
def jump(start: Place | None, goal: Place, columns: int) -> str:
    """The shortest way to a place. `columns` is how many there are: a start behind the last one is on it or behind."""
    x, y = goal
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
    if start is not None and 0 <= y - start[1] <= _MOST_LINES:
        ways.append("\v" * (y - start[1]) + _along(start[0], x, columns))
    return min(ways, key=len)


def _along(start: int, x: int, columns: int) -> str:
    """The shortest way to a column of the same line."""
    step = x - start
    if not step or (start == columns and x == columns - 1):
        return ""
    ways = ["\r" if x == 0 else f"\x1b[{x + 1}G"]
    if start == columns:
        return ways[0]
    if -_MOST_STEPS <= step < 0:
        ways.append("\b" * -step)
    ways.append(f"\x1b[{'' if abs(step) == 1 else abs(step)}{'C' if step > 0 else 'D'}")
    return min(ways, key=len)
