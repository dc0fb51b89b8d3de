"""Read-only connections, one per thread, and the context every question needs: now and the project's time zone."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from store.cache.database import Identity, connect_reader
from store.cache.errors import CacheError
from store.cache.reading import ReadingConnection
from store.clock import Clock, SystemClock
from store.days import WeekStart
from store.folding import holds as text_holds
from store.json_text import stored_object
from store.queries.question import Question, current_question

Answer = TypeVar("Answer")


class Reader:
    """Answers questions to one cache from any thread.

    Args:
        path: the cache file.
        zone: the project's time zone.
        clock: what "now" is for derived states.
        identity: whose cache it must be; None to read anybody's.
        week_start: the weekday weeks begin with.
    """

    def __init__(
        self,
        path: Path,
        zone: tzinfo,
        clock: Clock | None = None,
        identity: Identity | None = None,
        week_start: WeekStart = WeekStart.MONDAY,
    ) -> None:
        self.path = path
        self._identity = identity
        self.zone = zone
        self.week_start = week_start
        self._clock = clock or SystemClock()
        self._local = threading.local()
        self._all: list[ReadingConnection] = []
        self._guard = threading.Lock()
        self._has_ended = False

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened on first use, and again after an error or for another file at the path.

        Its errors are cache errors. Within a `Question` it stays the same and reads one state.

        Raises:
            CacheMissing: there is no cache, or no longer.
            CacheError: it cannot be read, or mirrors another project; or no question is answered any more.
        """
        if self._has_ended:
            raise CacheError("The cache is closed.")
        held: tuple[_File, ReadingConnection] | None = getattr(self._local, "held", None)
        question = current_question()
        if held is not None and question is not None and question.reads(held[1]):
            return held[1]
        file = _file_at(self.path)
        if held is None or held[0] != file or held[1].has_failed:
            self._forget()
            connection = connect_reader(self.path, self._identity)
            connection.create_function("text_holds", 2, text_holds, deterministic=True)
            self._local.held = (file, connection)
            with self._guard:
                self._all.append(connection)
        else:
            connection = held[1]
        if question is not None:
            question.read(connection)
        return connection

    def _forget(self) -> None:
        """Close this thread's connection."""
        held: tuple[_File, ReadingConnection] | None = getattr(self._local, "held", None)
        if held is not None:
            self._local.held = None
            with self._guard:
                if held[1] in self._all:
                    self._all.remove(held[1])
            held[1].close()

    def now(self) -> datetime:
        """The instant that derived states are worked out for."""
        return self._clock.now()

    def ask(self, question: Callable[..., Answer], /, *args: object, **kwargs: object) -> Answer:
        """Call a query function with this thread's connection first; all that it reads is of one state."""
        with Question():
            return question(self.connection, *args, **kwargs)

    @property
    def has_ended(self) -> bool:
        """Whether it answers no more."""
        return self._has_ended

    def end(self) -> None:
        """Answer no more; questions under way in any thread end with `CacheError`."""
        self._has_ended = True
        with self._guard:
            for connection in self._all:
                connection.cancel()

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()


_File = tuple[int, int] | None


def _file_at(path: Path) -> _File:
    """What tells one file from another that took its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def holds(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the cache has a table: one made by an earlier release lacks the newest until something writes to it."""
    found = connection.execute("select 1 from sqlite_master where type = 'table' and name = ?", (table,))
    return found.fetchone() is not None


def raw_document(connection: sqlite3.Connection, table: str, identity: str) -> str | None:
    """The JSON of one record as received, or None when it is not held. `table` is a name from the schema."""
    row = connection.execute(f'select json from "{table}_raw" where id = ?', (identity,)).fetchone()
    return None if row is None else row[0]


def document(connection: sqlite3.Connection, table: str, identity: str) -> dict[str, object]:
    """One record's document, decoded; empty when it is not held or damaged."""
    return stored_object(raw_document(connection, table, identity))
