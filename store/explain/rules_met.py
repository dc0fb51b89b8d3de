"""Every condition of every rule that applies, as far as the cache knows the attempt; none is guessed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from store.days import local_time
from store.domain.evaluation import ConditionOutcome, Role, RuleOutcome, evaluate
from store.domain.limit_names import LimitPeriod, limit_name
from store.domain.periods import stretch_of
from store.domain.values import called, inside, members, word
from store.explain.answer import Result, Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, result_of
from store.explain.facts_then import counts_together, facts_of
from store.queries.campaign_rules import CampaignRule
from store.queries.freshness import data_state
from store.queries.history import states_around
from store.ref import Ref
from store.words import counted

CUSTOMER_RULES, ORDER_RULES, REDEMPTION_RULES = "customer", "order", "redemption"
_OF_NOW = ("customer.segment", "customer.loyalty.tier")
_RULE_ID = re.compile(r"\bval_[0-9A-Za-z]+")
_RULE = "validation_rule"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule that applies, decided for an attempt.

    Attributes:
        id, name: of the rule.
        result: of the whole rule.
        clues: one for each of its conditions.
        named: whether the API's message names it.
        message: what the rule shows a shopper whom it refuses; "" where it has none of its own.
    """

    id: str
    name: str
    result: Result
    clues: tuple[Clue, ...]
    named: bool = False
    message: str = ""


def conditions_met(case: RefusedCase) -> Iterator[Clue]:
    """Every condition of every rule that applies."""
    for one in rulings(case):
        yield from one.clues
    doubt = _rules_doubt(case)
    if doubt:
        yield Clue(
            "each further rule that applies is met", UNKNOWN, source="rules", as_of=_state(case).as_of, note=doubt,
            call="GET /v1/validation-rules-assignments",
        )  # fmt: skip


def refused_by_rule(family: str) -> Callable[[RefusedCase], Iterator[Clue]]:
    """The same where rules of a family are why the API refused: without any rule it is not known which.

    Args:
        family: the first word of the names of conditions it looks at.
    """

    def look(case: RefusedCase) -> Iterator[Clue]:
        found = list(conditions_met(case))
        yield from found
        if not found:
            yield Clue(
                f"the {family} matches the rules", UNKNOWN, source="rules", as_of=_state(case).as_of,
                note="no rule that applies is cached", call="GET /v1/validation-rules-assignments",
            )  # fmt: skip

    return look


def named_rules(case: RefusedCase) -> tuple[str, ...]:
    """The ids of rules that the API's own words name."""
    said = [case.failure_message]
    if case.call is not None:
        said += [word(case.call.response.get(name)) for name in ("message", "details")]
    return tuple(dict.fromkeys(found for text in said for found in _RULE_ID.findall(text)))


def rulings(case: RefusedCase) -> list[Ruling]:
    """Every rule that applies, those that the API names first; rules it names that are assigned to nothing, too."""
    named = named_rules(case)
    known = {rule.id: rule for rule in case.rules}
    order = [*named, *(identity for identity in known if identity not in named)]
    return [
        _ruling(case, known.get(identity) or CampaignRule(identity, {}, ()), identity in named) for identity in order
    ]


def _ruling(case: RefusedCase, rule: CampaignRule, named: bool) -> Ruling:
    connection, at = case.connection, case.at
    states = [members(one) for one in states_around(connection, "validation_rules", rule.id, at)]
    doc = states[1] or rule.document
    name = called(doc) or rule.id
    source = f"rule {name}"
    state = data_state(connection, "validation_rules")
    if not doc:
        note = "the rule is not cached"
        found = Clue(f"{source} is met", UNKNOWN, source=source, as_of=state.as_of, note=note,
                        call=f"GET /v1/validation-rules/{rule.id}", links=(Ref(_RULE, rule.id),))  # fmt: skip
        return Ruling(rule.id, name, UNKNOWN, (found,), named)
    facts = facts_of(case, rule)
    outcome = evaluate(doc, facts, case.about.currency)
    doubt = ""
    if states[0] != states[1] and evaluate(states[0], facts, case.about.currency).truth is not outcome.truth:
        doubt = "the rule was changed between the two syncs around the attempt"
    elif state.as_of is not None and state.as_of < at:
        doubt = "the rule was read before the attempt"
    clues = tuple(_clue(case, one, outcome, rule, (source, state.as_of, doubt)) for one in outcome.conditions)
    if not clues:
        note = "; ".join(outcome.notes) or doubt
        sure = UNKNOWN if doubt else result_of(outcome.truth)
        clues = (Clue(f"{source} is met", sure, "no conditions", "", source, state.as_of, note),)
    result = UNKNOWN if doubt else result_of(outcome.truth)
    if result is MET and any(one.result is UNKNOWN and _counts(outcome, place) for place, one in enumerate(clues)):
        result = UNKNOWN
    return Ruling(rule.id, name, result, clues, named, word(inside(doc, "error", "message")))


def _counts(outcome: RuleOutcome, place: int) -> bool:
    return place < len(outcome.conditions) and outcome.conditions[place].role is Role.REQUIRED


def _clue(
    case: RefusedCase,
    one: ConditionOutcome,
    outcome: RuleOutcome,
    rule: CampaignRule,
    known: tuple[str, str | None, str],
) -> Clue:
    source, as_of, doubt = known
    result, note = (UNKNOWN, doubt) if doubt else (result_of(one.truth), one.why)
    then, now = one.value, ""
    if one.name in _OF_NOW or (one.name == "customer.metadata" and not _told_then(case)):
        then, now = "", one.value
        if result is MET:
            result, note = UNKNOWN, "met now; how it was then is not known"
        elif result is NOT_MET:
            note = "as it is now: a hint"
    if result is NOT_MET and counts_together(case, rule, one.name):
        note = "counted over all codes of the campaign"
    spared = one.truth is False and outcome.truth is not False
    if spared:
        note = "the rule does not need it: another condition stands in" if one.role is Role.ALTERNATIVE else note or ""
    because = ""
    if result is NOT_MET and not spared:
        value = one.value or ""
        because = f"“{one.text}” did not hold" + (f": {value}" if value else "")
    call = _call(case, one, rule) if result is UNKNOWN else ""
    retry = _retry(case, one) if because else None
    claim = one.text if one.role is not Role.UNUSED else f"{one.text} (the rule's logic does not use it)"
    return Clue(
        claim, result, then, now, source, as_of, note, because, retry, call, (Ref(_RULE, rule.id),), one.name,
        f"{rule.id} {one.key}",
    )  # fmt: skip


def _told_then(case: RefusedCase) -> bool:
    """Whether the row itself carries the customer's metadata."""
    return bool(inside(case.document, "customer", "metadata"))


def _retry(case: RefusedCase, one: ConditionOutcome) -> Retry:
    counts = limit_name(one.name)
    if counts is not None and counts.period is not LimitPeriod.LIFE:
        today = local_time(case.moment, case.about.zone).date()
        return Retry(True, stretch_of(counts.period, today, case.about.zone, case.about.week_start).resets)
    if counts is not None:
        return Retry(False, condition="a redemption is rolled back or the limit is raised")
    return Retry(False, condition=f"“{one.text}” holds")


def _call(case: RefusedCase, one: ConditionOutcome, rule: CampaignRule) -> str:
    if one.name == "customer.segment" and case.customer_id:
        return f"GET /v1/customers/{case.customer_id}/segments"
    if one.name.startswith("customer") and case.customer_id:
        return f"GET /v1/customers/{case.customer_id}"
    if one.name.startswith(("redemption.count", "campaign.")):
        return "GET /v1/redemptions"
    return (
        f"GET /v1/redemptions/{case.id}"
        if case.id and one.name.startswith("order")
        else f"GET /v1/validation-rules/{rule.id}"
    )


def _state(case: RefusedCase) -> Any:
    return data_state(case.connection, "validation_rules_assignments")


def _rules_doubt(case: RefusedCase) -> str:
    """Why there may be more rules than are cached; "" where there are not."""
    state = _state(case)
    if state.as_of is None:
        return "which rules apply is not synced yet"
    if state.as_of < case.at:
        return "the rules were read before the attempt"
    return "" if state.complete else "not all rules are cached"


def unnamed(case: RefusedCase, family: str) -> str:
    """What is known of rules that refused without being named: `one of these 2 failed; the first is met`."""
    found = [one for one in rulings(case) if one.named] or rulings(case)
    if not found:
        return f"the {family} did not match a rule that is not cached"
    if len(found) == 1:
        [rule] = found
        if rule.result is MET:
            return f"“{rule.name}” did not match, the API says; what is cached meets it"
        of = counted(len(rule.clues), "condition")
        unknown = sum(line.result is UNKNOWN for line in rule.clues)
        return f"a condition of “{rule.name}” did not hold: {unknown:,} of its {of} cannot be told"
    met = [place for place, one in enumerate(found, start=1) if one.result is MET]
    names = ", ".join(f"“{one.name}”" for one in found)
    words = f"; {_places(met)} met" if met else "; which one is not known"
    return f"one of these {len(found)} rules failed: {names}{words}"


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _places(places: list[int]) -> str:
    named = [_ORDINALS[place - 1] if place <= len(_ORDINALS) else f"{place}th" for place in places]
    return f"the {' and '.join(named)} {'is' if len(named) == 1 else 'are'}"
