"""Decoding documents as they were received, also those a strict decoder refuses.

A server that cuts a text in the middle of an emoji escapes half a surrogate pair, which is legal JSON (RFC 8259 §8.2)
but no Unicode text. The stored document keeps it; what is decoded carries U+FFFD in its place.
"""

import re
from typing import Any

import msgspec

_ESCAPED = re.compile(
    r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def decode(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        msgspec.DecodeError: it is no JSON.
    """
    try:
        return msgspec.json.decode(text)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("a text is not UTF-8") from error
    except msgspec.DecodeError:
        decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        repaired = mended(decoded)
        if repaired == decoded:
            raise
        return msgspec.json.decode(repaired)


def stored(text: bytes | str | None) -> Any:
    """The value of a JSON text from the cache; None for one that a damaged disk or another program spoiled."""
    try:
        return None if text is None else decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def stored_object(text: bytes | str | None) -> dict[str, Any]:
    """The same of a record's document, which is an object; empty for anything else."""
    value = stored(text)
    return value if isinstance(value, dict) else {}


def is_same(one: Any, other: Any) -> bool:
    """Whether two values have one JSON text, but for the order of members: `true` is not 1, and 1 is not 1.0."""
    return msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted")


_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def differing(before: bytes, after: bytes) -> tuple[Any, Any]:
    """Two objects without the members that are the same to the byte, as values; whole where they cannot be cut."""
    try:
        one, other = _members(before), _members(after)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return stored(before), stored(after)
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    kept = ({name: stored(bytes(side[name])) for name in names if name in side} for side in (one, other))
    return next(kept), next(kept)


def mended(text: str) -> str:
    """A JSON text with U+FFFD in place of every escaped half of a surrogate pair."""
    return _ESCAPED.sub(_mend, text)


def _mend(match: "re.Match[str]") -> str:
    """Whole pairs stay; halves become the replacement character."""
    return match[0] if len(match[2]) == 12 else f"{match[1]}\\ufffd"
