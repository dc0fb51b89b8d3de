"""The shortest way from one cell to another (ECMA-48 §8.3: CUP, CHA, CUF, CUB, CUD, CUU, CR, BS, HT, VT).

A vertical tab goes a line down and keeps the column; the system's terminal driver turns a line feed into two bytes.
"""

from bisect import bisect_right
from functools import lru_cache

Place = tuple[int, int]
"""Column and line, from 0."""

Stops = tuple[int, ...]
"""Columns at which a tab stops, in order; a tab behind the last one is not used."""

_MOST_LINES = 4
_MOST_STEPS = 4


@lru_cache(maxsize=16384)
def jump(start: Place | None, goal: Place, columns: int, stops: Stops = ()) -> str:
    """The shortest way to a place. `columns` is how many there are: a start behind the last one is on it or behind."""
    x, y = goal
    line = f"\x1b[{y + 1}H" if y else "\x1b[H"
    best = f"\x1b[{y + 1};{x + 1}H" if x else line
    if start is not None:
        best = min(_to_line(y - start[1]) + _along(start[0], x, columns, stops), best, key=len)
    if stops and x and len(best) > len(line):
        best = min([best, *(line + tabs for tabs in _by_tabs(0, x, stops))], key=len)
    return best


def _to_line(step: int) -> str:
    """The shortest way to a line, in the same column."""
    if 0 <= step <= _MOST_LINES:
        return "\v" * step
    return f"\x1b[{'' if step == -1 else abs(step)}{'B' if step > 0 else 'A'}"


@lru_cache(maxsize=16384)
def _along(start: int, x: int, columns: int, stops: Stops) -> str:
    """The shortest way to a column of the same line."""
    if start == x or (start == columns and x == columns - 1):
        return ""
    if x == 0:
        return "\r"
    ways = [f"\x1b[{x + 1}G"]
    if start < columns:
        ways.append(_steps(x - start))
    if stops:
        ways += [f"\r{tabs}" for tabs in _by_tabs(0, x, stops)]
        if start <= x and start < columns:
            ways += _by_tabs(start, x, stops)
    return min(ways, key=len)


def _by_tabs(start: int, x: int, stops: Stops) -> list[str]:
    """Ways over the last stop before a column, and over the first one after it."""
    first, after = bisect_right(stops, start), bisect_right(stops, x)
    ways = ["\t" * (after - first) + _steps(x - stops[after - 1])] if after > first else []
    return ways if after == len(stops) else [*ways, "\t" * (after - first + 1) + _steps(x - stops[after])]


def _steps(step: int) -> str:
    if -_MOST_STEPS <= step <= 0:
        return "\b" * -step
    return f"\x1b[{'' if abs(step) == 1 else abs(step)}{'C' if step > 0 else 'D'}"
