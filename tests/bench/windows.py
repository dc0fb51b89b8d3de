"""Questions to a list of a million rows: count, filter, the first window, one from the middle, another order."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.rows import PRESENT, RowList
from store.queries.views import VOUCHERS
from store.ref import Ref
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, PREFIX, ZONE, BigCache

TIMES = 5
WINDOW = 60
COMMON, RARE = f"{PREFIX}7", f"{PREFIX}9A7F00"
"""Typed texts: one that many codes contain, and one that hardly any does, so that all are looked at for it."""


def measure(cache: BigCache) -> Iterator[Figure]:
    """Each question of a new list as its tab opens it; the window at the head is the base."""
    group = f"rows of {cache.codes:,} codes, windows of {WINDOW}"
    reader = Reader(cache.path, ZONE, ManualClock(NOW))
    rows = partial(RowList, reader, VOUCHERS, scope=Ref.campaign(cache.campaign_id), conditions=(PRESENT,))

    def timed(name: str, act: Callable[[], object]) -> Figure:
        act()
        return Figure(group, name, median(lambda: milliseconds(act), TIMES), "ms")

    def window(start: int, **more: Any) -> Callable[[], object]:
        return lambda: rows(**more).window(start, start + WINDOW)

    middle = cache.codes // 2
    (inside,) = rows().window(middle, middle + 1)
    held = rows()
    try:
        base = timed("window at the head", window(0))
        yield base
        yield timed("count", lambda: rows().count())
        yield timed("where a row in the middle stands", lambda: rows().position(inside[0])).over(base)
        yield timed("window in the middle, the first time", window(middle)).over(base)
        yield timed("window in the middle, after that", lambda: held.window(middle, middle + WINDOW)).over(base)
        yield timed("window at the end", window(cache.codes - WINDOW)).over(base)
        for kind, text in (("common", COMMON), ("rare", RARE)):
            yield timed(f"typed filter, {kind}: window at the head", window(0, text=text)).over(base)
            yield timed(f"typed filter, {kind}: count", _count(rows, text)).over(base)
        yield timed("typed filter, rare, by code: window at the head", window(0, text=RARE, sort="code")).over(base)
        for sort in ("code", "active", "redeemed_quantity"):
            by = "status" if sort == "active" else sort
            yield timed(f"by {by}: window at the head", window(0, sort=sort)).over(base)
            yield timed(f"by {by}: window in the middle, the first time", window(middle, sort=sort)).over(base)
    finally:
        reader.close()


def _count(rows: Callable[..., RowList], text: str) -> Callable[[], object]:
    return lambda: rows(text=text).count()
