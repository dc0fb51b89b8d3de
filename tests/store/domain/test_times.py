from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.times import instant_of, shifted, text_of, utc_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2022-09-20T09:32:29.530Z", "2022-09-20T09:32:29.530Z"),
        ("2022-09-20T09:32:01Z", "2022-09-20T09:32:01.000Z"),
        ("2024-03-22T17:48:25.910974+00:00", "2024-03-22T17:48:25.910Z"),
        ("2024-03-22T17:48:25.57+00:00", "2024-03-22T17:48:25.570Z"),
        ("2024-03-22T17:48:25.999999999Z", "2024-03-22T17:48:25.999Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
        ("2026-11-20T01:30:00+02:00", "2026-11-19T23:30:00.000Z"),
        ("2026-11-20T01:30:00-0530", "2026-11-20T07:00:00.000Z"),
        ("2026-11-20T01:30:00", "2026-11-20T01:30:00.000Z"),
        ("2026-11-20 01:30z", "2026-11-20T01:30:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("2026-02-30", None),
        ("2026-11-20T24:01:00Z", None),
        ("2026-11-20T00:00:00Z ", None),
        ("20261120", None),
        ("2026-W47-5", None),
        ("٢٠٢٦-11-20", None),
        ("", None),
        ("null", None),
        (None, None),
        (1_795_176_000, None),
        (True, None),
        (["2026-11-20"], None),
    ],
)
def test_the_forms_of_the_api(value: object, text: str | None) -> None:
    assert utc_text(value) == text


instants = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1))
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, zones)
def test_every_aware_instant_comes_through_cut_to_milliseconds(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=UTC)
    cut = aware.replace(microsecond=moment.microsecond // 1000 * 1000)
    text = utc_text(aware.astimezone(zone).isoformat())
    assert text is not None
    assert (len(text), instant_of(text), utc_text(text), text_of(aware)) == (24, cut, text, text)


@given(instants, instants)
def test_the_form_sorts_as_time_does(one: datetime, other: datetime) -> None:
    first, second = text_of(one.replace(tzinfo=UTC)), text_of(other.replace(tzinfo=UTC))
    assert (first < second) == (instant_of(first) < instant_of(second))


@given(instants, st.integers(-(10**9), 10**9))
def test_a_shift_and_back(moment: datetime, milliseconds: int) -> None:
    text = text_of(moment.replace(tzinfo=UTC))
    assert shifted(shifted(text, milliseconds), -milliseconds) == text
    assert instant_of(shifted(text, milliseconds)) - instant_of(text) == timedelta(milliseconds=milliseconds)


def test_a_shift_stays_inside_the_calendar() -> None:
    assert shifted("0001-01-01T00:00:00.000Z", -1) == "0001-01-01T00:00:00.000Z"
    assert shifted("9999-12-31T23:59:59.999Z", 1) == "9999-12-31T23:59:59.999Z"


@given(st.text())
def test_no_text_is_trouble(text: str) -> None:
    found = utc_text(text)
    assert found is None or utc_text(found) == found


@pytest.mark.parametrize("text", ["2026-11-20", "", "2026-11-20T12:00:00.000+", "2026-13-20T12:00:00.000Z"])
def test_other_forms_are_no_instants_of_the_cache(text: str) -> None:
    with pytest.raises(ValueError):
        instant_of(text)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        text_of(datetime(2026, 1, 1))
