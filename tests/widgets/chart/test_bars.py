import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.chart.bars import Bar, BarSpec, bar_lines, meter_bar
from widgets.text import glyphs
from widgets.text.lines import line_width

BARS = st.lists(st.tuples(st.text(max_size=40), st.none() | st.integers(0, 10**12)), max_size=20)


def text_of(spec: BarSpec, width: int = 60, height: int | None = None) -> list[str]:
    return ["".join(part for part, _ in line) for line in bar_lines(spec, width, height)]


def test_label_count_and_share_stand_in_line() -> None:
    got = text_of(BarSpec("By code", (Bar("quantity_exceeded", 30), Bar("voucher_expired", 10))))
    assert got[0].startswith("quantity_exceeded █")
    assert got[0].endswith("30  75.0 %")
    assert got[1].endswith("10  25.0 %")


def test_a_label_takes_two_fifths_of_what_numbers_leave() -> None:
    """Of 60 cells the numbers and the blanks before them leave 49: 19 for the label, a blank, 29 for the bar."""
    assert text_of(BarSpec("x", (Bar("x" * 40, 10),))) == [f"{'x' * 18}… {'█' * 29}  10  100 %"]
    assert text_of(BarSpec("x", (Bar("ab", 10),))) == [f"ab {'█' * 46}  10  100 %"]


@pytest.mark.parametrize(
    ("value", "top", "cells", "bar", "plain"),
    [
        (None, 8, 2, "  ", "  "),
        (0, 8, 2, "  ", "  "),
        (1, 0, 2, "  ", "  "),
        (8, 8, 3, "███", "==="),
        (4, 8, 4, "██  ", "==  "),
        (-4, 8, 4, "██  ", "==  "),
        (3, 8, 1, "▍", "="),
        (5, 16, 2, "▋ ", "= "),
        (1, 1_000, 2, "▏ ", "= "),  # what is above 0 is seen
        (1_000, 1_001, 2, "█▉", "= "),  # and only all of it is a full bar
        (9, 8, 3, "███", "==="),
        (1, 8, 0, "", ""),
    ],
)
def test_a_bar(value: int | None, top: int, cells: int, bar: str, plain: str) -> None:
    assert meter_bar(value, top, cells) == bar
    glyphs.use("ascii")
    try:
        assert meter_bar(value, top, cells).replace(glyphs.ASCII.bar, "=") == plain
    finally:
        glyphs.use("unicode")


def test_unknown_is_a_dash_without_a_bar() -> None:
    got = text_of(BarSpec("x", (Bar("a", None), Bar("b", 4))))
    assert "█" not in got[0]
    assert got[0].split() == ["a", "–", "–"]


def test_what_does_not_fit_is_summed_up() -> None:
    got = text_of(BarSpec("x", tuple(Bar(f"code {index}", 10) for index in range(8))), height=4)
    assert len(got) == 4
    assert got[-1].startswith("5 others")
    assert got[-1].split()[-3:] == ["50", "62.5", "%"]


def test_nothing_says_why() -> None:
    assert text_of(BarSpec("x", (), empty_note="No failures in this range.")) == ["No failures in this range."]


@given(BARS, st.integers(24, 160))
def test_lines_never_pass_the_width(bars: list[tuple[str, int | None]], width: int) -> None:
    spec = BarSpec("x", tuple(Bar(*bar) for bar in bars), value_format=lambda value: str(value)[:6])
    assert all(line_width(line) <= width for line in bar_lines(spec, width))


@given(st.integers(0, 10**13), st.integers(1, 10**13), st.integers(1, 60))
def test_bars_are_exact_and_seen(value: int, top: int, cells: int) -> None:
    for name in ("unicode", "ascii"):
        glyphs.use("ascii" if name == "ascii" else "unicode")
        try:
            bar = meter_bar(min(value, top), top, cells)
        finally:
            glyphs.use("unicode")
        assert len(bar) == cells
        assert bool(bar.strip()) == bool(value)
        assert name == "unicode" or bar.isascii()
