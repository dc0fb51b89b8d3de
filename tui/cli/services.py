"""What commands are made of: settings, a client with its governor, the writing connection under its lock."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from store.cache.database import Identity, bind, connect_writer
from store.cache.lock import CacheBusy, writer_lock
from store.clock import Clock, SystemClock
from store.config import Settings, load_token
from store.queries.reader import Reader
from store.wire import Responder

if TYPE_CHECKING:
    from store.api.client import ApiClient
    from store.sync.governor import Governor


@dataclass(frozen=True)
class Project:
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
        """Read-only questions to its cache."""
        return Reader(self.settings.database, self.settings.timezone, self.clock)


def identity_of(settings: Settings) -> Identity:
    """Whose cache it is."""
    return Identity(settings.base_url, settings.app_id)


@contextlib.asynccontextmanager
async def open_client(
    project: Project, *, max_calls: int | None = None, on_wait: Callable[[float, str], None] | None = None
) -> AsyncIterator["tuple[ApiClient, Governor]"]:
    """A client and its governor for the project; closed afterwards."""
    from store.api.client import ApiClient, Credentials
    from store.sync.governor import Governor

    settings = project.settings
    token = "demo-token" if project.responder is not None else load_token()
    governor = Governor(project.clock, max_calls=max_calls, on_wait=on_wait)
    credentials = Credentials(settings.base_url, settings.app_id, token)
    async with ApiClient(credentials, clock=project.clock, gate=governor, responder=project.responder) as client:
        client.retries = replace(client.retries, on_wait=on_wait)
        yield client, governor


@contextlib.contextmanager
def open_writer(project: Project, *, wait: float = 0.0) -> Iterator[sqlite3.Connection]:
    """The writing connection, alone: bound to the project, locked against a second sync.

    Args:
        project: whose cache.
        wait: seconds to wait for another process to finish.

    Raises:
        CacheBusy: another process is still syncing.
        CacheBelongsElsewhere: the file mirrors another project.
    """
    database: Path = project.settings.database
    with _patient_lock(database, project.clock, wait):
        connection = connect_writer(database)
        try:
            bind(connection, identity_of(project.settings))
            yield connection
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
