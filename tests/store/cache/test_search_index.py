"""The search index: built beside syncs, in parts, and never trusted beyond what it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.cache import search_index
from store.cache.database import connect_writer
from store.cache.lock import writer_lock
from store.cache.registry import TABLES
from store.cache.search_index import build_index, index_states
from store.cache.search_sources import INDEXED, NOT_SEARCHED, NUMBERS
from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.search import search
from store.queries.search_query import parse_search
from tests.support.records import campaign, put
from tests.support.syncing import NOW, ZONE, Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "c.db"


@pytest.fixture
def cache(path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(path).connect()
    put(connection, "campaigns", campaign("camp_1", "Autumn"), campaign("camp_2", "Winter"))
    yield connection
    connection.close()


def changed(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    query = "select s.number, c.id from search_changed s join campaigns c on c.rowid = s.row order by c.id"
    return connection.execute(query).fetchall()


def entries(connection: sqlite3.Connection, trigram: str) -> int:
    query = "select count(*) from search_index where search_index match ?"
    return int(connection.execute(query, (f'"{trigram}"',)).fetchone()[0])


def test_every_table_says_how_it_is_searched() -> None:
    assert NUMBERS.keys() | NOT_SEARCHED == TABLES.keys()
    assert len(set(NUMBERS.values())) == len(INDEXED)
    for source in INDEXED:
        columns = {"id", *(column.name for column in TABLES[source.table].columns)}
        assert {*source.columns, *source.links} <= columns, source.table
        assert set(source.links) <= {index[0] for index in TABLES[source.table].indexes}, source.table


def test_a_sync_notes_changes_once_there_is_an_index(cache: sqlite3.Connection, path: Path) -> None:
    put(cache, "campaigns", campaign("camp_1", "Autumn again"))
    assert changed(cache) == [], "without an index no change is noted"
    assert build_index(path, lambda: True)
    put(cache, "campaigns", campaign("camp_1", "Spring"), campaign("camp_3", "New"))
    assert changed(cache) == [(1, "camp_1")]
    state = index_states(cache)["campaigns"]
    assert (state.newest - state.upto, state.changed, state.pending) == (1, 1, 2)
    assert entries(cache, "spr") == 0
    assert build_index(path, lambda: True)
    assert (changed(cache), index_states(cache)["campaigns"].pending) == ([], 0)
    assert entries(cache, "spr") == 1


def test_it_gives_way_to_a_sync(cache: sqlite3.Connection, path: Path) -> None:
    with writer_lock(path, ManualClock(NOW)):
        assert not build_index(path, lambda: True)
    assert index_states(cache)["campaigns"].upto == 0
    assert build_index(path, lambda: True)


def test_a_part_is_kept_and_gone_on_from(cache: sqlite3.Connection, path: Path) -> None:
    put(cache, "categories", *({"id": f"cat_{number}", "name": f"name {number}"} for number in range(5_000)))
    asked, waiting = [True, True, False], list[int]()
    assert not build_index(path, lambda: asked.pop(0), waiting.append)
    assert waiting == [3_002, 1_002], "2,000 at a time: two campaigns, then categories"
    assert build_index(path, lambda: True)
    assert entries(cache, "nam") == 5_000


def test_it_holds_few_pages_in_memory(cache: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is built in the app, beside the lists on the screen: with a sync's page cache it took 56 MB more."""
    opened, held = list[sqlite3.Connection](), list[int]()

    def connect(where: Path) -> sqlite3.Connection:
        opened.append(connect_writer(where))
        return opened[-1]

    monkeypatch.setattr(search_index, "connect_writer", connect)
    put(cache, "categories", *({"id": f"cat_{number}", "name": f"name {number}"} for number in range(3_000)))
    assert build_index(path, lambda: True, lambda _: held.append(opened[0].execute("pragma cache_size").fetchone()[0]))
    assert len(held) == 2
    assert all(-4_096 <= kib < 0 for kib in held), held


def test_another_version_and_rows_of_other_ids_begin_it_anew(cache: sqlite3.Connection, path: Path) -> None:
    build_index(path, lambda: True)
    cache.execute("update campaigns set rowid = rowid + 10")
    assert index_states(cache)["campaigns"].upto == 0, "as after a dump that was read in again"
    assert build_index(path, lambda: True)
    assert index_states(cache)["campaigns"].upto == 12
    cache.execute("update meta set value = 'other' where key = 'search_version'")
    assert index_states(cache)["campaigns"].upto == 0
    assert build_index(path, lambda: True)
    assert entries(cache, "aut") == 1


@pytest.mark.parametrize(
    "dropped", [["search_index", "search_states", "search_changed"], ["search_states"], ["search_changed"]]
)
def test_what_belongs_to_it_may_be_dropped_and_is_built_again(
    cache: sqlite3.Connection, path: Path, dropped: list[str]
) -> None:
    assert build_index(path, lambda: True)
    for name in dropped:
        cache.execute(f"drop table {name}")
    put(cache, "campaigns", campaign("camp_1", "Spring"))
    assert build_index(path, lambda: True)
    assert (entries(cache, "spr"), entries(cache, "aut")) == (1, 0)
    put(cache, "campaigns", campaign("camp_1", "Summer"))
    assert changed(cache) == [(NUMBERS["campaigns"], "camp_1")]


def test_rows_with_enormous_numbers_are_left_out_and_found_all_the_same(cache: sqlite3.Connection, path: Path) -> None:
    """Only another program makes them: numbers of tables stand above those of their rows."""
    for number in (2**40, 2**62):
        cache.execute(
            "insert into campaigns (rowid, id, name) values (?, ?, 'Autumn of others')", (number, f"c{number}")
        )
    assert build_index(path, lambda: True)
    assert entries(cache, "aut") == 1
    with closing(Reader(path, ZONE)) as reader:
        found = search(reader.connection, parse_search("autumn of others"), NOW, ZONE)
    assert {hit.ref.id for hit in found.hits} == {f"c{2**40}", f"c{2**62}"}
