"""Whether conditions that must all hold can hold at once. Says so only where it is sure that they cannot.

Only what has one value at one moment is compared: amounts and counts of an order, and whether a customer is in a
segment. Metadata may be lists, and products are looked at item by item, so nothing is concluded from them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from store.domain.conditions import condition_text
from store.domain.limits import conditions_of
from store.domain.logic import LogicNotUnderstood, parse_logic, required
from store.domain.values import entries, inside, members, word

_NUMBERS = frozenset({"order.amount", "order.initial_amount", "order.total_amount"})
_MEMBERSHIPS = frozenset({"customer.segment", "customer.segments"})
_LOWER = {"$more_than": True, "$greater_than": True, "$more_than_or_equal": False, "$more_than_equal": False,
          "$greater_than_or_equal": False}  # fmt: skip
"""Operators that set a lower bound, and whether the bound itself is out."""
_UPPER = {"$less_than": True, "$less_than_or_equal": False, "$less_than_equal": False}
_ONE_OF = frozenset({"$is", "$in"})
_NONE_OF = frozenset({"$is_not", "$not_in"})


@dataclass(slots=True)
class _Bounds:
    """What the conditions on one name allow.

    Attributes:
        low, high: bounds, each with whether it is itself out and the condition that sets it.
        allowed: the values that are left, with the condition that left them; None while any is.
        denied: values that are out, by the condition that denies them.
    """

    low: tuple[Decimal, bool, Any] | None = None
    high: tuple[Decimal, bool, Any] | None = None
    allowed: tuple[frozenset[str], Any] | None = None
    denied: dict[str, Any] = field(default_factory=dict)


def required_conditions(rule: Any) -> list[Mapping[str, Any]]:
    """The conditions of a rule that must hold whatever its others say; none where its logic is not understood."""
    rules = inside(rule, "rules")
    conditions, logic = conditions_of(rules), members(rules).get("logic")
    if logic in (None, ""):
        # Several conditions without a logic may be joined in either way.
        return [members(one) for one in conditions.values()] if len(conditions) == 1 else []
    try:
        keys = required(parse_logic(word(logic)))
    except LogicNotUnderstood:
        return []
    return [members(one) for key, one in conditions.items() if key in keys]


def contradiction(rules: Sequence[Any], currency: str | None = None) -> str:
    """Two conditions that cannot both hold, in words; "" where none are sure to exclude each other.

    Args:
        rules: as received (schema ValidationRule); all of them must be met.
        currency: ISO 4217 code of the profile.
    """
    known: dict[str, _Bounds] = {}
    for rule in rules:
        for condition in required_conditions(rule):
            name = word(condition.get("name"))
            if name not in _NUMBERS and name not in _MEMBERSHIPS:
                continue
            if condition.get("property") not in (None, ""):
                continue
            for operator, values in members(condition.get("conditions")).items():
                about = known.setdefault(name, _Bounds())
                other = _add(about, name in _NUMBERS, str(operator), values, condition)
                if other is not None:
                    return f"{condition_text(other, currency)}, and {condition_text(condition, currency)}"
    return ""


def _add(about: _Bounds, is_number: bool, operator: str, values: Any, condition: Any) -> Any:
    """Take in one operator; the earlier condition that it excludes (or this one itself), else None."""
    texts = list(_texts(values))
    if not texts or any(text is None for text in texts):
        return None
    known = [text for text in texts if text is not None]
    if operator in _NONE_OF:
        about.denied.update(dict.fromkeys(known, condition))
    elif operator in _ONE_OF and (is_number or len(known) == 1):
        return _narrow(about, is_number, frozenset(known), condition)
    elif is_number and len(known) == 1 and operator in _LOWER | _UPPER:
        bound = _decimal(known[0])
        if bound is None:
            return None
        _bound(about, operator, bound, condition)
    return _excluded(about, is_number)


def _narrow(about: _Bounds, is_number: bool, values: frozenset[str], condition: Any) -> Any:
    if is_number:
        # A number may be written in several ways: what is none is not compared.
        numbers = [_decimal(one) for one in values]
        if any(number is None for number in numbers):
            return None
        values = frozenset(str(number.normalize()) for number in numbers if number is not None)
        if about.allowed is not None and not about.allowed[0] & values:
            return about.allowed[1]
        left = values if about.allowed is None else about.allowed[0] & values
        about.allowed = (left, condition)
    else:
        # One may be in many segments, so two memberships never exclude each other.
        held = values if about.allowed is None else about.allowed[0] | values
        about.allowed = (held, condition)
    return _excluded(about, is_number)


def _bound(about: _Bounds, operator: str, bound: Decimal, condition: Any) -> None:
    if operator in _LOWER:
        new = (bound, _LOWER[operator], condition)
        if about.low is None or new[:2] > about.low[:2]:
            about.low = new
        return
    new = (bound, _UPPER[operator], condition)
    if about.high is None or (new[0], not new[1]) < (about.high[0], not about.high[1]):
        about.high = new


def _excluded(about: _Bounds, is_number: bool) -> Any:
    """The condition that leaves nothing beside the others; None while something is left."""
    if about.low is not None and about.high is not None:
        (low, low_out, first), (high, high_out, second) = about.low, about.high
        if low > high or (low == high and (low_out or high_out)):
            return first if first is not second else second
    if about.allowed is None:
        return None
    allowed, source = about.allowed
    if not is_number:
        return next((about.denied[one] for one in allowed if one in about.denied), None)
    left = [one for one in allowed if _is_within(about, Decimal(one))]
    return None if left else source


def _is_within(about: _Bounds, number: Decimal) -> bool:
    if about.low is not None and (number < about.low[0] or (number == about.low[0] and about.low[1])):
        return False
    if about.high is not None and (number > about.high[0] or (number == about.high[0] and about.high[1])):
        return False
    return not any(_decimal(one) == number for one in about.denied)


def _texts(values: Any) -> Iterator[str | None]:
    """Values as text: segments by their ids; None for what is neither text, number nor an object with an id."""
    for value in entries(values) or ([values] if values is not None and not isinstance(values, list) else []):
        if isinstance(value, Mapping):
            yield word(value.get("id")) or None
        elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            yield str(value)
        else:
            yield None


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
