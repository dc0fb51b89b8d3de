"""One sync at a time on a cache: an advisory lock beside the file that names its holder."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from store.cache.errors import CacheError, CacheLocked
from store.cache.files import open_own, unwritable
from store.clock import Clock


class Holder(Struct, frozen=True):
    """Who writes to a cache: process id, host and since when (UTC text)."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


class CacheBusy(CacheLocked):
    """Another process is syncing this cache."""

    def __init__(self, holder: Holder | None) -> None:
        self.holder = holder
        who = str(holder) if holder else "another process"
        super().__init__(f"This cache is being synced by {who}. Nothing was changed; try again when it is done.")


def lock_path(database: Path) -> Path:
    """The lock file of a cache."""
    return database.with_name(database.name + ".lock")


def _read_holder(descriptor: int) -> Holder | None:
    import json

    try:
        data = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(int(data["pid"]), str(data["host"]), str(data["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_holder(descriptor: int, since: str) -> None:
    import json

    # The lock holds without a name in it: a full disk is the cache's to tell.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(
            descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}).encode(), 0
        )


@contextlib.contextmanager
def writer_lock(database: Path, clock: Clock) -> Iterator[None]:
    """Hold the cache for writing. The operating system lets go when the process dies, however it dies.

    Raises:
        CacheBusy: another process holds it.
        CacheError: the directory cannot be written, or what lies in the lock's place is not a file of the user's own.
    """
    try:
        import fcntl
    except ImportError:  # no advisory locks on this platform: SQLite's own lock still protects the pages
        yield
        return
    path = lock_path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = open_own(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise unwritable(database, error) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CacheBusy(_read_holder(descriptor)) from None
        except OSError as error:
            raise unwritable(database, error) from None
        _write_holder(descriptor, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def current_holder(database: Path) -> Holder | None:
    """Who is syncing this cache right now, if anybody."""
    path = lock_path(database)
    try:
        import fcntl

        descriptor = open_own(path, os.O_RDWR)
    except (ImportError, OSError, CacheError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read_holder(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)
