"""The shortest way from one cell to another (ECMA-48 §8.3: CUP, CHA, CUF, CUB, CUD, CUU, CR, BS, HT, VT).

A vertical tab goes a line down and keeps the column; the system's terminal driver turns a line feed into two bytes.
"""

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
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else line, *(line + tabs for tabs in _by_tabs(0, x, stops))]
    if start is not None:
        ways.append(_to_line(y - start[1]) + _along(start[0], x, columns, stops))
    return min(ways, key=len)


def _to_line(step: int) -> str:
    """The shortest way to a line, in the same column."""
    if 0 <= step <= _MOST_LINES:
        return "\v" * step
    return f"\x1b[{'' if step == -1 else abs(step)}{'B' if step > 0 else 'A'}"


def _along(start: int, x: int, columns: int, stops: Stops) -> str:
    """The shortest way to a column of the same line."""
    if start == x or (start == columns and x == columns - 1):
        return ""
    ways = ["\r" if x == 0 else f"\x1b[{x + 1}G", *(f"\r{tabs}" for tabs in _by_tabs(0, x, stops))]
    if start < columns:
        ways += [_steps(x - start), *_by_tabs(start, x, stops)]
    return min(ways, key=len)


def _by_tabs(start: int, x: int, stops: Stops) -> list[str]:
    """Ways over the last stop before a column, and over the first one after it."""
    between = [stop for stop in stops if start < stop <= x]
    ways = ["\t" * len(between) + _steps(x - between[-1])] if between else []
    after = next((stop for stop in stops if stop > max(start, x)), None)
    return ways if after is None or start > x else [*ways, "\t" * (len(between) + 1) + _steps(x - after)]


def _steps(step: int) -> str:
    if -_MOST_STEPS <= step <= 0:
        return "\b" * -step
    return f"\x1b[{'' if abs(step) == 1 else abs(step)}{'C' if step > 0 else 'D'}"
