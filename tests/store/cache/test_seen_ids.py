"""Ids that a full refresh returned: a list a page, ids on their own from earlier releases, and odd ones."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from store.cache.seen_ids import forget_seen, gather_seen, see

IDS = st.lists(st.sampled_from(["v_1", "v_2", "123", "[x", "[]", '"q"', "é", "日本", "", "a\0b", "null"]))


def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create table sweep_seen (resource text, scope text, id text, primary key (resource, scope, id)) without rowid"
    )
    return connection


def seen(connection: sqlite3.Connection) -> set[str]:
    count = gather_seen(connection, "vouchers", "project")
    found = [identity for (identity,) in connection.execute("select id from seen_now")]
    assert count == len(found)
    return set(found)


@given(pages=st.lists(IDS))
def test_all_that_pages_returned_is_seen_and_nothing_else(pages: list[list[str]]) -> None:
    connection = table()
    for page in pages:
        see(connection, "vouchers", "project", page)
        see(connection, "vouchers", "other", ["elsewhere"])
    assert seen(connection) == {identity for page in pages for identity in page}


def test_ids_of_an_earlier_release_count() -> None:
    connection = table()
    connection.executemany("insert into sweep_seen values ('vouchers', 'project', ?)", [("v_1",), ("[odd",), ("7",)])
    see(connection, "vouchers", "project", ["v_1", "v_9"])
    assert seen(connection) == {"v_1", "[odd", "7", "v_9"}


def test_a_page_is_one_row_and_forgotten_with_its_scope() -> None:
    connection = table()
    see(connection, "vouchers", "project", [f"v_{number}" for number in range(100)])
    see(connection, "vouchers", "other", ["v_1"])
    assert connection.execute("select count(*) from sweep_seen where scope = 'project'").fetchone() == (1,)
    forget_seen(connection, "vouchers", "project")
    assert seen(connection) == set()
    assert gather_seen(connection, "vouchers", "other") == 1
