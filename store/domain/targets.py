"""What validation rules are about: the products, collections and segments they name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from store.domain.limits import conditions_of
from store.domain.logic import LogicNotUnderstood, negated, parse_logic
from store.domain.values import called, entries, inside, members, word

PRODUCT, COLLECTION, SEGMENT = "product", "collection", "segment"
_KINDS = {
    "product": PRODUCT, "sku": PRODUCT, "product_or_sku": PRODUCT, "products_collection": COLLECTION,
    "product_collection": COLLECTION, "segment": SEGMENT,
}  # fmt: skip
"""What the API calls them, as `object` or `type`."""
_OPPOSITES = frozenset(("$is_not", "$not_in", "$not_contain", "$not_contains", "$not_differ", "$not_intersect"))
"""Operators that name what a rule is not about."""
_ITEMS = frozenset(("any", "every", "all", "cheapest", "most_expensive"))
"""Last words of names `order.items.…` whose values are products or collections."""
_COLLECTION_PREFIX = "pc_"
_DEEPEST = 12


class Target(NamedTuple):
    """A thing that is named: its kind, its id, and what to call it."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What rules name, by kind and by each id it may go by.

    Attributes:
        named: products, SKUs (of the kind "product"), collections and segments.
        parents: the products whose SKUs are named.
    """

    named: Mapping[tuple[str, str], Target]
    parents: Mapping[tuple[str, str], Target]

    def common(self, other: "Targets") -> tuple[Target, ...]:
        """What both name, in order; a product is in common with its SKU."""
        found = {self.named[key] for key in self.named.keys() & other.named.keys()}
        found |= {self.named[key] for key in self.named.keys() & other.parents.keys()}
        found |= {other.named[key] for key in other.named.keys() & self.parents.keys()}
        return tuple(sorted(found))


def rule_targets(rules: Iterable[Any]) -> Targets:
    """What some rules (schema ValidationRule) name in items they apply to, and in conditions that are not negated."""
    named: dict[tuple[str, str], Target] = {}
    parents: dict[tuple[str, str], Target] = {}
    for rule in rules:
        for kind, value in _things(rule):
            target = Target(kind, _ids(value)[0], called(value) or _ids(value)[0])
            named.update({(kind, identity): named.get((kind, identity), target) for identity in _ids(value)})
            if kind == PRODUCT:
                of = (members(value).get("product_id"), members(value).get("product_source_id"))
                parents.update({(kind, word(one)): target for one in of if word(one)})
    return Targets(named, parents)


def _things(rule: Any) -> Iterator[tuple[str, Any]]:
    """Each thing a rule names, with its kind; those without an id are left out."""
    included = inside(rule, "applicable_to", "included")
    for item in entries(inside(included, "data") or included):
        if _ids(item):
            yield _kind(item, "") or PRODUCT, item
    for rules in (inside(rule, "rules"), inside(rule, "bundle_rules")):
        yield from _in_conditions(rules, 0)


def _in_conditions(rules: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        return
    denied = _denied(rules)
    for key, condition in conditions_of(rules).items():
        if key in denied:
            continue
        name = word(inside(condition, "name"))
        for operator, values in members(inside(condition, "conditions")).items():
            for value in entries(values) if operator not in _OPPOSITES else ():
                kind = _kind(value, name)
                if kind and _ids(value):
                    yield kind, value
        yield from _in_conditions(inside(condition, "rules"), depth + 1)


def _denied(rules: Any) -> set[str]:
    try:
        return negated(parse_logic(word(inside(rules, "logic"))))
    except LogicNotUnderstood:
        return set()


def _kind(value: Any, name: str) -> str:
    """The kind of a thing by its own word for it, else by the condition that names it; "" for what is no target."""
    known = members(value)
    own = _KINDS.get(word(known.get("object"))) or _KINDS.get(word(known.get("type")))
    if own:
        return own
    parts = name.split(".")
    if parts[-1] == "segment":
        return SEGMENT
    if parts[:2] != ["order", "items"] or parts[-1] not in _ITEMS:
        return ""
    return COLLECTION if _ids(value)[:1] and _ids(value)[0].startswith(_COLLECTION_PREFIX) else PRODUCT


def _ids(value: Any) -> list[str]:
    """The ids a thing goes by, its own before the shop's; none for what has none."""
    if isinstance(value, str):
        return [value] if value else []
    known = members(value)
    return [identity for identity in (word(known.get("id")), word(known.get("source_id"))) if identity]
