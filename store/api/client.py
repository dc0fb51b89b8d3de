"""The HTTP client: the one place that speaks to a server. Without a permission it only reads.

It and its transport alone import httpx2. The transport refuses every request that `store.api.actions` does not declare.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import httpx2
import msgspec

from store.api.actions import CREATE_EXPORT, WritePermission
from store.api.addresses import Credentials, host_of, segment
from store.api.agent import user_agent
from store.api.errors import ApiError, NotUnderstood, RedirectRefused, TimedOut, error_from, lost_by
from store.api.limits import Gate, LimitState, read_limits, server_date
from store.api.replies import Reply
from store.api.retries import RetryPolicy
from store.api.transport import Declared, InProcess, Network, Timely
from store.api.unpacking import ACCEPTED, Unusable, unpacked
from store.api.uploads import Upload
from store.clock import Clock, SystemClock
from store.redact import known, redact_record, scrubber
from store.tally import count_call
from store.wire import Responder

__all__ = ["ApiClient", "Credentials", "Gate", "Reply", "segment"]

API_VERSION = "v2018-08-01"
FARTHEST_CLOCK = timedelta(days=36_525)
"""A century: an answer whose time is farther from this machine's clock tells none."""
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes after which an answer is given up: a page of 100 records is some hundred kilobytes."""
_DEADLINE = 4
"""An answer may take this many time-outs to begin, and as many again to come, beside what its length allows."""
_UNASKED = {206: "it is a part of an answer, and no part was asked for", 304: "it says that nothing has changed"}
"""Statuses that only answer what this client never asks."""
_Understood = TypeVar("_Understood")
# httpx2 logs every address it calls, and a download's address holds its token.
logging.getLogger("httpx2").addFilter(redact_record)


class ApiClient:
    """Reads from one Voucherify project.

    Args:
        credentials: where and with which keys.
        clock: decides what time it is and does the waiting.
        gate: asked before every request; without one no request waits.
        responder: answers in this process instead of a server.
        retries: how often a failed read is sent again.
        timeout: seconds for connecting and between two pieces of an answer.
        rng: source of jitter.
        permission: to change things; without one it only reads.

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
        rng: Random | None = None,
        permission: WritePermission | None = None,
    ) -> None:
        self.credentials = credentials
        self.clock: Clock = clock or SystemClock()
        self.scrubber = scrubber(credentials.app_token, *known())
        self.calls = 0
        self.limits = LimitState()
        self.clock_skew: timedelta | None = None
        self._gate = gate
        self.retries = RetryPolicy(retries, rng or Random(), gated=gate is not None)
        self._deadline = _DEADLINE * timeout
        self._is_the_api = False
        inner = InProcess(responder) if responder else Network()
        self._http = httpx2.AsyncClient(
            transport=Declared(inner, credentials.prefix, permission),
            timeout=httpx2.Timeout(timeout, pool=None),
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

    def before_pauses(self, act: Callable[[], None]) -> None:
        """Do something before each wait, for the limit or before sending again."""
        self.retries = replace(self.retries, on_pause=act)
        if self._gate is not None:
            self._gate.on_pause = act

    async def room_for(self, calls: int, is_stopped: Callable[[], bool]) -> bool:
        """Wait until the limit lets so many calls through without a wait; False once it is stopped before.

        Raises:
            ApiError: no call goes out any more.
        """
        return self._gate is None or await self._gate.room_for(calls, is_stopped)

    async def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Reply:
        """Read one path, sending it again when that may help.

        Args:
            path: below the base URL, with a slash in front, built with `segment`.
            params: query in order; names and values are encoded here.

        Raises:
            ApiError: of the type that says what happened.
            ValueError: the path holds what only an address may hold.
        """
        return await self.read(path, params, lambda reply: reply)

    async def read(
        self, path: str, params: Sequence[tuple[str, str]], understand: Callable[[Reply], _Understood]
    ) -> _Understood:
        """Read one path and what its answer says; an answer that is not understood is asked for again, too.

        Args:
            path: as in `get`.
            params: as in `get`.
            understand: makes the answer what is wanted, or raises NotUnderstood.

        Raises:
            ApiError: of the type that says what happened.
            ValueError: the path holds what only an address may hold.
        """
        url = self._url(path, params)

        async def ask() -> _Understood:
            reply = await self._ask("read", self._request("GET", url, self._keys))
            try:
                found = understand(reply)
            except NotUnderstood as doubt:
                raise self._doubt(doubt) from None
            self._is_the_api = True
            return found

        return await self.retries.run(self.clock, ask)

    def _doubt(self, doubt: NotUnderstood) -> NotUnderstood:
        """A complete answer that is not what was asked for: something else than the API answers, and will again.

        Unless the API has answered before: then it passes.
        """
        doubt.repeats = None if self._is_the_api else 2
        return doubt

    async def create_export(self, body: Mapping[str, Any]) -> Reply:
        """Start an export job: `POST /v1/exports` (API §3). Reading needs it.

        Sent again as any reading is: a job that was started unnoticed does no harm.

        Raises:
            ApiError: of the type that says what happened.
        """
        url = self._url(CREATE_EXPORT.path or "", ())
        headers = {**self._keys, "Content-Type": "application/json"}
        content = msgspec.json.encode(body)

        def ask() -> Awaitable[Reply]:
            return self._ask("export", self._request("POST", url, headers, content))

        return await self.retries.run(self.clock, ask)

    async def change(self, method: str, path: str, body: Any = None) -> Reply | None:
        """Change something, once: what was not answered is never sent again, since it may have been done (API §7).

        Args:
            method: POST, PUT or DELETE.
            path: as in `get`, with its query behind a question mark.
            body: JSON, or a file; None for none.

        Returns:
            The answer; None where the API gives none (204, or an empty body).

        Raises:
            MethodRefused: it is not declared, or there is no permission.
            ApiError: of the type that says what happened. Without a status, with 408 or from 500 on, it may have been
                done, unless it `is_unsent`.
        """
        path, _, query = path.partition("?")
        url = self._url(path, parse_qsl(query, keep_blank_values=True))
        if isinstance(body, Upload):
            with _typed_errors():
                request = self._http.build_request(method, url, headers=self._keys, files=body.parts)
        else:
            headers = {**self._keys, "Content-Type": "application/json"} if body is not None else self._keys
            content = msgspec.json.encode(body) if body is not None else None
            request = self._request(method, url, headers, content)
        async with self._exchange("change", request) as response:
            if not response.is_success:
                await self._refuse(response)
            answer = await self._whole(response)
            if not answer.strip():
                return None
            reply = Reply(response.status_code, _request_id(response), answer)
        reply.members()
        return reply

    def download(self, url: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Stream the file of a finished export: `async with client.download(url) as pieces`.

        The keys go along only to the configured origin or the region's download host; any other host gets the
        address alone, and only by TLS. Not repeated here: the caller knows what it already has, and waits by `retries`.

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
            if not response.is_success or response.status_code in _UNASKED:
                await self._refuse(response)
            if "text/html" in response.headers.get("content-type", "").lower():
                raise NotUnderstood("the response is HTML, not JSON", status=response.status_code)
            yield _pieces(response)

    def _url(self, path: str, params: Sequence[tuple[str, str]]) -> str:
        if not path.startswith("/") or not path.isascii() or not path.isprintable() or set(path) & set("?#\\ "):
            raise ValueError("the path must start with a slash and be percent-encoded")
        query = urlencode(params, quote_via=quote, safe="", errors="replace")
        return f"{self.credentials.base}{path}" + (f"?{query}" if query else "")

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx2.Request:
        with _typed_errors():
            return self._http.build_request(method, url, headers=dict(headers), content=content)

    async def _ask(self, kind: str, request: httpx2.Request) -> Reply:
        """One request, its answer read to the end and checked."""
        async with self._exchange(kind, request) as response:
            if not response.is_success or response.status_code in _UNASKED:
                await self._refuse(response)
            content = await self._whole(response)
            status, request_id = response.status_code, _request_id(response)
            media = response.headers.get("content-type", "").split(";")[0].strip().lower()
            if media and not media.endswith("json"):
                raise self._doubt(NotUnderstood(f"it is {media}, not JSON", status=status, request_id=request_id))
            if not content.strip():
                raise self._doubt(NotUnderstood("it is empty", status=status, request_id=request_id))
        reply = Reply(status, request_id, content)
        reply.members()
        return reply

    @asynccontextmanager
    async def _exchange(self, kind: str, request: httpx2.Request) -> AsyncIterator[httpx2.Response]:
        """Gate, count, send, take note, close: the one way out of this process."""
        if self._gate is not None:
            try:
                await self._gate.before(kind)
            except ApiError as error:
                error.is_unsent = True
                raise
        status, headers = 0, dict[str, str]()
        try:
            self.calls += 1
            count_call()
            with _typed_errors():
                async with asyncio.timeout(self._deadline):
                    response = await self._http.send(request, stream=True)
            response.stream = Timely(response.stream, self.clock, self._deadline)
            response.headers = httpx2.Headers(
                [(name, self.scrubber.content(value)) for name, value in response.headers.raw]
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

    async def _whole(self, response: httpx2.Response) -> bytes:
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
        if there is not None and abs(skew := there - now) < FARTHEST_CLOCK:
            self.clock_skew = skew
        seen = read_limits(headers, now)
        if seen != LimitState():
            self.limits = seen

    async def _refuse(self, response: httpx2.Response) -> None:
        """Raise the error behind an answer that is no success."""
        status = response.status_code
        if status in _UNASKED:
            raise NotUnderstood(_UNASKED[status], status=status, request_id=_request_id(response))
        if status < 400:
            target = urljoin(str(response.request.url), response.headers.get("location", ""))
            raise RedirectRefused(f"it points to {host_of(target)}", status=status, request_id=_request_id(response))
        try:
            body = await self._whole(response)
        except ApiError:
            body = b""
        limits = read_limits(response.headers, self.clock.now())
        raise error_from(status, body, limits=limits, request_id=_request_id(response))


@contextmanager
def _typed_errors() -> Iterator[None]:
    """Turn what the HTTP library raises into the errors of this package."""
    try:
        yield
    except ApiError:
        raise
    except (httpx2.TimeoutException, TimeoutError) as error:
        late = TimedOut()
        late.is_unsent = isinstance(error, httpx2.ConnectTimeout)
        raise late from error
    except Unusable as error:
        raise NotUnderstood(str(error)) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise RedirectRefused("the address given by the server cannot be used") from error
    except (httpx2.TransportError, OSError, ImportError) as error:
        lost = lost_by(error)
        lost.is_unsent = isinstance(error, httpx2.ConnectError)
        raise lost from error


async def _pieces(response: httpx2.Response) -> AsyncIterator[bytes]:
    """The body, unpacked a bounded piece at a time."""
    with _typed_errors():
        async for piece in unpacked(response.aiter_raw(), response.headers.get("content-encoding", "")):
            yield piece


def _request_id(response: httpx2.Response) -> str | None:
    return response.headers.get("x-request-id", "")[:200] or None
