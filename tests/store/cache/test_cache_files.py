"""Whose files a cache uses, and how: no links, no other user's, immutable only where no process can write, locks."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from store.cache import database
from store.cache.database import cache_exists, connect_reader, connect_writer, read_meta
from store.cache.errors import CacheError, CacheLocked, CacheMissing, CacheOutOfReach, ReadingCancelled
from store.cache.files import open_own
from store.cache.integrity import damaged_documents
from store.cache.lock import CacheBusy, current_holder, writer_lock
from store.cache.opening import can_be_immutable, opening_failed
from store.cache.reading import ReadingConnection
from store.clock import SystemClock
from store.queries.activity import CAMPAIGN_SOURCES, read_activity
from store.queries.campaigns import get_campaign, list_campaigns
from store.queries.reader import Reader
from store.sync.request import SyncRequest
from tests.support.syncing import ZONE, Project

PRECIOUS = "the only copy\n"


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    file = tmp_path / "precious.txt"
    file.write_text(PRECIOUS)
    return file


def take_lock(path: Path) -> None:
    with writer_lock(path, SystemClock()):
        pass


@pytest.mark.parametrize("kind", ["symbolic", "hard"])
def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path, precious: Path, kind: str) -> None:
    path = tmp_path / "c.db"
    lock = path.with_name("c.db.lock")
    if kind == "hard":
        lock.hardlink_to(precious)
    else:
        lock.symlink_to(precious)
    with pytest.raises(CacheError, match=r"link.*Nothing was changed"):
        take_lock(path)
    assert current_holder(path) is None
    assert precious.read_text() == PRECIOUS


def test_a_link_in_place_of_the_cache_is_refused(tmp_path: Path, precious: Path) -> None:
    path = tmp_path / "c.db"
    path.symlink_to(precious)
    for use in (connect_writer, connect_reader, cache_exists):
        with pytest.raises(CacheError, match="symbolic link, which promoscope does not follow"):
            use(path)
    dangling = tmp_path / "d.db"
    dangling.symlink_to(tmp_path / "made.db")
    with pytest.raises(CacheError, match="symbolic link"):
        connect_writer(dangling)
    assert not (tmp_path / "made.db").exists()
    assert precious.read_text() == PRECIOUS


def test_a_link_in_place_of_the_new_cache_is_not_written_through(tmp_path: Path, precious: Path) -> None:
    path = tmp_path / "c.db"
    path.with_name("c.db.new").symlink_to(precious)
    connect_writer(path).close()
    assert precious.read_text() == PRECIOUS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.is_symlink()


def test_another_users_file_is_refused(tmp_path: Path, precious: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.db"
    connect_writer(path).close()
    take_lock(path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    for use in (connect_writer, take_lock):
        with pytest.raises(CacheError, match="belongs to another user"):
            use(path)
    connect_reader(path).close()  # reading one that was handed over harms no file


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "c.db"
    os.mkfifo(pipe)
    with pytest.raises(CacheError, match="device or pipe"):
        connect_writer(pipe)
    with pytest.raises(CacheError, match="not a regular file"):
        open_own(pipe, os.O_RDWR)


def test_a_locked_cache_is_said_to_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "READER_TIMEOUT_MS", 1)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    path = tmp_path / "c.db"
    writer = connect_writer(path)
    writer.execute("pragma journal_mode = delete")
    reader = Reader(path, ZONE)
    assert reader.connection.execute("select count(*) from campaigns").fetchone() == (0,)
    writer.execute("begin exclusive")
    for use in (connect_writer, connect_reader):
        with pytest.raises(CacheLocked, match="Another program is using the cache"):
            use(path)
    with pytest.raises(CacheLocked):
        reader.connection.execute("select count(*) from campaigns")
    writer.execute("rollback")
    assert reader.connection.execute("select count(*) from campaigns").fetchone() == (0,)
    reader.close()


def test_a_reader_is_immutable_only_where_no_process_can_write(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "c.db"
    connect_writer(path).close()
    assert not can_be_immutable(path)
    path.chmod(0o400)
    assert not can_be_immutable(path)
    path.parent.chmod(0o500)
    assert can_be_immutable(path)
    path.parent.chmod(0o700)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_log_beside_a_cache_is_never_left_out(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "folder" / "c.db"
    connect_writer(path).close()
    log = path.with_name(f"c.db{ending}")
    log.touch()
    path.parent.chmod(0o500)
    assert can_be_immutable(path)
    log.write_bytes(b"changes")
    assert not can_be_immutable(path)
    path.parent.chmod(0o700)


CLOSED = sqlite3.OperationalError("unable to open database file")
MALFORMED = sqlite3.DatabaseError("database disk image is malformed")
MALFORMED.sqlite_errorcode = sqlite3.SQLITE_CORRUPT


@pytest.mark.parametrize(
    ("error", "room", "writable", "kind", "said"),
    [
        (CLOSED, 0, True, CacheOutOfReach, "its disk is full"),
        (CLOSED, 0, False, CacheOutOfReach, "its disk is full"),
        (CLOSED, 1_000_000, False, CacheOutOfReach, "the folder cannot be written. Copy it, and c.db-wal"),
        (CLOSED, 1_000_000, True, CacheError, "cannot be read as a cache (unable to open database file)."),
        (MALFORMED, 0, False, CacheError, "cannot be read as a cache (database disk image is malformed)."),
    ],
)
def test_why_a_cache_cannot_be_opened(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: sqlite3.DatabaseError,
    room: int,
    writable: bool,
    kind: type[CacheError],
    said: str,
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=room // 4096, f_frsize=4096))
    monkeypatch.setattr(os, "access", lambda *_: writable)
    failure = opening_failed(tmp_path / "c.db", error, "read")
    assert type(failure) is kind
    assert said in str(failure)


def test_a_lock_holds_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    path = tmp_path / "c.db"
    with writer_lock(path, SystemClock()), pytest.raises(CacheBusy, match="synced by another process"):
        take_lock(path)


@pytest.mark.parametrize("read_only", [False, True])
def test_an_error_on_opening_leads_to_immutable_only_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    path = tmp_path / "c.db"
    connect_writer(path).close()
    tried: list[str] = []
    connect = database._try_uri

    def failing(uri: str) -> ReadingConnection:
        tried.append(uri.partition("?")[2])
        if "immutable" not in uri:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(uri)

    monkeypatch.setattr(database, "_try_uri", failing)
    monkeypatch.setattr(database, "can_be_immutable", lambda _: read_only)
    if read_only:
        connect_reader(path).close()
    else:
        with pytest.raises(CacheError, match="unable to open database file"):
            connect_reader(path)
    assert tried == (["mode=ro", "mode=ro&immutable=1"] if read_only else ["mode=ro"])


def test_a_reader_follows_the_file_at_its_path(tmp_path: Path) -> None:
    path, other = tmp_path / "c.db", tmp_path / "other.db"
    connect_writer(path).close()
    reader = Reader(path, ZONE)
    assert reader.connection.execute("select count(*) from meta where key = 'another'").fetchone() == (0,)
    writer = connect_writer(other)
    writer.execute("insert into meta values ('another', 'file')")
    writer.close()
    other.replace(path)
    assert reader.connection.execute("select count(*) from meta where key = 'another'").fetchone() == (1,)
    path.unlink()
    with pytest.raises(CacheMissing):
        reader.ask(list_campaigns, reader.now(), ZONE)
    path.write_bytes(b"\xa5" * 8192)
    sentence = r"cannot be read as a cache \(.+\)\. The file was not changed\. `promoscope doctor` checks it"
    with pytest.raises(CacheError, match=sentence):
        reader.ask(list_campaigns, reader.now(), ZONE)
    reader.close()


def test_a_question_can_be_ended_from_another_thread(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    connect_writer(path).close()
    reader = Reader(path, ZONE)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    ended: list[CacheError] = []
    began = threading.Event()

    def ask() -> None:
        connection = reader.connection
        began.set()
        try:
            connection.execute(endless).fetchone()
        except CacheError as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    began.wait(30)
    while thread.is_alive():
        reader.end()
        thread.join(0.01)
    assert isinstance(ended[0], ReadingCancelled)
    with pytest.raises(CacheError, match="closed"):
        reader.ask(list_campaigns, reader.now(), ZONE)
    reader.close()


def spoil(project: Project, table: str, identity: str, text: bytes) -> None:
    """Damage a stored document as a disk does."""
    with sqlite3.connect(project.path) as connection:
        connection.execute(f'update "{table}_raw" set json = cast(? as text) where id = ?', (text, identity))
    connection.close()


DAMAGES = (b'{"id": "camp', b"", b"\xff\xfe\x00", b'"text"', b"12", b"[]", b"null")


def test_damaged_documents_stop_no_sync_and_are_named(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    campaigns, categories = (sorted(project.ids(name))[: len(DAMAGES)] for name in ("campaigns", "categories"))
    for campaign, category, damage in zip(campaigns, categories, DAMAGES, strict=True):
        spoil(project, "campaigns", campaign, damage)
        spoil(project, "categories", category, damage)
    with connect_reader(project.path) as reader:
        named = list(damaged_documents(reader))
    reader.close()
    expected = [*(("campaigns", one) for one in campaigns), *(("categories", one) for one in categories)]
    assert sorted(named) == expected
    project.clock.advance(7200)
    assert project.sync(SyncRequest(everything=True, full=True)).state == "complete"
    with connect_reader(project.path) as reader:
        assert list(damaged_documents(reader)) == []
        for campaign in campaigns:
            whole = get_campaign(reader, campaign, project.clock.now(), ZONE)
            assert whole is not None
            assert whole.document["id"] == campaign
    reader.close()


def test_a_damaged_document_that_is_gone_upstream_is_marked_missing(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    gone = "cat_gone"
    with sqlite3.connect(project.path) as connection:
        connection.execute("insert into categories (id) values (?)", (gone,))
        connection.execute("insert into categories_raw values (?, cast(x'ff7b' as text), 'api')", (gone,))
    connection.close()
    project.clock.advance(7200)
    assert project.sync(SyncRequest(full=True)).state == "complete"
    with sqlite3.connect(project.path) as connection:
        assert connection.execute("select missing_since from categories where id = ?", (gone,)).fetchone()[0]
    connection.close()


def test_the_other_campaigns_stand_beside_a_damaged_one(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    campaign = min(project.ids("campaigns"))
    spoil(project, "campaigns", campaign, b'{"id": "camp')
    with connect_reader(project.path) as reader:
        listed = list_campaigns(reader, project.clock.now(), ZONE)
        assert {one.id for one in listed} >= project.ids("campaigns")
        assert next(one for one in listed if one.id == campaign).document == {}
        read_activity(reader, CAMPAIGN_SOURCES, campaign, project.clock.now())
    reader.close()


def test_no_use_of_a_cache_gives_up_the_locks_of_its_readers(tmp_path: Path) -> None:
    """Closing a file gives up all locks of a process on it; another writer then takes the log away from our readers."""
    path = tmp_path / "c.db"
    connect_writer(path).close()
    reader = connect_reader(path)
    assert read_meta(reader, "said") is None
    assert cache_exists(path)
    connect_writer(path).close()
    program = (
        "import sys; from pathlib import Path; from store.cache import database\n"
        "writer = database.connect_writer(Path(sys.argv[1]))\n"
        "database.write_meta(writer, 'said', 'by another process')\nwriter.close()"
    )
    subprocess.run([sys.executable, "-c", program, path], check=True)
    assert path.with_name("c.db-wal").exists()
    assert read_meta(reader, "said") == "by another process"
    reader.close()
