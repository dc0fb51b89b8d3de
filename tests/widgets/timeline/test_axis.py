from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.timeline.strategies import stop_named
from tests.widgets.timeline.test_instants import SIX, first_minute_of
from widgets.timeline.axis import Axis, HalfSpan, fit, origin_with
from widgets.timeline.axis_labels import AxisLabel, axis_labels
from widgets.timeline.grid import DAY_STEP, HOUR_STEP, LADDER, STOPS, WEEK_STEP, Grid, Step, next_stop
from widgets.timeline.instants import DAY, HOUR, to_datetime, to_instant

WARSAW = ZoneInfo("Europe/Warsaw")
INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: to_instant(at.replace(tzinfo=UTC)))
GRIDS = st.builds(
    Grid, st.sampled_from([*map(ZoneInfo, SIX), ZoneInfo("Pacific/Apia"), UTC]), st.sampled_from([0, 5, 6])
)
STEPS = st.sampled_from(LADDER)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return to_instant(datetime(year, month, day, hour, minute, tzinfo=WARSAW))


@given(GRIDS, STEPS, INSTANTS)
def test_every_instant_has_one_cell(grid: Grid, step: Step, instant: int) -> None:
    cell = grid.cell(step, instant)
    assert grid.edge(step, cell) <= instant < grid.edge(step, cell + 1)
    assert grid.cell(step, grid.edge(step, cell + 1)) > cell


@given(GRIDS, st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_weeks_begin_on_the_day_they_are_told_to(grid: Grid, day: date) -> None:
    cell = grid.cell(WEEK_STEP, grid.midnight(day) + 13 * HOUR)
    first = to_datetime(grid.edge(WEEK_STEP, cell) + HOUR, grid.zone)
    assert first.weekday() == grid.week_start


@pytest.mark.parametrize("name", SIX)
def test_edges_of_day_cells_are_local_midnights(name: str) -> None:
    zone = ZoneInfo(name)
    grid = Grid(zone)
    for start in (date(2026, 3, 20), date(2026, 10, 20), date(2018, 10, 28), date(2018, 2, 10)):
        axis = Axis.of(grid, DAY_STEP, grid.cell_of_day(DAY_STEP, start), 16)
        for column in range(17):
            expected = first_minute_of(start + timedelta(days=column), zone)
            assert to_datetime(axis.edge(column)) == expected


def test_month_quarter_and_year_cells_begin_at_the_first_midnight() -> None:
    grid = Grid(WARSAW)
    for name, starts in {
        "month": [(2026, 11, 1), (2026, 12, 1), (2027, 1, 1), (2027, 2, 1)],
        "quarter": [(2026, 10, 1), (2027, 1, 1), (2027, 4, 1)],
        "year": [(2026, 1, 1), (2027, 1, 1), (2028, 1, 1)],
    }.items():
        step = stop_named(name)
        axis = Axis.of(grid, step, grid.cell(step, at(2026, 11, 27)), len(starts) - 1)
        assert [axis.edge(column) for column in range(len(starts))] == [at(*start) for start in starts]


@given(GRIDS, STEPS, INSTANTS, st.integers(1, 160), st.data())
def test_the_axis_agrees_with_the_grid(grid: Grid, step: Step, instant: int, width: int, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, width - 1))
    axis = Axis.of(grid, step, origin_with(grid, step, instant, column), width)
    assert axis.width == width
    assert list(axis.halves) == sorted(axis.halves)
    assert axis.column(instant) == column
    assert axis.column(axis.start - 1) == -1
    assert axis.column(axis.end) == width


@given(GRIDS, st.sampled_from(STOPS), INSTANTS, st.integers(0, 57))
def test_zooming_in_and_out_returns(grid: Grid, step: Step, instant: int, column: int) -> None:
    origin = origin_with(grid, step, instant, column)
    for towards in (1, -1):
        there = next_stop(step, towards)
        if there is step:
            continue
        away = Axis.of(grid, there, origin_with(grid, there, instant, column), 58)
        assert away.column(instant) == column, "the instant under the cursor stays where it is"
        back = next_stop(there, -towards)
        assert back is step
        assert origin_with(grid, back, instant, column) == origin


def test_every_stop_has_a_name_and_the_ladder_rises() -> None:
    assert [step.name for step in STOPS] == ["hour", "6 hours", "day", "week", "month", "quarter", "year"]
    assert [step.longest for step in LADDER] == sorted({step.longest for step in LADDER})
    assert next_stop(HOUR_STEP, -1) is HOUR_STEP
    assert next_stop(STOPS[-1], 1) is STOPS[-1]
    assert next_stop(LADDER[-1], -1) is STOPS[-1]
    assert next_stop(Step("day", 2), -1) is DAY_STEP
    assert Step("month", 24).words == "1 cell = 2 years"
    assert WEEK_STEP.words == "1 cell = 1 week"


@given(GRIDS, INSTANTS, INSTANTS, st.integers(1, 160))
def test_fitting_shows_all_of_it(grid: Grid, one: int, other: int, width: int) -> None:
    start, end = min(one, other), max(one, other) + 1
    step, origin = fit(grid, start, end, width)
    axis = Axis.of(grid, step, origin, width)
    if step is not LADDER[-1]:
        assert axis.start <= start
        assert end <= axis.end
    place = LADDER.index(step)
    if step is not DAY_STEP:
        finer = LADDER[place - 1]
        assert grid.cell(finer, end - 1) - grid.cell(finer, start) + 1 > width, "no finer one would do"


def test_halves_are_noons_and_ends_touch_what_they_are_in() -> None:
    grid = Grid(WARSAW)
    axis = Axis.of(grid, DAY_STEP, grid.cell_of_day(DAY_STEP, date(2026, 10, 24)), 4)
    assert axis.halves[1] == at(2026, 10, 24, 12)
    assert axis.halves[3] == at(2026, 10, 25, 12), "thirteen hours after a midnight, on a day of 25"
    assert axis.edge(2) - axis.edge(1) == 25 * HOUR


Ends = tuple[int, int] | None
"""A day and an hour of October 2026."""


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((24, 13), (26, 0), (1, 4, False, False)),
        ((24, 0), (24, 12), (0, 1, False, False)),
        ((27, 12), (28, 0), (7, 8, False, False)),
        ((27, 12), (28, 1), (7, 8, False, True)),
        ((23, 0), (24, 1), (0, 1, True, False)),
        ((23, 0), (30, 0), (0, 8, True, True)),
        (None, None, (0, 8, True, True)),
        (None, (25, 12), (0, 3, True, False)),
        ((25, 12), None, (3, 8, False, True)),
        # An instant is seen, and so is an end before its start.
        ((24, 0), (24, 0), (0, 1, False, False)),
        ((25, 12), (25, 12), (3, 4, False, False)),
        ((25, 9), (25, 8), (2, 3, False, False)),
        ((23, 0), (24, 0), None),
        (None, (24, 0), None),
        ((28, 0), None, None),
        ((28, 0), (29, 0), None),
    ],
)
def test_half_cells_of_a_stretch(start: Ends, end: Ends, expected: tuple[int, int, bool, bool] | None) -> None:
    """The window is four days from 24 October on, in eight halves."""
    grid = Grid(WARSAW)
    axis = Axis.of(grid, DAY_STEP, grid.cell_of_day(DAY_STEP, date(2026, 10, 24)), 4)
    span = axis.span(*(None if edge is None else at(2026, 10, *edge) for edge in (start, end)))
    assert (span and (span.first, span.stop, span.cut_left, span.cut_right)) == expected


@pytest.mark.parametrize(("first", "stop", "columns"), [(1, 4, [0, 1]), (0, 1, [0]), (2, 3, [1]), (3, 8, [1, 2, 3])])
def test_the_cells_of_half_cells(first: int, stop: int, columns: list[int]) -> None:
    assert list(HalfSpan(first, stop, False, False).columns) == columns


@given(GRIDS, STEPS, INSTANTS, st.integers(-400 * 24, 400 * 24), st.integers(1, 10**7), st.integers(1, 160))
def test_what_meets_the_window_has_a_half_cell(
    grid: Grid, step: Step, instant: int, hours: int, seconds: int, width: int
) -> None:
    axis = Axis.of(grid, step, grid.cell(step, instant), width)
    start, end = instant + hours * HOUR, instant + hours * HOUR + seconds * 1_000_000
    span = axis.span(start, end)
    assert (span is not None) == (start < axis.end and end > axis.start)
    if span is not None:
        assert 0 <= span.first < span.stop <= 2 * width
        assert len(span.columns) >= 1


def drawn(labels: list[AxisLabel], width: int) -> str:
    line = [" "] * width
    for label in labels:
        for offset, sign in enumerate(label.text):
            assert line[label.column + offset] == " ", "two labels in one place"
            line[label.column + offset] = sign
    return "".join(line)


@given(GRIDS, STEPS, INSTANTS, st.integers(1, 200))
def test_labels_never_collide(grid: Grid, step: Step, instant: int, width: int) -> None:
    axis = Axis.of(grid, step, grid.cell(step, instant), width)
    for labels in axis_labels(axis):
        drawn(labels, width)
        for left, right in pairwise(labels):
            assert left.column + len(left.text) < right.column, "a blank cell between two"


@given(GRIDS, STEPS, st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(1, 30))
def test_labels_stay_on_their_cells_while_the_window_moves(grid: Grid, step: Step, now: datetime, shift: int) -> None:
    cell = grid.cell(step, to_instant(now.replace(tzinfo=UTC)))
    here = {label.column: label.text for label in axis_labels(Axis.of(grid, step, cell, 90))[1]}
    moved = axis_labels(Axis.of(grid, step, cell + shift, 90))[1]
    for label in moved:
        column = label.column + shift
        if column + len(label.text) <= 90:
            assert here.get(column) == label.text


@pytest.mark.parametrize(
    ("step", "upper", "lower"),
    [
        (
            DAY_STEP,
            "November 2026           December 2026                  Jan",
            "  9      16     23     30     7      14     21     28     ",
        ),
        (
            WEEK_STEP,
            "2026                     2027                             ",
            "   Aug  Sep Oct Nov  Dec Jan  Feb Mar Apr May  Jun Jul Aug",
        ),
        (
            stop_named("month"),
            "2025      2026        2027        2028        2029        ",
            " Q2 Q3 Q4 Q1 Q2 Q3 Q4 Q1 Q2 Q3 Q4 Q1 Q2 Q3 Q4 Q1 Q2 Q3 Q4 ",
        ),
        (
            stop_named("quarter"),
            "2020s                            2030s                    ",
            " '22 '23 '24 '25 '26 '27 '28 '29 '30 '31 '32 '33 '34 '35  ",
        ),
        (
            stop_named("6 hours"),
            "November 2026                       December 2026         ",
            "22  23  24  25  26  27  28  29  30  1   2   3   4   5   6 ",
        ),
        (
            Step("month", 120),
            "        1900-1999 2000-2099 2100-2199 2200-2299 2300-2399 ",
            "   1850 1900 1950 2000 2050 2100 2150 2200 2250 2300 2350 ",
        ),
    ],
)
def test_what_stands_on_the_axis(step: Step, upper: str, lower: str) -> None:
    grid = Grid(WARSAW)
    axis = Axis.of(grid, step, grid.cell(step, at(2026, 11, 27)) - 20, 58)
    above, below = axis_labels(axis)
    assert drawn(above, 58) == upper
    assert drawn(below, 58) == lower


def test_hours_on_the_axis_on_a_day_that_skips_one() -> None:
    grid = Grid(WARSAW)
    axis = Axis.of(grid, HOUR_STEP, grid.cell(HOUR_STEP, at(2026, 3, 29)), 24)
    assert axis.edge(2) == axis.edge(3), "there is no two o'clock"
    assert axis.column(at(2026, 3, 29, 3)) == 3
    assert axis.end - axis.start == 23 * HOUR
    above, below = axis_labels(axis)
    assert drawn(above, 24) == "Sunday 29 March 2026    "
    assert drawn(below, 24) == "00 03 06 09 12 15 18 21 "


def test_before_the_year_1_and_after_9999_there_are_cells_without_names() -> None:
    grid = Grid(WARSAW)
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        for step in LADDER:
            axis = Axis.of(grid, step, grid.cell_of_day(step, day) - 29, 58)
            assert axis.end - axis.start >= 57 * HOUR
            axis_labels(axis)
    axis = Axis.of(grid, DAY_STEP, grid.cell_of_day(DAY_STEP, date(9999, 12, 31)) + 1, 58)
    assert axis_labels(axis) == ([], [])
    assert axis.end - axis.start == 58 * DAY
