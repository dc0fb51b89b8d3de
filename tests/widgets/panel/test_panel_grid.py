import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tests.widgets.panel.test_panel import BUDGET, DETAILS
from widgets.panel.panel import DetailPanel, Field, PanelData
from widgets.panel.panel_grid import WHOLE_ROW, PanelGrid, shelves

SENTENCE = "Points expire twelve months after they are earned, at the end of that month, and nobody is told beforehand."
WIDE = PanelData("Campaign point expiration", (Field("", SENTENCE),))


@pytest.mark.parametrize(
    ("wide", "rows"),
    [
        ([], []),
        ([False], [(0,)]),
        ([False, False, False], [(0, 1), (2,)]),
        ([False, True, False, False], [(0,), (1,), (2, 3)]),
        ([True, False, False, True, False], [(0,), (1, 2), (3,), (4,)]),
    ],
)
def test_rows_of_two(wide: list[bool], rows: list[tuple[int, ...]]) -> None:
    assert shelves(wide) == rows


@given(st.lists(st.booleans(), max_size=12))
def test_every_panel_once_in_order(wide: list[bool]) -> None:
    assert [place for row in shelves(wide) for place in row] == list(range(len(wide)))
    assert all(len(row) == 1 or (len(row) == 2 and not any(wide[place] for place in row)) for row in shelves(wide))


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
                assert regions[0].height == regions[1].height
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
