"""Styles are parsed anew for another theme and for nothing else, and every screen gets them."""

from typing import Any

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen

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


def looks(screen: Screen[object]) -> dict[object, list[str]]:
    """The styles of every widget and of its parts."""
    nodes = list(screen.walk_children(with_self=True))
    parts = {node: sorted(vars(node).get("_component_styles", {}).items()) for node in nodes}
    return {node: [node.styles.css, *(f"{name} {one.css}" for name, one in parts[node])] for node in nodes}


@pytest.mark.parametrize("size", [(80, 24), (80, 12)], ids=["tall", "low"])
async def test_a_screens_first_looks_are_those_it_would_be_given_again(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    applied: list[object] = []
    apply = Stylesheet.apply

    def counted(sheet: Stylesheet, node: DOMNode, *args: Any, **options: Any) -> None:
        applied.append(node)
        apply(sheet, node, *args, **options)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with demo_host.run(size) as (app, pilot):
        await settle(pilot)
        for key, is_new in (("", True), ("enter", True), ("2", False), ("escape", False), ("0", True)):
            if key:
                applied.clear()
                await press(pilot, key)
            line = app.screen.query_one("#top-line")
            assert [node for node in applied if node is line] == [line] * is_new
            given = looks(app.screen)
            app.screen.update_node_styles(animate=False)
            assert looks(app.screen) == given
