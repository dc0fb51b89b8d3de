"""Dates at the ends of the calendar and dates that are none: nothing crashes, nothing is silent, nothing is guessed."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlite_utils

from store.cache.database import connect_writer
from store.cache.schema import m007_dates_as_received
from store.days import last_day, local_date, local_time
from store.queries.campaigns import get_campaign, list_campaigns
from store.queries.series import campaign_span, daily_series
from store.times import date_text
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole
from tests.support.syncing import NOW, ZONE
from tui.campaigns.rows import campaign_row, dates_words

WARSAW, NEW_YORK, TOKYO = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
ODD = ["2026-02-30T00:00:00Z", "2026-11-05T23:59:60Z", "2026-11-05T24:00:00Z", "+010000-01-01T00:00:00Z"]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("2026-12-01T00:00:00+01:00", "2026-11-30T23:00:00.000Z"),
        *((odd, f"{odd} (not a date)") for odd in ODD),
        (20261201, "20261201 (not a date)"),
    ],
)
def test_a_date_is_an_instant_or_the_text_as_received(received: object, kept: str | None) -> None:
    assert date_text(received) == kept


@pytest.mark.parametrize(
    ("instant", "zone", "first", "last"),
    [
        ("2026-11-30T23:00:00.000Z", WARSAW, date(2026, 12, 1), date(2026, 11, 30)),
        ("2026-11-30T23:00:00.001Z", WARSAW, date(2026, 12, 1), date(2026, 12, 1)),
        ("2026-11-30T22:59:59.999Z", WARSAW, date(2026, 11, 30), date(2026, 11, 30)),
        ("2026-12-01T00:00:00.000Z", UTC, date(2026, 12, 1), date(2026, 11, 30)),
        ("2026-12-01T00:00:00.000Z", NEW_YORK, date(2026, 11, 30), date(2026, 11, 30)),
        ("9999-12-31T23:59:59.999Z", TOKYO, date(9999, 12, 31), date(9999, 12, 31)),
        ("0001-01-01T00:00:00.000Z", NEW_YORK, date(1, 1, 1), date(1, 1, 1)),
        ("0001-01-01T00:00:00.000Z", UTC, date(1, 1, 1), date(1, 1, 1)),
    ],
)
def test_first_and_last_days(instant: str, zone: ZoneInfo, first: date, last: date) -> None:
    assert local_date(instant, zone) == first
    assert last_day(instant, zone) == last


def test_at_the_ends_of_the_calendar_the_clock_stays_in_utc() -> None:
    end = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert local_time(end, TOKYO) == end
    assert local_time(end, NEW_YORK).hour == 18


@pytest.mark.parametrize("odd", ODD)
def test_a_campaign_whose_end_cannot_be_read_is_not_open_ended(cache: sqlite3.Connection, odd: str) -> None:
    put(cache, "campaigns", campaign(expiration_date=odd))
    [found] = list_campaigns(cache, NOW, ZONE)
    assert found.status.kind == "unknown"
    assert dates_words(found, ZONE) == f"always – {odd} (not a date)"
    shown = [str(getattr(cell, "text", cell)) for cell in campaign_row(found, ZONE, NOW).cells]
    assert f"{odd} (not a date)" in shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("soon", "soon (not a date)"), (5, "5 (not a date)"), (b"x", "an object (not a date)"),
        ("2026-13-45T00:00:00.000Z", "2026-13-45T00:00:00.000Z (not a date)"), ("", ""), ("2026-12-01", "1 Dec"),
    ],
)  # fmt: skip
def test_what_another_program_put_into_a_column_of_dates_is_told(
    cache: sqlite3.Connection, stored: object, shown: str
) -> None:
    put(cache, "campaigns", campaign())
    cache.execute("update campaigns set start_date = ?", (stored,))
    [found] = list_campaigns(cache, NOW, ZONE)
    assert shown in [str(getattr(cell, "text", cell)) for cell in campaign_row(found, ZONE, NOW).cells]


@pytest.mark.parametrize("zone", [TOKYO, NEW_YORK, WARSAW])
def test_the_whole_calendar_is_a_life_without_end(cache: sqlite3.Connection, zone: ZoneInfo) -> None:
    whole = {"start_date": "0001-01-01T00:00:00Z", "expiration_date": "9999-12-31T23:59:59Z"}
    put(cache, "campaigns", campaign(**whole, created_at="0001-01-01T00:00:00Z"))
    found = get_campaign(cache, "camp_1", NOW, zone)
    assert found is not None
    assert (found.status.kind, found.status.hint) == ("active", "")
    assert campaign_row(found, zone, NOW).id == "camp_1"
    assert dates_words(found, zone) == "from 1 Jan 1"


def test_an_end_at_local_midnight_is_the_day_before(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(start_date="2026-08-31T22:00:00Z", expiration_date="2026-11-30T23:00:00Z"))
    found = get_campaign(cache, "camp_1", NOW, ZONE)
    assert found is not None
    assert dates_words(found, ZONE) == "1 Sep – 30 Nov 2026"


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [
        ([], date(2026, 1, 10), date(2026, 11, 23)),
        (["2026-03-01"], date(2026, 1, 10), date(2026, 11, 23)),
        (["2025-12-31"], date(2025, 12, 31), date(2026, 11, 23)),
        (["2026-11-24"], date(2026, 1, 10), date(2026, 11, 24)),
        (["0001-01-01", "9999-12-31"], date(2015, 1, 1), date(2027, 11, 24)),
    ],
)
def test_the_span_of_a_campaigns_life(cache: sqlite3.Connection, days: list[str], start: date, end: date) -> None:
    """Codes made before the campaign belong to it; days no campaign can have had do not stretch it."""
    put(cache, "campaigns", campaign(start_date="2026-06-01T00:00:00Z"))
    codes = [{"id": f"v_{day}", "campaign_id": "camp_1", "created_at": f"{day}T12:00:00Z"} for day in days]
    put(cache, "vouchers", *codes)
    today = date(2026, 11, 23)
    assert campaign_span(cache, "camp_1", today, ZONE) == DateSpan(start, end)


@pytest.mark.parametrize("instant", ["9999-12-31T23:30:00Z", "0001-01-01T00:30:00Z"])
def test_codes_at_the_ends_of_the_calendar_are_counted(cache: sqlite3.Connection, instant: str) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "vouchers", {"id": "v_1", "campaign_id": "camp_1", "created_at": instant})
    read_whole(cache, "vouchers")
    day = date.fromisoformat(instant[:10])
    found = daily_series(cache, "camp_1", ["vouchers_created"], DateSpan(day, day))["vouchers_created"]
    assert found.values == (1,)


def test_dates_an_older_cache_left_out_are_brought_back(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(expiration_date=ODD[0]), campaign("camp_2", expiration_date=None))
    put(cache, "vouchers", {"id": "v_1", "campaign_id": "camp_1", "start_date": ODD[1], "expiration_date": ""})
    cache.execute("update campaigns set expiration_date = null")
    cache.execute("update vouchers set start_date = null")
    m007_dates_as_received(sqlite_utils.Database(cache))
    ends = cache.execute("select expiration_date from campaigns order by id").fetchall()
    assert ends == [(f"{ODD[0]} (not a date)",), (None,)]
    assert cache.execute("select start_date, expiration_date from vouchers").fetchone() == (
        f"{ODD[1]} (not a date)", None,
    )  # fmt: skip
