"""A server made of nothing but the published specification: it answers what the documents answer, for ever the same."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from store.wire import Request, Responder, Response
from tests.contract.endpoints import LISTS, Endpoint
from tests.contract.samples import Variant, list_answer, sample
from tests.contract.spec import Route, Spec

EXPORTS = "/v1/exports"
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_LISTS = {endpoint.template: endpoint for endpoint in LISTS}


@dataclass
class Mock:
    """Answers any documented request; every page of a list holds the same rows.

    Attributes:
        spec: what is documented.
        variant: answer with samples of this kind; None for the documented examples, and full samples where a route
            has none.
        repeats: list answers claim that there is more, with a cursor that leads nowhere.
        paths: how often each path was asked.
    """

    spec: Spec
    variant: Variant | None = None
    repeats: bool = False
    paths: Counter[str] = field(default_factory=Counter)
    _made: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    @property
    def calls(self) -> int:
        """Requests answered so far."""
        return self.paths.total()

    def respond(self, request: Request) -> Response:
        """Answer one request; what is not documented gets an error body."""
        self.paths[request.path] += 1
        route = self.spec.match(request.method, request.path)
        if route is None:
            known = self.spec.match("GET", request.path) or self.spec.match("POST", request.path)
            return _error(405, "method_not_allowed") if known else _error(404, "not_found")
        if route.method == "GET" and route.path.startswith(f"{EXPORTS}/") and _has(request, "token"):
            return self._file()
        if route.method != "GET" and (route.method, route.path) != ("POST", EXPORTS):
            return _error(403, "forbidden")
        key = f"{route.method} {route.path}"
        if key not in self._made:
            self._made[key] = json.dumps(self._document(route), indent=1).encode()
        return Response(200, _JSON, self._made[key])

    def _document(self, route: Route) -> Any:
        documented = self.spec.examples(route.method, route.path, "200")
        endpoint = _LISTS.get(route.path) if route.method == "GET" else None
        if self.variant is None and documented:
            document = documented[0].document
        elif endpoint is not None:
            document = list_answer(self.spec, endpoint, self.variant or Variant.FULL)
        else:
            document = sample(self.spec.response_schema(route.method, route.path), self.variant or Variant.FULL)
        return _unending(document, endpoint) if self.repeats and endpoint else document

    def _file(self) -> Response:
        """The documented CSV file of an export."""
        [csv] = self.spec.examples("GET", f"{EXPORTS}/{{export_Id}}", "200")
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, str(csv.document).encode())


def _unending(document: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """The same answer, claiming there is more for ever."""
    rows = document.get(endpoint.key) or []
    last = rows[-1].get("id") if rows and isinstance(rows[-1], dict) else None
    return {**document, "total": 1_000_000, "has_more": True, "more_starting_after": last}


def _has(request: Request, name: str) -> bool:
    return any(key == name for key, _ in request.query)


def _error(status: int, key: str) -> Response:
    body = {"code": status, "key": key, "message": key.replace("_", " "), "details": None, "request_id": "v-mock"}
    return Response(status, _JSON, json.dumps(body).encode())


@contextmanager
def served(respond: Responder) -> Iterator[str]:
    """Answer on loopback, for a program in another process; gives the base URL."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = tuple(parse_qsl(parts.query, keep_blank_values=True))
            with lock:
                response = respond(Request(self.command, parts.path, query, headers, body))
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names the library dispatches by

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
