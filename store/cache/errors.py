"""What stops a cache from being read or written, as errors for people; SQLite's own are translated here alone."""

import contextlib
import sqlite3
from collections.abc import Iterator

_BUSY, _LOCKED, _INTERRUPTED, _DAMAGED = 5, 6, 9, (11, 26)
"""SQLite's primary result codes for a lock of another connection, for what was stopped, and for what is no database."""


class CacheError(Exception):
    """The cache cannot be used as asked; the message says what is wrong, what is kept and what to do."""


class CacheBelongsElsewhere(CacheError):
    """The file mirrors another project: base URL or app id differ (API §11.22)."""


class CacheMissing(CacheError):
    """There is no cache at this path yet."""


class CacheOutOfReach(CacheError):
    """The file or its folder is closed to this user; nothing is known to be wrong with what it holds."""


class CacheTooNew(CacheError):
    """A later release wrote it: what this one reads or writes there could be wrong."""


class CacheLocked(CacheError):
    """Another program holds the cache; it works again when that one is done."""


class ReadingCancelled(CacheError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("The reading was cancelled.")


def is_lock(error: sqlite3.Error) -> bool:
    """Whether another connection's lock caused an SQLite error."""
    return _code(error) in (_BUSY, _LOCKED)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an SQLite error speaks of what the file holds."""
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def locked() -> CacheLocked:
    """The error for people behind another program's lock."""
    return CacheLocked("Another program is using the cache. Nothing was changed; try again when it is done.")


KEPT = "The file was not changed."
CHECK_IT = (
    "`promoscope doctor` checks it; a damaged one can be moved away and its project read again by `promoscope sync`."
)
"""What to do about a file that cannot be read."""


def reading_failed(error: sqlite3.Error) -> CacheError:
    """The error for people behind an SQLite error of a reading."""
    if is_lock(error):
        return locked()
    if _code(error) == _INTERRUPTED:
        return ReadingCancelled()
    return CacheError(f"The cache cannot be read ({error}). {KEPT} {CHECK_IT}")


def writing_failed(error: sqlite3.Error) -> CacheError:
    """The error for people behind an SQLite error of a writing."""
    if is_lock(error):
        return locked()
    return CacheError(
        f"The cache could not be written ({error}). What was read before is kept. `promoscope doctor` checks the file; "
        "sync again when the cause is gone."
    )


@contextlib.contextmanager
def translate_write_errors() -> Iterator[None]:
    """Say what stops SQLite from writing (a full disk, a lock, a damaged page) as an error for people.

    Raises:
        CacheLocked: another program holds the cache.
        CacheError: in place of any other `sqlite3.DatabaseError`.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise writing_failed(error) from error
