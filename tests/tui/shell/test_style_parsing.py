"""Styles are parsed anew for another theme and for nothing else, and every screen gets them."""

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from tests.support.app_host import DemoHost, press, settle
from tui.kit.preferences import LIGHT


async def test_only_another_theme_parses_all_styles_anew(demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    parses: list[Stylesheet] = []
    reparse = Stylesheet.reparse

    def counted(sheet: Stylesheet) -> None:
        parses.append(sheet)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", counted)
    async with demo_host.run() as (app, pilot):
        await settle(pilot)
        await press(pilot, "0", "2", "1", "enter", "0", "1")
        assert not parses
        app.theme = LIGHT
        await settle(pilot)
        assert len(parses) == 1
        grounds = set()
        for mode in "120":
            await press(pilot, mode)
            grounds |= {screen.styles.background for screen in app.screen_stack}
        assert grounds == {Color.parse(app.theme_variables["background"])}
        assert app.screen.query_one("KeyLine").styles.background.brightness > 0.5
        seen = len(parses)
        await press(pilot, "1", "2", "0")
        assert len(parses) == seen
