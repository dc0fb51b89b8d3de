"""What was tried, by whom, and what became of it: a file of its own beside the cache, which outlives it.

It is written before a request goes out and again when its fate is known: what was under way when the program was killed
stands there as unknown. Requests carry no keys; those stand in headers, which are not kept.
"""

import getpass
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from store.actions.action import Fate
from store.actions.plan import Plan, body_text
from store.private_files import create_private

_TABLE = """
create table if not exists audit (
    id integer primary key, at text not null, user text not null, profile text not null, action text not null,
    kind text not null, record text not null, method text not null, path text not null, body text not null,
    changes text not null, before text not null, after text not null, fate text not null, said text not null,
    request_id text, batch text not null, undo text not null)
"""


def audit_path(database: Path) -> Path:
    """Where the audit of a cache lies."""
    return database.with_name(f"{database.stem}.audit.db")


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

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(create_private(self.path))
        with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            connection.execute(_TABLE)
            yield connection

    def begin(self, plan: Plan, at: str, batch: str) -> int:
        """Note an attempt before it is made; returns its number."""
        changes = [{"name": one.name, "before": one.before, "after": one.after} for one in plan.changes]
        undo = {"action": plan.undo.action, "values": plan.undo.values} if plan.undo else None
        row = (
            at, os_user(), self._profile, plan.action.id, plan.action.kind, plan.record_id, plan.request.method,
            plan.request.path, body_text(plan.request), _json(changes), _json(plan.before), "", Fate.UNKNOWN.value,
            "It was under way.", None, batch, _json(undo),
        )  # fmt: skip
        with self._open() as connection:
            marks = ", ".join("?" * len(row))
            cursor = connection.execute(f"insert into audit values (null, {marks})", row)
            return int(cursor.lastrowid or 0)

    def end(self, number: int, fate: Fate, said: str, request_id: str | None, after: Mapping[str, Any] | None) -> None:
        """Note what became of it."""
        with self._open() as connection:
            values = (fate.value, said, request_id, _json(after) if after is not None else "", number)
            connection.execute("update audit set fate = ?, said = ?, request_id = ?, after = ? where id = ?", values)

    def rows(self, number: int | None = None) -> list[dict[str, Any]]:
        """All attempts, the newest first, or the one of a number; structures are objects."""
        if not self.path.exists():
            return []
        where, values = ("where id = ?", (number,)) if number is not None else ("", ())
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(f"select * from audit {where} order by id desc", values).fetchall()
        return [{name: _shown(name, row[name]) for name in row.keys()} for row in found]  # noqa: SIM118 - sqlite3.Row

    def done_of(self, batch: str) -> set[str]:
        """The records of a batch that were done, or may have been: none of them is tried again."""
        tried = {Fate.DONE.value, Fate.UNKNOWN.value}
        return {row["record"] for row in self.rows() if row["batch"] == batch and row["fate"] in tried}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _shown(name: str, value: Any) -> Any:
    if name in ("changes", "before", "after", "undo", "body") and isinstance(value, str):
        return msgspec.json.decode(value) if value else None
    return value
