"""The sandbox: a Voucherify project behind one pure function."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from email.utils import format_datetime
from hmac import compare_digest
from typing import Any, Protocol

import msgspec

from store.clock import Clock
from store.sandbox import routes_campaigns, routes_empty, routes_loyalty, routes_traffic, routes_validations
from store.sandbox.exports import ExportDesk, ExportHabits
from store.sandbox.limits import Limits
from store.sandbox.problems import Problem, bad_path, not_found, not_permitted, unauthorized
from store.sandbox.query import Query
from store.sandbox.routes import Answer, Call, Route, Router, decodable
from store.sandbox.table import Document, Table
from store.sandbox.world import World
from store.sandbox.writes.desk import WriteDesk
from store.sandbox.writes.habits import WriteHabits
from store.wire import Request, Response

LARGEST_BODY = 10 * 1024 * 1024
ROUTES: tuple[Route, ...] = (
    *routes_campaigns.ROUTES, *routes_loyalty.ROUTES, *routes_traffic.ROUTES, *routes_empty.ROUTES,
    *routes_validations.ROUTES,
)  # fmt: skip
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ProjectData(Protocol):
    """What a sandbox serves: `store.sandbox.world.World` is one."""

    @property
    def tables(self) -> dict[str, Table[Any]]:
        """Every resource by name."""
        ...

    def summary(self, campaign_id: str, start_date: str, end_date: str) -> Document:
        """Totals of a campaign over inclusive UTC days."""
        ...


class Sandbox:
    """Answers requests as the API documents it: to one key that may do anything, and to a viewer's.

    Args:
        world: the data.
        clock: dates answers, limits and export jobs.
        limits: the plan.
        app_id: accepted `X-App-Id`.
        app_token: accepted `X-App-Token`.
        page_caps: last page by route template (`/v1/vouchers`), where it shall differ from the documented one.
        exports: how export jobs behave.
        areas: whether the key may read the names of areas.
        viewer: id and token of a key that reads and exports, and may not write.
        writes: how changes behave; only a `World` can be changed.
        zone: the project's time zone, in which recurring hours and periodic limits run.
        inclusive_dates: whether `after` and `before` take the named instant in; the API does not say.

    Attributes:
        world: the data.
        writes: what takes changes; None when the world cannot be changed.
        areas: whether the key may read the names of areas.
        zone: the project's time zone.
        limits: the plan.
    """

    def __init__(
        self,
        world: ProjectData,
        *,
        clock: Clock,
        limits: Limits | None = None,
        app_id: str = "demo",
        app_token: str = "demo-token",  # noqa: S107 - the key of a made-up project
        page_caps: Mapping[str, int] | None = None,
        exports: ExportHabits | None = None,
        inclusive_dates: bool = False,
        areas: bool = True,
        viewer: tuple[str, str] = ("viewer", "viewer-token"),
        writes: WriteHabits | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self.world = world
        self.limits = limits or Limits.of("unlimited")
        self._clock = clock
        self._keys = {(app_id, app_token): True, viewer: False}
        self._caps = page_caps or {}
        self.areas = areas
        self.zone = zone
        self._inclusive = inclusive_dates
        self._asked = 0
        desk = ExportDesk(exports or ExportHabits(), app_token)
        self.writes = WriteDesk(world, writes or WriteHabits()) if isinstance(world, World) else None
        self.routes = (*ROUTES, *desk.routes(), *(self.writes.routes() if self.writes else ()))
        self._router = Router(self.routes)

    def table(self, name: str) -> Table[Any]:
        """One table of the world."""
        return self.world.tables[name]

    def summary(self, campaign_id: str, start_date: str, end_date: str) -> Document:
        """The numbers of a campaign over inclusive days."""
        return self.world.summary(campaign_id, start_date, end_date)

    def cap(self, route: str, default: int) -> int:
        """The last page of a list."""
        return self._caps.get(route, default)

    def respond(self, request: Request) -> Response:
        """Answer one request. Not for several threads at once."""
        self._asked += 1
        headers = {"Date": format_datetime(self._clock.now(), usegmt=True)}
        try:
            verdict = self.limits.take(self._clock.now())
            headers |= verdict.headers
            if not verdict.allowed:
                raise Problem(429, None, "Too many requests", "The limit of API calls is exceeded")
            answer = self._routed(request)
        except Problem as problem:
            body = problem.body(self._request_id)
            return Response(problem.status, {**headers, **_JSON}, msgspec.json.encode(body))
        if isinstance(answer, Response):
            return Response(answer.status, {**headers, **answer.headers}, answer.body)
        return Response(200, {**headers, **_JSON}, msgspec.json.encode(answer))

    @property
    def _request_id(self) -> str:
        return f"v-{self._asked:018x}"

    def _routed(self, request: Request) -> Answer:
        if len(request.body) > LARGEST_BODY:
            raise Problem(413, None, "Payload too large", "The body is larger than 10 MiB")
        route, path, known = self._router.find(request.path, request.method)
        now = self._clock.now()
        query = Query(request.query, now, inclusive=self._inclusive)
        may_write = self._admit(request, route, query)
        if not decodable(request.path):
            raise bad_path(request.path)
        if route is None and request.method in _WRITES:
            raise not_permitted(f"the permission to {request.method} {request.path}")
        if route is None and known:
            raise Problem(405, "method_not_allowed", "Method not allowed", f"{request.method} {request.path}")
        if route is None:
            raise not_found("resource", request.path)
        if route.writes and not may_write:
            raise not_permitted(f"the permission to {request.method} {request.path}")
        if self.writes is not None:
            self.writes.settle(now)
        return route.handler(Call(self, request, query, path, now, self._request_id))

    def _admit(self, request: Request, route: Route | None, query: Query) -> bool:
        """Whether the key may write; a download carries its own token instead of a key (API §3).

        Raises:
            Problem: 401 for any other key.
        """
        is_download = route is not None and route.template == "/v1/exports/{exportId}" and query.text("token")
        if is_download and request.method == "GET":
            return False
        sent = (request.headers.get("x-app-id", "").encode(), request.headers.get("x-app-token", "").encode())
        for key, may_write in self._keys.items():
            if all(compare_digest(given, wanted.encode()) for given, wanted in zip(sent, key, strict=True)):
                return may_write
        raise unauthorized()


_JSON = {"Content-Type": "application/json; charset=utf-8"}
