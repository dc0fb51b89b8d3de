"""Of each frame the terminal gets what changes: the same cells as from the whole frame, in fewer bytes.

Two emulators are compared cell by cell: one is sent Textual's own frames, the other one the changes.
"""

import random
import re
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.emulator import Emulator
from tui.shell import output as output_module
from tui.shell.output import LeanOutput
from tui.shell.wire.cells import PLAIN, NotUnderstood, cells_of, change, look_of
from tui.shell.wire.picture import Picture
from tui.shell.wire.places import jump

JOINED = "👩\u200d🚀"
LOOKS = ["", "1", "2;3", "31", "1;38;5;214", "38;2;1;2;3;48;2;4;5;6", "7", "48;5;236", "4;48;5;236"]
WORDS = ["a", "abc ", "  ", "漢", "é", "ﬀ", "▌", "●", "e\u0301", "🎁", "🇵🇱", "⚡", "✓ x"]


@pytest.fixture(autouse=True)
def no_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long this machine takes between two frames."""
    monkeypatch.setattr(output_module, "_QUIET", 3_600.0)


def frame_of(draw: random.Random, columns: int, rows: int) -> str:
    """A frame as Textual writes them: places and runs of looks, or lines that have moved."""
    out = []
    for _ in range(draw.randint(1, rows)):
        x, y = draw.randrange(columns), draw.randrange(rows)
        out.append(f"\x1b[{y + 1};{x + 1}H{line_of(draw, columns - x)}")
    return "".join(out)


def line_of(draw: random.Random, room: int) -> str:
    """Runs with looks, of so many cells at most."""
    # Most lines begin with a blank, and are wider than what is in them.
    out, left = (" ", room - 1) if room > 2 and draw.random() < 0.7 else ("", room)
    while left > 0 and draw.random() < 0.9:
        words = draw.choice([*WORDS[:9], " " * 12])
        if len(cells_of(words)) > left:
            break
        left -= len(cells_of(words))
        if draw.random() < 0.3 and left > 8:
            out, left = out + " " * 8, left - 8
        look = draw.choice(LOOKS)
        out += f"\x1b[{look}m{words}\x1b[0m" if look else words
    return out


@given(st.integers(0, 2**32))
def test_changes_lead_to_the_same_cells_as_whole_frames(seed: int) -> None:
    draw = random.Random(seed)
    columns, rows = draw.randint(1, 30), draw.randint(1, 12)
    whole, lean, picture = (
        Emulator(columns, rows),
        Emulator(columns, rows),
        Picture(columns, rows, draw.random() < 0.5, draw.random() < 0.5),
    )
    lines = [line_of(draw, columns) for _ in range(40)]
    start = 0
    for _ in range(8):
        if draw.random() < 0.5:
            frame = frame_of(draw, columns, rows)
        else:
            start = max(0, start + draw.choice([-7, -1, 0, 1, 2, 7]))
            blank = " " * columns
            places = [f"\x1b[{y + 1};1H{blank}\x1b[{y + 1};1H{lines[(start + y) % 40]}" for y in range(rows)]
            frame = "".join(places)
        whole.stream.feed(frame)
        picture.put(frame)
        picture.shows_caret = draw.random() < 0.5
        lean.stream.feed(picture.changes())
        assert lean.cells() == whole.cells()
        if not picture.shows_caret:
            continue
        carets = [(min(one.screen.cursor.x, columns - 1), one.screen.cursor.y) for one in (lean, whole)]
        assert carets[0] == carets[1]
    picture.put("\x1b[1;1H")
    picture.changes()
    assert picture.changes() == ""


def test_a_letter_between_blanks_keeps_its_look() -> None:
    picture, terminal = Picture(4, 1), Emulator(4, 1)
    for words in ("●é●\x1b[1mb\x1b[0m", " é "):
        picture.put(f"\x1b[1;1H{words}")
        terminal.stream.feed(picture.changes())
    assert terminal.screen.display == [" é b"]
    assert not terminal.screen.buffer[0][1].bold


def test_what_is_erased_comes_before_what_is_written_over_it() -> None:
    picture, terminal = Picture(40, 1, erases=True), Emulator(40, 1)
    for words in (" " + "x" * 39, " ab        cd        ef        gh".ljust(40)):
        picture.put(f"\x1b[1;1H{words}")
        terminal.stream.feed(picture.changes())
        assert terminal.screen.display == [words]


def test_a_scrolled_line_is_a_move() -> None:
    words = [f"{name} {number * 7919 % 1000:>60}" for number, name in enumerate("abcdefghijklmnopqrstuvwxyz")]
    picture = Picture(80, 24)

    def frame(first: int) -> str:
        return "".join(f"\x1b[{y + 1};1H{words[first + y] if 1 < y < 22 else 'stays':<80}" for y in range(24))

    picture.put(frame(0))
    picture.changes()
    picture.put(frame(1))
    assert re.fullmatch(r"\x1b\[3;22r\x1b\[3H\x1b\[M\x1b\[r\x1b\[22Hw +218 +\v\v", picture.changes())


def test_a_screen_that_may_show_anything_is_erased_where_the_terminal_keeps_the_background() -> None:
    for erases, blanks in ((True, "\x1b[7C"), (False, " " * 8)):
        picture = Picture(10, 1, erases=erases)
        picture.put("\x1b[1;1H\x1b[1;48;5;4mab\x1b[0m\x1b[48;5;4m        \x1b[0m")
        start = "\x1b[0;48;5;4m\x1b[2J\x1b[H\x1b[1m" if erases else "\x1b[H\x1b[0;1;48;5;4m"
        assert picture.changes() == f"{start}ab{blanks}"


def test_long_blanks_in_a_line_are_erased_and_jumped_over() -> None:
    line = f"\x1b[1;1H\x1b[48;5;4mab{' ' * 12}c\x1b[0m"
    for before, erases, blanks in (
        ("x" * 15, True, "\x1b[12X\x1b[15G"),
        ("x" * 15, False, " " * 12),
        ("x" * 13 + "漢", True, " " * 12),
        ("", True, " " * 12),
    ):
        picture = Picture(30, 1, erases=erases)
        picture.put(f"\x1b[1;1H{before}")
        picture.changes()
        picture.put(line)
        start = "\r\x1b[" if before else "\x1b[0;"
        assert picture.changes() == f"{start}48;5;4mab{blanks}c"


def test_a_line_whose_end_became_blank_is_erased_from_its_first_changed_cell() -> None:
    picture = Picture(20, 1, erases=True)
    picture.put("\x1b[1;1Hone  two  three     ")
    picture.changes()
    picture.put("\x1b[1;1Hone                 ")
    assert picture.changes() == "\x1b[6G\x1b[K\x1b[20G"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("\x1b[31mab cd", "\x1b[31mxb yd", "\rxb y\x1b[C"),
        (
            "\x1b[31mab\x1b[0m \x1b[34mcd",
            "\x1b[31mxb\x1b[0m \x1b[34myd",
            "\b\by\r\x1b[31mx\x1b[6G",
        ),
        (
            "\x1b[31ma\x1b[0m\x1b[34mbcd\x1b[0m\x1b[31me",
            "\x1b[31mx\x1b[0m\x1b[34mbcd\x1b[0m\x1b[31my",
            "\rx\x1b[5Gy",
        ),
    ],
)
def test_cells_between_changes_are_written_where_a_jump_costs_more(before: str, after: str, words: str) -> None:
    """The terminal keeps its look and its place from one frame to the next."""
    picture = Picture(9, 1)
    picture.put(f"\x1b[1;1H{before}\x1b[0m")
    picture.changes()
    picture.put(f"\x1b[1;1H{after}\x1b[0m")
    assert picture.changes() == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("", "1", "\x1b[1m"),
        ("1;38;5;214;48;5;236", "38;5;214;48;5;236", "\x1b[22m"),
        ("1;2;31", "2;31", "\x1b[22;2m"),
        ("31;41", "", "\x1b[m"),
        ("31;1", "31", "\x1b[22m"),
        ("38;2;1;2;3", "38;2;1;2;3;4", "\x1b[4m"),
        ("38;5;1;48;5;2;3;4", "7", "\x1b[0;7m"),
        ("31", "31", ""),
    ],
)
def test_looks_change_by_the_shortest_way(before: str, after: str, words: str) -> None:
    assert change(look_of(before), look_of(after)) == words


def test_a_link_begins_and_ends() -> None:
    linked = cells_of("\x1b]8;id=1;https://x.example\x1b\\ab\x1b]8;;\x1b\\c")
    assert [cell[1].link for cell in linked] == ["id=1;https://x.example"] * 2 + [""]
    assert change(PLAIN, linked[0][1]) == "\x1b]8;id=1;https://x.example\x1b\\"
    assert change(linked[0][1], PLAIN) == "\x1b]8;;\x1b\\"


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "a\tb", "\u0301", "\x1b[38;5mx", "\x1b[38mx", "\x1b[99mx", "\x9b1m", JOINED]
)
def test_what_is_no_text_is_not_guessed(text: str) -> None:
    with pytest.raises(NotUnderstood):
        cells_of(text)


@pytest.mark.parametrize("words", WORDS)
def test_after_a_character_of_doubtful_width_the_place_is_absolute(words: str) -> None:
    picture = Picture(20, 1)
    picture.put(f"\x1b[1;1H{words}|")
    width = len(cells_of(words))
    place = f"\x1b[1;{width + 1}H"
    is_sure = words in WORDS[:8] or words == "✓ x"
    assert picture.changes().startswith(f"\x1b[H\x1b[m{words}{'' if is_sure else place}|")


@pytest.mark.parametrize(
    ("start", "goal", "way"),
    [
        (None, (0, 0), "\x1b[H"),
        (None, (0, 4), "\x1b[5H"),
        (None, (3, 4), "\x1b[5;4H"),
        ((2, 4), (3, 4), "\x1b[C"),
        ((2, 4), (9, 4), "\x1b[7C"),
        ((9, 4), (0, 4), "\r"),
        ((9, 4), (2, 4), "\x1b[3G"),
        ((9, 4), (8, 4), "\b"),
        ((9, 4), (6, 4), "\b\b\b"),
        ((9, 4), (0, 5), "\v\r"),
        ((9, 4), (9, 6), "\v\v"),
        ((9, 4), (1, 5), "\v\x1b[2G"),
        ((9, 5), (9, 4), "\x1b[A"),
        ((9, 9), (8, 4), "\x1b[5A\b"),
        ((3, 4), (3, 10), "\x1b[6B"),
        ((10, 4), (9, 5), "\v"),
        ((10, 4), (7, 4), "\x1b[8G"),
        ((10, 4), (0, 4), "\r"),
    ],
)
def test_the_way_to_a_place_is_the_shortest(start: tuple[int, int] | None, goal: tuple[int, int], way: str) -> None:
    assert jump(start, goal, 10) == way


class SlowTerminal:
    """Takes nothing until it is let go."""

    def __init__(self) -> None:
        self.is_free, self.is_waiting, self.sent = Event(), Event(), list[str]()

    def write(self, text: str) -> None:
        self.sent.append(text)

    def flush(self) -> None:
        self.is_waiting.set()
        assert self.is_free.wait(10)


def test_a_slow_line_gets_the_newest_frame_next() -> None:
    terminal = SlowTerminal()
    output = LeanOutput(terminal)
    first = output.frame("\x1b[1;1Hframe 000", 20, 2)
    output.write(first)
    writer = Thread(target=output.flush)
    writer.start()
    assert terminal.is_waiting.wait(10)
    for number in range(1, 200):
        assert output.frame(f"\x1b[1;1Hframe {number:03}", 20, 2) == ""
    terminal.is_free.set()
    writer.join(10)
    assert terminal.sent == [first, "\b\b\b199"]
    assert output.frame("\x1b[1;1Hframe 200", 20, 2) == "\b\b\b200"


def test_nothing_overtakes_a_frame_that_waits_its_turn() -> None:
    terminal = SlowTerminal()
    terminal.is_free.set()
    output = LeanOutput(terminal)
    first = output.frame("\x1b[1;1Hone", 9, 1)
    assert output.frame("\x1b[1;1Htwo", 9, 1) == ""
    output.flush()
    assert terminal.sent == []
    output.write(first)
    output.write("\x1b[?1049l")
    assert terminal.sent == [first, "\rtwo", "\x1b[m", "\x1b[?1049l"]


@pytest.mark.parametrize(
    ("words", "is_forgotten"),
    [
        ("\x1b]52;c;YQ==\x07", False), ("\x07", False), ("\x1b[?1000h", False), ("\x1b[?2026$p", False),
        ("\x1b[?1049h", True), ("\x1b[2J", True), ("words", True), ("\x1b[?1049h\x1b[?25l", True),
    ],
)  # fmt: skip
def test_what_other_writers_may_have_changed_is_sent_anew(words: str, is_forgotten: bool) -> None:
    terminal = SlowTerminal()
    terminal.is_free.set()
    output = LeanOutput(terminal)
    frame = "\x1b[1;1Hone"
    output.write(output.frame(frame, 9, 1))
    output.write(words)
    output.flush()
    assert output.frame(frame, 9, 1) == ("\x1b[H\x1b[mone" if is_forgotten else "")


def test_after_a_while_without_changes_place_and_look_are_said_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program may have moved the cursor meanwhile: changes that count from it would land on wrong lines."""
    monkeypatch.setattr(output_module, "_QUIET", 0.0)
    terminal = SlowTerminal()
    terminal.is_free.set()
    output = LeanOutput(terminal)
    for frame, changes in (("one" * 9, "\x1b[H\x1b[m" + "one" * 9), ("one" * 8 + "onX", "\x1b[1;27H\x1b[mX")):
        sent = output.frame(f"\x1b[1;1H{frame}", 27, 1)
        assert sent == changes
        output.write(sent)
        output.flush()


def test_after_a_change_of_size_that_led_back_all_is_sent_again() -> None:
    terminal = SlowTerminal()
    terminal.is_free.set()
    output = LeanOutput(terminal)
    output.write(output.frame("\x1b[1;1Hone", 9, 1))
    output.flush()
    assert output.resolve() == ""
    output.doubt()
    assert output.resolve() == "\x1b[H\x1b[mone"
    output.doubt()
    output.write(output.frame("\x1b[1;1Htwo", 8, 1))
    assert output.resolve() == ""


def test_marks_stand_around_what_a_terminal_may_show_in_parts() -> None:
    output = LeanOutput(SlowTerminal())
    output.marks = True
    assert output.frame("\x1b[1;1H" + "ab" * 400, 800, 1).startswith("\x1b[?2026h\x1b[H\x1b[mab")
    output = LeanOutput(SlowTerminal())
    output.marks = True
    assert output.frame("\x1b[1;1Hab", 800, 1) == "\x1b[H\x1b[mab"
