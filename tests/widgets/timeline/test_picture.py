import subprocess
import sys
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.timeline.sample import GRID, NOW, ROWS, day
from tests.widgets.timeline.strategies import WORDS
from widgets.text import glyphs
from widgets.timeline.bars import TimelineRow
from widgets.timeline.grid import DAY_STEP, HOUR_STEP
from widgets.timeline.instants import to_instant
from widgets.timeline.picture import as_text, moment_words, name_cells, name_pieces


def text(row: TimelineRow, cells: int) -> str:
    return "".join(part for part, _ in name_pieces(row, cells))


def test_names_give_way_to_glyphs_and_counts() -> None:
    assert [name_cells(width) for width in (160, 120, 80, 72, 60, 40, 20, 8)] == [30, 30, 29, 24, 20, 9, 3, 0]
    row = TimelineRow("r", "Everything at 9.99", glyph="●", depth=1)
    assert text(row, 20) == "  ● Everything at … "
    assert text(row, 9) == "  ● Eve… "
    assert text(row, 3) == "●  "
    assert text(TimelineRow("r", "No glyph"), 3) == "No "
    assert text(row, 0) == ""
    heading = TimelineRow("h", "Gift cards", heading=True, count="12")
    assert text(heading, 20) == "GIFT CARDS       12 "
    assert text(heading, 9) == "GIFT CA… "
    assert text(heading, 3) == "12 "


@given(WORDS, WORDS, st.sampled_from(["", "●", "文"]), st.integers(0, 3), st.booleans(), st.integers(1, 40))
def test_names_are_as_wide_as_their_column(
    name: str, count: str, glyph: str, depth: int, heading: bool, cells: int
) -> None:
    row = TimelineRow("r", name, glyph=glyph, depth=depth, heading=heading, count=count)
    assert cell_len(text(row, cells)) == cells
    assert text(row, cells).endswith(" ")


@settings(max_examples=30)
@given(st.integers(12, 200), st.integers(-400, 400), st.integers(1, 2000), st.sampled_from(["unicode", "ascii"]))
def test_no_line_of_text_is_too_long(width: int, shift: int, days: int, signs: str) -> None:
    glyphs.use("ascii" if signs == "ascii" else "unicode")
    try:
        start = NOW + timedelta(days=shift)
        lines = as_text(ROWS, GRID, now=NOW, start=start, end=start + timedelta(days=days), width=width, clashes=True)
    finally:
        glyphs.use("unicode")
    assert len(lines) == len(ROWS) + 2
    assert max(map(cell_len, lines)) <= width
    assert signs == "unicode" or all(line.isascii() for line in lines)


def test_the_text_shows_the_range_and_no_more() -> None:
    lines = as_text(ROWS[:3], GRID, now=NOW, start=day(11, 23), end=day(12, 7), width=44)
    assert lines == [
        "Europe/Warsaw        Nov     Dec",
        "1 cell = 1 day       23  ▼  30",
        "COUPON             5     │",
        "● Last Call          ◀▓▓▓█ 3 h   ··",
        "● Everything at 9.99 ◀▓▓▓▓█ 2 d  ··",
    ]


def test_a_moment_in_words() -> None:
    at = to_instant(day(11, 27, hour=6))
    assert [moment_words(at, GRID, DAY_STEP, cells) for cells in (19, 13, 8, 3)] == [
        "Fri 27 Nov 2026", "27 Nov 2026", "27 Nov", "",
    ]  # fmt: skip
    assert moment_words(at, GRID, HOUR_STEP, 29) == "Fri 27 Nov 2026 06:00"
    assert moment_words(at, GRID, HOUR_STEP, 13) == "27 Nov 06:00"


def test_commands_draw_it_without_textual() -> None:
    code = "import sys, widgets.timeline.picture, widgets.timeline.lanes; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
