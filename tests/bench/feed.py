"""A customer's feed of 100,000 events: arranging all of it, and a window of its lines."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from store.cache.database import connect_writer
from store.queries.customer_activity import EventFilter, event_stubs
from store.queries.reader import Reader
from tests.bench.figures import Figure, median, milliseconds
from tests.support.long_feed import WHO, fill
from tests.support.syncing import NOW, ZONE
from tui.customers.feed_source import FeedSource
from tui.customers.stories import density, feed_lines, stories, without_noise
from tui.kit.formatter import Formatter

EVENTS = 100_000
WINDOW = 100
TIMES = 3


def measure() -> Iterator[Figure]:
    """What a reader waits for: each against SQLite giving the rows alone."""
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        path = Path(folder) / "feed.db"
        with closing(connect_writer(path)) as connection:
            fill(connection, EVENTS)
        with closing(Reader(path, ZONE)) as reader:
            yield from _arranging(reader)
            yield from _windows(reader)


def _figure(group: str, name: str, act: Callable[[], object]) -> Figure:
    return Figure(group, name, median(lambda: milliseconds(act), TIMES), "ms")


def _arranging(reader: Reader) -> Iterator[Figure]:
    group = f"a feed of {EVENTS:,} events"
    query = "select rowid, id, created_at, type, group_id from customer_activity where customer_id = ?"
    base = _figure(group, "its rows by SQLite alone", lambda: reader.connection.execute(query, (WHO,)).fetchall())
    yield base

    def shown(wanted: EventFilter, *, noise: bool = True) -> int:
        stubs = reader.ask(event_stubs, WHO, wanted)
        told = stories(stubs if noise else without_noise(stubs))
        return len(feed_lines(told, frozenset(), ZONE)) + len(density(told, 60))

    yield _figure(group, "read, folded, by day, with its strip", lambda: shown(EventFilter())).over(base)
    yield _figure(group, "the same without noise", lambda: shown(EventFilter(), noise=False)).over(base)
    yield _figure(group, "one type", lambda: shown(EventFilter(types=("customer.order.paid",)))).over(base)
    yield _figure(group, "a text in payloads", lambda: shown(EventFilter(text="web-v-4999"))).over(base)


def _windows(reader: Reader) -> Iterator[Figure]:
    group = f"{WINDOW} lines of a feed of {EVENTS:,} events"
    lines = feed_lines(stories(reader.ask(event_stubs, WHO, EventFilter())), frozenset(), ZONE)
    source, first = FeedSource(reader, lines, Formatter("EUR", ZONE, NOW)), 0
    base = _figure(group, "the newest", lambda: source.window(first, first + WINDOW))
    yield base
    yield _figure(group, "the oldest", lambda: source.window(len(lines) - WINDOW, len(lines))).over(base)
