"""One condition of a validation rule in words: `order amount ≥ €50.00`, `customer metadata “country” is PL or DE`.

The specification lists names and operators but forbids no others (API §4.2 C), so nothing here is a closed list: a
name is read word by word and an operator that is not known is shown as it was received.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.limit_names import limit_name
from store.domain.money import money_text
from store.domain.operators import operation_text, plain_value
from store.domain.values import called, entries, members, shown, whole, word

_SUBJECTS = {
    "order.amount": "order amount before discounts",
    "order.total_amount": "order amount after discounts",
    "order.initial_amount": "initial order amount",
}
"""Names whose words alone would be read as one another: the first two change while discounts stack (API §12)."""

_UPPER_BOUNDS = {"$less_than": -1, "$less_than_or_equal": 0, "$less_than_equal": 0, "$is": 0, "$in": 0}
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
    """What a condition looks at: `initial order amount`, `customer metadata “country”`; without a name it says so."""
    name = word(condition.get("name"))
    limit = limit_name(name)
    words = limit.words if limit else _SUBJECTS.get(name) or " ".join(name.replace("_", " ").split("."))
    member = condition.get("property")
    subject = words or "unnamed condition"
    return subject if member in (None, "") else f"{subject} “{shown(member)}”"


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
    return plain_value(value)


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
        operand = condition.get("conditions")
        rest = shown(operand) if operand not in (None, {}, []) else ""
        return f"{subject_text(condition)} {rest}".strip()
    texts = [
        operation_text(str(name), operand, lambda value: _value_text(value, currency, money=money))
        for name, operand in operations.items()
    ]
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


def sets_bound(condition: Any) -> bool:
    """Whether a condition caps anything, be it with a value that can be read or not."""
    return any(operator in _UPPER_BOUNDS for operator in members(members(condition).get("conditions")))
