"""One question reads one state of the cache, whatever is written meanwhile; cancelled, its query stops."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.cache.errors import CacheError, ReadingCancelled
from store.queries.question import Question
from store.queries.reader import Reader
from tests.support.syncing import ZONE

COUNT = "select count(*) from meta where key = 'x'"
ENDLESS = "with recursive n(i) as (select seen(1) union all select seen(i) from n) select count(*) from n"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    connect_writer(tmp_path / "c.db").close()
    reader = Reader(tmp_path / "c.db", ZONE)
    yield reader
    reader.close()


def write(reader: Reader) -> None:
    """A sync of another process commits."""
    writer = connect_writer(reader.path)
    writer.execute("insert into meta values ('x', '1')")
    writer.close()


def counted(reader: Reader) -> int:
    return int(reader.connection.execute(COUNT).fetchone()[0])


def test_all_that_a_question_reads_is_of_one_state(reader: Reader) -> None:
    with Question():
        assert counted(reader) == 0
        write(reader)
        assert counted(reader) == 0
        assert reader.ask(lambda connection: connection.execute(COUNT).fetchone()) == (0,)
        with Question():
            assert counted(reader) == 0
        assert counted(reader) == 0
    assert counted(reader) == 1


def test_what_is_asked_by_itself_reads_one_state_too(reader: Reader) -> None:
    def twice(connection: object) -> tuple[int, int]:
        before = counted(reader)
        write(reader)
        return before, counted(reader)

    assert reader.ask(twice) == (0, 0)
    assert not reader.connection.in_transaction
    assert counted(reader) == 1


def test_a_question_keeps_to_the_file_it_began_with(reader: Reader, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    writer = connect_writer(other)
    writer.execute("insert into meta values ('x', '1')")
    writer.close()
    with Question():
        assert counted(reader) == 0
        other.replace(reader.path)
        assert counted(reader) == 0
    assert counted(reader) == 1


def test_a_question_that_failed_leaves_nothing_open(reader: Reader) -> None:
    with pytest.raises(CacheError), Question():
        reader.connection.execute("select * from nowhere")
    assert not reader.connection.in_transaction


def test_a_cancelled_question_stops_its_query_and_asks_no_other(reader: Reader) -> None:
    question, under_way, ended = Question(), threading.Event(), []

    def seen(number: int) -> int:
        under_way.set()
        return number

    def ask() -> None:
        with question:
            connection = reader.connection
            connection.create_function("seen", 1, seen)
            for use in (lambda: connection.execute(ENDLESS).fetchone(), lambda: connection.execute(COUNT)):
                with pytest.raises(ReadingCancelled):
                    use()
                ended.append("cancelled")
        assert counted(reader) == 0
        with pytest.raises(ReadingCancelled), question:
            counted(reader)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(ask)
        assert under_way.wait(30)
        question.cancel()
        done.result(30)
    assert ended == ["cancelled", "cancelled"]


def test_another_thread_asks_its_own(reader: Reader) -> None:
    with Question(), ThreadPoolExecutor(1) as pool:
        assert counted(reader) == 0
        write(reader)
        assert pool.submit(counted, reader).result() == 1
        assert counted(reader) == 0
