"""A small project of its own for tests that change it, and the records that such tests start from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from store.clock import ManualClock
from store.sandbox import Sandbox, WriteHabits
from store.sandbox.world import World
from store.wire import Request, Responder, Response
from tests.support.sandbox_asking import KEYS, NOW, Asker
from tests.support.sizes import TINY

_SIZES = replace(TINY, accruals=1_000)
"""Enough points that wait."""
VIEWER = {**KEYS, "x-app-id": "viewer", "x-app-token": "viewer-token"}


@dataclass
class Writer(Asker):
    """A sandbox that a test may change."""

    world: World
    habits: WriteHabits

    def write(self, method: str, path: str, body: Any = None, *, status: int = 200) -> dict[str, Any]:
        response = self.send(path, method=method, body=body)
        if not response.body:
            assert response.status == status
            return {}
        return self._document(response, status)

    def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and key of an answer that must be an error."""
        response = self.send(path, method=method, body=body)
        document = self._document(response, response.status)
        assert response.status >= 400, document
        return response.status, document["key"]

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every record of a list with pages."""
        found, page = [], 1
        while rows := self.rows(path, ("limit", "100"), ("page", str(page))):
            found += rows
            page += 1
        return found

    def campaign(self, kind: str) -> dict[str, Any]:
        """A campaign of a type that is not protected."""
        return next(one for one in self.all("/v1/campaigns") if one["campaign_type"] == kind and not one["protected"])

    def settle(self) -> None:
        """Let background tasks end."""
        self.clock.advance(10)


def writer(**habits: Any) -> Writer:
    """A project that nobody else changes."""
    clock = ManualClock(NOW)
    world = World(7, now=NOW, sizes=_SIZES)
    own = WriteHabits(**habits)
    sandbox = Sandbox(world, clock=clock, writes=own)
    return Writer(sandbox, clock, sandbox.respond, world, own)


class SomebodyElse:
    """Changes the project between two calls of ours: before the `nth` call of a method and path ending.

    Args:
        respond: the project.
        sent: the other person's request.
        before: method and end of the path of our call.
        nth: which of such calls, from 1.
    """

    def __init__(self, respond: Responder, sent: Request, before: tuple[str, str], nth: int = 1) -> None:
        self._respond, self._sent, self._before, self._left = respond, sent, before, nth

    def respond(self, request: Request) -> Response:
        """Answer ours, after theirs where its turn has come."""
        if request.method == self._before[0] and request.path.endswith(self._before[1]):
            self._left -= 1
            if self._left == 0:
                assert self._respond(self._sent).status < 300
        return self._respond(request)


def request_of(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = KEYS) -> Request:
    """A request as a client would send it."""
    return Request(method, path, (), headers, body)
