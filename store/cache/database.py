"""Opening a cache: made completely or not at all, who may read it, how it is journalled, whose project it has."""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from store.cache.errors import (
    KEPT,
    CacheBelongsElsewhere,
    CacheError,
    CacheMissing,
    CacheOutOfReach,
    CacheTooNew,
    is_lock,
    locked,
)
from store.cache.files import is_there, make_private, on_network, open_own
from store.cache.mark import APPLICATION_ID, MIGRATIONS, NEWEST_MIGRATION
from store.cache.opening import can_be_immutable, opening_failed
from store.cache.reading import ReadingConnection

BUSY_TIMEOUT_MS = 10_000
READER_TIMEOUT_MS = 3_000
"""Readers meet a lock where a rollback journal is used, or of another program: a screen must not wait long for it."""
_SQLITE, _MARK_AT, _HEADER_BYTES = b"SQLite format 3\0", 68, 72
"""How an SQLite file begins, and where its header holds the application id (big-endian)."""
WRITER_CACHE_KIB = 56 * 1024
"""Codes come in no order: with little, pages of the indexes are read and written again with every page of a list."""
WAL_PAGES = 4_000
"""Pages (16 MB) that gather beside the file before they are moved into it: a page of codes touches pages all over."""
BESIDE = ("-wal", "-shm", "-journal", ".new", ".new-journal")
"""What lies beside a cache, as endings of its name: SQLite's own files, and a cache that is being made."""


ZONE_KEY = "timezone"
"""The `meta` entry that names the time zone the days were counted in; "" while they are counted anew."""


class Identity(Struct, frozen=True):
    """Whose project a cache mirrors; never the token."""

    base_url: str
    app_id: str


def cache_exists(path: Path) -> bool:
    """Whether a cache of ours lies at this path; False for nothing and for a file without content.

    A damaged cache counts: its header says what it is.

    Raises:
        CacheLocked: another program holds it.
        CacheError: something else lies there; it is not touched.
    """
    if not is_there(path):
        return False
    try:
        with contextlib.closing(_open_uri(path)) as connection:
            _check_readable(connection, path)
    except CacheMissing:
        return False
    except sqlite3.DatabaseError as error:
        if is_lock(error):
            raise locked() from None
        if not _is_marked(path):
            raise opening_failed(path, error, "read") from None
    return True


def _is_marked(path: Path) -> bool:
    """Whether the header of a file that SQLite cannot read says that it is a cache."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError as error:
        raise CacheOutOfReach(f"The cache {path} cannot be read: {error.strerror}.") from None
    mark = int.from_bytes(head[_MARK_AT:_HEADER_BYTES], "big") if head.startswith(_SQLITE) else 0
    if mark not in (0, APPLICATION_ID):
        raise _foreign(path)
    return mark == APPLICATION_ID


def _foreign(path: Path) -> CacheError:
    return CacheError(f"{path} is an SQLite file of another program. {KEPT} Set PROMOSCOPE_DB to another file.")


def connect_writer(path: Path, *, lock_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """The one writing connection: explicit transactions, WAL where it is safe, migrated to the current schema.

    Args:
        path: the cache file; made when there is none.
        lock_ms: how long a statement waits for a lock of another program.

    Raises:
        CacheTooNew: a later release wrote it; nothing was changed.
        CacheError: the file is not a cache, or cannot be written.
    """
    is_there(path)
    make_private(path)
    try:
        if not _has_content(path, lock_ms):
            _create(path)
        return _open_writer(path, lock_ms)
    except sqlite3.DatabaseError as error:
        raise opening_failed(path, error, "used") from None


def _open_writer(path: Path, lock_ms: int) -> sqlite3.Connection:
    connection = _connect(path, lock_ms)
    try:
        if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
            raise _foreign(path)
        _check_age(connection, path)
        connection.execute(f"pragma journal_mode = {'truncate' if on_network(path) else 'wal'}")
        for setting in (
            "synchronous = normal",
            f"wal_autocheckpoint = {WAL_PAGES}",
            f"cache_size = -{WRITER_CACHE_KIB}",
            "foreign_keys = off",
            # After somebody ran ANALYZE on a cache, SQLite would build an index of a whole table for one statement.
            "automatic_index = off",
        ):
            connection.execute(f"pragma {setting}")
        if _migrations(connection) != (MIGRATIONS, NEWEST_MIGRATION):
            # Late, here and below: what reads, and what writes to a cache of this release, does without sqlite-utils.
            import sqlite_utils

            from store.cache.schema import migrate

            migrate(sqlite_utils.Database(connection))
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, lock_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"pragma busy_timeout = {lock_ms}")
    return connection


def _has_content(path: Path, lock_ms: int) -> bool:
    """Whether a file holds any table that matters: one that is missing, empty or was given up early holds none."""
    if not path.exists() or not path.stat().st_size:
        return False
    with contextlib.closing(_connect(path, lock_ms)) as connection:
        found = {row[0] for row in connection.execute("select tbl_name from sqlite_master")}
        mark = connection.execute("pragma application_id").fetchone()[0]
        # An earlier release made a cache in its place: killed early, it left no more than this table, without a row.
        if not mark and found == {"_sqlite_migrations"}:
            return bool(connection.execute("select exists (select 1 from _sqlite_migrations)").fetchone()[0])
        return bool(found or mark)


def _create(path: Path) -> None:
    """Make an empty cache beside its place and move it there: a run that dies meanwhile leaves nothing in its place."""
    import sqlite_utils

    from store.cache.schema import migrate

    fresh = path.with_name(f"{path.name}.new")
    try:
        # A log beside a file that is gone would be replayed into the new one.
        remove_beside(path)
        descriptor = open_own(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        try:
            with contextlib.closing(_connect(fresh)) as connection:
                connection.execute("pragma journal_mode = memory")
                connection.execute("pragma synchronous = off")
                migrate(sqlite_utils.Database(connection))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
    except (OSError, sqlite3.DatabaseError) as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        why = error.strerror if isinstance(error, OSError) else error
        raise CacheError(f"The cache {path} cannot be made ({why}). Nothing was left behind; try again.") from None


def remove_beside(path: Path, endings: Iterable[str] = BESIDE) -> None:
    """Delete what lies beside a cache that is gone or goes.

    Raises:
        OSError: it cannot be deleted.
    """
    for ending in endings:
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


def connect_reader(path: Path, identity: Identity | None = None) -> ReadingConnection:
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
    if not is_there(path):
        raise CacheMissing(f"There is no cache at {path} yet. Run `promoscope sync` first.")
    if not os.access(path, os.R_OK):
        raise CacheOutOfReach(f"The cache {path} cannot be read: {os.strerror(errno.EACCES)}.")
    try:
        connection = _open_uri(path)
    except sqlite3.DatabaseError as error:
        raise opening_failed(path, error, "read") from None
    try:
        _check_readable(connection, path)
        _check_age(connection, path)
        if identity is not None:
            _check_owner(connection, identity)
    except CacheError:
        connection.close()
        raise
    return connection


def _check_readable(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        if not connection.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise CacheMissing(f"The cache at {path} is still empty. Run `promoscope sync` first.")
        raise _foreign(path)


def _migrations(connection: sqlite3.Connection) -> tuple[int, str]:
    """How many migrations a cache has had, and the last of them by name; 0 and "" where it has had none."""
    books = "select exists (select 1 from sqlite_master where name = '_sqlite_migrations')"
    if not connection.execute(books).fetchone()[0]:
        return 0, ""
    query = "select count(*), coalesce(max(name), '') from _sqlite_migrations where migration_set = 'promoscope'"
    count, newest = connection.execute(query).fetchone()
    return count, str(newest)


def _check_age(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a cache of a later release, whose columns may mean something else."""
    later = _migrations(connection)[1]
    if later > NEWEST_MIGRATION:
        raise CacheTooNew(
            f"{path} was written by a later release of promoscope ({later}), which this one could misread. "
            "Nothing was changed. Update promoscope, or set PROMOSCOPE_DB to another file."
        )


def _open_uri(path: Path) -> ReadingConnection:
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode=ro"
    try:
        return _try_uri(uri)
    except sqlite3.OperationalError:
        # A place without writers cannot hold the -shm file that readers share. Elsewhere "immutable" tears figures.
        if not can_be_immutable(path):
            raise
        return _try_uri(f"{uri}&immutable=1")


def _try_uri(uri: str) -> ReadingConnection:
    connection = sqlite3.connect(
        uri, uri=True, check_same_thread=False, isolation_level=None, factory=ReadingConnection
    )
    try:
        for statement in (f"pragma busy_timeout = {READER_TIMEOUT_MS}", "select count(*) from sqlite_master"):
            sqlite3.Cursor(connection).execute(statement).fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: committed completely or not at all; pages that wait for their commit come before it."""
    if connection.in_transaction:
        connection.execute("commit")
    connection.execute("begin immediate")
    try:
        yield connection
    except BaseException:
        # SQLite has rolled back by itself when the disk is full.
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    connection.execute("commit")


def quick_check(connection: sqlite3.Connection) -> str:
    """The first damage SQLite finds in the file, in its words; `ok` for none."""
    return str(connection.execute("pragma quick_check(1)").fetchone()[0])


def read_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """One value of the cache's `meta` table."""
    row = connection.execute("select value from meta where key = ?", (key,)).fetchone()
    return None if row is None else row[0]


def write_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set one value of the cache's `meta` table; writes nothing when it has that value already."""
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
