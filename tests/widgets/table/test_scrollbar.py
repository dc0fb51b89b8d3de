"""A scrollbar that looks the same is not painted again."""

import pytest
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBarRender

from tests.support.table_host import COLUMNS, row
from widgets.table.line_scroll import looks_same, thumb_start
from widgets.table.virtual_table import VirtualTable


@pytest.mark.parametrize(
    ("size", "window", "lines"), [(19, 19, 20), (19, 19, 150), (19, 19, 1_002_141), (7, 5, 11), (35, 40, 977)]
)
def test_a_thumb_that_begins_at_one_place_is_drawn_in_one_way(size: int, window: int, lines: int) -> None:
    drawn: dict[int, list[str]] = {}
    step = max(1, (lines - window) // 400)
    for position in range(0, lines - window + 1, step):
        bar = ScrollBarRender.render_bar(size, lines, window, position).segments
        cells = [f"{cell.text}{cell.style}" for cell in bar]
        assert drawn.setdefault(thumb_start(size, window, lines, position), cells) == cells
    assert len(drawn) > 1


class Scrolled(App[None]):
    """A long table."""

    def compose(self) -> ComposeResult:
        table = VirtualTable(COLUMNS)
        table.show_rows([row(index) for index in range(5_000)])
        yield table


async def test_the_bar_follows_line_by_line() -> None:
    app = Scrolled()
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(VirtualTable)
        await app.workers.wait_for_complete()
        await pilot.pause()
        bar = table.vertical_scrollbar
        before = bar.position
        assert looks_same(bar, before, before + 1)
        assert not looks_same(bar, before, before + 2_000)
        assert not looks_same(bar, before + 1, before + 1)
        table.cursor = 600
        await pilot.pause()
        for _ in range(40):
            await pilot.press("j")
        assert bar.position == table.scroll_y > 600
