from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.pilot import Pilot

from tests.support.hosting import hosted
from tests.widgets.timeline.host import Host, many, spied
from tests.widgets.timeline.sample import ACTIVITY, NOW, ROWS, day
from widgets.text import glyphs
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.navigation import TimelineNavigation
from widgets.timeline.timeline import Timeline


@pytest.fixture(autouse=True)
def unicode_signs() -> Iterator[None]:
    yield
    glyphs.use("unicode")


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
        at = (30 + app.timeline.cursor_column + 3, 5)
        await pilot.click(offset=at)
        assert app.timeline.cursor == 3
        assert app.timeline.at == day(11, 30)
        assert not [message for message in app.heard if isinstance(message, Timeline.Activated)]
        await pilot.click(offset=at)
        assert [message.row.name for message in app.heard if isinstance(message, Timeline.Activated)] == [ROWS[3].name]
        await pilot.click(offset=(34, 1))
        assert app.timeline.cursor == 3
        assert app.timeline.cursor_column == 4
        await pilot.click(offset=(34, 2))
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
                assert app.row_line(row.name)[30:].rstrip() in "\n".join(lines)


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


async def press_and_count(pilot: Pilot[None], key: str, drawn: list[int]) -> list[int]:
    drawn.clear()
    await pilot.press(key)
    await pilot.pause()
    return sorted(set(drawn))


async def test_a_cursor_move_among_1000_bars_over_5_years_asks_for_few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(*many(1000))
    async with hosted(app) as pilot:
        await pilot.pause()
        drawn = spied(app, monkeypatch)
        assert await press_and_count(pilot, "j", drawn) == [2, 3]
        assert await press_and_count(pilot, "right", drawn) == [1, 2, 3]
        assert await press_and_count(pilot, "w", drawn) == [1, 2, 3]
        assert await press_and_count(pilot, "k", drawn) == [2, 3]
        costs = [len(await press_and_count(pilot, "right", drawn)) for _ in range(60)]
        assert sorted(set(costs)) == [2, 24], "of the first row, whose line is below the axis"
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


async def test_now_may_be_set_and_a_place_restored_before_there_is_a_size() -> None:
    app = Host()
    app.timeline.set_now(NOW + timedelta(days=1))
    async with hosted(app) as pilot:
        await pilot.pause()
        assert app.timeline.cursor_column == app.timeline.axis.width // 3
        place = app.timeline.place
    again = Host()
    again.timeline.restore(replace(place, column=5))
    async with hosted(again) as pilot:
        await pilot.pause()
        assert again.timeline.cursor_column == 5


async def test_jumping_to_a_row_and_a_time() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        app.timeline.jump("Flash", day(6, 1, 2027))
        assert app.timeline.cursor_row is ROWS[5]
        assert app.timeline.at == day(6, 1, 2027)
        assert 0 <= app.timeline.cursor_column < app.timeline.axis.width
        app.timeline.jump("gone", day(6, 2, 2027))
        assert app.timeline.cursor_row is ROWS[5]


async def test_the_window_is_told_at_first_and_when_the_size_changes() -> None:
    app = Host()
    async with hosted(app) as pilot:
        await pilot.pause()
        told = [message for message in app.heard if isinstance(message, Timeline.WindowMoved)]
        assert (told[-1].start, told[-1].end) == app.timeline.window
        await pilot.resize_terminal(120, 24)
        await pilot.pause()
        told = [message for message in app.heard if isinstance(message, Timeline.WindowMoved)]
        assert (told[-1].start, told[-1].end) == app.timeline.window
