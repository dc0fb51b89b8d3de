import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.table.columns import GAP, NAME_CELLS, Needs, TableColumn, furthest_skip, layout
from widgets.table.measuring import widest_cells
from widgets.table.rows import CellText, Row

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


@pytest.mark.parametrize(("width", "first"), [(17, 17), (18, 18), (25, 25)])
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
    if plan.placed and skip == 0:
        # A column that is hidden has no room, even if all that matter less than it were hidden, too.
        for hidden in plan.hidden:
            kept = [p.column for p in plan.placed if p.index == 0 or p.column.priority >= hidden.priority]
            assert sum(GAP + column.width for column in kept) + hidden.width > available


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


LIST = (
    TableColumn("name", "Campaign", 16, flex=3, max_width=48, priority=100),
    TableColumn("status", "Status", 10, kind="status", priority=90),
    TableColumn("count", "Uses", 7, kind="number", priority=80),
    TableColumn("value", "Value", 12, flex=1, max_width=20, priority=70),
    TableColumn("note", "Note", 10, flex=1, priority=60),
)


def widths(available: int, *cells: int, by: str = "", skip: int = 0) -> dict[str, int]:
    plan = layout(LIST, available, skip=skip, needs=Needs(cells, by))
    return {place.column.id: place.width for place in plan.placed}


@pytest.mark.parametrize(("available", "cells", "by", "expected"), [
    # The name keeps 26 cells, the status is whole, and the number has room for a short form: 26 + 2 + 14 + 2 + 7.
    (51, (40, 14, 1, 30, 5), "", {"name": NAME_CELLS, "status": 14, "count": 7}),
    # Names of 12 cells need no 26: value and note come in.
    (62, (12, 14, 1, 30, 5), "", {"name": 12, "status": 14, "count": 7, "value": 16, "note": 5}),
    # What holds nothing goes first, though it matters more.
    (60, (12, 14, 0, 15, 5), "", {"name": 17, "status": 14, "value": 17, "note": 6}),
    # Nothing else is cut or hidden: then it is there, too.
    (65, (12, 14, 0, 15, 5), "", {"name": 14, "status": 14, "count": 7, "value": 16, "note": 6}),
    # The column in order of which the rows are stays, and its title keeps its arrow; it matters least.
    (42, (40, 14, 1, 30, 2), "note", {"name": 26, "count": 7, "note": 5}),
    (46, (40, 14, 0, 30, 2), "count", {"name": 31, "count": 7, "note": 4}),
    # On the narrowest screens the name gives way to it.
    (20, (40, 14, 1, 30, 2), "note", {"name": 13, "note": 5}),
    (12, (40, 14, 1, 30, 2), "note", {"name": 12}),
    # A number is never cut, and a state that is no state does not push all else out.
    (60, (5, 3, 19, 0, 0), "", {"name": 15, "status": 6, "count": 19, "value": 14}),
    (70, (26, 90, 1, 0, 0), "", {"name": 26, "status": 33, "count": 7}),
])  # fmt: skip
def test_the_rows_decide(available: int, cells: tuple[int, ...], by: str, expected: dict[str, int]) -> None:
    assert widths(available, *cells, by=by) == expected


def test_nothing_is_cut_that_fits() -> None:
    """More than the most that a column takes of spare room: 60 + 14 + 7 + 70 + 30 cells and four gaps."""
    assert widths(189, 60, 14, 1, 70, 30) == {"name": 60, "status": 14, "count": 7, "value": 70, "note": 30}
    assert sum(widths(160, 60, 14, 1, 70, 30).values()) == 160 - 4 * GAP


@given(st.integers(1, 200), st.lists(st.integers(0, 60), min_size=5, max_size=5), st.integers(0, 4), st.integers(0, 5))
def test_the_sorted_column_is_in_sight(available: int, cells: list[int], by: int, skip: int) -> None:
    plan = layout(LIST, available, skip=skip, needs=Needs(tuple(cells), LIST[by].id))
    ids = [place.column.id for place in plan.placed]
    assert ids[0] == "name"
    assert plan.placed[-1].start + plan.placed[-1].width <= available
    if skip == 0 and available >= 40:
        assert LIST[by].id in ids
    shown = {place.index: place.width for place in plan.placed}
    if any(not cells[index] and index not in (0, by) for index in shown) and not skip:
        assert all(width >= cells[index] for index, width in shown.items())
        assert all(not cells[index] for index in range(len(LIST)) if index not in shown)


def test_each_column_is_as_wide_as_its_widest_cell() -> None:
    rows = [Row("1", ("a", CellText("● active"), "–", "")), Row("2", ("日本", "●", " ", "x")), Row("3", ("abc",))]
    assert widest_cells(rows, 4) == [4, 8, 0, 1]
    assert widest_cells([], 2) == [0, 0]
