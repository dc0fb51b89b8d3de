"""A customer's wallet and segments as the API works them out: whole each time, with what is gone marked."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.cache.ledger import Ledger
from store.queries.customer_profile import NamedSegment, consents_of, segments_of
from store.queries.customers import CustomerRow
from store.queries.freshness import data_state
from store.ref import CUSTOMER, Ref
from store.sync.catalogue import WORKED_OUT
from store.sync.pricing import NOT_COUNTED
from store.sync.request import SyncRequest
from store.sync.resource import Task
from store.wire import Request, Response
from tests.support.syncing import Project

LISTS = frozenset(one.name for one in WORKED_OUT)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "c.db")


def holder(project: Project) -> str:
    """Who holds most codes."""
    found = [key for key in project.world.tables["redeemables"].column("customer_id") if key]
    return str(max(sorted(set(found)), key=found.count))


def test_the_wallet_is_what_the_world_has_and_costs_what_was_said(project: Project) -> None:
    customer = holder(project)
    connection = project.connect()
    request, ledger = SyncRequest(customers=(customer,), only=LISTS), Ledger(connection)
    prices = [
        one.strategy.price(Task(one, customer_id=customer).known(ledger, request), NOT_COUNTED) for one in WORKED_OUT
    ]
    connection.close()
    report = project.sync(request)
    assert report.state == "complete"
    assert report.calls == sum(price.calls for price in prices) == 2
    table = project.world.tables["redeemables"]
    truth = {
        key for key, who in zip(table.column("voucher_id"), table.column("customer_id"), strict=True) if who == customer
    }
    connection = project.connect()
    rows = connection.execute("select redeemable_id, code, status, customer_id from customer_redeemables").fetchall()
    assert {row[0] for row in rows} == truth
    codes = dict(zip(project.world.tables["vouchers"].column("id"), project.world.tables["vouchers"].column("code"),
                     strict=True))  # fmt: skip
    assert all(row[1] == codes[row[0]] and row[3] == customer for row in rows)
    assert {row[2] for row in rows} <= {"ACTIVE", "USED", "DISABLED", "NOT_ACTIVE_YET", "EXPIRED", "NO_BALANCE"}
    assert all(data_state(connection, name, Ref(CUSTOMER, customer)).complete for name in LISTS)
    connection.close()


def test_a_plain_sync_asks_for_no_wallet_of_those_who_are_watched(project: Project) -> None:
    connection = project.connect()
    connection.execute("insert into watched values ('customer', ?, '2026-11-01T00:00:00.000Z')", (holder(project),))
    connection.close()
    asked: list[str] = []

    def respond(request: Request) -> Response:
        asked.append(request.path)
        return project.sandbox.respond(request)

    project.sync(SyncRequest(), responder=respond)
    assert any(path.endswith("/activity") for path in asked)
    of_customers = [path.rpartition("/")[2] for path in asked if path.startswith("/v1/customers/")]
    assert not set(of_customers) & {"redeemables", "segments"}


def test_a_segment_that_is_left_is_gone_and_one_of_somebody_else_stays(project: Project) -> None:
    held: dict[str, list[dict[str, Any]]] = {
        "cust_1": [{"id": "seg_a", "name": "A"}, {"id": "seg_b", "name": "B"}],
        "cust_2": [{"id": "seg_a", "name": "A"}],
    }  # fmt: skip

    def respond(request: Request) -> Response:
        customer = request.path.split("/")[3]
        return Response(200, {"content-type": "application/json"}, json.dumps({"data": held[customer]}).encode())

    both = SyncRequest(customers=("cust_1", "cust_2"), only=frozenset({"customer_segments"}))
    project.sync(both, responder=respond)
    held["cust_1"].pop(0)
    project.sync(both, responder=respond)
    connection = project.connect()
    assert segments_of(connection, "cust_1") == [NamedSegment("seg_b", "B")]
    assert segments_of(connection, "cust_2") == [NamedSegment("seg_a", "A")]
    connection.close()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"permissions": {"E-mail": True, "SMS": False}}, [("E-mail", True), ("SMS", False)]),
        ({"consents": [{"id": "cnst_1", "name": "Promos", "given": True}, "odd"]}, [("Promos", True)]),
        ({"permissions": {"Post": "perhaps"}}, [("Post", None)]),
        ({"consents": 7}, []),
    ],
)
def test_consents_of_a_record(project: Project, document: dict[str, Any], expected: list[Any]) -> None:
    connection = project.connect()
    found = consents_of(connection, CustomerRow("cust_1", document, None))
    connection.close()
    assert [(one.name, one.given) for one in found] == expected


def test_without_a_word_in_the_record_the_last_event_about_each_consent_counts(project: Project) -> None:
    connection = project.connect()
    for number, (kind, at, name) in enumerate(
        (("given", "2026-11-01", "Promos"), ("revoked", "2026-11-03", "Promos"), ("given", "2026-11-02", "SMS"))
    ):
        key, kind = f"evcus_{number}", f"customer.consents.{kind}"
        document = {"id": key, "type": kind, "data": {"data": {"consents": [{"id": "cnst_1", "name": name}]}}}
        connection.execute(
            "insert into customer_activity (id, created_at, type, customer_id) values (?, ?, ?, 'cust_1')",
            (key, f"{at}T00:00:00.000Z", kind),
        )
        connection.execute("insert into customer_activity_raw values (?, ?, 'api')", (key, json.dumps(document)))
    found = consents_of(connection, CustomerRow("cust_1", {}, None))
    connection.close()
    assert [(one.name, one.given, one.at) for one in found] == [
        ("Promos", False, "2026-11-03T00:00:00.000Z"), ("SMS", True, "2026-11-02T00:00:00.000Z"),
    ]  # fmt: skip
