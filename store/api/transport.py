"""How requests leave this process: by sockets, or to a responder in it; both refuse what is not declared.

Beside the client alone this imports httpx2.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx2

from store.api.actions import WritePermission, check_request
from store.api.addresses import proxy_for
from store.api.errors import ConnectionLost
from store.api.patience import timely
from store.clock import Clock
from store.wire import Request, Responder


class Declared(httpx2.AsyncBaseTransport):
    """Refuses every request that is not declared, whatever code built it; without a permission, every change."""

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, prefix: str, permission: WritePermission | None = None
    ) -> None:
        self._inner = inner
        self._prefix = prefix
        self._permission = permission

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to one request."""
        path = request.url.raw_path.decode("ascii").split("?")[0]
        check_request(request.method, path, self._prefix, self._permission)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go of what was opened."""
        await self._inner.aclose()


class Network(httpx2.AsyncBaseTransport):
    """Sockets: one connection pool for each way out (directly, or through the proxy the environment names)."""

    def __init__(self) -> None:
        self._pools: dict[str | None, httpx2.AsyncHTTPTransport] = {}
        self._proxies: dict[str, str | None] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to one request."""
        # Looking through the environment takes as long as writing ten records.
        origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        if origin not in self._proxies:
            self._proxies[origin] = proxy_for(origin)
        return await self._pool(self._proxies[origin]).handle_async_request(request)

    def _pool(self, proxy: str | None) -> httpx2.AsyncHTTPTransport:
        if proxy not in self._pools:
            self._tls = self._tls or httpx2.create_ssl_context()
            limits = httpx2.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=60.0)
            try:
                self._pools[proxy] = httpx2.AsyncHTTPTransport(verify=self._tls, limits=limits, proxy=proxy)
            except (ValueError, ImportError, httpx2.InvalidURL):
                unusable = ConnectionLost("the proxy that the environment names cannot be used")
                unusable.retryable, unusable.is_unsent = False, True
                raise unusable from None
        return self._pools[proxy]

    async def aclose(self) -> None:
        """Let go of what was opened."""
        for pool in self._pools.values():
            await pool.aclose()


class InProcess(httpx2.AsyncBaseTransport):
    """Hands requests to a responder and fails as a wire would when it raises or answers short."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to one request."""
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
            raise httpx2.ReadTimeout(str(error), request=request) from error
        except ConnectionError as error:
            raise httpx2.ReadError(str(error), request=request) from error
        response = httpx2.Response(answer.status, headers=dict(answer.headers), stream=_Body(answer.body))
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > len(answer.body):
            response.stream = _Body(answer.body, cut=True)
        return response


class _Body(httpx2.AsyncByteStream):
    """A body in pieces of the size a socket gives, so that readers meet borders anywhere."""

    def __init__(self, content: bytes, *, cut: bool = False) -> None:
        self._content = content
        self._cut = cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 65_536):
            yield self._content[start : start + 65_536]
        if self._cut:
            raise httpx2.RemoteProtocolError("the body ended before its announced length")


class Timely(httpx2.AsyncByteStream):
    """A body whose sender is not waited for without end."""

    def __init__(self, body: Any, clock: Clock, seconds: float) -> None:
        self._body = body
        self._pieces = timely(body, clock, seconds)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        """Let go of what was opened."""
        await self._pieces.aclose()
        await self._body.aclose()
