"""The campaign list: totals from the source that knows most, and what a document says, however odd it is."""

import sqlite3

import msgspec
import pytest

from store.domain.discount import campaign_value_text, has_tiers
from store.domain.status import derive_status
from store.models import Source
from store.queries.campaigns import list_campaigns
from tests.support.records import campaign, put
from tests.support.syncing import NOW, ZONE

DISCOUNT = {"discount": {"type": "PERCENT", "percent_off": 10.0, "effect": "APPLY_TO_ORDER"}}
DOCUMENTS: tuple[object, ...] = (
    {"voucher": DISCOUNT, "active": False, "start_date": "2026-01-01T00:00:00Z", "other": {"deep": [1, {"a": "b"}]}},
    {"voucher": DISCOUNT, "validity_day_of_week": [9], "validity_hours": {"daily": [{"start_time": "x"}]}},
    {"validity_timeframe": {"interval": "P1D", "duration": "PT1H"}, "start_date": "2026-01-01T00:00:00Z"},
    {"promotion": None},
    {"promotion": {"tiers": [{"hierarchy": 1, "action": DISCOUNT}]}, "creation_status": "DRAFT"},
    {"promotion": {"tiers": []}, "voucher": {}, "vouchers_generation_status": "FAILED"},
    {"expiration_date": "soon", "voucher": ["odd"], "active": "false"},
    {"expiration_date": "2026-03-01T00:00:00Z", "active": True},
    [], 7, None,
)  # fmt: skip
TEXTS = (*(msgspec.json.encode(one).decode() for one in DOCUMENTS), "", "{", '{"name": "\\ud83d", "active": false}')


@pytest.mark.parametrize("text", TEXTS)
def test_what_a_list_reads_of_a_document_is_what_the_whole_says(cache: sqlite3.Connection, text: str) -> None:
    put(cache, "campaigns", campaign(vouchers_count=3))
    cache.execute("update campaigns_raw set json = ?", (text,))
    (row,) = list_campaigns(cache, NOW, ZONE, "EUR")
    assert row.status == derive_status(row.document, NOW, ZONE)
    assert row.value_text == campaign_value_text(row.document, "EUR")
    assert row.vouchers_count == (None if has_tiers(row.document) else 3)


def test_a_document_is_told_as_it_was_received(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(voucher=DISCOUNT, metadata={"team": 7}))
    (row,) = list_campaigns(cache, NOW, ZONE)
    assert row.document == campaign(voucher=DISCOUNT, metadata={"team": 7})
    assert row.value_text == "10 % off order"


def test_totals_come_from_the_summary_else_from_whatever_rows_there_are(cache: sqlite3.Connection) -> None:
    for name in ("both", "rows", "refunds", "none"):
        put(cache, "campaigns", campaign(name))
    until = "2026-11-01T00:00:00.000Z"
    cache.executemany(
        "insert into campaign_totals (campaign_id, metric, source, value, until) values (?, ?, ?, ?, ?)",
        [
            ("both", "redemptions_succeeded", "summary", 30, until),
            ("both", "redemptions_failed", "summary", 10, until),
            ("both", "validations", "summary", 99, until),
            ("both", "redemptions_succeeded", "rows", 4, None),
            ("rows", "redemptions_succeeded", "rows", 6, None),
            ("rows", "redemptions_failed", "rows", 2, None),
            ("refunds", "rollbacks_succeeded", "rows", 1, None),
        ],
    )
    found = {row.id: row for row in list_campaigns(cache, NOW, ZONE)}
    assert {name: (row.source, row.redemptions, row.success_permille) for name, row in found.items()} == {
        "both": (Source.SUMMARY, 30, 750),
        "rows": (Source.ROWS, 6, 750),
        "refunds": (Source.ROWS, None, None),
        "none": (Source.NONE, None, None),
    }
    assert (found["both"].as_of, found["both"].complete, found["both"].publications) == (until, True, None)
