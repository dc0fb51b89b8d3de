import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from store import words as fmt
from widgets.chart.plot import ChartSeries, ChartSpec, Kind, legend, render_chart, shapes
from widgets.text import glyphs
from widgets.text.ink import Ink
from widgets.text.lines import ROLES

INK = Ink.bare()
COLOURED = Ink(Style.null(), lambda role: Style(color=f"color({list[str](ROLES).index(role) + 20})"))
START = date(2026, 10, 24)
KINDS: list[Kind] = ["line", "bar", "stacked"]


def dates(count: int) -> tuple[date, ...]:
    return tuple(START + timedelta(days=index) for index in range(count))


def spec(*series: ChartSeries) -> ChartSpec:
    return ChartSpec("Redemptions", series, dates(max(len(item.values) for item in series)))


def rows(chart: ChartSpec, width: int = 60, height: int = 10) -> list[str]:
    return [strip.text for strip in render_chart(chart, width, height, INK)]


def is_braille(char: str) -> bool:
    return "\u2801" <= char <= "\u28ff"


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS), st.lists(st.none() | st.integers(-(10**14), 10**14), min_size=1, max_size=90)
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 130),
    st.integers(1, 20),
)
def test_any_series_gives_exactly_the_size(drawn: list[tuple[Kind, list[int | None]]], width: int, height: int) -> None:
    chart = spec(*(ChartSeries(str(place), tuple(values), kind) for place, (kind, values) in enumerate(drawn)))
    strips = render_chart(chart, width, height, INK)
    assert len(strips) == height
    assert {strip.cell_length for strip in strips} == {width}
    assert all("\x1b" not in segment.text for strip in strips for segment in strip)


@pytest.mark.parametrize("values", [(), (None, None, None)])
def test_without_known_values_it_says_so(values: tuple[int | None, ...]) -> None:
    text = "\n".join(rows(ChartSpec("x", (ChartSeries("a", values),))))
    assert "No values in this range." in text
    assert not any(map(is_braille, text))


def test_one_point_is_seen() -> None:
    text = "\n".join(rows(spec(ChartSeries("a", (7,)))))
    assert "●" in text
    assert "24 Oct" in text


def test_a_gap_stays_a_gap() -> None:
    values = (5,) * 10 + (None,) * 10 + (5,) * 10
    drawn = [[x for x, char in enumerate(row) if is_braille(char)] for row in rows(spec(ChartSeries("a", values)))]
    columns = sorted({x for row in drawn for x in row})
    gap = max(after - before for before, after in itertools.pairwise(columns))
    assert gap > 15


def test_negative_values_lie_below_the_zero_tick() -> None:
    got = rows(spec(ChartSeries("created", (5, 6, 4), "stacked"), ChartSeries("deleted", (-2, -3, -4), "stacked")))
    zero = next(index for index, row in enumerate(got) if row.lstrip().startswith("0┤"))
    assert all("░" not in row for row in got[: zero + 1])
    assert any("░" in row for row in got[zero + 1 :])
    assert all("█" not in row for row in got[zero + 1 :])


def test_huge_money_has_short_whole_ticks() -> None:
    chart = ChartSpec(
        "x",
        (ChartSeries("a", (10**12, 3 * 10**12)),),
        dates(2),
        y_format=lambda value: fmt.money_compact(value, "EUR"),
        tick_unit=100,
    )
    got = rows(chart)
    assert any(row.startswith("€40B┤") for row in got)
    assert any(row.strip().startswith("€0┤") for row in got)


def test_a_small_bar_beside_a_large_one_is_seen() -> None:
    got = rows(spec(ChartSeries("a", (1_000_000, 1), "bar")))
    assert got[-3].count("█") > got[-4].count("█")


def test_a_zero_bar_draws_nothing_and_neither_does_an_unknown_one() -> None:
    assert rows(spec(ChartSeries("a", (3, 0, 3), "bar"))) == rows(spec(ChartSeries("a", (3, None, 3), "bar")))


def test_series_differ_in_shape_not_only_in_colour() -> None:
    flat = spec(*(ChartSeries(str(place), (10 * place + 10,) * 30) for place in range(4)))
    counts = [sum(map(is_braille, row)) for row in rows(flat, 80, 14)]
    seen = [count for count in counts if count]
    assert len(set(seen)) == len(seen) == 4
    assert len({sample for sample, *_ in legend(flat)}) == 4


def test_bars_of_different_series_have_different_fills() -> None:
    text = "\n".join(rows(spec(ChartSeries("a", (4, 5), "stacked"), ChartSeries("b", (4, 5), "stacked"))))
    assert {"█", "░"} <= set(text)


def test_colours_come_back_as_roles() -> None:
    chart = spec(ChartSeries("a", (1, 9), role="good"), ChartSeries("b", (9, 1), role="bad"))
    styles = {
        segment.style
        for strip in render_chart(chart, 60, 10, COLOURED)
        for segment in strip
        if any(map(is_braille, segment.text))
    }
    assert styles == {COLOURED["good"], COLOURED["bad"]}


def test_the_same_data_size_and_theme_are_drawn_once() -> None:
    first = render_chart(spec(ChartSeries("a", (1, 2, 3))), 60, 10, INK)
    assert render_chart(spec(ChartSeries("a", (1, 2, 3))), 60, 10, INK) is first
    assert render_chart(spec(ChartSeries("a", (1, 2, 4))), 60, 10, INK) is not first
    assert render_chart(spec(ChartSeries("a", (1, 2, 3))), 60, 10, COLOURED) is not first


def test_wide_plots_ignore_the_size_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "10")
    got = rows(spec(ChartSeries("wide", (1, 2, 3, 4))), 150, 30)
    assert any(is_braille(char) for row in got for char in row[140:])


def test_legend_totals_say_what_they_are() -> None:
    chart = spec(
        ChartSeries("sum", (1, 2)),
        ChartSeries("some unknown", (1, None)),
        ChartSeries("balance", (5, 7), total="last"),
        ChartSeries("rate", (5, 7), total="none"),
        ChartSeries("nothing", (None, None)),
    )
    assert [total for _, _, total, _ in legend(chart)] == ["3", "≥ 1", "7", "", "–"]


def test_chosen_markers_are_kept() -> None:
    assert shapes(spec(ChartSeries("a", (1,), marker=2), ChartSeries("b", (1,)), ChartSeries("c", (1,), "bar"))) == [
        2,
        1,
        0,
    ]


def test_ascii_set_draws_ascii() -> None:
    chart = spec(ChartSeries("a", (1, 5, 2)), ChartSeries("b", (2, 3, None)))
    glyphs.use("ascii")
    try:
        plot = "".join(row.split("┤")[-1].split("│")[-1] for row in rows(chart)[:-2])
        assert plot.strip()
        assert plot.isascii()
        assert all(sample.isascii() for sample, *_ in legend(chart))
    finally:
        glyphs.use("unicode")
