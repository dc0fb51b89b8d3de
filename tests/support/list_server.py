"""A list endpoint in a few lines, with the habits that servers have or are not known to have."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from store.api.client import ApiClient, Credentials
from store.clock import ManualClock
from store.times import shifted
from store.wire import Request, Response

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = "2026-01-01T00:00:00.000Z"


def record(number: int, millisecond: int) -> dict[str, Any]:
    """A record created so many milliseconds into the year."""
    return {"id": f"v_{number:06d}", "created_at": shifted(FIRST, millisecond)}


def answer(status: int, body: object, **headers: str) -> Response:
    """A JSON answer; header names with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "application/json", **named}, json.dumps(body).encode())


@dataclass
class ListServer:
    """Serves `records` under `rows`, sorted by creation.

    `after_call` runs after each answer with the number of calls so far, to change the records while they are read.
    """

    records: list[dict[str, Any]]
    cap: int = 99
    inclusive: bool = False
    honours_filter: bool = True
    honours_order: bool = True
    totals: Callable[[int], object] = lambda count: count
    shuffle_ties: Callable[[list[dict[str, Any]]], None] | None = None
    after_call: Callable[[int], None] | None = None
    clamp: Callable[[int], int] = lambda limit: limit
    """Records it gives at most when so many are asked for."""
    calls: int = 0
    queries: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        query = dict(request.query)
        self.queries.append(query)
        self.calls += 1
        limit, page = self.clamp(int(query.get("limit", "10"))), int(query.get("page", "1"))
        if page > self.cap:
            return answer(400, {"code": 400, "key": "page_over_limit", "message": "Page over limit"})
        found = self._selected(query)
        part = found[(page - 1) * limit : page * limit]
        response = answer(200, {"object": "list", "rows": part, "total": self.totals(len(found))})
        if self.after_call:
            self.after_call(self.calls)
        return response

    def _selected(self, query: dict[str, str]) -> list[dict[str, Any]]:
        found = list(self.records)
        if self.shuffle_ties:
            self.shuffle_ties(found)
        if self.honours_filter:
            for name in ("created_at", "updated_at"):
                after, before = query.get(f"{name}[after]", ""), query.get(f"{name}[before]", "9")
                if (after, before) == ("", "9"):
                    continue
                if self.inclusive:
                    found = [row for row in found if after <= (row.get(name) or "") <= before]
                else:
                    found = [row for row in found if after < (row.get(name) or "") < before]
        order = query.get("order", "")
        if self.honours_order:
            field = order.removeprefix("-") if order.endswith("updated_at") else "created_at"
            found.sort(key=lambda row: row.get(field) or "", reverse=order.startswith("-"))
        return found


@contextmanager
def client_of(responder: Callable[[Request], Response], **options: Any) -> Iterator[ApiClient]:
    """A client that talks to a responder on a clock of its own."""
    clock = options.pop("clock", None) or ManualClock(NOON)
    yield ApiClient(Credentials("https://api.test", "app", "token"), clock=clock, responder=responder, **options)
