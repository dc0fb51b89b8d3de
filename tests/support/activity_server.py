"""A project of customers who did things, in a few lines, with the habits a server may have."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from store.cache.database import connect_writer
from store.clock import ManualClock
from store.sync.report import Report
from store.sync.request import SyncRequest
from store.times import shifted, text_of
from store.wire import Request, Response
from tests.support.list_server import answer
from tests.support.syncing import NOW, run_sync

CUSTOMER = "cust_1"
BOTH = frozenset({"customers", "customer_activity"})


def event(number: int, minutes_ago: float, kind: str = "customer.order.paid", **more: Any) -> dict[str, Any]:
    """An event so many minutes before the clock's start."""
    at = shifted(text_of(NOW), -int(minutes_ago * 60_000))
    data = {"customer": {"id": CUSTOMER, "object": "customer"}, **more.pop("data", {})}
    source = {"channel": "API", "api_key": {"name": "Shop", "app_id": "app"}}
    return {
        "id": f"evcus_{number:06d}", "type": kind, "created_at": at, "group_id": f"v-{number}",
        "data": {"data": data, "event_source": source}, **more,
    }  # fmt: skip


@dataclass
class People:
    """Customers, their events and a cache.

    Attributes:
        events: by customer id, in any order; the server sorts them by instant and id.
        effects: types that the server does not call actions.
        page: events it gives at most at once.
        before: may answer in the server's place, by the number of the call, or return None.
        calls: paths and queries asked for, in order, since the last run began.
    """

    path: Path
    events: dict[str, list[dict[str, Any]]]
    customers: dict[str, dict[str, Any]] = field(default_factory=lambda: {CUSTOMER: {"id": CUSTOMER}})
    effects: frozenset[str] = frozenset()
    page: int = 100
    before: Callable[[int], Response | None] = lambda _: None
    shape: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        query = dict(request.query)
        self.calls.append((request.path, query))
        told = self.before(len(self.calls))
        if told is not None:
            return told
        customer = unquote(request.path.removeprefix("/v1/customers/").removesuffix("/activity"))
        if customer not in self.customers:
            return answer(404, {"code": 404, "key": "not_found", "message": "Resource not found"})
        if not request.path.endswith("/activity"):
            return answer(200, self.customers[customer])
        return answer(200, self.shape(self._listed(self.events.get(customer, []), query)))

    def _listed(self, events: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
        found = [one for one in events if one["created_at"] >= query.get("start_date", "")]
        if query.get("category") == "ACTION":
            found = [one for one in found if one["type"] not in self.effects]
        found.sort(key=lambda one: (one["created_at"], one["id"]), reverse=query["order"].startswith("-"))
        ids = [one["id"] for one in found]
        start = ids.index(query["starting_after_id"]) + 1 if "starting_after_id" in query else 0
        part = found[start : start + min(self.page, int(query["limit"]))]
        more = start + len(part) < len(found)
        told = {"more_starting_after": part[-1]["id"]} if more and part else {}
        return {"object": "list", "data_ref": "data", "data": part, "has_more": more, **told}

    def run(self, *customers: str, **request: Any) -> Report:
        """Read these customers, or the first one."""
        self.calls.clear()
        wanted = SyncRequest(customers=customers or (CUSTOMER,), only=BOTH, **request)
        connection = self.connect()
        try:
            return run_sync(connection, wanted, self, self.clock)
        finally:
            connection.close()

    def connect(self) -> sqlite3.Connection:
        """The cache, writable."""
        return connect_writer(self.path)

    def held(self, customer: str = CUSTOMER) -> list[str]:
        """Ids of a customer's events in the cache, newest first."""
        from store.queries.customer_activity import event_stubs

        connection = self.connect()
        try:
            return [stub.id for stub in event_stubs(connection, customer)]
        finally:
            connection.close()

    def there(self, customer: str = CUSTOMER) -> list[str]:
        """Ids of a customer's events in the project, newest first."""
        found = sorted(self.events[customer], key=lambda one: (one["created_at"], one["id"]), reverse=True)
        return [one["id"] for one in found]
