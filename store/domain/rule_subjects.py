"""What a condition looks at, by the vendor's name, and whether it holds for an attempt (schema ValidationRuleRules)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.comparing import (
    Comparison,
    DateContext,
    all_of,
    compare_between,
    compare_members,
    compare_number,
    compare_value,
    operands,
)
from store.domain.facts import Absent, CustomerFacts, Facts, OrderFacts
from store.domain.limit_names import LimitName, Measure, limit_name
from store.domain.limits import amount_text
from store.domain.money import money_text
from store.domain.order_items import (
    NO_ORDER,
    PRODUCT_NAMES,
    decide_count,
    decide_price,
    decide_products,
    lines_of,
)
from store.domain.values import called, members, shown, word
from store.words import counted

NO_CUSTOMER = Comparison(False, lacks="customer")
_ORDER_UNKNOWN = Comparison(None, "the order is not known")
_CUSTOMER_UNKNOWN = Comparison(None, "the customer is not known")


@dataclass(frozen=True, slots=True)
class Decided(Comparison):
    """The answer to a condition.

    Attributes:
        value: what was found, in words; "" where nothing is known.
        covers_below: the conditions nested below were decided together with it.
    """

    value: str = ""
    covers_below: bool = False


def decide(condition: Mapping[str, Any], facts: Facts, currency: str | None = None, *, bundle: bool = False) -> Decided:
    """Decide one condition by itself.

    Args:
        condition: `{name, property, conditions: {$operator: [values]}, rules}` as received.
        facts: of the attempt.
        currency: ISO 4217 code, for the words of amounts.
        bundle: it is a bundle's.
    """
    name, operations = word(condition.get("name")), members(condition.get("conditions"))
    if name in PRODUCT_NAMES:
        answer = decide_products(condition, facts, bundle=bundle)
        return _said(answer, _items_words(facts), covers_below=True)
    if not operations:
        return Decided(None, "no comparison is stated")
    counts = limit_name(name)
    if counts is not None:
        return _limit(name, counts, operations, facts, currency)
    decider = _DECIDERS.get(name)
    if decider is None:
        return Decided(None, f"the cache cannot decide “{shown(name)}”")
    return decider(condition, operations, facts, currency)


def _said(answer: Comparison, value: str = "", *, covers_below: bool = False) -> Decided:
    words = f"no {answer.lacks}" if answer.lacks in ("order", "customer") else value
    return Decided(answer.truth, answer.why, answer.lacks, words, covers_below)


def _joined(operations: Mapping[str, Any], compare: Callable[[str, Any], Comparison]) -> Comparison:
    """Several comparisons of one condition, all of which must hold."""
    answers = [compare(str(operator), values) for operator, values in operations.items()]
    truth = all_of(answer.truth for answer in answers)
    if truth is None:
        return next(answer for answer in answers if answer.truth is None)
    failed = [answer for answer in answers if answer.truth is False]
    return next((answer for answer in failed if not answer.lacks), failed[0]) if failed else Comparison(True)


def _order_amount(condition: Mapping[str, Any], operations: Any, facts: Facts, currency: str | None) -> Decided:
    order = _order(facts)
    if isinstance(order, Comparison):
        return _said(order)
    initial = word(condition.get("name")) == "order.initial_amount"
    amount = order.initial_amount if initial else order.amount
    if amount is None:
        return Decided(None, "the order's amount is not known")
    answer = _joined(operations, lambda operator, values: compare_number(operator, [amount], values))
    return _said(answer, money_text(amount, currency))


def _order(facts: Facts) -> OrderFacts | Comparison:
    return NO_ORDER if isinstance(facts.order, Absent) else facts.order or _ORDER_UNKNOWN


def _customer(facts: Facts) -> CustomerFacts | Comparison:
    return NO_CUSTOMER if isinstance(facts.customer, Absent) else facts.customer or _CUSTOMER_UNKNOWN


def _items_words(facts: Facts) -> str:
    lines = lines_of(facts)
    return "" if isinstance(lines, Comparison) else counted(len(lines), "item")


def _items(condition: Mapping[str, Any], operations: Any, facts: Facts, _currency: str | None) -> Decided:
    lines, name = lines_of(facts), word(condition.get("name"))
    if isinstance(lines, Comparison):
        return _said(lines)
    count = name == "order.items.count"
    answer = decide_count(operations, lines) if count else decide_price(name, operations, lines)
    return _said(answer, _items_words(facts))


def _metadata(condition: Mapping[str, Any], operations: Any, facts: Facts, _currency: str | None) -> Decided:
    known = _metadata_of(word(condition.get("name")), facts)
    if isinstance(known, Comparison):
        return _said(known)
    member = word(condition.get("property"))
    if not member:
        return Decided(None, "the condition names no property")
    if member not in known and "." in member:
        return Decided(None, "the API does not say how a property with a dot is found")
    actual, clock = known.get(member), DateContext(facts.moment, facts.zone)
    answer = _joined(operations, lambda operator, values: compare_value(operator, actual, values, clock))
    return _said(answer, "not set" if actual is None else shown(actual))


def _metadata_of(name: str, facts: Facts) -> Mapping[str, Any] | Comparison:
    if name == "redemption.metadata":
        known = facts.redemption_metadata
        return Comparison(None, "the metadata of the redemption is not known") if known is None else known
    thing = _order(facts) if name == "order.metadata" else _customer(facts)
    if isinstance(thing, Comparison):
        return thing
    owner = name.split(".", maxsplit=1)[0]
    return Comparison(None, f"the metadata of the {owner} is not known") if thing.metadata is None else thing.metadata


def _membership(condition: Mapping[str, Any], operations: Any, facts: Facts, _currency: str | None) -> Decided:
    customer = _customer(facts)
    if isinstance(customer, Comparison):
        return _said(customer)
    segment = word(condition.get("name")) == "customer.segment"
    kind, actual = ("segment", customer.segments) if segment else ("loyalty tier", customer.tiers)
    if actual is None:
        return Decided(None, f"the {kind}s of the customer are not known")
    answer = _joined(operations, lambda operator, values: compare_members(operator, actual, values))
    return _said(answer, f"in {_member_words(operations, actual, kind)}")


def _member_words(operations: Mapping[str, Any], actual: frozenset[str], kind: str) -> str:
    """The named ones among those a customer is in, else how many these are."""
    wanted = [value for values in operations.values() for value in operands(values)]
    named = [called(value) or shown(value) for value in wanted if _identity(value) in actual]
    return f"{kind} {named[0]}" if named else f"none of them, of {counted(len(actual), kind)} in all"


def _identity(value: Any) -> str:
    return word(members(value).get("id")) or word(value)


def _linked(_condition: Mapping[str, Any], operations: Any, facts: Facts, _currency: str | None) -> Decided:
    """`publication.redeemable_by_linked_customer`: whoever redeems must hold the code."""
    customer = _customer(facts)
    if isinstance(customer, Comparison):
        return _said(customer)
    wanted = operands(operations.get("$is"))
    if len(operations) != 1 or not ("$is_true" in operations or list(wanted) == [True]):
        return Decided(None, "the cache cannot decide this comparison")
    if isinstance(facts.holder, Absent):
        return Decided(None, "nobody holds the code, and the API does not say how that compares")
    if facts.holder is None or customer.id is None:
        return Decided(None, "the holder of the code is not known")
    same = facts.holder == customer.id
    return Decided(same, value="the holder" if same else "not the holder")


def _limit(name: str, counts: LimitName, operations: Any, facts: Facts, currency: str | None) -> Decided:
    """A limit, which is about the next redemption: what is used and what this one would add."""
    if counts.per == "customer" and isinstance(facts.customer, Absent):
        return _said(NO_CUSTOMER)
    exact = facts.used.get(name)
    least = facts.used_at_least.get(name) if exact is None else exact
    most = facts.used_at_most.get(name) if exact is None else exact
    if least is None:
        return Decided(None, "what is used of it is not known")
    adds = _adds(counts.measure, facts)
    highest = None if most is None or adds is None else most + adds
    answer = _joined(
        operations,
        lambda operator, values: compare_between(operator, least + (adds or 0), highest, values),
    )
    words = _used_words(least, most, counts.measure, currency)
    if answer.truth is None and exact is not None and adds is None:
        return Decided(None, "what this redemption adds to it is not known", value=words)
    return _said(answer, words)


def _used_words(least: int, most: int | None, measure: Measure, currency: str | None) -> str:
    """`4 redemptions so far`, `at least €12.00 so far`, `1 redemption to 4 redemptions so far`."""
    low = amount_text(least, measure, currency)
    if most is None:
        return f"at least {low} so far"
    return f"{low} so far" if most == least else f"{low} to {amount_text(most, measure, currency)} so far"


def _adds(measure: Measure, facts: Facts) -> int | None:
    """What the redemption adds to a limit; None where that is not known."""
    if measure is Measure.REDEMPTIONS:
        return 1
    if measure is Measure.ORDERS:
        return 0 if isinstance(facts.order, Absent) else facts.order.amount if facts.order else None
    return facts.discount if measure is Measure.DISCOUNT else facts.gift


_Decider = Callable[[Mapping[str, Any], Any, Facts, str | None], Decided]
_DECIDERS: dict[str, _Decider] = {
    "order.amount": _order_amount,
    "order.initial_amount": _order_amount,
    "order.items.count": _items,
    "order.items.price_any": _items,
    "order.items.price_each": _items,
    "order.metadata": _metadata,
    "customer.metadata": _metadata,
    "redemption.metadata": _metadata,
    "customer.segment": _membership,
    "customer.loyalty.tier": _membership,
    "publication.redeemable_by_linked_customer": _linked,
}
