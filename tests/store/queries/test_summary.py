"""A campaign's figures for a range of days: what is told of lists that were read too early, or not whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import PROJECT, Ledger, SyncCheckpoint
from store.models import Unit
from store.queries.campaigns import get_campaign
from store.queries.summary import campaign_figures, figure_troubles, summary_metrics
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole
from tests.support.syncing import NOW

NOON = "2026-11-19T12:00:00.000Z"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writer(tmp_path / "c.db")) as connection:
        yield connection


@pytest.mark.parametrize(
    ("day", "zone", "added"),
    [
        (18, "UTC", 0),
        (19, "UTC", 0),
        (20, "UTC", None),
        (20, "Pacific/Auckland", 0),  # noon is one o'clock in the morning of the 20th there
        (19, "America/New_York", 0),
    ],
)
def test_nothing_found_is_no_zero_on_days_after_the_reading(
    cache: sqlite3.Connection, day: int, zone: str, added: int | None
) -> None:
    put(cache, "campaigns", campaign(kind="GIFT_VOUCHERS"))
    read_whole(cache, "transactions", at=NOON)
    row = get_campaign(cache, "camp_1", NOW, ZoneInfo(zone))
    assert row is not None
    span = DateSpan(date(2026, 11, day), date(2026, 11, 25))
    assert campaign_figures(cache, row, span, ZoneInfo(zone))["amount_added"].value == added


OF_NOON = "figures are of 19 Nov 2026 12:00 UTC"
LONG = "These keys may not read this (403). Ask for others."


@pytest.mark.parametrize(
    ("state", "troubles"),
    [
        (SyncCheckpoint("vouchers", PROJECT, "complete", NOON, NOON), ()),
        # What is said in a few words stands beside the figures already.
        (SyncCheckpoint("vouchers", PROJECT, "partial", NOON, reason="cut short"), ()),
        (SyncCheckpoint("vouchers", PROJECT, "failed", NOON, reason=LONG), (LONG,)),
        (
            SyncCheckpoint(
                "vouchers", PROJECT, "complete", NOON, NOON, attempt_state="failed",
                attempted_at="2026-11-20T08:00:00.000Z", attempt_reason="It was lost.",
            ),
            (f"vouchers: not read again at 20 Nov 2026 08:00 UTC (It was lost); {OF_NOON}. It was lost.",),
        ),
    ],
)  # fmt: skip
def test_troubles_are_told_in_whole_sentences(
    cache: sqlite3.Connection, state: SyncCheckpoint, troubles: tuple[str, ...]
) -> None:
    put(cache, "campaigns", campaign())
    Ledger(cache).write_state(state)
    assert figure_troubles(cache, "camp_1") == troubles


@pytest.mark.parametrize(
    ("kind", "codes", "discounts"),
    [
        ("DISCOUNT_COUPONS", True, True),
        ("PROMOTION", False, True),
        ("GIFT_VOUCHERS", True, False),
        ("LOYALTY_PROGRAM", True, False),
        ("SOMETHING_NEW", True, True),
    ],
)
def test_a_type_has_its_own_figures(kind: str, codes: bool, discounts: bool) -> None:
    metrics = summary_metrics(kind)
    assert ("vouchers_created" in metrics, "discounted_amount" in metrics) == (codes, discounts)
    assert (metrics["redemptions_succeeded"], metrics["orders_amount"]) == (Unit.COUNT, Unit.MINOR)
