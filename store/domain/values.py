"""Values out of documents that may hold anything: each reader answers with its kind or says that it is not there."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN_AT_MOST = 120
_NOTHING: Mapping[str, Any] = {}


def members(value: Any) -> Mapping[str, Any]:
    """An object's members; none when the value is no object."""
    # A decoded document is a dict, which is quicker to tell than that something is any mapping.
    return value if isinstance(value, dict | Mapping) else _NOTHING


def entries(value: Any) -> Sequence[Any]:
    """An array's entries; none when the value is no array."""
    return value if isinstance(value, list | tuple) else ()


def inside(document: Any, *path: str) -> Any:
    """The value below some member names, or None where one on the way is missing."""
    for name in path:
        document = members(document).get(name)
    return document


def word(value: Any) -> str:
    """A string as it is, anything else as an empty one."""
    return value if isinstance(value, str) else ""


MOST = 2**63 - 1


def fits(value: int) -> bool:
    """Whether an SQLite integer holds a number, and its opposite, too: SQLite cannot tell the size of -2^63."""
    return -MOST <= value <= MOST


_DIGITS = re.compile(r"[+-]?\d{1,30}", re.ASCII)


def whole(value: Any) -> int | None:
    """An exact integer that `fits`, from a number or a string of digits; fractions are None, never rounded."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if _DIGITS.fullmatch(text) else None
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    return value if isinstance(value, int) and fits(value) else None


def number(value: Any) -> int | None:
    """The same of a number alone: an amount that comes as text does not say in which unit it is."""
    return None if isinstance(value, str) else whole(value)


def flag(value: Any) -> bool | None:
    """A yes or no; its words, too, since query answers and CSV exports spell them."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def shown(value: Any) -> str:
    """Any JSON value as short text, never empty: numbers grouped, strings as they are, objects as compact JSON."""
    known = number(value)
    if known is not None:
        return f"{known:,}"
    if isinstance(value, str):
        text = value or "(empty)"
    else:
        # Late: no first screen shows an object.
        import json

        try:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        except (ValueError, RecursionError):
            text = "(not readable)"
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[: _SHOWN_AT_MOST - 1]}…"


def visible(value: Any) -> str:
    """A string that holds more than blanks, as it is; anything else as an empty one."""
    text = word(value)
    return text if text.strip() else ""


def called(thing: Any) -> str:
    """What to call an object of the API: its name, else its source id, else its id; empty when it has none."""
    known = members(thing)
    return visible(known.get("name")) or visible(known.get("source_id")) or word(known.get("id"))


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; empty parts are left out."""
    filled = [part for part in parts if part]
    return f" {last} ".join(filled) if len(filled) < 3 else f"{', '.join(filled[:-1])} {last} {filled[-1]}"
