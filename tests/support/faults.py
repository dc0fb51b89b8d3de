"""Scripted misfortune: what networks, proxies and servers do to a client, on demand and repeatable."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random

from store.wire import Request, Responder, Response


class Fault(StrEnum):
    """What can go wrong with one answer."""

    LIMIT = "api_calls"
    """429, wait some seconds."""
    BULK_LIMIT = "bulk_api_calls"
    CYCLE_LIMIT = "api_calls_cycle"
    """429 that waiting does not help."""
    SILENT_LIMIT = "429 without headers"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502 with a page for people"
    TRUNCATED = "half of the JSON"
    DROPPED = "connection lost after half of the body"
    WRONG_TYPE = "200 with a page for people"
    EMPTY = "200 without a body"
    RESET = "connection reset"
    TIMEOUT = "no answer"
    UNANSWERED = "no answer, though the request was carried out"
    DUPLICATE_PAGE = "the page before again"
    ENDLESS = "the first page for ever"


_LIMITS = {Fault.LIMIT, Fault.BULK_LIMIT, Fault.CYCLE_LIMIT}
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class FaultRule:
    """When a fault strikes: the call's path matches, and it is one of `nth` or chance says so.

    Attributes:
        fault: what happens.
        path: shell pattern over the path as sent; `*` also matches slashes.
        method: upper-case verb, empty for any.
        nth: numbers of matching calls, from 1; empty for all of them.
        rate: probability per matching call; 1 for certain.
        times: at most so often; None for ever.
        wait: seconds that a 429 asks to wait.
    """

    fault: Fault
    path: str = "*"
    method: str = ""
    nth: Collection[int] = ()
    rate: float = 1.0
    times: int | None = None
    wait: int = 5


class Faults:
    """Wraps a responder. The same rules and seed do the same to the same calls.

    Args:
        rules: the first that strikes decides.
        seed: of chance.

    Attributes:
        struck: faults that happened, in order, with the path they hit.
    """

    def __init__(self, *rules: FaultRule, seed: int = 7) -> None:
        self.rules = rules
        self.struck: list[tuple[Fault, str]] = []
        self._chance = Random(seed)
        self._matched = [0] * len(rules)
        self._times = [0] * len(rules)
        self._first: dict[str, Response] = {}
        self._latest: dict[str, Response] = {}

    def wrap(self, respond: Responder) -> Responder:
        """A responder with the faults in it.

        The wrapped responder raises ConnectionError for `RESET` and TimeoutError for `TIMEOUT` and `UNANSWERED`.
        """

        def answer(request: Request) -> Response:
            rule = self._striking(request)
            if rule is None:
                return self._remember(request, respond(request))
            self.struck.append((rule.fault, request.path))
            return self._strike(rule, request, respond)

        return answer

    def _striking(self, request: Request) -> FaultRule | None:
        for i, rule in enumerate(self.rules):
            if not fnmatchcase(request.path, rule.path) or rule.method not in {"", request.method}:
                continue
            self._matched[i] += 1
            counted = not rule.nth or self._matched[i] in rule.nth
            allowed = rule.times is None or self._times[i] < rule.times
            if counted and allowed and (rule.rate >= 1 or self._chance.random() < rule.rate):
                self._times[i] += 1
                return rule
        return None

    def _remember(self, request: Request, response: Response) -> Response:
        if response.status == 200:
            self._first.setdefault(request.path, response)
            self._latest[request.path] = response
        return response

    def _strike(self, rule: FaultRule, request: Request, respond: Responder) -> Response:
        if rule.fault in {Fault.RESET, Fault.TIMEOUT, Fault.UNANSWERED}:
            raise _lost(rule.fault, request, respond)
        if rule.fault in _LIMITS or rule.fault is Fault.SILENT_LIMIT:
            return _limited(rule)
        if rule.fault is Fault.SERVER_ERROR:
            body = {"code": 500, "key": "internal_server_error", "message": "Internal server error"}
            return Response(500, _JSON, json.dumps({**body, "request_id": "v-0fa1700000000005"}).encode())
        if rule.fault is Fault.BAD_GATEWAY:
            return Response(502, {"Content-Type": "text/html"}, _HTML)
        if rule.fault is Fault.WRONG_TYPE:
            return Response(200, {"Content-Type": "text/html"}, _HTML)
        if rule.fault is Fault.EMPTY:
            return Response(200, _JSON)
        if rule.fault is Fault.DUPLICATE_PAGE and request.path in self._latest:
            return self._latest[request.path]
        if rule.fault is Fault.ENDLESS and request.path in self._first:
            return _endless(self._first[request.path])
        response = self._remember(request, respond(request))
        if rule.fault is Fault.TRUNCATED:
            return Response(response.status, response.headers, response.body[: len(response.body) // 2])
        if rule.fault is Fault.DROPPED:
            headers = {**response.headers, "Content-Length": str(len(response.body))}
            return Response(response.status, headers, response.body[: len(response.body) // 2])
        return _endless(response) if rule.fault is Fault.ENDLESS else response


_JSON = {"Content-Type": "application/json"}


def _lost(fault: Fault, request: Request, respond: Responder) -> OSError:
    """The error that stands for an answer that never came; `UNANSWERED` is carried out all the same."""
    if fault is Fault.RESET:
        return ConnectionResetError("The server closed the connection.")
    if fault is Fault.UNANSWERED:
        respond(request)
    return TimeoutError("The server did not answer in time.")


def _limited(rule: FaultRule) -> Response:
    headers = dict(_JSON)
    if rule.fault in _LIMITS:
        headers |= {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Type": rule.fault.value}
    if rule.fault in {Fault.LIMIT, Fault.BULK_LIMIT}:
        headers["Retry-After"] = str(rule.wait)
    return Response(429, headers, json.dumps({"code": 429, "message": "Too many requests"}).encode())


def _endless(response: Response) -> Response:
    """The same page, claiming that there is always more."""
    document = json.loads(response.body)
    if "total" in document:
        document["total"] += 1_000_000
    if "has_more" in document:
        document["has_more"] = True
        rows = document.get(document.get("data_ref", "data")) or [{}]
        document["more_starting_after"] = rows[-1].get("id")
    return Response(response.status, response.headers, json.dumps(document).encode())
