"""Home over a million redemptions: the question of each window, and the screen from its key to all panels."""

import asyncio
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from store.cache.database import connect_writer
from store.cache.rollups import mark_all_dirty, rebuild_dirty
from store.clock import ManualClock
from store.config import Settings
from store.queries.campaigns import list_campaigns
from store.queries.home import home
from store.queries.home_windows import WINDOWS
from store.queries.reader import Reader
from tests.bench.figures import Figure, median, processor_milliseconds
from tests.bench.million import NOW, ZONE, big_cache
from tests.bench.programs import COMMAND, environment
from tests.support.app_host import settle
from tests.support.terminal import Terminal
from tui.home.screen import HomeScreen
from tui.kit.services import AppServices
from tui.shell.app import PromoscopeApp

TIMES = 5
REDEMPTIONS = 1_000_000
_LOOK = 0.02
"""Seconds between looks at whether it is there: looking costs time of the processor, too."""
_VERSION = 3
_DAYS = 730
_ROWS = """
with recursive n(i) as (select 1 union all select i + 1 from n where i < :rows),
  made as (select row_number() over (order by id) - 1 as place, id, name from campaigns where missing_since is null),
  many(count) as (select count(*) from made)
insert into redemptions (id, object, created_at, campaign_id, campaign, voucher_code, customer_id, result, status,
  failure_code, order_id, order_amount, discount_amount)
select printf('r_%024x', i), 'redemption',
  strftime('%Y-%m-%dT%H:%M:%S', :last - (i * :apart) % :seconds, 'unixepoch') || '.000Z',
  made.id, made.name, printf('BIG-%08X', i), printf('cust_%06x', i % 50000), iif(i % 11, 'SUCCESS', 'FAILURE'),
  iif(i % 11, 'SUCCEEDED', 'FAILED'), iif(i % 11, null, 'order_rules_violated'), iif(i % 11, printf('ord_%x', i), null),
  iif(i % 11, 2000 + i % 9000, null), iif(i % 11, 100 + i % 900, null)
from n join many join made on made.place = (i * 2654435761) % many.count
"""


def redemptions_cache(rows: int) -> Path:
    """The demo's project with so many redemptions more, over two years and all campaigns; made once and kept."""
    path = Path(tempfile.gettempdir()) / "promoscope-bench" / f"redemptions-{rows}-v{_VERSION}.db"
    if not path.exists():
        making = path.with_suffix(f".{os.getpid()}")
        shutil.copyfile(big_cache(1).path, making)
        _fill(making, rows)
        making.rename(path)
    return path


def _fill(path: Path, rows: int) -> None:
    with closing(connect_writer(path)) as connection:
        values = {"rows": rows, "last": int(NOW.timestamp()), "seconds": _DAYS * 86_400 - 1, "apart": 61}
        connection.execute("begin")
        connection.execute(_ROWS, values)
        connection.execute("commit")
        mark_all_dirty(connection, ZONE)
        rebuild_dirty(connection, ZONE)
        connection.execute("analyze")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma journal_mode = delete")


def measure() -> Iterator[Figure]:
    """Against the campaign list's question and its screen, over the same cache, in time of the processor."""
    path = redemptions_cache(REDEMPTIONS)
    with closing(sqlite3.connect(path)) as connection:
        held = connection.execute("select count(*) from redemptions").fetchone()[0]
    group = f"home over {held:,} redemptions"
    with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:

        def timed(name: str, question: Callable[..., object], *arguments: object) -> Figure:
            taken = median(lambda: processor_milliseconds(lambda: reader.ask(question, *arguments)), TIMES)
            return Figure(group, name, taken, "ms")

        base = timed("the campaign list's question", list_campaigns, NOW, ZONE)
        yield base
        for window in WINDOWS:
            yield timed(f"home's question, last {window.words}", home, window, NOW, ZONE, "EUR").over(base)
    starts, keys, longest = zip(*(asyncio.run(_keys(path)) for _ in range(TIMES)), strict=True)
    screen = Figure(group, "campaign list: start of the app to its rows", statistics.median(starts), "ms")
    yield screen
    yield Figure(group, "home: key to all panels", statistics.median(keys), "ms").over(screen)
    yield Figure(group, "home: another window, 12 months", statistics.median(longest), "ms").over(screen)
    yield Figure(group, "home: key to last byte, 80x24", _to_last_byte(path), "ms")


def _to_last_byte(path: Path) -> float:
    taken = []
    for _ in range(TIMES):
        with Terminal([COMMAND], environment(path)) as terminal:
            terminal.wait_for("match")
            terminal.settle(2.5)
            began = last = time.monotonic()
            terminal.send("0")
            while terminal.read(0.5):
                last = time.monotonic()
            terminal.wait_for("NEEDS A LOOK")
            taken.append((last - began) * 1_000)
    return statistics.median(taken)


async def _keys(path: Path) -> tuple[float, float, float]:
    """Milliseconds of the processor, in all threads, at 160x45: the list from the start, home by its key, 12 months."""
    settings = Settings("bench", "https://bench.invalid", "bench", path, ZONE, "EUR", False)
    services = AppServices(settings, Reader(path, ZONE, ManualClock(NOW)), clock=ManualClock(NOW))
    app = PromoscopeApp(services)
    began = time.process_time()
    async with app.run_test(size=(160, 45)) as pilot:
        while not getattr(app.screen, "current", None):
            await pilot.pause()
        started = time.process_time() - began
        await settle(pilot)
        began = time.process_time()
        await pilot.press("0")
        while not (isinstance(app.screen, HomeScreen) and app.screen.known):
            await pilot.pause(_LOOK)
        await pilot.pause()
        shown = time.process_time() - began
        await settle(pilot)
        before, began = app.screen.known, time.process_time()
        app.screen.window = WINDOWS[-1]
        app.screen.cache_changed()
        while app.screen.known is before:
            await pilot.pause(_LOOK)
        await pilot.pause()
        longest = time.process_time() - began
        services.reader.end()
    return started * 1_000, shown * 1_000, longest * 1_000
