from textual.widgets import Input, Static

from tests.support.hosting import WidgetHost, hosted
from widgets.dialog.filter_bar import FilterBar


def heard(app: WidgetHost) -> list[tuple[str, str]]:
    seen = []
    for message in app.heard:
        assert isinstance(message, FilterBar.FilterMessage)
        seen.append((type(message).__name__, message.text))
    return list(dict.fromkeys(seen))


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
        bar.show_note("12 match · [/x]\x1b")
        await pilot.pause()
        note = bar.query_one(".filter--note", Static)
        assert str(note.visual) == "12 match · [/x]␛"
        assert bar.query_one(Input).cursor_blink is False
        assert bar.size.height == 1


async def test_quiet_before_it_tells() -> None:
    bar = FilterBar(delay=0.01)
    app = WidgetHost(bar, listen=(FilterBar.FilterChanged,))
    async with hosted(app) as pilot:
        bar.open()
        await pilot.press("a", "b", "c")
        while heard(app)[-1:] != [("FilterChanged", "abc")]:
            await pilot.pause(0.01)
