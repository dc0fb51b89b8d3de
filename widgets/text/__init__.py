"""The only gate for outside text on its way to the screen.

Names, codes, metadata and messages are other people's input. Textual reads markup in plain strings and hands
escape sequences on to the terminal, so every such string passes here first:

* `safe` gives `Content` for widgets, titles, tooltips, toasts and palette entries;
* `plain` gives the cleaned `str` for widgets that draw their own lines;
* `escaped` writes what acts as an escape, for data that a terminal shows or pastes as it is;
* `cell_fit` cuts or pads to an exact width in terminal cells.

What would be invisible, or would act, or is as wide as a terminal likes, is replaced by a mark that can be seen:
nothing vanishes silently, but for the joiners and skin tones inside emoji, which say nothing about what a name is.
Where the ASCII signs are in use, signs and punctuation are written out in ASCII; letters of other scripts stay.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rich.cells import get_character_cell_size

from widgets.text import glyphs
from widgets.text.ascii_signs import spelled

if TYPE_CHECKING:
    from textual.content import Content

Align = Literal["left", "right", "center"]

TAB_SIZE = 4
MAX_COMBINING = 4
"""Combining characters kept on one base: enough for every living script, too few to cover other lines."""

_LINE_BREAK = "⏎"
_BLANK_MARK = "␠"
_SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""All of Unicode's category Zs: what is drawn as blank cells."""
_DOTTED_CIRCLE = "◌"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")

# Printable by category, yet drawn as nothing by most fonts: fillers, selectors and the blank braille cell.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

_MODIFIERS = range(0x1F3FB, 0x1F400)
"""Skin tones: two cells or none, as a terminal likes."""
_DISPUTED = (
    range(0x2630, 0x2638), range(0x268A, 0x2690), range(0x3248, 0x3250), range(0x1D300, 0x1D357),
    range(0x1D360, 0x1D377), range(0x1F3FB, 0x1F400),
)  # fmt: skip
"""Symbols that became wide, or narrow, with some version of Unicode: one cell here, two there."""

_ACTING = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What a terminal acts on, what turns the order of letters round, and what shows nothing, but for the joiners of emoji
and scripts, line feeds and tabs. Compiled when it is first needed, which no start does."""

_AS_THEY_ARE = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20a0-\u20bf\u2190-\u21ff\u2500-\u25ff]*"
).fullmatch
"""Letters of Latin, punctuation, currencies, arrows, lines, blocks: most of what is not ASCII, and nothing to clean."""

_ASCII_MARKS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡", 0x0A: _LINE_BREAK}


def plain(text: object, *, max_length: int | None = None) -> str:
    """Clean outside text for one line that a widget draws itself.

    Args:
        text: anything; what is no string is shown by `str`.
        max_length: characters of the input to look at; what is longer ends with an ellipsis.

    Returns:
        Text without C0, C1, DEL, bidi, zero-width or otherwise invisible characters, without lone surrogates
        and without line breaks. Cleaning twice changes nothing.
    """
    source = text if type(text) is str else _as_str(text)
    if max_length is not None and len(source) > max_length:
        source = source[: max(0, max_length - 1)] + glyphs.current().ellipsis
    if source.isascii():
        if source.isprintable():
            return source
        return spelled(source.replace("\r\n", "\n").translate(_ASCII_MARKS))
    return spelled(source if _AS_THEY_ARE(source) else _clean(source.replace("\r\n", "\n")))


def with_end(text: object) -> str:
    """Outside text, not cleaned yet, with the blanks at its end as marks: `SALE ` is another name than `SALE`."""
    source = _as_str(text)
    kept = source.rstrip(_SPACES)
    return kept + _BLANK_MARK * (len(source) - len(kept))


def folded(text: str) -> str:
    """Text to compare without regard to capitals and to how accents are written; accents themselves count."""
    normal = unicodedata.normalize
    return text.lower() if text.isascii() else normal("NFC", normal("NFD", text).casefold())


def plain_lines(text: object) -> list[str]:
    """Clean outside text of several lines; tabs become spaces. Always at least one line."""
    source = text if type(text) is str else _as_str(text)
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [plain(line.expandtabs(TAB_SIZE)) for line in lines]


def safe(text: object) -> "Content":
    """Outside text as one line of `Content`, with no markup read in it; what is no string is shown by `str`."""
    from textual.content import Content  # late: commands clean text without a screen

    return Content(plain(text))


def escaped(text: str, *, lines: bool = True) -> str:
    """Data for a terminal or its clipboard: nothing in it acts, and nothing is lost.

    Args:
        text: cleaned or not; JSON stays the same JSON.
        lines: whether line feeds and tabs may stay; without them a pasted text runs nothing.

    Returns:
        The text with each character that acts or is invisible written as JSON does: a `u` and four digits.
    """
    out = re.sub(_ACTING, _escape, text)
    return out if lines else out.replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def cell_width(text: str) -> int:
    """Terminal cells of cleaned text: 2 for wide East Asian characters and emoji, 0 for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(get_character_cell_size, text))


def cell_fit(text: str, width: int, align: Align = "left", ellipsis: str | None = None) -> str:
    """Cut or pad text to exactly `width` terminal cells; the text is cleaned on the way.

    A wide character is never halved: where only half of it fits, a space replaces it.

    Args:
        text: outside text, cleaned or not.
        width: cells; 0 or less gives an empty string.
        align: where the padding goes when the text is shorter.
        ellipsis: ends a text that was cut; may be empty. The sign in use when left out.
    """
    if width <= 0:
        return ""
    ellipsis = glyphs.current().ellipsis if ellipsis is None else ellipsis
    text = plain(text)
    used = cell_width(text)
    if used > width:
        tail = ellipsis if cell_width(ellipsis) <= width else ""
        text = _take(text, width - cell_width(tail)) + tail
        used = cell_width(text)
    gap = width - used
    if align == "right":
        return " " * gap + text
    if align == "center":
        return " " * (gap // 2) + text + " " * (gap - gap // 2)
    return text + " " * gap


def _take(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    used = 0
    for index, char in enumerate(text):
        used += get_character_cell_size(char)
        if used > width:
            return text[:index]
    return text


def _as_str(text: object) -> str:
    # A subclass of str may override anything; `str.__str__` of a plain one is itself.
    try:
        return "".join(str(text))
    except Exception:
        return f"<{type(text).__name__}>"


def _clean(text: str) -> str:
    out: list[str] = []
    combining = 0
    last = ""
    for char in text:
        if char.isascii() and char.isprintable():
            combining = 0
            out.append(char)
        elif (char in _JOINERS or ord(char) in _MODIFIERS) and _is_symbol(last):
            continue
        else:
            mark, combines = _mark(char)
            combining = combining + 1 if combines else 0
            if combines and (not last or last == " "):
                out.append(_DOTTED_CIRCLE)
            if combining <= MAX_COMBINING:
                out.append(mark)
            elif combining == MAX_COMBINING + 1:
                out.append(_codepoint(char))
        last = char
    return "".join(out)


@lru_cache(maxsize=8192)
def _mark(char: str) -> tuple[str, bool]:
    """What stands for a character, and whether it draws onto the one before it."""
    code = ord(char)
    if code in _ASCII_MARKS:
        return _ASCII_MARKS[code], False
    category = unicodedata.category(char)
    if category == "Zs":
        return " " * get_character_cell_size(char), False
    if char in _BLANKS or char in _JOINERS or category[0] in "CZ" or _is_selector(code) or _is_disputed(code):
        return _codepoint(char), False
    if category == "Mc":
        # A sign with a width of its own, which half of the terminals give a cell and half do not: a table's columns
        # hold only where neither has to decide.
        return _DOTTED_CIRCLE, False
    return char, category in {"Mn", "Me"} or get_character_cell_size(char) == 0


def _is_symbol(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char) in {"So", "Sk", "Sm", "Po"}


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _is_disputed(code: int) -> bool:
    return any(code in disputed for disputed in _DISPUTED)


def _codepoint(char: str) -> str:
    return f"⟦U+{ord(char):04X}⟧"
