"""Numbers wider than their place: made short on every widget that holds some, and never cut."""

import re

import pytest
from rich.style import Style

from widgets.chart.bars import Bar, BarSpec, bar_lines
from widgets.panel.stats import StatData, stat_lines
from widgets.table.columns import TableColumn, layout
from widgets.table.rows import Row
from widgets.table.table_paint import row_line
from widgets.text import plain
from widgets.text.lines import Line

WIDE = "€90,123,456,789.00"
CUT_NUMBER = re.compile(r"\d[\d,.]*…")


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(plain(part) for part, _ in line) for line in lines)


@pytest.mark.parametrize("width", [8, 10, 17, 18])
def test_in_a_table(width: int) -> None:
    columns = [TableColumn("name", "Name", 6), TableColumn("orders", "Orders", width, kind="number")]
    line = row_line(Row("1", ("Autumn", WIDE)), layout(columns, 40), 40, ("", "text"), lambda _: Style()).text
    assert (WIDE if width >= 18 else "€90.1B") in line
    assert not CUT_NUMBER.search(line)


@pytest.mark.parametrize("width", range(16, 121, 4))
@pytest.mark.parametrize("count", [1, 3, 5])
def test_in_the_head_of_a_dashboard(width: int, count: int) -> None:
    stats = [StatData("Orders", f"≥ {WIDE}", "▲ >999 %", "good", "", "summary · 2 min ago") for _ in range(count)]
    shown = text_of(stat_lines(stats, width))
    assert not CUT_NUMBER.search(shown)
    assert WIDE in shown or "€90.1B" in shown


@pytest.mark.parametrize("width", [30, 40, 60, 100])
def test_in_bars(width: int) -> None:
    spec = BarSpec("Codes", (Bar("A long label of a code", 9_012_345_678_900), Bar("B", 1)))
    for line in text_of(bar_lines(spec, width)).splitlines():
        assert len(line) <= width
        assert not CUT_NUMBER.search(line)
