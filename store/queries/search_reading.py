"""Asking the search index: which rows may hold a text, all of them where they are few.

What the index gives are candidates: rows that hold some trigrams of a text, in any order, perhaps before they changed.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from store.cache.search_index import BEGIN, END, SHIFT
from store.queries.search_hits import SHORTEST_PART, Match

FEW = 500
"""Candidates of a kind that are all looked at."""
_TRIGRAMS = 6
"""Rare trigrams of a text that the index is asked for."""
_LEAST_COMMON = 3
"""Trigrams it is asked for where none is rare: each costs a walk through its rows, and few more rows are excluded."""
_PROBED = 32
"""Trigrams of a long text whose rarity is found out."""
_RARE = 1_000
"""Rows that have a rare trigram at most."""
_RAREST = 50
"""Rows that have a trigram beside which no rarer one is looked for."""
FIRST_BATCH = 50
_BATCHES = (FIRST_BATCH, 200, 250, 1_000)


def growing() -> Iterator[int]:
    """Sizes of batches: small for the usual search, larger where few candidates are hits."""
    yield from _BATCHES
    while True:
        yield _BATCHES[-1]


class IndexReading:
    """What the index says of one folded text.

    Args:
        connection: of a reader.
        needle: the text.
        worst: the least way of holding it that is looked for.

    Attributes:
        matches: the ways of matching it, the best first.
    """

    def __init__(self, connection: sqlite3.Connection, needle: str, worst: Match) -> None:
        self._connection, self._needle = connection, needle
        if len(needle) < SHORTEST_PART:
            worst = min(worst, Match.PREFIX)
        self.matches = tuple(match for match in Match if match <= worst)
        self._counts: dict[tuple[str, range], tuple[int, int]] = {}
        self._many: set[int] = set()

    def all_of(self, number: int) -> list[int] | None:
        """All candidates of a table, newest first; None where they are too many to look at all."""
        few = self._few
        return few.get(number, []) if number not in self._many else None

    def of(self, number: int, match: Match) -> Iterator[list[int]]:
        """Candidates of a table, newest first, some at a time."""
        rows = _range(number)
        expression = self._expression(match, rows)
        for size in growing():
            found = self._rows(expression, rows, size)
            if not found:
                return
            yield [row - (number << SHIFT) for row in found]
            rows = range(rows.start, found[-1])

    def at_most(self, number: int, most: int) -> list[int] | None:
        """All candidates of one table; None where they are more."""
        rows = _range(number)
        found = self._rows(self._expression(self.matches[-1], rows), rows, most + 1)
        return [row - rows.start for row in found] if len(found) <= most else None

    @cached_property
    def _few(self) -> dict[int, list[int]]:
        """The candidates of the tables that have few; which have many is noted. One question for all that have few."""
        found: dict[int, list[int]] = defaultdict(list)
        asked, expression = _ALL, self._expression(self.matches[-1], _ALL)
        while rows := self._rows(expression, asked, FEW + 1):
            for row in rows:
                found[row >> SHIFT].append(row & ((1 << SHIFT) - 1))
            if len(rows) <= FEW:
                break
            # The tables above the one it ended in are complete, that one is once it was asked for alone.
            last = rows[-1] >> SHIFT
            if found.pop(last) and rows[0] >> SHIFT == last:
                self._many.add(last)
                last -= 1
            asked = range(_range(last).stop)
        return dict(found)

    def _rows(self, expression: str, asked: range, most: int) -> list[int]:
        return [row[0] for row in self._connection.execute(f"{_NEWEST} limit ?", (*_bound(expression, asked), most))]

    def _expression(self, match: Match, asked: range) -> str:
        """The index's query for the rarest trigrams of the text among some rows."""
        text = {Match.EXACT: f"{BEGIN}{self._needle}{END}", Match.PREFIX: f"{BEGIN}{self._needle}"}
        trigrams = _trigrams(text.get(match, self._needle))
        rare = []
        # From the end: codes and ids differ there.
        for one in reversed(trigrams):
            count = self._count(one, asked)[0]
            if count <= _RARE:
                rare.append(one)
            if count <= _RAREST:
                break
        ranked = sorted(rare or trigrams, key=lambda one: self._count(one, asked))
        return " AND ".join(map(_quoted, ranked[: _TRIGRAMS if rare else _LEAST_COMMON]))

    def _count(self, trigram: str, asked: range) -> tuple[int, int]:
        """How many rows have a trigram, counted to just above what is rare, and the lowest of these.

        Of two that are not rare, more rows must be passed to find as many of the rarer.
        """
        known = self._counts.get((trigram, asked))
        if known is None:
            query = f"select count(*), coalesce(min(rowid), 0) from ({_NEWEST} limit {_RARE + 1})"
            count, lowest = self._connection.execute(query, _bound(_quoted(trigram), asked)).fetchone()
            known = self._counts[trigram, asked] = int(count), int(lowest)
        return known


_ALL = range(1 << 62)
_NEWEST = "select rowid from search_index where search_index match ? and rowid between ? and ? order by rowid desc"


def _range(number: int) -> range:
    """The index's rows of a table."""
    return range(number << SHIFT, (number + 1) << SHIFT)


def _bound(expression: str, asked: range) -> tuple[str, int, int]:
    return expression, asked.start, asked.stop - 1


def _trigrams(text: str) -> list[str]:
    """The different trigrams of a text; some of a long one, its last among them."""
    found = list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))
    return list(dict.fromkeys([*found[:: -(-len(found) // _PROBED)], found[-1]]))


def _quoted(trigram: str) -> str:
    """A trigram as a string of the index's query language, in which it means itself alone."""
    return '"' + trigram.replace('"', '""') + '"'
