import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tests.widgets.panel.test_panel import BUDGET, DETAILS
from widgets.panel.panel import DetailPanel, Field, PanelData
from widgets.panel.panel_grid import WHOLE_ROW, PanelGrid, column_widths, over_all, places

SENTENCE = "Points expire twelve months after they are earned, at the end of that month, and nobody is told beforehand."
WIDE = PanelData("Campaign point expiration", (Field("", SENTENCE),))


@pytest.mark.parametrize(
    ("wide", "whole"),
    [
        ([], []),
        ([False], [True]),
        ([False, False, False], [False, False, False]),
        ([False, True, False, False], [True, True, False, False]),
        ([True, True, False], [True, True, True]),
    ],
)
def test_a_panel_alone_between_wide_ones_takes_the_row(wide: list[bool], whole: list[bool]) -> None:
    assert over_all(wide) == whole


def test_each_panel_is_as_high_as_what_it_holds() -> None:
    # 10 lines beside 3 and then 4; one over both columns stands below; then the left column is the first again.
    heights = [[10, 9], [4, 3], [5, 4], [6], [2, 2]]
    assert places(heights, 2) == [(0, 0, 10), (1, 0, 3), (1, 3, 4), (0, 10, 6), (0, 16, 2)]
    assert places([[3], [2]], 1) == [(0, 0, 3), (0, 3, 2)]


@given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 3))
def test_panels_of_a_column_touch_and_never_overlap(sizes: list[int], columns: int) -> None:
    ends = [0] * columns
    for size, (column, top, height) in zip(sizes, places([[size] * columns for size in sizes], columns), strict=True):
        assert (top, height) == (ends[column], size)
        ends[column] += height


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_two_columns_end_as_high_up_as_can_be(sizes: list[int]) -> None:
    sums = {0}
    for size in sizes:
        sums |= {one + size for one in sums}
    found = places([[size, size] for size in sizes], 2)
    assert max(top + height for _, top, height in found) == min(max(one, sum(sizes) - one) for one in sums)
    assert found[0][:2] == (0, 0)


@given(st.integers(20, 300), st.integers(1, 3))
def test_columns_fill_the_width(width: int, count: int) -> None:
    found = column_widths(width, count)
    assert sum(size for _, size in found) + count - 1 == width
    assert [start for start, _ in found[1:]] == [start + size + 1 for start, size in found[:-1]]


class Host(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll(), PanelGrid():
            yield DetailPanel(DETAILS, id="details")
            yield DetailPanel(BUDGET, id="budget")
            yield DetailPanel(PanelData("Access settings", empty_note="Nothing is assigned."), id="access")
            whole = DetailPanel(WIDE, id="whole")
            whole.add_class(WHOLE_ROW)
            yield whole


async def test_one_column_at_80_and_two_from_120() -> None:
    for size, columns in (((80, 24), 1), ((120, 30), 2), ((160, 45), 2)):
        app = Host()
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            await pilot.pause()
            regions = [app.query_one(f"#{name}").region for name in ("details", "budget", "access")]
            assert len({region.x for region in regions}) == columns
            if columns == 2:
                assert regions[0].y == regions[1].y
                assert [region.height for region in regions] == [5, 5, 3], "none is stretched"
                assert regions[2].y == regions[1].bottom
            panels = [app.query_one(f"#{name}", DetailPanel) for name in ("budget", "access")]
            assert "Budget management" in panels[0].render_line(0).text
            assert "Nothing is assigned." in panels[1].render_line(1).text


async def test_other_data_changes_the_height() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        panel = app.query_one("#access", DetailPanel)
        panel.show(BUDGET)
        await pilot.pause()
        assert panel.size.height == 5
        assert panel.data is BUDGET


@pytest.mark.parametrize(("size", "height"), [((80, 24), 4), ((160, 45), 3)])
async def test_a_panel_over_both_columns_is_as_high_as_it_needs(size: tuple[int, int], height: int) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        whole, grid = app.query_one("#whole"), app.query_one(PanelGrid)
        assert whole.region.height == height
        assert whole.region.width == grid.size.width
        assert grid.region.bottom == whole.region.bottom
