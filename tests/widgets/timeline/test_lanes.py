from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.timeline.sample import ROWS, day
from tests.widgets.timeline.strategies import GRID, LOOK, STEPS, rows_of_bars
from widgets.timeline.axis import Axis
from widgets.timeline.bar_cells import bar_shape
from widgets.timeline.bars import TimelineBar
from widgets.timeline.grid import DAY_STEP, Step
from widgets.timeline.instants import to_instant
from widgets.timeline.lanes import pack


@given(rows_of_bars(), STEPS, st.integers(-200, 200), st.integers(1, 120))
def test_every_bar_is_in_one_lane_and_no_two_share_a_cell(
    row: list[TimelineBar], step: Step, shift: int, width: int
) -> None:
    lanes = pack(row, GRID, step)
    assert Counter(bar.id for lane in lanes for bar in lane) == Counter(bar.id for bar in row)
    axis = Axis.of(GRID, step, GRID.cell(step, LOOK.now) + shift, width)
    for lane in lanes:
        shapes = [shape for bar in lane if (shape := bar_shape(bar, axis, LOOK))]
        columns = [cell.column for shape in shapes for cell in shape.cells]
        assert columns == sorted(set(columns)), "in order, and none twice"


def test_as_few_lanes_as_bars_that_meet() -> None:
    apart = [TimelineBar(str(index), day(month, 1), day(month, 20)) for index, month in enumerate((1, 3, 5, 7))]
    assert len(pack(apart, GRID, DAY_STEP)) == 1
    assert len(pack([*apart, TimelineBar("long", day(1, 5), day(7, 5))], GRID, DAY_STEP)) == 2
    assert [bar.id for bar in pack(reversed(apart), GRID, DAY_STEP)[0]] == ["0", "1", "2", "3"]
    assert pack([], GRID, DAY_STEP) == []


def test_room_is_kept_for_the_words_of_a_short_bar() -> None:
    first, second = TimelineBar("1", day(3, 1), day(3, 2), ("twelve cells",)), TimelineBar("2", day(3, 10), day(3, 11))
    assert len(pack([first, second], GRID, DAY_STEP)) == 2
    later = TimelineBar("2", day(3, 17), day(3, 18))
    assert len(pack([first, later], GRID, DAY_STEP)) == 1
    axis = Axis.of(GRID, DAY_STEP, GRID.cell(DAY_STEP, to_instant(day(3, 1))), 30)
    assert bar_shape(later, axis, LOOK) is not None


def test_the_sample_packs_into_fewer_lanes_than_it_has_bars() -> None:
    bars = [bar for row in ROWS for bar in row.bars]
    assert len(pack(bars, GRID, DAY_STEP)) < len(bars)


@pytest.mark.parametrize(
    ("next_day", "gap", "lanes"), [(2, 0, 1), (2, 1, 2), (3, 1, 1), (3, 2, 2), (4, 2, 1), (1, 0, 2)]
)
def test_so_many_blank_cells_stand_between_bars(next_day: int, gap: int, lanes: int) -> None:
    """The first bar takes the cell of 1 March alone."""
    bars = [TimelineBar("1", day(3, 1), day(3, 2)), TimelineBar("2", day(3, next_day), day(3, next_day + 1))]
    assert len(pack(bars, GRID, DAY_STEP, gap=gap)) == lanes


@pytest.mark.parametrize(
    ("labels", "next_day", "lanes"),
    [
        (("ab",), 8, 1),  # two cells of words fit inside six
        (("abc",), 11, 2),  # three do not: a blank, the words and the gap
        (("abc",), 12, 1),
        (("", "a much longer text", "abc"), 12, 1),  # the shortest words count
        (("",), 8, 1),
    ],
)
def test_words_that_do_not_fit_inside_a_bar_of_six_cells(labels: tuple[str, ...], next_day: int, lanes: int) -> None:
    bars = [TimelineBar("1", day(3, 1), day(3, 7), labels), TimelineBar("2", day(3, next_day), day(3, next_day + 1))]
    assert len(pack(bars, GRID, DAY_STEP)) == lanes
