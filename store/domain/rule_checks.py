"""Whether a rules object can be sent: its shape, its logic, its operators (schemas ValidationRuleRules, …BundleRules).

The specification lists names and operators but forbids no others, so a name that is not known is a doubt, no mistake.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.limit_names import limit_name
from store.domain.logic import LogicNotUnderstood, parse_logic, references
from store.domain.operators import OPERATORS
from store.domain.values import entries
from store.nearest import did_you_mean

NAMES = frozenset(
    (
        "customer.segment", "customer.metadata", "customer.loyalty.tier", "order.amount", "order.total_amount",
        "order.initial_amount", "order.metadata", "order.items.count", "order.items.price_any",
        "order.items.price_each", "order.items.any", "order.items.every", "order.items.none", "order.items.cheapest",
        "order.items.most_expensive", "order.items.quantity", "order.items.aggregated_quantity", "order.items.price",
        "order.items.aggregated_amount", "order.items.metadata", "campaign.orders.amount",
        "campaign.orders.amount_discounted", "campaign.redemptions.count", "redemption.gift.amount",
        "redemption.count.per_customer", "redemption.count.daily", "redemption.count.monthly",
        "redemption.metadata", "custom_event.metadata", "product.id", "product.quantity",
        "product.discount_applicable", "product.metadata", "publication.redeemable_by_linked_customer",
    )
)  # fmt: skip
"""Names that the vendor tells of (refusals §4); limits have further ones."""
_DEEPEST = 12
_BESIDE = ("logic", "limit")
"""Members of a rules object that are no conditions; the limit is a bundle's."""


def mistakes(rules: Any, where: str = "rules") -> list[str]:
    """What would be refused or not understood, each a sentence; none for a rules object that can be sent."""
    return _group(rules, where, 0)


def doubts(rules: Any) -> list[str]:
    """What may be meant, but is not known: names of conditions, and conditions that the logic does not use."""
    found = []
    for where, condition in _conditions(rules, "", 0):
        name = condition.get("name")
        if isinstance(name, str) and name not in NAMES and limit_name(name) is None:
            found.append(f"Condition {where}: the name “{name}” is not among those known.{did_you_mean(name, NAMES)}")
    return [*found, *_unused(rules)]


def _group(rules: Any, where: str, depth: int) -> list[str]:
    if not isinstance(rules, Mapping):
        return [f"{where} is no object."]
    if depth > _DEEPEST:
        return [f"{where} is nested too deeply."]
    conditions = {key: value for key, value in rules.items() if key not in _BESIDE}
    found = [one for key, value in conditions.items() for one in _condition(value, f"{where}.{key}", depth)]
    return [*found, *_logic(rules.get("logic"), conditions, where)]


def _logic(logic: Any, conditions: Mapping[str, Any], where: str) -> list[str]:
    if logic in (None, ""):
        return [f"{where} has no logic that joins its conditions."] if len(conditions) > 1 else []
    if not isinstance(logic, str):
        return [f"{where}.logic is no text."]
    try:
        named = references(parse_logic(logic))
    except LogicNotUnderstood as problem:
        return [f"{where}.logic is not understood: {problem}."]
    return [f"{where}.logic names the condition {key}, which is not there." for key in sorted(named - set(conditions))]


def _condition(condition: Any, where: str, depth: int) -> list[str]:
    if not isinstance(condition, Mapping):
        return [f"{where} is no object."]
    found, name = [], condition.get("name")
    if not isinstance(name, str) or not name.strip():
        found.append(f"{where} has no name.")
    elif name.endswith(".metadata") and not condition.get("property"):
        found.append(f"{where} needs a property: which key of {name}.")
    if condition.get("property") is not None and not isinstance(condition["property"], str):
        found.append(f"{where}.property is no text.")
    operations = condition.get("conditions")
    if operations is not None and not isinstance(operations, Mapping):
        found.append(f"{where}.conditions is no object.")
    elif isinstance(operations, Mapping):
        found += [
            f"{where}: the operator {operator} is not known.{did_you_mean(operator, OPERATORS)}"
            for operator in operations
            if operator not in OPERATORS
        ]
    if condition.get("error") is not None and not isinstance(condition["error"], Mapping):
        found.append(f"{where}.error is no object.")
    below = condition.get("rules")
    return found + (_group(below, f"{where}.rules", depth + 1) if below is not None else [])


def _conditions(rules: Any, where: str, depth: int) -> list[tuple[str, Mapping[str, Any]]]:
    """Every condition of a tree with its place."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for key, value in rules.items() if isinstance(rules, Mapping) and depth <= _DEEPEST else ():
        if key not in _BESIDE and isinstance(value, Mapping):
            found += [(f"{where}{key}", value), *_conditions(value.get("rules"), f"{where}{key}.", depth + 1)]
    return found


def _unused(rules: Any) -> list[str]:
    logic = rules.get("logic") if isinstance(rules, Mapping) else None
    if not isinstance(logic, str) or not logic:
        return []
    try:
        named = references(parse_logic(logic))
    except LogicNotUnderstood:
        return []
    return [f"The logic does not use condition {key}." for key in rules if key not in (*_BESIDE, *named)]


def listed_mistakes(applicable: Any) -> list[str]:
    """What is wrong with `applicable_to`: lists of products and a flag."""
    if not isinstance(applicable, Mapping):
        return ["applicable_to is no object."]
    found = [
        f"applicable_to.{name} is no list of objects."
        for name in ("included", "excluded")
        if applicable.get(name) is not None and not _is_list_of_objects(applicable[name])
    ]
    every = applicable.get("included_all")
    return found + ([] if every is None or isinstance(every, bool) else ["applicable_to.included_all is no yes or no."])


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in entries(value))
