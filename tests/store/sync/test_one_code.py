"""Reading one code: what belongs to it and nothing else, what it costs, and the journal of codes."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from store.cache.ledger import Ledger, voucher_scope
from store.queries.activity import CHANGE, VOUCHER_SOURCES, read_activity
from store.queries.freshness import data_state, resource_statuses
from store.ref import VOUCHER, Ref
from store.sync.catalogue import OF_CODES
from store.sync.pricing import NOT_COUNTED
from store.sync.request import SyncRequest
from store.sync.resource import Task
from store.sync.strategies.customers import GONE_CODE
from store.wire import Request, Response
from tests.support.syncing import NOW, Project

LISTS = frozenset(one.name for one in OF_CODES)
CARDS = LISTS - {"holders"}


class Watched:
    """A sandbox whose requests are noted and whose answers about one code may be edited."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.paths: list[str] = []
        self.edits: dict[str, Any] = {}
        self.gone = False

    def __call__(self, request: Request) -> Response:
        self.paths.append(unquote(request.path))
        reply = self.project.sandbox.respond(request)
        if self.edits and request.path.startswith("/v1/vouchers") and not request.path.endswith("/transactions"):
            body = json.loads(reply.body)
            for row in body.get("vouchers", [body]):
                if row.get("id") in self.edits:
                    row.update(self.edits[row["id"]])
            return Response(reply.status, reply.headers, json.dumps(body).encode())
        return reply


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("code") / "unused.db")


@pytest.fixture
def project(world: Project, tmp_path: Path) -> Project:
    made = Project(tmp_path / "c.db")
    made.world, made.sandbox = world.world, world.sandbox
    return made


def busiest(project: Project, kind: str) -> str:
    """The code of a kind that was redeemed most."""
    vouchers = project.world.tables["vouchers"]
    of_kind = {key for key, one in zip(vouchers.column("id"), vouchers.column("type"), strict=True) if one == kind}
    redeemed = [key for key in project.world.tables["redemptions"].column("voucher_id") if key in of_kind]
    return str(max(sorted(set(redeemed)), key=redeemed.count))


@pytest.mark.parametrize(("kind", "lists"), [("LOYALTY_CARD", CARDS), ("GIFT_VOUCHER", CARDS)])
def test_a_code_comes_with_all_it_has_and_nothing_else(project: Project, kind: str, lists: frozenset[str]) -> None:
    code, server = busiest(project, kind), Watched(project)
    connection = project.connect()
    request = SyncRequest(codes=(code,), only=lists)
    ledger = Ledger(connection)
    prices = [
        one.strategy.price(Task(one, voucher_id=code).known(ledger, request), NOT_COUNTED)
        for one in OF_CODES
        if one.name in lists
    ]
    connection.close()
    report = project.sync(request, responder=server)
    assert report.state == "complete"
    assert report.calls == sum(price.calls for price in prices) == len(lists) == len(server.paths)
    connection = project.connect()
    for table, column in (
        ("redemptions", "voucher_id"),
        ("publications", "voucher_id"),
        ("transactions", "voucher_id"),
    ):
        truth = project.world.tables[table]
        wanted = {key for key, own in zip(truth.column("id"), truth.column(column), strict=True) if own == code}
        assert {row[0] for row in connection.execute(f"select id from {table}")} == wanted, table
        assert data_state(connection, table, Ref(VOUCHER, code)).complete
        assert data_state(connection, table).as_of is None
    assert [row[0] for row in connection.execute("select id from vouchers")] == [code]
    # What is known of one code says nothing of the lists.
    states = {one.name: one.state.state for one in resource_statuses(connection)}
    assert (states["vouchers"], states["transactions"]) == ("unknown", "unknown")
    connection.close()


def test_a_second_reading_writes_nothing_and_no_row_of_other_codes_goes_missing(project: Project) -> None:
    code, server = busiest(project, "GIFT_VOUCHER"), Watched(project)
    project.sync(SyncRequest(everything=True, only=frozenset({"campaigns", *LISTS})))
    for _ in range(2):
        report = project.sync(SyncRequest(codes=(code,), only=CARDS), responder=server)
        assert [(one.added, one.changed, one.missing) for one in report.resources.values()] == [(0, 0, 0)] * 4


def test_what_was_edited_is_journaled_by_lists_and_single_readings_and_traffic_is_not(project: Project) -> None:
    code, server = busiest(project, "GIFT_VOUCHER"), Watched(project)
    project.sync(SyncRequest(everything=True, only=frozenset({"campaigns", "vouchers"})))
    whole = SyncRequest(everything=True, full=True, only=frozenset({"campaigns", "vouchers"}))
    server.edits[code] = {
        "additional_info": "by hand", "active": False, "updated_at": "2026-11-23T11:00:00Z",
        "gift": {"amount": 1, "balance": 1, "effect": "APPLY_TO_ORDER"}, "publish": {"object": "list", "count": 9},
    }  # fmt: skip
    project.sync(whole, responder=server)
    server.edits[code]["active"] = True
    project.sync(SyncRequest(codes=(code,), only=frozenset({"vouchers"})), responder=server)
    connection = project.connect()
    found = connection.execute("select record_id, field, before, after from code_changes order by id").fetchall()
    assert found == [
        (code, "/active", "true", "false"), (code, "/additional_info", "null", '"by hand"'),
        (code, "/active", "false", "true"),
    ]  # fmt: skip
    assert connection.execute("select count(*) from changes where resource = 'vouchers'").fetchone()[0] == 0
    entries = read_activity(connection, VOUCHER_SOURCES, code, NOW)
    assert sum(entry.kind == CHANGE for entry in entries) == 2
    connection.close()


def test_a_code_that_an_export_brought_is_not_compared_with_the_apis(project: Project) -> None:
    code = busiest(project, "GIFT_VOUCHER")
    only = SyncRequest(codes=(code,), only=frozenset({"vouchers"}))
    project.sync(only)
    connection = project.connect()
    connection.execute("update vouchers_raw set source = 'export', json = ?", (json.dumps({"id": code, "code": "A"}),))
    connection.close()
    project.sync(only)
    connection = project.connect()
    assert connection.execute("select source from vouchers_raw where id = ?", (code,)).fetchone()[0] == "api"
    assert connection.execute("select count(*) from code_changes").fetchone()[0] == 0
    connection.close()


def test_a_deleted_code_is_missing_and_its_rows_stay(project: Project) -> None:
    code = busiest(project, "GIFT_VOUCHER")
    project.sync(SyncRequest(codes=(code,), only=CARDS))

    def gone(request: Request) -> Response:
        if request.path == f"/v1/vouchers/{code}":
            body = {"code": 404, "key": "not_found", "message": "Resource not found", "resource_id": code}
            return Response(404, {"content-type": "application/json"}, json.dumps(body).encode())
        return project.sandbox.respond(request)

    report = project.sync(SyncRequest(codes=(code,), only=CARDS), responder=gone)
    assert report.resources["vouchers"].reason == GONE_CODE
    connection = project.connect()
    assert connection.execute("select missing_since is not null from vouchers").fetchall() == [(1,)]
    assert connection.execute("select count(*) from redemptions").fetchone()[0] > 0
    assert Ledger(connection).state("vouchers", voucher_scope(code)).attempt_reason == GONE_CODE
    connection.close()
