from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.timeline.grid import Grid
from widgets.timeline.instants import DAY, HOUR, instant_of, to_datetime, to_instant, wall_of

SIX = (
    "Europe/Warsaw", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def first_minute_of(day: date, zone: ZoneInfo) -> datetime:
    """By walking from minute to minute until the clock of the zone shows the day: nothing of ours is asked."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while moment.astimezone(zone).date() < day:
        moment += MINUTE
    return moment


def changes_of_clocks(zone: ZoneInfo, year: int) -> list[date]:
    """Days on which the offset is not what it was the day before."""
    days = [date(year, 1, 1) + timedelta(days=index) for index in range(366)]
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days]
    return [days[index] for index in range(1, 366) if noons[index] != noons[index - 1]]


@pytest.mark.parametrize("name", SIX)
@pytest.mark.parametrize("year", [2017, 2018, 2026])
def test_midnights_around_every_change_of_clocks(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    grid = Grid(zone)
    turning = changes_of_clocks(zone, year) or [date(year, 6, 1)]
    for turn in turning:
        for shift in (-1, 0, 1, 2):
            day = turn + timedelta(days=shift)
            assert to_datetime(grid.midnight(day)) == first_minute_of(day, zone), day


def test_lengths_of_days() -> None:
    def length(zone: str, day: date) -> float:
        grid = Grid(ZoneInfo(zone))
        return (grid.midnight(day + timedelta(days=1)) - grid.midnight(day)) / HOUR

    assert length("Europe/Warsaw", date(2026, 3, 29)) == 23
    assert length("Europe/Warsaw", date(2026, 10, 25)) == 25
    assert length("Australia/Lord_Howe", date(2026, 4, 5)) == 24.5
    assert length("Australia/Lord_Howe", date(2026, 10, 4)) == 23.5
    assert length("America/Sao_Paulo", date(2018, 11, 4)) == 23, "it began at one o'clock"
    assert length("America/Sao_Paulo", date(2018, 2, 17)) == 25
    assert length("Pacific/Apia", date(2011, 12, 30)) == 0, "Samoa had no such day"


def test_a_gap_over_midnight_begins_the_day_when_it_ends() -> None:
    """In 1919 Toronto's clocks went from 23:30 to 00:30."""
    zone = ZoneInfo("America/Toronto")
    start = to_datetime(Grid(zone).midnight(date(1919, 3, 31)), zone)
    assert (start.date(), start.hour, start.minute) == (date(1919, 3, 31), 0, 30)


@given(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)),
    st.sampled_from([*SIX, "Pacific/Apia", "America/St_Johns"]),
)
def test_an_instant_goes_to_the_wall_and_back(naive: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    moment = naive.replace(tzinfo=UTC)
    instant = to_instant(moment)
    assert to_datetime(instant) == moment
    # Times that come twice are unequal to any of another zone, so both are compared by one clock.
    assert to_datetime(instant, zone).astimezone(UTC) == moment
    assert to_datetime(instant, zone).utcoffset() == moment.astimezone(zone).utcoffset()
    wall = wall_of(instant, zone)
    again = instant_of(wall, zone)
    assert again <= instant, "the first of them where the wall shows a time twice"
    assert wall_of(again, zone) == wall


@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=2000), st.sampled_from(SIX))
def test_walls_never_run_backwards(minutes: int, later: int, name: str) -> None:
    zone = ZoneInfo(name)
    wall = minutes * 60_000_000
    assert instant_of(wall, zone) <= instant_of(wall + later * 60_000_000, zone)


@pytest.mark.parametrize("name", [*SIX, "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_calendar(name: str) -> None:
    zone = ZoneInfo(name)
    for moment in (
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=zone),
    ):
        instant = to_instant(moment)
        assert to_datetime(instant, zone).year in {1, 9999}
        assert wall_of(instant_of(instant, zone), zone) == instant
    grid = Grid(zone)
    assert grid.midnight(date(9999, 12, 31)) - grid.midnight(date(9999, 12, 30)) == DAY


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_instant(datetime(2026, 1, 1))


def test_zones_without_a_name_work() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    assert to_datetime(Grid(zone).midnight(date(2026, 1, 2))) == datetime(2026, 1, 1, 18, 15, tzinfo=UTC)
