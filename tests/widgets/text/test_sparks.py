import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.text import glyphs
from widgets.text.sparks import meter, sparkline


def test_meter() -> None:
    assert meter(37, 100, 4) == "▰▱▱▱"
    assert meter(1, 1000, 4) == "▰▱▱▱"
    assert meter(0, 100, 4) == "▱▱▱▱"
    assert meter(999, 100, 4) == "▰▰▰▰"
    assert meter(5, 0, 4) == "▱▱▱▱"


@pytest.mark.parametrize(
    ("values", "width", "line"),
    [
        ([], None, ""),
        ([0, 0], None, "▁▁"),
        ([1], None, "█"),
        ([None, None], None, "  "),
        ([0, None, 8], None, "▁ █"),
        ([1, 1000], None, "▂█"),
        ([-7, 0, 7], None, "▁▅█"),
        ([1, 8, 2, None], 2, "█▃"),
        ([1, 2], 10, "▅█"),
        ([1, 2], 0, ""),
    ],
)
def test_sparkline(values: list[int | None], width: int | None, line: str) -> None:
    assert sparkline(values, width) == line


@given(st.lists(st.none() | st.integers(-(10**15), 10**15), max_size=50), st.integers(0, 30))
def test_sparkline_shape(values: list[int | None], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) == min(len(values), width)
    if len(values) <= width:
        assert [char == " " for char in line] == [value is None for value in values]


def test_the_ascii_set_is_drawn_in_ascii() -> None:
    glyphs.use("ascii")
    try:
        assert (meter(1, 2, 4), sparkline([0, 9])) == ("##..", "_#")
    finally:
        glyphs.use("unicode")
