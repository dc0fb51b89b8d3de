"""A code as a QR code in characters: two modules a cell as half blocks, or two cells a module in ASCII. Pure."""

import segno

from store import words as fmt
from widgets.text import glyphs

QUIET = 4
"""Light modules around it (ISO/IEC 18004 §5.3.8)."""
DARK_CELL = "##"
_HALVES = " ▄▀█"
"""By two bits, whether the upper and the lower module are dark: black is drawn on white."""


def qr_matrix(code: str) -> list[list[bool]]:
    """The modules of the smallest QR code that holds a text as UTF-8; True is dark.

    Raises:
        ValueError: no QR code can hold it, in a sentence.
    """
    try:
        data = code.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("The code holds a character that no QR code can carry.") from None
    if not data:
        raise ValueError("There is no code to draw.")
    try:
        made = segno.make_qr(code if code.isascii() else data, error="l", boost_error=True)
    except segno.DataOverflowError:
        raise ValueError(f"A QR code cannot hold {fmt.counted(len(data), 'byte')}.") from None
    return [[bool(module) for module in row] for row in made.matrix]


def qr_lines(code: str, width: int, height: int) -> list[str]:
    """The QR code of a text as lines of characters, its light border included.

    Args:
        code: as customers type it.
        width: cells in a line.
        height: lines.

    Raises:
        ValueError: it does not fit, or there is none, in a sentence.
    """
    in_blocks = glyphs.current() is glyphs.UNICODE
    most = (min(width, 2 * height) if in_blocks else min(width // 2, height)) - 2 * QUIET
    room = f"the window has room for {width} by {height}"
    # Three digits take ten bits: no text of more characters fits into so many modules, so none is worked out in vain.
    if len(code) * 10 > 3 * max(0, most) ** 2:
        raise ValueError(f"The code has {fmt.counted(len(code), 'character')}: too many for a QR code here, {room}.")
    matrix = qr_matrix(code)
    if len(matrix) > most:
        side = len(matrix) + 2 * QUIET
        needed = f"{side} by {(side + 1) // 2}" if in_blocks else f"{2 * side} by {side}"
        raise ValueError(f"The QR code of this code takes {needed} characters, {room}.")
    return _in_blocks(_bordered(matrix)) if in_blocks else _in_cells(_bordered(matrix))


def _bordered(matrix: list[list[bool]]) -> list[list[bool]]:
    side = len(matrix) + 2 * QUIET
    edge = [False] * QUIET
    blank = [[False] * side for _ in range(QUIET)]
    return [*blank, *([*edge, *row, *edge] for row in matrix), *blank]


def _in_blocks(rows: list[list[bool]]) -> list[str]:
    light = [False] * len(rows[0])
    pairs = zip(rows[::2], [*rows[1::2], light], strict=False)
    return ["".join(_HALVES[up * 2 + low] for up, low in zip(*pair, strict=True)) for pair in pairs]


def _in_cells(rows: list[list[bool]]) -> list[str]:
    return ["".join(DARK_CELL if dark else "  " for dark in row) for row in rows]
