"""One condition of a validation rule in words: `order amount ≥ €50.00`, `customer metadata “country” is PL or DE`.

The published specification leaves names and operators of conditions open (API §4.2 C), so nothing here is a closed
list: a name is read word by word and an operator that is not known is shown as it was received.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.money import money_text
from store.domain.values import called, entries, joined, members, shown, whole, word

_OPERATORS = {
    "$is": "is",
    "$is_not": "is not",
    "$in": "is one of",
    "$not_in": "is none of",
    "$more_than": ">",
    "$more_than_or_equal": "≥",
    "$greater_than": ">",
    "$greater_than_or_equal": "≥",
    "$less_than": "<",
    "$less_than_or_equal": "≤",
    "$contains": "contains",
    "$not_contain": "does not contain",
    "$not_contains": "does not contain",
    "$starts_with": "starts with",
    "$ends_with": "ends with",
    "$matches_regex": "matches",
    "$before": "before",
    "$after": "after",
    "$between": "between",
    "$count": "number",
    "$count_less": "number <",
    "$count_more": "number >",
}
_BARE = {
    "$has_value": "has a value",
    "$is_unknown": "is unknown",
    "$is_defined": "is set",
    "$is_not_defined": "is not set",
    "$is_true": "is true",
    "$is_false": "is false",
}
_LAST_WORDS = {"$is_not": "nor", "$not_in": "and", "$between": "and"}
"""The word before the last of several values, where it is not "or"."""

_UPPER_BOUNDS = {"$less_than": -1, "$less_than_or_equal": 0, "$is": 0}
"""Operators that cap a number, and what to add to the value for the highest that still passes."""

_MONEY = frozenset(("amount", "price", "subtotal", "spent"))
_NOT_MONEY = frozenset(("count", "quantity", "metadata", "points"))


def name_words(name: str) -> frozenset[str]:
    """The words a condition's name is made of: `redemption.gift_amount.per_day` has gift, amount, per, day."""
    return frozenset(name.lower().replace("_", ".").split("."))


def is_money(name: str) -> bool:
    """Whether a condition's values are minor units, going by its name."""
    words = name_words(name)
    return bool(words & _MONEY) and not words & _NOT_MONEY


def subject_text(condition: Mapping[str, Any]) -> str:
    """What a condition looks at: `order amount`, `customer metadata “country”`; a condition without a name says so."""
    name = word(condition.get("name"))
    subject = " ".join(name.replace("_", " ").split(".")) if name else "unnamed condition"
    held = condition.get("property")
    return subject if held in (None, "") else f"{subject} “{shown(held)}”"


def _value_text(value: Any, currency: str | None, *, money: bool) -> str:
    if isinstance(value, Mapping):
        name = called(value)
        kind, effect = word(value.get("object")).replace("_", " "), word(value.get("effect"))
        text = " ".join(part for part in (kind, name) if part)
        if not name:
            return shown(value)
        return f"{text} ({effect.replace('_', ' ').lower()})" if effect else text
    if money and whole(value) is not None:
        return money_text(value, currency)
    return shown(value)


def _operation_text(operator: str, values: Any, currency: str | None, *, money: bool) -> str:
    if operator in _BARE:
        return _BARE[operator]
    if isinstance(values, list | tuple):
        texts = [_value_text(value, currency, money=money) for value in values]
    elif values is None:
        texts = []
    else:
        texts = [_value_text(values, currency, money=money)]
    sign = _OPERATORS.get(operator, operator)
    return f"{sign} {joined(texts, _LAST_WORDS.get(operator, 'or'))}".strip()


def condition_text(condition: Any, currency: str | None = None) -> str:
    """One condition in words; what is not understood is shown as received.

    Args:
        condition: an entry of a rule's `rules`: `{name, property, conditions: {$operator: [values]}}`.
        currency: ISO 4217 code of the profile, for conditions on money.
    """
    if not isinstance(condition, Mapping):
        return shown(condition)
    money = is_money(word(condition.get("name")))
    operations = members(condition.get("conditions"))
    if not operations:
        held = condition.get("conditions")
        rest = shown(held) if held not in (None, {}, []) else ""
        return f"{subject_text(condition)} {rest}".strip()
    texts = [_operation_text(str(name), value, currency, money=money) for name, value in operations.items()]
    return f"{subject_text(condition)} {' and '.join(texts)}"


def upper_bound(condition: Any) -> int | None:
    """The highest whole number that still meets a condition, or None when it sets no such bound."""
    bounds = []
    for operator, values in members(members(condition).get("conditions")).items():
        if operator not in _UPPER_BOUNDS:
            continue
        numbers = [whole(value) for value in (entries(values) or [values])]
        known = [number for number in numbers if number is not None]
        if known and len(known) == len(numbers):
            bounds.append(max(known) + _UPPER_BOUNDS[operator])
    return min(bounds) if bounds else None
