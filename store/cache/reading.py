"""A read-only connection to a cache: it raises the cache's own errors alone, and another thread can stop it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from store.cache.errors import ReadingCancelled, reading_failed

_BATCH = 256
"""Rows a cursor fetches at once: that costs less than one by one."""


class ReadingCursor(sqlite3.Cursor):
    """A cursor whose SQLite errors are cache errors, so that each question has the one sentence for people."""

    def execute(self, sql: str, parameters: Any = (), /) -> "ReadingCursor":
        """Run a statement.

        Raises:
            ReadingCancelled: the connection was cancelled.
            CacheError: the cache cannot be read.
        """
        if isinstance(self.connection, ReadingConnection) and self.connection.is_cancelled:
            raise ReadingCancelled
        with _as_cache_errors(self.connection):
            super().execute(sql, parameters)
        return self

    def fetchone(self) -> Any:
        """The next row."""
        with _as_cache_errors(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        with _as_cache_errors(self.connection):
            return super().fetchall()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # `sqlite3` returns the cursor
        with _as_cache_errors(self.connection):
            while rows := super().fetchmany(_BATCH):
                yield from rows


class ReadingConnection(sqlite3.Connection):
    """A read-only connection that raises `CacheError` alone.

    Attributes:
        has_failed: it met an error, and may keep pages of a file that was mended since: open another one.
        is_cancelled: what is asked now is not wanted any more.
    """

    has_failed = False
    is_cancelled = False

    def cancel(self) -> None:
        """Stop the statement under way, from any thread, and refuse others while `is_cancelled`."""
        self.is_cancelled = True
        self.interrupt()

    def cursor(self, factory: Any = ReadingCursor) -> Any:
        """A cursor of the kind above."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement on a cursor of its own.

        Raises:
            CacheError: the cache cannot be read.
        """
        cursor: sqlite3.Cursor = self.cursor().execute(sql, parameters)
        return cursor


@contextlib.contextmanager
def _as_cache_errors(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        failure = reading_failed(error)
        if isinstance(connection, ReadingConnection):
            connection.has_failed = not isinstance(failure, ReadingCancelled)
        raise failure from error
