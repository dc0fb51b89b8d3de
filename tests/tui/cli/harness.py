"""The command line in this process: its exit code and both its streams, against a sandbox on loopback."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.clock import ManualClock, SystemClock
from store.sandbox import ExportHabits, Limits, Sandbox
from store.sandbox.serve import serve
from store.sandbox.world import Sizes, World
from store.wire import Request, Response
from tests.support.faults import Faults
from tui.cli import run

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN = "demo-token"
SIZES = Sizes(campaigns=40, customers=60, vouchers=500, redemptions=700, publications=260, accruals=120)
"""Campaigns of every type, the attacker's among them."""


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as one JSON object, without the number of its format; its rows where it lists rows."""
        answer = json.loads(self.out)
        assert answer.pop("format") == 1
        return answer.get("rows", answer)


@dataclass
class CommandLine:
    """Calls commands in an environment of its own.

    Attributes:
        database: the cache they use.
        clock: the time they live by; it moves when they wait.
    """

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    database: Path
    clock: ManualClock

    def __call__(self, *arguments: str) -> Outcome:
        self.capture.readouterr()
        code = run(list(arguments))
        out, err = self.capture.readouterr()
        return Outcome(code, out, err)

    def use(self, database: Path) -> None:
        """Work on another cache."""
        self.database = database
        self.patch.setenv("PROMOSCOPE_DB", str(database))

    def point_at(self, url: str) -> None:
        """Talk to another server."""
        self.patch.setenv("VOUCHERIFY_API_BASE_URL", url)


def set_environment(patch: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    """A key pair, a server and private places; nothing of the machine's own settings. Tables have room."""
    for name in ("PROMOSCOPE_PROFILE", "PROMOSCOPE_TIMEZONE", "COLORTERM"):
        patch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        patch.delenv(name, raising=False)
    patch.setenv("PROMOSCOPE_CONFIG", str(folder / "config.toml"))
    patch.setenv("PROMOSCOPE_DB", str(folder / "cache" / "project.db"))
    patch.setenv("PROMOSCOPE_CURRENCY", "EUR")
    patch.setenv("COLUMNS", "400")
    patch.setenv("VOUCHERIFY_API_BASE_URL", url)
    patch.setenv("VOUCHERIFY_APP_ID", "demo")
    patch.setenv("VOUCHERIFY_APP_TOKEN", TOKEN)


def set_clock(patch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    """Make the machine's time that of `clock`: waits take none."""

    async def sleep(_: SystemClock, seconds: float) -> None:
        await clock.sleep(seconds)
        await asyncio.sleep(0)

    patch.setattr(SystemClock, "now", lambda _: clock.now())
    patch.setattr(SystemClock, "monotonic", lambda _: clock.monotonic())
    patch.setattr(SystemClock, "sleep", sleep)


def make_sandbox(world: World, clock: ManualClock, limits: Limits | None = None) -> Sandbox:
    """A sandbox whose exports are ready at once."""
    return Sandbox(world, clock=clock, limits=limits, exports=ExportHabits(scheduled=0.0, running=0.0))


@contextmanager
def serving(
    world: World, clock: ManualClock, *, limits: Limits | None = None, faults: Faults | None = None
) -> Iterator[tuple[str, list[str]]]:
    """The world on loopback; gives its address and the paths asked for so far, as `GET /v1/…`."""
    asked: list[str] = []
    sandbox = make_sandbox(world, clock, limits)
    respond = sandbox.respond if faults is None else faults.wrap(sandbox.respond)

    def answer(request: Request) -> Response:
        asked.append(f"{request.method} {request.path}?{'&'.join('='.join(pair) for pair in request.query)}")
        return respond(request)

    with serve(answer) as server:
        yield server.url, asked
