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
"""Candidates of one search that are all looked at, whichever kind they are of."""
_TRIGRAMS = 6
"""Rare trigrams of a text that the index is asked for."""
_PROBED = 32
"""Trigrams of a long text whose rarity is found out."""
_RARE = 1_000
"""Rows that have a rare trigram at most. Common ones cost a walk through all their rows and exclude few."""
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
        self._counts: dict[str, int] = {}
        self._expressions: dict[Match, str] = {}

    def all_of(self, number: int) -> list[int] | None:
        """All candidates of a table, newest first; None where the index knows too many to look at all."""
        return None if self._few is None else self._few.get(number, [])

    def of(self, number: int, match: Match) -> Iterator[list[int]]:
        """Candidates of a table, newest first, some at a time."""
        base, expression = number << SHIFT, self._expression(match)
        highest = base + (1 << SHIFT) - 1
        for size in growing():
            rows = self._rows(expression, base, highest, size)
            if not rows:
                return
            yield [row - base for row in rows]
            highest = rows[-1] - 1

    @cached_property
    def _few(self) -> dict[int, list[int]] | None:
        rows = self._rows(self._expression(self.matches[-1]), 0, 1 << 62, FEW + 1)
        if len(rows) > FEW:
            return None
        found = defaultdict(list)
        for row in rows:
            found[row >> SHIFT].append(row & ((1 << SHIFT) - 1))
        return dict(found)

    def _rows(self, expression: str, lowest: int, highest: int, most: int) -> list[int]:
        query = (
            "select rowid from search_index where search_index match ? and rowid between ? and ?"
            " order by rowid desc limit ?"
        )
        return [row[0] for row in self._connection.execute(query, (expression, lowest, highest, most))]

    def _expression(self, match: Match) -> str:
        """The index's query for the rarest trigrams of the text; for both its ends where none is rare."""
        if match not in self._expressions:
            text = {Match.EXACT: f"{BEGIN}{self._needle}{END}", Match.PREFIX: f"{BEGIN}{self._needle}"}
            trigrams = _trigrams(text.get(match, self._needle))
            ranked = sorted(trigrams, key=self._count)
            rare = [one for one in ranked if self._count(one) <= _RARE]
            # Where all are common, the ends of a text tell most: its middle is often what many codes share.
            chosen = rare[:_TRIGRAMS] or [*trigrams[: len(BEGIN) + 1], *trigrams[-_TRIGRAMS:]]
            self._expressions[match] = " AND ".join(map(_quoted, dict.fromkeys(chosen)))
        return self._expressions[match]

    def _count(self, trigram: str) -> int:
        """How many rows have a trigram, counted to just above what is rare."""
        if trigram not in self._counts:
            query = "select count(*) from (select 1 from search_index where search_index match ? limit ?)"
            found = self._connection.execute(query, (_quoted(trigram), _RARE + 1)).fetchone()
            self._counts[trigram] = int(found[0])
        return self._counts[trigram]


def _trigrams(text: str) -> list[str]:
    """The different trigrams of a text; some of a long one, its last among them."""
    found = list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))
    return list(dict.fromkeys([*found[:: -(-len(found) // _PROBED)], found[-1]]))


def _quoted(trigram: str) -> str:
    """A trigram as a string of the index's query language, in which it means itself alone."""
    return '"' + trigram.replace('"', '""') + '"'
