"""Rows that may hold a typed text, from the search index: all of them, or none where that does not pay."""

import sqlite3
from array import array

from store.cache.registry import TABLES
from store.cache.search_index import index_states
from store.cache.search_sources import NUMBERS, SEARCH_SOURCES, searchable
from store.folding import fold
from store.queries.row_views import contains
from store.queries.search_hits import SHORTEST_PART, Match
from store.queries.search_reading import IndexReading

WORTH_IT = 50_000
"""Rows of a table that are looked at one by one as fast."""
_MOST = 10_000
"""Candidates, and rows that are not in the index, beyond which a walk through the list finds its first rows as fast."""


def candidates(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], text: str) -> "array[int] | None":
    """Ids of all rows of a table that may hold a text in one of these columns; None where they are not to be had so.

    Columns that the index does not have must lead an index of the table's own.
    """
    needle = searchable(text)
    if table not in NUMBERS or len(needle) < SHORTEST_PART or "\1" in needle:
        return None
    source = next(one for one in SEARCH_SOURCES if one.table == table)
    others = [name for name in columns if name not in source.columns]
    if any((name,) not in TABLES[table].indexes for name in others):
        return None
    state = index_states(connection)[table]
    if state.newest < WORTH_IT or not state.upto or state.pending > _MOST:
        return None
    found = IndexReading(connection, needle, Match.PART).at_most(source.number, _MOST)
    if found is None:
        return None
    queries = [
        (f'select rowid from "{table}" where rowid > ?', [state.upto]),
        ("select row from search_changed where number = ?", [source.number]),
    ]
    for name in others:
        clause, values = contains(f't."{name}"', fold(text))
        queries.append((f'select t.rowid from "{table}" t where t."{name}" > \'\' and {clause}', values))
    for query, values in queries:
        found += [row[0] for row in connection.execute(query, values)]
    return array("q", sorted(set(found)))
