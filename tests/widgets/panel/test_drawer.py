import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input, Label

from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, Field, PanelData
from widgets.text import safe

DATA = PanelData("Refused", (Field("Code", "SUMMER-8K2M [/x]"),))


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Input(id="table")
        yield Drawer()


@pytest.mark.parametrize(("size", "right"), [((80, 24), False), ((120, 30), True), ((160, 45), True)])
async def test_it_opens_beside_or_below_and_leaves_the_keys(size: tuple[int, int], right: bool) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        drawer = app.query_one(Drawer)
        assert not drawer.display
        drawer.open(DetailPanel(DATA), title="[/x] r_0c04")
        await pilot.pause()
        assert drawer.is_open
        assert (drawer.region.x > 0) == right
        assert (drawer.region.y > 0) != right
        assert app.query_one("#table").has_focus
        await pilot.press("j", "escape")
        assert app.query_one("#table", Input).value == "j"
        assert drawer.is_open
        assert str(drawer.query_one(".drawer-title", Label).content) == str(safe("[/x] r_0c04"))


async def test_esc_inside_closes_and_gives_the_focus_back() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        drawer = app.query_one(Drawer)
        drawer.open(DetailPanel(DATA))
        await pilot.pause()
        await pilot.press("tab")
        assert drawer.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert not drawer.is_open
        assert app.query_one("#table").has_focus


async def test_other_content_replaces_the_old_and_the_place_follows_the_size() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        drawer = app.query_one(Drawer)
        drawer.open(DetailPanel(DATA))
        drawer.open(Label("second"))
        await pilot.pause()
        assert [type(child) for child in drawer.children] == [Label]
        await pilot.resize_terminal(140, 30)
        await pilot.pause()
        assert drawer.region.x > 0
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert drawer.region.x == 0
