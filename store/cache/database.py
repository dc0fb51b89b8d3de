"""Opening a cache: where it may live, who may read it, how it is journalled, whose project it holds."""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from store.cache.registry import APPLICATION_ID

BUSY_TIMEOUT_MS = 10_000
WAL_PAGES = 4_000
"""Pages (16 MB) that gather beside the file before they are moved into it: a page of codes touches pages all over."""
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "fuse.sshfs",
        "fuse.glusterfs",
        "lustre",
        "davfs",
    }
)


class CacheError(Exception):
    """The cache cannot be used as asked; the message says what is wrong, what is kept and what to do."""


class CacheBelongsElsewhere(CacheError):
    """The file mirrors another project: base URL or app id differ (API §11.22)."""


class CacheMissing(CacheError):
    """There is no cache at this path yet."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose project a cache mirrors; never the token."""

    base_url: str
    app_id: str


def file_system_of(path: Path) -> str:
    """The type of the file system that holds `path` ("ext4", "nfs4", …), or "unknown" where the system won't say."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    target = str(path.resolve())
    best, kind = "", "unknown"
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mount = fields[1].replace("\\040", " ")
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, fields[2]
    return kind


def on_network(path: Path) -> bool:
    """Whether `path` lies on a network file system, where WAL's shared memory is not safe."""
    return file_system_of(path if path.exists() else path.parent) in NETWORK_FILE_SYSTEMS


def _prepare_place(path: Path) -> None:
    """Make the directory private and the file `0600` before SQLite writes a byte; `-wal` and `-shm` inherit it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if sys.platform != "win32" and path.stat().st_uid == os.getuid():
            path.chmod(0o600)
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> CacheError:
    """The error for people behind a refusal of the operating system."""
    return CacheError(f"The cache {path} cannot be written: {error.strerror}. Set PROMOSCOPE_DB to another file.")


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one writing connection: explicit transactions, WAL where it is safe, migrated to the current schema.

    Raises:
        CacheError: the file is not a cache, or cannot be written.
    """
    # Late: readers, and with them the first screen, do without both.
    import sqlite_utils

    from store.cache.schema import migrate

    _prepare_place(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        mark = connection.execute("pragma application_id").fetchone()[0]
        tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
        if tables and mark != APPLICATION_ID:
            raise CacheError(
                f"{path} is an SQLite file of another program; nothing was changed. Choose another PROMOSCOPE_DB."
            )
        connection.execute(f"pragma journal_mode = {'truncate' if on_network(path) else 'wal'}")
        connection.execute("pragma synchronous = normal")
        connection.execute(f"pragma wal_autocheckpoint = {WAL_PAGES}")
        migrate(sqlite_utils.Database(connection))
    except sqlite3.DatabaseError as error:
        connection.close()
        raise CacheError(
            f"{path} cannot be used as a cache ({error}); nothing was changed. Choose another PROMOSCOPE_DB."
        ) from None
    except CacheError:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection for one thread; sees the last committed page and never blocks the writer.

    Raises:
        CacheMissing: no file, or one without a cache's tables.
        CacheError: not a cache.
    """
    if not path.exists():
        raise CacheMissing(f"There is no cache at {path} yet. Run `promoscope sync` first.")
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        connection = _open_uri(uri)
    except sqlite3.OperationalError:
        # A read-only medium cannot hold the -shm file that WAL readers share; nobody writes there, so it is safe.
        connection = _open_uri(uri + "&immutable=1")
    except sqlite3.DatabaseError as error:
        raise CacheError(f"{path} cannot be read as a cache ({error}).") from None
    mark = connection.execute("pragma application_id").fetchone()[0]
    if mark != APPLICATION_ID:
        empty = not connection.execute("select count(*) from sqlite_master").fetchone()[0]
        connection.close()
        if empty:
            raise CacheMissing(f"The cache at {path} is still empty. Run `promoscope sync` first.")
        raise CacheError(f"{path} is not a promoscope cache.")
    return connection


def _open_uri(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    try:
        connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: committed whole or not at all."""
    connection.execute("begin immediate")
    try:
        yield connection
    except BaseException:
        # SQLite has rolled back by itself when the disk is full.
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    connection.execute("commit")


@contextlib.contextmanager
def plain_trouble() -> Iterator[None]:
    """Say what stops SQLite from writing (a full disk, a lock that stays) as an error for people.

    Raises:
        CacheError: in place of `sqlite3.OperationalError`.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CacheError(
            f"The cache could not be written ({error}). What was read before is kept; see to the cause and sync again."
        ) from error


def read_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """One value of the cache's `meta` table."""
    row = connection.execute("select value from meta where key = ?", (key,)).fetchone()
    return None if row is None else row[0]


def write_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set one value of the cache's `meta` table; writes nothing when it stands already."""
    if read_meta(connection, key) != value:
        connection.execute("insert or replace into meta (key, value) values (?, ?)", (key, value))


def bind(connection: sqlite3.Connection, identity: Identity) -> None:
    """Tie a new cache to its project, or check that this one is.

    Raises:
        CacheBelongsElsewhere: it mirrors another base URL or app id.
    """
    bound = Identity(read_meta(connection, "base_url") or "", read_meta(connection, "app_id") or "")
    if bound == Identity("", ""):
        with transaction(connection):
            write_meta(connection, "base_url", identity.base_url)
            write_meta(connection, "app_id", identity.app_id)
    elif bound != identity:
        raise CacheBelongsElsewhere(
            f"This cache mirrors app {bound.app_id} at {bound.base_url}, not app {identity.app_id} at "
            f"{identity.base_url}. Nothing was read or written. Use another PROMOSCOPE_DB or PROMOSCOPE_PROFILE for it."
        )
