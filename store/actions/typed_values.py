"""What people type for the fields of an action, in the API's own units."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import msgspec

from store.actions.action import Action, Field, FieldKind, ValueRefused
from store.json_text import is_same
from store.nearest import did_you_mean
from store.typed_times import typed_time
from store.words import typed_amount

_LARGEST = 4 * 1024**2
"""Bytes of a file with a value."""
_SHOWN = 60
"""Characters of a value that are shown back."""
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def typed_values(action: Action, typed: Mapping[str, str], now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The values of the fields that were named.

    Raises:
        ValueRefused: a field is missing or unknown, or takes no such value.
    """
    fields = {one.name: one for one in action.fields}
    for name in typed:
        if name not in fields:
            had = f" It has {', '.join(fields)}." if fields else " It asks for nothing."
            raise ValueRefused(f"“{action.id}” has no field “{name}”.{did_you_mean(name, fields)}{had}")
    missing = [name for name, one in fields.items() if one.required and not typed.get(name)]
    if missing:
        raise ValueRefused(f"“{action.id}” needs {', '.join(missing)} (--set NAME=VALUE).")
    if fields and not typed and not any(one.required for one in fields.values()) and action.id == "edit":
        raise ValueRefused(f"“{action.id}” needs what to change: {', '.join(fields)} (--set NAME=VALUE).")
    return {name: typed_value(fields[name], text, now, zone) for name, text in typed.items()}


def typed_value(field: Field, text: str, now: datetime, zone: tzinfo) -> Any:
    """The value of one field.

    Raises:
        ValueRefused: it takes no such value.
    """
    if not text.strip():
        if field.can_be_empty:
            return None
        raise ValueRefused(f"{field.name} cannot be empty.")
    if field.choices and text not in field.choices:
        raise ValueRefused(f"{field.name} is one of {', '.join(field.choices)}.")
    try:
        if field.kind is FieldKind.INSTANT:
            return _instant(field, text, now, zone)
        return _READERS[field.kind](text)
    except (ValueError, TypeError, KeyError, RecursionError, msgspec.DecodeError):
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        kind = field.kind.value
        article = "an" if kind.startswith("a") else "a"
        raise ValueRefused(f"{field.name} takes {article} {kind}; “{shown}” is none.") from None


def edited_keys(field: Field, first: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an edited object that are other than they began; one that was deleted has None, to be taken away.

    The others stay out: somebody may have changed them since.

    Raises:
        ValueRefused: a key was deleted that the API takes from no such record.
    """
    gone = [key for key, value in first.items() if value is not None and key not in typed]
    if gone and not field.can_lose_keys:
        raise ValueRefused(f"The API takes no key of {field.name} away: leave {', '.join(gone)} in.")
    changed = {key: value for key, value in typed.items() if key not in first or not is_same(first[key], value)}
    return {**changed, **dict.fromkeys(gone)}


def _instant(field: Field, text: str, now: datetime, zone: tzinfo) -> str:
    """An instant, or the edge of a day: what expires on a day does so when that ends."""
    time = typed_time(text, now, zone)
    return time.ends if field.name.startswith("expiration") else time.begins


def _amount(text: str) -> int:
    sign, digits = (-1, text.strip()[1:]) if text.strip().startswith("-") else (1, text)
    return sign * typed_amount(digits)


def _object(text: str) -> dict[str, Any]:
    """A JSON object, or the file `@PATH` that holds one."""
    if text.startswith("@"):
        text = _content(text[1:])
    found = msgspec.json.decode(text)
    if not isinstance(found, dict):
        raise TypeError
    return found


def _content(path: str) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueRefused(f"“{path}” is larger than {_LARGEST // 1024**2} MiB.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise ValueRefused(f"“{path}” cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise ValueRefused(f"“{path}” is not UTF-8.") from None


_READERS: Mapping[FieldKind, Callable[[str], Any]] = {
    FieldKind.TEXT: str,
    FieldKind.NUMBER: int,
    FieldKind.POINTS: int,
    FieldKind.MONEY: _amount,
    FieldKind.FLAG: lambda text: _FLAGS[text.strip().lower()],
    FieldKind.JSON: _object,
    FieldKind.RULE: _object,
    FieldKind.FILE: lambda text: str(Path(text.strip()).expanduser().absolute()),
}
