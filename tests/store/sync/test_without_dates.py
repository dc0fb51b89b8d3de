"""Lists whose server ignores dates or order: what is new arrives, and nothing is called whole that is not."""

from pathlib import Path
from typing import Any

import pytest

from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.list_server import ListServer, answer
from tests.support.one_list import OneList, row
from tests.support.syncing import run_sync


def project(tmp_path: Path, resource: str, count: int, **habits: Any) -> OneList:
    """A project of so many rows, a minute apart, the last one a day ago; 500 rows are served in pages."""
    records = [row(n, 86_400 + 60 * (count - n), updated_at=row(n, 80_000 - n)["created_at"]) for n in range(count)]
    habits = {"honours_filter": False, "cap": 5, **habits}
    return OneList(resource, ListServer(records, **habits), tmp_path / "c.db")


def add(one: OneList, count: int) -> None:
    """Rows created since."""
    first = len(one.server.records)
    one.server.records += [row(n, 60_000 - 10 * n) for n in range(first, first + count)]


@pytest.mark.parametrize("resource", ["redemptions", "vouchers", "customers"])
@pytest.mark.parametrize("count", [300, 480, 700])
def test_new_rows_are_read_from_the_newest_back(tmp_path: Path, resource: str, count: int) -> None:
    one = project(tmp_path, resource, count)
    assert (one.sync().state, one.state()) == ("complete", "complete")
    assert one.held() == one.there()
    for _ in range(2):
        add(one, 130)
        report = one.sync()
        assert (report.state, one.state()) == ("complete", "complete")
        assert one.held() == one.there()
        assert "does not honour the date filter" in str(report.reason)
        assert len(one.queries) <= 3 + 2 * (resource != "redemptions")


def test_changes_are_read_from_the_latest_back(tmp_path: Path) -> None:
    one = project(tmp_path, "vouchers", 700)
    one.sync()
    one.server.records[3] |= {"category": "changed", "updated_at": row(0, 60)["created_at"]}
    assert one.sync().state == "complete"
    connection = one.connect()
    assert connection.execute("select count(*) from vouchers where category = 'changed'").fetchone() == (1,)
    connection.close()


def test_a_list_longer_than_both_its_ends_says_so_and_goes_on_with_what_is_new(tmp_path: Path) -> None:
    one = project(tmp_path, "redemptions", 1_300)
    report = one.sync()
    assert (report.state, one.state()) == ("partial", "partial")
    assert "it was read from both ends" in str(report.reason)
    assert len(one.held()) == 1_000
    for _ in range(2):
        add(one, 130)
        report = one.sync()
        assert (report.state, one.state()) == ("partial", "partial")
        assert "it was read from both ends" in str(report.reason)
        assert len(one.queries) <= 3
    assert len(one.held()) == 1_260
    one.server.honours_filter = True
    assert one.sync(full=True).state == "complete"
    assert one.held() == one.there()


def test_more_new_rows_than_are_served_are_not_called_whole(tmp_path: Path) -> None:
    one = project(tmp_path, "redemptions", 300)
    one.sync()
    add(one, 700)
    report = one.sync()
    assert (report.state, one.state()) == ("partial", "partial")
    assert len(one.held()) == 800


@pytest.mark.parametrize("resource", ["redemptions", "vouchers", "publications"])
def test_without_an_order_either_a_short_list_is_read_whole(tmp_path: Path, resource: str) -> None:
    one = project(tmp_path, resource, 250, honours_order=False)
    for _ in range(3):
        assert one.sync().state == "complete"
        assert one.held() == one.there()
        add(one, 60)


@pytest.mark.parametrize("resource", ["redemptions", "publications"])
def test_without_an_order_either_a_long_list_is_not_called_whole(tmp_path: Path, resource: str) -> None:
    one = project(tmp_path, resource, 450, honours_order=False)
    assert one.sync().state == "complete"
    add(one, 100)
    report = one.sync()
    assert (report.state, one.state()) == ("partial", "partial")
    assert "does not sort this list" in str(report.reason)


@pytest.mark.parametrize("resource", ["redemptions", "publications"])
def test_a_reading_from_both_ends_cut_anywhere_ends_the_same(tmp_path: Path, resource: str) -> None:
    calls = 0
    for cut in range(1, 20):
        one = project(tmp_path / str(cut), resource, 760)
        one.path.parent.mkdir()

        def refuse(request: Request, one: OneList = one, cut: int = cut) -> Response:
            nonlocal calls
            calls += 1
            return answer(401, {"message": "no"}) if calls == cut else one(request)

        calls = 0
        connection = one.connect()
        request = SyncRequest(everything=True, via="pages", only=frozenset({"campaigns", resource}))
        report = run_sync(connection, request, refuse, one.clock)
        if report.state == "complete":
            assert cut > 9
            break
        assert report.error == "credentials"
        add(one, 20)
        report = run_sync(connection, request, one, one.clock)
        connection.close()
        assert report.state == "complete"
        one.sync()
        assert one.held() == one.there(), cut
