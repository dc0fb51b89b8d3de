"""Signs and punctuation in ASCII, for terminals and readers that lack them. Letters of other scripts are left alone.

Two passes, because not all that is painted goes through `widgets.text`: `spelled` writes text out before it is laid
out, so that one sign may become several characters; `cell_sign` serves `widgets.text.ascii_filter` for what is left in
finished lines.
"""

from functools import lru_cache

from rich.cells import get_character_cell_size

from widgets.text import glyphs

_WORDS = {
    "…": "...", "–": "-", "—": "--", "‐": "-", "‑": "-", "‒": "-", "−": "-", "·": "-", "•": "*", "‣": ">", "″": '"',
    "“": '"', "”": '"', "„": '"', "«": "<<", "»": ">>", "‹": "<", "›": ">", "‘": "'", "’": "'", "‚": ",", "′": "'",
    "×": "x", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "±": "+/-", "→": "->", "←": "<-", "↔": "<->",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₴": "UAH",
    "⟦": "[", "⟧": "]", "◌": "_", "⏎": "^J", "␡": "^?", "␠": "_",
    **{chr(0x2400 + code): f"^{chr(0x40 + code)}" for code in range(0x20)},
}  # fmt: skip
_CELLS = {
    "●": "*", "○": "o", "◇": "d", "◆": "*", "✕": "x", "✖": "x", "■": "#", "□": "o", "▪": "#", "⚠": "!", "†": "+",
    "✓": "v", "✔": "v", "◐": "%", "⌁": "@", "↻": "~", "▲": "^", "▼": "v", "△": "^", "▽": "v", "▶": ">", "◀": "<",
    "▸": "+", "▾": "-", "▰": "#", "▱": ".", "★": "*", "☆": "*", "✦": "*", "↑": "^", "↓": "v", "⭘": "o", "🞄": "*",
}  # fmt: skip
_ACROSS = frozenset("─━┄┅┈┉═╌╍╴╶╸╺╼╾▔▁▀▄▂▃▅▆▇")
_DOWN = frozenset("│┃┆┇┊┋║╎╏╵╷╹╻▌▐▏▎▍▋▊▉▕")


def in_use() -> bool:
    """Whether the ASCII set was chosen."""
    return glyphs.current() is glyphs.ASCII


def spelled(text: str) -> str:
    """Text with its signs and punctuation written out where the ASCII set is in use; else the text."""
    return text if text.isascii() or not in_use() else text.translate(_SPELLED)


_SPELLED = str.maketrans({**_WORDS, **_CELLS})


@lru_cache(maxsize=4096)
def cell_sign(char: str) -> str:
    """One ASCII character for a sign of one cell; letters, digits and what is wider stay."""
    if char.isascii() or get_character_cell_size(char) != 1:
        return char
    code = ord(char)
    if char in _CELLS or char in _WORDS:
        return (_CELLS.get(char) or _WORDS[char])[0]
    if char in _ACROSS:
        # The ends of a scrollbar's thumb are shown by their colours.
        return "-" if char in "─━┄┅┈┉═╌╍╴╶╸╺╼╾▔▀" else " "
    if char in _DOWN:
        return "|"
    if 0x2500 <= code < 0x2580:
        return "+"
    if 0x2580 <= code < 0x25A0:
        return "#"
    if 0x2800 <= code < 0x2900:
        return " " if code == 0x2800 else "."
    return char
