"""`promoscope demo`: the app on a made-up project in this process, or that project served on loopback."""

import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from msgspec import structs

from store.config import Settings, load_settings
from tui.cli.output import say, write
from tui.project import Project

if TYPE_CHECKING:
    from store.sandbox import Sandbox
    from store.sandbox.world import World
    from store.sync.report import Report
    from store.sync.request import SyncRequest
    from store.wire import Request, Response
    from tui.kit.services import SyncListener, SyncRunner

_ZONE = ZoneInfo("Europe/Warsaw")
"""The made-up shop's."""
_PLANS = ("unlimited", "organization", "business", "sandbox")


@click.command(name="demo")
@click.option("--serve", "port", type=click.IntRange(0, 65_535), help="Serve it on this loopback port instead.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed, another shop.")
@click.option("--campaigns", type=click.IntRange(min=12), help="How many campaigns.")
@click.option("--customers", type=click.IntRange(min=20), help="How many customers.")
@click.option("--vouchers", type=click.IntRange(min=200), help="How many codes.")
@click.option("--redemptions", type=click.IntRange(min=200), help="How many redemptions.")
@click.option("--publications", type=click.IntRange(min=0), help="How many publications.")
@click.option("--hostile", is_flag=True, help="Names and notes as an attacker would write them.")
@click.option("--allow-writes", is_flag=True, help="Let `m` change the made-up shop, which consents to it.")
@click.option("--plan", type=click.Choice(_PLANS), default="unlimited", show_default=True, help="Limits it enforces.")
def command(port: int | None, seed: int, hostile: bool, plan: str, allow_writes: bool, **asked: int | None) -> int:
    """Open the app on a made-up shop: no keys, no network, nothing to break."""
    sizes = {name: value for name, value in asked.items() if value is not None}
    shop = Shop(seed, sizes, hostile, plan)
    return _open(shop, allow_writes=allow_writes) if port is None else _serve(port, shop)


@dataclass(frozen=True, slots=True)
class Shop:
    """The made-up project that is wanted; `sizes` are those that were given."""

    seed: int
    sizes: dict[str, int]
    hostile: bool
    plan: str

    def world(self) -> "World":
        """Its data, at this moment."""
        from datetime import UTC, datetime

        from store.sandbox.world import Sizes, World

        sizes = replace(Sizes(), **self.sizes)
        return World(self.seed, now=datetime.now(UTC), sizes=sizes, hostile=self.hostile)


def _serve(port: int, shop: Shop) -> int:
    from store.sandbox.serve import serve

    sandbox = make_sandbox(shop.world(), shop.plan)
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


def make_sandbox(world: "World", plan: str) -> "Sandbox":
    """The demo's project with limits as asked."""
    from store.clock import SystemClock
    from store.sandbox import ExportHabits, Limits, Sandbox

    # Its export jobs are ready at once: waiting is what a demo need not show.
    habits = ExportHabits(scheduled=0.0, running=0.0)
    return Sandbox(world, clock=SystemClock(), limits=Limits.of(plan), exports=habits, zone=_ZONE)


def demo_settings(settings: Settings, database: Path) -> Settings:
    """The demo's own settings: another cache, another app, the made-up shop's zone and currency."""
    return structs.replace(
        settings,
        profile="demo",
        base_url="https://demo.invalid",
        app_id="demo",
        database=database,
        timezone=_ZONE,
        currency="EUR",
        production=False,
        writes=True,
    )


def _open(shop: Shop, *, allow_writes: bool) -> int:
    from tui.cli.app_start import start_app

    with tempfile.TemporaryDirectory(prefix="promoscope-demo-") as directory:
        settings = demo_settings(load_settings(), Path(directory) / "demo.db")
        late = LateShop(shop)
        project = Project(settings, responder=late.respond)
        return start_app(project, demo=shop_sync(late, project), allow_writes=allow_writes)


class LateShop:
    """A shop that is made when it is asked for the first time: the screen need not wait for it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._making = threading.Lock()
        self._made: tuple[World, Sandbox] | None = None

    @property
    def world(self) -> "World":
        """Its data."""
        return self._all()[0]

    def respond(self, request: "Request") -> "Response":
        """Answer as its API."""
        return self._all()[1].respond(request)

    def _all(self) -> "tuple[World, Sandbox]":
        with self._making:
            if self._made is None:
                world = self._shop.world()
                self._made = world, make_sandbox(world, self._shop.plan)
            return self._made


def shop_sync(late: LateShop, project: Project) -> "SyncRunner":
    """Syncs a shop, and lives through its last days in the first run."""
    is_first = True

    async def run(request: "SyncRequest", listener: "SyncListener") -> "Report":
        from tui.cli.demo_history import live_through
        from tui.kit.services import project_sync

        nonlocal is_first
        if is_first:
            await live_through(late.world, project.settings)
            is_first = False
        return await project_sync(project)(request, listener)

    return run
