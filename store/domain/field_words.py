"""One field of a document in people's units: money, points, percent, times, switches (API §1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from store.days import parse_instant
from store.domain.conditions import is_money
from store.domain.discount import discount_text
from store.domain.documents import flatten
from store.domain.durations import parse_duration
from store.domain.money import money_text, points_text
from store.domain.validity import weekdays_text
from store.domain.values import inside, shown, word
from store.times import utc_text
from store.words import clock

_MONEY = frozenset({
    "amount_off", "fixed_amount", "amount_limit", "aggregated_amount_limit", "price", "unit_price", "total_amount",
    "initial_amount", "discount_amount", "total_discount_amount", "applied_discount_amount", "items_discount_amount",
})  # fmt: skip
"""Members that hold minor units wherever they stand."""
_POINTS = frozenset({"points", "pending_points", "next_expiration_points"})
_SPANS = frozenset({"interval", "duration"})
_OF_GIFTS = frozenset({"amount", "balance"})
"""Members that hold minor units inside a gift, and points inside a loyalty card."""


@dataclass(frozen=True, slots=True)
class Units:
    """What people count in.

    Attributes:
        currency: ISO 4217 code of the profile; None for bare numbers.
        zone: the project's time zone.
    """

    currency: str | None
    zone: tzinfo


def field_label(path: str) -> str:
    """A field's path (JSON Pointer) as words: `/voucher/discount/amount_off` is `voucher discount amount off`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.strip("/").split("/")]
    return " ".join(steps).replace("_", " ")


def field_words(path: str, value: Any, units: Units, document: Any = None) -> str:
    """A field's value in people's units.

    Args:
        path: of the field, as a JSON Pointer.
        value: decoded.
        units: what people count in.
        document: what the field is in: only it says whether a rule's condition is about money.
    """
    steps = path.strip("/").split("/")
    name, parent = steps[-1], steps[-2] if len(steps) > 1 else ""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return ("on" if value else "off") if name == "active" else ("yes" if value else "no")
    if isinstance(value, Mapping):
        return _object(path, name, value, units, document)
    if isinstance(value, list):
        if name == "validity_day_of_week" and (days := weekdays_text(value)):
            return days
        return ", ".join(field_words(path, entry, units, document) for entry in value) or "none"
    if isinstance(value, str):
        return _text(name, value, units)
    if name in _MONEY or (parent == "gift" and name in _OF_GIFTS) or _is_limit_of_money(steps, document):
        return money_text(value, units.currency)
    if name in _POINTS or (parent == "loyalty_card" and name in _OF_GIFTS):
        return points_text(value)
    return f"{shown(value)} %" if name == "percent_off" else shown(value)


def _object(path: str, name: str, value: Mapping[str, Any], units: Units, document: Any) -> str:
    if name == "discount" and (text := discount_text(value, units.currency)):
        return text
    parts = [
        f"{field_label(below)} {field_words(f'{path}{below}', leaf, units, document)}" if below else shown(leaf)
        for below, leaf in flatten(value)
    ]
    return ", ".join(parts) if value else "nothing"


def _text(name: str, value: str, units: Units) -> str:
    instant = utc_text(value) if "T" in value else None
    if instant is not None:
        return clock(parse_instant(instant), units.zone, named=False)
    duration = parse_duration(value) if name in _SPANS else None
    return duration.words() if duration is not None else value or "(empty)"


def _is_limit_of_money(steps: list[str], document: Any) -> bool:
    """Whether a path leads into the conditions of a rule about money: `rules/1/conditions/$less_than`."""
    if "conditions" not in steps:
        return False
    at = steps.index("conditions")
    return is_money(word(inside(document, *steps[:at], "name")))
