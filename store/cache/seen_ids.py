"""Which ids a full refresh has returned so far: a list of them a page, so that a page is one row to write.

A row an id, in the order of ids, would be a look-up an id, all over a table of millions. At the end each is
looked up once, a portion of them in their order at a time, and what remains of it is a byte a row of the table.
"""

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from store.cache.errors import CacheError

_PORTION = 32_000
"""Ids that are put in order together: neighbours in the table's index are then found on one page of the file."""
_MOST_ROWS = 1_000_000_000
"""The highest row number for which a byte a row is kept; a list of so many rows is not known."""
_AT_ONCE = 2_000
"""Ids that are looked up before others may write."""
_ROWS = 50
"""Rows of ids that are read together; an export's hold 500 each."""


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


class SeenIds:
    """The ids that a full refresh has returned, once `gather` has come to its end.

    Args:
        connection: any of the cache.
        resource: the list, which is also the name of its table.
        scope: whose.

    Attributes:
        rows: a byte for each row number of the table, as far as it reached when they were gathered: 1 for those seen.
            SQL finds the byte of a row at `rowid + 1`, and nothing for a row that is newer.
    """

    def __init__(self, connection: sqlite3.Connection, resource: str, scope: str) -> None:
        self._connection = connection
        self._resource = resource
        self._scope = scope
        self.rows = bytearray(1)

    def gather(self) -> Iterator[None]:
        """Look the ids up, a part at a time, between which anything may be written but this refresh."""
        run, values = self._connection.execute, (self._resource, self._scope)
        run(
            "create temp table if not exists seen_elsewhere (resource text, scope text, id text,"
            " primary key (resource, scope, id)) without rowid"
        )
        run("delete from seen_elsewhere where resource = ? and scope = ?", values)
        newest = run(f'select coalesce(max(rowid), 0) from "{self._resource}"').fetchone()[0]
        if newest > _MOST_ROWS:
            raise CacheError(
                f"The table {self._resource} of the cache has a row numbered {newest:,}, which only another program "
                "makes. Nothing was marked missing. Delete the cache (promoscope purge) and sync again."
            )
        self.rows = bytearray(newest + 1)
        is_first = True
        for ids in self._portions():
            for first in range(0, len(ids), _AT_ONCE):
                if not is_first:
                    yield
                self._look_up(ids[first : first + _AT_ONCE], newest)
                is_first = False

    def count(self) -> int:
        """How many different ids there are, those that no row has included."""
        query = "select count(*) from seen_elsewhere where resource = ? and scope = ?"
        elsewhere = self._connection.execute(query, (self._resource, self._scope)).fetchone()[0]
        return self.rows.count(1) + int(elsewhere)

    def _portions(self) -> Iterator[list[str]]:
        query = "select id from sweep_seen where resource = ? and scope = ? and id {} ? order by id limit ?"
        place, more, ids = "", query.format(">="), list[str]()
        while rows := self._connection.execute(more, (self._resource, self._scope, place, _ROWS)).fetchall():
            place, more = rows[-1][0], query.format(">")
            ids += [identity for (row,) in rows for identity in _listed(row)]
            if len(ids) >= _PORTION:
                yield sorted(ids)
                ids = []
        yield sorted(ids)

    def _look_up(self, ids: list[str], newest: int) -> None:
        """Mark the rows of these ids, and keep the ids that no row has."""
        plain = [identity for identity in ids if "\0" not in identity]
        # Texts of JSON are read faster than as many values are handed over.
        self._mark("json_each(:ids)", msgspec.json.encode(plain).decode(), newest, len(plain))
        for odd in ids if len(plain) < len(ids) else ():
            if "\0" in odd:
                self._mark("(select :ids as value)", odd, newest, 1)

    def _mark(self, source: str, ids: str, newest: int, count: int) -> None:
        values = {"ids": ids, "newest": newest, "resource": self._resource, "scope": self._scope}
        row = f'"{self._resource}" t on t.id = j.value and t.rowid <= :newest'
        found = self._connection.execute(f"select t.rowid from {source} j cross join {row}", values).fetchall()
        for (number,) in found:
            self.rows[number] = 1
        if len(found) < count:
            self._connection.execute(
                f"insert or ignore into seen_elsewhere select :resource, :scope, j.value from {source} j"
                f" left join {row} where t.rowid is null",
                values,
            )

    def mark_unreadable(self, campaign_id: str | None, now: str) -> None:
        """Mark what was kept of records that could not be understood and are not among these."""
        self._connection.execute(
            "update unreadable set missing_since = :now where resource = :resource and missing_since is null"
            " and (:campaign is null or campaign_id = :campaign)"
            " and not exists (select 1 from seen_elsewhere s"
            "  where s.resource = :resource and s.scope = :scope and s.id = unreadable.id)"
            f' and not exists (select 1 from "{self._resource}" t'
            "  where t.id = unreadable.id and substr(:seen, t.rowid + 1, 1) = x'01')",
            {
                "now": now, "resource": self._resource, "scope": self._scope, "campaign": campaign_id,
                "seen": self.rows,
            },
        )  # fmt: skip


def count_seen(connection: sqlite3.Connection, resource: str, scope: str) -> int:
    """How many different ids a full refresh has returned so far."""
    seen = SeenIds(connection, resource, scope)
    for _ in seen.gather():
        pass
    return seen.count()


def _listed(row: str) -> list[str]:
    """The ids of a row: those of a page, or one that stands alone."""
    if row.startswith("["):
        try:
            return msgspec.json.decode(row, type=list[str])
        except msgspec.DecodeError:
            pass
    return [row]


def forget_seen(connection: sqlite3.Connection, resource: str, scope: str) -> None:
    """Begin anew."""
    connection.execute("delete from sweep_seen where resource = ? and scope = ?", (resource, scope))
