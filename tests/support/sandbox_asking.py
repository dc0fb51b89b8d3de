"""Asking a sandbox in process: requests as plain calls, answers as plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from store.clock import ManualClock
from store.sandbox import ExportHabits, Limits, Sandbox
from store.sandbox.conditions import comparable
from store.sandbox.table import Table, memory
from store.sandbox.world import World
from store.wire import Request, Responder, Response
from tests.support.faults import Faults
from tests.support.sizes import MIDDLE, TINY

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEYS = {"x-app-id": "demo", "x-app-token": "demo-token", "host": "sandbox.test"}


@dataclass
class Asker:
    """A sandbox with its clock, and short ways to ask it."""

    sandbox: Sandbox
    clock: ManualClock
    respond: Responder

    def send(
        self,
        path: str,
        *query: tuple[str, str],
        method: str = "GET",
        headers: Mapping[str, str] = KEYS,
        body: Any = None,
    ) -> Response:
        content = b"" if body is None else json.dumps(body).encode()
        return self.respond(Request(method, path, tuple(query), headers, content))

    def get(self, path: str, *query: tuple[str, str], status: int = 200) -> dict[str, Any]:
        return self._document(self.send(path, *query), status)

    def post(self, path: str, body: Any, status: int = 200) -> dict[str, Any]:
        return self._document(self.send(path, method="POST", body=body), status)

    def rows(self, path: str, *query: tuple[str, str]) -> list[dict[str, Any]]:
        """The records of one page."""
        answer = self.get(path, *query)
        rows: list[dict[str, Any]] = answer[answer["data_ref"]]
        return rows

    def ids(self, path: str, *query: tuple[str, str]) -> list[str]:
        return [row["id"] for row in self.rows(path, *query)]

    def column(self, table: str, name: str) -> list[Any]:
        return list(self.sandbox.world.tables[table].column(name))

    @staticmethod
    def _document(response: Response, status: int) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(response.body)
        assert response.status == status, document
        return document


@dataclass
class SmallProject:
    """Tables made by a test; enough for routes that need no more."""

    tables: dict[str, Table[Any]]

    def summary(self, campaign_id: str, start_date: str, end_date: str) -> dict[str, Any]:
        return {"object": "campaign_summary", "asked": [campaign_id, start_date, end_date]}


def table_of(name: str, rows: list[dict[str, Any]]) -> Table[Any]:
    """A table whose documents are its rows."""
    columns = ("id", *(key for key in rows[0] if key != "id"))
    flags = {key for key in columns if any(isinstance(row[key], bool) for row in rows)}
    by_id = {row["id"]: row for row in rows}
    cells = [[comparable(key, row[key]) for key in columns] for row in rows]
    return Table(memory(), name, columns, lambda row: by_id[row[0]], dict, lambda: cells, flags)


@cache
def busy_world() -> World:
    """A world in which everything happens that can happen to a customer. Not to be changed."""
    return World(7, now=NOW, sizes=MIDDLE)


@cache
def tiny_world() -> World:
    """One small world for everything that only reads."""
    return World(7, now=NOW, sizes=TINY, hostile=True)


def ask_tiny(
    *,
    limits: Limits | None = None,
    faults: Faults | None = None,
    exports: ExportHabits | None = None,
    page_caps: Mapping[str, int] | None = None,
    inclusive_dates: bool = False,
) -> Asker:
    clock = ManualClock(NOW)
    sandbox = Sandbox(
        tiny_world(), clock=clock, limits=limits, exports=exports, page_caps=page_caps,
        inclusive_dates=inclusive_dates,
    )  # fmt: skip
    return Asker(sandbox, clock, faults.wrap(sandbox.respond) if faults else sandbox.respond)


def ask_tables(**rows: list[dict[str, Any]]) -> Asker:
    """A sandbox over small tables given as rows."""
    clock = ManualClock(NOW)
    tables = {name: table_of(name, content) for name, content in rows.items()}
    sandbox = Sandbox(SmallProject(tables), clock=clock)
    return Asker(sandbox, clock, sandbox.respond)


def segment(text: str) -> str:
    return quote(text, safe="")
