"""Validation rules as a tree of readable sentences.

Source: schemas ValidationRule, ValidationRuleRules, ValidationRuleBundleRules, ApplicableTo; API §4.2 row H.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.conditions import condition_text
from store.domain.items import item_text
from store.domain.limits import conditions_of
from store.domain.logic import Expression, LogicNotUnderstood, Negation, Reference, parse_logic, references
from store.domain.values import called, entries, inside, members, shown, word

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
        children.append(RuleNode(_bundle_words(known.get("bundle_rules")), (bundle,), known.get("bundle_rules")))
    children += _items(known.get("applicable_to"), currency)
    message = _message(known)
    if message:
        children.append(RuleNode(f"when refused: “{message}”", raw=known.get("error")))
    name = called(known) or "rule without a name"
    return RuleNode(name, tuple(children) or (RuleNode("no conditions: always met"),), rule)


def _bundle_words(bundle: Any) -> str:
    limit = members(bundle).get("limit")
    return "bundle" if limit is None else f"bundle, at most {shown(limit)} per order"


def _message(thing: Mapping[str, Any]) -> str:
    return word(inside(thing, "error", "message"))


def _group(rules: Any, currency: str | None, depth: int) -> RuleNode | None:
    """A rules object as a tree by its logic; None when it holds no condition."""
    conditions = conditions_of(rules)
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
    included, excluded = _listed(known.get("included")), _listed(known.get("excluded"))
    if included:
        nodes.append(RuleNode("applies to", _item_nodes(included, currency), known.get("included")))
    elif known.get("included_all") is True and excluded:
        nodes.append(RuleNode("applies to every item", raw=applicable))
    if excluded:
        nodes.append(RuleNode("never to", _item_nodes(excluded, currency), known.get("excluded")))
    if applicable and not known:
        nodes.append(RuleNode(f"applies to {shown(applicable)}", raw=applicable))
    return nodes


def _listed(items: Any) -> Sequence[Any]:
    """Items of a list, or of the list object the API uses elsewhere; anything else is one item."""
    held = items.get("data", items) if isinstance(items, Mapping) else items
    return entries(held) or ([held] if held else [])


def _item_nodes(items: Sequence[Any], currency: str | None) -> tuple[RuleNode, ...]:
    return tuple(RuleNode(item_text(item, currency), raw=item) for item in items)
