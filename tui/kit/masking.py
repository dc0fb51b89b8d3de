"""Personal data of customers, masked: as little as distinguishes rows."""

import contextlib
import json
import re
from typing import Any

import msgspec

from store.json_text import decode

HIDDEN = "•••"
_ALWAYS = frozenset({"email", "phone", "birthdate", "birthday", "line_1", "line_2", "postal_code", "customer_name"})
"""Members that are personal wherever they stand."""
_OF_CUSTOMERS = frozenset({"name", "source_id", "description", "city"})
"""Members that are personal inside a customer."""
_COLUMNS = frozenset({"name", "email", "phone", "source_id", "user_email", "city"})
"""Columns of customers' rows that are personal."""
_ADDRESS = re.compile(r"[^\s\"'<>()\[\]{},;:=&?/\\@]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+")
"""An e-mail address, in a URL perhaps."""


def masked(text: str) -> str:
    """`Anna Kowalska` → `Anna K.`, `anna@example.com` → `a•••@e•••`, one word → its first letter."""
    text = text.strip()
    local, sign, host = text.replace("%40", "@").partition("@")
    if sign:
        return f"{local[:1]}{HIDDEN}@{host[:1]}{HIDDEN}"
    first, *others = text.split()[:3] or [""]
    if not others:
        return f"{first[:1]}{HIDDEN}"
    return " ".join([first, *(f"{other[0]}." for other in others)])


def is_personal_column(kind: str, column: str) -> bool:
    """Whether a column of the rows of a kind holds a person's name or address."""
    return column in _COLUMNS and (kind == "customer" or "email" in column)


def masked_document(text: str) -> Any:
    """A document with the personal members of customers masked, and addresses in any text, that of no JSON included."""
    try:
        return _masked(_decoded(text), personal=False)
    except (ValueError, RecursionError):
        return masked_addresses(text)


def _decoded(text: str) -> Any:
    """The value of a JSON text; also of one that holds NaN or Infinity, whose names and addresses are as personal."""
    try:
        return decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def _masked(value: Any, *, personal: bool) -> Any:
    if isinstance(value, list):
        return [_masked(entry, personal=personal) for entry in value]
    if isinstance(value, str):
        return _masked_text(value)
    if not isinstance(value, dict):
        return value
    own = personal or value.get("object") == "customer"
    return {
        key: masked(member)
        if isinstance(member, str) and (key in _ALWAYS or (own and key in _OF_CUSTOMERS))
        else _masked(member, personal=own or key in ("customer", "holder", "referrer"))
        for key, member in value.items()
    }


def _masked_text(text: str) -> str:
    """A text inside a document: a log carries the body of a request as JSON of its own."""
    if text.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError, RecursionError):
            found = _decoded(text)
            hidden = _masked(found, personal=False)
            return text if hidden == found else json.dumps(hidden, ensure_ascii=False)
    return masked_addresses(text)


def masked_addresses(text: str) -> str:
    """A text with every e-mail address in it masked."""
    return _ADDRESS.sub(lambda match: masked(match[0]), text)
