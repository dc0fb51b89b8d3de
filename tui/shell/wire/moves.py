"""Lines that are elsewhere now: which of them the terminal had better move by itself."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tui.shell.wire.cells import Cell

_SAME_LINES = 8
"""Of lines with one text, so many places are looked at."""


class Move(NamedTuple):
    """Lines `first` to `last` go up by `lines`; by a negative number, down."""

    first: int
    last: int
    lines: int


def best_move(
    old: Sequence[Sequence[Cell | None]], new: Sequence[Sequence[Cell | None]], top: int, bottom: int
) -> Move | None:
    """The move that brings most lines between `top` and `bottom` to their place; None where it would not pay."""
    before = [_words(old[y]) for y in range(top, bottom + 1)]
    after = [_words(new[y]) for y in range(top, bottom + 1)]
    places: dict[str, list[int]] = {}
    for y, words in enumerate(before):
        if words:
            places.setdefault(words, []).append(y)
    votes: Counter[int] = Counter()
    for y, words in enumerate(after):
        votes.update(place - y for place in places.get(words, ())[:_SAME_LINES])
    stay = votes.pop(0, 0)
    if not votes:
        return None
    lines, count = max(votes.items(), key=lambda vote: (vote[1], -abs(vote[0])))
    if count < max(2, stay + 2):
        return None
    # What stands still around the lines that move stays out of it.
    moving = [
        y for y, words in enumerate(after) if words and 0 <= y + lines < len(before) and words == before[y + lines]
    ]
    ends = [moving[0], moving[0] + lines, moving[-1], moving[-1] + lines]
    return Move(top + min(ends), top + max(ends), lines)


def _words(row: Sequence[Cell | None]) -> str:
    """The text of a line without its last cell, where a scrollbar may stand."""
    return "".join([cell[0] for cell in row[:-1] if cell]).strip()
