"""Why something was refused, or what its refusals come to: one question for every kind of thing."""

import sqlite3

from store.explain.answer import Attempt, Explanation, NotKnown, Verdict
from store.explain.case import PUBLICATION, REDEMPTION, RefusedCase
from store.explain.cases import DELIVERY, EVENT, NotCached, case_of, has_failed
from store.explain.circumstances import Circumstances
from store.explain.latest import FAILURE_CODE, explain_code, explain_failure_code, explain_refusals_of
from store.explain.refused import explain_refusal, ids_of
from store.ref import CAMPAIGN, CUSTOMER, VOUCHER, Ref

_OF_MANY = frozenset({CUSTOMER, CAMPAIGN})
_TOLD_OF = frozenset({REDEMPTION, PUBLICATION, EVENT, DELIVERY})


def explain(connection: sqlite3.Connection, subject: Ref, attempt: Attempt, about: Circumstances) -> Explanation:
    """Why something was refused.

    Args:
        connection: a reader.
        subject: a redemption, publication, event, webhook delivery, `failure_code`, or a voucher, customer or campaign.
        attempt: what is assumed, where an attempt on a code is rehearsed.
        about: what surrounds the question.
    """
    if subject.kind in _TOLD_OF:
        return _told(connection, subject, about)
    if subject.kind == VOUCHER:
        return explain_code(connection, subject, attempt, about)
    if subject.kind == FAILURE_CODE:
        return explain_failure_code(connection, subject.id, about)
    if subject.kind in _OF_MANY:
        return explain_refusals_of(connection, subject, about)
    what = subject.kind.replace("_", " ")
    return Explanation(subject, Verdict.UNKNOWN, f"A {what} is nothing that could be refused.")


def _told(connection: sqlite3.Connection, subject: Ref, about: Circumstances) -> Explanation:
    try:
        case = case_of(connection, subject, about)
    except NotCached as missing:
        what = subject.kind.replace("_", " ")
        told = NotKnown(f"The {what} {subject.id} is not cached", str(missing))
        return Explanation(subject, Verdict.UNKNOWN, f"The {what} {subject.id} is not cached.", not_known=(told,))
    if case is None:
        sentence = f"The {subject.kind.replace('_', ' ')} {subject.id} tells of no attempt."
        return Explanation(subject, Verdict.UNKNOWN, sentence)
    return explain_refusal(case, subject) if has_failed(case) else _passed(case, subject)


def _passed(case: RefusedCase, subject: Ref) -> Explanation:
    sentence = f"The {case.act} {subject.id} was not refused: it succeeded at {case.when(case.at)}."
    return Explanation(subject, Verdict.WOULD_PASS, sentence, at=case.at, ids=ids_of(case))
