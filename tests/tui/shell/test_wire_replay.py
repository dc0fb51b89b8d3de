"""Random sessions on every screen: after each frame the terminal shows what Textual's own frame would have shown."""

import random

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tests.support.app_host import HOSTILE, DemoHost, name_campaigns, press, settle
from tests.support.emulator import Emulator
from tui.shell.output import Abilities, LeanOutput
from tui.shell.wire.picture import IS_FRAME
from widgets.frame.too_small import TooSmall

SIZES = [(80, 24), (120, 40), (50, 15), (80, 24), (80, 12)]
ROOMS = [["0"], ["1"], ["1", "H"], ["2"], ["3"], ["F"], ["question_mark"], ["ctrl+k", "a"], ["1", "enter"],
         ["1", "enter", "2", "enter"], ["0", "x"]]  # fmt: skip
MOVES = ["j", "j", "k", "down", "up", "pagedown", "pagedown", "pageup", "home", "end", "right", "left", "tab"]
WIDE = [
    "漢字のキャンペーン",
    "ＦＵＬＬ ｗｉｄｔｈ",
    "🎁 gift",
    "e\u0301te\u0301",
    "👩\u200d🚀 joined",
    "plain",
]

RUBBISH = "ѪѮ"


class Terminals:
    """One terminal that gets whole frames, and one that gets changes, both of the app's size."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._resize(size)
        self._sent: list[str] = []
        self._output = LeanOutput(self, Abilities(erases=True, stops=True))
        self.frames = self.bytes_whole = self.bytes_lean = 0

    def _resize(self, size: tuple[int, int]) -> None:
        self.size = size
        self._whole, self._lean = Emulator(*size), Emulator(*size)
        # What a terminal shows after a resize is its own affair: all of it must be drawn anew.
        for emulator, rubbish in ((self._whole, RUBBISH[0]), (self._lean, RUBBISH[1])):
            emulator.stream.feed("".join(f"\x1b[{y + 1}H{rubbish * size[0]}" for y in range(size[1])))

    def write(self, text: str) -> None:
        """What the output sends."""
        self._sent.append(text)

    def flush(self) -> None:
        """It waits for nothing."""

    def frame(self, data: str, size: tuple[int, int]) -> None:
        """Both take a frame, and show the same."""
        if size != self.size:
            self._resize(size)
        self._sent.clear()
        if changes := self._output.frame(data, *size):
            self._output.write(changes)
            self._output.flush()
        sent = "".join(self._sent)
        self._whole.stream.feed(data)
        self._lean.stream.feed(sent)
        self.frames += 1
        self.bytes_whole += len(data)
        self.bytes_lean += len(sent)
        for y in sorted(self._whole.screen.dirty | self._lean.screen.dirty):
            if self._lean.screen.buffer[y] == self._whole.screen.buffer[y]:
                continue
            lean, whole = _without_rubbish(self._lean.row(y)), _without_rubbish(self._whole.row(y))
            assert lean == whole, (y, self._lean.screen.display[y], self._whole.screen.display[y])
        self._whole.screen.dirty.clear()
        self._lean.screen.dirty.clear()


def _without_rubbish(row: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Both still show what was there at the same places: Textual has drawn nothing there yet."""
    return [("rubbish",) if cell[0] in RUBBISH else cell for cell in row]


@pytest.fixture
def terminals(monkeypatch: pytest.MonkeyPatch) -> Terminals:
    """What a driver that has no terminal writes."""
    both = Terminals(SIZES[0])

    def write(driver: HeadlessDriver, data: str) -> None:
        if IS_FRAME(data):
            both.frame(data, (driver._app.size.width, driver._app.size.height))

    monkeypatch.setattr(HeadlessDriver, "is_headless", False)
    monkeypatch.setattr(HeadlessDriver, "write", write)
    return both


@pytest.mark.parametrize(("colours", "half"), [("standard", 0), ("truecolor", 1)])
async def test_a_session_shows_the_same_by_changes_as_by_whole_frames(
    demo_host: DemoHost, terminals: Terminals, colours: str, half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", colours)
    draw = random.Random(colours)
    name_campaigns(demo_host, [*HOSTILE, *WIDE])
    seen = set()
    async with demo_host.run(SIZES[0]) as (app, pilot):
        for room in ROOMS[half::2]:
            await press(pilot, *room)
            seen.add(type(app.screen).__name__)
            await press(pilot, *draw.choices(MOVES, k=3))
            await pilot.resize_terminal(*draw.choice(SIZES))
            await settle(pilot)
            await press(pilot, *draw.choices(MOVES, k=2))
            if isinstance(app.screen, TooSmall):
                await pilot.resize_terminal(*SIZES[0])
                await settle(pilot)
            for _ in app.screen_stack[1:]:
                await press(pilot, "escape")
    assert len(seen) >= 5, seen
    assert terminals.bytes_lean < terminals.bytes_whole / 2
