"""A record of any kind, and the records it leads to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.record import Record, read_record
from store.ref import Ref
from tests.support.records import campaign, put, redemption, rollback
from tests.support.syncing import NOW, ZONE, Project

ORDER = {"id": "ord_1", "source_id": "so-4411", "status": "PAID", "amount": 4300}
CODE = {"id": "v_1", "code": "SUMMER", "campaign_id": "camp_1", "campaign": "Summer"}


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    put(connection, "campaigns", campaign("camp_1", "Summer"))
    put(connection, "customers", {"id": "cust_1", "name": "Anna", "email": "a@example.com"}, {"id": "cust_2"})
    put(connection, "vouchers", {**CODE, "holder_id": "cust_1", "created_at": "2026-11-01T08:00:00.000Z"})
    put(
        connection, "redemptions",
        redemption("rf_0", voucher=CODE, customer_id="cust_1", order=ORDER, result="FAILURE",
                   date="2026-11-20T10:00:00.000Z"),
        redemption("r_1", voucher=CODE, customer_id="cust_1", order=ORDER, date="2026-11-20T10:05:00.000Z"),
        rollback("rr_1", "r_1", voucher=CODE, order=ORDER, date="2026-11-20T11:00:00.000Z"),
        redemption("r_2", voucher={"id": "v_2", "code": "B"}, order={"source_id": "only-source", "amount": 5}),
    )  # fmt: skip
    put(
        connection, "transactions",
        {"id": "vtx_1", "voucher_id": "v_1", "type": "CREDITS_REDEMPTION", "created_at": "2026-11-20T10:06:00.000Z",
         "details": {"order": {"id": "ord_1"}, "redemption": {"id": "r_1"}}},
    )  # fmt: skip
    put(connection, "validation_rules", {"id": "val_1", "name": "Minimum"})
    put(
        connection, "validation_rules_assignments",
        {"id": "asgm_1", "rule_id": "val_1", "related_object_id": "camp_1", "related_object_type": "campaign"},
    )  # fmt: skip
    yield connection
    connection.close()


@pytest.fixture
def reader(cache: sqlite3.Connection, tmp_path: Path) -> Iterator[Reader]:
    opened = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))
    yield opened
    opened.close()


def read(reader: Reader, kind: str, identity: str) -> Record:
    record = reader.ask(read_record, Ref(kind, identity), NOW, ZONE)
    assert record is not None
    return record


def links(record: Record) -> list[tuple[str, str]]:
    return [(link.relation, link.hit.ref.id) for link in record.links]


def test_a_redemption_leads_to_code_customer_campaign_rule_and_order(reader: Reader) -> None:
    record = read(reader, "redemption", "r_1")
    assert links(record) == [
        ("campaign", "camp_1"), ("voucher", "v_1"), ("customer", "cust_1"), ("order", "ord_1"),
        ("rolled back by", "rr_1"), ("rule", "val_1"),
    ]  # fmt: skip
    assert (record.hit.status, record.hit.campaign, record.values["order_amount"]) == ("rolled back", "Summer", 4300)
    assert record.document is not None
    assert ("undoes", "r_1") in links(read(reader, "redemption", "rr_1"))


def test_a_card_leads_to_its_holder_and_movements_and_is_known_by_its_code(reader: Reader) -> None:
    record = read(reader, "voucher", "SUMMER")
    assert record.hit.ref == Ref("voucher", "v_1")
    assert links(record) == [
        ("campaign", "camp_1"), ("holder", "cust_1"), ("rule", "val_1"), ("redemption", "rr_1"), ("redemption", "r_1"),
        ("redemption", "rf_0"), ("transaction", "vtx_1"),
    ]  # fmt: skip


def test_a_referrer_leads_to_the_referred_and_back(cache: sqlite3.Connection, reader: Reader) -> None:
    told = {"campaigns": [{"campaign_id": "camp_1", "referrer_id": "cust_1"}]}
    put(cache, "customers", {"id": "cust_2", "name": "Bea", "referrals": told})
    assert ("referred", "cust_2") in links(read(reader, "customer", "cust_1"))
    assert links(read(reader, "customer", "cust_2")) == [("referrer", "cust_1")]


@pytest.mark.parametrize("wanted", ["ord_1", "so-4411"])
def test_an_order_is_told_by_what_names_it_in_order_of_time(reader: Reader, wanted: str) -> None:
    record = read(reader, "order", wanted)
    assert links(record) == [
        ("customer", "cust_1"), ("redemption", "rf_0"), ("redemption", "r_1"), ("transaction", "vtx_1"),
        ("redemption", "rr_1"),
    ]  # fmt: skip
    assert record.links[0].hit.label == "Anna"
    assert (record.hit.label, record.hit.status, record.values["amount"]) == ("so-4411", "paid", 4300)
    assert record.hit.ref == Ref("order", "ord_1")
    assert links(read(reader, "order", "only-source")) == [("redemption", "r_2")]


def test_what_is_pointed_at_and_not_cached_is_named(cache: sqlite3.Connection, reader: Reader) -> None:
    put(cache, "redemptions", redemption("r_9", customer_id="cust_9", voucher={"id": "v_9", "code": "X"}))
    uncached = [(link.hit.ref.id, link.is_cached) for link in read(reader, "redemption", "r_9").links]
    assert uncached == [("v_9", False), ("cust_9", False)]


@pytest.mark.parametrize("ref", [Ref("voucher", "nope"), Ref("order", "nope"), Ref("planet", "x"), Ref("area", "")])
def test_nothing_is_made_up(reader: Reader, ref: Ref) -> None:
    assert reader.ask(read_record, ref, NOW, ZONE) is None
