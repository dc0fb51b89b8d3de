"""Syncing the sandbox into a cache in tests: one call, a fixed clock, and a dump to compare caches by."""

import asyncio
import sqlite3
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from store.api.client import ApiClient, Credentials
from store.cache.database import connect_writer
from store.cache.registry import TABLES
from store.clock import ManualClock
from store.sandbox import Sandbox
from store.sandbox.world import Sizes
from store.sync.engine import SyncEngine
from store.sync.rate_limiter import RateLimiter
from store.sync.report import Report
from store.sync.request import SyncRequest
from store.wire import Responder
from tests.support.kept import kept
from tests.support.sizes import TINY
from tests.support.world import ChangingWorld

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Warsaw")
EVERYTHING = SyncRequest(everything=True)
_NOT_COMPARED = {
    "seen_at",
    "since",
    "run_id",
    "as_of",
    "completed_at",
    "started_at",
    "missing_since",
    "created_watermark",
    "updated_watermark",
    "until",
}
_META_TABLES = (
    "unreadable", "changes", "daily", "campaign_totals", "campaign_summaries", "sync_states", "sync_windows",
    "members_read", "project_days",
)  # fmt: skip


@dataclass
class Project:
    """A sandbox, a cache and the clock both live by; names are an attacker's unless a test wants them tidy."""

    path: Path
    sizes: Sizes = TINY
    seed: int = 7
    hostile: bool = True
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.world = ChangingWorld(self.seed, now=NOW, sizes=self.sizes, hostile=self.hostile)
        self.sandbox = Sandbox(self.world, clock=self.clock, **self.options)

    def connect(self) -> sqlite3.Connection:
        """The cache, writable."""
        return connect_writer(self.path)

    def sync(self, request: SyncRequest | None = None, *, responder: Responder | None = None) -> Report:
        """Run one sync to its end."""
        connection = self.connect()
        try:
            return run_sync(connection, request or SyncRequest(), responder or self.sandbox.respond, self.clock)
        finally:
            connection.close()

    def copy_synced(self, request: SyncRequest = EVERYTHING) -> None:
        """Begin with what a complete sync leaves, which is done once in a run of the suite for projects like this.

        The world must not have changed; the sandbox has seen no call.
        """
        assert (self.clock.now(), self.options) == (NOW, {})
        wanted = replace(request, only=None if request.only is None else frozenset())
        only = None if request.only is None else sorted(request.only)
        made = kept((self.sizes, self.seed, self.hostile, wanted, only), lambda path: self._sync_into(path, request))
        with zipfile.ZipFile(made) as archive:
            self.path.touch(0o600)
            self.path.write_bytes(archive.read("cache"))
            self.clock.advance(float(archive.read("seconds")))

    def _sync_into(self, archive: Path, request: SyncRequest) -> None:
        with TemporaryDirectory() as folder:
            other = Project(Path(folder, "cache"), self.sizes, self.seed, self.hostile)
            report = other.sync(request)
            assert report.state == "complete", report.as_json()
            with zipfile.ZipFile(archive, "w") as file:
                file.write(other.path, "cache")
                file.writestr("seconds", str(other.clock.monotonic()))

    def ids(self, table: str, column: str = "id") -> set[str]:
        """What the world holds of a resource."""
        return set(self.world.tables[table].column(column))


def run_sync(connection: sqlite3.Connection, request: SyncRequest, responder: Responder, clock: ManualClock) -> Report:
    """Run one sync on a connection against a responder."""

    async def work() -> Report:
        limiter = RateLimiter(clock, max_calls=request.max_calls)
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        async with ApiClient(credentials, clock=clock, gate=limiter, responder=responder) as client:
            return await SyncEngine(client, connection, zone=ZONE, clock=clock).run(request)

    return asyncio.run(work())


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a cache but the times at which it was asked for."""
    children = [child.name for spec in TABLES.values() for child in spec.children]
    tables = [*TABLES, *(spec.raw for spec in TABLES.values()), *children, *_META_TABLES]
    return {table: _rows(connection, table) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    names = [row[1] for row in connection.execute(f'pragma table_info("{table}")')]
    skipped = _NOT_COMPARED | ({"id"} if table == "changes" else set())
    columns = ", ".join(f'"{name}"' for name in names if name not in skipped)
    return sorted(connection.execute(f'select {columns} from "{table}"').fetchall(), key=repr)
