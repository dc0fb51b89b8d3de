from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from tests.support.hosting import hosted, text_of
from widgets.frame import key_line
from widgets.frame.key_line import KeyLine
from widgets.frame.offered_keys import OfferedKey, offered_keys


class Focusable(Static, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("t", "app.note('t')", "table", id="t")]


class Keys(App[None]):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "note('help')", "help", id="help"),
        Binding("slash", "note('filter')", "filter"),
        Binding("r,f5", "note('refresh')", "refresh"),
        Binding("x", "forbidden", "never"),
        Binding("z", "note('z')", "hidden", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keys = KeyLine(always=("help",))
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Focusable("one")
        yield Input()
        yield self.keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "forbidden"

    def action_note(self, what: str) -> None:
        self.noted.append(what)


async def test_only_keys_that_work_here_and_now() -> None:
    app = Keys()
    async with hosted(app) as pilot:
        app.query_one(Focusable).focus()
        await pilot.pause()
        titles = [title for _key, title in app.keys.keys]
        assert titles[0] == "table"
        assert titles.count("refresh") == 1
        assert {"help", "filter"} <= set(titles)
        assert not {"never", "hidden"} & set(titles)
        app.query_one(Input).focus()
        await pilot.pause()
        assert "table" not in [title for _key, title in app.keys.keys]


async def test_the_end_is_cut_but_what_is_always_wanted_stays() -> None:
    app = Keys()
    async with hosted(app, (24, 6)) as pilot:
        app.query_one(Focusable).focus()
        await pilot.pause()
        text = text_of(app.keys)[0]
        assert "table" in text
        assert "? help" in text
        assert "refresh" not in text


async def test_a_click_runs_the_key() -> None:
    app = Keys()
    async with hosted(app) as pilot:
        app.query_one(Focusable).focus()
        await pilot.pause()
        at = text_of(app.keys)[0].index("filter")
        await pilot.click(app.keys, offset=(at + 1, 0))
        await pilot.pause()
        assert app.noted == ["filter"]


async def test_what_works_is_asked_once_the_line_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app, asked = Keys(), 0

    def counting(screen: Screen[object], always: tuple[str, ...]) -> list[OfferedKey]:
        nonlocal asked
        asked += 1
        return offered_keys(screen, always)

    monkeypatch.setattr(key_line, "offered_keys", counting)
    async with hosted(app) as pilot:
        app.keys.display = False
        app.keys.forget_drawing()
        await pilot.pause()
        before = asked
        for _ in range(5):
            app.screen.refresh_bindings()
            await pilot.pause()
        assert asked == before
        app.keys.display = True
        await pilot.pause()
        assert "filter" in text_of(app.keys)[0]
        assert asked == before + 1
        app.screen.refresh_bindings()
        await pilot.pause()
        assert asked == before + 2
