"""Lines that are elsewhere now: which of them the terminal had better move by itself."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tui.shell.wire.cells import Cell


class Half(NamedTuple):
    """Half of a line: which one, its text, the background it begins with, and how many letters it has."""

    number: int
    words: str
    back: str
    letters: int


Halves = tuple[Half, ...]
_SAME_LINES = 8
"""Of halves of lines with one text, so many places are looked at."""
_LETTERS = 24
"""So many letters a move must bring: about what it costs."""


class Move(NamedTuple):
    """Lines `first` to `last` go up by `lines`; by a negative number, down."""

    first: int
    last: int
    lines: int


def best_move(before: Sequence[Halves], after: Sequence[Halves]) -> Move | None:
    """The move that brings most letters of some lines to their place; None where it would not pay."""
    places: dict[Half, list[int]] = {}
    for y, halves in enumerate(before):
        for half in halves:
            places.setdefault(half, []).append(y)
    votes: Counter[int] = Counter()
    for y, halves in enumerate(after):
        for half in halves:
            if half not in before[y]:
                for place in places.get(half, ())[:_SAME_LINES]:
                    votes[place - y] += half.letters
    if not votes:
        return None
    lines = max(votes, key=lambda way: (votes[way], -abs(way)))
    # What stands still around the lines that move stays out of it.
    come = [y for y, halves in enumerate(after) if 0 <= y + lines < len(before) and _gain(halves, before, y, lines) > 0]
    if not come:
        return None
    first, last = min(come[0], come[0] + lines), max(come[-1], come[-1] + lines)
    gain = sum(_gain(after[y], before, y, lines) for y in range(first, last + 1))
    return Move(first, last, lines) if gain >= _LETTERS else None


def _gain(halves: Halves, before: Sequence[Halves], y: int, lines: int) -> int:
    """Letters that a move brings to a line, less those that it takes away."""
    there = before[y + lines] if 0 <= y + lines < len(before) else ()
    return sum([half.letters * ((half in there) - (half in before[y])) for half in halves])


def halves_of(row: Sequence[Cell | None]) -> Halves:
    """The halves of a line that are not blank, without the last cell, where a scrollbar may stand."""
    middle = len(row) // 2
    found = []
    for number, cells in enumerate((row[:middle], row[middle:-1])):
        words = "".join([cell[0] for cell in cells if cell]).strip()
        if words:
            found.append(Half(number, words, cells[0][1].back if cells[0] else "", len(words) - words.count(" ")))
    return tuple(found)
