"""Conditions on the lines of an order: which products they name, how many, at what price (schema OrderItem).

Whether a product belongs to a collection is not part of a line, so a collection leaves the answer open.
"""

from collections.abc import Callable, Sequence
from typing import Any

from store.domain.comparing import Comparison, agreed, all_of, any_of, compare_number, operands, opposite
from store.domain.facts import Absent, Facts
from store.domain.limits import conditions_of
from store.domain.logic import LogicNotUnderstood, parse_logic, required
from store.domain.values import entries, inside, members, visible, whole, word

NO_ORDER = Comparison(False, lacks="order")
_IDS = (("product_id",), ("sku_id",), ("product", "id"), ("sku", "id"))
_SOURCES = (("source_id",), ("product", "source_id"), ("sku", "source_id"))


def lines_of(facts: Facts) -> Sequence[Any] | Comparison:
    """The lines of the order, or why there are none to compare."""
    if isinstance(facts.order, Absent):
        return NO_ORDER
    if facts.order is None:
        return Comparison(None, "the order is not known")
    return Comparison(None, "the order's items are not known") if facts.order.items is None else facts.order.items


def names_product(line: Any, reference: Any) -> bool | None:
    """Whether a line is of the product or SKU that a condition names; None where the line cannot tell."""
    named = members(reference)
    identity, source = visible(named.get("id")), visible(named.get("source_id"))
    collection = any("collection" in word(named.get(member)) for member in ("type", "object"))
    if collection or not (identity or source):
        return None
    ids = {visible(inside(line, *path)) for path in _IDS} - {""}
    sources = {visible(inside(line, *path)) for path in _SOURCES} - {""}
    if identity in ids or source in sources:
        return True
    return False if (identity and ids) or (not identity and sources) else None


def _named(line: Any, references: Sequence[Any]) -> bool | None:
    return any_of(names_product(line, reference) for reference in references)


_QUANTIFIERS: dict[str, Callable[[list[bool | None]], bool | None]] = {
    "order.items.any": any_of,
    "order.items.every": all_of,
    "order.items.none": lambda found: opposite(any_of(found)),
}
PRODUCT_NAMES = (*_QUANTIFIERS, "order.items.cheapest", "order.items.most_expensive")
"""Names whose nested conditions are about the lines they pick."""


def decide_products(condition: Any, facts: Facts, *, bundle: bool) -> Comparison:
    """A condition on which products an order has, together with what is nested below it.

    Args:
        condition: of one of `PRODUCT_NAMES`.
        facts: of the attempt.
        bundle: it is of a bundle, where a quantity is the least that is needed (schema ValidationRuleBundleRules).
    """
    lines, name = lines_of(facts), word(condition.get("name"))
    if isinstance(lines, Comparison):
        return lines
    operations, quantifier = members(condition.get("conditions")), _QUANTIFIERS.get(name)
    references = operands(operations.get("$is") or operations.get("$in"))
    if quantifier is None or len(operations) != 1 or not references:
        return Comparison(None, "the cache cannot decide this comparison")
    named = [_named(line, references) for line in lines]
    truth = quantifier(named) if lines or name != "order.items.every" else None
    why = "" if truth is not None else "the order's items do not say whether they belong to it"
    if not conditions_of(condition.get("rules")):
        return Comparison(truth, why)
    if name != "order.items.any":
        return Comparison(None, "the API does not say what the nested conditions count here")
    if truth is False or None in named:
        return Comparison(truth if truth is False else None, why or "the items do not say whether they belong to it")
    picked = [line for line, belongs in zip(lines, named, strict=True) if belongs]
    return _nested(condition.get("rules"), picked, bundle=bundle)


def _nested(rules: Any, lines: Sequence[Any], *, bundle: bool) -> Comparison:
    """Conditions on the lines that were picked; only such as must all be met are decided."""
    conditions, logic = conditions_of(rules), members(rules).get("logic")
    try:
        joined_by_and = logic in (None, "") or required(parse_logic(word(logic))) == set(conditions)
    except LogicNotUnderstood:
        joined_by_and = False
    if not joined_by_and:
        return Comparison(None, "the logic of its nested conditions is not decided")
    answers = [_of_lines(condition, lines, bundle=bundle) for condition in conditions.values()]
    whys = [answer.why for answer in answers if answer.truth is None]
    truth = all_of(answer.truth for answer in answers)
    return Comparison(truth, whys[0] if truth is None else "")


def _of_lines(condition: Any, lines: Sequence[Any], *, bundle: bool) -> Comparison:
    name, operations = word(members(condition).get("name")), members(members(condition).get("conditions"))
    member = {
        "order.items.aggregated_quantity": "quantity", "order.items.quantity": "quantity",
        "order.items.aggregated_amount": "amount", "order.items.price": "price",
    }.get(name)  # fmt: skip
    if member is None or not operations or conditions_of(members(condition).get("rules")):
        return Comparison(None, "the cache cannot decide this nested condition")
    numbers = [whole(members(line).get(member)) for line in lines]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return Comparison(None, f"the order's items do not all have a {member}")
    sums = [sum(known)] if "aggregated" in name else known
    answers = []
    for operator, values in operations.items():
        at_least = "$more_than_or_equal" if bundle and operator == "$is" else operator
        found = [compare_number(at_least, [number], values).truth for number in sums]
        answers.append(agreed(found, "the API does not say whether each such item or one of them must meet it"))
    truth = all_of(answer.truth for answer in answers)
    return Comparison(
        truth, next((answer.why for answer in answers if answer.truth is None), "") if truth is None else ""
    )


def decide_count(operations: Any, lines: Sequence[Any]) -> Comparison:
    """A condition on `order.items.count`, which may count lines or units: decided where both give one answer."""
    units = [whole(members(line).get("quantity")) for line in lines]
    known = [number for number in units if number is not None]
    if len(known) < len(units):
        return Comparison(None, "the order's items do not all have a quantity")
    found = [compare_number(operator, (len(lines), sum(known)), values) for operator, values in operations.items()]
    truth = all_of(answer.truth for answer in found)
    return Comparison(truth, "" if truth is not None else "the API does not say whether it counts lines or units")


def decide_price(name: str, operations: Any, lines: Sequence[Any]) -> Comparison:
    """A condition on the price of any (`price_any`) or each (`price_each`) of an order's items, minor units."""
    join = any_of if name.endswith("_any") else all_of
    if not lines:
        return Comparison(None, "the order has no items")
    answers = [
        all_of(
            None if price is None else compare_number(operator, [price], values).truth
            for operator, values in operations.items()
        )
        for price in (whole(members(line).get("price")) for line in lines)
    ]
    truth = join(answers)
    return Comparison(truth, "" if truth is not None else "the order's items do not all have a price that compares")


def has_applicable_item(applicable: Any, facts: Facts) -> Comparison:
    """Whether the order has an item that a rule applies to (schema ApplicableTo); that it has none proves nothing."""
    lines, known = lines_of(facts), members(applicable)
    if isinstance(lines, Comparison):
        return Comparison(None, lines.why or "the API does not say whether an order is needed")
    included, excluded = entries(known.get("included")), entries(known.get("excluded"))
    if applicable and not known:
        return Comparison(None, "the products it applies to are not understood")
    truth = any_of(
        all_of((_named(line, included) if included else True, opposite(_named(line, excluded)))) for line in lines
    )
    if truth:
        return Comparison(True)
    none = "no item of the order is one of them; the API does not say whether that refuses"
    return Comparison(None, none if truth is False else "the order's items do not say whether they are among them")
