import pytest
from textual.widgets import Input, Static

from tests.support.hosting import WidgetHost, hosted
from widgets.dialog.filter_bar import FilterBar
from widgets.frame.typed_line import TypedLine


def heard(app: WidgetHost) -> list[tuple[str, str]]:
    seen = []
    for message in app.heard:
        assert isinstance(message, FilterBar.FilterMessage)
        seen.append((type(message).__name__, message.text))
    return list(dict.fromkeys(seen))


def picture(app: WidgetHost) -> list[tuple[str, object, object, object]]:
    """Of the line: what stands in it and how that looks; the colour of letters where there are none is no look."""
    cells: list[tuple[str, object, object, object]] = []
    for strip in app.screen._compositor.render_strips()[:1]:
        for text, style, _ in strip:
            assert style is not None
            cells += [(one, one != " " and (style.color, style.dim), style.bgcolor, style.reverse) for one in text]
    return cells


async def test_typing_entering_clearing_and_leaving() -> None:
    bar = FilterBar(placeholder="name, id")
    app = WidgetHost(bar, listen=(FilterBar.FilterMessage,))
    async with hosted(app) as pilot:
        bar.open()
        await pilot.pause()
        assert bar.is_open
        await pilot.press("s", "u")
        await pilot.pause()
        assert heard(app)[-1] == ("FilterChanged", "su")
        await pilot.press("enter")
        await pilot.pause()
        assert heard(app)[-1] == ("FilterSubmitted", "su")
        await pilot.press("escape")
        await pilot.pause()
        assert bar.text == ""
        assert heard(app)[-1] == ("FilterChanged", "")
        await pilot.press("escape")
        await pilot.pause()
        assert heard(app)[-1] == ("FilterClosed", "")


async def test_down_goes_to_the_rows() -> None:
    bar = FilterBar()
    app = WidgetHost(bar, listen=(FilterBar.FilterSubmitted,))
    async with hosted(app) as pilot:
        bar.open()
        await pilot.press("x", "down")
        await pilot.pause()
        assert heard(app) == [("FilterSubmitted", "x")]


async def test_the_note_is_outside_text_and_nothing_blinks() -> None:
    bar = FilterBar()
    app = WidgetHost(bar)
    async with hosted(app) as pilot:
        bar.open()
        bar.show_note("12 match · [/x]\x1b")
        await pilot.pause()
        note = bar.query_one(".filter--note", Static)
        assert str(note.visual) == "12 match · [/x]␛"
        assert bar.query_one(Input).cursor_blink is False
        assert bar.size.height == 1


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
@pytest.mark.parametrize("hint", ["name, id and \u6f22\u5b57 [b]", "words that go on " * 9])
async def test_a_hint_looks_like_the_empty_line_it_stands_for_and_a_click_on_it_begins_to_type(
    hint: str, theme: str
) -> None:
    bar = FilterBar(placeholder=hint)
    app = WidgetHost(bar)
    async with hosted(app) as pilot:
        app.theme = theme
        bar.show_note("12 match")
        await pilot.pause()
        hinted = picture(app)
        bar.set_text("")
        assert not bar.query(TypedLine)
        await pilot.click(".filter--hint")
        assert bar.is_open
        assert picture(app) != hinted
        app.screen.set_focus(None)
        await pilot.pause()
        assert bar.query(TypedLine)
        assert picture(app) == hinted


async def test_a_text_put_in_by_the_program_stands_there_without_the_focus() -> None:
    bar = FilterBar()
    async with hosted(WidgetHost(bar)) as pilot:
        bar.set_text("autumn")
        await pilot.pause()
        assert (bar.text, bar.is_open) == ("autumn", False)
        bar.close()
        assert bar.text == ""


async def test_quiet_before_it_tells() -> None:
    bar = FilterBar(delay=0.01)
    app = WidgetHost(bar, listen=(FilterBar.FilterChanged,))
    async with hosted(app) as pilot:
        bar.open()
        await pilot.press("a", "b", "c")
        while heard(app)[-1:] != [("FilterChanged", "abc")]:
            await pilot.pause(0.01)
