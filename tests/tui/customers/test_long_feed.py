"""A feed of a hundred thousand events: folded whole, read by the window."""

from contextlib import closing
from pathlib import Path

from store.cache.database import connect_writer
from store.queries.customer_activity import EventFilter, event_stubs
from store.queries.reader import Reader
from tests.support.long_feed import WHO, event_id, fill
from tests.support.syncing import NOW, ZONE
from tui.customers.feed_source import FeedSource
from tui.customers.stories import STORY, feed_lines, stories
from tui.kit.formatter import Formatter
from widgets.table.rows import CellText

COUNT = 100_000


def test_a_hundred_thousand_events_are_folded_and_read_by_the_window(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with closing(connect_writer(path)) as connection:
        fill(connection, COUNT)
    with closing(Reader(path, ZONE)) as reader:
        told = stories(reader.ask(event_stubs, WHO, EventFilter()))
        assert (len(told), {len(story.events) for story in told}) == (COUNT // 2, {2})
        lines = feed_lines(told, frozenset(), ZONE)
        assert sum(line.kind == STORY for line in lines) == COUNT // 2
        last = lines[-1].story
        assert last is not None
        assert last.id == event_id(COUNT - 1)
        source = FeedSource(reader, lines, Formatter(None, ZONE, NOW))
        rows = source.window(len(lines) - 3, len(lines))
        assert [row.id for row in rows] == [line.id for line in lines[-3:]]
        what = rows[-1].cells[1]
        assert isinstance(what, CellText)
        assert "Order paid (2)" in what.text
        assert f"web-v-{COUNT // 2 - 1}" in what.text
        assert source.index_of(lines[-1].id) == len(lines) - 1
