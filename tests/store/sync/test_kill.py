"""SIGKILL at any instant, then another run: the cache ends as if nothing had happened. And one sync at a time."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from store.cache.database import Identity, bind, connect_reader, connect_writer
from store.cache.errors import CacheBelongsElsewhere, CacheError
from store.cache.lock import CacheBusy, current_holder, writer_lock
from store.sandbox.world import Sizes
from store.sync.request import SyncRequest
from tests.support.syncing import Project, dump, run_sync

POINTS = 30
SMALL = Sizes(campaigns=12, customers=20, vouchers=140, redemptions=150, publications=70, accruals=30)
REQUEST = SyncRequest(everything=True)


def run_and_die(project: Project, statement: int) -> bool:
    """Sync in a forked process that kills itself before its n-th SQL statement; True when it died of that."""
    child = os.fork()
    if child == 0:
        try:
            connection = connect_writer(project.path)
            left = statement

            def count(_: str) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            connection.set_trace_callback(count)
            run_sync(connection, REQUEST, project.sandbox.respond, project.clock)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple[object, ...]]], int]:
    project = Project(tmp_path_factory.mktemp("undisturbed") / "c.db", SMALL)
    connection = project.connect()
    statements = 0

    def count(_: str) -> None:
        nonlocal statements
        statements += 1

    connection.set_trace_callback(count)
    assert run_sync(connection, REQUEST, project.sandbox.respond, project.clock).state == "complete"
    connection.set_trace_callback(None)
    return dump(connection), statements


def _points(seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.random() for _ in range(POINTS)]


@pytest.mark.parametrize("share", _points(2026))
def test_killed_anywhere_the_next_run_ends_like_an_undisturbed_one(
    tmp_path: Path, undisturbed: tuple[dict[str, list[tuple[object, ...]]], int], share: float
) -> None:
    expected, statements = undisturbed
    project = Project(tmp_path / "c.db", SMALL)
    assert run_and_die(project, max(1, int(share * statements)))
    report = project.sync(REQUEST)
    assert report.state == "complete", report.as_json()
    connection = project.connect()
    found = dump(connection)
    assert {table for table in expected if found[table] != expected[table]} == set()


def test_killed_again_and_again_it_still_gets_there(
    tmp_path: Path, undisturbed: tuple[dict[str, list[tuple[object, ...]]], int]
) -> None:
    expected, statements = undisturbed
    project = Project(tmp_path / "c.db", SMALL)
    for _ in range(4):
        run_and_die(project, statements // 3)
    assert project.sync(REQUEST).state == "complete"
    assert dump(project.connect()) == expected


def test_a_second_writer_is_told_who_holds_the_cache(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.connect().close()
    code = (
        "import sys, time; from pathlib import Path; from store.cache.lock import writer_lock; "
        "from store.clock import SystemClock\n"
        f"with writer_lock(Path({str(project.path)!r}), SystemClock()):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        with pytest.raises(CacheBusy, match=f"process {other.pid} on"), writer_lock(project.path, project.clock):
            pass
        holder = current_holder(project.path)
        assert holder is not None
        assert holder.pid == other.pid
        other.kill()
    assert current_holder(project.path) is None
    with writer_lock(project.path, project.clock):
        assert json.loads(Path(f"{project.path}.lock").read_text())["pid"] == os.getpid()


def test_a_cache_belongs_to_one_project(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    bind(connection, Identity("https://a.example", "one"))
    bind(connection, Identity("https://a.example", "one"))
    with pytest.raises(CacheBelongsElsewhere, match="app one"):
        bind(connection, Identity("https://a.example", "two"))


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("create table precious (x)")
    other.close()
    before = path.read_bytes()
    for connect in (connect_writer, connect_reader):
        with pytest.raises(CacheError):
            connect(path)
    assert path.read_bytes() == before
    text = tmp_path / "notes.txt"
    text.write_text("not a database at all, only some words that stand in a file " * 30)
    with pytest.raises(CacheError):
        connect_writer(text)
    assert text.read_text().startswith("not a database")
