"""What a reader marks in the cache: things that are watched, and when a thing was looked at. A sync writes neither."""

import sqlite3

from store.cache.database import transaction
from store.ref import Ref


def watch(connection: sqlite3.Connection, thing: Ref, since: str) -> None:
    """Keep a thing up by every sync from now (UTC text) on; one that is watched stays so since it was."""
    with transaction(connection):
        connection.execute(
            "insert or ignore into watched (kind, id, since) values (?, ?, ?)", (thing.kind, thing.id, since)
        )


def unwatch(connection: sqlite3.Connection, thing: Ref) -> None:
    """Keep a thing up no longer; what was read of it stays."""
    with transaction(connection):
        connection.execute("delete from watched where kind = ? and id = ?", (thing.kind, thing.id))


def note_look(connection: sqlite3.Connection, thing: Ref, at: str) -> None:
    """Note that a user views a thing now (UTC text); the view before it is kept beside it."""
    with transaction(connection):
        connection.execute(
            "insert into looked_at (kind, id, at) values (?, ?, ?)"
            " on conflict (kind, id) do update set before = looked_at.at, at = excluded.at",
            (thing.kind, thing.id, at),
        )
