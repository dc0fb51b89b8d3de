"""Validation rules as a tree of readable sentences.

Source: schemas ValidationRule, ValidationRuleRules, ValidationRuleBundleRules, ApplicableTo; API §4.2 row H.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.conditions import condition_text
from store.domain.items import item_text
from store.domain.limits import conditions_of
from store.domain.logic import ConditionKey, Expression, LogicNotUnderstood, Negation, parse_logic, references
from store.domain.values import called, entries, inside, members, shown, word

_DEEPEST = 12
_MOST = 200
"""Lines of one group that are shown; the JSON has them all."""
_NO_LOGIC = "The rule does not say how its conditions are joined; shown as if all must be met."


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
    conditions = _group(known.get("rules"), currency, 0)
    children = [] if conditions is None else [conditions]
    bundle = _group(known.get("bundle_rules"), currency, 0)
    if bundle is not None:
        children.append(RuleNode(_bundle_words(known.get("bundle_rules")), (bundle,), known.get("bundle_rules")))
    children += _items(known.get("applicable_to"), currency)
    children += _refusal(known)
    name = called(known) or "rule without a name"
    none = "no conditions: always met" if isinstance(known.get("rules"), Mapping) else "The rule states no conditions."
    return RuleNode(name, tuple(children) or (RuleNode(none),), rule)


def _bundle_words(bundle: Any) -> str:
    limit = members(bundle).get("limit")
    return "bundle" if limit is None else f"bundle, at most {shown(limit)} per order"


def _refusal(thing: Mapping[str, Any]) -> list[RuleNode]:
    """What a shopper reads when it refuses; an error of another shape as received."""
    error = thing.get("error")
    message = word(inside(error, "message"))
    if message:
        return [RuleNode(f"when refused: “{message}”", raw=error)]
    return [RuleNode(f"error, as received: {shown(error)}", raw=error)] if error and not members(error) else []


def _odd(what: str, value: Any) -> RuleNode:
    """A part that is not of the schema's shape."""
    return RuleNode(f"{what} not understood; as received: {shown(value)}", raw=value)


def _group(rules: Any, currency: str | None, depth: int) -> RuleNode | None:
    """A rules object as a tree by its logic; None when it holds no condition."""
    conditions, logic = conditions_of(rules), members(rules).get("logic")
    if not conditions:
        return _odd("The rules are", rules) if rules and (logic or not members(rules)) else None
    if depth > _DEEPEST:
        return RuleNode("nested too deeply to show; see the JSON", raw=rules)
    leaves = {key: _leaf(key, value, currency, depth) for key, value in conditions.items()}
    if logic in (None, ""):
        notes = [] if len(leaves) == 1 else [RuleNode(_NO_LOGIC)]
        return _all_of([*notes, *_shortened(list(leaves.values()))], rules)
    try:
        expression = parse_logic(word(logic))
    except LogicNotUnderstood as problem:
        note = RuleNode(f"logic not understood ({problem}): {shown(logic)}", raw=logic)
        return RuleNode("conditions", (note, *_shortened(list(leaves.values()))), rules)
    tree = _place(expression, leaves, set())
    unused = [leaf for key, leaf in leaves.items() if key not in references(expression)]
    if unused:
        return RuleNode(f"logic: {shown(logic)}", (tree, RuleNode("not used by the logic", _shortened(unused))), rules)
    return tree


def _all_of(nodes: list[RuleNode], raw: Any) -> RuleNode:
    return nodes[0] if len(nodes) == 1 else RuleNode("all of", tuple(nodes), raw)


def _shortened(nodes: Sequence[RuleNode]) -> tuple[RuleNode, ...]:
    rest = len(nodes) - _MOST
    return tuple(nodes) if rest <= 0 else (*nodes[:_MOST], RuleNode(f"and {rest:,} more; the JSON has them all"))


def _place(expression: Expression, leaves: Mapping[str, RuleNode], placed: set[str]) -> RuleNode:
    """The conditions where the logic puts them; what is below one is shown once, since a logic may name it often."""
    if isinstance(expression, ConditionKey):
        key, leaf = expression.key, leaves.get(expression.key)
        if leaf is None:
            return RuleNode(f"condition {key}: the rule does not have it")
        again = key in placed
        placed.add(key)
        return RuleNode(f"{leaf.label} (as above)", raw=leaf.raw) if again and leaf.children else leaf
    if isinstance(expression, Negation):
        inner = _place(expression.operand, leaves, placed)
        return RuleNode(f"not: {inner.label}", inner.children, inner.raw)
    label = "all of" if expression.word == "and" else "any of"
    return RuleNode(label, _shortened([_place(part, leaves, placed) for part in expression.operands]))


def _leaf(key: str, condition: Any, currency: str | None, depth: int) -> RuleNode:
    """One condition with what hangs below it: its own rules and its own message."""
    if not members(condition):
        return _odd(f"Condition {key} is", condition)
    children = []
    below = _group(members(condition).get("rules"), currency, depth + 1)
    if below is not None:
        children.append(RuleNode("where", (below,)) if not below.children else below)
    children += _refusal(members(condition))
    label = condition_text(condition, currency)
    if members(condition).get("conditions") in (None, {}, []):
        label += " (no comparison is stated)"
    return RuleNode(label, tuple(children), condition)


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
    found = items.get("data", items) if isinstance(items, Mapping) else items
    return entries(found) or ([found] if found else [])


def _item_nodes(items: Sequence[Any], currency: str | None) -> tuple[RuleNode, ...]:
    return _shortened([RuleNode(item_text(item, currency), raw=item) for item in items])
