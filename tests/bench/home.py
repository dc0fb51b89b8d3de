"""Home over a million redemptions: the question of each window, and the screen from its key to all panels."""

import asyncio
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
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
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, ZONE, big_cache
from tests.support.app_host import settle
from tui.home.screen import HomeScreen
from tui.kit.services import AppServices
from tui.shell.app import PromoscopeApp

TIMES = 5
REDEMPTIONS = 1_000_000
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
    """Against the campaign list's question and its screen, over the same cache."""
    path = redemptions_cache(REDEMPTIONS)
    with closing(sqlite3.connect(path)) as connection:
        held = connection.execute("select count(*) from redemptions").fetchone()[0]
    group = f"home over {held:,} redemptions"
    with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
        listed = median(lambda: milliseconds(lambda: reader.ask(list_campaigns, NOW, ZONE)), TIMES)
        base = Figure(group, "the campaign list's question", listed, "ms")
        yield base
        for window in WINDOWS:
            taken = median(lambda one=window: milliseconds(lambda: reader.ask(home, one, NOW, ZONE, "EUR")), TIMES)  # type: ignore[misc]
            yield Figure(group, f"home's question, last {window.words}", taken, "ms").over(base)
    keys, longest = zip(*(asyncio.run(_keys(path)) for _ in range(TIMES)), strict=True)
    screen = Figure(group, "campaign list: key to its rows", statistics.median(one[0] for one in keys), "ms")
    yield screen
    yield Figure(group, "home: key to all panels", statistics.median(one[1] for one in keys), "ms").over(screen)
    yield Figure(group, "home: key to all panels, 12 months", statistics.median(longest), "ms").over(screen)


async def _keys(path: Path) -> tuple[tuple[float, float], float]:
    """Elapsed milliseconds at 160x45: home by its key, the list again by its own, and home with another window."""
    settings = Settings("bench", "https://bench.invalid", "bench", path, ZONE, "EUR", False)
    services = AppServices(settings, Reader(path, ZONE, ManualClock(NOW)), clock=ManualClock(NOW))
    app = PromoscopeApp(services)
    began = time.perf_counter()
    async with app.run_test(size=(160, 45)) as pilot:
        while not getattr(app.screen, "current", None):
            await pilot.pause()
        listed = time.perf_counter() - began
        await settle(pilot)
        began = time.perf_counter()
        await pilot.press("0")
        while not (isinstance(app.screen, HomeScreen) and app.screen.known):
            await pilot.pause()
        shown = time.perf_counter() - began
        await settle(pilot)
        before = app.screen.known
        began = time.perf_counter()
        await pilot.press("d", *"12 months", "enter")
        while getattr(app.screen, "known", before) is before:
            await pilot.pause()
        longest = time.perf_counter() - began
        services.reader.end()
    return (listed * 1_000, shown * 1_000), longest * 1_000
