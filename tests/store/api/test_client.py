import asyncio
import json
import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.api import errors
from store.api.client import ApiClient, Credentials, segment
from store.clock import ManualClock
from store.wire import Request, Response
from tests.support.list_server import NOON, answer, client_of


class Replay:
    """Answers, or raises, what it was given, in turn; the last one repeats."""

    def __init__(self, *turns: Response | Exception) -> None:
        self.turns = list(turns)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        turn = self.turns[min(len(self.requests), len(self.turns)) - 1]
        if isinstance(turn, Exception):
            raise turn
        return turn


FINE = answer(200, {"id": "camp_1"})


async def test_a_request_as_the_server_sees_it() -> None:
    server = Replay(FINE)
    async with ApiClient(Credentials("https://host.test:8443/proxy/", "my app", "secret"), responder=server) as client:
        params = [("filters[a][conditions][$is][0]", "ü&=%/ +"), ("limit", "5"), ("empty", ""), ("limit", "6")]
        reply = await client.get(f"/v1/campaigns/{segment('a/b %2F?#')}", params)
    assert reply.document() == {"id": "camp_1"}
    request = server.requests[0]
    assert (request.method, request.body) == ("GET", b"")
    assert request.path == "/proxy/v1/campaigns/a%2Fb%20%252F%3F%23"
    assert list(request.query) == params
    sent = request.headers
    assert sent["x-app-id"] == "my app"
    assert sent["x-app-token"] == "secret"
    assert sent["x-voucherify-api-version"] == "v2018-08-01"
    assert sent["user-agent"].startswith("promoscope/")
    assert "gzip" in sent["accept-encoding"]
    assert sent["host"] == "host.test:8443"


@given(st.text(min_size=1))
def test_a_segment_is_one_segment_and_leads_back_to_its_name(name: str) -> None:
    encoded = segment(name)
    seen = httpx2.URL(f"https://api.test/v1/vouchers/{encoded}/redemption").raw_path.decode()
    head, tail = "/v1/vouchers/", "/redemption"
    assert seen.startswith(head)
    assert seen.endswith(tail)
    middle = seen[len(head) : -len(tail)]
    assert "/" not in middle
    assert unquote(middle) == name.encode(errors="replace").decode()


def test_no_name_is_no_segment() -> None:
    with pytest.raises(ValueError, match="empty"):
        segment("")


@pytest.mark.parametrize(
    "path", ["v1/x", ".evil.test/", "@evil.test/", "/v1/x?y=1", "/v1/x#y", "/v1/a b", "/v1/ü", "/v1\\x", "/v1/\n"]
)
async def test_a_path_that_is_none_is_refused(path: str) -> None:
    server = Replay(FINE)
    with client_of(server) as client, pytest.raises(ValueError, match="path"):
        await client.get(path)
    assert server.requests == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get"])
@pytest.mark.parametrize("prefix", ["", "/proxy"])
async def test_the_transport_refuses_every_other_method(method: str, prefix: str) -> None:
    server = Replay(FINE)
    async with ApiClient(Credentials(f"https://api.test{prefix}", "a", "b"), responder=server) as client:
        for path in ("/v1/campaigns", "/v1/exports/exp_1", "/v1/exports/", "/v1/vouchers/x/disable", "/v1/exports%2Fx"):
            request = httpx2.Request(method, f"https://api.test{prefix}{path}")
            request.method = method
            with pytest.raises(errors.MethodRefused) as caught:
                await client._http.send(request)
            assert "Nothing was changed." in caught.value.sentence
    assert server.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/publications/create",
        "/v1/publications/create/",
        "/v1/publications/create?voucher=x",
        "/v1//publications//create",
        "/v1/%70ublications/create",
        "/v1/publications%2Fcreate",
        "/v1/publications/./create",
        "/v1/x/../publications/create",
        "/v1/x/%2e%2e/publications/create",
        "/v1/publications/%63%72eate",
        "/V1/Publications/Create",
        "/v1/publications/%2563reate",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/proxy"])
async def test_the_reading_verb_that_publishes_is_refused_in_every_spelling(path: str, prefix: str) -> None:
    server = Replay(FINE)
    async with ApiClient(Credentials(f"https://api.test{prefix}", "a", "b"), responder=server) as client:
        with pytest.raises(errors.MethodRefused):
            await client._http.get(f"https://api.test{prefix}{path}")
        if "?" not in path:
            with pytest.raises(errors.MethodRefused):
                await client.get(path)
    assert server.requests == []


async def test_the_only_request_with_a_body_starts_an_export() -> None:
    server = Replay(answer(200, {"id": "exp_1", "status": "SCHEDULED"}))
    with client_of(server) as client:
        reply = await client.create_export({"exported_object": "voucher", "parameters": {"fields": ["id"]}})
    assert reply.value("id") == "exp_1"
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/v1/exports")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"exported_object": "voucher", "parameters": {"fields": ["id"]}}


@pytest.mark.parametrize("turn", [TimeoutError(), ConnectionResetError(), Response(503), Response(200, {}, b"{")])
async def test_an_export_is_started_again_like_any_reading(turn: Any) -> None:
    """It may start two jobs. The one that is not waited for does no harm."""
    server = Replay(turn, answer(200, {"id": "exp_2", "status": "SCHEDULED"}))
    with client_of(server) as client:
        assert (await client.create_export({})).value("id") == "exp_2"
    assert [request.method for request in server.requests] == ["POST", "POST"]


async def test_an_export_refused_by_the_limit_is_started_later() -> None:
    server = Replay(answer(429, {}, Retry_After="5"), FINE)
    clock = ManualClock(NOON)
    with client_of(server, clock=clock) as client:
        await client.create_export({})
    assert clock.monotonic() >= 5


BROKEN: list[tuple[Any, type[errors.ApiError]]] = [
    (Response(500, {}, b"<html>maintenance"), errors.ServerError),
    (Response(503), errors.ServerError),
    (ConnectionResetError("reset"), errors.ConnectionLost),
    (TimeoutError("late"), errors.TimedOut),
    (Response(200, {"content-length": "50"}, b'{"rows":[1,'), errors.ConnectionLost),
    (Response(200, {"content-type": "application/json"}, b'{"rows":[1,'), errors.NotUnderstood),
    (Response(200, {}, b"[]"), errors.NotUnderstood),
    (Response(200, {}, b'{"a":"\xff"}'), errors.NotUnderstood),
    (Response(200, {}, b'{"a":' + b"[" * 100_000), errors.NotUnderstood),
    (Response(200, {"content-encoding": "gzip"}, b"no gzip"), errors.NotUnderstood),
    (Response(429, {}, b"{}"), errors.RateLimited),
]


@pytest.mark.parametrize(("turn", "kind"), BROKEN)
async def test_a_read_that_broke_is_sent_again(turn: Any, kind: type[errors.ApiError]) -> None:
    clock = ManualClock(NOON)
    server = Replay(turn, turn, turn, turn, FINE)
    with client_of(server, clock=clock) as client:
        assert (await client.get("/v1/x")).document() == {"id": "camp_1"}
        assert client.calls == 5
    assert len(clock.slept) == 4
    assert all(0.1 <= pause <= 0.5 * 2**attempt for attempt, pause in enumerate(clock.slept))
    assert len(set(clock.slept)) == 4


@pytest.mark.parametrize(("turn", "kind"), BROKEN)
async def test_a_read_that_stays_broken_says_how(turn: Any, kind: type[errors.ApiError]) -> None:
    server = Replay(turn)
    with client_of(server) as client, pytest.raises(kind) as caught:
        await client.get("/v1/x")
    assert len(server.requests) == 5
    assert caught.value.sentence.endswith(".")
    assert "token" not in caught.value.sentence


@pytest.mark.parametrize(
    "turn",
    [
        Response(200, {"content-type": "text/html"}, b"<html>Sign in"),
        Response(200, {"content-type": "text/plain"}, b"{}"),
        Response(200, {}, b""),
        Response(204),
    ],
)
async def test_what_is_whole_and_no_json_is_asked_for_less_often(turn: Response) -> None:
    server = Replay(turn, turn, FINE)
    with client_of(server) as client:
        assert (await client.get("/v1/x")).document() == {"id": "camp_1"}
    server = Replay(turn)
    with client_of(server) as client, pytest.raises(errors.NotUnderstood):
        await client.get("/v1/x")
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 409, 413, 415, 423, 301, 302, 307, 308])
async def test_a_refusal_is_not_asked_again(status: int) -> None:
    server = Replay(answer(status, {"code": status, "message": "no"}, Location="https://evil.test/x"))
    with client_of(server) as client, pytest.raises(errors.ApiError):
        await client.get("/v1/x")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "said"), [(206, "a part of an answer"), (304, "nothing has changed")])
async def test_answers_to_what_was_not_asked_are_unexpected(status: int, said: str) -> None:
    server = Replay(answer(status, {"rows": []}), FINE)
    with client_of(server) as client:
        await client.get("/v1/x")
    server = Replay(answer(status, {"rows": []}))
    with client_of(server, retries=0) as client, pytest.raises(errors.NotUnderstood, match=said) as caught:
        await client.get("/v1/x")
    assert caught.value.status == status


async def test_another_body_than_asked_for_is_asked_for_again() -> None:
    server = Replay(answer(200, {"data_ref": "vouchers", "vouchers": []}), answer(200, {"campaigns": [{"id": "c"}]}))
    with client_of(server) as client:
        assert await client.read("/v1/campaigns", (), lambda reply: reply.rows("campaigns")) == [b'{"id": "c"}']


@pytest.mark.parametrize(("known", "calls"), [(False, 3), (True, 5)])
async def test_what_is_not_the_api_is_soon_left_alone_and_the_api_is_not(known: bool, calls: int) -> None:
    server = Replay(*([FINE] if known else []), Response(200, {"content-type": "text/html"}, b"<html>"))
    with client_of(server) as client:
        if known:
            await client.get("/v1/x")
        with pytest.raises(errors.NotUnderstood):
            await client.get("/v1/x")
    assert len(server.requests) == calls + known


async def test_a_redirect_is_named_and_not_followed() -> None:
    server = Replay(Response(302, {"location": "https://evil.test/v1/x?token=t0ps3cret"}))
    with client_of(server) as client, pytest.raises(errors.RedirectRefused) as caught:
        await client.get("/v1/x")
    assert "evil.test" in caught.value.sentence
    assert "t0ps3cret" not in caught.value.sentence


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "17"}, 17.0),
        ({"Retry_After": "Fri, 20 Nov 2026 13:00:20 GMT", "Date": "Fri, 20 Nov 2026 13:00:00 GMT"}, 20.0),
        # The server's clock is an hour ahead of this one.
        ({"X_Rate_Limit_Retry": "1795179630", "Date": "Fri, 20 Nov 2026 13:00:00 GMT"}, 30.0),
        ({"X_Rate_Limit_Retry": "1795176030"}, 30.0),
        ({"X_Rate_Limit_Retry": "1"}, 0.0),
        ({"X_Rate_Limit_Retry": "soon", "Retry_After": "nan"}, 0.0),
        ({}, 0.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_waits_are_those_the_server_asks_for(headers: dict[str, str], wait: float, status: int) -> None:
    clock = ManualClock(NOON)
    server = Replay(answer(status, {}, **headers), FINE)
    with client_of(server, clock=clock, rng=random.Random(3)) as client:
        await client.get("/v1/x")
    assert wait + 0.1 <= clock.slept[0] <= wait + 0.5


@pytest.mark.parametrize("headers", [{"Retry_After": "86400"}, {"X_Rate_Limit_Type": "api_calls_cycle"}])
async def test_what_waiting_does_not_bring_back_is_not_waited_for(headers: dict[str, str]) -> None:
    clock = ManualClock(NOON)
    with client_of(Replay(answer(429, {}, **headers)), clock=clock) as client, pytest.raises(errors.RateLimited):
        await client.get("/v1/x")
    assert clock.slept == []


async def test_the_servers_clock_and_limits_are_kept() -> None:
    clock = ManualClock(NOON)
    limits = {"X_Rate_Limit_Limit": "100", "X_Rate_Limit_Remaining": "42", "Date": "Fri, 20 Nov 2026 12:00:30 GMT"}
    with client_of(Replay(answer(200, {}, **limits), answer(200, {})), clock=clock) as client:
        times = [client.server_time]
        await client.get("/v1/x")
        await client.get("/v1/x")
        assert (client.limits.limit, client.limits.remaining) == (100, 42)
        assert client.clock_skew is not None
        assert client.clock_skew.total_seconds() == 30
        clock.advance(10)
        times.append(client.server_time)
    assert times == [None, datetime(2026, 11, 20, 12, 0, 40, tzinfo=UTC)]


async def test_every_call_passes_the_gate_and_reports_back_even_when_cancelled() -> None:
    notes: list[object] = []

    class Gate:
        on_pause = None

        async def before(self, kind: str) -> None:
            notes.append(kind)

        def after(self, status: int, headers: Any) -> None:
            notes.append(status)

    with client_of(Replay(TimeoutError(), Response(500), FINE), gate=Gate()) as client:
        await client.get("/v1/x")
    assert notes == ["read", 0, "read", 500, "read", 200]
    notes.clear()

    with client_of(Replay(FINE), gate=Gate()) as client:
        task = asyncio.create_task(client.get("/v1/x"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert notes == ["read", 0]


async def test_a_clock_from_another_age_tells_nothing() -> None:
    dates = ["Fri, 20 Nov 2026 12:00:30 GMT", "Sat, 21 Nov 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
             "Fri, 20 Nov 2026 12:00:10 GMT", "Fri, 20 Nov 2026 12:00:50 GMT"]  # fmt: skip
    skews = list[float]()
    with client_of(Replay(*(answer(200, {}, Date=date) for date in dates)), clock=ManualClock(NOON)) as client:
        for _ in dates:
            await client.get("/v1/x")
            assert client.clock_skew is not None
            skews.append(client.clock_skew.total_seconds())
    assert skews == [30, 86_400, 86_400, 10, 50]


@pytest.mark.parametrize("named", [["rows"], {"a": 1}, 5, None])
async def test_a_list_is_found_though_its_name_is_no_text(named: Any) -> None:
    with client_of(Replay(answer(200, {"data_ref": named, "rows": [{"id": "a"}]}))) as client:
        assert (await client.get("/v1/x")).rows("rows") == [b'{"id": "a"}']


@pytest.mark.parametrize("tail", [b"", b',{"odd":NaN}'])
async def test_an_answer_with_more_records_than_any_page_is_refused(tail: bytes) -> None:
    """Each takes memory before it can be looked at: 40 MB of `1,1,1…` took gigabytes."""
    for count, is_refused in ((10_000 - len(tail[:1]), False), (10_001, True)):
        body = b'{"rows":[' + b",".join([b"1"] * count) + tail + b"]}"
        with client_of(Replay(Response(200, {"Content-Type": "application/json"}, body))) as client:
            reply = await client.get("/v1/x")
            if is_refused:
                with pytest.raises(errors.NotUnderstood, match="more than 10,000 records"):
                    reply.rows("rows")
            else:
                assert len(reply.rows("rows")) == 10_000
