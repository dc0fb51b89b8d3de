from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.pilot import Pilot
from textual.strip import Strip

from tests.support.hosting import WidgetHost, hosted
from tests.widgets.timeline.sample import ACTIVITY, GRID, NOW, ROWS, day
from widgets.text import glyphs
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.messages import TimelineMessage
from widgets.timeline.navigation import TimelineNavigation
from widgets.timeline.timeline import Timeline


class Host(WidgetHost):
    def __init__(self, *rows: TimelineRow, now: datetime = NOW, grid: Grid = GRID) -> None:
        self.timeline = Timeline(grid, now=now, empty_text="No campaigns match.")
        super().__init__(self.timeline, listen=(TimelineMessage,))
        self.timeline.show_rows(rows or ROWS)

    def on_mount(self) -> None:
        self.timeline.focus()

    def lines(self) -> list[str]:
        return [self.timeline.render_line(y).text for y in range(self.timeline.size.height)]

    def row_line(self, name: str) -> str:
        return next(line for line in self.lines()[2:] if name[:12] in line)

    def cursor_date(self) -> str:
        return self.lines()[1][1:20].strip()

    def lit(self, y: int) -> int:
        """The one column in reverse."""
        places = []
        for x in range(self.timeline.size.width):
            cell = list(self.timeline.render_line(y).crop(x, x + 1))
            if cell and cell[0].style and cell[0].style.reverse:
                places.append(x)
        assert len(places) == 1
        return places[0]


@pytest.fixture(autouse=True)
def unicode_signs() -> Iterator[None]:
    yield
    glyphs.use("unicode")


def many(count: int, years: int = 5) -> list[TimelineRow]:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    step = timedelta(days=365 * years / count)
    return [
        TimelineRow(
            f"r{index}",
            f"Campaign {index}",
            (TimelineBar(f"b{index}", start + index * step, start + index * step + timedelta(days=20 + index % 90)),),
        )
        for index in range(count)
    ]


# The picture


async def test_at_80_columns_the_names_have_20_and_the_bars_58() -> None:
    app = Host(*many(100))
    async with hosted(app) as pilot:
        await pilot.pause()
        assert app.timeline.show_vertical_scrollbar
        assert app.timeline.axis.width == 58
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
        assert app.cursor_date() == "26 Nov 2026 06:00"


async def test_the_cursor_shows_in_its_row_and_on_the_axis() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "right")
        column = 21 + app.timeline.cursor_column
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


# Messages


async def test_what_it_says() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        app.heard.clear()
        await pilot.press("j", "right", "enter")
        highlighted = [message for message in app.heard if isinstance(message, Timeline.Highlighted)]
        assert [message.row.name for message in highlighted] == ["Everything at 9.99"] * 2
        assert highlighted[-1].at == day(11, 28)
        assert highlighted[-1].bar is ROWS[2].bars[0]
        activated = [message for message in app.heard if isinstance(message, Timeline.Activated)]
        assert [(message.row.id, message.bar, message.at) for message in activated] == [
            ("Everything at 9.99", ROWS[2].bars[0], day(11, 28))
        ]
        assert activated[0].control is app.timeline
        assert not [message for message in app.heard if isinstance(message, Timeline.WindowMoved)]
        await pilot.press("L")
        moved = [message for message in app.heard if isinstance(message, Timeline.WindowMoved)]
        assert [(message.start, message.end) for message in moved] == [app.timeline.window]
        assert moved[0].step is app.timeline.step
        assert moved[0].can_replace(moved[0])
        assert not activated[0].can_replace(activated[0])


async def test_clicks() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        at = (21 + app.timeline.cursor_column + 3, 5)
        await pilot.click(offset=at)
        assert app.timeline.cursor == 3
        assert app.timeline.at == day(11, 30)
        assert not [message for message in app.heard if isinstance(message, Timeline.Activated)]
        await pilot.click(offset=at)
        assert [message.row.name for message in app.heard if isinstance(message, Timeline.Activated)] == [ROWS[3].name]
        await pilot.click(offset=(25, 1))
        assert app.timeline.cursor == 3
        assert app.timeline.cursor_column == 4
        await pilot.click(offset=(25, 2))
        assert app.timeline.cursor == 3, "a heading takes no cursor"
        await pilot.click(offset=(3, 4))
        assert app.timeline.cursor == 2
        assert app.timeline.cursor_column == 4, "a name moves no time"


# Data that changes


async def test_rows_change_under_the_cursor() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "j", "right")
        at = app.timeline.at
        app.timeline.show_rows([*reversed(ROWS)])
        assert app.timeline.cursor_row is not None
        assert app.timeline.cursor_row.name == "November Early Bird"
        assert app.timeline.at == at
        app.timeline.show_rows(ROWS[:3])
        assert app.timeline.cursor == 2, "gone: the nearest index"
        app.timeline.show_rows(ROWS, keep_cursor_on_id=False)
        assert app.timeline.cursor == 1


async def test_places_are_come_back_to() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "j", "minus", "right", "right")
        place, lines = app.timeline.place, app.lines()
        await pilot.press("G", "a", "L", "plus")
        assert app.timeline.place != place
        app.timeline.restore(place)
        await pilot.pause()
        assert app.timeline.place == place
        assert app.lines() == lines


async def test_midnight_passes_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    late = day(11, 27, hour=23)
    app = Host(now=late)
    async with hosted(app) as pilot:
        await pilot.pause()
        before = app.row_line("Flash").index("│")
        drawn = spied(app, monkeypatch)
        app.timeline.set_now(late + timedelta(minutes=30))
        await pilot.pause()
        assert drawn == [], "nothing to draw, nothing sent"
        app.timeline.set_now(late + timedelta(hours=1))
        await pilot.pause()
        assert app.row_line("Flash").index("│") == before + 1
        assert drawn


async def test_another_zone_keeps_the_instant() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("right")
        at, column = app.timeline.at, app.timeline.cursor_column
        app.timeline.set_grid(Grid(ZoneInfo("Asia/Kathmandu"), 6))
        await pilot.pause()
        assert app.timeline.at == at
        assert app.timeline.cursor_column == column
        assert app.timeline.window[0].utcoffset() == timedelta(hours=5, minutes=45)
        assert app.lines()[0].startswith(" Asia/Kathmandu")


async def test_activity_and_clashes_come_and_go() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        plain = app.lines()
        app.timeline.show_activity(ACTIVITY)
        assert {"▂", "▆", "•", "◆"} <= set(app.row_line("Everything"))
        app.timeline.show_clashes(True)
        assert "╳" in app.row_line("Everything")
        await pilot.press("minus")
        assert "▂" in "".join(app.lines())
        await pilot.press("plus")
        app.timeline.show_activity(None)
        app.timeline.show_clashes(False)
        assert app.lines() == plain


async def test_the_same_in_plain_characters() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        lines = app.timeline.as_text(80)
        assert len(lines) == len(ROWS) + 2
        assert max(map(cell_len, lines)) <= 80
        assert lines[1].startswith("1 cell = 1 day")
        for row in ROWS:
            if row.bars:
                assert app.row_line(row.name)[21:].rstrip() in "\n".join(lines)


async def test_the_end_of_the_calendar() -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    app = Host(TimelineRow("r", "Forever", (TimelineBar("b", datetime(1, 1, 1, tzinfo=UTC), end),)), now=end)
    async with hosted(app) as pilot:
        await pilot.press("right", "L", "w", "z", "a", "minus", "plus", "plus", "plus", "plus", "right", "n", "L", "p")
        assert app.timeline.at.year in {1, 9999}
        await pilot.press("H", "b", "left", "p")
        assert app.timeline.at.year == 1
        assert cell_len(app.lines()[2]) == 80


async def test_hostile_text() -> None:
    hostile = ("[/x]", "a\x1b[31m", "\u202eevil", "日本語" * 9, "e" + "\u0301" * 50, "\ud800")
    rows = [TimelineRow(text, text, (TimelineBar("b", None, None, (text,)),), glyph=text[:1]) for text in hostile]
    app = Host(*rows, TimelineRow("h", "[b]\x07", heading=True, count="\n"))
    async with hosted(app) as pilot:
        await pilot.press(*"jjjjj")
        assert {cell_len(line) for line in app.lines()} == {80}
        assert not set("".join(app.lines())) & set("\x1b\x07\n\u202e\ud800")


# What it costs


def spied(app: Host, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    drawn: list[int] = []
    draw = app.timeline.render_line

    def spy(y: int) -> Strip:
        drawn.append(y)
        return draw(y)

    monkeypatch.setattr(app.timeline, "render_line", spy)
    return drawn


async def press_and_count(pilot: Pilot[None], key: str, drawn: list[int]) -> list[int]:
    drawn.clear()
    await pilot.press(key)
    await pilot.pause()
    return sorted(set(drawn))


async def test_a_cursor_move_among_1000_bars_over_5_years_draws_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(*many(1000))
    async with hosted(app) as pilot:
        await pilot.pause()
        drawn = spied(app, monkeypatch)
        assert await press_and_count(pilot, "j", drawn) == [2, 3]
        assert await press_and_count(pilot, "right", drawn) == [1, 3]
        assert await press_and_count(pilot, "w", drawn) == [1, 3]
        assert await press_and_count(pilot, "k", drawn) == [2, 3]
        costs = [len(await press_and_count(pilot, "right", drawn)) for _ in range(60)]
        assert sorted(set(costs)) == [2, 24]
        assert costs.count(24) <= 5, "the window moves by a quarter of itself, not by a cell"


async def test_drawn_rows_are_kept_until_the_style_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.press("j", "j")
        kept = app.timeline.render_line(3)
        assert app.timeline.render_line(3) is kept
        before = kept._segments[-1].style
        app.theme = "textual-light"
        await pilot.pause()
        after = app.timeline.render_line(3)
        assert after.text == kept.text
        assert after._segments[-1].style != before


async def test_neighbours_of_one_style_are_one_segment() -> None:
    app = Host(*many(50))
    async with hosted(app) as pilot:
        await pilot.pause()
        assert max(len(list(app.timeline.render_line(y))) for y in range(3, 24)) < 40
        await pilot.press("minus")
        assert max(len(list(app.timeline.render_line(y))) for y in range(3, 24)) <= 4


def test_every_binding_has_an_id_and_a_tooltip() -> None:
    assert len(TimelineNavigation.BINDINGS) == 13
    for binding in TimelineNavigation.BINDINGS:
        assert isinstance(binding, Binding)
        assert (binding.id or "").startswith("timeline.")
        assert binding.tooltip
