"""Opening a cache: where it may live, who may read it, how it is journalled, whose project it holds."""

import contextlib
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from store.cache.registry import APPLICATION_ID, NEWEST_MIGRATION

BUSY_TIMEOUT_MS = 10_000
_SQLITE, _MARK_AT, _HEADER_BYTES = b"SQLite format 3\0", 68, 72
"""How an SQLite file begins, and where its header holds the application id (big-endian)."""
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


ZONE_KEY = "timezone"
"""The `meta` entry that names the time zone the days were counted in; "" while they are counted anew."""


class CacheError(Exception):
    """The cache cannot be used as asked; the message says what is wrong, what is kept and what to do."""


class CacheBelongsElsewhere(CacheError):
    """The file mirrors another project: base URL or app id differ (API §11.22)."""


class CacheMissing(CacheError):
    """There is no cache at this path yet."""


class CacheTooNew(CacheError):
    """A later release wrote it: what this one reads or writes there could be wrong."""


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


def _is_there(path: Path) -> bool:
    """Whether a file lies at this path.

    Raises:
        CacheError: nothing can be read there, or no file can ever be.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise CacheError(f"The cache {path} cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "a device or pipe"
        raise CacheError(f"{path} is {kind}, not a cache. Set PROMOSCOPE_DB to a file.")
    return True


def cache_exists(path: Path) -> bool:
    """Whether a cache of ours lies at this path; False for nothing and for a file without content.

    A damaged cache counts: its header tells whose it is.

    Raises:
        CacheError: something else lies there; it is not touched.
    """
    if not _is_there(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError as error:
        raise CacheError(f"The cache {path} cannot be read: {error.strerror}.") from None
    mark = int.from_bytes(head[_MARK_AT:_HEADER_BYTES], "big") if head.startswith(_SQLITE) else 0
    if mark == APPLICATION_ID:
        return True
    if mark:
        raise _foreign(path)
    # The mark may still lie in the write-ahead log, which SQLite alone can read.
    try:
        connect_reader(path).close()
    except CacheMissing:
        return False
    return True


def _foreign(path: Path) -> CacheError:
    return CacheError(
        f"{path} is an SQLite file of another program; nothing was changed. Choose another PROMOSCOPE_DB."
    )


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one writing connection: explicit transactions, WAL where it is safe, migrated to the current schema.

    Raises:
        CacheTooNew: a later release wrote it; nothing was changed.
        CacheError: the file is not a cache, or cannot be written.
    """
    # Late: readers, and with them the first screen, do without both.
    import sqlite_utils

    from store.cache.schema import migrate

    _is_there(path)
    _prepare_place(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        mark = connection.execute("pragma application_id").fetchone()[0]
        tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
        if tables and mark != APPLICATION_ID:
            raise _foreign(path)
        _check_age(connection, path)
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


def connect_reader(path: Path, identity: Identity | None = None) -> sqlite3.Connection:
    """A read-only connection for one thread; sees the last committed page and never blocks the writer.

    Args:
        path: the cache file.
        identity: whose cache it must be; None to read anybody's, as for one that was handed over.

    Raises:
        CacheMissing: no file, or one without a cache's tables.
        CacheTooNew: a later release wrote it.
        CacheBelongsElsewhere: it mirrors another project than `identity`.
        CacheError: not a cache.
    """
    if not _is_there(path):
        raise CacheMissing(f"There is no cache at {path} yet. Run `promoscope sync` first.")
    uri = f"file:{quote(os.fsencode(path.resolve()))}?mode=ro"
    try:
        try:
            connection = _open_uri(uri)
        except sqlite3.OperationalError:
            # A read-only medium cannot hold the -shm file that WAL readers share; nobody writes there, so it is safe.
            connection = _open_uri(uri + "&immutable=1")
    except sqlite3.DatabaseError as error:
        raise CacheError(f"{path} cannot be read as a cache ({error}).") from None
    try:
        _check_readable(connection, path)
        _check_age(connection, path)
        if identity is not None:
            _check_owner(connection, identity)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise CacheError(f"{path} cannot be read as a cache ({error}).") from None
    except CacheError:
        connection.close()
        raise
    return connection


def _check_readable(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        if not connection.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise CacheMissing(f"The cache at {path} is still empty. Run `promoscope sync` first.")
        raise CacheError(f"{path} is not a promoscope cache.")


def _check_age(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a cache of a later release, whose columns may mean something else."""
    books = "select exists (select 1 from sqlite_master where name = '_sqlite_migrations')"
    if not connection.execute(books).fetchone()[0]:
        return
    later = connection.execute(
        "select name from _sqlite_migrations where migration_set = 'promoscope' and name > ? order by name limit 1",
        (NEWEST_MIGRATION,),
    ).fetchone()
    if later is not None:
        raise CacheTooNew(
            f"{path} was written by a later release of promoscope ({later[0]}), which this one could misread. "
            "Nothing was changed. Update promoscope, or set PROMOSCOPE_DB to another file."
        )


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


def _owner(connection: sqlite3.Connection) -> Identity | None:
    """Whose project a cache mirrors; None before its first sync."""
    bound = Identity(read_meta(connection, "base_url") or "", read_meta(connection, "app_id") or "")
    return None if bound == Identity("", "") else bound


def _check_owner(connection: sqlite3.Connection, identity: Identity) -> None:
    bound = _owner(connection)
    if bound not in (None, identity):
        raise CacheBelongsElsewhere(
            f"This cache mirrors app {bound.app_id} at {bound.base_url}, not app {identity.app_id} at "
            f"{identity.base_url}. Nothing was read or written. Use another PROMOSCOPE_DB or PROMOSCOPE_PROFILE for "
            "it, or, to look at this one offline, no app id."
        )


def bind(connection: sqlite3.Connection, identity: Identity) -> None:
    """Tie a new cache to its project, or check that this one is.

    Raises:
        CacheBelongsElsewhere: it mirrors another base URL or app id.
    """
    _check_owner(connection, identity)
    if _owner(connection) is None:
        with transaction(connection):
            write_meta(connection, "base_url", identity.base_url)
            write_meta(connection, "app_id", identity.app_id)
