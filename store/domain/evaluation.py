"""Validation rules decided with three values: met, not met, not known.

Every condition of a document is accounted for once: its own, those nested below it, the bundle's and the products it
applies to. What the facts or the specification leave open is `None` with the reason, never a guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from store.domain.comparing import Comparison, all_of, any_of, opposite
from store.domain.conditions import condition_text
from store.domain.facts import Facts
from store.domain.items import item_name
from store.domain.limits import conditions_of
from store.domain.logic import ConditionKey, Expression, LogicNotUnderstood, Negation, parse_logic, references
from store.domain.order_items import has_applicable_item
from store.domain.rule_subjects import Decided, decide
from store.domain.values import entries, joined, members, shown, word

_DEEPEST = 12
NO_LOGIC = "The rule does not say how its conditions are joined; taken as if all must be met."
NO_CONDITIONS = "The rule states no conditions that can be read."


class Role(StrEnum):
    """What a condition is to its rule."""

    REQUIRED = "required"
    """The rule holds only if it does."""
    ALTERNATIVE = "alternative"
    """Others may stand in for it, or the logic cannot be read."""
    UNUSED = "unused"
    """The logic does not name it."""


@dataclass(frozen=True, slots=True)
class ConditionOutcome:
    """One condition and whether it holds. All texts may hold outside text.

    Attributes:
        key: its place in the rules object, `1`, `2/1`; `bundle 1`, `items` for what else a rule asks.
        text: what must hold, in words; below a `not` it begins with "not: ".
        truth: whether that holds; None where it is not known.
        value: what was found, in words; "" where nothing is known.
        why: why it is not known; "" where it is.
        role: what it is to the rule.
        lacks: `order`, `customer` or `property` where it does not hold because there is none.
        name: the vendor's name of what it looks at (`order.amount`); "" where it has none.
    """

    key: str
    text: str
    truth: bool | None
    value: str = ""
    why: str = ""
    role: Role = Role.REQUIRED
    lacks: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """Whether a rule is met, and each of its conditions in the document's order.

    Attributes:
        truth: of the rule: a condition that does not hold does not fail a rule whose alternative holds.
        conditions: every condition once.
        notes: how the document was read where it leaves that open, a sentence each.
    """

    truth: bool | None
    conditions: tuple[ConditionOutcome, ...]
    notes: tuple[str, ...] = ()


def evaluate(document: Any, facts: Facts, currency: str | None = None) -> RuleOutcome:
    """Decide a validation rule.

    Args:
        document: as received (schema ValidationRule); an empty one is a rule that is not cached.
        facts: what is known of the attempt.
        currency: ISO 4217 code of the profile, for the words.
    """
    known = members(document)
    reading = _Reading(facts, currency)
    truths = [_rules(reading, known.get("rules"))]
    bundle = known.get("bundle_rules")
    if bundle not in (None, "") and (members(bundle).keys() - {"limit"} or not isinstance(bundle, Mapping)):
        truths.append(reading.group(bundle, "bundle ", 0, _Place(), bundle=True).holds)
    truths += [outcome.truth for outcome in reading.items(known.get("applicable_to"))]
    return RuleOutcome(all_of(truths), tuple(reading.found), tuple(dict.fromkeys(reading.notes)))


def _rules(reading: "_Reading", rules: Any) -> bool | None:
    if isinstance(rules, Mapping):
        return reading.group(rules, "", 0, _Place()).holds
    reading.notes.append(NO_CONDITIONS)
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the logic puts a condition: below how many `not` it stands, and whether the rule hangs on it."""

    negative: bool = False
    needed: bool = True
    used: bool = True

    @property
    def role(self) -> Role:
        return Role.UNUSED if not self.used else Role.REQUIRED if self.needed else Role.ALTERNATIVE


@dataclass(frozen=True, slots=True)
class _Pair:
    """Whether something holds, and whether its opposite does: of what a call lacks, neither is known to."""

    holds: bool | None
    fails: bool | None

    @classmethod
    def of(cls, answer: Comparison) -> "_Pair":
        return cls(answer.truth, None if answer.lacks else opposite(answer.truth))


_OPEN = _Pair(None, None)
_MET = _Pair(True, False)


def _both(pairs: list[_Pair]) -> _Pair:
    return _Pair(all_of(pair.holds for pair in pairs), any_of(pair.fails for pair in pairs))


def _either(pairs: list[_Pair]) -> _Pair:
    return _Pair(any_of(pair.holds for pair in pairs), all_of(pair.fails for pair in pairs))


class _Reading:
    """One reading of a document; `found` has an outcome for each condition met on the way."""

    def __init__(self, facts: Facts, currency: str | None) -> None:
        self._facts = facts
        self._currency = currency
        self.found: list[ConditionOutcome] = []
        self.notes: list[str] = []

    def group(self, rules: Any, prefix: str, depth: int, place: _Place, *, bundle: bool = False) -> _Pair:
        """Decide a rules object; an empty one is met."""
        conditions, logic = conditions_of(rules), members(rules).get("logic")
        if not conditions:
            if not rules or (isinstance(rules, Mapping) and not logic):
                return _MET
            return self._odd(f"{prefix}rules", rules, place, "the rules are not understood")
        if depth > _DEEPEST:
            return self._odd(f"{prefix}…", rules, place, "nested too deeply to decide")
        expression = self._expression(conditions, logic)
        places = dict.fromkeys(conditions, replace(place, used=False, needed=False))
        if expression is None:
            places = dict.fromkeys(conditions, replace(place, needed=False))
        elif isinstance(expression, _AllOf):
            places = dict.fromkeys(conditions, replace(place, needed=place.needed and not place.negative))
        else:
            places |= _places(expression, place)
        pairs = {}
        for key, condition in conditions.items():
            pairs[key] = self._condition(f"{prefix}{key}", condition, depth, places[key], bundle=bundle)
        if expression is None:
            return _OPEN
        if isinstance(expression, _AllOf):
            return _both(list(pairs.values()))
        for key in sorted(references(expression) - pairs.keys()):
            pairs[key] = self._odd(f"{prefix}{key}", f"condition {key}", places[key], "the rule does not have it")
        return _decided(expression, pairs)

    def _expression(self, conditions: Mapping[str, Any], logic: Any) -> "Expression | _AllOf | None":
        """How conditions are joined; None where that is not understood."""
        if logic in (None, ""):
            if len(conditions) > 1:
                self.notes.append(NO_LOGIC)
            return _AllOf()
        try:
            return parse_logic(word(logic))
        except LogicNotUnderstood as problem:
            self.notes.append(f"The logic is not understood ({problem}): {shown(logic)}")
            return None

    def _condition(self, key: str, condition: Any, depth: int, place: _Place, *, bundle: bool) -> _Pair:
        if not isinstance(condition, Mapping):
            return self._odd(key, condition, place, "the condition is not understood")
        below = condition.get("rules")
        answer = decide(condition, self._facts, self._currency, bundle=bundle)
        needed_alone = place.needed and not (place.negative and conditions_of(below))
        self_place = place if answer.covers_below else replace(place, needed=needed_alone)
        text = condition_text(condition, self._currency)
        own = self._add(key, text, answer, self_place, word(condition.get("name")))
        if answer.covers_below:
            self._covered(f"{key}/", below, depth + 1, place, answer)
            return own
        needed = place.needed and not place.negative
        return _both([own, self.group(below, f"{key}/", depth + 1, replace(place, needed=needed))])

    def _covered(self, prefix: str, below: Any, depth: int, place: _Place, answer: Decided) -> None:
        """Account for conditions that were decided together with the one above them."""
        if depth > _DEEPEST or (below and not isinstance(below, Mapping)):
            why = "nested too deeply to decide" if depth > _DEEPEST else "the rules are not understood"
            self._odd(f"{prefix}…", below, place, why)
            return
        for key, condition in conditions_of(below).items():
            text = condition_text(condition, self._currency)
            name = word(members(condition).get("name"))
            self._add(f"{prefix}{key}", text, replace(answer, value=""), place, name)
            self._covered(f"{prefix}{key}/", members(condition).get("rules"), depth + 1, place, answer)

    def _odd(self, key: str, raw: Any, place: _Place, why: str) -> _Pair:
        return self._add(key, shown(raw), Decided(None, why), place, "")

    def _add(self, key: str, text: str, answer: Comparison, place: _Place, name: str) -> _Pair:
        pair = _Pair.of(answer)
        truth = pair.fails if place.negative else pair.holds
        why = answer.why
        if truth is None and not why:
            why = f"the API does not say what `not` means without the {answer.lacks}"
        value = answer.value if isinstance(answer, Decided) else ""
        said = f"not: {text}" if place.negative else text
        lacks = answer.lacks if truth is False else ""
        self.found.append(ConditionOutcome(key, said, truth, value, why, place.role, lacks, name))
        return pair

    def items(self, applicable: Any) -> Iterator[ConditionOutcome]:
        """The products a rule is about, as one condition; none where it is about all."""
        known = members(applicable)
        included, excluded = entries(known.get("included")), entries(known.get("excluded"))
        if not included and not excluded and not (applicable and not known):
            return
        names = [item_name(item) for item in (included or excluded)[:3]]
        some = joined(names, "or") + (" or others" if len(included or excluded) > 3 else "")
        text = f"the order has {some}" if included else f"the order has something else than {some}"
        answer = has_applicable_item(applicable, self._facts)
        self._add("items", text, Decided(answer.truth, answer.why), _Place(), "")
        yield self.found[-1]


class _AllOf:
    """Conditions that are joined by nothing, of which all must be met."""


def _decided(expression: Expression, pairs: Mapping[str, _Pair]) -> _Pair:
    if isinstance(expression, ConditionKey):
        return pairs[expression.key]
    if isinstance(expression, Negation):
        inner = _decided(expression.operand, pairs)
        return _Pair(inner.fails, inner.holds)
    found = [_decided(part, pairs) for part in expression.operands]
    return _both(found) if expression.word == "and" else _either(found)


def _places(expression: Expression, place: _Place) -> dict[str, _Place]:
    """Where a logic puts each condition; one that it names above and below a `not` counts as above."""
    if isinstance(expression, ConditionKey):
        return {expression.key: place}
    if isinstance(expression, Negation):
        return _places(expression.operand, replace(place, negative=not place.negative))
    needed = place.needed and (expression.word == "and") is not place.negative
    found: dict[str, _Place] = {}
    for part in expression.operands:
        for key, one in _places(part, replace(place, needed=needed)).items():
            before = found.get(key, one)
            same = before.negative is one.negative
            found[key] = replace(one, negative=one.negative and same, needed=same and (one.needed or before.needed))
    return found
