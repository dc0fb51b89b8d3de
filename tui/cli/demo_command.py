"""`promoscope demo`: the app on a made-up project in this process, or that project served on loopback."""

import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from store.config import Settings, load_settings
from store.wire import Request, Response
from tui.cli.output import say, write
from tui.cli.services import Project

if TYPE_CHECKING:
    from store.sandbox import Sandbox

_PLANS = ("unlimited", "organization", "business", "sandbox")


@click.command(name="demo")
@click.option("--serve", "port", type=click.IntRange(0, 65_535), help="Serve it on this loopback port instead.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed, another shop.")
@click.option("--campaigns", type=click.IntRange(min=12), help="How many campaigns.")
@click.option("--customers", type=click.IntRange(min=20), help="How many customers.")
@click.option("--vouchers", type=click.IntRange(min=200), help="How many codes.")
@click.option("--redemptions", type=click.IntRange(min=200), help="How many redemptions.")
@click.option("--publications", type=click.IntRange(min=0), help="How many publications.")
@click.option("--plan", type=click.Choice(_PLANS), default="unlimited", show_default=True, help="Limits it enforces.")
def command(
    port: int | None,
    seed: int,
    campaigns: int | None,
    customers: int | None,
    vouchers: int | None,
    redemptions: int | None,
    publications: int | None,
    plan: str,
) -> int:
    """Open the app on a made-up shop: no keys, no network, nothing to break."""
    asked = {
        "campaigns": campaigns,
        "customers": customers,
        "vouchers": vouchers,
        "redemptions": redemptions,
        "publications": publications,
    }
    sizes = {name: value for name, value in asked.items() if value is not None}
    if port is not None:
        return _serve(port, seed, sizes, plan)
    return _open(seed, sizes, plan)


def _serve(port: int, seed: int, sizes: dict[str, int], plan: str) -> int:
    from store.sandbox.serve import serve

    sandbox = make_sandbox(seed, sizes, plan)
    server = serve(sandbox.respond, port=port)
    write(server.url)
    say("VOUCHERIFY_API_BASE_URL=" + server.url + "  VOUCHERIFY_APP_ID=demo  VOUCHERIFY_APP_TOKEN=demo-token")
    say("Serving until ctrl+c.")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0


def make_sandbox(seed: int, sizes: dict[str, int], plan: str) -> "Sandbox":
    """The demo's project with sizes and limits as asked."""
    from datetime import UTC, datetime

    from store.clock import SystemClock
    from store.sandbox import ExportHabits, Limits, Sandbox
    from store.sandbox.world import Sizes, World

    limits = {
        "unlimited": Limits.unlimited,
        "organization": Limits.organization,
        "business": Limits.business,
        "sandbox": Limits.sandbox,
    }[plan]()
    world = World(seed, now=datetime.now(UTC), sizes=replace(Sizes(), **sizes))
    # Its export jobs are ready at once: waiting is what a demo need not show.
    return Sandbox(world, clock=SystemClock(), limits=limits, exports=ExportHabits(scheduled=0.0, running=0.0))


class LateSandbox:
    """Makes the demo's project when the first request comes, so that the first screen need not wait for it."""

    def __init__(self, make: "Callable[[], Sandbox]") -> None:
        self._make = make
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = self._make()
        return self._sandbox.respond(request)


def demo_settings(settings: Settings, database: Path) -> Settings:
    """The demo's own settings: another cache, another app, the made-up shop's zone and currency."""
    return replace(
        settings,
        profile="demo",
        base_url="https://demo.invalid",
        app_id="demo",
        database=database,
        timezone=ZoneInfo("Europe/Warsaw"),
        currency="EUR",
        production=False,
    )


def _open(seed: int, sizes: dict[str, int], plan: str) -> int:
    from tui.cli.app_start import start_app

    with tempfile.TemporaryDirectory(prefix="promoscope-demo-") as directory:
        settings = demo_settings(load_settings(), Path(directory) / "demo.db")
        responder = LateSandbox(lambda: make_sandbox(seed, sizes, plan))
        return start_app(Project(settings, responder=responder.respond), demo=True)
