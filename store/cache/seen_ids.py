"""Which ids a full refresh has returned so far: a list of them a page, so that a page is one row to write.

A row an id, in the order of ids, would be a look-up an id, all over a table of millions.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from store.cache.database import WRITER_CACHE_KIB

_IS_LIST = "(s.id like '[%' and json_valid(s.id))"
_SEEN = (
    "select j.value as id from sweep_seen s join json_each(s.id) j"
    f" where s.resource = :resource and s.scope = :scope and {_IS_LIST}"
    " union all select s.id from sweep_seen s"
    f" where s.resource = :resource and s.scope = :scope and not {_IS_LIST}"
)
"""Ids, some of them twice."""
_SORT_KIB = 8 * 1024
"""Memory to sort many ids in. SQLite takes as much as its page cache has, on top of that."""
_MANY = 1_000
"""Pages, some hundred thousand ids."""


def see(connection: sqlite3.Connection, resource: str, scope: str, identities: Iterable[str]) -> None:
    """Remember ids that a page returned, across interruptions."""
    listed = list(identities)
    odd = [identity for identity in listed if "\0" in identity]
    if odd:
        # SQLite ends a JSON text at its first NUL: such an id is a row of its own.
        listed = [identity for identity in listed if "\0" not in identity]
    rows = [*odd, msgspec.json.encode(listed).decode()] if listed else odd
    connection.executemany(
        "insert or ignore into sweep_seen (resource, scope, id) values (?, ?, ?)",
        [(resource, scope, row) for row in rows],
    )


def gather_seen(connection: sqlite3.Connection, resource: str, scope: str) -> int:
    """Put the ids into the temporary table `seen_now`, in order; returns how many different ones there are."""
    values = {"resource": resource, "scope": scope}
    connection.execute("create temp table if not exists seen_now (id text primary key) without rowid")
    connection.execute("delete from seen_now")
    query = "select count(*) from sweep_seen where resource = :resource and scope = :scope"
    is_many = connection.execute(query, values).fetchone()[0] > _MANY
    try:
        if is_many:
            connection.execute(f"pragma cache_size = -{_SORT_KIB}")
        return connection.execute(f"insert into seen_now select id from ({_SEEN}) group by id", values).rowcount
    finally:
        if is_many:
            connection.execute(f"pragma cache_size = -{WRITER_CACHE_KIB}")


def forget_seen(connection: sqlite3.Connection, resource: str, scope: str) -> None:
    """Begin anew."""
    connection.execute("delete from sweep_seen where resource = ? and scope = ?", (resource, scope))
