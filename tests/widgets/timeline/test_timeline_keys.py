from collections.abc import Iterator
from datetime import timedelta

import pytest
from rich.cells import cell_len

from tests.support.hosting import hosted
from tests.widgets.timeline.host import Host, many
from tests.widgets.timeline.sample import ACTIVITY, GRID, NOW, ROWS, day
from widgets.text import glyphs
from widgets.timeline.grid import Grid
from widgets.timeline.timeline import Timeline


@pytest.fixture(autouse=True)
def unicode_signs() -> Iterator[None]:
    yield
    glyphs.use("unicode")


# The picture


async def test_at_80_columns_the_names_have_29_and_the_bars_49() -> None:
    app = Host(*many(100))
    async with hosted(app) as pilot:
        await pilot.pause()
        assert app.timeline.show_vertical_scrollbar
        assert app.timeline.axis.width == 49
        assert app.lines()[0].startswith(" Europe/Warsaw       ")
        assert {cell_len(line) for line in app.lines()} == {79}


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (60, 15), (44, 12), (30, 10), (12, 5), (3, 3)])
@pytest.mark.parametrize("signs", ["unicode", "ascii"])
async def test_every_size_is_drawn_to_its_edges(size: tuple[int, int], signs: str) -> None:
    glyphs.use("ascii" if signs == "ascii" else "unicode")
    app = Host()
    async with hosted(app, size) as pilot:
        app.timeline.show_activity(ACTIVITY)
        app.timeline.show_clashes(True)
        for key in ("minus", "minus", "a", "L", "G", "plus", "z"):
            await pilot.press(key)
            width = app.timeline.scrollable_content_region.width
            assert {cell_len(line) for line in app.lines()} == {width}
            assert signs == "unicode" or all(line.isascii() for line in app.lines())


async def test_narrow_keeps_glyphs_and_counts() -> None:
    app = Host()
    async with hosted(app, (30, 24)) as pilot:
        await pilot.pause()
        lines = app.lines()
        assert lines[2].startswith(" 5 ")
        assert lines[3].startswith("▌●  ")
        assert lines[6].startswith(" ○  ")


async def test_empty_says_why() -> None:
    app = Host()
    async with hosted(app) as pilot:
        app.timeline.show_rows([])
        await pilot.press("j", "n", "p", "a", "z", "enter", "right", "G")
        assert "No campaigns match." in "\n".join(app.lines())
        app.timeline.set_empty_text("Nothing cached.")
        assert "Nothing cached." in "\n".join(app.lines())
        assert app.timeline.cursor_row is None
        assert not [message for message in app.heard if isinstance(message, Timeline.Activated)]


# Keys, across


async def test_right_and_left_go_by_cell() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        assert app.timeline.at == NOW
        assert app.cursor_date() == "Fri 27 Nov 2026"
        await pilot.press("right")
        assert app.timeline.at == day(11, 28)
        assert app.cursor_date() == "Sat 28 Nov 2026"
        await pilot.press("left", "left")
        assert app.timeline.at == day(11, 26)
        await pilot.press("plus", "right")
        assert app.timeline.at == day(11, 26, hour=6)
        assert app.cursor_date() == "Thu 26 Nov 2026 06:00"


async def test_the_cursor_shows_in_its_row_and_on_the_axis() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "right")
        column = 30 + app.timeline.cursor_column
        assert app.lit(1) == column
        assert app.lit(4) == column
        assert app.lines()[4][0] == "▌"
        app.set_focus(None)
        await pilot.pause()
        assert app.lines()[4][0] == "▌"
        with pytest.raises(AssertionError):
            app.lit(1)


async def test_screens() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        column, (start, end) = app.timeline.cursor_column, app.timeline.window
        await pilot.press("L")
        assert app.timeline.window[0] == end
        assert app.timeline.cursor_column == column
        await pilot.press("H", "H")
        assert app.timeline.window[1] == start
        assert app.timeline.cursor_column == column


async def test_weeks_and_today() -> None:
    app = Host(grid=Grid(GRID.zone, week_start=6))
    async with hosted(app) as pilot:
        await pilot.press("w")
        assert app.timeline.at == day(11, 29)
        await pilot.press("w")
        assert app.timeline.at == day(12, 6)
        await pilot.press("b", "b", "b")
        assert app.timeline.at == day(11, 15)
        await pilot.press("L", "L", "T")
        assert app.timeline.at == NOW
        assert "▼" in app.lines()[1]


async def test_next_and_previous_start_or_end_of_any_row() -> None:
    app = Host()
    async with hosted(app) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("n")
            row = app.timeline.cursor_row
            assert row is not None
            seen.append((row.name, app.timeline.at))
        assert seen == [
            ("Last Call", day(11, 27, hour=16) - timedelta(microseconds=1)),
            ("Everything at 9.99", day(11, 29) - timedelta(microseconds=1)),
            ("Flash", day(11, 30, hour=18)),
        ]
        await pilot.press("p", "p", "p")
        assert app.timeline.cursor_row is not None
        assert (app.timeline.cursor_row.name, app.timeline.at) == ("Tier 2 · 10 %", day(11, 20))


# Keys, zoom


async def test_zoom_goes_through_the_stops_and_back() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("right", "right", "right")
        place = app.timeline.place
        names = []
        for _ in range(6):
            await pilot.press("minus")
            names.append(app.timeline.step.name)
            assert app.timeline.at == place.at
            assert app.timeline.cursor_column == place.column
        assert names == ["week", "month", "quarter", "year", "year", "year"]
        await pilot.press(*["plus"] * 4)
        assert app.timeline.place == place
        await pilot.press("equals_sign", "plus", "plus")
        assert app.timeline.step.name == "hour"
        await pilot.press("minus", "minus")
        assert app.timeline.place == place


async def test_fit_all_shows_all_that_is_known() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("a")
        start, end = app.timeline.window
        assert start <= day(3, 1, 2025)
        assert end >= day(2, 1, 2027)
        for row in ROWS:
            if row.bars:
                assert set(app.row_line(row.name)[21:]) & set("█▐▌▓▒◀▶╱░"), row.name


async def test_fit_shows_the_life_of_a_bar() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "j", "j", "j")
        assert app.timeline.cursor_bar is not None
        assert app.timeline.cursor_bar.id == "bar:Flash"
        await pilot.press("z")
        assert app.timeline.step.name == "hour"
        assert app.row_line("Flash")[21:].count("█") == 2, "two hours"
        assert day(11, 30, hour=18) <= app.timeline.at < day(11, 30, hour=20)
        await pilot.press("G", "z")
        line = app.row_line("Tier 2")[21:]
        assert "█▓" in line
        assert line.count("█") == 2, "both ends"


# Keys, down


async def test_rows_by_key_pass_over_headings() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        assert app.timeline.cursor == 1, "the first row is a heading"
        for key, expected in {
            "j": 2, "down": 3, "k": 2, "up": 1, "G": 14, "g": 1, "end": 14, "home": 1, "pagedown": 14, "pageup": 1,
            "ctrl+d": 11, "ctrl+u": 1,
        }.items():  # fmt: skip
            await pilot.press(key)
            if key == "ctrl+d":
                assert app.timeline.cursor > 7
            else:
                assert app.timeline.cursor == expected, key


async def test_rows_scroll_under_the_axis() -> None:
    app = Host(*many(1000))
    async with hosted(app) as pilot:
        await pilot.press("G")
        lines = app.lines()
        assert lines[0].startswith(" Europe/Warsaw")
        assert lines[-1].startswith("▌Campaign 999")
        await pilot.press("ctrl+u", "pageup")
        assert 940 < app.timeline.cursor < 985
        await pilot.press("g")
        assert app.lines()[2].startswith("▌Campaign 0 ")


async def test_a_heading_comes_into_sight_with_its_first_row() -> None:
    app = Host()
    async with hosted(app, (80, 6)) as pilot:
        await pilot.press("G", "g")
        assert app.lines()[2].startswith(" COUPON")
