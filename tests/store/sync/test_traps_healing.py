"""What one odd answer, record or file system must not spoil for good."""

import json
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.cache.database import connect_writer
from store.cache.errors import CacheError
from store.cache.ledger import PROJECT, Ledger
from store.cache.lock import writer_lock
from store.clock import ManualClock
from store.days import day_bounds, local_day
from store.domain.documents import diff
from store.sync.export_mappings import VOUCHER_EXPORT, exact_units
from store.sync.report import Report, ResourceReport
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.list_server import answer
from tests.support.syncing import NOW, Project, run_sync

KEYS = ("data", "campaigns", "vouchers", "redemptions", "publications", "tiers", "customers", "schemas")
EVERYTHING = SyncRequest(everything=True, via="pages")


@dataclass
class OneList:
    """A project with one list in it; ids in `hidden` are counted but not returned."""

    path: str
    rows: list[dict[str, Any]]
    hidden: set[str] = field(default_factory=set)

    def __call__(self, request: Request) -> Response:
        empty = {**{key: [] for key in KEYS}, "async_actions": [], "total": 0, "has_more": False}
        if request.path != self.path:
            return answer(200, empty)
        query = dict(request.query)
        after, before = query.get("created_at[after]", ""), query.get("created_at[before]", "A")
        found = sorted((row for row in self.rows if after < row["date"] < before), key=lambda row: row["date"])
        shown = [row for row in found if row["id"] not in self.hidden]
        page, limit = int(query.get("page", 1)), int(query["limit"])
        part = shown[(page - 1) * limit : page * limit]
        return answer(200, {self.path.rsplit("/", 1)[1]: part, "total": len(found)})


def dated(number: int, date: str) -> dict[str, Any]:
    return {"id": f"x_{number:03}", "code": str(number), "name": str(number), "date": date, "created_at": date}


def read(tmp_path: Path, server: OneList, *, times: int = 1) -> tuple[ResourceReport, set[str]]:
    """Sync so many times; the list's last report, and the ids held."""
    name = server.path.rsplit("/", 1)[1]
    connection = connect_writer(tmp_path / "cache.db")
    try:
        for _ in range(times):
            report: Report = run_sync(connection, EVERYTHING, server, ManualClock(NOW))
        held = {row[0] for row in connection.execute(f"select id from {name}")}
    finally:
        connection.close()
    return report.of(name), held


@pytest.mark.parametrize("path", ["/v1/vouchers", "/v1/campaigns"])
def test_a_row_that_was_skipped_comes_with_the_next_run(tmp_path: Path, path: str) -> None:
    rows = [dated(number, f"2026-01-{number // 10 + 1:02}T00:00:{number % 60:02}.000Z") for number in range(150)]
    server = OneList(path, rows, hidden={"x_005"})
    report, held = read(tmp_path, server)
    assert report.state == "partial"
    assert "149" in (report.reason or "")
    assert len(held) == 149
    server.hidden.clear()
    report, held = read(tmp_path, server)
    assert report.state == "complete"
    assert "x_005" in held


def test_a_record_dated_in_the_future_hides_nothing(tmp_path: Path) -> None:
    server = OneList("/v1/redemptions", [dated(1, "2026-01-01T00:00:00.000Z"), dated(2, "2031-01-01T00:00:00.000Z")])
    read(tmp_path, server)
    server.rows.append(dated(3, "2026-11-23T12:30:00.000Z"))
    _, held = read(tmp_path, server)
    assert held == {"x_001", "x_002", "x_003"}


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"])
def test_dates_at_the_end_of_time_stop_no_sync(tmp_path: Path, date: str) -> None:
    row = {**dated(1, date), "campaign_id": "camp_1", "result": "SUCCESS"}
    report, held = read(tmp_path, OneList("/v1/redemptions", [row]), times=2)
    assert report.state == "complete"
    assert held == {"x_001"}


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York")])
@pytest.mark.parametrize("text", ["0001-01-01T00:00:00.000Z", "2026-03-29T12:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_every_instant_lies_in_its_day(zone: Any, text: str) -> None:
    begin, end = day_bounds(local_day(text, zone), zone)
    assert begin <= text < end


def test_a_record_too_odd_to_decode_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    server = OneList("/v1/vouchers", [dated(1, "2026-01-01T00:00:00.000Z")])

    def with_huge_number(request: Request) -> Response:
        found = server(request)
        return Response(found.status, found.headers, found.body.replace(b'"code": "1"', b'"code": 1e400'))

    connection = connect_writer(tmp_path / "cache.db")
    report = run_sync(connection, EVERYTHING, with_huge_number, ManualClock(NOW)).of("vouchers")
    state = Ledger(connection).state("vouchers", PROJECT).state
    connection.close()
    assert (report.state, report.not_understood, state) == ("partial", 1, "complete")
    assert report.reason == "1 record could not be understood; `promoscope list unreadable` shows what came"


def test_documents_too_deep_to_compare_count_as_changed() -> None:
    def nested(value: int) -> Any:
        return json.loads('{"a":' * 900 + str(value) + "}" * 900)

    assert len(diff(nested(1), nested(2))) == 1


@pytest.mark.parametrize("room", [5, 60, 300])
def test_a_full_disk_is_said_and_keeps_what_was_read(tmp_path: Path, room: int) -> None:
    project = Project(tmp_path / "cache.db")
    connection = project.connect()
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages + room}")
    with pytest.raises(CacheError, match="full"):
        run_sync(connection, SyncRequest(everything=True), project.sandbox.respond, project.clock)
    assert not connection.in_transaction
    assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert project.sync(SyncRequest(everything=True)).state == "complete"


def test_a_place_that_takes_no_cache_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = tmp_path / "file" / "cache.db"
    with pytest.raises(CacheError, match="PROMOSCOPE_DB"), writer_lock(database, ManualClock(NOW)):
        pass
    with pytest.raises(CacheError, match="PROMOSCOPE_DB"):
        connect_writer(database)


def test_a_balance_of_zero_needs_no_unit() -> None:
    row = dict.fromkeys(VOUCHER_EXPORT.fields, "") | {"id": "v_1", "gift_balance": "0.00"}
    assert VOUCHER_EXPORT.document(row, {})["gift"] == {"balance": 0}
    assert "gift" not in VOUCHER_EXPORT.document({**row, "gift_balance": "5.00"}, {})


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1,234.50", 123450),
        ("1,234,567", 123456700),
        ("20,50", None),
        ("20,5", None),
        (" 7 ", 700),
        ("1e999999999", None),
        ("1e999990", None),
        ("-1e999990", None),
        ("1e-999990", None),
        ("1e5", 10_000_000),
    ],
)
def test_a_comma_is_dropped_only_between_thousands(text: str, units: int | None) -> None:
    assert exact_units(text, 100) == units
