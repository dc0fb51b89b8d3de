"""A cache of a demo project one of whose coupon campaigns has a million codes more, or as many as are asked for.

A million take 1 GB and a minute or two; `--codes 10000000` takes 9 GB. Codes are written part by part, in bounded
memory.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from store.api.client import ApiClient, Credentials
from store.cache.database import Identity, bind, connect_writer, remove_beside, transaction
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
"""Of what is made up here; a cache whose schema is older is migrated."""
_PART = 250_000
"""Codes that are written in one transaction."""
_CODES = """
with recursive n(i) as (select :first union all select i + 1 from n where i < :last)
insert into vouchers (id, code, campaign, campaign_id, type, active, redeemed_quantity, created_at)
select printf('v_%024x', i), printf('{prefix}%08X', (i * 2654435761) % 4294967296), :name, :campaign,
  'DISCOUNT_VOUCHER', i % 17 > 0, i % 5 = 0,
  strftime('%Y-%m-%dT%H:%M:%S', 1762000000 + i * 29000000 / :rows, 'unixepoch') || '.000Z'
from n
"""
_DOCUMENTS = """
insert into vouchers_raw (id, json, source)
select id, json_object('id', id, 'code', code, 'campaign', campaign, 'campaign_id', campaign_id, 'type', type,
  'active', json(iif(active, 'true', 'false')), 'created_at', created_at, 'discount',
  json('{"type":"PERCENT","percent_off":20}'), 'redemption', json_object('quantity', 1, 'redeemed_quantity',
  redeemed_quantity), 'object', 'voucher'), 'api'
from vouchers where rowid > :before
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
        try:
            _make(making, rows)
            making.rename(path)
        finally:
            making.unlink(missing_ok=True)
            remove_beside(making)
    connection = connect_writer(path)
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
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        query = "select name, sql from sqlite_master where type = 'index' and tbl_name = 'vouchers' and sql is not null"
        indexes = connection.execute(f"{query} order by rowid").fetchall()
        for name, _ in indexes:
            connection.execute(f'drop index "{name}"')
        for before in range(0, rows, _PART):
            last = min(before + _PART, rows)
            _write(
                connection, {"first": before + 1, "last": last, "rows": rows, "name": CAMPAIGN, "campaign": campaign}
            )
            _say(f"{last:,} of {rows:,} codes")
        for name, statement in indexes:
            connection.execute(statement)
            _say(f"index {name}")
        connection.execute("pragma analysis_limit = 0")
        connection.execute("analyze")
        connection.execute("pragma journal_mode = wal")
    finally:
        connection.close()


def _write(connection: sqlite3.Connection, values: dict[str, object]) -> None:
    (newest,) = connection.execute("select max(rowid) from vouchers").fetchone()
    with transaction(connection):
        connection.execute(_CODES.replace("{prefix}", PREFIX), values)
        connection.execute(_DOCUMENTS, {"before": newest})


def _say(what: str) -> None:
    print(f"making the cache: {what}", file=sys.stderr, flush=True)


async def _sync(connection: sqlite3.Connection) -> None:
    clock = ManualClock(NOW)
    bind(connection, Identity("https://bench.invalid", "bench"))
    respond = demo_sandbox(clock).respond
    credentials = Credentials("https://bench.invalid", "demo", "demo-token")
    async with ApiClient(credentials, clock=clock, gate=RateLimiter(clock), responder=respond) as client:
        engine = SyncEngine(client, connection, zone=ZONE, clock=clock)
        await engine.run(SyncRequest(everything=True, via=PAGES_ONLY))
