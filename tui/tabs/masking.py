"""Personal data of customers, masked: as little as tells rows apart."""

from typing import Any

import msgspec

from store.json_text import decode

HIDDEN = "•••"
_ALWAYS = frozenset({"email", "phone", "birthdate", "birthday", "line_1", "line_2", "postal_code", "customer_name"})
"""Members that are personal wherever they stand."""
_OF_CUSTOMERS = frozenset({"name", "source_id", "description", "city"})
"""Members that are personal inside a customer."""


def masked(text: str) -> str:
    """`Anna Kowalska` → `Anna K.`, `anna@example.com` → `a•••@e•••`, one word → its first letter."""
    text = text.strip()
    local, sign, host = text.partition("@")
    if sign:
        return f"{local[:1]}{HIDDEN}@{host[:1]}{HIDDEN}"
    first, *others = text.split()[:3] or [""]
    if not others:
        return f"{first[:1]}{HIDDEN}"
    return " ".join([first, *(f"{other[0]}." for other in others)])


def masked_document(text: str) -> Any:
    """A document with the personal members of customers masked; text that is no JSON stays as it is."""
    try:
        return _masked(decode(text), personal=False)
    except (msgspec.DecodeError, RecursionError):
        return text


def _masked(value: Any, *, personal: bool) -> Any:
    if isinstance(value, list):
        return [_masked(entry, personal=personal) for entry in value]
    if not isinstance(value, dict):
        return value
    own = personal or value.get("object") == "customer"
    return {
        key: masked(held)
        if isinstance(held, str) and (key in _ALWAYS or (own and key in _OF_CUSTOMERS))
        else _masked(held, personal=own or key in ("customer", "holder", "referrer"))
        for key, held in value.items()
    }
