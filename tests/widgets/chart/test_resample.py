import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.chart.resample import decimate, runs
from widgets.chart.ticks import date_labels, nice_ticks, spread

VALUES = st.lists(st.none() | st.integers(-(10**13), 10**13), max_size=400)


@given(VALUES, st.integers(1, 120))
def test_decimate_keeps_the_extremes(values: list[int | None], width: int) -> None:
    got = decimate(values, width)
    assert len(got) <= max(2 * width, 1)
    assert [index for index, _ in got] == sorted({index for index, _ in got})
    assert all(value is None or values[index] == value for index, value in got)
    known = [value for value in values if value is not None]
    kept = [value for _, value in got if value is not None]
    assert bool(known) == bool(kept)
    if known:
        assert (min(kept), max(kept)) == (min(known), max(known))


def test_runs_break_at_unknown_values() -> None:
    assert runs([(0, 1), (1, None), (2, 0), (3, 5)]) == [[(0, 1)], [(2, 0), (3, 5)]]
    assert runs([(0, None)]) == []


@given(st.integers(-(10**14), 10**14), st.integers(-(10**14), 10**14), st.integers(2, 9), st.sampled_from([1, 100]))
def test_ticks_are_round_and_cover_the_range(low: int, high: int, count: int, unit: int) -> None:
    ticks = nice_ticks(low, high, count, unit=unit)
    assert ticks[0] <= min(low, high)
    assert ticks[-1] >= max(low, high)
    assert 2 <= len(ticks) <= count + 2
    steps = {after - before for before, after in itertools.pairwise(ticks)}
    assert len(steps) == 1
    assert str(steps.pop() // unit).rstrip("0") in {"1", "2", "5"}
    assert all(tick % unit == 0 for tick in ticks)


def test_ticks_of_a_small_range_are_not_fractions() -> None:
    assert nice_ticks(0, 1, 6) == [0, 1]
    assert nice_ticks(0, 0, 4) == [0, 1]


@given(st.integers(0, 500), st.integers(0, 60))
def test_spread_fits(count: int, most: int) -> None:
    got = spread(count, most)
    assert len(got) <= most
    assert all(0 <= index < count for index in got)


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        ([date(2026, 10, 24), date(2026, 10, 25)], "24 Oct"),
        ([date(2026, 10, 1), date(2026, 11, 1)], "Oct 2026"),
        ([date(2025, 10, 24) + timedelta(days=index) for index in range(400)], "24 Oct 2025"),
    ],
)
def test_date_labels(dates: list[date], first: str) -> None:
    labels = date_labels(dates, 60)
    assert labels[0] == (0, first)
    assert sum(len(text) + 1 for _, text in labels) <= 60


def test_no_dates_no_labels() -> None:
    assert date_labels([], 60) == []
