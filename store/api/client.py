"""The HTTP client: the one place that speaks to a server, and it only reads.

It alone imports httpx; every request passes a transport that refuses all `store.api.actions` does not declare.
"""

import asyncio
import logging
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import httpx
import msgspec

from store.api.actions import CREATE_EXPORT, check_request
from store.api.addresses import Credentials, host_of, proxy_for, segment
from store.api.agent import user_agent
from store.api.errors import (
    ApiError,
    ConnectionLost,
    NotUnderstood,
    RateLimited,
    RedirectRefused,
    TimedOut,
    error_from,
    lost_by,
    unlikely_to_change,
)
from store.api.limits import Gate, LimitState, read_limits, server_date
from store.api.patience import timely
from store.api.replies import Reply
from store.api.retries import RetryPolicy
from store.api.unpacking import ACCEPTED, Unusable, unpacked
from store.clock import Clock, SystemClock
from store.redact import RedactingFilter, known, scrubber
from store.wire import Request, Responder

__all__ = ["ApiClient", "Credentials", "Gate", "Reply", "segment"]

API_VERSION = "v2018-08-01"
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes after which an answer is given up: a page of 100 records is some hundred kilobytes."""
_DEADLINE = 4
"""An answer may take this many time-outs to begin, and as many again to come, beside what its length allows."""
# httpx logs every address it calls, and a download's address holds its token.
logging.getLogger("httpx").addFilter(RedactingFilter())


class ApiClient:
    """Reads from one Voucherify project.

    Args:
        credentials: where and with which keys.
        clock: decides what time it is and does the waiting.
        gate: asked before every request; without one nothing is held back.
        responder: answers in this process instead of a server.
        retries: how often a failed read is sent again.
        timeout: seconds for connecting and between two pieces of an answer.
        rng: source of jitter.

    Attributes:
        calls: requests sent so far, repeats and downloads included.
        limits: the limit headers seen last.
        clock: the clock it was given.
        scrubber: takes the keys out of all that is received, before anything else sees it.
        retries: when a failed read is sent again.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Clock | None = None,
        gate: Gate | None = None,
        responder: Responder | None = None,
        retries: int = 4,
        timeout: float = 30.0,
        rng: random.Random | None = None,
    ) -> None:
        self.credentials = credentials
        self.clock: Clock = clock or SystemClock()
        self.scrubber = scrubber(credentials.app_token, *known())
        self.calls = 0
        self.limits = LimitState()
        self.clock_skew: timedelta | None = None
        self._gate = gate
        self.retries = RetryPolicy(retries, rng or random.Random(), gated=gate is not None)
        self._deadline = _DEADLINE * timeout
        inner = _InProcess(responder) if responder else _Network()
        self._http = httpx.AsyncClient(
            transport=_ReadOnly(inner, credentials.prefix),
            timeout=httpx.Timeout(timeout, pool=None),
            follow_redirects=False,
            headers={"User-Agent": user_agent(), "Accept-Encoding": ACCEPTED},
        )
        self._keys = {
            "X-App-Id": credentials.app_id,
            "X-App-Token": credentials.app_token,
            "X-Voucherify-API-Version": API_VERSION,
            "Accept": "application/json",
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def server_time(self) -> datetime | None:
        """The present instant by the server's clock (whole seconds when just told); None before any answer."""
        return None if self.clock_skew is None else self.clock.now() + self.clock_skew

    async def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Reply:
        """Read one path, sending it again when that may help.

        Args:
            path: below the base URL, with a slash in front, built with `segment`.
            params: query in order; names and values are encoded here.

        Raises:
            ApiError: of the type that says what happened.
            ValueError: the path holds what only an address may hold.
        """
        url = self._url(path, params)
        return await self.retries.run(self.clock, lambda: self._ask("read", self._request("GET", url, self._keys)))

    async def create_export(self, body: Mapping[str, Any]) -> Reply:
        """Start an export job: `POST /v1/exports` (API §3), the only request with a body.

        Sent again only after a 429, which did nothing; after a time-out nobody knows whether the job exists.

        Raises:
            ApiError: of the type that says what happened.
        """
        url = self._url(CREATE_EXPORT.path or "", ())
        headers = {**self._keys, "Content-Type": "application/json"}
        content = msgspec.json.encode(body)

        def ask() -> Awaitable[Reply]:
            return self._ask("export", self._request("POST", url, headers, content))

        return await self.retries.run(self.clock, ask, only=(RateLimited,))

    def download(self, url: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Stream the file of a finished export: `async with client.download(url) as pieces`.

        The keys go along only to the configured origin or the region's download host; any other host gets the
        address alone, and only by TLS. Not repeated here: the reader knows what it already has, and waits by `retries`.

        Raises:
            ApiError: on entering, or between two pieces when the connection breaks.
        """
        return self._download(url)

    @asynccontextmanager
    async def _download(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        try:
            keys_may_go = self.credentials.may_see(url)
            usable = keys_may_go or urlsplit(url).scheme == "https"
        except ValueError:
            usable = False
        if not usable:
            raise RedirectRefused(f"the export's file is said to lie at {host_of(url)}, not reached by TLS")
        headers = {**self._keys, "Accept": "*/*"} if keys_may_go else {"Accept": "*/*"}
        async with self._exchange("download", self._request("GET", url, headers)) as response:
            if not response.is_success:
                await self._refuse(response)
            if "text/html" in response.headers.get("content-type", "").lower():
                raise NotUnderstood("it is a page for people", status=response.status_code)
            yield _pieces(response)

    def _url(self, path: str, params: Sequence[tuple[str, str]]) -> str:
        if not path.startswith("/") or not path.isascii() or not path.isprintable() or set(path) & set("?#\\ "):
            raise ValueError("the path must start with a slash and be percent-encoded")
        query = urlencode(params, quote_via=quote, safe="", errors="replace")
        return f"{self.credentials.base}{path}" + (f"?{query}" if query else "")

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx.Request:
        with _typed_errors():
            return self._http.build_request(method, url, headers=dict(headers), content=content)

    async def _ask(self, kind: str, request: httpx.Request) -> Reply:
        """One request, its answer read whole and looked at."""
        async with self._exchange(kind, request) as response:
            if not response.is_success:
                await self._refuse(response)
            content = await self._whole(response)
            status, request_id = response.status_code, _request_id(response)
            media = response.headers.get("content-type", "").split(";")[0].strip().lower()
            if media and not media.endswith("json"):
                raise unlikely_to_change(f"it is {media}, not JSON", status, request_id)
            if not content.strip():
                raise unlikely_to_change("it is empty", status, request_id)
        reply = Reply(status, request_id, content)
        reply.members()
        return reply

    @asynccontextmanager
    async def _exchange(self, kind: str, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Gate, count, send, take note, close: the one way out of this process."""
        if self._gate is not None:
            await self._gate.before(kind)
        status, headers = 0, dict[str, str]()
        try:
            self.calls += 1
            with _typed_errors():
                async with asyncio.timeout(self._deadline):
                    response = await self._http.send(request, stream=True)
            response.stream = _Timely(response.stream, self.clock, self._deadline)
            response.headers = httpx.Headers(
                [(name, self.scrubber.content(told)) for name, told in response.headers.raw]
            )
            status, headers = response.status_code, dict(response.headers.items())
            self._note(headers)
            try:
                yield response
            finally:
                await response.aclose()
        finally:
            if self._gate is not None:
                self._gate.after(status, headers)

    async def _whole(self, response: httpx.Response) -> bytes:
        """The body, unless it is larger than any answer of the API."""
        content = bytearray()
        async for piece in _pieces(response):
            content += piece
            if len(content) > LARGEST_REPLY:
                raise NotUnderstood(f"it is larger than {LARGEST_REPLY // 1024**2} MiB")
        return self.scrubber.content(bytes(content))

    def _note(self, headers: Mapping[str, str]) -> None:
        now = self.clock.now()
        there = server_date(headers)
        if there is not None:
            self.clock_skew = there - now
        seen = read_limits(headers, now)
        if seen != LimitState():
            self.limits = seen

    async def _refuse(self, response: httpx.Response) -> None:
        """Raise the error behind an answer that is no success."""
        status = response.status_code
        if status < 400:
            target = urljoin(str(response.request.url), response.headers.get("location", ""))
            raise RedirectRefused(f"it points to {host_of(target)}", status=status, request_id=_request_id(response))
        try:
            body = await self._whole(response)
        except ApiError:
            body = b""
        limits = read_limits(response.headers, self.clock.now())
        raise error_from(status, body, limits=limits, request_id=_request_id(response))


class _ReadOnly(httpx.AsyncBaseTransport):
    """Refuses every request that is not declared, whatever code built it."""

    def __init__(self, inner: httpx.AsyncBaseTransport, prefix: str) -> None:
        self._inner = inner
        self._prefix = prefix

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        check_request(request.method, request.url.raw_path.decode("ascii").split("?")[0], self._prefix)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Network(httpx.AsyncBaseTransport):
    """Sockets: one connection pool for each way out (directly, or through the proxy the environment names)."""

    def __init__(self) -> None:
        self._pools: dict[str | None, httpx.AsyncHTTPTransport] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._pool(proxy_for(str(request.url))).handle_async_request(request)

    def _pool(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        if proxy not in self._pools:
            self._tls = self._tls or httpx.create_ssl_context()
            limits = httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=60.0)
            try:
                self._pools[proxy] = httpx.AsyncHTTPTransport(verify=self._tls, limits=limits, proxy=proxy)
            except (ValueError, ImportError, httpx.InvalidURL):
                unusable = ConnectionLost("the proxy that the environment names cannot be used")
                unusable.retryable = False
                raise unusable from None
        return self._pools[proxy]

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class _InProcess(httpx.AsyncBaseTransport):
    """Hands requests to a responder and fails as a wire would when it raises or answers short."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        asked = Request(
            method=request.method,
            path=path,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers=dict(request.headers.items()),
            body=await request.aread(),
        )
        try:
            answer = self._responder(asked)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error), request=request) from error
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error
        response = httpx.Response(answer.status, headers=dict(answer.headers), stream=_Body(answer.body))
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > len(answer.body):
            response.stream = _Body(answer.body, cut=True)
        return response


class _Body(httpx.AsyncByteStream):
    """A body in pieces of the size a socket gives, so that readers meet borders anywhere."""

    def __init__(self, content: bytes, *, cut: bool = False) -> None:
        self._content = content
        self._cut = cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 65_536):
            yield self._content[start : start + 65_536]
        if self._cut:
            raise httpx.RemoteProtocolError("the body ended before its announced length")


class _Timely(httpx.AsyncByteStream):
    """A body whose sender is not waited for without end."""

    def __init__(self, body: Any, clock: Clock, seconds: float) -> None:
        self._body = body
        self._pieces = timely(body, clock, seconds)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        await self._pieces.aclose()
        await self._body.aclose()


@contextmanager
def _typed_errors() -> Iterator[None]:
    """Turn what the HTTP library raises into the errors of this package."""
    try:
        yield
    except ApiError:
        raise
    except (httpx.TimeoutException, TimeoutError) as error:
        raise TimedOut from error
    except Unusable as error:
        raise NotUnderstood(str(error)) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise RedirectRefused("the address given by the server cannot be used") from error
    except (httpx.TransportError, OSError, ImportError) as error:
        raise lost_by(error) from error


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body, unpacked a bounded piece at a time."""
    with _typed_errors():
        async for piece in unpacked(response.aiter_raw(), response.headers.get("content-encoding", "")):
            yield piece


def _request_id(response: httpx.Response) -> str | None:
    return response.headers.get("x-request-id", "")[:200] or None
