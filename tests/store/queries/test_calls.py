"""Who made a change, and by which request: named only where what a request set is what a sync saw."""

from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.clock import ManualClock
from store.days import parse_instant
from store.queries.activity import API_CALL, CAMPAIGN_SOURCES, read_activity
from store.queries.calls import accounts, request_fields
from store.queries.history import sync_moments
from store.queries.requested import with_requested
from tests.support.records import campaign, put

DAYS = [f"2026-11-0{day}T00:00:00.000Z" for day in range(1, 5)]


def off(amount: int, **more: Any) -> dict[str, Any]:
    return campaign(voucher={"type": "DISCOUNT_VOUCHER", "discount": {"type": "AMOUNT", "amount_off": amount}}, **more)


def call(number: int, at: str, method: str = "PUT", path: str = "/v1/campaigns/camp_1", **more: Any) -> dict[str, Any]:
    return {
        "id": f"log_{number}", "created_at": at, "method": method, "endpoint": path, "status": 200,
        "request_id": f"v-{number}", "user_email": f"user{number}@example.com", "campaign_id": "camp_1", **more,
    }  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """10 euros off became 15 by one of three calls; then it was switched off, and then renamed by nobody knows whom."""
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", off(1000), at=DAYS[0])
    put(connection, "campaigns", off(1500, active=True), at=DAYS[1])
    put(connection, "campaigns", off(1500, active=False), at=DAYS[2])
    put(connection, "campaigns", off(1500, active=False, name="Later"), at=DAYS[3])
    put(
        connection, "api_log",
        call(1, "2026-11-01T08:00:00.000Z", request_body={"discount": {"amount_off": 1200}}),
        call(2, "2026-11-01T09:00:00.000Z", request_body='{"discount": {"amount_off": 1500}}'),
        call(3, "2026-11-01T10:00:00.000Z", request_body={"discount": {"amount_off": 1500}}, status=400),
        call(4, "2026-11-02T09:00:00.000Z", "POST", "/v1/campaigns/camp_1/disable", request_body=None),
        call(5, "2026-11-03T09:00:00.000Z", request_body={"description": "Later"}),
    )  # fmt: skip
    connection.close()
    return tmp_path / "c.db"


def test_a_change_is_told_by_the_call_that_set_it(path: Path) -> None:
    connection = connect_writer(path)
    # The cache of one campaign has no sync before each page: the log's window then begins with the cache.
    moments = sync_moments(connection, "campaigns", "camp_1")
    assert [[one.request_id for one in moment.calls] for moment in moments] == [[], ["v-4"], ["v-2"], []]
    assert moments[2].calls[0].who == "user2@example.com"
    assert ("campaigns", "camp_1", "/voucher/discount/amount_off", "1000", "1500") in moments[2].changes
    connection.close()


def test_a_request_is_shown_as_the_change_it_made(path: Path) -> None:
    connection = connect_writer(path)
    now = ManualClock(parse_instant("2026-11-10T00:00:00.000Z")).now()
    entries = with_requested(read_activity(connection, CAMPAIGN_SOURCES, "camp_1", now))
    calls = {one.record_id: one.changes for one in entries if one.kind == API_CALL}
    [second] = calls["log_2"]
    assert (second.path, second.before, second.after, second.before_known) == (
        "/discount/amount_off",
        "1000",
        "1500",
        True,
    )
    assert [(one.path, one.before, one.after) for one in calls["log_4"]] == [("/active", "true", "false")]
    # Refused, or seen by no sync: what was there before is not known.
    assert [one.before_known for one in (*calls["log_1"], *calls["log_3"], *calls["log_5"])] == [False] * 3
    connection.close()


def test_what_a_request_sets() -> None:
    assert request_fields("/v1/campaigns/c", {"a": {"b": 1}, "c": [2]}) == {"/a/b": 1, "/c": [2]}
    assert request_fields("/v1/campaigns/c/enable", None) == {"/active": True}
    assert request_fields("/v1/campaigns/c", "no JSON") == {}


@pytest.mark.parametrize(
    ("field", "after", "path", "value", "expected"),
    [
        ("/voucher/discount/amount_off", "1500", "/discount/amount_off", 1500, True),
        ("/name", '"a"', "/name", "b", False),
        ("/rename", '"a"', "/name", "a", False),
        ("/expiration_date", '"2026-12-01T00:00:00.000Z"', "/expiration_date", "2026-12-01T01:00:00+01:00", True),
        ("/active", "true", "/active", 1, False),
        ("/name", None, "/name", None, False),
    ],
)
def test_a_request_accounts_for_what_it_set_alone(
    field: str, after: str | None, path: str, value: Any, expected: bool
) -> None:
    assert accounts(field, after, path, value) is expected
