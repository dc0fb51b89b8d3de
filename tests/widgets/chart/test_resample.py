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


@pytest.mark.parametrize(
    ("low", "high", "count", "unit", "ticks"),
    [
        (0, 10, 3, 1, [0, 5, 10]),
        (0, 11, 3, 1, [0, 10, 20]),
        (0, 100, 1, 1, [0, 100]),
        (100, 0, 2, 1, [0, 100]),
        (-7, 12, 4, 1, [-10, 0, 10, 20]),
        (6, 6, 4, 1, [6, 7]),
        (101, 199, 3, 1, [100, 150, 200]),
        (0, 950, 3, 100, [0, 500, 1000]),
        (0, 1, 6, 100, [0, 100]),
    ],
)
def test_ticks(low: int, high: int, count: int, unit: int, ticks: list[int]) -> None:
    assert nice_ticks(low, high, count, unit=unit) == ticks


@pytest.mark.parametrize(
    ("count", "most", "indexes"),
    [(10, 3, [0, 4, 8]), (10, 10, list(range(10))), (10, 9, [0, 2, 4, 6, 8]), (9, 3, [0, 3, 6]), (1, 1, [0]),
     (0, 3, []), (3, 0, [])],
)  # fmt: skip
def test_spread(count: int, most: int, indexes: list[int]) -> None:
    assert spread(count, most) == indexes


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([1, 2, 3, 4], 2, [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ([5, 1, 9, 3, 2, 2], 2, [(1, 1), (2, 9), (3, 3), (4, 2)]),  # of equal ones the first
        ([None, 7, None, None, None, None], 2, [(1, 7), (3, None)]),
        ([1, 2, 3], 1, [(0, 1), (2, 3)]),
        ([1, 2, 3], 0, []),
    ],
)
def test_the_lowest_and_the_highest_of_every_column(
    values: list[int | None], width: int, expected: list[tuple[int, int | None]]
) -> None:
    assert decimate(values, width) == expected


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


NOVEMBER = [date(2026, 11, day) for day in range(1, 11)]
MONTHS = [date(2026, month, 1) for month in range(1, 7)]


@pytest.mark.parametrize(
    ("dates", "width", "labels"),
    [
        # The longest, "10 Nov", takes nine cells with the blanks beside it.
        (NOVEMBER, 27, [(0, "1 Nov"), (4, "5 Nov"), (8, "9 Nov")]),
        (NOVEMBER, 26, [(0, "1 Nov"), (5, "6 Nov")]),
        (NOVEMBER, 5, [(0, "1 Nov")]),
        (MONTHS, 33, [(0, "Jan 2026"), (2, "Mar 2026"), (4, "May 2026")]),
        (NOVEMBER[:1], 60, [(0, "1 Nov")]),
        ([date(2026, 1, 1), date(2026, 11, 27)], 60, [(0, "1 Jan"), (1, "27 Nov")]),
        ([date(2026, 1, 1), date(2026, 11, 28)], 60, [(0, "1 Jan 2026"), (1, "28 Nov 2026")]),
    ],
)
def test_dates_that_are_named(dates: list[date], width: int, labels: list[tuple[int, str]]) -> None:
    assert date_labels(dates, width) == labels


def test_no_dates_no_labels() -> None:
    assert date_labels([], 60) == []
