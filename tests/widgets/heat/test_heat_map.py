"""A map of counts: levels, legend, layout at every width, cursor over cells."""

from collections.abc import Iterator

import pytest

from tests.support.hosting import WidgetHost, hosted
from widgets.heat.heat_lines import (
    LEVELS,
    UNKNOWN,
    HeatData,
    HeatRow,
    geometry,
    head_line,
    legend,
    level_of,
    row_line,
    shade,
)
from widgets.heat.heat_map import HeatMap, HeatRows
from widgets.text import glyphs
from widgets.text.lines import Line, line_width

DATA = HeatData(
    "Code",
    tuple(f"{hour:02d}" for hour in range(24)),
    (
        HeatRow("a", "voucher_expired", (*range(23), None), frozenset({22}), ("253", "▲ 1 spike", "12")),
        HeatRow("b", "a code with a name that is longer than its place [/x]", (0,) * 23 + (9,), figures=("9", "", "0")),
    ),
    ("Total", "Spikes", "Before"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def unicode_signs() -> Iterator[None]:
    yield
    glyphs.use("unicode")


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


@pytest.mark.parametrize(
    ("count", "most", "level"),
    [(None, 9, UNKNOWN), (0, 9, 0), (0, 0, 0), (1, 16, 1), (2, 16, 2), (4, 16, 2), (5, 16, 3), (9, 16, 3), (10, 16, 4),
     (16, 16, 4), (1, 1, 4), (1, 1_000_000, 1)],
)  # fmt: skip
def test_levels_grow_with_the_square_root(count: int | None, most: int, level: int) -> None:
    assert level_of(count, most) == level


@pytest.mark.parametrize("most", [1, 2, 3, 7, 16, 99, 1_000])
def test_the_legend_names_each_count_once_and_as_it_is_drawn(most: int) -> None:
    named: dict[int, str] = {}
    for sign, _, words in legend(most):
        first, _, last = words.replace(",", "").partition("–")
        for count in range(int(first), int(last or first) + 1):
            assert count not in named
            named[count] = sign
    assert named == {count: shade(level_of(count, most)) for count in range(1, most + 1)}


def test_signs_differ_without_colour() -> None:
    for name in ("unicode", "ascii"):
        glyphs.use(name)
        signs = [shade(level) for level in range(UNKNOWN, LEVELS + 1)]
        assert len(set(signs)) == len(signs)
        assert glyphs.current().up not in signs
        assert name == "unicode" or "".join(signs).isascii()


@pytest.mark.parametrize("width", [30, 60, 77, 90, 120, 157, 200])
def test_lines_fit_and_columns_stand_under_their_names(width: int) -> None:
    shape = geometry(DATA, width)
    lines = [head_line(DATA, width), *(row_line(DATA, row, width, 3) for row in DATA.rows)]
    assert len({line_width(line) for line in lines}) == 1
    assert line_width(lines[0]) <= max(width, shape.label + 2 + 24 + 2 + 5)
    head = text(lines[0])
    for hour in DATA.columns:
        at = head.find(hour, shape.label + 2)
        if at >= 0 and at < shape.label + 2 + 24 * shape.cell:
            assert (at - shape.label - 2) == int(hour) * shape.cell
    assert "253" in text(lines[1])
    # Figures leave from the last, and a spike keeps its sign.
    assert ("Before" in head) <= ("Spikes" in head)
    assert "▲" in text(lines[1])[shape.label + 2 : shape.label + 2 + 24 * shape.cell]


def test_wide_cells_hold_their_numbers() -> None:
    data = HeatData("", ("1", "2", "3", "4"), (HeatRow("a", "x", (7, 12_345, None, 0), frozenset({0})),))
    line = text(row_line(data, data.rows[0], 80, None))
    assert geometry(data, 80).cell == 7
    assert "▲░░░ 7 " in line
    assert "12,345 " in line or "12.3k " in line
    assert line.rstrip().endswith("?      ·")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_cursor_goes_over_cells_and_stays_on_them(size: tuple[int, int]) -> None:
    heat = HeatMap()
    app = WidgetHost(heat, listen=(HeatRows.CellActivated, HeatRows.CellHighlighted))
    async with hosted(app, size) as pilot:
        heat.show(DATA)
        await pilot.pause()
        rows = heat.rows
        rows.focus()
        assert (rows.row, rows.column) == (DATA.rows[0], 23)
        await pilot.press("down", "left", "h", "right")
        assert rows.row is DATA.rows[1]
        assert rows.column == 22
        await pilot.press("enter")
        assert isinstance(app.heard[-1], HeatRows.CellActivated)
        reversed_cells = [part for part, role in rows.line_at(1, rows.size.width) if role == "match"]
        assert len(reversed_cells) == 1
        assert not [part for part, role in rows.line_at(0, rows.size.width) if role == "match"]
        heat.show(HeatData("Code", DATA.columns, DATA.rows[::-1], DATA.figures))
        assert rows.row is DATA.rows[1]
        assert rows.column == 22
        heat.show(HeatData("Code", DATA.columns[:7], (), (), "Nothing was refused."))
        await pilot.pause()
        assert heat.rows.row is None
        assert "Nothing was refused." in rows.render_line(0).text
        await pilot.press("enter", "left", "down")
        assert rows.column == 5
