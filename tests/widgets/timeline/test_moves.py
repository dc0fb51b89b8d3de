from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.timeline.sample import FOREVER, GRID, NOW, ROWS, day
from widgets.timeline import moves
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.instants import DAY, to_datetime, to_instant

NOW_AT = to_instant(NOW)


def row(*bars: TimelineBar) -> TimelineRow:
    return TimelineRow("r", "r", bars)


def test_boundaries_are_walked_in_order_and_back() -> None:
    known = moves.boundaries(ROWS)
    assert known == sorted(known)
    here: moves.Boundary | None = (0, 0)
    walked = []
    while here is not None:
        here = moves.next_boundary(known, here, 1)
        walked.append(here)
    assert walked[:-1] == known
    last = known[-1]
    assert moves.next_boundary(known, last, -1) == known[-2]
    assert moves.next_boundary(known, known[0], -1) is None
    assert moves.next_boundary([], (0, 0), 1) is None


def test_weeks_by_their_first_day() -> None:
    friday = to_instant(day(11, 27, hour=13))
    for week_start, after, before in ((0, 30, 23), (5, 28, 21), (6, 29, 22)):
        grid = Grid(GRID.zone, week_start)
        assert moves.week_from(grid, friday, 1) == to_instant(day(11, after))
        assert moves.week_from(grid, friday, -1) == to_instant(day(11, before))
        assert moves.week_from(grid, to_instant(day(11, before)), -1) == to_instant(day(11, before)) - 7 * DAY


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 200))
def test_the_window_follows_the_cursor_and_rests_when_it_can(cell: int, origin: int, width: int) -> None:
    there = moves.origin_showing(cell, origin, width)
    assert there <= cell < there + width
    if origin <= cell < origin + width:
        assert there == origin


def test_the_nearest_bar_of_a_row() -> None:
    one, two = TimelineBar("1", day(3, 1), day(3, 10)), TimelineBar("2", day(4, 1), None)
    both = row(one, two)
    for at, expected in ((day(2, 1), one), (day(3, 9), one), (day(3, 12), one), (day(3, 28), two), (day(9, 1), two)):
        assert moves.bar_at(both, to_instant(at), to_instant(at) + DAY) is expected
    assert moves.bar_at(row(), 0, DAY) is None


def test_the_life_of_a_bar_reaches_beyond_now_on_its_open_side() -> None:
    def life(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
        first, stop = moves.life(TimelineBar("b", start, end), NOW_AT)
        return to_datetime(first), to_datetime(stop)

    assert life(day(3, 1), day(4, 1)) == (day(3, 1), day(4, 1))
    first, stop = life(day(3, 1), None)
    assert (first, stop > NOW + timedelta(days=29)) == (day(3, 1), True)
    assert life(day(3, 1), FOREVER) == (first, stop), "the year 9999 is a way to say never"
    first, stop = life(None, day(3, 1))
    assert first < day(2, 1)
    assert stop == day(3, 1)
    first, stop = life(None, None)
    assert first < NOW < stop
    old = datetime(12, 1, 1, tzinfo=UTC), datetime(14, 1, 1, tzinfo=UTC)
    assert life(*old) == old


def test_the_whole_of_all_rows() -> None:
    first, stop = moves.full_extent(ROWS, NOW_AT)
    assert to_datetime(first) == day(3, 1, 2025)
    assert to_datetime(stop) == day(2, 1, 2027)
    assert moves.full_extent([], NOW_AT) == (NOW_AT - 30 * DAY, NOW_AT + 30 * DAY)
    closed = [row(TimelineBar("b", day(3, 1), day(4, 1)), TimelineBar("c", day(2, 1), FOREVER))]
    assert to_datetime(moves.full_extent(closed, NOW_AT)[0]) == day(2, 1)
    assert to_datetime(moves.full_extent(closed, NOW_AT)[1]).year == 2026


def test_the_cursor_stays_on_days_that_have_a_name() -> None:
    for zone in ("Asia/Kathmandu", "America/New_York", "UTC"):
        grid = Grid(ZoneInfo(zone))
        assert to_datetime(moves.inside_calendar(grid, 10**18), grid.zone).date() == date(9999, 12, 31)
        assert to_datetime(moves.inside_calendar(grid, -(10**18)), grid.zone).date() == date(1, 1, 1)
