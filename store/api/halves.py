"""Slicing JSON whose texts hold half a surrogate pair, which the fast decoder refuses.

It is legal (RFC 8259 §8.2), and what a server writes that cuts a text in the middle of an emoji.
"""

import json
import re
from collections.abc import Iterator


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_BLANK = re.compile(r"[ \t\n\r]*")


def members_of(text: str) -> dict[str, bytes]:
    """The members of an object, each as the bytes it came in.

    Raises:
        ValueError: it is not one whole JSON object.
    """
    found: dict[str, bytes] = {}
    at = _past(text, 0, "{")
    while at < len(text) and text[at] != "}":
        if text[at] != '"':
            raise ValueError("a member's name was expected")
        name, end = _DECODER.raw_decode(text, at)
        start = _past(text, end, ":")
        at = _DECODER.raw_decode(text, start)[1]
        found[name] = text[start:at].encode()
        at = _next(text, at, "}")
    _end(text, at, "}")
    return found


def elements_of(text: str) -> Iterator[bytes]:
    """The elements of an array, each as the bytes it came in.

    Raises:
        ValueError: it is not one whole JSON array.
    """
    at = _past(text, 0, "[")
    while at < len(text) and text[at] != "]":
        start, at = at, _DECODER.raw_decode(text, at)[1]
        yield text[start:at].encode()
        at = _next(text, at, "]")
    _end(text, at, "]")


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


def _past(text: str, at: int, sign: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"{sign} was expected")
    return _skip(text, at + 1)


def _next(text: str, at: int, closing: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == closing:
        return at
    at = _past(text, at, ",")
    if text[at : at + 1] == closing:
        raise ValueError("a comma too many")
    return at


def _end(text: str, at: int, closing: str) -> None:
    if _past(text, at, closing) != len(text):
        raise ValueError("text after the end")
