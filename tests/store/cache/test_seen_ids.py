"""Ids that a full refresh returned: a list a page, ids on their own from earlier releases, and odd ones."""

import sqlite3
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import store.cache.seen_ids as seen_ids
from store.cache.errors import CacheError
from store.cache.seen_ids import SeenIds, count_seen, forget_seen, see

SOME = ["v_1", "v_2", "123", "[x", "[]", '"q"', "é", "日本", "", "a\0b", "null"]
IDS = st.lists(st.sampled_from(SOME))


def table(cached: list[str] | None = None) -> sqlite3.Connection:
    """The ids seen, and a list whose cached rows have these ids, with gaps between the rows' numbers."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create table sweep_seen (resource text, scope text, id text, primary key (resource, scope, id)) without rowid"
    )
    connection.execute("create table vouchers (id text primary key)")
    rows = [(3 * number, identity) for number, identity in enumerate(cached or [], 1)]
    connection.executemany("insert into vouchers (rowid, id) values (?, ?)", rows)
    return connection


def gathered(connection: sqlite3.Connection) -> SeenIds:
    found = SeenIds(connection, "vouchers", "project")
    for _ in found.gather():
        pass
    return found


def unseen(connection: sqlite3.Connection, found: SeenIds) -> set[str]:
    query = "select id from vouchers where substr(?, rowid + 1, 1) = x'00'"
    return {identity for (identity,) in connection.execute(query, (found.rows,))}


@pytest.mark.parametrize("portion", [32_000, 2])
@given(pages=st.lists(IDS), cached=st.lists(st.sampled_from([*SOME, "v_3"]), unique=True))
def test_all_that_pages_returned_is_seen_and_nothing_else(
    portion: int, pages: list[list[str]], cached: list[str]
) -> None:
    connection = table(cached)
    for page in pages:
        see(connection, "vouchers", "project", page)
        see(connection, "vouchers", "other", ["elsewhere"])
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_PORTION", "_AT_ONCE", "_ROWS"):
            patch.setattr(seen_ids, name, portion)
        found = gathered(connection)
    returned = {identity for page in pages for identity in page}
    assert found.count() == len(returned)
    assert unseen(connection, found) == set(cached) - returned


def test_ids_of_an_earlier_release_count() -> None:
    connection = table(["v_1", "[odd", "v_2"])
    connection.executemany(
        "insert into sweep_seen values ('vouchers', 'project', ?)", [("",), ("v_1",), ("[odd",), ("7",)]
    )
    see(connection, "vouchers", "project", ["v_1", "v_9"])
    found = gathered(connection)
    assert found.count() == 5
    assert unseen(connection, found) == {"v_2"}


def test_rows_that_come_while_they_are_gathered_are_not_called_missing_and_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = table(["v_1"])
    see(connection, "vouchers", "project", ["v_1", "v_2", "v_4"])
    found = SeenIds(connection, "vouchers", "project")
    monkeypatch.setattr(seen_ids, "_AT_ONCE", 1)
    for _ in found.gather():
        connection.execute("insert or ignore into vouchers values ('v_2'), ('v_3'), ('v_4')")
    assert found.count() == 3
    assert unseen(connection, found) == set()


def test_two_lists_are_gathered_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = table()
    see(connection, "vouchers", "project", ["v_1", "v_2"])
    see(connection, "vouchers", "other", ["v_3"])
    monkeypatch.setattr(seen_ids, "_AT_ONCE", 1)
    one, other = (SeenIds(connection, "vouchers", scope) for scope in ("project", "other"))
    for _ in zip_longest(one.gather(), other.gather()):
        pass
    assert (one.count(), other.count()) == (2, 1)


def test_a_page_is_one_row_and_forgotten_with_its_scope() -> None:
    connection = table()
    see(connection, "vouchers", "project", [f"v_{number}" for number in range(100)])
    see(connection, "vouchers", "other", ["v_1"])
    assert connection.execute("select count(*) from sweep_seen where scope = 'project'").fetchone() == (1,)
    forget_seen(connection, "vouchers", "project")
    assert count_seen(connection, "vouchers", "project") == 0
    assert count_seen(connection, "vouchers", "other") == 1


def test_a_row_number_that_no_list_reaches_is_refused_before_memory_is_taken_for_it() -> None:
    connection = table(["v_1"])
    connection.execute("insert into vouchers (rowid, id) values (?, 'v_2')", (2**62,))
    with pytest.raises(CacheError, match="row numbered 4,611,686,018,427,387,904"):
        gathered(connection)
