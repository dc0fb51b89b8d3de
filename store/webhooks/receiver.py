"""A small HTTP receiver for deliveries, on the standard library: one request a connection, none can block another."""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable
from email.errors import MissingHeaderBodySeparatorDefect
from operator import itemgetter
from typing import Any, TypeAlias

from store.domain.signature import HEADER
from store.http_server import BackgroundServer, QuietHandler, QuietServer
from store.webhooks.intake import DeliveryVerdict, Outcome

LARGEST_BODY = 5 * 1024 * 1024
MOST_CONNECTIONS = 64
"""Together with the largest body, what bounds the memory strangers can take."""
READING_TIME = 10.0
"""Seconds in which a request must have arrived completely: a slow sender's connection is closed."""

_FAIR = 0.3
"""Part of that time after which a sender that is not done makes room for another when every place is taken."""

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
"""Content types that any page on the web can make a browser post anywhere, without asking first."""
_OF_A_BROWSER = ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
_ONCE = ("Content-Length", "Transfer-Encoding", "Content-Encoding", "Content-Type", HEADER)
_LONGEST_LINE = 1024
_DRAINED = 4 * LARGEST_BODY
_PIECE = 64 * 1024
_MAKING_ROOM = 1.0
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Take: TypeAlias = Callable[[bytes, str | None], Outcome]


class Receiver(BackgroundServer):
    """Hands the bodies and signatures of POST requests to `take`, and answers what it decided.

    Args:
        take: decides about a delivery; called from many threads.
        host: address to listen on.
        port: 0 for any free one.
        reading_time: seconds in which a request must have arrived.
        most_connections: how many are served at once; one more is asked to come again.
        unsigned: `take` checks no signatures, so what a browser may have been made to send is refused.

    Attributes:
        url: where it listens, without a slash at its end.

    Raises:
        OSError: the port is taken or not allowed, or there is no such address.
    """

    def __init__(
        self,
        take: Take,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        reading_time: float = READING_TIME,
        most_connections: int = MOST_CONNECTIONS,
        unsigned: bool = False,
    ) -> None:
        self._served = _Server(take, (host, port), reading_time, most_connections, unsigned=unsigned)
        super().__init__(self._served, host)

    def close(self) -> None:
        """Stop listening and wait until those that are being served have their answer. Safe to call twice."""
        super().close()
        self._served.wait_for_served()


class _Server(QuietServer):
    def __init__(
        self, take: Take, address: tuple[str, int], reading_time: float, most_connections: int, *, unsigned: bool
    ) -> None:
        self.take, self.unsigned = take, unsigned
        self._reading_time, self._most = reading_time, most_connections
        self._slots = threading.BoundedSemaphore(most_connections)
        self._deadlines: dict[Any, float] = {}
        super().__init__(*address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, if there is room."""
        if not self._find_room():
            try:
                request.settimeout(0)
                request.send(_FULL)
            except OSError:
                pass
            self.shutdown_request(request)
            return
        self._deadlines[request] = time.monotonic() + self._reading_time
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no more threads
            self._served(request)
            self.shutdown_request(request)

    def _find_room(self) -> bool:
        """Take a place; when there is none, that of whoever has been sending longest, if they had a fair time."""
        if self._slots.acquire(blocking=False):
            return True
        request, deadline = min(self._deadlines.copy().items(), key=itemgetter(1), default=(None, math.inf))
        if deadline - time.monotonic() > self._reading_time * (1 - _FAIR):
            return False
        self._hang_up(request)
        return self._slots.acquire(timeout=_MAKING_ROOM)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, then make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._served(request)

    def arrived(self, request: Any) -> None:
        """A request has been read whole: from now on it is we who take our time."""
        self._deadlines.pop(request, None)

    def _served(self, request: Any) -> None:
        self._deadlines.pop(request, None)
        self._slots.release()

    def service_actions(self) -> None:
        """Hang up on whoever is too slow; called several times a second."""
        now = time.monotonic()
        for request, deadline in list(self._deadlines.items()):
            if deadline < now:
                self._hang_up(request)

    def _hang_up(self, request: Any) -> None:
        try:
            request.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._deadlines.pop(request, None)

    def wait_for_served(self) -> None:
        """Wait until no connection is being served, as long as one may take."""
        until = time.monotonic() + self._reading_time
        free = 0
        while free < self._most and self._slots.acquire(timeout=max(0.0, until - time.monotonic())):
            free += 1
        for _ in range(free):
            self._slots.release()


class _Refused(Exception):
    """A request that is no delivery: status and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class _Handler(QuietHandler):
    server_version = "promoscope"
    server: _Server

    def do_POST(self) -> None:  # noqa: N802 - the standard library's name
        """Take a delivery, at whatever path."""
        try:
            self._check_sender()
            body = self._body()
        except _Refused as refused:
            self._answer(refused.status, str(refused))
            self._drain()
            return
        self.server.arrived(self.request)
        outcome = self.server.take(body, self.headers.get(HEADER))
        words = outcome.reason or ("kept" if outcome.kept is None or outcome.kept.new else "known already")
        self._answer(outcome.verdict.value, words, retry=outcome.verdict is DeliveryVerdict.HIDDEN)

    def _refuse_method(self) -> None:
        self._answer(405, "webhook deliveries are POSTed here")

    do_GET = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _refuse_method  # noqa: N815 - the standard library's names

    def _check_sender(self) -> None:
        """Refuse what is no delivery by its head; two readers of an unclear one would see two different bodies."""
        repeated = any(len(self.headers.get_all(name, ())) > 1 for name in _ONCE)
        folded = any("\n" in value or "\r" in value for value in self.headers.values())
        if repeated or folded or any(isinstance(one, MissingHeaderBodySeparatorDefect) for one in self.headers.defects):
            raise _Refused(400, "the request's head is not clear")
        if self.server.unsigned:
            if any(name in self.headers for name in _OF_A_BROWSER):
                raise _Refused(403, "without the webhook secret nothing is taken from a browser")
            if self.headers.get_content_type() in _FORMS and "Content-Type" in self.headers:
                raise _Refused(415, "without the webhook secret a delivery must be application/json")

    def _body(self) -> bytes:
        length, coding = self.headers.get("Content-Length"), self.headers.get("Transfer-Encoding", "").strip().lower()
        if self.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise _Refused(415, "compressed bodies are not taken")
        if coding:
            if coding != "chunked" or length is not None:
                raise _Refused(400, "the body's length is stated in a way that is not understood")
            return self._chunks()
        if length is None:
            raise _Refused(411, "the body's length is not stated")
        if not (length.isascii() and length.isdecimal()):
            raise _Refused(400, "the body's length is no number")
        if len(length) > 12 or int(length) > LARGEST_BODY:
            raise _Refused(413, f"more than {LARGEST_BODY} bytes")
        return self._read(int(length))

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            size = self._line().partition(b";")[0].strip()
            if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
                raise _Refused(400, "the body's chunks are not understood")
            length = int(size, 16)
            if length == 0:
                break
            if len(body) + length > LARGEST_BODY:
                raise _Refused(413, f"more than {LARGEST_BODY} bytes")
            body += self._read(length)
            if self._line().strip():
                raise _Refused(400, "the body's chunks are not understood")
        while self._line().strip():
            pass
        return bytes(body)

    def _line(self) -> bytes:
        line = self.rfile.readline(_LONGEST_LINE)
        if not line.endswith(b"\r\n"):
            raise _Refused(400, "the body's chunks are not understood")
        return line

    def _read(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Refused(400, "the body ends early")
        return body

    def _drain(self) -> None:
        """Read on until they hang up, for a while: hanging up on a sender would take our answer from them."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
        left = _DRAINED
        while left > 0 and (piece := self.rfile.read1(min(_PIECE, left))):
            left -= len(piece)

    def _answer(self, status: int, words: str, *, retry: bool = False) -> None:
        self.close_connection = True
        text = f"{words}\n".encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        if status == 405:
            self.send_header("Allow", "POST")
        if retry:
            self.send_header("Retry-After", "60")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)
        self.wfile.flush()
