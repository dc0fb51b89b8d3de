"""What the app is given: settings, questions to the cache, and a way to sync in a worker thread."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from store.clock import Clock, SystemClock
from store.config import Settings
from store.days import local_time
from store.queries.reader import Reader
from tui.kit.preferences import Preferences

if TYPE_CHECKING:
    from store.api.actions import WritePermission
    from store.sync.lookup import Lookup
    from store.sync.rate_limiter import Meter
    from store.sync.report import Progress, Report
    from store.sync.request import SyncRequest
    from tui.project import Project


WRITES_OFF = "Writes are off. To turn them on, set `writes = true` in the profile and start with --allow-writes."


class SyncListener(Protocol):
    """What a run reports to while it works; used in the sync's own thread."""

    @property
    def is_stopped(self) -> bool:
        """Whether the run was asked to stop: what cannot be cancelled looks at it."""
        ...

    def on_progress(self, progress: "Progress", meter: "Meter") -> None:
        """A page arrived."""
        ...

    def on_wait(self, seconds: float, reason: str) -> None:
        """The rate limiter or a retry waits."""
        ...


class SyncRunner(Protocol):
    """Syncs the cache; awaited in a loop of its own thread."""

    async def __call__(self, request: "SyncRequest", listener: SyncListener) -> "Report":
        """Do what is asked.

        Raises:
            CacheBusy: another process holds the cache.
            CacheError: it cannot be written.
            ConfigError: there are no usable keys.
            UnknownCampaign: a named campaign does not exist.
        """
        ...


class AppServices(Struct, frozen=True):
    """One project as the app sees it.

    Attributes:
        settings: names, zone, currency, cache file.
        reader: questions to the cache; ask them in a worker thread.
        clock: what "now" is.
        run_sync: syncs the cache; None where the app may not go online (no keys, a cache handed over).
        look_up: asks the API for one record and keeps it, gives its id or ids; blocks. None as `run_sync` is.
        offline_reason: in a sentence, why `run_sync` is None.
        demo: a made-up project answers in this process; its calls cost nothing.
        preferences: how the app looks and answers keys.
        write_mark: writes a reader's own mark into the cache, in a thread; None where nothing is written.
        project: opens clients and the writer; None where neither is ever opened.
        permission: to change things in the project; None where the app only reads.
        writes_off: in a sentence, why it only reads.
    """

    settings: Settings
    reader: Reader
    clock: Clock = field(default_factory=SystemClock)
    run_sync: SyncRunner | None = None
    offline_reason: str = ""
    demo: bool = False
    look_up: "Callable[[Lookup], list[str]] | None" = None
    preferences: Preferences = field(default_factory=Preferences)
    write_mark: Callable[[Callable[[sqlite3.Connection], None]], None] | None = None
    project: "Project | None" = None
    permission: "WritePermission | None" = None
    writes_off: str = WRITES_OFF

    @property
    def zone(self) -> tzinfo:
        """The project's time zone."""
        return self.settings.timezone

    def now(self) -> datetime:
        """The instant ages and derived states are worked out for."""
        return self.clock.now()

    def today(self) -> date:
        """The project's local day."""
        return local_time(self.clock.now(), self.zone).date()


def services_for(
    project: "Project",
    preferences: Preferences,
    *,
    demo: bool = False,
    offline_reason: str = "",
    permission: "WritePermission | None" = None,
    writes_off: str = WRITES_OFF,
) -> AppServices:
    """The services of a project as commands know it.

    Args:
        project: settings, clock and, for the demo, what answers requests.
        preferences: from the settings file.
        demo: whether the project is made up.
        offline_reason: set to keep the app from going online.
        permission: to change things.
        writes_off: why there is none.
    """
    from tui.project import write_mark

    return AppServices(
        settings=project.settings,
        reader=project.reader(),
        clock=project.clock,
        run_sync=None if offline_reason else project_sync(project),
        offline_reason=offline_reason,
        demo=demo,
        look_up=None if offline_reason else project_lookup(project),
        preferences=preferences,
        write_mark=lambda mark: write_mark(project, mark),
        project=project,
        permission=permission,
        writes_off=writes_off,
    )


def project_sync(project: "Project") -> SyncRunner:
    """A runner that opens client and cache for one run and closes them after it."""

    async def run(request: "SyncRequest", listener: SyncListener) -> "Report":
        from store.actions.async_ends import look_at_tasks
        from store.actions.audit import Audit
        from store.sync.engine import SyncEngine
        from tui.project import open_client, open_writer

        with open_writer(project) as connection:
            client_of = open_client(
                project,
                max_calls=request.max_calls,
                on_wait=listener.on_wait,
                is_stopped=lambda: listener.is_stopped,
            )
            async with client_of as (client, limiter):
                engine = SyncEngine(
                    client,
                    connection,
                    zone=project.settings.timezone,
                    clock=project.clock,
                    on_progress=lambda progress: listener.on_progress(progress, limiter.meter()),
                )
                report = await engine.run(request)
                report.news = await look_at_tasks(client, Audit(project.settings.database, project.settings.profile))
                return report

    return run


def project_lookup(project: "Project") -> "Callable[[Lookup], list[str]]":
    """Asks for one record with a client of its own, in the thread it is called in: one call."""

    def look_up_one(lookup: "Lookup") -> list[str]:
        import asyncio

        from store.sync.lookup import look_up
        from tui.project import open_client, open_writer

        async def work() -> list[str]:
            with open_writer(project) as connection:
                async with open_client(project, max_calls=1) as (client, _):
                    return await look_up(client, connection, lookup, project.settings.timezone)

        return asyncio.run(work())

    return look_up_one
