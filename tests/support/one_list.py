"""A project with one list in it, so that a whole sync shows what it makes of that list."""

import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.cache.database import connect_writer
from store.cache.ledger import PROJECT, Ledger
from store.clock import ManualClock
from store.sync.report import Report, ResourceReport
from store.sync.request import SyncRequest
from store.times import shifted, text_of
from store.wire import Request, Response
from tests.support.list_server import ListServer, answer
from tests.support.syncing import NOW, run_sync

PATHS = {"trash_bin": "/v1/trash-bin", "async_actions": "/v1/async-actions"}
_KEYS = ("data", "campaigns", "async_actions", "vouchers", "redemptions", "publications", "customers")
_EMPTY = {**{key: [] for key in _KEYS}, "total": 0, "has_more": False}


def row(number: int, before_now: float, **more: Any) -> dict[str, Any]:
    """A record created so many seconds before the clock's start, shaped so that any list may hold it."""
    time = shifted(text_of(NOW), -int(before_now * 1000))
    return {"id": f"x_{number:06d}", "code": f"C{number}", "created_at": time, "date": time, **more}


@dataclass
class OneList:
    """A project and its mirror.

    Attributes:
        resource: whose list it is.
        server: serves the list by page numbers and dates.
        path: of the cache.
        clock: both live by it.
        queries: of the list, in the last run.
    """

    resource: str
    server: ListServer
    path: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    queries: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        if request.path != PATHS.get(self.resource, f"/v1/{self.resource}"):
            return answer(200, _EMPTY, Date=self.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.queries.append(dict(request.query))
        whole = self.server(request)
        body = json.loads(whole.body)
        if "rows" in body:
            body = {"total": body["total"], self.resource: body["rows"], "data": body["rows"]}
        return answer(whole.status, body)

    def sync(self, **request: Any) -> ResourceReport:
        """One run; what it says of the list."""
        return self.run(**request).of(self.resource)

    def run(self, **request: Any) -> Report:
        """One run over this list and the campaigns."""
        only = frozenset({"campaigns", self.resource})
        self.queries.clear()
        connection = self.connect()
        try:
            wanted = SyncRequest(everything=True, via="pages", only=only, **request)
            return run_sync(connection, wanted, self, self.clock)
        finally:
            connection.close()

    def connect(self) -> sqlite3.Connection:
        """The cache, writable."""
        return connect_writer(self.path)

    def state(self) -> str:
        """How the last attempt to read the list ended, by the ledger."""
        connection = self.connect()
        try:
            state = Ledger(connection).state(self.resource, PROJECT)
            return state.attempt_state or state.state
        finally:
            connection.close()

    def held(self) -> set[str]:
        """Ids in the cache."""
        connection = self.connect()
        try:
            return {found[0] for found in connection.execute(f"select id from {self.resource}")}
        finally:
            connection.close()

    def there(self) -> set[str]:
        """Ids in the project."""
        return {record["id"] for record in self.server.records}
