"""What the HTTP servers of this program share, on the standard library: a thread of their own, and silence."""

import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class QuietServer(ThreadingHTTPServer):
    """Serves each connection in a thread, and ignores clients that go away.

    Args:
        host: address to listen on, by IPv4 or IPv6.
        port: 0 for any free one.
        handler: class that answers requests.

    Raises:
        OSError: the port is taken or not allowed, or there is no such address.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # Two servers on one port would each get some of the requests.
    allow_reuse_port = False

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        self.address_family, *_, address = found[0]
        super().__init__((str(address[0]), int(address[1])), handler)

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called, as the standard library does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event."""


class QuietHandler(BaseHTTPRequestHandler):
    """HTTP/1.1 without a log and without this Python's version in its answers."""

    protocol_version = "HTTP/1.1"
    sys_version = ""
    # Headers and body leave in two writes, which Nagle's algorithm would hold back for a delayed acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Print nothing."""


class BackgroundServer:
    """A server that answers in a thread until it is closed. Use as a context manager, or call `close`.

    Args:
        server: bound already.
        host: the address as it was asked for.

    Attributes:
        url: base URL, without a slash at its end.
    """

    def __init__(self, server: QuietServer, host: str) -> None:
        self._server = server
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{server.server_port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; open connections end with their present answer. Safe to call twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
