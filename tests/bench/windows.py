"""Questions to a list of a million rows: count, filter, the first window, one from the middle, another order.

Each filter beside SQLite's own answer to the same question; a larger cache beside one of a million codes.
"""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.rows import PRESENT, Condition, RowList
from store.queries.views import CODES, VOUCHERS
from store.ref import Ref
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, PREFIX, ZONE, BigCache, big_cache

TIMES = 5
WINDOW = 60
FEW = 3
PATIENCE = 0.1
"""Seconds a list waits for its first window to be complete, as on the screen."""
MILLION = 1_000_000
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
        yield timed("window at the end, before anything is counted", lambda: rows().last(WINDOW, PATIENCE)).over(base)
        whole = partial(RowList, reader, VOUCHERS, conditions=(PRESENT,))
        yield timed("the whole project's codes: window at the head", lambda: whole().window(0, WINDOW)).over(base)
        for kind, text in (("common", COMMON), ("rare", RARE)):
            yield timed(f"typed filter, {kind}: window at the head", window(0, text=text)).over(base)
            yield timed(f"typed filter, {kind}: count", _count(rows, text)).over(base)
        yield timed("typed filter, rare, by code: window at the head", window(0, text=RARE, sort="code")).over(base)
        for sort in ("code", "active", "redeemed_quantity"):
            by = "status" if sort == "active" else sort
            yield timed(f"by {by}: window at the head", window(0, sort=sort)).over(base)
            yield timed(f"by {by}: window in the middle, the first time", window(middle, sort=sort)).over(base)
        yield from _filters(cache, reader)
    finally:
        reader.close()
    if cache.codes > 2 * MILLION:
        yield from _beside_a_million(cache)


FILTERS = {
    "disabled": (Condition("active", "=", 0), "active is 0"),
    "not disabled": (Condition("active", "!=", 0), "active is not 0"),
    "redeemed at least once": (Condition("redeemed_quantity", ">=", 1), "redeemed_quantity >= 1"),
    "expired, which none is": (
        Condition("ends", "<", "2026-11-23T12:00:00.000Z"),
        "coalesce(expiration_date, '9999') < '2026-11-23T12:00:00.000Z'",
    ),
}
"""What codes are narrowed to, and the same in SQL."""


def _filters(cache: BigCache, reader: Reader) -> Iterator[Figure]:
    for name in FILTERS:
        yield from _filter(cache, reader, name)


def _filter(cache: BigCache, reader: Reader, name: str) -> Iterator[Figure]:
    group = f"{cache.codes:,} codes narrowed, windows of {WINDOW}"
    condition, clause = FILTERS[name]
    new = partial(RowList, reader, CODES, scope=Ref.campaign(cache.campaign_id), conditions=(PRESENT, condition))
    query = (
        "select json_group_array(rowid) from (select rowid from vouchers where campaign_id = ? and"
        f" missing_since is null and {clause} order by created_at desc, rowid desc limit ? offset ?)"
    )

    def bare(limit: int, offset: int) -> float:
        asked = (cache.campaign_id, limit, offset)
        return median(lambda: milliseconds(lambda: reader.connection.execute(query, asked).fetchone()), FEW)

    whole = new()
    middle = whole.count() // 2
    pairs: tuple[tuple[str, float, str, Callable[[], object]], ...] = (
        ("rows, the first", bare(WINDOW, 0), "first window", lambda: new().window(0, WINDOW, PATIENCE)),
        ("rows, all", bare(-1, 0), "until all are found", lambda: new().count()),
        (
            "rows in the middle", bare(WINDOW, middle),
            "window in the middle, once all are found", lambda: whole.window(middle, middle + WINDOW),
        ),
    )  # fmt: skip
    for peer, value, own, act in pairs:
        base = Figure(group, f"{name}: SQLite's {peer}", value, "ms")
        yield base
        yield Figure(group, f"{name}: {own}", median(partial(milliseconds, act), FEW), "ms").over(base)


def _beside_a_million(cache: BigCache) -> Iterator[Figure]:
    """What a list of so many codes takes, over what one of a million takes, by turns."""
    group = f"{cache.codes:,} codes beside a million"
    readers = [Reader(one.path, ZONE, ManualClock(NOW)) for one in (big_cache(MILLION), cache)]
    try:
        for name, act in _STEPS.items():
            taken: list[list[float]] = [[], []]
            for _ in range(TIMES + 1):
                for at, reader in enumerate(readers):
                    rows = RowList(reader, CODES, Ref.campaign(cache.campaign_id), conditions=(PRESENT,))
                    taken[at].append(act(rows))
            small, large = (statistics.median(one[1:]) for one in taken)
            base = Figure(group, f"{name}: of a million", small, "ms")
            yield from (base, Figure(group, name, large, "ms").over(base))
    finally:
        for reader in readers:
            reader.close()


def _at_the_end(rows: RowList) -> float:
    total = rows.count()
    return milliseconds(lambda: rows.window(total - WINDOW, total))


def _in_the_middle(rows: RowList) -> float:
    middle = rows.count() // 2
    return milliseconds(lambda: rows.window(middle, middle + WINDOW))


def _first(rows: RowList) -> float:
    return milliseconds(lambda: rows.window(0, WINDOW, PATIENCE))


_STEPS: dict[str, Callable[[RowList], float]] = {
    "first window": _first,
    "the end, before it is counted": lambda rows: milliseconds(lambda: rows.last(WINDOW, PATIENCE)),
    "a rare text, first answer": lambda rows: _first(replace(rows, text=RARE)),
    "by uses, first window": lambda rows: _first(replace(rows, sort="redeemed_quantity", descending=True)),
    "the whole project's codes, first window": lambda rows: _first(replace(rows, scope=None)),
    "counted": lambda rows: milliseconds(rows.count),
    "then the end": _at_the_end,
    "then the middle": _in_the_middle,
    "disabled ones, first window": lambda rows: _first(replace(rows, conditions=(PRESENT, FILTERS["disabled"][0]))),
}
"""A list as it is opened and jumped about in."""


def _count(rows: Callable[..., RowList], text: str) -> Callable[[], object]:
    return lambda: rows(text=text).count()
