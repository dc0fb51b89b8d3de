"""Local days against the clock of the zone, looked at minute by minute, across daylight saving."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.days import WeekStart, day_bounds, edge_instant, instant_text, last_day, local_date, local_day, week_of

ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia",
    )
]  # fmt: skip
# The clock is set forward or back on or near each of these in some zone, at midnight in the last four; Apia had no
# 30 December 2011.
CHANGES = [
    date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
    date(2011, 12, 30), date(2021, 4, 4), date(2020, 9, 27), date(2018, 2, 18), date(2018, 11, 4),
]  # fmt: skip
MIDNIGHT_ZONES = [ZoneInfo(name) for name in ("America/Sao_Paulo", "America/Havana", "Asia/Beirut")]
MINUTE = timedelta(minutes=1)


@cache
def minutes_by_day(zone: ZoneInfo, around: date) -> dict[date, list[datetime]]:
    """Each minute of four days, by the date that the zone's clock shows."""
    at = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=2)
    found: dict[date, list[datetime]] = {}
    for _ in range(4 * 24 * 60):
        found.setdefault(at.astimezone(zone).date(), []).append(at)
        at += MINUTE
    return found


@pytest.mark.parametrize("zone", [*ZONES, *MIDNIGHT_ZONES], ids=str)
def test_a_day_is_the_minutes_at_which_the_clock_shows_it(zone: ZoneInfo) -> None:
    lengths = set()
    for around in CHANGES:
        days = minutes_by_day(zone, around)
        # The first and the last of them are cut.
        for day in sorted(days)[1:-1]:
            begin, end = (edge_instant(text) for text in day_bounds(day.isoformat(), zone))
            assert (begin, end) == (days[day][0], days[day][-1] + MINUTE)
            assert len(days[day]) == (end - begin) // MINUTE
            assert {local_day(instant_text(at), zone) for at in (begin, end - MINUTE)} == {day.isoformat()}
            assert (local_date(instant_text(begin), zone), last_day(instant_text(end), zone)) == (day, day)
            assert last_day(instant_text(end + MINUTE), zone) > day
            lengths.add((end - begin) // MINUTE)
    expected = {"Australia/Lord_Howe": {1410, 1440, 1470}, "Asia/Kolkata": {1440}}
    assert lengths == expected.get(zone.key, {1380, 1440, 1500})


def test_a_day_that_a_zone_left_out_has_no_minutes() -> None:
    apia = ZoneInfo("Pacific/Apia")
    begin, end = day_bounds("2011-12-30", apia)
    assert begin == end == day_bounds("2011-12-29", apia)[1] == day_bounds("2011-12-31", apia)[0]
    assert date(2011, 12, 30) not in minutes_by_day(apia, date(2011, 12, 30))


@given(
    zone=st.sampled_from(ZONES),
    around=st.sampled_from(CHANGES),
    first=st.integers(0, 5_759),
    length=st.integers(1, 2_880),
)
@settings(deadline=None)
def test_first_and_last_day_of_a_stretch_are_those_of_its_first_and_last_minute(
    zone: ZoneInfo, around: date, first: int, length: int
) -> None:
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=2) + MINUTE * first
    end = start + MINUTE * length
    assert local_date(instant_text(start), zone) == start.astimezone(zone).date()
    assert last_day(instant_text(end), zone) == (end - MINUTE).astimezone(zone).date()


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_first_and_the_last_day_there_is(zone: ZoneInfo) -> None:
    begin, end = day_bounds("0001-01-01", zone)
    assert begin == "0001-01-01T00:00:00.000Z" or local_date(begin, zone) == date.min
    assert begin < end == day_bounds("0001-01-02", zone)[0]
    begin, end = day_bounds("9999-12-31", zone)
    assert begin == day_bounds("9999-12-30", zone)[1]
    assert begin < "9999-12-31T23:59:59.999Z" < end
    assert edge_instant(end) == datetime.max.replace(tzinfo=UTC)


@given(day=st.dates(), start=st.sampled_from(list(WeekStart)))
def test_a_week_begins_on_its_first_weekday(day: date, start: WeekStart) -> None:
    first = day
    while first.strftime("%A").upper() != start.name and first > date.min:
        first -= timedelta(days=1)
    assert week_of(day, start) == first
