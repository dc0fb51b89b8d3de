from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.durations import Duration, duration_text, parse_duration
from store.domain.validity import hours_text, opening, timeframe_text, validity_text, weekdays_text
from tests.support.json_values import JSON, shaped

WARSAW = ZoneInfo("Europe/Warsaw")

DURATIONS = [
    ("P7D", Duration(days=7), "7 d"),
    ("P2W", Duration(days=14), "14 d"),
    ("P1M", Duration(months=1), "1 month"),
    ("P1Y2M", Duration(months=14), "1 year 2 months"),
    ("PT90M", Duration(seconds=5400), "1 h 30 min"),
    ("PT1H", Duration(seconds=3600), "1 h"),
    ("P1DT12H", Duration(days=1, seconds=43200), "1 d 12 h"),
    ("PT0.5S", Duration(), "0 d"),
]


@pytest.mark.parametrize(("text", "duration", "words"), DURATIONS)
def test_durations_in_words(text: str, duration: Duration, words: str) -> None:
    assert parse_duration(text) == duration
    assert duration_text(text) == words


@pytest.mark.parametrize("value", ["", "P", "PT", "P1DT", "7D", "P-1D", "P1H", "P٣D", None, 7, [], "P1D P1D"])
def test_what_is_no_duration_is_shown_as_received(value: Any) -> None:
    assert parse_duration(value) is None
    assert duration_text(value) == (value if isinstance(value, str) else "")


def test_months_keep_the_day_where_there_is_one() -> None:
    start = datetime(2026, 1, 31, 10, tzinfo=UTC)
    month = Duration(months=1)
    assert [month.after(start, turn, UTC).date().isoformat() for turn in (1, 2, 13)] == [
        "2026-02-28", "2026-03-31", "2027-02-28",
    ]  # fmt: skip


def test_days_keep_the_local_clock_over_a_clock_change_and_hours_do_not() -> None:
    start = datetime(2026, 10, 24, 10, tzinfo=WARSAW)
    assert Duration(days=1).after(start, 1, WARSAW).astimezone(WARSAW).hour == 10
    assert Duration(seconds=86_400).after(start, 1, WARSAW).astimezone(WARSAW).hour == 9


WEEKS = [
    ([1, 2, 3, 4, 5], "Mon–Fri"),
    ([0, 6], "Sat, Sun"),
    ([0], "Sun"),
    ([5, 6, 0, 1], "Mon, Fri–Sun"),
    ([0, 1, 2, 3, 4, 5, 6], "every day"),
    ([2, 4, 4, "x", 9, None], "Tue, Thu"),
    ([], ""),
    ("1,2", ""),
    (None, ""),
]


@pytest.mark.parametrize(("days", "words"), WEEKS)
def test_weekdays_in_words(days: Any, words: str) -> None:
    assert weekdays_text(days) == words


def hours(*entries: Any) -> dict[str, Any]:
    return {"validity_hours": {"daily": list(entries)}}


OFFICE = {"days_of_week": [1, 2, 3, 4, 5], "start_time": "08:00", "expiration_time": "18:00"}
NIGHT = {"days_of_week": [6], "start_time": "22:00", "expiration_time": "02:00"}
EVENING = {"days_of_week": [6], "start_time": "20:00", "expiration_time": ""}


def test_hours_in_words() -> None:
    assert hours_text(hours(OFFICE, EVENING)) == "Mon–Fri 08:00–18:00; Sat 20:00–end of day"
    assert hours_text(hours({"start_time": "later"})) == "hours not understood"
    assert hours_text({}) == ""


def test_everything_in_one_line() -> None:
    campaign = {
        "validity_timeframe": {"interval": "P7D", "duration": "P2D"},
        "validity_day_of_week": [1, 3],
        "activity_duration_after_publishing": "P30D",
    }
    assert validity_text(campaign) == (
        "every 7 d for 2 d; on Mon, Wed; each code for 30 d after publishing, instead of the campaign's end"
    )
    assert validity_text({}) == ""
    assert timeframe_text({"validity_timeframe": {"interval": "soon", "duration": None}}) == "every soon"


OPENINGS = [
    ({}, datetime(2026, 11, 23, 3, tzinfo=WARSAW), True),
    (hours(OFFICE), datetime(2026, 11, 23, 8, 0, tzinfo=WARSAW), True),
    (hours(OFFICE), datetime(2026, 11, 23, 18, 0, tzinfo=WARSAW), False),
    (hours(OFFICE), datetime(2026, 11, 22, 9, 0, tzinfo=WARSAW), False),
    (hours(NIGHT), datetime(2026, 11, 21, 23, 0, tzinfo=WARSAW), True),
    (hours(NIGHT), datetime(2026, 11, 22, 1, 59, tzinfo=WARSAW), True),
    (hours(NIGHT), datetime(2026, 11, 22, 2, 0, tzinfo=WARSAW), False),
    (hours(NIGHT), datetime(2026, 11, 21, 1, 0, tzinfo=WARSAW), False),
    (hours(EVENING), datetime(2026, 11, 21, 23, 59, tzinfo=WARSAW), True),
    (hours({"start_time": "08:00", "expiration_time": "09:00"}), datetime(2026, 11, 22, 8, 30, tzinfo=WARSAW), True),
    (hours(OFFICE, "odd"), datetime(2026, 11, 22, 9, 0, tzinfo=WARSAW), None),
    (hours("odd"), datetime(2026, 11, 22, 9, 0, tzinfo=WARSAW), None),
    ({"validity_day_of_week": [0]}, datetime(2026, 11, 22, 23, 30, tzinfo=WARSAW), True),
    ({"validity_day_of_week": [0]}, datetime(2026, 11, 22, 23, 30, tzinfo=UTC), False),
]


@pytest.mark.parametrize(("document", "now", "expected"), OPENINGS)
def test_days_and_hours_run_in_project_time(document: Any, now: datetime, expected: bool | None) -> None:
    found = opening(document, now, WARSAW)
    assert found.open is expected
    assert bool(found.reason) == (expected is not True)


def every(interval: Any, duration: Any, start: Any = "2026-01-31T00:00:00Z") -> dict[str, Any]:
    return {"start_date": start, "validity_timeframe": {"interval": interval, "duration": duration}}


INTERVALS = [
    (every("P7D", "P2D"), "2026-02-01T23:59:59Z", True),
    (every("P7D", "P2D"), "2026-02-02T00:00:00Z", False),
    (every("P7D", "P2D"), "2026-02-07T00:00:00Z", True),
    (every("P1M", "P1D"), "2026-02-28T12:00:00Z", True),
    (every("P1M", "P1D"), "2026-03-01T12:00:00Z", False),
    (every("P1M", "P1D"), "2036-01-31T12:00:00Z", True),
    (every("PT2H", "PT1H"), "2026-05-01T00:59:00Z", True),
    (every("PT2H", "PT1H"), "2026-05-01T01:00:00Z", False),
    (every("P1D", "P3D"), "2026-05-01T01:00:00Z", True),
    (every("P7D", "P2D"), "2026-01-30T00:00:00Z", False),
    (every("P7D", "P2D", None), "2026-02-02T00:00:00Z", None),
    (every("P0D", "P2D"), "2026-02-02T00:00:00Z", None),
    (every("weekly", "P2D"), "2026-02-02T00:00:00Z", None),
    (every("P999999Y", "P1Y"), "2028-01-01T00:00:00Z", False),
]


@pytest.mark.parametrize(("document", "now", "expected"), INTERVALS)
def test_intervals_count_from_the_start_and_are_estimates(document: Any, now: str, expected: bool | None) -> None:
    found = opening(document, datetime.fromisoformat(now), UTC)
    assert found.open is expected


NOW = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))
DOCUMENTS = shaped(
    {
        "start_date": st.sampled_from(["2026-01-31T00:00:00Z", "0001-01-01", "9999-12-31"]),
        "validity_timeframe": shaped(
            {
                "interval": st.sampled_from(["P1M", "PT1S", "P1Y", "P999999D", "P999999Y"]),
                "duration": st.sampled_from(["P1D", "PT1S", "P999999Y"]),
            }
        ),
        "validity_day_of_week": st.lists(st.integers(-1, 8) | JSON),
        "validity_hours": shaped({"daily": st.lists(shaped({"start_time": st.sampled_from(["08:00", "24:00"])}))}),
        "activity_duration_after_publishing": st.just("P1D"),
    }
)


@given(document=DOCUMENTS | JSON, now=NOW)
def test_any_document_has_an_answer(document: Any, now: datetime) -> None:
    for zone in (WARSAW, UTC):
        found = opening(document, now, zone)
        assert bool(found.reason) == (found.open is not True)
    assert isinstance(validity_text(document), str)


@given(
    days=st.integers(1, 40), length=st.integers(1, 39), turn=st.integers(0, 300), inside=st.integers(0, 39 * 86_400 - 1)
)
def test_every_interval_opens_for_its_duration(days: int, length: int, turn: int, inside: int) -> None:
    start = datetime(2026, 1, 31, tzinfo=UTC)
    now = start + timedelta(days=days * turn, seconds=inside)
    expected = (days * turn * 86_400 + inside) % (days * 86_400) < length * 86_400
    assert opening(every(f"P{days}D", f"P{length}D"), now, UTC).open is expected
