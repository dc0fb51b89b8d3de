"""A cache of a demo project one of whose coupon campaigns has a million codes more, or as many as are asked for.

A million take 1 GB and a minute or two; `--codes 10000000` takes 11 GB, and 20 GB while it is made.
"""

import asyncio
import os
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from store.api.client import ApiClient, Credentials
from store.cache.database import Identity, bind, connect_writer
from store.clock import ManualClock
from store.sync.engine import SyncEngine
from store.sync.rate_limiter import RateLimiter
from store.sync.request import PAGES_ONLY, SyncRequest
from tests.support.sandboxes import demo_sandbox

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Warsaw")
CAMPAIGN = "Autumn Warm-Up"
PREFIX = "BIG-"
NEWEST = "AUTU-"
"""How the campaign's own codes begin, the newest of them; a list of its codes shows them first."""
_VERSION = 4
_CODES = """
with recursive n(i) as (select 1 union all select i + 1 from n where i < :rows)
insert into vouchers (id, code, campaign, campaign_id, type, active, redeemed_quantity, created_at)
select printf('v_%024x', i), printf('{prefix}%08X', (i * 2654435761) % 4294967296), :name, :campaign,
  'DISCOUNT_VOUCHER', i % 17 > 0, i % 5 = 0,
  strftime('%Y-%m-%dT%H:%M:%S', 1762000000 + i * 29, 'unixepoch') || '.000Z'
from n
"""
_DOCUMENTS = """
insert into vouchers_raw (id, json, source)
select id, json_object('id', id, 'code', code, 'campaign', campaign, 'campaign_id', campaign_id, 'type', type,
  'active', json(iif(active, 'true', 'false')), 'created_at', created_at, 'discount',
  json('{"type":"PERCENT","percent_off":20}'), 'redemption', json_object('quantity', 1, 'redeemed_quantity',
  redeemed_quantity), 'object', 'voucher'), 'api'
from vouchers where code like 'BIG-%'
"""


@dataclass(frozen=True, slots=True)
class BigCache:
    """Where it is, the campaign's id and how many codes the campaign has."""

    path: Path
    campaign_id: str
    codes: int


def big_cache(rows: int) -> BigCache:
    """A cache with so many codes in one campaign; made once and kept in the temporary directory."""
    folder = Path(tempfile.gettempdir()) / "promoscope-bench"
    path = folder / f"codes-{rows}-v{_VERSION}.db"
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        making = path.with_suffix(f".{os.getpid()}")
        _make(making, rows)
        making.rename(path)
    connection = sqlite3.connect(path)
    found = connection.execute(
        "select c.id, (select count(*) from vouchers v where v.campaign_id = c.id) from campaigns c where c.name = ?",
        (CAMPAIGN,),
    ).fetchone()
    connection.close()
    return BigCache(path, *found)


def _make(path: Path, rows: int) -> None:
    connection = connect_writer(path)
    try:
        asyncio.run(_sync(connection))
        (campaign,) = connection.execute("select id from campaigns where name = ?", (CAMPAIGN,)).fetchone()
        # Nothing has to outlive a crash, and an index that is built of rows that are there is read in its order.
        connection.execute("pragma journal_mode = delete")
        connection.execute("pragma synchronous = off")
        connection.execute("begin")
        query = "select name, sql from sqlite_master where type = 'index' and tbl_name = 'vouchers' and sql is not null"
        indexes = connection.execute(f"{query} order by rowid").fetchall()
        for name, _ in indexes:
            connection.execute(f'drop index "{name}"')
        values = {"rows": rows, "name": CAMPAIGN, "campaign": campaign}
        connection.execute(_CODES.replace("{prefix}", PREFIX), values)
        connection.execute(_DOCUMENTS)
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("commit")
        connection.execute("analyze")
    finally:
        connection.close()


async def _sync(connection: sqlite3.Connection) -> None:
    clock = ManualClock(NOW)
    bind(connection, Identity("https://bench.invalid", "bench"))
    respond = demo_sandbox(clock).respond
    credentials = Credentials("https://bench.invalid", "demo", "demo-token")
    async with ApiClient(credentials, clock=clock, gate=RateLimiter(clock), responder=respond) as client:
        engine = SyncEngine(client, connection, zone=ZONE, clock=clock)
        await engine.run(SyncRequest(everything=True, via=PAGES_ONLY))
