"""Refusals of a customer, campaign or code as a whole, and what a failure code means."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from store.explain.answer import Attempt, Explanation, NotKnown, Verdict
from store.explain.case import REDEMPTION
from store.explain.cases import case_of
from store.explain.catalogue import CATALOGUE, failure_for
from store.explain.circumstances import Circumstances
from store.explain.refused import explain_refusal
from store.explain.rehearsal import rehearse
from store.queries.freshness import data_state
from store.ref import CAMPAIGN, CUSTOMER, Ref, Scope
from store.times import text_of
from store.words import counted

FAILURE_CODE = "failure_code"
_COLUMNS = {CUSTOMER: "customer_id", CAMPAIGN: "campaign_id"}
_LATELY = timedelta(days=30)
_UNDATED = "an unknown time"
_CAMPAIGNS, _EXAMPLES = 3, 3
_REFUSED = "r.failure_code is not null and r.object is not 'redemption_rollback' and r.is_parent is not 1"
_FAILED = f"r.result = 'FAILURE' and {_REFUSED}"
"""The same of all campaigns: the result has SQLite take the index over refusals."""


def explain_refusals_of(connection: sqlite3.Connection, subject: Ref, about: Circumstances) -> Explanation:
    """The refusals of a customer or campaign: how many of each, and the latest explained."""
    column = _COLUMNS[subject.kind]
    rows = connection.execute(
        f"select r.failure_code, count(*) from redemptions r where r.{column} = ? and {_REFUSED}"
        " group by 1 order by 2 desc, 1",
        (subject.id,),
    ).fetchall()
    kind, partial = subject.kind, _partial(connection, subject)
    if not rows:
        sentence = f"No refused redemption of this {kind} is cached."
        return Explanation(subject, Verdict.UNKNOWN, sentence, at=text_of(about.now), not_known=partial)
    latest = connection.execute(
        f"select r.id from redemptions r where r.{column} = ? and {_REFUSED}"
        " order by r.created_at desc, r.id desc limit 1",
        (subject.id,),
    ).fetchone()[0]
    case = case_of(connection, Ref(REDEMPTION, latest), about)
    if case is None:
        raise ValueError("a redemption is an attempt")
    told = explain_refusal(case, subject)
    total = f"{'at least ' if partial else ''}{counted(sum(row[1] for row in rows), 'refusal')}"
    codes = ", ".join(f"{code} {number:,}" for code, number in rows)
    said = f"This {kind} had {total} in all: {codes}. The latest one is explained here."
    links = tuple(dict.fromkeys((Ref(REDEMPTION, latest), *told.links)))
    return replace(told, context=(said, *told.context), not_known=(*told.not_known, *partial), links=links)


def explain_code(connection: sqlite3.Connection, subject: Ref, attempt: Attempt, about: Circumstances) -> Explanation:
    """Whether a code would pass, and what it was refused for before."""
    told = rehearse(connection, subject, attempt, about)
    found = connection.execute(
        f"select r.id, r.failure_code, r.created_at from redemptions r where r.voucher_id = ? and {_REFUSED}"
        " order by r.created_at desc, r.id desc limit 1",
        (told.subject.id,),
    ).fetchone()
    if found is None:
        return told
    identity, key, at = found
    when = about.when(at) or _UNDATED
    said = f"Its latest refusal is {identity} at {when}: {key}."
    return replace(told, context=(*told.context, said), links=(*told.links, Ref(REDEMPTION, identity)))


def explain_failure_code(connection: sqlite3.Connection, key: str, about: Circumstances) -> Explanation:
    """What a failure code means, how often it was met in the last 30 days, where, and examples."""
    failure = failure_for(key, "")
    since = text_of(about.now - _LATELY)
    where = connection.execute(
        "select coalesce(r.campaign_id, ''), coalesce(c.name, r.campaign, ''), count(*) from redemptions r"
        f" left join campaigns c on c.id = r.campaign_id where r.failure_code = ? and r.created_at >= ? and {_FAILED}"
        " group by 1 order by 3 desc, 1",
        (key, since),
    ).fetchall()
    examples = connection.execute(
        f"select r.id, r.created_at from redemptions r where r.failure_code = ? and {_FAILED}"
        " order by r.created_at desc, r.id desc limit ?",
        (key, _EXAMPLES),
    ).fetchall()
    partial = _partial(connection, None)
    links = [Ref(REDEMPTION, identity) for identity, _ in examples]
    links += [Ref.campaign(identity) for identity, _, _ in where[:_CAMPAIGNS] if identity]
    known = key in CATALOGUE
    sentence = f"“{key}” means that {failure.meaning}." if known else f"“{key}” is not a documented key."
    return Explanation(
        Ref(FAILURE_CODE, key), Verdict.REFUSED if known or examples else Verdict.UNKNOWN, sentence, key, "",
        failure.kind, text_of(about.now), failure.retry, failure.who,
        context=tuple(_lately(where, examples, about, at_least=bool(partial))), not_known=partial, links=tuple(links),
    )  # fmt: skip


def _lately(
    where: Sequence[tuple[str, str, int]], examples: Sequence[tuple[str, str]], about: Circumstances, *, at_least: bool
) -> list[str]:
    total = sum(row[2] for row in where)
    if not examples:
        return ["No attempt that was refused with it is cached."]
    least = "at least " if at_least and total else ""
    told = [f"In the last 30 days {least}{counted(total, 'attempt')} were refused with it."]
    for _, name, number in where[:_CAMPAIGNS]:
        told.append(f"{name or 'without a campaign'}: {number:,}")
    times = ", ".join(f"{one} at {about.when(at) or _UNDATED}" for one, at in examples)
    return [*told, f"Examples: {times}."]


def _partial(connection: sqlite3.Connection, subject: Scope) -> tuple[NotKnown, ...]:
    """That further refusals may exist; nothing where all are cached."""
    scope = subject if subject is not None and subject.kind != CUSTOMER else None
    state = data_state(connection, "redemptions", scope)
    if state.complete:
        return ()
    return (NotKnown(f"Whether there are further refusals: the redemptions are {state.why}", "GET /v1/redemptions"),)
