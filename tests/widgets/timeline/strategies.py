"""Bars and windows of any kind, for property tests."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st

from tests.widgets.timeline.sample import WARSAW
from widgets.timeline.axis import Axis
from widgets.timeline.bar_cells import BarLook
from widgets.timeline.bars import Fill, TimelineBar
from widgets.timeline.grid import LADDER, STOPS, Grid, Step
from widgets.timeline.instants import to_instant

BASE = datetime(2026, 11, 27, 13, tzinfo=UTC)
GRID = Grid(WARSAW)
STEPS = st.sampled_from(LADDER[:14])
WIDTHS = st.integers(1, 130)
WORDS = st.text(max_size=14) | st.sampled_from(
    ["ends in 3 d", "文字列", "[/x]", "a\x1b[31m", "e\u0301\u0301", "👍🏽 ok"]
)
FILLS: st.SearchStrategy[Fill] = st.sampled_from(get_args(Fill))


def moments() -> st.SearchStrategy[datetime]:
    near = st.integers(-80 * 24 * 60, 80 * 24 * 60).map(lambda minutes: BASE + timedelta(minutes=minutes))
    far = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
    return near | near | near | far


def windows() -> st.SearchStrategy[tuple[datetime, datetime]]:
    return st.tuples(moments(), moments()).map(lambda pair: (min(pair), max(pair)))


@st.composite
def bars(draw: st.DrawFn) -> TimelineBar:
    return TimelineBar(
        str(draw(st.integers(0, 10**9))),
        draw(st.none() | moments()),
        draw(st.none() | moments()),
        tuple(draw(st.lists(WORDS, max_size=3))),
        fill=draw(FILLS),
        tail_end=draw(st.none() | moments()),
        clashes=tuple(draw(st.lists(windows(), max_size=2))),
    )


def rows_of_bars() -> st.SearchStrategy[list[TimelineBar]]:
    return st.lists(bars(), max_size=8, unique_by=lambda bar: bar.id)


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    step: Step = draw(STEPS)
    width = draw(WIDTHS)
    cell = GRID.cell(step, to_instant(draw(moments())))
    return Axis.of(GRID, step, cell - draw(st.integers(0, width - 1)), width)


LOOK = BarLook(to_instant(BASE), clashes=True)


def stop_named(name: str) -> Step:
    """A stop by its name."""
    return next(step for step in STOPS if step.name == name)
