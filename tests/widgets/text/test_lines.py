import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color

from widgets.text import cell_width
from widgets.text.ink import LOOKS, Ink, Mixer
from widgets.text.lines import (
    ROLES,
    Line,
    LineWidget,
    Role,
    cut,
    cut_words,
    end_lines,
    ends,
    frame,
    line_width,
    paint,
)  # fmt: skip
from widgets.text.wrap import wrap_cells

TEXT = st.text(max_size=30) | st.sampled_from(["[/x]", "\x1b[31m", "日本語", "👩‍👩‍👧", "a\u202eb", ""])
ROLE: st.SearchStrategy[Role] = st.sampled_from(ROLES)
LINES: st.SearchStrategy[Line] = st.lists(st.tuples(TEXT, ROLE), max_size=6).map(tuple)
INK = Ink.bare()


@given(LINES, st.integers(0, 60))
def test_paint_is_exactly_as_wide_as_asked(line: Line, width: int) -> None:
    strip = paint(line, width, INK)
    assert sum(cell_width(segment.text) for segment in strip) == width == strip.cell_length
    assert all(char.isprintable() for segment in strip for char in segment.text)


@given(LINES, st.integers(0, 60))
def test_cut_keeps_what_fits(line: Line, width: int) -> None:
    got = cut(line, width)
    assert line_width(got) <= width
    if line_width(line) <= width:
        assert got == line


@given(LINES, LINES, st.integers(1, 80))
def test_ends_fill_the_width(left: Line, right: Line, width: int) -> None:
    got = ends(left, right, width)
    assert line_width(got) == max(width, line_width(right))
    assert got[len(got) - len(right) :] == right


@given(LINES, LINES, st.integers(1, 80))
def test_end_lines_fit(left: Line, right: Line, width: int) -> None:
    assert all(line_width(line) <= width for line in end_lines(left, right, width))


@pytest.mark.parametrize(("width", "lines"), [
    (40, ["12 of 231 codes  active · gone      rows"]),
    (33, ["12 of 231 codes  active · gone", "rows"]),
    (20, ["12 of 231 codes", "active · gone", "rows"]),
    (8, ["12 of", "231", "codes", "active ·", "gone", "rows"]),
])  # fmt: skip
def test_filters_are_never_cut(width: int, lines: list[str]) -> None:
    got = end_lines((("12 of 231 codes", "strong"), ("  active · gone", "accent")), (("rows", "source"),), width)
    assert ["".join(text for text, _ in line) for line in got] == lines


@given(LINES, st.integers(0, 60), st.integers(2, 9), LINES, LINES)
def test_frames_are_rectangles(body: Line, width: int, height: int, title: Line, note: Line) -> None:
    rows = frame([body], width, title=title, note=note, foot=(("t table", "muted"),), height=height)
    if width >= 6:
        assert len(rows) == height
        assert {line_width(row) for row in rows} == {width}


@given(TEXT | st.text(alphabet=" ab日\n", max_size=60), st.integers(1, 20))
def test_wrapping_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = wrap_cells(text, width)
    assert all(cell_width(line) <= width for line in lines)
    if text.isascii() and text.isprintable():
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_equal_neighbours_become_one_segment() -> None:
    assert len(list(paint((("a", "text"), ("b", "text")), 2, INK))) == 1
    assert len(list(paint((("a", "text"),), 5, INK, Style(bold=True)))) == 2


class Counter(LineWidget):
    drawn = 0

    def draw(self, width: int) -> list[Line]:
        self.drawn += 1
        return [((f"drawn at {width}", "accent"),)]


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Counter()


async def test_a_theme_change_draws_anew_and_idling_does_not() -> None:
    app = Host()
    async with app.run_test(size=(40, 5), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        counter = app.query_one(Counter)
        before = counter.ink
        drawn = counter.drawn
        counter.refresh()
        await pilot.pause()
        assert counter.drawn == drawn
        app.theme = "textual-light"
        await pilot.pause()
        assert counter.ink != before
        assert counter.drawn > drawn


def test_each_role_has_a_look_and_the_theme_decides_its_colour() -> None:
    assert set(ROLES) <= set(LOOKS)
    colors = {"foreground": "#ffffff", "text-error": "#ff0000", "text-muted": "auto 50%", "status-off": "#0000ff"}
    mixer = Mixer(Style(italic=True), Color.parse("#000000"), colors, LOOKS)
    black = Style(bgcolor="#000000", italic=True)
    assert mixer.style_of("bad") == black + Style(color="#ff0000")
    assert mixer.style_of("strong") == black + Style(color="#ffffff", bold=True)
    assert mixer.style_of("status-off") == black + Style(color="#0000ff")
    assert mixer.style_of("nobody's") == black + Style(color="#ffffff")
    assert mixer.style_of("cursor").bgcolor == Style(bgcolor="#1e1e1e").bgcolor, "12 % of 255 is 30"
    muted = mixer.style_of("muted").color
    assert muted is not None
    assert muted.get_truecolor().red in range(120, 136), "half way to the readable one of black and white"


def test_the_terminals_own_colours_are_not_mixed() -> None:
    own = Color.parse("ansi_default")
    mixer = Mixer(Style.null(), own, {"foreground": "ansi_default", "text-muted": "ansi_default"}, LOOKS, ansi=True)
    assert mixer.style_of("muted").dim
    assert mixer.style_of("cursor").reverse
    assert mixer.style_of("cursor").bgcolor == Style(bgcolor="default").bgcolor


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Left this month", 15, "Left this month"),
        ("Left this month", 12, "Left this…"),
        ("Left this month", 10, "Left this…"),
        ("Left this month", 6, "Left…"),
        ("Redemptions by result · Last 30 days", 27, "Redemptions by result…"),
        ("Validations, redemptions", 14, "Validations…"),
        ("A extraordinarily long", 12, "A extraordi…"),
        ("Redemptions", 6, "Redem…"),
        ("Events of the last 30 days", 24, "Events of the last…"),
        ("Left", 0, ""),
    ],
)
def test_titles_are_shortened_between_words(text: str, width: int, shown: str) -> None:
    assert "".join(part for part, _ in cut_words(((text, "title"),), width)) == shown
