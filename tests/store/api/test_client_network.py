"""The client on a real socket: compression, resets, proxies, certificates."""

import asyncio
import contextlib
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from store.api import errors
from store.api.client import ApiClient, Credentials
from store.clock import ManualClock
from tests.support.list_server import NOON

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A loopback server that hands each request's head to the handler; yields its address and the heads."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                heads.append(head)
                await handler(head, writer)
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()


def client_at(base: str, retries: int = 0, timeout: float = 5.0) -> ApiClient:
    keys = Credentials(base, "app", "s3cret")
    return ApiClient(keys, clock=ManualClock(NOON), retries=retries, timeout=timeout)


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_one_connection_serves_many_calls_and_compressed_answers() -> None:
    ports: set[object] = set()

    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername"))
        writer.write(
            http(gzip.compress(b'{"id":"camp_1"}'), "content-encoding: gzip", "content-type: application/json")
        )

    async with serving(handler) as (base, heads), client_at(f"{base}/p") as client:
        for _ in range(5):
            assert (await client.get("/v1/a%2Fb", [("x[y]", "1 2")])).value("id") == "camp_1"
    assert len(ports) == 1
    assert heads[0].startswith(b"GET /p/v1/a%2Fb?x%5By%5D=1%202 HTTP/1.1\r\n")
    assert b"X-App-Token: s3cret" in heads[0]


async def test_a_connection_dropped_in_the_middle_of_a_page_is_tried_again() -> None:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        whole = http(b'{"id":"camp_1"}')
        if len(heads) < 3:
            writer.write(whole[:-5])
            writer.close()
        else:
            writer.write(whole)

    async with serving(handler) as (base, heads), client_at(base, retries=4) as client:
        assert (await client.get("/v1/x")).value("id") == "camp_1"
        assert client.calls == 3


async def test_nobody_listens() -> None:
    async with serving(lambda head, writer: asyncio.sleep(0)) as (base, _):
        pass
    async with client_at(base) as client:
        with pytest.raises(errors.ConnectionLost) as caught:
            await client.get("/v1/x")
    assert "Check the network" in caught.value.sentence


async def test_silence_ends_in_a_time_out() -> None:
    async def silent(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0)

    async with serving(silent) as (base, _), client_at(base, timeout=0.05) as client:
        with pytest.raises(errors.TimedOut):
            await client.get("/v1/x")


async def test_a_head_that_trickles_ends_in_a_time_out() -> None:
    async def trickle(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            writer.write(b"x-%d: x\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(trickle) as (base, _), client_at(base, timeout=0.05) as client:
        with pytest.raises(errors.TimedOut):
            await client.get("/v1/x")


async def pieces_of(client: ApiClient, way: str, base: str) -> int:
    """How many bytes of an answer came."""
    if way == "read":
        return len((await client.get("/v1/x")).content)
    async with client.download(f"{base}/v1/exports/x?token=t") as pieces:
        return sum([len(piece) async for piece in pieces])


@pytest.mark.parametrize("way", ["read", "download"])
@pytest.mark.parametrize(("size", "seconds", "comes"), [(1, 1.0, False), (4_000, 2.0, True), (400, 2.0, False)])
async def test_an_answer_may_take_long_if_only_it_comes(way: str, size: int, seconds: float, comes: bool) -> None:
    """A sender of a byte a second is hung up on; a slow line is waited for, however long it takes in all."""
    pieces, whole, came = 400, 400 * size, asyncio.Event()
    clock = ManualClock(NOON)

    async def slow(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % whole)
        for number in range(pieces):
            clock.advance(seconds)
            writer.write(b"{}".rjust(size) if number == pieces - 1 and size > 1 else b" " * size)
            await writer.drain()
            await asyncio.sleep(0.001)
        came.set()

    async with serving(slow) as (base, _):
        keys = Credentials(base, "app", "s3cret")
        async with ApiClient(keys, clock=clock, retries=0, timeout=30.0) as client:
            if comes:
                assert await pieces_of(client, way, base) == whole
                assert clock.monotonic() >= pieces * seconds
                return
            with pytest.raises(errors.TimedOut, match="bytes of the answer came in"):
                await pieces_of(client, way, base)
            assert clock.monotonic() < 300
            assert not came.is_set()


async def test_time_spent_on_what_has_come_does_not_count() -> None:
    clock = ManualClock(NOON)

    async def quick(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"x" * 500_000))

    async with serving(quick) as (base, _):
        keys = Credentials(base, "app", "s3cret")
        async with ApiClient(keys, clock=clock, retries=0) as client, client.download(f"{base}/v1/exports/x") as pieces:
            came = 0
            async for piece in pieces:
                clock.advance(10_000)
                came += len(piece)
            assert came == 500_000


async def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.api.client.LARGEST_REPLY", 100_000)

    async def bomb(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(gzip.compress(b" " * 5_000_000), "content-encoding: gzip"))

    async with serving(bomb) as (base, _), client_at(base) as client:
        with pytest.raises(errors.NotUnderstood, match="larger"):
            await client.get("/v1/x")


async def test_a_redirect_takes_no_key_to_another_host() -> None:
    async def other(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"{}"))

    async with serving(other) as (elsewhere, visits):

        async def sends_away(head: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(http(b"", f"location: {elsewhere}/v1/x", status="307 Temporary Redirect"))

        async with serving(sends_away) as (base, _), client_at(base) as client:
            with pytest.raises(errors.RedirectRefused):
                await client.get("/v1/x")
            with pytest.raises(errors.RedirectRefused):
                async with client.download(f"{base}/file"):
                    pass
    assert visits == []


async def test_the_proxy_of_the_environment_is_used_and_its_exceptions_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def proxy(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b'{"by":"proxy"}'))

    async def direct(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b'{"by":"server"}'))

    async with serving(proxy) as (proxy_base, heads), serving(direct) as (base, _):
        monkeypatch.setenv("http_proxy", proxy_base)
        async with client_at("http://voucherify.test/p") as client:
            assert (await client.get("/v1/x")).value("by") == "proxy"
        assert heads[0].startswith(b"GET http://voucherify.test/p/v1/x HTTP/1.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with client_at(base) as client:
            assert (await client.get("/v1/x")).value("by") == "server"


async def test_a_proxy_that_cannot_be_used_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "gopher://user:pa55@proxy.test")
    async with client_at("http://voucherify.test") as client:
        with pytest.raises(errors.ConnectionLost) as caught:
            await client.get("/v1/x")
    assert "the proxy that the environment names" in caught.value.sentence
    assert "pa55" not in caught.value.sentence


async def test_an_answer_without_tls_is_no_answer_and_certificates_are_always_checked() -> None:
    async def plain(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"plain text")

    async with serving(plain) as (base, _), client_at(base.replace("http:", "https:"), timeout=0.5) as client:
        with pytest.raises((errors.ConnectionLost, errors.TimedOut)):
            await client.get("/v1/x")
        # What the context verifies shows nowhere else.
        transport: Any = client._http._transport
        tls = transport._inner._tls
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname


async def test_a_ca_bundle_that_is_missing_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    async with client_at("https://127.0.0.1:1") as client:
        with pytest.raises(errors.ConnectionLost):
            await client.get("/v1/x")
