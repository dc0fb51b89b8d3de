"""A code in large letters and as a QR code: what is drawn is read back from the characters alone."""

import pytest

from tests.support.qr_reading import modules_of, read_qr
from tui.vouchers.large_letters import large_lines
from tui.vouchers.qr_code import QUIET, qr_lines, qr_matrix
from widgets.text import cell_width, glyphs

CODES = (
    "1234567890", "SUMMER-2026", "abcDEF123", "a/b%c#d e ", "\x1b[2J\n", "żółć-日本", "\u202eevil", "0OoIl1|",
    "X" * 60, "x" * 78,
)  # fmt: skip
NARROW_BODY, WIDE_BODY = (80, 22), (160, 43)


@pytest.mark.parametrize("code", CODES)
def test_a_reader_of_its_own_reads_the_code_off_the_characters(code: str) -> None:
    lines = qr_lines(code, *NARROW_BODY)
    assert len(lines) <= 22
    assert {cell_width(line) for line in lines} == {len(lines[0])}
    assert read_qr(modules_of(lines, QUIET)).decode() == code


@pytest.mark.parametrize("code", CODES)
def test_in_ascii_two_cells_are_a_module(code: str) -> None:
    glyphs.use("ascii")
    lines = qr_lines(code, *WIDE_BODY)
    modules = [[line[at : at + 2] == "##" for at in range(0, len(line), 2)] for line in lines]
    assert set("".join(lines)) == {"#", " "}
    assert read_qr([row[QUIET:-QUIET] for row in modules[QUIET:-QUIET]]).decode() == code


def test_a_wrong_module_is_seen() -> None:
    matrix = [list(row) for row in qr_matrix("SUMMER-2026")]
    matrix[-9][-1] = not matrix[-9][-1]
    assert read_qr(matrix) != b"SUMMER-2026"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x" * 79, "The QR code of this code takes 45 by 23 characters, the window has room for 80 by 22."),
        (
            "x" * 10_000,
            "The code has 10,000 characters: too many for a QR code here, the window has room for 80 by 22.",
        ),
        ("\ud800", "The code holds a character that no QR code can carry."),
        ("", "There is no code to draw."),
    ],
)
def test_a_sentence_says_why_there_is_no_qr_code(code: str, said: str) -> None:
    with pytest.raises(ValueError) as error:
        qr_lines(code, *NARROW_BODY)
    assert str(error.value) == said


def test_no_window_however_large_makes_room_for_what_no_qr_code_holds() -> None:
    with pytest.raises(ValueError, match="A QR code cannot hold 3,000 bytes"):
        qr_lines("x" * 3000, 1000, 1000)


def test_each_letter_stands_in_its_place_and_says_what_it_is() -> None:
    lines = large_lines("0Oo", *NARROW_BODY)
    assert lines == [
        "▄▀▀▀▄ ▄▀▀▀▄      ",
        "█ ▄▀█ █   █ ▄▀▀▀▄",
        "█▀  █ █   █ █   █",
        " ▀▀▀   ▀▀▀   ▀▀▀ ",
        "digit upper lower",
    ]


def test_no_two_characters_look_alike() -> None:
    drawn = {}
    for character in map(chr, range(0x20, 0x7F)):
        lines = large_lines(character, 5, 5)
        assert lines is not None
        drawn[character] = "\n".join(lines)
    assert len(set(drawn.values())) == 95


def test_what_has_no_large_form_stands_in_a_frame_with_its_number() -> None:
    lines = large_lines("é \x1b\u202e日", *NARROW_BODY)
    assert lines is not None
    assert lines[1] == "│ é │ │   │ │ ␛ │ │   │ │日 │"
    assert lines[-1] == "00E9  blank 001B  202E  65E5 "
    assert {cell_width(line) for line in lines} == {29}


def test_rows_break_where_the_window_ends_and_what_does_not_fit_is_not_drawn() -> None:
    lines = large_lines("A" * 52, 80, 21)
    assert lines is not None
    assert len(lines) == 20
    assert lines[4].split() == ["upper"] * 13
    assert large_lines("A" * 53, 80, 21) is None
    assert large_lines("A", 4, 21) is None


def test_ascii_letters_are_eight_lines_high() -> None:
    glyphs.use("ascii")
    lines = large_lines("L~", *NARROW_BODY)
    assert lines is not None
    assert len(lines) == 9
    assert [line[:5] for line in lines[:7]] == ["#    "] * 6 + ["#####"]
    assert "".join(lines).isascii()
