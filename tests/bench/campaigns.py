"""A cache of many campaigns over five years, with rules and days of redemptions, and no codes."""

import os
import sqlite3
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from store.cache.database import ZONE_KEY, Identity, bind, connect_writer, transaction, write_meta
from store.days import instant_text
from tests.bench.million import NOW, ZONE
from tests.support.records import campaign, put, read_whole

_VERSION = 1
_TYPES = (
    "DISCOUNT_COUPONS", "GIFT_VOUCHERS", "PROMOTION", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "LUCKY_DRAW",
)  # fmt: skip
_LISTS = (
    "campaigns", "promotion_tiers", "redemptions", "validation_rules", "validation_rules_assignments", "segments",
)  # fmt: skip
_RECURRING: tuple[dict[str, Any], ...] = (
    {"validity_day_of_week": [1, 2, 3, 4, 5]},
    {"validity_hours": {"daily": [{"days_of_week": [5, 6], "start_time": "16:00", "expiration_time": "20:30"}]}},
    {"validity_timeframe": {"interval": "P1M", "duration": "P7D"}},
)
FIRST, DAYS = datetime(2024, 1, 1, tzinfo=ZONE), 5 * 365
RULES = 300


def campaigns_cache(count: int) -> Path:
    """Where it is; made once and kept in the temporary directory."""
    folder = Path(tempfile.gettempdir()) / "promoscope-bench"
    path = folder / f"campaigns-{count}-v{_VERSION}.db"
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        making = path.with_suffix(f".{os.getpid()}")
        _make(making, count)
        making.rename(path)
    return path


def _make(path: Path, count: int) -> None:
    random = Random(7)
    connection = connect_writer(path)
    try:
        bind(connection, Identity("https://bench.invalid", "bench"))
        documents = [_campaign(number, random) for number in range(count)]
        put(connection, "campaigns", *documents)
        put(connection, "validation_rules", *map(_rule, range(RULES)))
        assigned = random.sample(documents, count // 2)
        put(connection, "validation_rules_assignments", *(_assignment(one, random) for one in assigned))
        with transaction(connection):
            for document in documents:
                _days(connection, document, random)
        read_whole(connection, *_LISTS, at=instant_text(NOW))
        write_meta(connection, ZONE_KEY, str(ZONE))
        connection.execute("analyze")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma journal_mode = delete")
    finally:
        connection.close()


def _campaign(number: int, random: Random) -> dict[str, Any]:
    """Most run for weeks, some for good; one in seven recurs."""
    start = FIRST + timedelta(days=random.randrange(DAYS), hours=random.choice((0, 0, 9)))
    end = start + timedelta(days=random.randrange(5, 90))
    recurring = random.choice(_RECURRING) if number % 7 == 0 else {}
    return campaign(
        f"camp_{number:04d}", f"Campaign {number}", random.choice(_TYPES), active=number % 20 > 0,
        creation_status="DONE", vouchers_generation_status="DONE", start_date=instant_text(start),
        expiration_date=None if number % 25 == 0 else instant_text(end),
        categories=[{"name": f"Category {random.randrange(12)}"}], **recurring,
    )  # fmt: skip


def _rule(number: int) -> dict[str, Any]:
    products = [{"object": "product", "id": f"prod_{(number * step) % 40}"} for step in (1, 3)]
    return {"id": f"val_{number}", "name": f"Rule {number}", "rules": {}, "applicable_to": {"included": products}}


def _assignment(document: dict[str, Any], random: Random) -> dict[str, Any]:
    return {
        "id": f"asgm_{document['id']}", "rule_id": f"val_{random.randrange(RULES)}",
        "related_object_id": document["id"], "related_object_type": "campaign",
    }  # fmt: skip


def _days(connection: sqlite3.Connection, document: dict[str, Any], random: Random) -> None:
    begin = date.fromisoformat(document["start_date"][:10])
    rows = [
        (document["id"], (begin + timedelta(days=day)).isoformat(), metric, random.randrange(1, 400))
        for day in range(60)
        for metric in ("redemptions_succeeded", "redemptions_failed")
    ]
    connection.executemany(
        "insert into daily (campaign_id, day, metric, source, value) values (?, ?, ?, 'rows', ?)", rows
    )
