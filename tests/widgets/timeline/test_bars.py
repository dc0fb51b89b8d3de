from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from rich.cells import cell_len

from tests.widgets.timeline.sample import ACTIVITY, FOREVER, GRID, NOW, ROWS, WARSAW, day, weekdays
from tests.widgets.timeline.strategies import LOOK, axes, bars, rows_of_bars, stop_named
from widgets.text import glyphs
from widgets.timeline.axis import Axis
from widgets.timeline.bar_cells import BarLook, bar_extent, bar_shape
from widgets.timeline.bars import BarActivity, Recurring, TimelineBar
from widgets.timeline.grid import DAY_STEP, WEEK_STEP, Step
from widgets.timeline.instants import to_instant
from widgets.timeline.row_cells import Cells, background, row_pieces
from widgets.timeline.shading import Shading

NOW_AT = to_instant(NOW)


def axis_from(first: date, width: int, step: Step = DAY_STEP) -> Axis:
    return Axis.of(GRID, step, GRID.cell_of_day(step, first), width)


def drawn(*bars: TimelineBar, axis: Axis | None = None, look: BarLook | None = None) -> str:
    axis = axis or axis_from(date(2026, 11, 23), 10)
    blank = [(" ", "text")] * axis.width
    return "".join(text for text, _ in row_pieces(bars, axis, look or BarLook(NOW_AT), blank))


def bar(start: datetime | None, end: datetime | None, *labels: str, id: str = "b", **more: Any) -> TimelineBar:  # noqa: A002
    return TimelineBar(id, start, end, labels, **more)


# What holds for any bars


@given(bars(), axes())
def test_what_meets_the_window_has_a_cell(one: TimelineBar, axis: Axis) -> None:
    start, stop = bar_extent(one)
    meets = (start is None or start < axis.end) and (stop is None or stop > axis.start)
    shape = bar_shape(one, axis, LOOK)
    assert (shape is not None) == meets
    if shape is not None:
        columns = [cell.column for cell in shape.cells]
        assert columns == list(range(columns[0], columns[-1] + 1))
        assert columns[0] >= 0
        assert columns[-1] < axis.width
        assert all(cell_len(cell.sign) == 1 for cell in shape.cells)


@given(rows_of_bars(), axes())
def test_a_row_is_as_wide_as_the_window_and_no_cell_is_written_twice(row: list[TimelineBar], axis: Axis) -> None:
    """`Cells.write` refuses a second time, so that it is enough to draw."""
    pieces = row_pieces(row, axis, LOOK, background(axis, NOW_AT))
    assert cell_len("".join(text for text, _ in pieces)) == axis.width
    assert all(left[1] != right[1] for left, right in pairwise(pieces))


@given(rows_of_bars(), axes())
def test_words_cover_no_bar_but_their_own(row: list[TimelineBar], axis: Axis) -> None:
    """Every cell of a bar shows the same with the words of the others as without them."""
    bare = [replace(one, labels=()) for one in row]
    for one in row:
        shape = bar_shape(one, axis, LOOK)
        if shape is None:
            continue
        others = [replace(other, labels=("words of another",)) if other is not one else replace(one, labels=())
                  for other in row]  # fmt: skip
        with_words, without = (cells_of(shown, axis) for shown in (others, bare))
        crowded = {cell.column for other in row if other is not one and (its := bar_shape(other, axis, LOOK))
                   for cell in its.cells}  # fmt: skip
        for cell in shape.cells:
            if cell.column not in crowded:
                assert with_words[cell.column] == without[cell.column] == cell.sign


def cells_of(row: list[TimelineBar], axis: Axis) -> list[str]:
    text = "".join(part for part, _ in row_pieces(row, axis, LOOK, [(" ", "text")] * axis.width))
    assert len(text) == axis.width
    return list(text)


def test_a_cell_can_be_written_once() -> None:
    cells = Cells(4)
    cells.write(0, "文e\u0301", "text")
    for column, text in ((0, "x"), (1, "x"), (2, "x"), (4, "x"), (3, "文"), (-1, "x")):
        with pytest.raises(ValueError, match="cannot be written"):
            cells.write(column, text, "text")
    assert cells.pieces([("·", "border")] * 4)[0] == ("文e\u0301", "text")


# Ends, tails, parts


def test_ends_are_exact_to_half_a_cell() -> None:
    assert drawn(bar(day(11, 24), day(11, 29))) == " █▓▓▓█    "
    assert drawn(bar(day(11, 24, hour=13), day(11, 29, hour=9))) == " ▐▓▓▓▒▌   "
    assert drawn(bar(day(11, 24, hour=13), day(11, 25))) == " ▐        "
    assert drawn(bar(day(11, 24), day(11, 24, hour=12))) == " ▌        "
    assert drawn(bar(day(11, 24), day(11, 25))) == " █        "


def test_the_last_second_of_a_day_is_its_end() -> None:
    assert drawn(bar(day(11, 24), day(11, 26) - timedelta(seconds=1))) == " ██       "


def test_what_begins_before_and_ends_after_has_arrows() -> None:
    assert drawn(bar(day(10, 1), day(12, 24))) == "◀▓▓▓▓▒▒▒▒▶"
    assert drawn(bar(day(10, 1), day(11, 23, hour=1))) == "◀         "
    assert drawn(bar(day(12, 2, hour=23), day(12, 24))) == "         ▶"
    assert drawn(bar(day(10, 1), day(11, 23))) == " " * 10


def test_a_minute_is_a_mark_at_every_zoom() -> None:
    short = bar(day(11, 27, hour=10), day(11, 27, hour=10) + timedelta(minutes=1))
    for name in ("hour", "6 hours", "day", "week", "month", "quarter", "year"):
        step = stop_named(name)
        axis = Axis.of(GRID, step, GRID.cell(step, NOW_AT) - 10, 20)
        assert len(drawn(short, axis=axis).strip()) == 1
    assert len(drawn(bar(day(11, 27), day(11, 27))).strip()) == 1, "no length at all"
    assert len(drawn(bar(day(11, 27), day(11, 20))).strip()) == 1, "an end before its start"


def test_never_ends_fades_out_and_a_soft_end_has_a_tail() -> None:
    line = drawn(bar(day(11, 24), None), axis=axis_from(date(2026, 11, 23), 20))
    assert line == " █▓▓▓▒▒▒▒▒▒▒▒┄┄┄┄┄┄▶"
    assert drawn(bar(None, None), axis=axis_from(date(2026, 11, 23), 20)) == "◀┄┄▓▓▒▒▒▒▒▒▒▒┄┄┄┄┄┄▶"
    assert drawn(bar(day(11, 24), day(11, 27), tail_end=day(11, 30))) == " █▓█┄┄┄   "
    assert drawn(bar(day(11, 24), day(11, 27), tail_end=FOREVER)) == " █▓█┄┄┄┄┄▶"
    assert drawn(bar(day(11, 1), day(11, 20), tail_end=day(11, 26))) == "◀┄┄       "
    assert drawn(bar(day(11, 24), day(11, 27), tail_end=day(11, 25))) == " █▓█      ", (
        "a tail that is over before the end"
    )
    assert drawn(bar(day(11, 24), day(12, 3), tail_end=FOREVER)) == " █▓▓▓▒▒▒▒▶", "it ends at the edge, and goes on"


def test_what_has_elapsed_differs_from_what_remains() -> None:
    assert drawn(bar(day(11, 20), day(12, 20), fill="light")) == "◀▒▒▒▒░░░░▶"
    assert drawn(bar(day(11, 20), day(12, 20), fill="hatched")) == "◀╱╱╱╱╲╲╲╲▶"
    morning = BarLook(to_instant(day(11, 27, hour=9)))
    assert drawn(bar(day(11, 20), day(12, 20)), look=morning) == "◀▓▓▓▒▒▒▒▒▶"


def test_ascii() -> None:
    glyphs.use("ascii")
    try:
        assert drawn(bar(day(11, 24, hour=13), day(11, 29, hour=9))) == " [===-]   "
        assert drawn(bar(day(10, 1), None)) == "<====-~~~>"
        assert drawn(bar(day(11, 24), day(11, 27), tail_end=FOREVER)) == " ===~~~~~>"
    finally:
        glyphs.use("unicode")


# Words


def test_words_stand_inside_else_right_else_left_else_nowhere() -> None:
    axis = axis_from(date(2026, 11, 23), 20)
    assert drawn(bar(day(11, 28), day(12, 10), "inside"), axis=axis) == "     █ inside ▒▒█   "
    assert drawn(bar(day(11, 28), day(11, 30), "right"), axis=axis) == "     ██ right       "
    assert drawn(bar(day(12, 8), day(12, 12), "left of"), axis=axis) == "       left of █▒▒█ "
    assert drawn(bar(day(11, 28), day(11, 30), "much too long for this"), axis=axis).strip() == "██"
    assert drawn(bar(day(11, 28), day(11, 30), "much too long for this", "short"), axis=axis).strip() == "██ short"


def test_words_leave_the_border_of_today_in_sight_where_there_is_room() -> None:
    axis = axis_from(date(2026, 11, 23), 30)
    assert drawn(bar(day(11, 20), day(11, 30), "words"), axis=axis).startswith("◀▓▓▓▓▒█ words")
    full = axis_from(date(2026, 11, 23), 9)
    assert drawn(bar(day(11, 20), day(12, 30), "words"), axis=full) == "◀ words ▶"


def test_words_of_neighbours_keep_apart() -> None:
    axis = axis_from(date(2026, 11, 23), 30)
    one, two = bar(day(11, 24), day(11, 25), "first", id="1"), bar(day(12, 3), day(12, 4), "second", id="2")
    assert drawn(one, two, axis=axis) == " █ first  █ second            "
    close = bar(day(11, 30), day(12, 1), "second", id="2")
    assert drawn(one, close, axis=axis) == " █     █ second               ", "no room for the first"


def test_hostile_words() -> None:
    axis = axis_from(date(2026, 11, 23), 40)
    markup, acts, lines = ("[/x]", "[@click=app.bell]x[/]"), ("a\x1b[31mb", "\u202eabc", "\ud800"), ("a\nb\tc",)
    for words in (*markup, *acts, *lines, "日本語", "e" + "\u0301" * 40):
        line = drawn(bar(day(11, 24), day(11, 25), words), axis=axis)
        assert cell_len(line) == 40
        assert not {"\x1b", "\n", "\t", "\u202e"} & set(line)
        assert line.startswith(" █ ")


# Several bars in a cell, clashes, recurring windows, activity


def test_bars_that_share_a_cell_show_how_many() -> None:
    many = [bar(day(11, 24), day(11, 25), id=str(index)) for index in range(3)]
    assert drawn(*many) == " 3        "
    assert drawn(*many, bar(day(11, 24), day(11, 28), id="long")) == " 4▓▓█     "
    assert drawn(*(bar(day(11, 24), day(11, 25), id=str(index)) for index in range(12))) == " +        "


def test_clashes_are_marked_only_when_asked() -> None:
    one = bar(day(11, 24), day(12, 20), clashes=((day(11, 26), day(11, 28)), (day(12, 10), day(12, 12))))
    assert drawn(one) == " █▓▓▓▒▒▒▒▶"
    assert drawn(one, look=BarLook(NOW_AT, clashes=True)) == " █▓╳╳▒▒▒▒▶"


def test_clashes_on_days_in_a_row_are_marked_where_the_row_begins_and_ends() -> None:
    days = tuple((day(11, number), day(11, number + 1)) for number in range(26, 30))
    assert drawn(bar(day(11, 24), day(12, 20), clashes=days), look=BarLook(NOW_AT, clashes=True)) == " █▓╳▓▒╳▒▒▶"


def test_recurring_windows_show_once_a_cell_tells_them_apart() -> None:
    one = bar(day(11, 1), day(12, 20), recurring=Recurring(timedelta(days=1), weekdays))
    assert drawn(one) == "◀≈▓▓▓──▒▒▶", "Saturday and Sunday are thin, and ≈ says that it is worked out"
    weekly = axis_from(date(2026, 11, 2), 10, WEEK_STEP)
    assert "─" not in drawn(one, axis=weekly)
    assert "≈" not in drawn(one, axis=weekly)
    hourly = Axis.of(GRID, stop_named("6 hours"), GRID.cell(stop_named("6 hours"), to_instant(day(11, 27))), 12)
    assert drawn(one, axis=hourly) == "◀≈▒▒───────▶"


def test_activity_shades_by_quantile_with_dots_and_ticks() -> None:
    counts = tuple((date(2026, 11, 23) + timedelta(days=index), index * 10) for index in range(5))
    activity = {"b": BarActivity(counts, against=((date(2026, 11, 24), 9),), least=700, ticks=(day(11, 25, hour=8),))}
    axis = axis_from(date(2026, 11, 23), 10)
    look = BarLook(NOW_AT, shading=Shading(activity, GRID, DAY_STEP))
    assert drawn(bar(day(11, 23), day(12, 20)), axis=axis, look=look) == "▁•◆▆█▒▒▒▒▶"
    assert drawn(bar(day(11, 23), day(12, 20), id="other"), axis=axis, look=look) == "█▓▓▓▓▒▒▒▒▶"


@pytest.mark.parametrize(("wrong", "dotted"), [(0, False), (42, False), (43, True)])
def test_a_cell_of_a_week_is_judged_by_all_of_its_days(wrong: int, dotted: bool) -> None:
    """100 went well that week; 100 of 142 are 70.4 %, 100 of 143 are 69.9 %. On the one day all went wrong."""
    counts = tuple((date(2026, 11, 23 + index), 25) for index in (0, 2, 3, 4))
    activity = {"b": BarActivity(counts, against=((date(2026, 11, 24), wrong),), least=700)}
    weeks = axis_from(date(2026, 11, 23), 1, WEEK_STEP)
    assert bool(Shading(activity, GRID, WEEK_STEP).dots("b", weeks)) == dotted
    days = axis_from(date(2026, 11, 23), 7)
    assert Shading(activity, GRID, DAY_STEP).dots("b", days) == (frozenset({1}) if wrong else frozenset())


def test_one_scale_for_all_bars_and_days_in_cells_of_hours() -> None:
    shading = Shading(ACTIVITY, GRID, DAY_STEP)
    axis = axis_from(date(2026, 11, 3), 25)
    large, small = shading.levels("bar:Everything at 9.99", axis), shading.levels("bar:Gift Cards", axis)
    assert sum(large) > 1.5 * sum(small)
    assert set(large) == {1, 2, 3, 4}
    assert set(small) == {0, 1, 2}
    hours = stop_named("6 hours")
    fine = Axis.of(GRID, hours, GRID.cell_of_day(hours, date(2026, 11, 3)), 100)
    assert Shading(ACTIVITY, GRID, hours).levels("bar:Everything at 9.99", fine)[::4] == large
    assert Shading({}, GRID, DAY_STEP).levels("nobody", axis) == [0] * 25


# The ground


def test_today_and_days_off_show_where_no_bar_is() -> None:
    axis = axis_from(date(2026, 11, 23), 10)
    assert "".join(sign for sign, _ in background(axis, NOW_AT)) == "    │··   "
    assert "".join(sign for sign, _ in background(axis_from(date(2026, 11, 2), 8, WEEK_STEP), NOW_AT)) == "   │    "
    friday_off = replace(GRID, weekend=frozenset({4, 5}), week_start=5)
    axis = Axis.of(friday_off, DAY_STEP, friday_off.cell_of_day(DAY_STEP, date(2026, 11, 23)), 10)
    assert "".join(sign for sign, _ in background(axis, to_instant(day(1, 1)))) == "    ··    "


def test_every_sample_row_is_seen_on_the_days_around_now() -> None:
    axis = axis_from(date(2026, 11, 9), 58)
    for row in ROWS:
        line = drawn(*row.bars, axis=axis)
        assert bool(line.strip()) == bool(row.bars), row.name


def test_times_of_any_zone_are_the_same_instant() -> None:
    utc = bar(day(11, 24).astimezone(UTC), day(11, 29).astimezone(UTC))
    assert drawn(utc) == drawn(bar(day(11, 24), day(11, 29)))
    assert WARSAW is GRID.zone
