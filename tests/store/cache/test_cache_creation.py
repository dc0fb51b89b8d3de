"""A cache is made whole or not at all: SIGKILL at each step, a full disk, what an earlier release left half made."""

import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from store.cache import database
from store.cache.database import bind, connect_reader, connect_writer
from store.cache.errors import CacheError, CacheMissing
from tests.support.syncing import Project

STEPS = (1, 2, 3, 4, 5, 6, 8, 12, 20, 40, 80, 120, 160, 200, 240, 280)
"""Statements of a creation before which it is killed; some 250 make an empty cache."""
IDENTITY = database.Identity("https://api.example.test", "demo")


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; returns its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def kill_before(statement: int) -> None:
    """From now on each connection counts its statements, and the process dies before the n-th of all."""
    connect, seen = sqlite3.connect, 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(count)
        return connection

    # Only in the child that dies of it.
    patch.object(sqlite3, "connect", traced).start()


def is_whole(path: Path) -> bool:
    """Whether a run after the disturbed one makes a cache that binds and reads."""
    connection = connect_writer(path)
    bind(connection, IDENTITY)
    connection.close()
    with connect_reader(path, IDENTITY) as reader:
        found = reader.execute("select count(*) from campaigns").fetchone()[0]
        names = {row[0] for row in reader.execute("select name from _sqlite_migrations")}
    reader.close()
    return found == 0 and "m001_resources_and_books" in names


@pytest.mark.parametrize("statement", STEPS)
def test_killed_while_it_is_made(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "c.db"

    def work() -> None:
        kill_before(statement)
        bind(connect_writer(path), IDENTITY)

    status = in_child(work)
    assert os.WIFSIGNALED(status) or statement > 100
    assert is_whole(path)
    assert not list(tmp_path.glob("*.new*"))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_move(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "c.db"
    move = Path.replace

    def work() -> None:
        def dying(self: Path, target: Path) -> Path:
            if moment == "after":
                move(self, target)
            os.kill(os.getpid(), signal.SIGKILL)
            return target

        patch.object(Path, "replace", dying).start()
        connect_writer(path)

    assert os.WIFSIGNALED(in_child(work))
    assert is_whole(path)
    assert not list(tmp_path.glob("*.new*"))


@pytest.mark.parametrize("size", [0, 1, 4096, 65_536, 200_000])
def test_a_full_disk_while_it_is_made(tmp_path: Path, size: int) -> None:
    path, said = tmp_path / "c.db", tmp_path / "said"
    said.touch()
    descriptor = os.open(said, os.O_WRONLY)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            connect_writer(path)
        except CacheError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.write(descriptor, str(error).encode())

    in_child(work)
    os.close(descriptor)
    assert said.read_text().startswith(f"The cache {path} cannot be made (")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["said"]
    assert is_whole(path)


def test_what_an_earlier_release_left_half_made(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with sqlite3.connect(path) as left:
        left.execute("pragma journal_mode = wal")
        left.execute("create table _sqlite_migrations (id integer primary key, migration_set text, name text)")
    left.close()
    assert is_whole(path)


def test_an_empty_file_and_a_stray_log_become_a_cache(tmp_path: Path) -> None:
    whole = Project(tmp_path / "whole.db")
    connection = whole.connect()
    connection.execute("insert into meta (key, value) values ('stray', 'yes')")
    log = (tmp_path / "whole.db-wal").read_bytes()
    connection.close()
    assert log
    path = tmp_path / "c.db"
    path.touch()
    path.with_name("c.db-wal").write_bytes(log)
    with pytest.raises(CacheMissing):
        connect_reader(path)
    path.with_name("c.db-wal").write_bytes(log)
    assert is_whole(path)
    with sqlite3.connect(path) as found:
        assert found.execute("select count(*) from meta where key = 'stray'").fetchone() == (0,)
    found.close()


def test_a_first_run_that_failed_is_followed_by_one_as_if_nothing_had_happened(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")

    def work() -> None:
        kill_before(30)
        project.sync()

    assert os.WIFSIGNALED(in_child(work))
    assert project.sync().state == "complete"
