"""Reading a QR code back from the modules alone, by ISO/IEC 18004: shares no code with what draws it.

No error correction: one wrong module makes it fail, which is what a test wants.
"""

from collections.abc import Iterator, Sequence

Matrix = Sequence[Sequence[bool]]
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_ALIGNED = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34)}
_BLOCKS = {
    "L": {1: [19], 2: [34], 3: [55], 4: [80], 5: [108], 6: [68, 68]},
    "M": {1: [16], 2: [28], 3: [44], 4: [32, 32], 5: [43, 43], 6: [27] * 4},
    "Q": {1: [13], 2: [22], 3: [17, 17], 4: [24, 24], 5: [15, 15, 16, 16], 6: [19] * 4},
    "H": {1: [9], 2: [16], 3: [13, 13], 4: [9] * 4, 5: [11, 11, 12, 12], 6: [15] * 4},
}
"""Data bytes of each block, by level and version (table 9)."""
_MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, _: r % 2 == 0,
    lambda _, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def modules_of(lines: Sequence[str], quiet: int) -> Matrix:
    """The modules that half blocks draw, without the light border, which must be light."""
    halves = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    rows = [[halves[cell][half] for cell in line.strip("\n")] for line in lines for half in (0, 1)]
    side = len(rows[0])
    assert not any(any(row) for row in [*rows[:quiet], *rows[side - quiet :]])
    assert not any(any(row[:quiet]) or any(row[side - quiet :]) for row in rows)
    return [row[quiet : side - quiet] for row in rows[quiet : side - quiet]]


def read_qr(matrix: Matrix) -> bytes:
    """The bytes of a QR code of version 1 to 6."""
    side = len(matrix)
    version = (side - 17) // 4
    form = sum(matrix[row][8] << place for place, row in enumerate((0, 1, 2, 3, 4, 5, 7, 8)))
    form |= sum(matrix[8][column] << place for place, column in enumerate((7, 5, 4, 3, 2, 1, 0), 8))
    level, mask = "MLHQ"[(form ^ 0x5412) >> 13], (form ^ 0x5412) >> 10 & 7
    bits = [
        matrix[row][column] ^ _MASKS[mask](row, column)
        for row, column in _path(side)
        if not _is_function(row, column, side, version)
    ]
    codewords = [sum(bit << 7 - place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)]
    sizes = _BLOCKS[level][version]
    blocks: list[list[int]] = [[] for _ in sizes]
    words = iter(codewords)
    for at in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if at < size:
                block.append(next(words))
    return _text("".join(f"{word:08b}" for block in blocks for word in block))


def _is_function(row: int, column: int, side: int, version: int) -> bool:
    """Finder patterns with format information, timing, alignment."""
    corner = (row < 9 and (column < 9 or column >= side - 8)) or (row >= side - 8 and column < 9)
    if corner or row == 6 or column == 6:
        return True
    centres = [
        (up, left)
        for up in _ALIGNED[version]
        for left in _ALIGNED[version]
        if (up, left) not in ((6, 6), (6, side - 7), (side - 7, 6))
    ]
    return any(abs(row - up) <= 2 and abs(column - left) <= 2 for up, left in centres)


def _path(side: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the timing column."""
    upwards = True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _text(bits: str) -> bytes:
    out, at = b"", 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while len(bits) - at >= 4 and (mode := take(4)):
        if mode == 4:
            out += bytes(take(8) for _ in range(take(8)))
        elif mode == 2:
            left = take(9)
            while left > 1:
                pair, left = take(11), left - 2
                out += (ALNUM[pair // 45] + ALNUM[pair % 45]).encode()
            out += ALNUM[take(6)].encode() if left else b""
        elif mode == 1:
            left = take(10)
            while left > 0:
                digits = min(3, left)
                out += f"{take(digits * 3 + 1):0{digits}d}".encode()
                left -= digits
        else:
            raise AssertionError(f"mode {mode}")
    return out
