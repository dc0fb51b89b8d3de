"""A question to the cache: all that it reads is of one state, and it can be cancelled from another thread."""

import contextlib
import sqlite3
import threading
import time
from typing import Self

from store.cache.errors import CacheError, ReadingCancelled
from store.cache.reading import ReadingConnection

_here = threading.local()


class Question:
    """While it lasts, each connection that its thread asks reads one state of its cache.

    Use it so, once or several times, one after the other::

        with question:
            figures = ...

    A question within another is a part of it.

    Attributes:
        begun: when, in nanoseconds since 1970: what it reads is no older.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._reading: list[ReadingConnection] = []
        self._outer: Question | None = None
        self._is_cancelled = False
        self.begun = 0

    def __enter__(self) -> Self:
        self._outer = current_question()
        if self._outer is None:
            self.begun = time.time_ns()
            _here.question = self
        return self

    def __exit__(self, *_: object) -> None:
        if self._outer is None:
            _here.question = None
            self.let_go()

    def let_go(self) -> None:
        """Hold no state of a cache any longer: what is read from here on may be of a later one."""
        with self._guard:
            reading, self._reading = self._reading, []
        for connection in reading:
            connection.is_cancelled = False
            # One that was closed meanwhile, or met an error, has no transaction any more.
            with contextlib.suppress(CacheError, sqlite3.Error):
                connection.execute("commit")

    def reads(self, connection: ReadingConnection) -> bool:
        """Whether it reads a state of this connection's cache."""
        return connection in self._reading

    def read(self, connection: ReadingConnection) -> None:
        """From the next statement on, read one state of this connection's cache.

        Raises:
            ReadingCancelled: the answer is not wanted any more.
        """
        with self._guard:
            if self._is_cancelled:
                raise ReadingCancelled
            connection.execute("begin")
            self._reading.append(connection)

    def cancel(self) -> None:
        """End it, from any thread: the statement under way and each later one raise `ReadingCancelled`."""
        with self._guard:
            self._is_cancelled = True
            for connection in self._reading:
                connection.cancel()


def current_question() -> Question | None:
    """The question that this thread asks now."""
    return getattr(_here, "question", None)
