"""The sandbox on loopback, for `curl` and any other client: HTTP/1.1 on the standard library, silent."""

import gzip
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl

from store.http_server import BackgroundServer, QuietHandler, QuietServer
from store.wire import Request, Responder, Response

_PIECE = 64 * 1024
_LARGEST_BODY = 12 * 1024 * 1024
_WORTH_COMPRESSING = 1_000
_JSON = {"Content-Type": "application/json"}
_TOO_LARGE = b'{"code":413,"message":"Payload too large"}'
_DEFECT = b'{"code":500,"key":"internal_error","message":"Internal server error"}'


def serve(respond: Responder, port: int = 0, host: str = "127.0.0.1") -> BackgroundServer:
    """Serve a responder, e.g. `Sandbox.respond`, in the background.

    Args:
        respond: answers requests; called by one thread at a time.
        port: 0 for any free one.
        host: address to listen on.

    Raises:
        OSError: the port is taken or not allowed.
    """
    return BackgroundServer(_SandboxServer(respond, host, port), host)


class _SandboxServer(QuietServer):
    def __init__(self, respond: Responder, host: str, port: int) -> None:
        self._respond, self._lock = respond, threading.Lock()
        super().__init__(host, port, _SandboxHandler)

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        with self._lock:
            return self._respond(request)


class _SandboxHandler(QuietHandler):
    server: _SandboxServer
    server_version = "sandbox"
    timeout = 60

    def _handle(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Response(413, _JSON, _TOO_LARGE))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers.setdefault("x-forwarded-proto", "http")
        request = Request(self.command, path, tuple(parse_qsl(query, keep_blank_values=True)), headers, body)
        try:
            response = self.server.answer(request)
        except TimeoutError:
            # The client's patience ends first; holding the connection open says nothing more.
            self.close_connection = True
            self._wait_for_client()
            return
        except ConnectionError:
            self.close_connection = True
            return
        except Exception:
            # A defect of the responder is an answer, too: a closed connection would look like the network's fault.
            response = Response(500, _JSON, _DEFECT)
        self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _handle  # noqa: N815 - the standard library's names

    def _body(self) -> bytes | None:
        """The request's body; None when it is too large or its length is not stated."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdecimal() or int(length) > _LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def _wait_for_client(self) -> None:
        try:
            self.connection.recv(1)
        except OSError:
            return

    def _send(self, response: Response) -> None:
        headers = {name.lower(): (name, value) for name, value in response.headers.items()}
        body = response.body
        # A length that is not the body's own is a scripted drop: the promise is sent, then the connection closed.
        dropped = "content-length" in headers
        self.close_connection = self.close_connection or dropped
        streamed = not dropped and headers.get("content-type", ("", ""))[1].startswith("text/") and len(body) > _PIECE
        if len(body) > _WORTH_COMPRESSING and not dropped and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1)
            headers["content-encoding"] = ("Content-Encoding", "gzip")
        self.send_response_only(response.status)
        if "date" not in headers:
            self.send_header("Date", self.date_time_string())
        for name, value in headers.values():
            self.send_header(name, value)
        if streamed:
            self.send_header("Transfer-Encoding", "chunked")
        elif response.status != 204 and not dropped:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD" or response.status == 204:
            return
        for piece in _chunks(body) if streamed else (body,):
            self.wfile.write(piece)


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE):
        piece = body[start : start + _PIECE]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
