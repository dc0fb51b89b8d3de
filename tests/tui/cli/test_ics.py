"""When an event of the iCalendar file begins and ends, worked out by hand for November 2026 in Warsaw."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from store.cache.database import connect_writer
from store.queries.calendar import campaign_calendar
from store.words import DateSpan
from tests.support.records import campaign, put
from tests.support.syncing import NOW
from tui.calendar.ics import icalendar_text

WARSAW = ZoneInfo("Europe/Warsaw")
NOVEMBER = DateSpan(date(2026, 11, 1), date(2026, 11, 30))
TENTH, THIRTEENTH, FIFTH = (f"2026-11-{day:02}T23:00:00.000Z" for day in (9, 12, 4))
"""Midnights of Warsaw, an hour before those of UTC."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writer(tmp_path / "c.db")) as connection:
        yield connection


@pytest.mark.parametrize(
    ("start", "end", "begins", "ends"),
    [
        # Whole days, the last of which is not the event's any more.
        (TENTH, THIRTEENTH, "2026-11-10", "2026-11-13"),
        (TENTH, "2026-11-12T22:59:59.000Z", "2026-11-10", "2026-11-13"),
        (TENTH, None, "2026-11-10", "2026-12-01"),
        (TENTH, "9999-12-31T23:59:59.999Z", "2026-11-10", "2026-12-01"),
        (None, THIRTEENTH, "2026-11-01", "2026-11-13"),
        (None, None, "2026-11-01", "2026-12-01"),
        (TENTH, FIFTH, "2026-11-10", "2026-11-11"),
        # Instants where a side is none of a whole day.
        (TENTH, "2026-11-12T22:59:58.999Z", "2026-11-09T23:00:00", "2026-11-12T22:59:58"),
        ("2026-11-10T08:30:00.000Z", THIRTEENTH, "2026-11-10T08:30:00", "2026-11-12T23:00:00"),
        ("2026-11-10T08:30:00.000Z", None, "2026-11-10T08:30:00", "2026-11-30T23:00:00"),
        (None, "2026-11-12T08:30:00.000Z", "2026-10-31T23:00:00", "2026-11-12T08:30:00"),
        (None, "2026-10-31T23:30:00.000Z", "2026-10-30T23:30:00", "2026-10-31T23:30:00"),
        ("2026-11-10T08:30:00.000Z", "2026-11-05T08:30:00.000Z", "2026-11-10T08:30:00", "2026-11-10T08:30:01"),
    ],
)
def test_when_an_event_begins_and_ends(
    cache: sqlite3.Connection, start: str | None, end: str | None, begins: str, ends: str
) -> None:
    put(cache, "campaigns", campaign(start_date=start, expiration_date=end))
    found = campaign_calendar(cache, NOVEMBER, NOW, WARSAW)
    [event] = icalendar.Calendar.from_ical(icalendar_text(found.campaigns, found, WARSAW, NOW)).walk("VEVENT")
    edges = [event.decoded(name) for name in ("dtstart", "dtend")]
    told = [f"{edge:%Y-%m-%dT%H:%M:%S}" if isinstance(edge, datetime) else edge.isoformat() for edge in edges]
    assert told == [begins, ends]
