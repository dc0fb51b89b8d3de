"""Pages committed together: a commit costs as much as writing a page, and half a second of pages is soon read again."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from store.cache.database import transaction

LONGEST = 0.5
"""Seconds that what was written waits for its commit."""


class Batch:
    """The open transaction of a sync's pages; what is killed loses whole pages with their cursors, never half of one.

    Any other `transaction` on the connection commits it first, and a timer does when no page comes.

    Args:
        connection: the writing connection.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._opened = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._failed: sqlite3.Error | None = None

    @contextmanager
    def page(self) -> Iterator[None]:
        """Write a page: all of it or nothing.

        One that fails takes the others of its transaction with it, as when the process is killed. A savepoint would
        spare them, but has SQLite copy every page of the file that is about to change.

        Raises:
            sqlite3.Error: it, or a commit since the last page, failed; nothing more can be written.
        """
        self._check()
        if not self._connection.in_transaction:
            self._connection.execute("begin immediate")
            self._opened = time.monotonic()
            self._timer = asyncio.get_running_loop().call_later(LONGEST, self.commit_now)
        try:
            yield
        except BaseException as error:
            self.fail(error if isinstance(error, sqlite3.Error) else sqlite3.InternalError(repr(error)))
            # SQLite has rolled back by itself when the disk is full.
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        if time.monotonic() - self._opened > LONGEST:
            self.commit()

    @contextmanager
    def verdict(self) -> Iterator[None]:
        """A transaction of its own, once all pages before it are on the disk.

        Raises:
            sqlite3.Error: as with `page`.
        """
        self.commit()
        with transaction(self._connection):
            yield

    def commit(self) -> None:
        """Commit what is open.

        Raises:
            sqlite3.Error: as with `page`.
        """
        self._check()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._connection.in_transaction:
            try:
                self._connection.execute("commit")
            except sqlite3.Error as error:
                self.fail(error)
                raise

    def fail(self, error: sqlite3.Error) -> None:
        """Write nothing more, for this error: pages may be lost by it, and later cursors would hide that they are."""
        self._failed = self._failed or error

    def commit_now(self) -> None:
        """Commit what is open, where nobody can be told of an error: the next page or verdict raises it."""
        with suppress(sqlite3.Error):
            self.commit()

    def _check(self) -> None:
        if self._failed is not None:
            raise self._failed
