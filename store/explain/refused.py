"""Why one attempt was refused: the evidence that its failure calls for, then every other condition that applies."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from store.domain.values import inside, members, number, word
from store.explain.answer import Explanation, NotKnown, Retry, Verdict
from store.explain.balances import balance_covers
from store.explain.calls import error_message
from store.explain.case import PUBLICATION, REDEMPTION, ROLLBACK, VALIDATION, RefusedCase
from store.explain.catalogue import failure_for
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue
from store.explain.dates import not_ended, started, within_hours
from store.explain.failures import Look, Meaning
from store.explain.people import customer_known, not_own_referral
from store.explain.publishing import codes_left, not_joined_before
from store.explain.rules_met import conditions_met, named_rules, rulings, unnamed
from store.explain.stacks import can_be_undone, not_undone
from store.explain.surroundings import changed_since, context
from store.explain.switches import present, switched_on
from store.explain.uses import uses_left
from store.ref import CUSTOMER, ORDER, VOUCHER, Ref
from store.times import date_text, is_endless, is_instant, text_of

_REDEEMING: tuple[Look, ...] = (
    present, switched_on, started, not_ended, within_hours, uses_left, balance_covers, not_own_referral, conditions_met,
)  # fmt: skip
_STANDARD: dict[str, tuple[Look, ...]] = {
    REDEMPTION: _REDEEMING,
    VALIDATION: _REDEEMING,
    PUBLICATION: (switched_on, not_ended, codes_left, not_joined_before, customer_known),
    ROLLBACK: (not_undone, can_be_undone),
}
"""What always applies to an attempt, whatever it was refused for."""
_FAMILIES = {
    "customer": ("customer", "publication"),
    "order": ("order", "product"),
    "redemption": ("redemption", "campaign", "budget"),
}
_ORDER = {NOT_MET: 0, UNKNOWN: 1, MET: 2}
_LOG = "POST /v1/exports of api_log"
_TOLD = 2
"""Reasons a sentence names."""


def explain_refusal(case: RefusedCase, subject: Ref) -> Explanation:
    """Why an attempt was refused."""
    failure = failure_for(case.failure_code, case.failure_message)
    proof = [one for look in failure.evidence for one in look(case)]
    found = _once([*proof, *(one for look in _further(case) for one in look(case))])
    reasons = _reasons(case, failure, proof)
    hints = [one for one in proof if one.result is UNKNOWN and one.because]
    retry = _retry(case, failure, reasons or hints)
    message = _shopper_message(case)
    return Explanation(
        subject, Verdict.REFUSED, _sentence(case, _because(case, failure, proof, reasons, hints)), case.failure_code,
        message, failure.kind, case.at, retry, failure.who,
        tuple(one.evidence for one in sorted(found, key=lambda one: _ORDER[one.result])), tuple(context(case)),
        changed_since(case), _not_known(case, found, message), _links(case, subject, found), ids_of(case),
        case.call.request_id if case.call else "",
    )  # fmt: skip


def _further(case: RefusedCase) -> tuple[Look, ...]:
    """What else applies: of an attempt that names nothing to redeem, nothing can be looked at."""
    if case.act in (REDEMPTION, VALIDATION) and not case.redeemed.id:
        return ()
    return _STANDARD[case.act]


def _once(found: Iterable[Clue]) -> list[Clue]:
    """Each condition once, where it was looked at first."""
    kept: dict[tuple[str, str, str], Clue] = {}
    for one in found:
        kept.setdefault((one.claim, one.source, one.place), one)
    return list(kept.values())


def _reasons(case: RefusedCase, failure: Meaning, proof: Sequence[Clue]) -> list[Clue]:
    """What refused: of rules those that the API names, and of these the conditions that its key is about."""
    reasons = [one for one in proof if one.result is NOT_MET and one.because]
    if not failure.family:
        return reasons
    named = set(named_rules(case))
    own = [one for one in reasons if named & {link.id for link in one.links}] if named else reasons
    of_family = [one for one in own if _family(one) == failure.family]
    return of_family or [one for one in own if not _family(one)]


def _family(one: Clue) -> str:
    """Which rules a condition belongs to; "" where its name does not tell, or where it is none."""
    first = one.looks_at.split(".")[0]
    return next((family for family, words in _FAMILIES.items() if first in words), "")


def _because(
    case: RefusedCase, failure: Meaning, proof: Sequence[Clue], reasons: Sequence[Clue], hints: Sequence[Clue]
) -> str:
    if reasons:
        told = [one.because for one in reasons[:_TOLD]]
        more = len(reasons) - len(told)
        return " and ".join(told) + (f", and {more:,} more" if more else "")
    if hints:
        return f"{failure.meaning}, the API says; {hints[0].because}"
    if failure.family:
        return unnamed(case, failure.family)
    if not failure.evidence:
        return failure.meaning
    known = (
        "what proves it is not cached" if any(one.result is UNKNOWN for one in proof) else "the cache does not show it"
    )
    return f"{failure.meaning}, the API says; {known}"


def _sentence(case: RefusedCase, because: str) -> str:
    who = f"Customer {case.customer_id}" if case.customer_id else "Somebody who was not named"
    campaign = f" of “{case.campaign.name}”" if case.campaign.name else ""
    thing = case.redeemed
    what = f"{'tier' if case.tier_id else 'code'} {thing.name}{campaign}" if thing.name else f"a code{campaign}"
    if case.typed and not thing.name:
        what = f"code “{case.typed}”{campaign}"
    verbs = {
        REDEMPTION: f"{who} could not redeem {what}",
        VALIDATION: f"{who} could not validate {what}",
        ROLLBACK: f"The redemption of {what} could not be rolled back",
        PUBLICATION: f"{who} could not be given {what}",
    }
    return f"{verbs[case.act]} at {case.when(case.at)}, because {because}."


def _retry(case: RefusedCase, failure: Meaning, reasons: Sequence[Clue]) -> Retry:
    """Whether trying again helps: all that refused must have changed, and nothing else have ended since."""
    told = [one.retry for one in reasons if one.retry is not None]
    firm = [one for one in told if one.helps is False]
    retry = firm[0] if firm else told[0] if told else failure.retry
    now = text_of(case.about.now)
    if retry.when is not None and retry.when <= now:
        retry = replace(retry, when=None)
    blocked = "" if retry.helps is None or case.act == ROLLBACK else _blocked_from(case, retry.when or now)
    if retry.helps:
        return Retry(False, condition=blocked) if blocked else retry
    conditions = [one.condition for one in firm]
    if not conditions or "" in conditions:
        return retry
    # All that refused must change, and what else is in the way now.
    return Retry(False, condition=" and ".join(dict.fromkeys([*conditions, *filter(None, [blocked])])))


def _blocked_from(case: RefusedCase, at: str) -> str:
    """What must happen before an attempt at a moment to come can pass, whatever was wrong before; "" for nothing."""
    for record in case.dated:
        if _has_ended(record.doc.get("expiration_date"), at):
            return f"the end of the {record.kind} is moved"
        if record.doc.get("active") is False:
            return f"the {record.kind} is switched on again"
    uses = members(case.code.doc.get("redemption"))
    limit, used = number(uses.get("quantity")), number(uses.get("redeemed_quantity"))
    used_up = limit is not None and used is not None and used >= limit
    return "a use is rolled back or the limit is raised" if used_up else ""


def _has_ended(value: object, at: str) -> bool:
    text = date_text(value)
    return text is not None and is_instant(text) and not is_endless(text) and text <= at


def _shopper_message(case: RefusedCase) -> str:
    """`error.message` of the row or the call; else that of the one rule that refused; "" where it is not known."""
    found = error_message(case.document) or (error_message(case.call.response) if case.call else "")
    if found or not failure_for(case.failure_code, "").family:
        return found
    refusing = [one for one in rulings(case) if one.result is NOT_MET]
    return refusing[0].message if len(refusing) == 1 else ""


def _not_known(case: RefusedCase, found: Iterable[Clue], message: str) -> tuple[NotKnown, ...]:
    told = [
        NotKnown(f"Whether {one.claim}" + (f": {one.note}" if one.note else ""), one.call)
        for one in found
        if one.result is UNKNOWN
    ]
    if not message:
        told.append(NotKnown("What the shopper was shown: neither row nor cached call has it", _LOG))
    if case.call is None:
        told.append(NotKnown("The request id: the call is not in the cached API log", _LOG))
    return tuple(told)


def _links(case: RefusedCase, subject: Ref, found: Iterable[Clue]) -> tuple[Ref, ...]:
    named = [
        Ref(case.act if case.act != ROLLBACK else REDEMPTION, case.id) if case.act != VALIDATION else Ref("", ""),
        Ref(VOUCHER, case.voucher_id), Ref("promotion_tier", case.tier_id), Ref.campaign(case.campaign_id),
        Ref(CUSTOMER, case.customer_id), Ref(ORDER, word(inside(case.document, "order", "id"))),
        *(link for one in found for link in one.links),
    ]  # fmt: skip
    return tuple(dict.fromkeys(ref for ref in named if ref.id and ref != subject))


def ids_of(case: RefusedCase) -> tuple[tuple[str, str], ...]:
    """Names and ids for a ticket."""
    row = case.document
    named: list[tuple[str, str]] = [
        (case.act, case.id), ("code", case.code.name if case.voucher_id else case.typed), ("voucher", case.voucher_id),
        ("promotion tier", case.tier_id), ("campaign", case.campaign_id), ("customer", case.customer_id),
        ("order", word(inside(row, "order", "id"))), ("tracking id", word(row.get("tracking_id"))),
    ]  # fmt: skip
    return (*((name, identity) for name, identity in named if identity), *(("rule", one) for one in named_rules(case)))
