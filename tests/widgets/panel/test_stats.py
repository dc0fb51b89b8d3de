from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from widgets.panel.stats import StatData, StatRow, stat_lines
from widgets.text.lines import line_width

FIVE = (
    StatData("Redeemed", "3,918", "▲ 8 %", "good", "▁▂▃▅▇▆▅▃▂▁▂▃", "summary · 2 min"),
    StatData("Success", "94.1 %", "▼ 2 %", "bad", "▇▇▇▇▆▇▇▂▇▇▇▇", "summary · 2 min"),
    StatData("Discount given", "€19,590.00", "▲ 9 %", "good", source_text="summary · 2 min"),
    StatData("Orders", "€391,820", "▲ 7 %", "good", source_text="summary · 2 min"),
    StatData("Left", "€5,410", note="est."),
)


def text(stats: tuple[StatData, ...], width: int) -> list[str]:
    return ["".join(part for part, _ in line) for line in stat_lines(stats, width)]


def test_wide_all_stand_in_one_row() -> None:
    got = text(FIVE, 156)
    assert len(got) == 4
    assert got[0].split() == ["REDEEMED", "SUCCESS", "DISCOUNT", "GIVEN", "ORDERS", "LEFT"]
    assert "3,918  ▲ 8 %" in got[1]


def test_with_little_room_changes_stand_below_and_a_shared_source_once() -> None:
    got = text(FIVE, 70)
    assert got[0].split() == ["REDEEMED", "SUCCESS", "DISCOUNT", "GIVEN", "ORDERS", "LEFT"]
    assert got[1].split() == ["3,918", "94.1", "%", "€19,590.00", "€391,820", "€5,410"]
    assert [row.strip() for row in got].count("summary · 2 min") == 1
    assert got[-1] == "summary · 2 min"


def test_a_source_that_differs_stands_with_its_figure() -> None:
    other = StatData("Referred ever", "638", source_text="rows · 1 h")
    got = text((*FIVE, other), 70)
    assert got[-1] == "summary · 2 min"
    assert any("rows · 1 h" in row for row in got[:-1])


def test_narrow_they_wrap_into_even_rows() -> None:
    got = text(FIVE, 54)
    heads = [row.split() for row in got if "REDEEMED" in row or "ORDERS" in row]
    assert heads == [["REDEEMED", "SUCCESS", "DISCOUNT", "GIVEN"], ["ORDERS", "LEFT"]]


def test_an_unknown_value_is_a_dash_with_the_reason() -> None:
    got = text((StatData("Left", "–", note="no budget rule"),), 40)
    assert [row.strip() for row in got] == ["LEFT", "–", "no budget rule"]


@given(
    st.lists(st.builds(StatData, st.text(max_size=30), st.text(max_size=40), note=st.text(max_size=80)), max_size=9),
    st.integers(1, 170),
)
def test_figures_never_pass_the_width(stats: list[StatData], width: int) -> None:
    assert all(line_width(line) <= width for line in stat_lines(stats, width))


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield StatRow(FIVE)
        yield StatRow((StatData("[/x]", "[@click=app.bell]1[/]"),))


@pytest.mark.parametrize(("size", "height"), [((80, 24), 4), ((70, 24), 5), ((160, 45), 4), ((44, 24), 13)])
async def test_the_row_is_as_high_as_it_needs(size: tuple[int, int], height: int) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        row = app.query(StatRow).first()
        assert row.size.height == height
        shown = app.query(StatRow).last()
        assert [shown.render_line(y).text.strip() for y in range(2)] == ["[/X]", "[@click=app.bell]1[/]"]
        kept = row.render_line(0)
        row.show(tuple(replace(stat) for stat in FIVE))
        assert row.render_line(0) is kept
        row.show(FIVE[:1])
        await pilot.pause()
        assert row.size.height == 4
