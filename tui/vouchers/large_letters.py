"""A code in letters of five by eight dots, to be read out: half blocks, or `#` where signs are ASCII. Pure."""

from widgets.text import cell_fit, cell_width, glyphs, plain

WIDTH, GAP, DOTS = 5, 1, 8
_FIRST = 0x21
_FONT = (
    "00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 2a1c7f1c2a"
    " 08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 1814127f10"
    " 2745454539 3c4a494931 4121110907 3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 0041221408"
    " 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f"
    " 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e 7f09192946"
    " 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141 0204081020"
    " 004141417f 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902"
    " 18a4a49c78 7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 fc18242418"
    " 18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c 4464544c44"
    " 0008364100 0000770000 0041360800 0201020402"
)  # fmt: skip
"""A column of eight dots a byte, the topmost in its lowest bit, of each printable ASCII character after the blank."""
_GLYPHS = {chr(_FIRST + at): bytes.fromhex(columns) for at, columns in enumerate(_FONT.split())}
_HALVES = " ▀▄█"


def large_lines(code: str, width: int, height: int) -> list[str] | None:
    """The code in rows of large characters, what each is below it; None where that takes more room.

    A character without a large form stands in a frame above its number in Unicode; one that cannot be seen leaves the
    frame empty.

    Args:
        code: outside text.
        width: cells in a line.
        height: lines.
    """
    a_row = (width + GAP) // (WIDTH + GAP)
    lines = DOTS // 2 if glyphs.current() is glyphs.UNICODE else DOTS
    if a_row < 1 or -(-len(code) // a_row) * (lines + 1) > height:
        return None
    out: list[str] = []
    for start in range(0, len(code), a_row):
        some = code[start : start + a_row]
        drawn = [_drawn(character) for character in some]
        out += [(" " * GAP).join(column[line] for column in drawn) for line in range(lines)]
        out.append((" " * GAP).join(cell_fit(_kind(character), WIDTH) for character in some))
    return out


def _drawn(character: str) -> list[str]:
    columns = _GLYPHS.get(character)
    if columns is None:
        return _framed(character)
    if glyphs.current() is not glyphs.UNICODE:
        return ["".join("#" if column >> row & 1 else " " for column in columns) for row in range(DOTS)]
    return ["".join(_HALVES[column >> row & 3] for column in columns) for row in range(0, DOTS, 2)]


def _framed(character: str) -> list[str]:
    top_left, top_right, bottom_left, bottom_right, across, down = tuple(glyphs.current().borders)
    lines = DOTS // 2 if glyphs.current() is glyphs.UNICODE else DOTS
    inner = WIDTH - 2
    inside = [" " * inner] * (lines - 2)
    mark = "" if character == " " or cell_width(plain(character)) > inner else plain(character)
    inside[len(inside) // 2 - 1] = cell_fit(mark, inner, "center")
    return [
        top_left + across * inner + top_right,
        *(f"{down}{line}{down}" for line in inside),
        bottom_left + across * inner + bottom_right,
    ]


def _kind(character: str) -> str:
    """What tells characters apart that look alike: `upper`, `lower`, `digit`, `sign`, `blank`, else their number."""
    if character == " ":
        return "blank"
    if not (character.isascii() and character.isprintable()):
        return f"{ord(character):04X}"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "digit" if character.isdigit() else "sign"
