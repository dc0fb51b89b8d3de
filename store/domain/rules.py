"""Validation rules as a tree of readable sentences, and the budget limits they hold.

Source: schemas ValidationRule, ValidationRuleRules, ValidationRuleBundleRules; API §4.2 rows C and H.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.domain.conditions import condition_text, is_money, name_words, upper_bound
from store.domain.items import item_text, unit_limits
from store.domain.logic import (
    Expression,
    Junction,
    LogicNotUnderstood,
    Negation,
    Reference,
    parse_logic,
    references,
    required,
)
from store.domain.values import called, entries, inside, members, shown, whole, word

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class RuleNode:
    """One line of a rule's tree.

    Attributes:
        label: readable words; may hold outside text.
        children: the lines below it.
        raw: the JSON behind the line, or None for lines that only group.
    """

    label: str
    children: tuple["RuleNode", ...] = ()
    raw: Any = None


class BudgetKind(StrEnum):
    """What a limit counts."""

    AMOUNT = "amount"
    """Minor units."""
    COUNT = "count"
    """Redemptions."""
    POINTS = "points"
    UNITS = "units"
    """Discounted units of a product."""


@dataclass(frozen=True, slots=True)
class BudgetLimit:
    """An upper limit on what a campaign may give, read from a rule's JSON: names are not documented (API §4.2 C).

    Attributes:
        kind: what is counted.
        limit: the highest total that still passes, in the kind's unit; None when a formula decides.
        name: the condition's name, or the product's for units.
        scope: what the name says about over what it counts: `per customer`, `in the campaign`; "" when nothing.
        is_whole_campaign: it caps the campaign as a whole, so the rest of the budget is limit minus total.
        is_certain: it holds whatever the rule's other conditions say.
        raw: the JSON it was read from.
    """

    kind: BudgetKind
    limit: int | None
    name: str
    scope: str
    is_whole_campaign: bool
    is_certain: bool
    raw: Any


def rule_tree(rule: Any, currency: str | None = None) -> RuleNode:
    """A validation rule as a tree: its conditions by their logic, bundle, items and error message.

    Args:
        rule: as received (schema ValidationRule).
        currency: ISO 4217 code of the profile, for conditions on money.
    """
    known = members(rule)
    children = []
    conditions = _group(known.get("rules"), currency, 0)
    if conditions is not None:
        children.append(conditions)
    bundle = _group(known.get("bundle_rules"), currency, 0)
    if bundle is not None:
        children.append(RuleNode("bundle", (bundle,), known.get("bundle_rules")))
    children += _items(known.get("applicable_to"), currency)
    message = _message(known)
    if message:
        children.append(RuleNode(f"when refused: “{message}”", raw=known.get("error")))
    name = called(known) or "rule without a name"
    return RuleNode(name, tuple(children) or (RuleNode("no conditions: always met"),), rule)


def rule_lines(rule: Any, currency: str | None = None) -> list[str]:
    """The tree as indented lines, for plain text."""

    def walk(node: RuleNode, depth: int) -> list[str]:
        return [f"{'  ' * depth}{node.label}", *(line for child in node.children for line in walk(child, depth + 1))]

    return walk(rule_tree(rule, currency), 0)


def _message(thing: Mapping[str, Any]) -> str:
    return word(inside(thing, "error", "message"))


def _conditions(rules: Any) -> dict[str, Any]:
    """The numbered conditions of a rules object, in its order; `logic` is not one of them."""
    return {str(key): value for key, value in members(rules).items() if key != "logic"}


def _group(rules: Any, currency: str | None, depth: int) -> RuleNode | None:
    """A rules object as a tree by its logic; None when it holds no condition."""
    conditions = _conditions(rules)
    if not conditions:
        return RuleNode(shown(rules), raw=rules) if rules and not isinstance(rules, Mapping) else None
    if depth > _DEEPEST:
        return RuleNode("nested too deeply to show; see the JSON", raw=rules)
    leaves = {key: _leaf(value, currency, depth) for key, value in conditions.items()}
    logic = members(rules).get("logic")
    if logic in (None, ""):
        return _all_of(list(leaves.values()), rules)
    try:
        expression = parse_logic(word(logic))
    except LogicNotUnderstood as problem:
        note = RuleNode(f"logic not understood ({problem}): {shown(logic)}", raw=logic)
        return RuleNode("conditions", (note, *leaves.values()), rules)
    tree = _place(expression, leaves)
    unused = [leaf for key, leaf in leaves.items() if key not in references(expression)]
    if unused:
        return RuleNode(f"logic: {shown(logic)}", (tree, RuleNode("not used by the logic", tuple(unused))), rules)
    return tree


def _all_of(nodes: list[RuleNode], raw: Any) -> RuleNode:
    return nodes[0] if len(nodes) == 1 else RuleNode("all of", tuple(nodes), raw)


def _place(expression: Expression, leaves: Mapping[str, RuleNode]) -> RuleNode:
    if isinstance(expression, Reference):
        return leaves.get(expression.key) or RuleNode(f"condition {expression.key}, which the rule does not hold")
    if isinstance(expression, Negation):
        inner = _place(expression.operand, leaves)
        return RuleNode(f"not: {inner.label}", inner.children, inner.raw)
    label = "all of" if expression.word == "and" else "any of"
    return RuleNode(label, tuple(_place(part, leaves) for part in expression.operands))


def _leaf(condition: Any, currency: str | None, depth: int) -> RuleNode:
    """One condition with what hangs below it: its own rules and its own message."""
    children = []
    below = _group(members(condition).get("rules"), currency, depth + 1)
    if below is not None:
        children.append(RuleNode("where", (below,)) if not below.children else below)
    message = _message(members(condition))
    if message:
        children.append(RuleNode(f"when refused: “{message}”", raw=members(condition).get("error")))
    return RuleNode(condition_text(condition, currency), tuple(children), condition)


def _items(applicable: Any, currency: str | None) -> list[RuleNode]:
    """The products a rule is about, as nodes."""
    known = members(applicable)
    nodes = []
    included, excluded = entries(known.get("included")), entries(known.get("excluded"))
    if included:
        lines = tuple(RuleNode(item_text(item, currency), raw=item) for item in included)
        nodes.append(RuleNode("applies to", lines, known.get("included")))
    elif known.get("included_all") is True and excluded:
        nodes.append(RuleNode("applies to every item", raw=applicable))
    if excluded:
        lines = tuple(RuleNode(item_text(item, currency), raw=item) for item in excluded)
        nodes.append(RuleNode("never to", lines, known.get("excluded")))
    return nodes


def budget_limits(rule: Any) -> list[BudgetLimit]:
    """Every upper limit on redemptions, amounts, points or units that a rule sets; none when it sets none.

    Conditions on the order or the customer are no budget: only names that begin with `campaign`, `redemption`,
    `budget` or `promotion` count. A condition below `not` is no limit.
    """
    known = members(rule)
    rules = known.get("rules")
    certain, denied = _standing(rules)
    found = []
    for key, condition in _conditions(rules).items():
        limit = None if key in denied else _limit(condition, key in certain)
        if limit is not None:
            found.append(limit)
    for item in entries(inside(known, "applicable_to", "included")):
        for scope, value in unit_limits(item):
            number = whole(value)
            name = item_text({name: held for name, held in members(item).items() if "limit" not in name})
            found.append(BudgetLimit(BudgetKind.UNITS, number, name, scope, False, True, item))
    return found


def _standing(rules: Any) -> tuple[set[str], set[str]]:
    """The keys of conditions that must always hold, and of those that stand below a `not`."""
    keys = set(_conditions(rules))
    logic = members(rules).get("logic")
    if logic in (None, ""):
        return keys, set()
    try:
        expression = parse_logic(word(logic))
    except LogicNotUnderstood:
        return set(), set()
    return required(expression), _negated(expression)


def _negated(expression: Expression) -> set[str]:
    if isinstance(expression, Negation):
        return references(expression.operand)
    if isinstance(expression, Junction):
        return set().union(*(_negated(part) for part in expression.operands))
    return set()


def _limit(condition: Any, certain: bool) -> BudgetLimit | None:
    name = word(members(condition).get("name"))
    if name.lower().split(".")[0] not in ("campaign", "redemption", "redemptions", "budget", "promotion"):
        return None
    highest = upper_bound(condition)
    kind = _budget_kind(name)
    if highest is None or kind is None:
        return None
    scope = _scope(name)
    whole_campaign = scope in ("", "per campaign") and name.lower().startswith(("campaign", "budget", "redemption"))
    return BudgetLimit(kind, highest, name, scope, whole_campaign, certain, condition)


def _budget_kind(name: str) -> BudgetKind | None:
    words = name_words(name)
    if words & {"points"}:
        return BudgetKind.POINTS
    if is_money(name) or words & {"discount", "gift"}:
        return BudgetKind.AMOUNT
    return BudgetKind.COUNT if words & {"count", "redemptions", "quantity"} else None


def _scope(name: str) -> str:
    """`redemption.count.per_customer` → `per customer`; a name without such a part says nothing."""
    parts = [part.replace("_", " ") for part in name.lower().split(".") if part.startswith("per_")]
    return ", ".join(parts)
