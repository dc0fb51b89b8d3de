"""The search index: trigrams of every searched text, built beside the syncs and kept up by what they change.

A row's texts stand in the index under its row id, raised into a range of its table's own. The index is only ever added
to: an entry that is out of date leads to a row whose texts are compared again, as those of every candidate are. What is
not in it yet are the rows above a mark of each table, and the rows that a sync changed since.
"""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from store.cache.database import connect_writer, read_meta, transaction, write_meta
from store.cache.errors import translate_write_errors
from store.cache.lock import current_holder
from store.cache.search_sources import BOOKS, INDEXED, NUMBERS, Field, SearchSource

VERSION = "1"
"""Of what is indexed; another one is built anew."""
VERSION_KEY = "search_version"
BEGIN, END = "\2\2", "\3"
"""Around each text, so that its beginning and its end are trigrams, too: of one letter, and of the complete text."""
SHIFT = 40
"""Bits of a row id; the number of its table is above them."""
_END_OF_ROWS = 1 << SHIFT
"""Rows from this number on, which only another program makes, are not indexed: searches read them."""
CHUNK = 2_000
"""Rows written in one transaction: a sync that starts meanwhile waits no longer than for these (some 50 ms)."""
_AT_ONCE = 200
"""Rows whose texts are in memory together."""
_CACHE_KIB = 2_048
"""Texts are added at the end of the index: a writer's large page cache would fill and save no reading."""
_MOST_COUNTED = 10_000
"""Changed rows are counted no further: each search asks."""
_OLDEST_SQLITE = (3, 34, 0)
MADE = (
    "create virtual table search_index using fts5"
    "(texts, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')"
)
NOT_SUPPORTED = "This machine's SQLite has no trigram index (FTS5, SQLite 3.34): searches read the rows themselves."


@dataclass(frozen=True, slots=True)
class IndexState:
    """What of a table is in the index.

    Attributes:
        upto: the row id up to which all rows are in it; 0 for none.
        newest: the highest row id of the table that can be in it.
        changed: rows up to there that were changed since; no more than are counted.
        has_others: whether there are rows that never are in it; they lie beyond all that can be.
    """

    upto: int
    newest: int
    changed: int
    has_others: bool = False

    @property
    def pending(self) -> int:
        """Rows that are not in it as they are."""
        return self.newest - self.upto + self.changed


def is_supported(connection: sqlite3.Connection) -> bool:
    """Whether this machine's SQLite has what the index is made of."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        return False
    found = connection.execute("select exists (select 1 from pragma_module_list where name = 'fts5')")
    return bool(found.fetchone()[0])


def index_states(connection: sqlite3.Connection) -> dict[str, IndexState]:
    """How far each table is indexed, by its name; a table that a cache of an earlier release lacks is left out."""
    names = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    sources = [source for source in INDEXED if source.table in names]
    marks: dict[int, tuple[int, str]] = {}
    is_made = _is_made(connection, names)
    if is_made:
        marks = {row[0]: row[1:] for row in connection.execute("select number, upto, anchor from search_states")}
    changed = "(select count(*) from (select 1 from search_changed where number = {0} limit {1}))" if is_made else "0"
    # One statement: every search asks, and so many small ones would cost more than what they find.
    query = " union all ".join(
        f'select (select max(rowid) from "{source.table}" where rowid < {_END_OF_ROWS}),'
        f' (select id from "{source.table}" where rowid = ?),'
        f' exists (select 1 from "{source.table}" where rowid >= {_END_OF_ROWS}), '
        + changed.format(source.number, _MOST_COUNTED)
        for source in sources
    )
    uptos = [marks.get(source.number, (0, ""))[0] for source in sources]
    found = {}
    for source, upto, (newest, at, others, waiting) in zip(
        sources, uptos, connection.execute(query, uptos), strict=True
    ):
        # Another program that rewrites the file may give rows other ids.
        is_there = bool(upto) and at == marks[source.number][1]
        begun = (upto, newest or 0, waiting) if is_there else (0, newest or 0, 0)
        found[source.table] = replace(IndexState(*begun), has_others=bool(others))
    return found


def _is_made(connection: sqlite3.Connection, names: Collection[str]) -> bool:
    """Whether there is an index of this version that this machine can read."""
    made = {"search_index", "search_states", "search_changed"} <= set(names)
    return made and read_meta(connection, VERSION_KEY) == VERSION and is_supported(connection)


def mark_changed(connection: sqlite3.Connection, table: str, identities: Sequence[str]) -> None:
    """Note that rows differ from what is in the index; costs nothing while their table is not indexed."""
    number = NUMBERS.get(table)
    if identities and number is not None and _is_indexed(connection, number):
        marks = ", ".join("?" * len(identities))
        connection.execute(
            f'insert or ignore into search_changed select {number}, rowid from "{table}" where id in ({marks})',
            list(identities),
        )


def _is_indexed(connection: sqlite3.Connection, number: int) -> bool:
    # Users may drop all that belongs to the index.
    books = "select count(*) from sqlite_master where name in ('search_states', 'search_changed')"
    query = "select exists (select 1 from search_states where number = ?)"
    return connection.execute(books).fetchone()[0] == 2 and bool(connection.execute(query, (number,)).fetchone()[0])


def build_index(path: Path, may_go_on: Callable[[], bool], on_progress: Callable[[int], None] | None = None) -> bool:
    """Bring the index up to date, some rows at a time; stops as soon as anybody begins to sync.

    It holds no lock beyond each small transaction: a sync is neither refused nor kept waiting by it.

    Args:
        path: the cache.
        may_go_on: asked before every part.
        on_progress: called after every part with the rows that wait.

    Returns:
        Whether all is in it now.

    Raises:
        CacheError: the cache cannot be written.
    """
    with translate_write_errors(), closing(connect_writer(path)) as connection:
        if not is_supported(connection):
            return False
        connection.execute(f"pragma cache_size = -{_CACHE_KIB}")
        while may_go_on() and current_holder(path) is None:
            with transaction(connection):
                waiting = _build_some(connection)
            if on_progress is not None:
                on_progress(waiting)
            if not waiting:
                return True
    return False


def _build_some(connection: sqlite3.Connection) -> int:
    """Index the next rows that wait; returns how many still do."""
    names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    if not _is_made(connection, names):
        for statement in ("drop table if exists search_index", MADE, *BOOKS):
            connection.execute(statement)
        connection.execute("delete from search_states")
        connection.execute("delete from search_changed")
        write_meta(connection, VERSION_KEY, VERSION)
    states = index_states(connection)
    left = CHUNK
    for source in INDEXED:
        state = states[source.table]
        if left > 0 and state.newest > state.upto:
            left -= _index_new(connection, source, state.upto, left)
        if left > 0 and state.changed:
            left -= _index_changed(connection, source, left)
    return sum(state.pending for state in index_states(connection).values()) if left <= 0 else 0


def _index_new(connection: sqlite3.Connection, source: SearchSource, upto: int, most: int) -> int:
    if upto == 0:
        connection.execute("delete from search_changed where number = ?", (source.number,))
    query = f"select t.rowid, {source.select} from {source.tables} where t.rowid > ?"
    query += f" and t.rowid < {_END_OF_ROWS} order by t.rowid limit ?"
    last, count = _insert(connection, source, connection.execute(query, (upto, most)))
    connection.execute(
        "insert or replace into search_states (number, upto, anchor) values (?, ?, ?)",
        (source.number, *last[:2]),
    )
    return count


def _index_changed(connection: sqlite3.Connection, source: SearchSource, most: int) -> int:
    query = "select row from search_changed where number = ? limit ?"
    numbers = [row[0] for row in connection.execute(query, (source.number, most))]
    marks = ", ".join(map(str, numbers))
    query = f"select t.rowid, {source.select} from {source.tables} where t.rowid in ({marks})"
    query += f" and t.rowid < {_END_OF_ROWS}"
    _insert(connection, source, connection.execute(query))
    connection.execute(f"delete from search_changed where number = ? and row in ({marks})", (source.number,))
    return len(numbers)


def _insert(connection: sqlite3.Connection, source: SearchSource, found: sqlite3.Cursor) -> tuple[tuple[Any, ...], int]:
    """Add rows to the index, few in memory at once; returns the last of them and how many they were."""
    base, count = source.number << SHIFT, 0
    last: tuple[Any, ...] = ()
    while rows := found.fetchmany(_AT_ONCE):
        connection.executemany(
            "insert into search_index (rowid, texts) values (?, ?)",
            [(base + row[0], entry(source.fields(row[1:]))) for row in rows],
        )
        last, count = rows[-1], count + len(rows)
    return last, count


def entry(fields: Sequence[Field]) -> str:
    """What the index has for a record."""
    return "".join(f"{BEGIN}{text}{END}" for _, text in fields)
