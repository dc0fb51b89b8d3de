"""What a ticket names: every id, e-mail address, request and whatever may be a code or an order in a pasted text."""

import re
from dataclasses import dataclass

LONGEST = 100_000
"""Characters of a text that are read."""
MOST = 200
"""References that are taken from one text."""

_PREFIXES = (
    "camp", "v", "cust", "ucust", "r", "rf", "rr", "pub", "vtx", "promo", "stack", "val", "asgm", "ern", "ltr", "rew",
    "rewa", "lopp", "lopb", "rh", "ord", "seg", "cat", "distr", "tbe", "aa", "exp", "export", "ar", "ars", "evcus",
    "track", "lprg", "lmbr",
)  # fmt: skip
"""How ids of the API begin (API §1)."""
_ID = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_PREFIXES)})_[A-Za-z0-9]{{4,}}(?![A-Za-z0-9])")
# Bounded, and begun at the beginning of a word alone: a long word without an end is read once.
_EMAIL = re.compile(r"(?<![\w.%+'-])[\w.%+'-]{1,64}@(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,63}")
_REQUEST = re.compile(r"(?<![A-Za-z0-9])v-[0-9a-f]{8,}(?![A-Za-z0-9])")
_WORD = re.compile(r"[^\s\x00-\x1f\x7f,;|<>\"'“”„‘’«»`(){}\[\]]+")
_AFTER_SIGN = re.compile(r"[=:#?&]")
_EDGES = ".:!?*_-/\\"
_TIME = re.compile(
    r"\d{1,4}[-./]\d{1,2}([-./]\d{1,4})?([T ].*)?|\d{1,2}:\d\d(:\d\d)?(\.\d+)?Z?|[+-]?\d{1,3}(,\d{3})*(\.\d+)?%?"
)
_SHORTEST, _LONGEST_WORD = 4, 200


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a text names.

    Attributes:
        text: as written.
        is_certain: whether its form alone tells that it is an id, an address or a request; others are words that may
            be a code or an order, and are none where the cache knows nothing of them.
    """

    text: str
    is_certain: bool


def references_in(text: str) -> list[Reference]:
    """What a text names, each once, in the order of the text."""
    known = text[:LONGEST]
    found = {
        match.start(): Reference(match[0].rstrip("."), is_certain=True)
        for pattern in (_ID, _EMAIL, _REQUEST)
        for match in pattern.finditer(known)
    }
    for match in _WORD.finditer(known):
        if len(match[0]) <= _LONGEST_WORD and "://" not in match[0] and _EMAIL.search(match[0]) is None:
            for at, word in _parts(match):
                if _may_be_a_code(word):
                    found.setdefault(at, Reference(word, is_certain=False))
    once = {one.text: one for _, one in sorted(found.items(), reverse=True)}
    return list(reversed(once.values()))[:MOST]


def is_ticket(text: str) -> bool:
    """Whether a typed or pasted text is read for what it names, and not looked for as it stands."""
    return "\n" in text.strip() or len(text) > 200


def _parts(match: "re.Match[str]") -> list[tuple[int, str]]:
    """A word, and what follows each sign in it that may part a name from its value: `code:SUMMER`, `?order=4411`."""
    starts = [0, *(sign.end() for sign in _AFTER_SIGN.finditer(match[0]))]
    parts = [(start, match[0][start:]) for start in starts]
    parts += [(start, re.split(_AFTER_SIGN, rest, maxsplit=1)[0]) for start, rest in parts[1:]]
    kept = {}
    for start, part in parts:
        word = part.lstrip(_EDGES)
        kept[match.start() + start + len(part) - len(word)] = word.rstrip(_EDGES)
    return list(kept.items())


def _may_be_a_code(word: str) -> bool:
    """Whether a word looks made up: with a digit, in capitals, or of several parts; times and amounts are none."""
    if len(word) < _SHORTEST or _TIME.fullmatch(word) or _ID.fullmatch(word):
        return False
    has_digit = any(sign.isdigit() for sign in word)
    return has_digit or (word.isupper() and word.isascii())
