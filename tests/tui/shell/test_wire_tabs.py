"""Tab stops at the columns of a table lead from one to the next, and are as usual where the terminal is given back."""

import os
import pty
import random
import termios
from io import StringIO

import pytest

from tests.support.emulator import Emulator
from tui.shell.output import Abilities, LeanOutput, abilities
from tui.shell.wire.cells import cells_of
from tui.shell.wire.picture import Picture
from tui.shell.wire.places import jump

LOOKS = ["1", "2;3", "31"]


def table_of(draw: random.Random, rows: int, columns: int = 60) -> str:
    """A frame whose lines have cells at the same columns, some of them coloured, the last ones without a space."""
    lines = []
    for y in range(rows):
        cells = [
            (draw.choice(["Coupon", "Gift", "漢字"]), 2),
            (str(draw.randrange(10**6)), 20),
            (draw.choice("ab"), 33),
        ]
        look, line = draw.choice(LOOKS), ""
        for (words, x), is_coloured in zip([*cells, (f"{draw.randrange(99):>2} %", 50)], (1, 0, 0, 1), strict=True):
            line += " " * (x - len(cells_of(line))) + (f"\x1b[{look}m{words}\x1b[0m" if is_coloured else words)
        lines.append(f"\x1b[{y + 1};1H{line}{' ' * (columns - len(cells_of(line)))}")
    return "".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_a_table_by_tabs_shows_the_same_in_fewer_bytes(seed: int) -> None:
    draw = random.Random(seed)
    whole, lean = Emulator(60, 20), Emulator(60, 20)
    tabbed, plain = Picture(60, 20, erases=True, sets_stops=True), Picture(60, 20, erases=True)
    sent = dict.fromkeys((tabbed, plain), 0)
    for _ in range(3):
        frame = table_of(draw, 20)
        whole.stream.feed(frame)
        for picture in sent:
            picture.put(frame)
            changes = picture.changes()
            sent[picture] += len(changes)
            if picture is tabbed:
                lean.stream.feed(changes)
        assert lean.cells() == whole.cells()
    assert {2, 20, 33, 50} <= set(tabbed.stops) == lean.screen.tabstops
    assert sent[tabbed] < sent[plain] * 0.9


def test_what_a_tab_comes_near_to_is_written_with_what_stands_before_it() -> None:
    picture = Picture(60, 20, erases=True, sets_stops=True)
    picture.put("".join(f"\x1b[{y + 1};1H{'  a':<20}{'12':<20}{'c':<20}" for y in range(20)))
    picture.changes()
    assert picture.stops == (2, 20, 40)
    picture.put("\x1b[1;22Hx\x1b[1;41Hd\x1b[2;41Hd\x1b[1;1H")
    assert picture.changes() == "\x1b[H\t\t1x\td\v\bd\x1b[H"


@pytest.mark.parametrize(
    ("start", "goal", "way"),
    [
        (None, (20, 4), "\x1b[5H\t"),
        ((2, 4), (20, 4), "\t"),
        ((2, 4), (19, 4), "\t\b"),
        ((2, 4), (21, 4), "\t\x1b[C"),
        ((20, 4), (33, 4), "\t"),
        ((50, 4), (20, 5), "\v\r\t"),
        ((50, 4), (33, 9), "\x1b[5B\r\t\t"),
        ((50, 4), (58, 4), "\x1b[8C"),
        ((70, 4), (33, 4), "\r\t\t"),
        ((70, 4), (69, 4), ""),
    ],
)
def test_tabs_are_a_way(start: tuple[int, int] | None, goal: tuple[int, int], way: str) -> None:
    assert jump(start, goal, 70, (20, 33)) == way


def test_tab_stops_are_as_usual_where_the_terminal_is_given_back() -> None:
    terminal, emulator = StringIO(), Emulator(60, 20)
    output = LeanOutput(terminal, Abilities(erases=True, stops=True))
    output.write(output.frame(table_of(random.Random(1), 20), 60, 20))
    output.flush()
    emulator.stream.feed(_taken(terminal))
    assert emulator.screen.tabstops >= {2, 20, 33, 50}
    output.write("\x1b[?1049l")
    emulator.stream.feed(_taken(terminal))
    assert emulator.screen.tabstops == {8, 16, 24, 32, 40, 48, 56}
    output.write("\x1b[?1049l")
    assert _taken(terminal) == "\x1b[?1049l"


def _taken(terminal: StringIO) -> str:
    sent = terminal.getvalue()
    terminal.seek(0)
    terminal.truncate()
    return sent


def test_tab_stops_are_left_alone_where_the_system_makes_blanks_of_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    master, terminal = pty.openpty()
    try:
        assert abilities(terminal) == Abilities(erases=True, stops=True)
        modes = termios.tcgetattr(terminal)
        modes[1] |= termios.TAB3
        termios.tcsetattr(terminal, termios.TCSANOW, modes)
        assert abilities(terminal) == Abilities(erases=True, stops=False)
    finally:
        os.close(master)
        os.close(terminal)
