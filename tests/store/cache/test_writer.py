"""Pages that were read before: nothing is written for what is the same, and everything for what is not."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from store.cache.database import connect_writer, transaction
from store.cache.journal import ChangeOrigin
from store.cache.page import Applied
from store.cache.registry import TABLES
from store.cache.writer import API, EXPORT, OLDER, Context, Writer
from tests.support.records import AT, Document, campaign, put
from tests.support.syncing import ZONE

CONTEXT = Context(ZONE, ChangeOrigin("run_1", AT))
CARRIED = ("code", "campaign_id", "active", "redeemed_quantity")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


def voucher(number: int, **more: object) -> Document:
    return {"id": f"v_{number}", "code": f"CODE-{number}", "campaign_id": "camp_1", "active": True, **more}


def read(cache: sqlite3.Connection, table: str, *pages: bytes) -> Applied:
    with transaction(cache):
        return Writer(cache, TABLES[table]).apply(pages, CONTEXT)[0]


def export(cache: sqlite3.Connection, *documents: Document) -> Applied:
    with transaction(cache):
        return Writer(cache, TABLES["vouchers"]).apply_export(documents, CARRIED, CONTEXT)[0]


def counts(applied: Applied) -> tuple[int, int, int, int]:
    return applied.seen, applied.added, applied.changed, applied.not_understood


def changes(cache: sqlite3.Connection) -> int:
    return cache.total_changes


def test_the_same_page_again_writes_nothing(cache: sqlite3.Connection) -> None:
    page = [voucher(number) for number in range(5)]
    assert counts(put(cache, "vouchers", *page)) == (5, 5, 0, 0)
    before = changes(cache)
    assert counts(put(cache, "vouchers", *page)) == (5, 0, 0, 0)
    assert changes(cache) == before


def test_one_that_differs_among_the_same_is_written_and_its_day_counted_again(cache: sqlite3.Connection) -> None:
    page = [voucher(number, created_at=AT) for number in range(5)]
    put(cache, "vouchers", *page)
    page[3] |= {"active": False, "created_at": "2026-11-21T12:00:00.000Z"}
    with transaction(cache):
        rows = [msgspec.json.encode(one) for one in page]
        applied, identities = Writer(cache, TABLES["vouchers"]).apply(rows, CONTEXT)
    assert counts(applied) == (5, 0, 1, 0)
    assert identities == [f"v_{number}" for number in range(5)]
    assert cache.execute("select id from vouchers where active = 0").fetchall() == [("v_3",)]
    assert cache.execute("select day from daily_dirty").fetchall() == [("2026-11-21",)]


def test_a_record_returned_unchanged_is_not_missing_any_more(cache: sqlite3.Connection) -> None:
    page = [voucher(number) for number in range(5)]
    put(cache, "vouchers", *page)
    cache.execute("update vouchers set missing_since = ?", (AT,))
    assert counts(put(cache, "vouchers", *page[:2])) == (2, 0, 0, 0)
    missing = cache.execute("select id from vouchers where missing_since is not null order by 1").fetchall()
    assert missing == [("v_2",), ("v_3",), ("v_4",)]


def test_the_last_of_two_in_one_page_counts(cache: sqlite3.Connection) -> None:
    put(cache, "vouchers", voucher(1), voucher(2))
    assert counts(put(cache, "vouchers", voucher(1, active=False), voucher(2), voucher(1))) == (3, 0, 0, 0)
    assert counts(put(cache, "vouchers", voucher(1), voucher(2), voucher(1, active=False))) == (3, 0, 1, 0)
    assert cache.execute("select active from vouchers where id = 'v_1'").fetchone() == (0,)


def test_a_change_of_configuration_is_journalled_once(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "campaigns", campaign(name="Winter"))
    put(cache, "campaigns", campaign(name="Winter"))
    journalled = cache.execute("select field, before, after from changes").fetchall()
    assert journalled == [("/name", '"Autumn"', '"Winter"')]


@pytest.mark.parametrize(
    ("table", "raw"),
    [
        ("vouchers", b'{"id":"v_1","code":"half \\ud83d","campaign_id":"camp_1"}'),
        ("vouchers", b'{"id":"v_\\ud83d","code":"X"}'),
        ("vouchers", b'{"id":7,"code":"X"}'),
        ("vouchers", b'{"code":"X","id":"v_1","id":"v_2"}'),
        ("api_log", b'{"request_id":"r_1","status":"200"}'),
        ("api_log", b'{"id":"l_1","request_id":"r_1","status":"200"}'),
    ],
    ids=["half a pair", "half a pair in the id", "a number as id", "two ids", "id elsewhere", "both ids"],
)
def test_odd_records_are_held_once_and_compared_as_well(cache: sqlite3.Connection, table: str, raw: bytes) -> None:
    assert counts(read(cache, table, raw)) == (1, 1, 0, 0)
    before = changes(cache)
    assert counts(read(cache, table, raw)) == (1, 0, 0, 0)
    assert changes(cache) == before
    assert counts(read(cache, table, raw.replace(b"}", b' ,"x":1}'))) == (1, 0, 1, 0)
    assert cache.execute(f"select count(*) from {table}").fetchone() == (1,)


@pytest.mark.parametrize("raw", [b'{"id":null}', b'{"id":""}', b'{"id":["a"]}', b"[1]", b"{", b'{"id":"\xff"}'])
def test_what_is_no_record_is_kept_aside_once(cache: sqlite3.Connection, raw: bytes) -> None:
    for _ in range(2):
        assert counts(read(cache, "vouchers", raw, b'{"id":"v_1"}'))[3] == 1
    assert cache.execute("select count(*) from unreadable").fetchone() == (1,)
    assert cache.execute("select id from vouchers").fetchall() == [("v_1",)]


def test_an_export_read_again_writes_nothing_and_a_change_is_written(cache: sqlite3.Connection) -> None:
    rows = [voucher(number) for number in range(4)]
    assert counts(export(cache, *rows)) == (4, 4, 0, 0)
    before = changes(cache)
    assert counts(export(cache, *rows)) == (4, 0, 0, 0)
    assert changes(cache) == before
    assert counts(export(cache, *rows[:3], voucher(3, active=False))) == (4, 0, 1, 0)
    assert cache.execute("select id from vouchers where active = 0").fetchall() == [("v_3",)]


def test_an_export_over_the_api_s_rows_keeps_the_document_and_says_that_it_is_older(cache: sqlite3.Connection) -> None:
    received = voucher(1, holder_id="cust_1")
    put(cache, "vouchers", received, voucher(2))
    assert counts(export(cache, voucher(1), voucher(2, active=False))) == (2, 0, 1, 0)
    sources = dict(cache.execute("select id, source from vouchers_raw"))
    assert sources == {"v_1": API, "v_2": OLDER}
    assert cache.execute("select holder_id from vouchers where id = 'v_1'").fetchone() == ("cust_1",)
    assert counts(put(cache, "vouchers", received, voucher(2))) == (2, 0, 1, 0), "the older one is brought up to date"
    assert dict(cache.execute("select id, source from vouchers_raw")) == {"v_1": API, "v_2": API}
    assert cache.execute("select active from vouchers where id = 'v_2'").fetchone() == (1,)


def test_an_export_read_again_brings_missing_records_back(cache: sqlite3.Connection) -> None:
    export(cache, voucher(1))
    cache.execute("update vouchers set missing_since = ?", (AT,))
    assert counts(export(cache, voucher(1))) == (1, 0, 0, 0)
    assert cache.execute("select missing_since from vouchers").fetchone() == (None,)
    assert cache.execute("select source from vouchers_raw").fetchone() == (EXPORT,)


def test_a_row_that_named_no_campaign_is_placed_when_the_campaign_is_asked_for_it(cache: sqlite3.Connection) -> None:
    refused = {"id": "pub_1", "object": "publication", "result": "FAILURE", "created_at": AT}
    put(cache, "publications", refused)
    assert cache.execute("select campaign_id from publications").fetchall() == [(None,)]
    assert counts(put(cache, "publications", refused, campaign_id="camp_1")) == (1, 0, 1, 0)
    assert cache.execute("select campaign_id from publications").fetchall() == [("camp_1",)]
    days = "select value from daily where campaign_id = 'camp_1' and metric = 'publications_failed'"
    assert cache.execute(days).fetchall() == [(1,)]
    assert cache.execute("select count(*) from changes").fetchone()[0] == 0
    before = changes(cache)
    assert counts(put(cache, "publications", refused, campaign_id="camp_1")) == (1, 0, 0, 0)
    put(cache, "publications", refused)
    assert changes(cache) == before
    assert cache.execute("select campaign_id from publications").fetchall() == [("camp_1",)]


def test_a_customer_whose_document_cannot_be_read_whole_stops_nobody(
    cache: sqlite3.Connection,
) -> None:
    """Members of metadata have no column, so that the quick way to a row passes them by; people are read from all."""
    odd = b'{"id":"cust_2","name":"Eve","metadata":{"odd":1e400}}'
    applied = read(cache, "customers", b'{"id":"cust_1","name":"Ada"}', odd, b'{"id":"cust_3","name":"Bo"}')
    assert (applied.added, applied.not_understood) == (2, 1)
    assert [row[0] for row in cache.execute("select id from customers order by id")] == ["cust_1", "cust_3"]
    assert cache.execute("select id from unreadable").fetchall() == [("cust_2",)]


@pytest.mark.parametrize("identity", [b"null", b"[]", b'""', b'{"a":1}'])
def test_a_segment_without_an_id_is_not_understood(cache: sqlite3.Connection, identity: bytes) -> None:
    """Its id is a column as well."""
    context = Context(ZONE, ChangeOrigin("run_1", AT), customer_id="cust_1")
    pages = [b'{"id":%b,"name":"x"}' % identity, b'{"name":"x"}', b'{"id":"seg_1","name":"x"}']
    with transaction(cache):
        applied = Writer(cache, TABLES["customer_segments"]).apply(pages, context)[0]
    assert (applied.added, applied.not_understood) == (1, 2)
    assert cache.execute("select id, segment_id from customer_segments").fetchall() == [("cust_1 seg_1", "seg_1")]


def test_a_row_gets_its_campaign_once_the_name_it_carries_is_known(cache: sqlite3.Connection) -> None:
    """The project's list is read beside the campaigns': one that was created or renamed meanwhile is not known yet."""
    put(cache, "campaigns", campaign("camp_1", "Autumn"))
    page = [b'{"id":"pub_1","voucher":{"campaign":"Autumn"}}', b'{"id":"pub_2","voucher":{"campaign":"Other"}}']
    for names, placed in (({}, None), ({"Autumn": "camp_1"}, "camp_1")):
        context = Context(ZONE, ChangeOrigin("run_1", AT), campaign_ids=names)
        with transaction(cache):
            applied = Writer(cache, TABLES["publications"]).apply(page, context)[0]
        rows = cache.execute("select id, campaign_id from publications order by id").fetchall()
        assert rows == [("pub_1", placed), ("pub_2", None)]
    assert (applied.added, applied.changed) == (0, 1)
