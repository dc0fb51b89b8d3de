"""Rows that begin to be listed some time after the instant they carry."""

from pathlib import Path
from typing import Any

import pytest

from store.sync.context import LOOKBACK_WINDOW
from store.sync.resume import PassProgress
from tests.support.list_server import ListServer
from tests.support.one_list import OneList, row

MINUTES = LOOKBACK_WINDOW.total_seconds() / 60
ALL = ["redemptions", "vouchers", "customers", "publications", "trash_bin", "async_actions"]


def project(tmp_path: Path, resource: str, records: list[dict[str, Any]]) -> OneList:
    return OneList(resource, ListServer(records), tmp_path / "c.db")


def in_chains(one: OneList, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the server continue by id or by end date where the list is one that does."""
    server = one.server

    def select(query: dict[str, str]) -> list[dict[str, Any]]:
        found = sorted(server.records, key=lambda record: str(record["created_at"]))
        if one.resource == "trash_bin":
            found.sort(key=lambda record: str(record["id"]))
            return [record for record in found if record["id"] > query.get("starting_after_id", "")]
        return [record for record in reversed(found) if record["created_at"] <= query.get("end_date", "9")]

    if one.resource in ("trash_bin", "async_actions"):
        monkeypatch.setattr(server, "_selected", select)
        server.totals = lambda count: None


@pytest.mark.parametrize("resource", ALL)
def test_a_row_listed_minutes_late_arrives(tmp_path: Path, resource: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer rows were already there when the list was read, in the first run as in later ones."""
    records = [row(n, 86_400 - n, status="DONE") for n in range(150)]
    records += [row(150 + n, 240 - 60 * n, status="DONE") for n in range(4)]
    late = [records.pop(n) for n in (152, 150)]
    one = project(tmp_path, resource, records)
    in_chains(one, monkeypatch)
    for appears in (*late, None):
        assert one.sync().state == "complete"
        assert one.held() == one.there()
        one.clock.advance(30)
        if appears is not None:
            one.server.records.append(appears)


@pytest.mark.parametrize("resource", ["vouchers", "customers"])
def test_a_change_listed_minutes_late_arrives(tmp_path: Path, resource: str) -> None:
    records = [row(n, 86_400 - n, updated_at=row(n, 7_000 - n)["created_at"]) for n in range(150)]
    records[7]["updated_at"] = row(0, 10)["created_at"]
    one = project(tmp_path, resource, records)
    for number, seconds in ((30, 200), (31, 120), (32, 60)):
        one.clock.advance(20)
        assert one.sync().state == "complete"
        records[number] |= {"metadata": {"is": "late"}, "updated_at": row(0, seconds)["created_at"]}
    one.sync()
    connection = one.connect()
    held = connection.execute(f"select id from {resource}_raw where json like '%late%' order by 1").fetchall()
    assert [identity for (identity,) in held] == ["x_000030", "x_000031", "x_000032"]


@pytest.mark.parametrize("resource", ALL)
def test_what_is_read_again_costs_a_page_at_most_and_only_at_first(
    tmp_path: Path, resource: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = project(tmp_path, resource, [row(n, 3 * (1_000 - n), status="DONE") for n in range(1_000)])
    in_chains(one, monkeypatch)
    one.sync()
    updates = resource in ("vouchers", "customers")
    one.clock.advance(10)
    one.sync()
    assert len(one.queries) <= 2 + updates
    one.clock.advance(60 * MINUTES)
    one.sync()
    report = one.sync()
    assert len(one.queries) == 1 + updates
    if resource not in ("publications", "async_actions"):
        assert report.seen <= 2, "nothing is read again once the list has been read late enough"


def test_a_bulk_import_is_read_again_only_while_it_is_young(tmp_path: Path) -> None:
    one = project(tmp_path, "vouchers", [row(n, 60 - n / 100) for n in range(5_000)])
    one.sync()
    one.clock.advance(60 * MINUTES + 60)
    one.sync()
    one.clock.advance(1)
    assert one.sync().seen < 300
    assert len(one.queries) <= 4


def test_a_clock_of_ours_that_is_wrong_by_hours_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [row(n, 600 - 60 * n) for n in range(10)]
    late = records.pop(8)
    one = project(tmp_path, "redemptions", records)
    server_now = one.clock.now
    monkeypatch.setattr(one.clock, "now", lambda: server_now().replace(hour=3))
    assert one.sync().state == "complete"
    records.append(late)
    assert one.sync().state == "complete"
    assert one.held() == one.there()


def test_progress_knows_what_is_certain() -> None:
    assert PassProgress().watermark is None
    progress = PassProgress()
    progress.advance("2026-11-20T10:00:00.000Z", "2026-11-20T12:00:00.000Z")
    assert progress.watermark == "2026-11-20T10:00:00.000Z"
    progress.advance("2026-11-20T11:58:00.000Z", "2026-11-20T12:00:00.000Z")
    progress.advance("2026-11-20T11:59:00.000Z", "2026-11-20T13:00:00.000Z")
    assert progress.watermark == "2026-11-20T11:55:00.000Z"
