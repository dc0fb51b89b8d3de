"""Takes every call that writes: admits it, carries it out, writes it into the log."""

import json
from datetime import datetime
from functools import partial

from store.sandbox.problems import Problem, payment_required
from store.sandbox.routes import Answer, Call, Route
from store.sandbox.world import World
from store.sandbox.writes import (
    balances,
    campaigns,
    codes,
    programs,
    promotions,
    publications,
    rollbacks,
    rules,
    vouchers,
)
from store.sandbox.writes.background import Background
from store.sandbox.writes.change import Change, Writer, WriteRoute
from store.sandbox.writes.habits import WriteHabits
from store.wire import Response

_ROUTES: tuple[WriteRoute, ...] = (
    *campaigns.ROUTES, *vouchers.ROUTES, *balances.ROUTES, *publications.ROUTES, *rollbacks.ROUTES,
    *promotions.ROUTES, *programs.ROUTES, *rules.ROUTES, *codes.ROUTES,
)  # fmt: skip


class WriteDesk:
    """The routes that change a world.

    Attributes:
        habits: how changes behave; may be changed while the sandbox runs.
    """

    def __init__(self, world: World, habits: WriteHabits) -> None:
        self.habits = habits
        self._world = world
        self._background = Background(world, habits)

    def settle(self, now: datetime) -> None:
        """Do what is due in the background."""
        self._background.settle(now)

    def routes(self) -> tuple[Route, ...]:
        """Every call that writes."""
        return tuple(
            Route(method, template, partial(self._carry_out, template, write), writes=True)
            for method, template, write in _ROUTES
        )

    def _carry_out(self, template: str, write: Writer, call: Call) -> Answer:
        """The answer to a call that writes, which the log of calls keeps with its outcome.

        Raises:
            Problem: whatever the call is refused with.
        """
        change = Change(call, self._world, self._background, self.habits)
        try:
            if template in self.habits.unpaid:
                raise payment_required()
            answer = write(change)
        except Problem as problem:
            self._log(change, problem.status, json.dumps(problem.body(call.request_id)))
            raise
        finally:
            # A refused rollback leaves a row, too.
            self._world.moved_on(call.now)
        if isinstance(answer, Response):
            self._log(change, answer.status, answer.body.decode())
        else:
            self._log(change, 200, json.dumps(answer, ensure_ascii=False))
        return answer

    def _log(self, change: Change, status: int, response: str) -> None:
        """A row of the API log (schema of its export); files are not kept."""
        request = change.call.request
        is_json = "json" in request.headers.get("content-type", "json")
        self._world.documents["api_log"].add(
            {
                "id": change.new_id("log"),
                "created_at": change.at,
                "status": status,
                "request_id": change.call.request_id,
                "channel": "API",
                "method": request.method,
                "endpoint": request.path,
                "url": f"https://api.voucherify.io{request.path}",
                "user_email": None,
                "app_id": request.headers.get("x-app-id"),
                "client_app_id": None,
                "request_duration": 20,
                "request_body": request.body.decode(errors="replace") if request.body and is_json else None,
                "response_body": response or None,
            }
        )
