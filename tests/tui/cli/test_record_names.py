"""What `open REF` opens: any id, code, address or order; the search box on what is not cached."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.clock import ManualClock
from store.queries.reader import Reader
from store.ref import Ref
from tests.support.records import campaign, put, redemption
from tests.support.syncing import NOW, ZONE, Project
from tui.cli.exits import Failure
from tui.cli.record_names import one_record


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with closing(Project(tmp_path / "c.db").connect()) as cache:
        fill(cache)
    with closing(Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))) as opened:
        yield opened


def fill(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign("camp_1", "Summer"))
    put(
        cache, "customers",
        {"id": "cust_1", "email": "a@example.com", "source_id": "shop/1"}, {"id": "cust_2", "email": "two@example.com"},
        {"id": "cust_3", "email": "two@example.com"},
    )  # fmt: skip
    put(cache, "vouchers", {"id": "v_1", "code": "SUMMER-1", "holder_id": "cust_1", "campaign_id": "camp_1"})
    sold = {"id": "ord_1", "source_id": "so-1"}
    put(cache, "redemptions", redemption("r_1", customer_id="cust_1", order=sold, tracking_id="track_1"))
    put(cache, "publications", {"id": "pub_1", "source_id": "shop/1", "voucher": {"code": "SUMMER-1"}})


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("cust_1", Ref("customer", "cust_1")),
        ("A@Example.com", Ref("customer", "cust_1")),
        ("shop/1", Ref("customer", "cust_1")),
        ("summer-1", Ref("voucher", "v_1")),
        (" v_1 ", Ref("voucher", "v_1")),
        ("r_1", Ref("redemption", "r_1")),
        ("pub_1", Ref("publication", "pub_1")),
        ("so-1", Ref("order", "ord_1")),
        ("ord_1", Ref("order", "ord_1")),
        ("voucher:ANY", Ref("voucher", "ANY")),
        ("NOT-CACHED", Ref("search", "NOT-CACHED")),
        ("track_1", Ref("search", "track_1")),
        ("", Ref("search", "")),
    ],
)
def test_a_reference_is_one_record_or_a_search(reader: Reader, wanted: str, meant: Ref) -> None:
    assert one_record(reader, wanted) == meant


def test_several_records_of_one_address_are_named(reader: Reader) -> None:
    with pytest.raises(Failure, match="customer:cust_2, customer:cust_3"):
        one_record(reader, "two@example.com")
