"""Text with escape sequences as cells, and the shortest sequence from one look to another (ECMA-48 §8.3.117, SGR)."""

import re
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len


class Look(NamedTuple):
    """How a cell looks.

    Attributes:
        fore, back: SGR parameters of a colour; "" is the terminal's own.
        signs: SGR parameters that are on, as bold.
        link: parameters and target of a hyperlink (OSC 8), "" for none.
    """

    fore: str = ""
    back: str = ""
    signs: frozenset[str] = frozenset()
    link: str = ""


PLAIN = Look()
UNSURE = Look("unsure", "unsure")
"""What a terminal wears that something else has written to."""
Cell = tuple[str, Look]
"""A character with what joins it, and its look. The right half of a wide one is ("", look)."""


doubtful: set[str] = set()
"""Characters met so far about whose width terminals disagree: joined ones, emoji, wide symbols. All know ideographs."""
_single: set[str] = set()
"""Characters met so far that take one cell everywhere."""


class NotUnderstood(Exception):
    """A frame holds something that is not text, look or place."""


_PIECE = re.compile(r"\x1b\[([0-9;]*)m|([^\x1b]+)|\x1b\]8;([^\x1b\x07]*)(?:\x1b\\|\x07)")
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
_IDEOGRAPHS, _EMOJI, _FLAGS = 0x2E80, 0x1F000, range(0x1F1E6, 0x1F200)
_COLOUR_FIELDS = {"2": 5, "5": 3}


@lru_cache(maxsize=512)
def cells_of(text: str) -> tuple[Cell, ...]:
    """Cells of a text whose looks are spelled as Rich does: on before a run, off after it.

    Raises:
        NotUnderstood: it holds another control sequence, or its width cannot be told by its characters.
    """
    cells: list[Cell] = []
    sgr = link = ""
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise NotUnderstood
        at = piece.end()
        change, words, target = piece.groups()
        if change is not None:
            sgr = "" if change in ("", "0") else f"{sgr};{change}" if sgr else change
        elif words is not None:
            _add(cells, words, look_of(sgr, link))
        else:
            link = target if target.partition(";")[2] else ""
    return tuple(cells)


def _add(cells: list[Cell], words: str, look: Look) -> None:
    blank = (" ", blank_look(look))
    if words.isascii():
        if not words.isprintable():
            raise NotUnderstood
        cells += [(letter, look) if letter != " " else blank for letter in words]
        return
    before = len(cells)
    for letter in words:
        if letter in _single:
            cells.append((letter, look) if letter != " " else blank)
            continue
        size = cell_len(letter)
        if size == 0:
            if len(cells) == before:
                raise NotUnderstood
            head = -2 if cells[-1][0] == "" else -1
            cells[head] = (cells[head][0] + letter, cells[head][1])
            doubtful.add(cells[head][0])
            continue
        if _is_half_flag(letter) and len(cells) > before and _is_half_flag(cells[-1][0]):
            cells[-1:] = ((cells[-1][0] + letter, look), ("", look))
            doubtful.add(cells[-2][0])
            continue
        if ord(letter) >= _EMOJI or (size == 2 and ord(letter) < _IDEOGRAPHS):
            doubtful.add(letter)
        elif size == 1:
            _single.add(letter)
        cells.append((letter, look) if letter != " " else blank)
        if size == 2:
            cells.append(("", look))
    if len(cells) - before != cell_len(words):
        raise NotUnderstood


def _is_half_flag(letter: str) -> bool:
    return len(letter) == 1 and ord(letter) in _FLAGS


@lru_cache(maxsize=1024)
def look_of(sgr: str, link: str = "") -> Look:
    """The look that SGR parameters, separated by semicolons, make from a plain one.

    Raises:
        NotUnderstood: a colour lacks a field.
    """
    fore = back = ""
    signs: set[str] = set()
    fields = sgr.split(";") if sgr else []
    at = 0
    while at < len(fields):
        code = fields[at] or "0"
        size = 1
        if code in ("38", "48"):
            size = _COLOUR_FIELDS.get(fields[at + 1] if at + 1 < len(fields) else "", 0)
            if not size or at + size > len(fields):
                raise NotUnderstood
            fore, back = _coloured(code == "38", ";".join(fields[at : at + size]), fore, back)
        elif code == "0":
            fore, back, signs = "", "", set()
        elif code in ("39", "49"):
            fore, back = _coloured(code == "39", "", fore, back)
        elif int(code) in range(30, 38) or int(code) in range(90, 98):
            fore = code
        elif int(code) in range(40, 48) or int(code) in range(100, 108):
            back = code
        elif code in _OFF:
            signs.add(code)
        elif code in _OFF.values():
            signs -= {sign for sign, off in _OFF.items() if off == code}
        else:
            raise NotUnderstood
        at += size
    return Look(fore, back, frozenset(signs), link)


def _coloured(is_fore: bool, colour: str, fore: str, back: str) -> tuple[str, str]:
    return (colour, back) if is_fore else (fore, colour)


@lru_cache(maxsize=1024)
def blank_look(look: Look) -> Look:
    """The look of a blank: without what nobody sees of it."""
    return look if look.signs & _SEEN_ON_BLANKS or look.link else Look(back=look.back)


@lru_cache(maxsize=1024)
def is_same_blank(one: Look, other: Look) -> bool:
    """Whether a blank looks the same in both."""
    return blank_look(one) == blank_look(other)


@lru_cache(maxsize=1024)
def look_for_blank(worn: Look, blank: Look) -> Look:
    """What to wear for a blank of some look: of all that show it the one with the shortest way from what is worn."""
    if is_same_blank(worn, blank):
        return worn
    if blank.signs or blank.link or worn is UNSURE:
        return blank
    kept = Look(worn.fore, blank.back, worn.signs - _SEEN_ON_BLANKS)
    return min((kept, blank), key=lambda look: len(change(worn, look)))


@lru_cache(maxsize=2048)
def change(before: Look, after: Look) -> str:
    """The shortest sequence that turns one look into another."""
    anew = list(filter(None, ["0", *sorted(after.signs), after.fore, after.back]))
    off = {_OFF[sign] for sign in before.signs - after.signs}
    # An "off" ends every sign that it is the end of, bold and dim alike.
    again = {sign for sign in after.signs if _OFF[sign] in off}
    steps = [*sorted(off), *sorted((after.signs - before.signs) | again)]
    if after.fore != before.fore:
        steps.append(after.fore or "39")
    if after.back != before.back:
        steps.append(after.back or "49")
    ways = [";".join(anew)] if before is UNSURE else [";".join(steps), ";".join(anew)]
    sgr = min(ways, key=len)
    words = f"\x1b[{'' if sgr == '0' else sgr}m" if sgr else ""
    return words if after.link == before.link else f"{words}\x1b]8;{after.link or ';'}\x1b\\"
