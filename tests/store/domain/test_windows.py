"""Windows of recurring validity against the answer for single instants, across daylight saving."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.validity import opening
from store.domain.windows import MOST_WINDOWS, is_recurring, windows_between

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo",
        "Pacific/Apia", "America/St_Johns",
    )
]  # fmt: skip
TIMES = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
DAYS = st.lists(st.integers(0, 6), max_size=4)
HOURS = st.lists(
    st.fixed_dictionaries({"days_of_week": DAYS, "start_time": TIMES, "expiration_time": TIMES}), max_size=3
)
FRAMES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "interval": st.sampled_from(["P1D", "P7D", "P1M", "PT36H", "PT90M"]),
            "duration": st.sampled_from(["PT1H", "P1D", "P2D", "PT25H"]),
        }
    ),
)
DOCUMENTS = st.builds(
    lambda days, hours, frame: {
        "start_date": "2011-09-03T07:30:00Z",
        "validity_day_of_week": days,
        "validity_hours": {"daily": hours},
        "validity_timeframe": frame,
    },
    DAYS, HOURS, FRAMES,
)  # fmt: skip
# Around clock changes of these zones, and the day that Apia left out.
STARTS = st.sampled_from(
    [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 4, 3, 5, tzinfo=UTC),
     datetime(2026, 10, 31, tzinfo=UTC), datetime(2018, 11, 3, tzinfo=UTC), datetime(2018, 2, 17, tzinfo=UTC),
     datetime(2011, 12, 29, tzinfo=UTC)]
)  # fmt: skip


@given(document=DOCUMENTS, start=STARTS, zone=st.sampled_from(ZONES), length=st.integers(1, 4 * 24))
def test_an_instant_is_in_a_window_exactly_when_it_is_open(
    document: dict[str, Any], start: datetime, zone: ZoneInfo, length: int
) -> None:
    end = start + timedelta(hours=length)
    windows = windows_between(document, start, end, zone)
    assert windows.complete
    assert all(one[1] < other[0] for one, other in zip(windows.found, windows.found[1:], strict=False))
    at = start
    while at < end:
        inside = any(opens <= at < closes for opens, closes in windows.found)
        assert inside == (opening(document, at, zone).open is not False), at
        at += timedelta(minutes=15)


NIGHT = {"daily": [{"days_of_week": [5], "start_time": "22:00", "expiration_time": "02:00"}]}
WEEKLY = {"start_date": "2026-11-02T10:00:00Z", "validity_timeframe": {"interval": "P7D", "duration": "P2D"}}
OVERLAPPING = {"start_date": "2026-11-02T10:00:00Z", "validity_timeframe": {"interval": "P1D", "duration": "P2D"}}


def daily(*hours: tuple[str, str]) -> dict[str, Any]:
    return {"validity_hours": {"daily": [{"start_time": start, "expiration_time": end} for start, end in hours]}}


@pytest.mark.parametrize(
    ("document", "start", "end", "expected"),
    [
        # A Monday and a Tuesday are one window of two days.
        ({"validity_day_of_week": [1, 2]}, "11-22T00:00", "11-26T00:00", [("11-22T23:00", "11-24T23:00")]),
        ({"validity_hours": NIGHT}, "11-20T00:00", "11-22T00:00", [("11-20T21:00", "11-21T01:00")]),
        (daily(("08:00", "10:00"), ("10:00", "12:00")), "11-20T00:00", "11-21T00:00", [("11-20T07:00", "11-20T11:00")]),
        (daily(("08:00", "11:00"), ("09:00", "10:00")), "11-20T00:00", "11-21T00:00", [("11-20T07:00", "11-20T10:00")]),
        (daily(("08:00", "09:00"), ("09:01", "10:00")), "11-20T00:00", "11-21T00:00",
         [("11-20T07:00", "11-20T08:00"), ("11-20T08:01", "11-20T09:00")]),
        (daily(("22:00", "0:00")), "11-20T00:00", "11-21T00:00", [("11-20T21:00", "11-20T23:00")]),
        # The clock is set back from 03:00 to 02:00 and shows 02:15 twice; in spring it never does.
        (daily(("02:15", "02:45")), "10-24T22:00", "10-25T23:00",
         [("10-25T00:15", "10-25T00:45"), ("10-25T01:15", "10-25T01:45")]),
        (daily(("02:15", "02:45")), "03-28T23:00", "03-29T22:00", []),
        (daily(("01:30", "03:30")), "03-28T23:00", "03-29T22:00", [("03-29T00:30", "03-29T01:30")]),
        (WEEKLY, "11-09T12:00", "11-17T00:00", [("11-09T12:00", "11-11T10:00"), ("11-16T10:00", "11-17T00:00")]),
        (WEEKLY, "10-01T00:00", "11-03T00:00", [("11-02T10:00", "11-03T00:00")]),
        (WEEKLY, "11-11T10:00", "11-16T10:00", []),
        (OVERLAPPING, "10-01T00:00", "11-20T00:00", [("11-02T10:00", "11-20T00:00")]),
        (OVERLAPPING, "10-01T00:00", "11-02T10:00", []),
        ({**WEEKLY, "validity_day_of_week": [2]}, "11-09T00:00", "11-12T00:00", [("11-09T23:00", "11-10T23:00")]),
        ({}, "11-20T00:00", "11-20T00:00", []),
    ],
)  # fmt: skip
def test_windows_of_warsaw(document: dict[str, Any], start: str, end: str, expected: list[tuple[str, str]]) -> None:
    first, last = (datetime.fromisoformat(f"2026-{text}+00:00") for text in (start, end))
    found = windows_between(document, first, last, ZoneInfo("Europe/Warsaw"))
    assert [(f"{opens:%m-%dT%H:%M}", f"{closes:%m-%dT%H:%M}") for opens, closes in found.found] == expected
    assert found.complete


@pytest.mark.parametrize(
    ("document", "recurring"),
    [
        ({"validity_hours": {"daily": []}, "validity_day_of_week": [], "validity_timeframe": None}, False),
        ({"validity_timeframe": {"interval": None, "duration": None}}, False),
        ({"validity_day_of_week": [0]}, True),
        (daily(("08:00", "10:00")), True),
        ({"validity_timeframe": {"interval": "P7D"}}, True),
        ({"validity_timeframe": {"duration": "P2D"}}, True),
    ],
)
def test_what_limits_when_a_campaign_admits(document: dict[str, Any], recurring: bool) -> None:
    assert is_recurring(document) is recurring


def test_what_is_not_understood_narrows_nothing() -> None:
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
    for document in (
        {},
        {"validity_hours": {"daily": [{"start_time": "soon"}]}},
        {"validity_timeframe": {"interval": "P1D"}},
        {"validity_timeframe": {"interval": "P0D", "duration": "P1D"}, "start_date": "2026-01-01T00:00:00Z"},
        {"validity_day_of_week": "monday"},
    ):
        assert windows_between(document, start, end, ZoneInfo("UTC")).found == ((start, end),)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_first_and_the_last_year_there_are(zone: ZoneInfo) -> None:
    every = {
        "validity_day_of_week": [1, 2],
        "validity_hours": {"daily": [{"start_time": "22:00", "expiration_time": "06:00"}]},
    }
    for start, end in (
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 20, tzinfo=UTC)),
        (datetime(9999, 12, 10, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ):
        found = windows_between(every, start, end, zone).found
        assert found
        assert all(start <= opens < closes <= end for opens, closes in found)


def test_there_is_an_end_to_what_is_worked_out() -> None:
    start, end = datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    seconds = {"validity_timeframe": {"interval": "PT2S", "duration": "PT1S"}, "start_date": "0001-01-01T00:00:00Z"}
    some = windows_between(seconds, start, end, ZoneInfo("UTC"))
    assert (len(some.found), some.complete) == (MOST_WINDOWS, False)
    never = {
        "validity_day_of_week": [0],
        "validity_hours": {"daily": [{"days_of_week": [1], "start_time": "08:00", "expiration_time": "09:00"}]},
    }
    assert windows_between(never, start, end, ZoneInfo("UTC")).found == ()
    assert not windows_between(never, start, end, ZoneInfo("UTC")).complete
