import pytest
from textual.geometry import Size
from textual.widgets import Input

from tests.widgets.hosting import WidgetHost, hosted, text_of
from widgets.too_small import TooSmall, is_too_small


@pytest.mark.parametrize(
    ("size", "small"), [((60, 15), False), ((59, 15), True), ((60, 14), True), ((200, 50), False), ((1, 1), True)]
)
def test_the_least_size(size: tuple[int, int], small: bool) -> None:
    assert is_too_small(Size(*size)) is small


def shown(cover: TooSmall) -> bool:
    return bool(cover.display)


async def test_it_covers_and_leaves_again() -> None:
    line, cover = Input(), TooSmall()
    app = WidgetHost(line, cover)
    async with hosted(app, (80, 24)) as pilot:
        line.value = "kept"
        await pilot.pause()
        assert shown(cover) is False
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert shown(cover) is True
        assert cover.region.size == Size(40, 10)
        said = " ".join(" ".join(text_of(cover)).split())
        assert "40x10" in said
        assert "60x15" in said
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert shown(cover) is False
        assert line.value == "kept"
