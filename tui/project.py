"""What commands are made of: settings, a client with its rate limiter, the writing connection under its lock."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from store.cache.database import BUSY_TIMEOUT_MS, Identity, bind, cache_exists, connect_writer
from store.cache.errors import CacheError, translate_write_errors
from store.cache.lock import CacheBusy, writer_lock
from store.clock import Clock, SystemClock
from store.config import Settings, load_token
from store.config_errors import KeysUnusable
from store.queries.freshness import days_counted_in
from store.queries.reader import Reader
from store.wire import Responder

if TYPE_CHECKING:
    from store.api.actions import WritePermission
    from store.api.client import ApiClient, Credentials
    from store.sync.rate_limiter import RateLimiter


class Project(Struct, frozen=True):
    """One project as a command sees it.

    Attributes:
        settings: where it is and how it is shown.
        responder: set for the demo: answers requests in this process instead of the network.
        clock: the time everything is dated by.
    """

    settings: Settings
    responder: Responder | None = None
    clock: Clock = field(default_factory=SystemClock)

    def reader(self) -> Reader:
        """Read-only questions to its cache; without an app id, whosever it is: a cache may have been handed over."""
        identity = identity_of(self.settings) if self.settings.app_id else None
        known = self.settings
        return Reader(known.database, known.timezone, self.clock, identity, known.week_start)


def identity_of(settings: Settings) -> Identity:
    """Whose cache it is."""
    return Identity(settings.base_url, settings.app_id)


def open_client(
    project: Project,
    *,
    max_calls: int | None = None,
    on_wait: Callable[[float, str], None] | None = None,
    retries: int = 4,
    is_stopped: Callable[[], bool] = lambda: False,
    permission: "WritePermission | None" = None,
) -> "contextlib.AbstractAsyncContextManager[tuple[ApiClient, RateLimiter]]":
    """A client and its rate limiter for the project; closed afterwards.

    The keys are had at once, so that a caller can have them before an event loop: there a signal would wait for the
    end of a token command.

    Args:
        project: whose API.
        max_calls: calls it may make at most.
        on_wait: called with the seconds the rate limiter waits, and why.
        retries: how often a failed read is sent again.
        is_stopped: asked while a token command runs, whether to end it.
        permission: to change things; without one the client only reads.

    Raises:
        KeysUnusable: there are no keys, or none that can be sent.
        ConfigError: the token cannot be had.
    """
    from store.api.client import Credentials

    settings = project.settings
    token = "demo-token" if project.responder is not None else load_token(is_stopped=is_stopped)
    try:
        credentials = Credentials(settings.base_url, settings.app_id, token)
    except ValueError as error:
        raise KeysUnusable(f"The API keys of profile “{settings.profile}” cannot be used. {error}") from None
    return _client(project, credentials, max_calls, on_wait, retries, permission)


@contextlib.asynccontextmanager
async def _client(
    project: Project,
    credentials: "Credentials",
    max_calls: int | None,
    on_wait: Callable[[float, str], None] | None,
    retries: int,
    permission: "WritePermission | None",
) -> AsyncIterator["tuple[ApiClient, RateLimiter]"]:
    from store.api.client import ApiClient
    from store.sync.rate_limiter import RateLimiter

    limiter = RateLimiter(project.clock, max_calls=max_calls, on_wait=on_wait)
    async with ApiClient(
        credentials,
        clock=project.clock,
        gate=limiter,
        responder=project.responder,
        retries=retries,
        permission=permission,
    ) as client:
        client.retries = replace(client.retries, on_wait=on_wait)
        yield client, limiter


@contextlib.contextmanager
def open_writer(project: Project, *, wait: float = 0.0, lock_ms: int = BUSY_TIMEOUT_MS) -> Iterator[sqlite3.Connection]:
    """The writing connection, alone: bound to the project, locked against a second sync.

    Args:
        project: whose cache.
        wait: seconds to wait for another process to finish its sync.
        lock_ms: how long a statement waits for a lock of another program.

    Raises:
        CacheBusy: another process is still syncing.
        CacheLocked: another program holds the file.
        CacheBelongsElsewhere: the file mirrors another project.
        CacheError: it is no cache, or cannot be written.
    """
    database: Path = project.settings.database
    # Before the lock, which is a file of its own: beside a file that is not ours nothing is left.
    cache_exists(database)
    with _patient_lock(database, project.clock, wait), translate_write_errors():
        connection = connect_writer(database, lock_ms=lock_ms)
        try:
            bind(connection, identity_of(project.settings))
            yield connection
        finally:
            connection.close()


def settle_days(project: Project, say: Callable[[str], None], reader: Reader | None = None) -> None:
    """Count the days of a cache anew where they are those of another time zone than the project's.

    A cache that is being synced or cannot be written is left as it is: its figures then say whose days they are.

    Args:
        project: whose cache.
        say: takes the sentence that counting begins.
        reader: of the cache, where the caller goes on asking it; its connection stays open unless days are counted.
    """
    asked = reader or project.reader()
    counted_in = ""
    try:
        counted_in = asked.ask(days_counted_in, asked.zone)
    except CacheError:
        return
    finally:
        if counted_in or reader is None:
            asked.close()
    if not counted_in:
        return
    # Late: days are counted anew once after a change of zone.
    from store.cache.rollups import rebuild_dirty, settle_zone

    say(f"Days are counted again for {asked.zone}.")
    with contextlib.suppress(CacheError), translate_write_errors(), _patient_lock(asked.path, project.clock, 0.0):
        connection = connect_writer(asked.path)
        try:
            settle_zone(connection, asked.zone)
            rebuild_dirty(connection, asked.zone)
        finally:
            connection.close()


def write_mark(project: Project, mark: Callable[[sqlite3.Connection], None]) -> None:
    """Write a reader's own mark into the cache, also while a sync is under way.

    A mark is one short transaction, which SQLite lets pass between two pages of a sync. Whoever holds the lock has
    brought the cache up to date before; else that is done here, alone.

    Raises:
        CacheError: the cache is not there, or cannot be written.
    """
    database = project.settings.database
    if not cache_exists(database):
        raise CacheError("There is no cache yet to keep this in.")
    with contextlib.ExitStack() as stack, translate_write_errors():
        with contextlib.suppress(CacheBusy):
            stack.enter_context(writer_lock(database, project.clock))
        connection = connect_writer(database)
        try:
            mark(connection)
        finally:
            connection.close()


@contextlib.contextmanager
def _patient_lock(database: Path, clock: Clock, wait: float) -> Iterator[None]:
    import time

    deadline = time.monotonic() + wait
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(writer_lock(database, clock))
                break
            except CacheBusy:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.2)
        yield
