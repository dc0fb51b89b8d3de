"""Which things are watched and when they were looked at; a cache of an earlier release knows of none."""

import sqlite3

from store.queries.reader import holds
from store.ref import CUSTOMER, Ref


def watched_customers(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Ids of the customers that every sync keeps up, the one watched longest first."""
    if not holds(connection, "watched"):
        return ()
    found = connection.execute("select id from watched where kind = ? order by since, id", (CUSTOMER,))
    return tuple(row[0] for row in found)


def is_watched(connection: sqlite3.Connection, thing: Ref) -> bool:
    """Whether every sync keeps a thing up."""
    if not holds(connection, "watched"):
        return False
    query = "select exists (select 1 from watched where kind = ? and id = ?)"
    return bool(connection.execute(query, (thing.kind, thing.id)).fetchone()[0])


def last_look(connection: sqlite3.Connection, thing: Ref) -> str | None:
    """When a thing was last looked at (UTC text); None where it never was."""
    if not holds(connection, "looked_at"):
        return None
    row = connection.execute("select at from looked_at where kind = ? and id = ?", (thing.kind, thing.id)).fetchone()
    return None if row is None else row[0]
