"""Questions to a list of a million rows: count, filter, the first window, one from the middle, another order."""

from collections.abc import Callable, Iterator
from functools import partial

from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import VOUCHERS
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, PREFIX, ZONE, BigCache

TIMES = 5
WINDOW = 60


def measure(cache: BigCache) -> Iterator[Figure]:
    """Each question of a new list; the window at the head is the base."""
    group = f"rows of {cache.codes:,} codes, windows of {WINDOW}"
    reader = Reader(cache.path, ZONE, ManualClock(NOW))
    rows = partial(RowList, reader, VOUCHERS, campaign_id=cache.campaign_id)

    def timed(name: str, act: Callable[[], object]) -> Figure:
        act()
        return Figure(group, name, median(lambda: milliseconds(act), TIMES), "ms")

    middle = cache.codes // 2
    held = rows()
    try:
        base = timed("window at the head", lambda: rows().window(0, WINDOW))
        yield base
        yield timed("count", lambda: rows().count())
        yield timed("count of a typed filter", lambda: rows(text=f"{PREFIX}7").count())
        yield timed("window of a typed filter", lambda: rows(text=f"{PREFIX}7").window(0, WINDOW))
        yield timed("window in the middle, the first time", lambda: rows().window(middle, middle + WINDOW)).over(base)
        yield timed("window in the middle, after that", lambda: held.window(middle, middle + WINDOW)).over(base)
        yield timed("window at the end, after that", lambda: held.window(cache.codes - WINDOW, cache.codes)).over(base)
        yield timed("window at the head, by code", lambda: rows(sort="code").window(0, WINDOW)).over(base)
        yield timed("window at the head, by status", lambda: rows(sort="active").window(0, WINDOW)).over(base)
    finally:
        reader.close()
