"""Would a code that was not tried pass: the same conditions that explain a refusal, looked at before the attempt.

Only the cache is asked. Which condition the API names first where several fail is not documented: the failure key is
that of the first in the order of `store.explain.rehearsal_checks`.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.explain.answer import Attempt, Explanation, Kind, NotKnown, Result, Retry, Verdict
from store.explain.circumstances import Circumstances
from store.explain.rehearsal_checks import Tested, checks_at
from store.explain.tried_code import TriedCode, tried_code
from store.ref import CAMPAIGN, CUSTOMER, VOUCHER, Ref
from store.times import text_of
from store.words import clock, counted

_MOST_STEPS = 60
"""Moments that are tried to find the next one that passes."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a failure key says of the refusal: its kind, who can change it, and what must happen first."""

    kind: Kind
    who: str
    condition: str = ""


_MEANINGS = {
    "not_found": _Meaning(Kind.MISSING, "support"),
    "voucher_disabled": _Meaning(Kind.OFF, "support", "it is switched on again"),
    "voucher_expired": _Meaning(Kind.TIME, "campaign owner"),
    "voucher_not_active": _Meaning(Kind.TIME, "campaign owner"),
    "voucher_not_active_now": _Meaning(Kind.TIME, "campaign owner"),
    "quantity_exceeded": _Meaning(Kind.USED_UP, "campaign owner"),
    "gift_amount_exceeded": _Meaning(Kind.USED_UP, "support", "the card is topped up"),
    "loyalty_card_points_exceeded": _Meaning(Kind.USED_UP, "shopper", "the card earns points"),
    "not_published": _Meaning(Kind.MISSING, "support", "the code is published to a referrer"),
    "referrer_not_permitted_to_redeem": _Meaning(Kind.RULE, "shopper", "another customer redeems it"),
    "order_rules_violated": _Meaning(Kind.RULE, "shopper", "the order meets the rule"),
    "customer_rules_violated": _Meaning(Kind.RULE, "campaign owner", "the customer meets the rule"),
    "redemption_rules_violated": _Meaning(Kind.RULE, "campaign owner"),
}
_BY_TIME = ("voucher_not_active", "voucher_not_active_now")


def rehearse(connection: sqlite3.Connection, code: Ref, attempt: Attempt, about: Circumstances) -> Explanation:
    """Work out from the cache whether an attempt would pass.

    Args:
        connection: a reader.
        code: a voucher, by id or by the code that customers type.
        attempt: who would redeem it, with which order, and when; what is not stated is not known.
        about: the circumstances.
    """
    tried = tried_code(connection, code, attempt, about)
    checks = checks_at(tried, tried.at)
    failed = [check for check in checks if check.fails]
    still_open = [check for check in checks if check.is_open]
    if failed:
        verdict = Verdict.WOULD_BE_REFUSED
    else:
        verdict = Verdict.UNKNOWN if still_open else Verdict.WOULD_PASS
    first = failed[0] if failed else None
    meaning = _MEANINGS.get(first.key) if first else None
    return Explanation(
        subject=Ref(VOUCHER, tried.voucher_id or tried.typed),
        verdict=verdict,
        sentence=_sentence(tried, verdict, failed, still_open, len(checks)),
        failure_code=first.key if first else "",
        kind=meaning.kind if meaning else Kind.NONE,
        at=tried.at,
        retry=_retry(tried, failed, still_open),
        who=meaning.who if meaning else "",
        evidence=tuple(check.evidence for check in sorted(checks, key=_rank)),
        not_known=_not_known(checks),
        links=_links(tried),
        ids=_ids(tried),
    )


def _rank(check: Tested) -> int:
    """Failed conditions first, then those that are not known, those that hold, and those that do not matter."""
    order = {Result.NOT_MET: 0, Result.UNKNOWN: 1, Result.MET: 2}
    return order[check.evidence.result] if check.decides or check.evidence.result is Result.MET else 3


def _sentence(
    tried: TriedCode,
    verdict: Verdict,
    failed: Sequence[Tested],
    still_open: Sequence[Tested],
    number: int,
) -> str:
    moment = "now" if tried.attempt.at is None else clock(tried.moment, tried.about.zone)
    by = f" by {tried.attempt.customer}" if tried.attempt.customer else ""
    if verdict is Verdict.WOULD_PASS:
        return f"{tried.code} would pass {moment}{by}: all that it must meet is met."
    if verdict is Verdict.WOULD_BE_REFUSED:
        more = f", and for {counted(len(failed) - 1, 'more reason')}" if len(failed) > 1 else ""
        return f"{tried.code} would be refused {moment}{by}, because {failed[0].because}{more}."
    share = f"{len(still_open):,} of {counted(number, 'condition')}"
    return f"Whether {tried.code} would pass {moment}{by} is not known: {share} cannot be told."


def _not_known(checks: Sequence[Tested]) -> tuple[NotKnown, ...]:
    found = [check.tells for check in checks if check.evidence.result is Result.UNKNOWN and check.tells]
    return tuple(dict.fromkeys(found))


def _retry(tried: TriedCode, failed: Sequence[Tested], still_open: Sequence[Tested]) -> Retry:
    """When it would pass, or what must happen first; nothing is said of an attempt that is not refused."""
    if not failed:
        return Retry()
    if all(_waits(check) for check in failed):
        when = _next_moment(tried)
        helps = False if when is None else None if still_open else True
        return Retry(helps, when)
    conditions = dict.fromkeys(_condition(check) for check in failed if not _waits(check))
    if "" in conditions:
        return Retry(False)
    return Retry(False, condition=" and ".join(conditions))


def _waits(check: Tested) -> bool:
    """Whether time alone may make a failed condition hold."""
    return check.opens is not None or check.key in _BY_TIME


def _condition(check: Tested) -> str:
    meaning = _MEANINGS.get(check.key)
    return meaning.condition if meaning else ""


def _next_moment(tried: TriedCode) -> str | None:
    """The first moment at which nothing fails: from boundary to boundary, each the earliest that a condition allows."""
    at = max(tried.at, text_of(tried.about.now))
    for _ in range(_MOST_STEPS):
        failed = [check for check in checks_at(tried, at) if check.fails]
        if not failed:
            return at
        opens = [check.opens for check in failed]
        later = max((text for text in opens if text is not None), default=None)
        if None in opens or later is None or later <= at:
            return None
        at = later
    return None


def _links(tried: TriedCode) -> tuple[Ref, ...]:
    found = [Ref(VOUCHER, tried.voucher_id)] if tried.voucher_id else []
    found += [Ref(CAMPAIGN, tried.campaign_id)] if tried.campaign_id else []
    found += [Ref(CUSTOMER, tried.customer.id)] if tried.customer and tried.customer.id else []
    return tuple(found)


def _ids(tried: TriedCode) -> tuple[tuple[str, str], ...]:
    rules = [("rule", rule.id) for rule in tried.rules]
    customer = tried.customer.id if tried.customer else None
    named = (
        ("code", tried.code),
        ("voucher", tried.voucher_id),
        ("campaign", tried.campaign_id),
        ("customer", customer),
    )
    return (*((kind, value) for kind, value in named if value), *rules)
