import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.table.columns import GAP, TableColumn, furthest_skip, layout

CAMPAIGNS = (
    TableColumn("name", "Campaign", 18, flex=1, priority=9),
    TableColumn("type", "Type", 8, priority=6),
    TableColumn("status", "Status", 14, priority=8),
    TableColumn("redeemed", "Redeemed", 9, kind="number", priority=7),
    TableColumn("spark", "14 days", 12, kind="spark", priority=5),
    TableColumn("rate", "Rate", 6, kind="number", priority=4),
    TableColumn("category", "Category", 14, priority=3, flex=1, max_width=20),
)

some_columns = st.lists(
    st.builds(
        TableColumn,
        id=st.uuids().map(str),
        title=st.text(max_size=5),
        width=st.integers(1, 30),
        flex=st.integers(0, 3),
        max_width=st.none() | st.integers(1, 40),
        priority=st.integers(0, 5),
    ),
    max_size=12,
)


def shown(width: int, skip: int = 0) -> list[str]:
    return [place.column.id for place in layout(CAMPAIGNS, width, skip=skip).placed]


@pytest.mark.parametrize(
    ("width", "ids"),
    [
        (120, ["name", "type", "status", "redeemed", "spark", "rate", "category"]),
        (79, ["name", "type", "status", "redeemed", "spark", "rate"]),
        (60, ["name", "type", "status", "redeemed"]),
        (40, ["name", "status"]),
        (10, ["name"]),
        (0, []),
    ],
)
def test_columns_leave_by_priority_and_stay_in_order(width: int, ids: list[str]) -> None:
    assert shown(width) == ids


@pytest.mark.parametrize(("width", "skip"), [(200, 0), (42, 5), (41, 6), (34, 6), (20, 6), (52, 5), (56, 4)])
def test_so_many_columns_are_skipped_to_see_the_last(width: int, skip: int) -> None:
    """Beside the first of 18 cells the last takes 2 + 14, the one before it 2 + 6, and the one before that 2 + 12."""
    assert furthest_skip(CAMPAIGNS, width) == skip


@pytest.mark.parametrize(("width", "first"), [(17, 17), (18, 18), (33, 33)])
def test_a_column_alone_is_as_wide_as_there_is_room(width: int, first: int) -> None:
    assert [place.width for place in layout(CAMPAIGNS, width).placed] == [first]


def test_spare_width_goes_to_those_that_flex() -> None:
    placed = layout(CAMPAIGNS, 79).placed
    assert placed[0].width == 79 - (8 + 14 + 9 + 12 + 6) - 5 * GAP
    assert [place.width for place in placed[1:]] == [8, 14, 9, 12, 6]
    wide = layout(CAMPAIGNS, 200)
    assert wide.placed[-1].start + wide.placed[-1].width == 200
    assert wide.placed[-1].width == 20


@given(some_columns, st.integers(-3, 200), st.integers(0, 12))
def test_a_layout_fits(columns: list[TableColumn], available: int, skip: int) -> None:
    plan = layout(columns, available, skip=skip)
    assert (plan.placed[-1].start + plan.placed[-1].width if plan.placed else 0) <= max(0, available)
    assert len(plan.placed) + len(plan.hidden) == len(columns)
    at = 0
    for place in plan.placed:
        assert place.width >= 1
        assert place.start == at
        assert columns[place.index] is place.column
        at += place.width + GAP
    if columns and available > 0:
        assert plan.placed
    for place in plan.placed if skip == 0 else ():
        assert all(place.column.priority >= hidden.priority for hidden in plan.hidden)


@given(some_columns, st.integers(1, 200))
def test_every_column_can_be_brought_into_sight(columns: list[TableColumn], available: int) -> None:
    most = furthest_skip(columns, available)
    seen: set[str] = set()
    for skip in range(most + 1):
        seen.update(place.column.id for place in layout(columns, available, skip=skip).placed)
    reachable = [c.id for c in columns[1:] if columns[0].width + GAP + c.width <= available]
    assert set(reachable) <= seen
    assert (most == 0) == (not layout(columns, available).hidden)


def test_alignment_follows_the_kind() -> None:
    assert TableColumn("a", "A", kind="number").alignment == "right"
    assert TableColumn("a", "A").alignment == "left"
