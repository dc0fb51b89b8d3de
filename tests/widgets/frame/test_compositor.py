"""A frame is made of what Textual's own compositor makes it of, by asking fewer widgets for fewer lines."""

import random

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from widgets.frame.compositor import FrontCompositor, HoldsFrames, holds_frames
from widgets.table.line_scroll import LineScroll
from widgets.text.lines import Line


class Numbers(LineScroll):
    """Ninety different lines, each wider than the view."""

    asked = 0

    def line_count(self) -> int:
        return 90

    def lines_width(self) -> int:
        return 60

    def line_at(self, index: int, width: int) -> Line:
        return ((f"{index} ", "accent"), ("漢字" * 20, "text" if index % 2 else "strong"))

    def render_line(self, y: int) -> Strip:
        self.asked += 1
        return super().render_line(y)


class Layers(Screen[None]):
    """Widgets beside, within and over each other."""

    CSS = """
    Layers { layers: base over; background: $surface; }
    #box { border: round $accent; padding: 1; height: 9; }
    Numbers { height: 1fr; }
    #framed { border: solid $accent; opacity: 60%; }
    #over { layer: over; offset: 7 4; width: 12; height: 5; background: $error 40%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrontCompositor(lambda: holds_frames(self.app))

    def compose(self) -> ComposeResult:
        """A box with text, two lists, and a thing over them."""
        yield Static("text " * 60, id="box")
        with Horizontal():
            yield Numbers(id="lines")
            with Vertical():
                yield Numbers(id="framed")
        yield Static("over", id="over")

    def cells(self, crop: Region) -> list[Strip]:
        """What stands in a part of it."""
        chops = self._compositor._render_chops(crop, lambda y: crop.y <= y < crop.bottom)
        lines = [Strip.join(chop.values()) for chop in chops[crop.y : crop.bottom]]
        return [line.crop(crop.x, crop.right).simplify() for line in lines]


class Host(HoldsFrames, App[None]):
    def on_mount(self) -> None:
        self.push_screen(Layers())


async def test_any_part_of_a_frame_is_as_textual_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(4)
    async with Host().run_test(size=(50, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Layers)
        lines = screen.query_one("#lines", Numbers)
        for turn in range(60):
            lines.cursor = draw.randrange(90)
            if turn == 30:
                screen.query_one("#over").display = False
            await pilot.pause()
            crop = Region(draw.randrange(40), draw.randrange(20), draw.randint(1, 10), draw.randint(1, 4))
            ours = screen.cells(crop)
            with monkeypatch.context() as theirs:
                theirs.setattr(FrontCompositor, "_get_renders", Compositor._get_renders)
                theirs.delattr(LineScroll, "render_lines")
                assert ours == screen.cells(crop), crop


async def test_only_lines_that_changed_are_asked_for() -> None:
    async with Host().run_test(size=(50, 24)) as pilot:
        lines = pilot.app.screen.query_one("#lines", Numbers)
        await pilot.pause()
        lines.asked = 0
        lines.cursor = 1
        await pilot.pause()
        assert lines.asked == 2


async def test_what_changed_while_nothing_is_shown_is_drawn_once_that_is_over() -> None:
    async with Host().run_test(size=(50, 24)) as pilot:
        await pilot.pause()
        compositor, lines = pilot.app.screen._compositor, pilot.app.screen.query_one("#lines", Numbers)
        lines.asked = 0
        with pilot.app.batch_update():
            lines.cursor = 1
            compositor.update_widgets({lines})
            assert compositor.render_update() is None
            assert lines.asked == 0
        assert compositor.render_update() is not None
        assert lines.asked > 0
