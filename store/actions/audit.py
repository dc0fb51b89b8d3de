"""What was tried, by whom, and what became of it: a file of its own beside the cache, which outlives it.

It is written before a request goes out and again when its fate is known: what was under way when the program was killed
stands there as unknown. Requests carry no keys; those stand in headers, which are not kept. The rows of a batch are
kept, too, before the first of them is sent, so that its name is enough to go on with it.
"""

import getpass
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from store.actions.action import Fate, Values
from store.actions.plan import Plan, body_text
from store.cache.errors import CacheError
from store.cache.files import is_there
from store.cache.lock import CacheBusy, lock_path, writer_lock
from store.clock import Clock
from store.domain.values import members
from store.private_files import create_private

_TABLES = (
    """
    create table if not exists audit (
        id integer primary key, at text not null, user text not null, profile text not null, action text not null,
        kind text not null, record text not null, method text not null, path text not null, body text not null,
        changes text not null, before text not null, after text not null, fate text not null, said text not null,
        request_id text, batch text not null, undo text not null)
    """,
    """
    create table if not exists batches (
        name text not null, action text not null, kind text not null, record text not null, given text not null,
        primary key (name, record))
    """,
)
_LATER = {"given": "text not null default ''", "undoes": "integer", "async_id": "text", "async_end": "text"}
"""Columns that the first release did not have."""
_STRUCTURES = ("changes", "before", "after", "undo", "body", "given")
_UNDONE = (
    "select id from audit where kind = ? and record = ? and fate = ? and undo = ? and id not in "
    "(select undoes from audit where undoes is not null and fate in (?, ?)) order by id desc limit 1"
)
"""The newest attempt that an action takes back."""
GONE = "GONE"
"""The end of a task that the API does not know any more."""
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL)
_TRIED = (Fate.DONE.value, Fate.UNKNOWN.value)


class AuditUnreadable(CacheError):
    """The audit's file cannot be used; the message says why."""


@dataclass(frozen=True)
class KeptBatch:
    """A batch as it was begun: the action, and the values of each record."""

    kind: str
    action: str
    rows: Mapping[str, Values]


def audit_path(database: Path) -> Path:
    """Where the audit of a cache lies."""
    return database.with_name(f"{database.stem}.audit.db")


def remove_audit(database: Path) -> None:
    """Delete the audit of a cache, if there is one."""
    path = audit_path(database)
    for beside in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    lock_path(path).unlink(missing_ok=True)


def os_user() -> str:
    """Who runs this, as the system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


class Audit:
    """The audit of one cache.

    Args:
        database: the cache's file; the audit lies beside it.
        profile: whose attempts are added.
    """

    def __init__(self, database: Path, profile: str) -> None:
        self.path = audit_path(database)
        self._profile = profile
        self._kept: sqlite3.Connection | None = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """For writing; the file is made where there is none.

        Raises:
            CacheError: a link lies there, or the file is damaged or cannot be written.
        """
        with _translated(self.path):
            if self._kept is not None:
                with self._kept:
                    yield self._kept
                return
            with closing(self._connected()) as connection, connection:
                yield connection

    def _connected(self) -> sqlite3.Connection:
        if not is_there(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(create_private(self.path))
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            _make_ready(connection)
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection | None]:
        """For reading, without changing the file; None where there is none, or an empty one."""
        if not is_there(self.path):
            yield None
            return
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        with _translated(self.path), closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            is_begun = connection.execute("select 1 from sqlite_master where name = 'audit'").fetchone()
            yield connection if is_begun else None

    def begin(self, plan: Plan, at: str, batch: str) -> int:
        """Note an attempt before it is made; returns its number. What is the inverse of an earlier one names that."""
        changes = [
            {"name": one.name, "before": one.before, "after": one.after, "kind": one.kind.name.lower()}
            for one in plan.changes
        ]
        undo = _undo_text(plan.undo.action, plan.undo.values) if plan.undo else "null"
        row: dict[str, Any] = {
            "at": at, "user": os_user(), "profile": self._profile, "action": plan.action.id, "kind": plan.action.kind,
            "record": plan.record_id, "method": plan.request.method, "path": plan.request.path,
            "body": body_text(plan.request), "changes": _json(changes), "before": _json(plan.before), "after": "",
            "fate": Fate.UNKNOWN.value, "said": "It was under way.", "batch": batch, "undo": undo,
            "given": _json(plan.values),
        }  # fmt: skip
        inverse = (plan.action.kind, plan.record_id, Fate.DONE.value, _undo_text(plan.action.id, plan.values), *_TRIED)
        with self._open() as connection:
            undone = connection.execute(_UNDONE, inverse).fetchone()
            row["undoes"] = undone[0] if undone else None
            marks = ", ".join(f":{name}" for name in row)
            cursor = connection.execute(f"insert into audit ({', '.join(row)}) values ({marks})", row)
            return int(cursor.lastrowid or 0)

    def end(self, number: int, fate: Fate, said: str, request_id: str | None, after: Mapping[str, Any] | None) -> None:
        """Note what became of it."""
        with self._open() as connection:
            values = (fate.value, said, request_id, _json(after) if after is not None else "", number)
            connection.execute("update audit set fate = ?, said = ?, request_id = ?, after = ? where id = ?", values)

    def settle(self, number: int, fate: Fate, said: str, *, after: Mapping[str, Any] | None = None) -> None:
        """Note a fate that was found out later."""
        with self._open() as connection:
            values = (fate.value, said, _json(after) if after is not None else None, number)
            connection.execute("update audit set fate = ?, said = ?, after = coalesce(?, after) where id = ?", values)

    def keep_task(self, number: int, task: str, end: str) -> None:
        """Note the task in the background that goes on with it; `end` is "" while it does."""
        with self._open() as connection:
            connection.execute("update audit set async_id = ?, async_end = ? where id = ?", (task, end or None, number))

    def rows(self, number: int | None = None) -> list[dict[str, Any]]:
        """All attempts, the newest first, or the one of a number; structures are objects.

        `undoes` is the number of the attempt that one took back, `undone_by` of the one that took it back.

        Raises:
            CacheError: the file is a link or damaged.
        """
        return self._select("" if number is None else "where id = ?", () if number is None else (number,))

    def listed(self) -> list[dict[str, Any]]:
        """All attempts, the newest first, without requests' bodies and the records before and after."""
        return self._select("", (), leave_out=("body", "before", "after"))

    def unknown_of(self, batch: str) -> list[dict[str, Any]]:
        """The attempts of a batch whose fate is not known, the oldest first."""
        return self._select("where batch = ? and fate = ?", (batch, Fate.UNKNOWN.value))[::-1]

    def open_ends(self) -> list[dict[str, Any]]:
        """The attempts that set something going in the background of which no end was seen, the oldest first."""
        return self._select("where async_id is not null and async_end is null", (), since="async_end")[::-1]

    def _select(
        self, where: str, values: Sequence[Any], since: str = "id", leave_out: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Attempts, the newest first; none from a file that has no column `since` yet."""
        with self._read() as connection:
            if connection is None:
                return []
            names = [row[0] for row in connection.execute("select name from pragma_table_info('audit')")]
            if since not in names:
                return []
            wanted = ", ".join(f'"{name}"' for name in names if name not in leave_out)
            found = [
                dict(row) for row in connection.execute(f"select {wanted} from audit {where} order by id desc", values)
            ]
            undone: dict[int, int] = {}
            if found and "undoes" in found[0]:
                taken = "select undoes, id from audit where undoes is not null and fate in (?, ?) order by id"
                undone = dict(map(tuple, connection.execute(taken, _TRIED)))
        missing = {name: "" if name == "given" else None for name in _LATER}
        return [
            {
                name: _shown(name, value)
                for name, value in {**missing, **row, "undone_by": undone.get(row["id"])}.items()
            }
            for row in found
        ]

    def done_of(self, batch: str) -> set[str]:
        """The records of a batch that were done, or may have been: none of them is tried again."""
        with self._read() as connection:
            if connection is None:
                return set()
            tried = "select record from audit where batch = ? and fate in (?, ?)"
            return {row[0] for row in connection.execute(tried, (batch, *_TRIED))}

    def ids_of(self, batch: str) -> dict[str, str]:
        """The ids of the records of a batch that were done, or may have been, each with what the batch calls it."""
        tried = self._select("where batch = ? and fate in (?, ?)", (batch, *_TRIED), leave_out=("body", "after"))
        return {str(one["before"]["id"]): one["record"] for one in tried if members(one["before"]).get("id")}

    def keep_batch(self, name: str, kind: str, action: str, rows: Mapping[str, Values]) -> None:
        """Keep what a batch consists of, before any of it is sent; what it had before stays."""
        with self._open() as connection:
            connection.executemany(
                "insert or replace into batches values (?, ?, ?, ?, ?)",
                ((name, action, kind, record, _json(values)) for record, values in rows.items()),
            )

    def batch(self, name: str) -> KeptBatch | None:
        """What a batch consists of, in its order; None where there is none of this name."""
        with self._read() as connection:
            if (
                connection is None
                or not connection.execute("select 1 from sqlite_master where name = 'batches'").fetchone()
            ):
                return None
            found = connection.execute("select * from batches where name = ? order by rowid", (name,)).fetchall()
        if not found:
            return None
        rows = {row["record"]: msgspec.json.decode(row["given"]) for row in found}
        return KeptBatch(found[0]["kind"], found[0]["action"], rows)

    @contextmanager
    def alone(self, clock: Clock) -> Iterator[None]:
        """Hold the audit for a batch: two that run the same one would try its rows twice.

        Raises:
            AuditUnreadable: another process sends a batch.
        """
        try:
            with writer_lock(self.path, clock), _translated(self.path), closing(self._connected()) as connection:
                # Each attempt waits for the disk twice; with a log that takes a twentieth of the time.
                connection.execute("pragma journal_mode = wal")
                self._kept = connection
                try:
                    yield
                finally:
                    self._kept = None
                    # Whoever reads just then keeps the log in use: the next batch puts that right.
                    with suppress(sqlite3.OperationalError):
                        connection.execute("pragma journal_mode = delete")
        except CacheBusy as busy:
            who = busy.holder or "Another process"
            raise AuditUnreadable(f"A batch is being sent already ({who}). Nothing was sent.") from None


def _make_ready(connection: sqlite3.Connection) -> None:
    """Make the tables, and the columns that an earlier release did not have."""
    for table in _TABLES:
        connection.execute(table)
    has = {row[1] for row in connection.execute("pragma table_info(audit)")}
    for name, form in _LATER.items():
        if name not in has:
            connection.execute(f"alter table audit add column {name} {form}")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        # A busy file and a full disk are no damage. Moving the file away would lose all attempts.
        is_passing = getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING
        advice = "Try again later." if is_passing else "Move it away to begin a new one."
        raise AuditUnreadable(f"The audit {path} cannot be used ({error}). {advice}") from None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _undo_text(action: str, values: Values) -> str:
    return _json({"action": action, "values": values})


def _shown(name: str, value: Any) -> Any:
    if name not in _STRUCTURES or not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value) if value else None
    except msgspec.DecodeError:
        return value
