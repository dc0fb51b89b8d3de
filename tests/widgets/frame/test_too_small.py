import pytest
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input

from tests.support.hosting import hosted, text_of
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.least_size import is_too_small
from widgets.frame.too_small import RoomRequest, TooSmall


class Shrinking(App[None]):
    def compose(self) -> ComposeResult:
        yield Input()

    def on_resize(self, event: Resize) -> None:
        TooSmall.follow(self, event.size)


def covered(app: App[None]) -> bool:
    return isinstance(app.screen, TooSmall)


@pytest.mark.parametrize(
    ("size", "small"), [((60, 12), False), ((59, 12), True), ((60, 11), True), ((200, 50), False), ((1, 1), True)]
)
def test_the_least_size(size: tuple[int, int], small: bool) -> None:
    assert is_too_small(Size(*size)) is small


async def test_it_covers_and_leaves_again() -> None:
    app = Shrinking()
    async with hosted(app) as pilot:
        app.query_one(Input).value = "kept"
        await pilot.pause()
        assert covered(app) is False
        for size in ((40, 10), (30, 8)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert covered(app) is True
            assert len(app.screen_stack) == 2
            said = " ".join(" ".join(text_of(app.screen.query_one(RoomRequest))).split())
            assert f"{size[0]}x{size[1]}" in said
            assert "60x12" in said
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert covered(app) is False
        assert app.query_one(Input).value == "kept"


async def test_a_dialog_that_came_over_it_does_not_leave_it_behind() -> None:
    app = Shrinking()
    async with hosted(app) as pilot:
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        await app.push_screen(Picker([PickerItem("a", "A")]))
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.pause()
        assert covered(app) is False
        assert len(app.screen_stack) == 1
