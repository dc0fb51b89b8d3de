"""The limits a validation rule sets on what a campaign may give, read from its conditions and its products.

Only the vendor's names are computed (`limit_names`); any other condition that caps a campaign, a redemption or a budget
is kept in words, so that it is not taken for absent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from store.domain.conditions import condition_text, sets_bound, upper_bound
from store.domain.items import item_name, unit_limits
from store.domain.limit_names import LimitName, Measure, limit_name
from store.domain.logic import LogicNotUnderstood, negated, parse_logic, required
from store.domain.values import entries, inside, members, shown, whole, word
from store.words import counted, money

_UNKNOWN = LimitName(Measure.UNKNOWN)
_UNITS = LimitName(Measure.UNITS)
_FAMILIES = ("campaign", "redemption", "redemptions", "budget", "promotion", "promotion_tier")
_NOT_LIMITS = frozenset(("metadata", "api_key", "user", "pay_with_points"))
"""Words of names that cap no budget: they look at one redemption alone."""


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper limit on what a campaign may give.

    Attributes:
        counts: what is counted, for whom and over which period.
        highest: the highest total that still passes, in minor units or a count; None when it cannot be computed.
        words: the condition or the product in words; may hold outside text.
        is_certain: it holds whatever the rule's other conditions say.
    """

    counts: LimitName
    highest: int | None
    words: str
    is_certain: bool

    def text(self, currency: str | None) -> str:
        """`500 redemptions per customer per day`, `€20,000.00 of orders`; a limit that is not computed in its words."""
        counts = self.counts
        if self.highest is None or counts.measure in (Measure.UNKNOWN, Measure.UNITS):
            return self.words
        return f"{amount_text(self.highest, counts.measure, currency)}{_OF.get(counts.measure, '')}{counts.each}"


_OF = {Measure.ORDERS: " of orders", Measure.DISCOUNT: " of discount", Measure.GIFT: " of gift amount"}


def amount_text(amount: int, measure: Measure, currency: str | None) -> str:
    """So much of what a limit counts: `€12.00`, `1 redemption`, `1,200 redemptions`."""
    if measure.is_money:
        return money(amount, currency)
    return counted(amount, "redemption")


def rule_limits(rule: Any, currency: str | None = None) -> list[Limit]:
    """Every upper limit of a rule; none when it sets none. Conditions on one order or customer are no limits.

    Args:
        rule: as received (schema ValidationRule).
        currency: ISO 4217 code of the profile, for the words of limits that are not computed.
    """
    rules = inside(rule, "rules")
    certain, denied = _standing(rules)
    found = []
    for key, condition in conditions_of(rules).items():
        if _caps(condition):
            found.append(_limit(condition, currency, certain=key in certain, denied=key in denied))
    for item in entries(inside(rule, "applicable_to", "included")):
        found += _product_limits(item)
    return found


def conditions_of(rules: Any) -> dict[str, Any]:
    """The numbered conditions of a rules object, in its order: `logic` and a bundle's `limit` are none of them."""
    return {
        str(key): value
        for key, value in members(rules).items()
        if key != "logic" and (key != "limit" or members(value))
    }


def _caps(condition: Any) -> bool:
    """Whether a condition sets an upper bound on something that is or may be a limit."""
    name = word(members(condition).get("name")).lower()
    if limit_name(name) is None:
        parts = name.split(".")
        if parts[0] not in _FAMILIES or len(parts) < 2 or _NOT_LIMITS & set(parts):
            return False
    return sets_bound(condition)


def _limit(condition: Any, currency: str | None, *, certain: bool, denied: bool) -> Limit:
    known, highest = limit_name(word(members(condition).get("name"))), upper_bound(condition)
    words = condition_text(condition, currency)
    if denied or known is None or highest is None:
        return Limit(_UNKNOWN, None, f"not: {words}" if denied else words, certain)
    return Limit(known, highest, words, certain)


def _product_limits(item: Any) -> Iterator[Limit]:
    for scope, value in unit_limits(item):
        number = whole(value)
        amount = f"{number:,} discounted units" if number is not None else f"formula {shown(value)}: discounted units"
        yield Limit(_UNITS, number, f"{amount} {scope}, {item_name(item)}", True)


def _standing(rules: Any) -> tuple[set[str], set[str]]:
    """The keys of conditions that must always hold, and of those that stand below a `not`."""
    logic = members(rules).get("logic")
    if logic in (None, ""):
        return set(conditions_of(rules)), set()
    try:
        expression = parse_logic(word(logic))
    except LogicNotUnderstood:
        return set(), set()
    return required(expression), negated(expression)
