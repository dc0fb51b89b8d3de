"""A pasted ticket is read for all it names, and what the cache knows of each is listed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cache.search_index import build_index
from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.ticket import Ticket, read_ticket
from tests.support.records import campaign, put, redemption
from tests.support.syncing import NOW, ZONE, Project

TEXT = """Anna (ANNA.K@example.com) cannot redeem summer-8K2M. Order so-4411 was refused twice, rf_0c04d99aabb at 14:03.
Her profile: https://shop.example/#/customers/cust_777c992893284d33. PLEASE answer by 2026-11-30, code NOTHERE99.
request v-0ba518c52bc99858"""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with_cache = Project(tmp_path / "c.db").connect()
    put(with_cache, "campaigns", campaign("camp_1", "Summer"))
    put(with_cache, "customers", {"id": "cust_777c992893284d33", "name": "Anna K.", "email": "anna.k@example.com"})
    put(with_cache, "vouchers", {"id": "v_1", "code": "SUMMER-8K2M", "campaign_id": "camp_1"})
    put(
        with_cache, "redemptions",
        redemption("rf_0c04d99aabb", result="FAILURE", order={"source_id": "so-4411"}, voucher={"code": "SUMMER-8K2M"}),
    )  # fmt: skip
    with_cache.close()
    opened = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))
    yield opened
    opened.close()


def read(reader: Reader) -> Ticket:
    return reader.ask(read_ticket, TEXT, NOW, ZONE)


@pytest.mark.parametrize("is_indexed", [False, True])
def test_five_references_are_five_found(reader: Reader, is_indexed: bool) -> None:
    if is_indexed:
        build_index(reader.path, lambda: True)
    ticket = read(reader)
    named = {one.text: [f"{hit.ref.kind} {hit.ref.id}" for hit in one.hits] for one in ticket.references}
    assert named == {
        "ANNA.K@example.com": ["customer cust_777c992893284d33"],
        "summer-8K2M": ["voucher v_1", "redemption rf_0c04d99aabb"],
        "so-4411": ["order so-4411", "redemption rf_0c04d99aabb"],
        "rf_0c04d99aabb": ["redemption rf_0c04d99aabb"],
        "cust_777c992893284d33": ["customer cust_777c992893284d33"],
        "v-0ba518c52bc99858": [],
    }
    assert (ticket.known, ticket.lacks) == (5, "")


def test_records_that_only_name_it_come_after_it(reader: Reader) -> None:
    with sqlite3.connect(reader.path) as connection:
        connection.execute("update redemptions set customer_id = 'cust_777c992893284d33'")
    (one,) = (one for one in read(reader).references if one.text.startswith("cust_"))
    assert [hit.field for hit in one.hits] == ["id", "customer_id"]
