"""What every answer has: keys, errors, headers, limits (API §1)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from store.clock import ManualClock
from store.sandbox import Limits
from store.sandbox.limits import HOUR
from store.wire import Request
from tests.support.sandbox_asking import KEYS, NOW, Asker, ask_tiny
from tests.support.sandboxes import demo_sandbox
from tests.support.sizes import TINY


@pytest.fixture(scope="module")
def asker() -> Asker:
    return ask_tiny()


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x-app-id": "demo"}, {"x-app-id": "demo", "x-app-token": "wrong"},
        {"x-app-id": "łx", "x-app-token": "demo-token"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/campaigns", "/v1/exports", "/v1/nothing", "/v1/vouchers/100%"])
def test_without_the_keys_nothing_is_told(asker: Asker, headers: dict[str, str], path: str) -> None:
    response = asker.send(path, headers=headers)
    error = asker._document(response, 401)
    assert (error["code"], error["key"], error["message"]) == (401, "unauthorized", "Unauthorized")
    assert error["request_id"].startswith("v-")


def test_every_error_has_a_request_id_of_its_own(asker: Asker) -> None:
    ids = {asker.get(f"/v1/vouchers/none{i}", status=404)["request_id"] for i in range(5)}
    assert len(ids) == 5


def test_an_unknown_record_is_named(asker: Asker) -> None:
    error = asker.get("/v1/customers/who%2Fever", status=404)
    assert error["resource_id"] == "who/ever"
    assert error["resource_type"] == "customer"
    assert "who/ever" in error["details"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404), ("GET", "/v1/colours", 404), ("GET", "/v1/campaigns/a/b/c/d", 404),
        ("GET", "/v1/vouchers/", 404), ("GET", "/v1/publications/create", 404),
        ("GET", "/v1/campaigns/100%20%%20off", 400), ("GET", "/v1/vouchers/%", 400), ("GET", "/v1/vouchers/%ff", 400),
        ("DELETE", "/v1/campaigns", 403), ("PUT", "/v1/vouchers/x", 404), ("POST", "/v1/redemptions", 403),
        ("POST", "/v1/qualifications", 403), ("PATCH", "/v1/exports", 403), ("OPTIONS", "/v1/campaigns", 405),
    ],
)  # fmt: skip
def test_what_is_not_there_and_what_cannot_be_done(asker: Asker, method: str, path: str, status: int) -> None:
    error = asker._document(asker.send(path, method=method), status)
    assert error["code"] == status
    assert error["key"]


def test_a_body_beyond_ten_mebibytes_is_refused_without_a_key(asker: Asker) -> None:
    response = asker.sandbox.respond(Request("POST", "/v1/exports", (), KEYS, b" " * (10 * 1024 * 1024 + 1)))
    error = asker._document(response, 413)
    assert "key" not in error


def test_answers_are_dated_by_the_clock_and_typed() -> None:
    asker = ask_tiny()
    for path in ("/v1/campaigns", "/v1/vouchers/none"):
        headers = asker.send(path).headers
        assert parsedate_to_datetime(headers["Date"]) == asker.clock.now()
        assert headers["Content-Type"].startswith("application/json")
        assert not {name for name in headers if name.lower().startswith("x-rate") or name.lower() == "x-request-id"}
        asker.clock.advance(61)


def test_a_plan_counts_down_and_opens_again() -> None:
    asker = ask_tiny(limits=Limits.of("business"))
    left = [int(asker.send("/v1/campaigns").headers["X-Rate-Limit-Remaining"]) for _ in range(100)]
    assert left == list(range(99, -1, -1))
    asker.clock.advance(12.5)
    refused = asker.send("/v1/campaigns")
    body = asker._document(refused, 429)
    assert body["code"] == 429
    assert "key" not in body
    assert refused.headers["X-Rate-Limit-Type"] == "api_calls"
    assert refused.headers["X-Rate-Limit-Limit"] == "100"
    assert refused.headers["Retry-After"] == "48"
    assert float(refused.headers["X-Rate-Limit-Retry"]) == NOW.timestamp() + 60
    asker.clock.advance(47.5)
    assert asker.send("/v1/campaigns").headers["X-Rate-Limit-Remaining"] == "99"


def test_the_shop_shares_the_allowance() -> None:
    limits = Limits.of("business")
    asker = ask_tiny(limits=limits)
    for _ in range(99):
        limits.take(NOW)
    assert asker.send("/v1/campaigns").status == 200
    assert asker.send("/v1/campaigns").status == 429


def test_a_spent_cycle_does_not_come_back() -> None:
    asker = ask_tiny(limits=Limits(100, HOUR, cycle=3))
    for _ in range(3):
        assert asker.send("/v1/campaigns").status == 200
    asker.clock.advance(10 * HOUR)
    refused = asker.send("/v1/campaigns")
    assert refused.status == 429
    assert refused.headers["X-Rate-Limit-Type"] == "api_calls_cycle"
    assert "Retry-After" not in refused.headers


@pytest.mark.parametrize(
    ("limits", "calls", "period"),
    [(Limits.of("business"), 100, 60), (Limits.of("organization"), 2_000, 60), (Limits.of("sandbox"), 100, 3_600)],
)
def test_plans_are_the_documented_ones(limits: Limits, calls: int, period: int) -> None:
    assert (limits.calls, limits.period) == (calls, period)
    assert Limits.of("unlimited").take(NOW).headers == {}


def test_summaries_cover_the_asked_days_and_are_empty_for_old_campaigns(asker: Asker) -> None:
    created = dict(zip(asker.column("campaigns", "id"), asker.column("campaigns", "created_at"), strict=True))
    for key, day in created.items():
        whole = asker.get(f"/v1/campaigns/{key}/summary", ("start_date", "2020-01-01"), ("end_date", "2026-11-20"))
        if day < "2025-06-17":
            assert whole == {}
        else:
            assert whole["campaign"]["id"] == key
            assert whole["redemptions"] == whole["redemptions_succeeded"] + whole["redemptions_failed"]
            today = asker.get(f"/v1/campaigns/{key}/summary", ("start_date", "2026-11-20"), ("end_date", "2026-11-20"))
            assert 0 <= today["redemptions"] <= whole["redemptions"]
    assert any(day < "2025-06-17" for day in created.values())
    assert asker.get(f"/v1/campaigns/{key}/summary", ("start_date", "soon"), status=400)["code"] == 400


def test_the_demo_is_the_same_project_for_the_same_seed() -> None:
    asked = Request("GET", "/v1/redemptions", (("limit", "100"),), KEYS)
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    made = (demo_sandbox(clock, seed=seed, sizes=TINY) for seed in (3, 3, 4))
    one, same, other = (sandbox.respond(asked).body for sandbox in made)
    assert one == same
    assert one != other
