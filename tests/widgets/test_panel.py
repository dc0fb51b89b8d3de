from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from widgets.lines import line_width
from widgets.panel import DetailPanel, Field, PanelData, PanelGrid, field_lines

BUDGET = PanelData(
    "Budget management",
    (
        Field("Limit", "€25,000.00 (rule “[/x]”)", "strong"),
        Field("Given", "€19,590.00", "strong", meter=(1_959_000, 2_500_000), source="rows · 2 min"),
        Field("Left", "€5,410.00", substitute="est."),
    ),
    source_note="rows · 2 min",
)
DETAILS = PanelData("Campaign details", (Field("Type", ("Static", "25,000 codes")), Field("", "free line")))


def text(fields: tuple[Field, ...], width: int) -> list[str]:
    return ["".join(part for part, _ in line).rstrip() for line in field_lines(fields, width)]


def test_values_stand_in_a_column_with_meter_source_and_substitute() -> None:
    assert text(BUDGET.fields, 70) == [
        "Limit  €25,000.00 (rule “[/x]”)",
        "Given  €19,590.00  ▰▰▰▰▰▰▰▱▱▱ 78.4 %  rows · 2 min",
        "Left   €5,410.00  est.",
    ]


def test_what_does_not_fit_beside_goes_below() -> None:
    assert text(BUDGET.fields[1:2], 30) == ["Given  €19,590.00", "       ▰▰▰▰▰▰▰▱▱▱ 78.4 %", "       rows · 2 min"]


def test_values_of_several_lines_and_free_lines() -> None:
    assert text(DETAILS.fields, 40) == ["Type  Static", "      25,000 codes", "free line"]


@given(
    st.lists(
        st.builds(
            Field,
            st.text(max_size=40),
            st.text(max_size=50),
            source=st.text(max_size=20),
            substitute=st.text(max_size=9),
        ),
        max_size=5,
    ),
    st.integers(14, 120),
)
def test_lines_never_pass_the_width(fields: list[Field], width: int) -> None:
    assert all(line_width(line) <= width for line in field_lines(fields, width))


class Host(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll(), PanelGrid():
            yield DetailPanel(DETAILS, id="details")
            yield DetailPanel(BUDGET, id="budget")
            yield DetailPanel(PanelData("Access settings", empty_note="Nothing is assigned."), id="access")


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
