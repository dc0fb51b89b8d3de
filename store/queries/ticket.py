"""What the cache knows of everything that a pasted ticket names."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, tzinfo

from store.domain.references import references_in
from store.queries.search import search
from store.queries.search_hits import Hit, Match
from store.queries.search_query import SearchQuery

LIMIT = 3
"""Hits of each kind for one reference."""


@dataclass(frozen=True, slots=True)
class KnownReference:
    """A reference and what is cached of it.

    Attributes:
        text: as the ticket has it.
        hits: what it names exactly, the record itself first; none where nothing of it is cached.
        has_more: whether there are more hits than these.
    """

    text: str
    hits: tuple[Hit, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket names, in its order; `lacks` as in `Found`."""

    references: tuple[KnownReference, ...]
    lacks: str

    @property
    def known(self) -> int:
        """How many of them something is cached of."""
        return sum(bool(one.hits) for one in self.references)


def read_ticket(connection: sqlite3.Connection, text: str, now: datetime, zone: tzinfo, limit: int = LIMIT) -> Ticket:
    """Look up every id, code, e-mail address and order of a text.

    Words that may be a code and of which nothing is cached are left out.

    Args:
        connection: of a `Reader`.
        text: as pasted.
        now: for derived statuses.
        zone: of the project.
        limit: hits of each kind for one reference.

    Raises:
        CacheError: the cache cannot be read.
    """
    known, lacks = [], ""
    for reference in references_in(text):
        found = search(connection, SearchQuery(reference.text), now, zone, limit, Match.EXACT)
        lacks = lacks or found.lacks
        hits = tuple(sorted(found.hits, key=lambda hit: not hit.names_itself))
        if hits or reference.is_certain:
            known.append(KnownReference(reference.text, hits, found.has_more))
    return Ticket(tuple(known), lacks)
