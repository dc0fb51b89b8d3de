"""Walks through an index and lookups in the search index: the rows that sorting everything by hand gives."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.database import connect_writer, transaction
from store.cache.search_index import build_index, mark_changed
from store.queries import row_candidates, row_walk
from store.queries.question import Question
from store.queries.reader import Reader
from store.queries.row_walk import Walk
from store.queries.rows import PRESENT, Condition, RowList
from store.queries.views import VOUCHERS
from store.ref import Ref
from tests.support.syncing import ZONE

Members = list[tuple[str, str | None, int]]
"""Owner, sort value and flag of each row, in the order of row ids from 1."""

members = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([None, "k", "l", "m"]), st.integers(0, 2)), max_size=60
)


@pytest.fixture(scope="module", autouse=True)
def short_stretches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_walk, "_FIRST", 3)
        patch.setattr(row_walk, "_LONGEST", 5)
        yield


def _connected(rows: Members) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table things (owner text, k text, flag int)")
    connection.execute("create index things_owner_k on things (owner, k)")
    connection.executemany("insert into things values (?, ?, ?)", rows)
    return connection


def _by_hand(rows: Members, *, descending: bool, flag: int | None) -> list[int]:
    numbered = [(row[1] is not None, row[1] or "", number) for number, row in enumerate(rows, 1)
                if row[0] == "a" and (flag is None or row[2] == flag)]  # fmt: skip
    return [number for _, _, number in sorted(numbered, reverse=descending)]


@settings(max_examples=50)
@given(rows=members, descending=st.booleans(), flag=st.sampled_from([None, 0, 1]), at=st.integers(0, 40))
def test_a_walk_comes_by_every_row_once_and_in_order(
    rows: Members, descending: bool, flag: int | None, at: int
) -> None:
    connection = _connected(rows)
    keep: tuple[str, list[Any]] = ("", []) if flag is None else ("t.flag = ?", [flag])
    walk = Walk("things", ("t.owner = ?", ["a"]), "t.k", descending, keep)
    expected = _by_hand(rows, descending=descending, flag=flag)
    walk.reach(connection, at)
    assert walk.is_whole or walk.known >= at
    if flag is not None:
        assert list(walk.found) == expected[: walk.known], "what is found is the beginning"
    assert list(walk.last(connection, at + 1)) == expected[-at - 1 :], "from the other end"
    told: list[int] = []
    if flag is None:
        assert list(walk.skip_to(connection, at, 4)) == expected[at : at + 4], "before all places are known"
    assert walk.finish(connection, told.append) == len(expected)
    assert told == sorted(told)
    if flag is not None:
        assert list(walk.found) == expected
    else:
        assert list(walk.skip_to(connection, at, 4)) == expected[at : at + 4]
        assert list(walk.skip_to(connection, at, -1)) == expected[at:]
    connection.close()


def test_row_ids_beyond_four_bytes_are_kept_whole() -> None:
    connection = _connected([("a", "k", 1)] * 12)
    connection.execute("insert into things (rowid, owner, k, flag) values (?, 'a', 'l', 1)", (2**33,))
    walk = Walk("things", ("t.owner = ?", ["a"]), 't."k"', False, ("t.flag = ?", [1]))
    assert walk.finish(connection) == 13
    assert list(walk.found) == [*range(1, 13), 2**33]


def test_an_impatient_walk_tells_that_it_is_not_at_the_end() -> None:
    connection = _connected([("a", "k", 0)] * 30)
    walk = Walk("things", ("t.owner = ?", ["a"]), "t.k", True, ("t.flag = 1", []))
    walk.reach(connection, 5, patience=0)
    assert (walk.known, walk.passed, walk.is_whole) == (0, 3, False)
    connection.close()


def test_a_walk_takes_no_stretch_that_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row takes 1 ms: with 40 ms for stretches of 3, 3, 6, 12, 24, … the fifth is cut to what time is left for."""
    monkeypatch.setattr(row_walk, "_LEAST", 1)
    monkeypatch.setattr(row_walk, "_LONGEST", 1_000)
    connection = _connected([("a", "k", 0)] * 300)
    walk = Walk("things", ("t.owner = ?", ["a"]), "t.k", True, ("t.flag = 1", []))
    monkeypatch.setattr("time.monotonic", lambda: walk.passed / 1_000)
    walk.reach(connection, 5, patience=0.04)
    assert walk.passed in (40, 41), "a rounded part of a row may be left for one more"
    walk.reach(connection, 5, patience=0.04)
    assert walk.passed in range(80, 83), "nor does one that goes on"
    connection.close()


_CODES = ("SUMMER-1", "summer-22", "50%_OFF", "ŻÓŁĆ-9", "zażółć", "x", None)


class Cache:
    """A cache of 140 codes, half of them another campaign's, and what is written to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = connect_writer(path)
        self.codes: dict[str, tuple[str | None, str | None, int]] = {}
        for number in range(140):
            self.put(number, _CODES[number % 7], f"cust_{number % 11:02d}" if number % 3 else None)
        self.reader = Reader(path, ZONE)

    def put(self, number: int, code: str | None, holder: str | None) -> None:
        """Store a code, new or changed, as a sync does; the newest have the highest number."""
        values = (f"v_{number:04d}", code, holder, f"camp_{number % 2}", number % 5 > 0, f"2026-01-01T{number:06d}")
        with transaction(self.writer):
            self.writer.execute(
                "insert into vouchers (id, code, holder_id, campaign_id, active, created_at)"
                " values (?, ?, ?, ?, ?, ?) on conflict (id) do update set code = excluded.code",
                values,
            )
            mark_changed(self.writer, "vouchers", [values[0]])
        self.codes[values[0]] = (code, holder, number)

    def by_hand(self, text: str) -> list[str]:
        """Ids of the active codes of one campaign that hold a text, newest first."""
        needle = text.casefold()
        found = [
            identity for identity, (code, holder, number) in self.codes.items()
            if number % 2 == 1 and number % 5 > 0
            and any(needle in (value or "").casefold() for value in (code, identity, holder))
        ]  # fmt: skip
        return sorted(found, reverse=True)

    def listed(self, text: str) -> RowList:
        """The same as a list."""
        conditions = (PRESENT, Condition("active", "=", 1))
        return RowList(self.reader, VOUCHERS, Ref.campaign("camp_1"), text, conditions)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    made = Cache(tmp_path_factory.mktemp("codes") / "c.db")
    yield made
    made.reader.close()
    made.writer.close()


def test_few_rows_that_an_index_names_are_not_walked_to(cache: Cache) -> None:
    for condition in (Condition("id", "=", "v_0001"), Condition("missing_since", "not null")):
        rows = RowList(cache.reader, VOUCHERS, Ref.campaign("camp_1"), conditions=(condition,))
        asked: list[str] = []
        cache.reader.connection.set_trace_callback(asked.append)
        found = rows.window(0, 5)
        cache.reader.connection.set_trace_callback(None)
        assert [row[0] for row in found] == (["v_0001"] if condition.column == "id" else [])
        assert not any("offset 2" in one for one in asked), "no stretch of the index is read"


def test_without_the_index_a_text_is_looked_for_row_by_row(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_candidates, "WORTH_IT", 0)
    assert row_candidates.candidates(cache.reader.connection, "vouchers", VOUCHERS.search, "summer") is None
    assert [row[0] for row in cache.listed("summer").window(0, 200)] == cache.by_hand("summer")


def test_the_search_index_finds_what_looking_at_each_row_finds(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_candidates, "WORTH_IT", 0)
    assert build_index(cache.path, lambda: True)
    cache.put(7, "WINTER-1", "cust_07")
    cache.put(141, "late-summer-22", "cust_05")
    for text in ("summer", "SUMMER-2", "%_o", "żół", "v_001", "cust_0", "winter", "nowhere", "su", "ummer-1"):
        rows, expected = cache.listed(text), cache.by_hand(text)
        found = row_candidates.candidates(cache.reader.connection, "vouchers", VOUCHERS.search, text)
        assert (found is None) == (len(text) < 3), text
        assert [row[0] for row in rows.window(0, 200)] == expected, text
        assert rows.count() == len(expected), text
        assert [rows.position(identity) for identity in expected[:3]] == list(range(len(expected)))[:3], text
    monkeypatch.setattr(row_candidates, "_MOST", 5)
    assert row_candidates.candidates(cache.reader.connection, "vouchers", VOUCHERS.search, "summer") is None, "too many"


def test_rows_written_during_a_walk_change_nothing_of_what_it_holds(cache: Cache) -> None:
    expected, rows = cache.by_hand("summer"), cache.listed("summer")
    seen = [row[0] for row in rows.window(0, 4)]
    was_whole = rows.is_whole
    assert not was_whole
    cache.put(143, "SUMMER-3", None)
    for start in range(4, len(expected), 4):
        seen += [row[0] for row in rows.window(start, start + 4)]
        cache.put(145 + start * 2, "summer-4", None)
    assert seen == expected
    assert (rows.count(), rows.is_whole) == (len(expected), True)
    cache.writer.execute("update vouchers set missing_since = 'now' where id = ?", (expected[0],))
    assert [row[0] for row in rows.window(0, 2)] == expected[:2], "the rows of the moment it was opened"


def _rest(cache: Cache) -> None:
    """As if nothing had been written for long."""
    for path in cache.path.parent.glob(f"{cache.path.name}*"):
        os.utime(path, (1_000_000, 1_000_000))


def _counted(cache: Cache) -> tuple[int, bool]:
    """How many codes there are, and whether the index was read for it."""
    asked: list[str] = []
    cache.reader.connection.set_trace_callback(asked.append)
    count = RowList(cache.reader, VOUCHERS, Ref.campaign("camp_1"), conditions=(PRESENT,)).count()
    cache.reader.connection.set_trace_callback(None)
    return count, any("offset" in one for one in asked)


def test_lists_of_the_same_rows_count_once_until_something_is_written(cache: Cache) -> None:
    _rest(cache)
    there, has_read = _counted(cache)
    assert has_read
    assert _counted(cache) == (there, False)
    cache.put(901, "SPRING", None)
    assert _counted(cache) == (there + 1, True)


def test_what_a_question_reads_of_an_older_state_is_not_shared(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put(903, "SPRING", None)
    with Question():
        before, _ = _counted(cache)
        cache.writer.execute("update vouchers set campaign_id = 'camp_2' where code = 'SPRING' and id = 'v_0903'")
        assert _counted(cache)[0] == before
    monkeypatch.setattr(row_walk, "_SETTLED", -(10**18))
    assert _counted(cache) == (before - 1, True)
