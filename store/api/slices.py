"""Slicing JSON that the fast decoder refuses, so that one malformed record does not stop its page.

Half a surrogate pair is legal (RFC 8259 §8.2), and what a server writes that cuts a text in the middle of an emoji. Not
legal, but written by servers all the same: NaN and Infinity, control characters and bytes that are no UTF-8 in texts,
numbers of any length, nesting of any depth. All of these can be sliced; whether a slice can be understood is found out
where it is read. Any other text that is not JSON is refused.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from store.json_text import mended

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
_BLANK = re.compile(r"[ \t\n\r]*")
_PART = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}


def members_of(content: bytes) -> dict[str, bytes]:
    """The members of an object, each as the bytes it came in.

    Raises:
        ValueError: it is not one complete JSON object.
    """
    text = _text(content)
    found: dict[str, bytes] = {}
    at = _past(text, 0, "{")
    while at < len(text) and text[at] != "}":
        if text[at] != '"':
            raise ValueError("a member's name was expected")
        name, end = _DECODER.raw_decode(text, at)
        start = _past(text, end, ":")
        at = _value_end(text, start)
        found[name] = _bytes(text[start:at])
        at = _next(text, at, "}")
    _end(text, at, "}")
    return found


def elements_of(content: bytes) -> Iterator[bytes]:
    """The elements of an array, each as the bytes it came in.

    Raises:
        ValueError: it is not one complete JSON array.
    """
    text = _text(content)
    at = _past(text, 0, "[")
    while at < len(text) and text[at] != "]":
        start, at = at, _value_end(text, at)
        yield _bytes(text[start:at])
        at = _next(text, at, "]")
    _end(text, at, "]")


def decode_loosely(content: bytes) -> Any:
    """What a slice seems to say: numbers as text, U+FFFD for what is no Unicode; None when it cannot be decoded."""
    try:
        return _DECODER.decode(mended(content.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _value_end(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except RecursionError:
        return _bracket_end(text, at)


def _bracket_end(text: str, at: int) -> int:
    """Where a value closes that is nested too deeply to be looked into: only its brackets and texts are checked."""
    open_ones: list[str] = []
    for part in _PART.finditer(text, at):
        sign = part[0]
        if sign in _CLOSING:
            open_ones.append(_CLOSING[sign])
        elif sign in ("]", "}"):
            if not open_ones or open_ones.pop() != sign:
                break
            if not open_ones:
                return part.end()
        elif sign == '"':
            break
    raise ValueError("a bracket is not closed")


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
