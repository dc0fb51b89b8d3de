"""A feed of a hundred thousand events: folded whole, read by the window."""

import sqlite3
from contextlib import closing
from pathlib import Path

from store.cache.database import connect_writer, transaction
from store.queries.customer_activity import EventFilter, event_stubs
from store.queries.reader import Reader
from store.times import shifted, text_of
from tests.support.syncing import NOW, ZONE
from tui.customers.feed_source import FeedSource
from tui.customers.stories import STORY, feed_lines, stories
from tui.kit.formatter import Formatter
from widgets.table.rows import CellText

COUNT = 100_000
WHO = "cust_1"


def fill(connection: sqlite3.Connection) -> None:
    """Two events a request, ten minutes apart."""
    ids = [f"evcus_m{n:06d}" for n in range(COUNT)]
    with transaction(connection):
        connection.executemany(
            "insert into customer_activity (id, created_at, type, customer_id, group_id) values (?, ?, ?, ?, ?)",
            ((key, shifted(text_of(NOW), -n * 600_000), "customer.order.paid", WHO, f"v-{n // 2}")
             for n, key in enumerate(ids)),
        )  # fmt: skip
        connection.executemany("insert into customer_activity_raw values (?, '{}', 'api')", ((key,) for key in ids))


def test_a_hundred_thousand_events_are_folded_and_read_by_the_window(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with closing(connect_writer(path)) as connection:
        fill(connection)
    with closing(Reader(path, ZONE)) as reader:
        told = stories(reader.ask(event_stubs, WHO, EventFilter()))
        assert (len(told), {len(story.events) for story in told}) == (COUNT // 2, {2})
        lines = feed_lines(told, frozenset(), ZONE)
        assert sum(line.kind == STORY for line in lines) == COUNT // 2
        assert lines[-1].story is not None
        assert lines[-1].story.id == f"evcus_m{COUNT - 1:06d}"
        source = FeedSource(reader, lines, Formatter(None, ZONE, NOW))
        rows = source.window(len(lines) - 3, len(lines))
        assert [row.id for row in rows] == [line.id for line in lines[-3:]]
        what = rows[-1].cells[1]
        assert isinstance(what, CellText)
        assert "Order paid (2)" in what.text
        assert source.index_of(lines[-1].id) == len(lines) - 1
