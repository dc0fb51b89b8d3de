"""Pages that are committed together: whole pages, soon, and before anything that builds on them."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from store.cache import batch as module
from store.cache.batch import Batch
from store.cache.database import connect_writer, transaction


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """The writer, and another connection that sees what is committed."""
    with closing(connect_writer(tmp_path / "c.db")) as writer, closing(sqlite3.connect(tmp_path / "c.db")) as other:
        yield writer, other


def put(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("insert into meta (key, value) values (?, 'x')", (key,))


def put_twice(connection: sqlite3.Connection, key: str) -> None:
    """The first succeeds, the second does not."""
    put(connection, key)
    put(connection, key)


def kept(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("select key from meta where value = 'x'")}


async def test_a_page_that_fails_is_the_last_and_keeps_only_what_was_committed(
    both: tuple[sqlite3.Connection, sqlite3.Connection],
) -> None:
    writer, other = both
    batch = Batch(writer)
    with batch.page():
        put(writer, "a")
    batch.commit()
    with batch.page():
        put(writer, "b")
    with pytest.raises(sqlite3.IntegrityError), batch.page():
        put_twice(writer, "c")
    for write in (batch.page, batch.verdict):
        with pytest.raises(sqlite3.IntegrityError), write():
            raise AssertionError("nothing is written after it")
    assert kept(writer) == kept(other) == {"a"}


async def test_a_verdict_and_any_other_transaction_come_after_the_pages(
    both: tuple[sqlite3.Connection, sqlite3.Connection],
) -> None:
    writer, other = both
    batch = Batch(writer)
    with batch.page():
        put(writer, "a")
    with pytest.raises(sqlite3.IntegrityError), transaction(writer):
        put_twice(writer, "b")
    assert kept(other) == {"a"}
    with batch.page():
        put(writer, "c")
    with batch.verdict():
        assert kept(other) == {"a", "c"}


async def test_pages_are_committed_though_no_other_comes(
    both: tuple[sqlite3.Connection, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.01)
    writer, other = both
    with Batch(writer).page():
        put(writer, "a")
    async with asyncio.timeout(30):
        while kept(other) != {"a"}:  # noqa: ASYNC110 - nothing tells of a commit
            await asyncio.sleep(0.005)


class _Full:
    """A connection whose disk is full when it commits."""

    in_transaction = False

    def execute(self, statement: str) -> None:
        self.in_transaction = statement.startswith("begin")
        if statement == "commit":
            raise sqlite3.OperationalError("database or disk is full")


async def test_a_commit_that_failed_is_told_to_the_next_who_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.0)
    full: Any = _Full()
    batch = Batch(full)
    with pytest.raises(sqlite3.OperationalError), batch.page():
        pass
    _assert_ended(batch)
    monkeypatch.setattr(module, "LONGEST", 3_600.0)
    for commit_of, told in ((Batch.commit_now, False), (Batch.commit, True), (_verdict, True)):
        also_full: Any = _Full()
        late = Batch(also_full)
        with late.page():
            pass
        with pytest.raises(sqlite3.OperationalError) if told else nullcontext():
            commit_of(late)
        _assert_ended(late)


def _verdict(batch: Batch) -> None:
    with batch.verdict():
        raise AssertionError("the pages before it are not on the disk")


def _assert_ended(batch: Batch) -> None:
    for write in (batch.page, batch.verdict):
        with pytest.raises(sqlite3.OperationalError, match="full"), write():
            raise AssertionError("nothing is written after it")
