"""An explanation for others: the paragraph for a ticket, and the JSON form that programs read."""

from collections.abc import Callable, Iterator
from typing import Any

from store import words as fmt
from store.days import parse_instant
from store.explain.answer import Change, Evidence, Explanation, Result, Retry, Verdict
from store.explain.circumstances import Circumstances
from store.times import utc_text

FORMAT = 1
_SIGNS = {Result.MET: "✓", Result.NOT_MET: "✕", Result.UNKNOWN: "?"}
_MOST = 6
"""Lines of evidence and of changes in a paragraph."""

Hide = Callable[[str], str]


def as_is(text: str) -> str:
    """Hides nothing."""
    return text


def age_words(as_of: str | None, about: Circumstances) -> str:
    """How old a reading is; "" where that is not known."""
    known = utc_text(as_of)
    return fmt.age(parse_instant(known), about.now) if known else ""


def retry_words(retry: Retry, about: Circumstances) -> str:
    """Whether trying again helps, in a few words."""
    if retry.helps is None and not retry.condition:
        return "whether a retry helps is not known"
    if retry.helps is False:
        return f"a retry does not help{f' unless {retry.condition}' if retry.condition else ''}"
    helps = "a retry may help" if retry.helps is None else "a retry helps"
    when = f" from {about.when(retry.when, named=True)}" if retry.when else ""
    return f"{helps}{when}{f', {retry.condition}' if retry.condition else ''}"


def counts_words(told: Explanation) -> str:
    """`4 conditions met, 1 not met, 2 unknown`."""
    counts = told.counts
    return f"{fmt.counted(counts.met, 'condition')} met, {counts.not_met:,} not met, {counts.unknown:,} unknown"


def evidence_words(one: Evidence, about: Circumstances) -> str:
    """A line of evidence: sign, claim, value then and now, source and age."""
    values = " → ".join(dict.fromkeys(value for value in (one.then, one.now) if value))
    if one.now and not one.then:
        values = f"now {one.now}"
    source = ", ".join(part for part in (one.source, age_words(one.as_of, about)) if part)
    parts = (f"{_SIGNS[one.result]} {one.claim}", f": {values}" if values else "", f" ({source})" if source else "",
             f"; {one.note}" if one.note and one.result is not Result.MET else "")  # fmt: skip
    return "".join(parts)


def ticket_paragraph(told: Explanation, about: Circumstances, hide: Hide = as_is) -> str:
    """The explanation as plain text of a few lines, for a ticket.

    Args:
        told: what was found.
        about: how times are worded.
        hide: masks personal data in a text.
    """
    return "\n".join(hide(line) for line in _lines(told, about))


def _lines(told: Explanation, about: Circumstances) -> Iterator[str]:
    yield told.sentence
    if told.shopper_message:
        yield f"The shopper saw: “{told.shopper_message}”"
    yield from _head(told, about)
    if told.evidence:
        yield f"Evidence: {counts_words(told)}."
    open_ones = [one for one in told.evidence if one.result is not Result.MET]
    yield from (evidence_words(one, about) for one in open_ones[:_MOST])
    if len(open_ones) > _MOST:
        yield f"and {len(open_ones) - _MOST:,} more."
    yield from (f"Changed since: {change_words(one, about)}" for one in told.changed_since[:_MOST])
    named = [*told.ids, *([("request_id", told.request_id)] if told.request_id else [])]
    if named:
        yield " · ".join(f"{name} {identity}" for name, identity in named)


def _head(told: Explanation, about: Circumstances) -> Iterator[str]:
    if told.verdict is Verdict.WOULD_PASS:
        return
    retry = retry_words(told.retry, about) if told.failure_code or told.retry != Retry() else ""
    parts = (told.failure_code, str(told.kind), retry, f"{told.who} can change it" if told.who else "")
    text = " · ".join(part for part in parts if part)
    if text:
        yield text


def change_words(one: Change, about: Circumstances) -> str:
    """A change in a line."""
    seen = about.when(one.seen_at, named=True)
    return f"{one.what}: {one.before or 'nothing'} → {one.after or 'nothing'} (seen {seen})"


def as_document(told: Explanation, about: Circumstances, hide: Hide = as_is) -> dict[str, Any]:
    """The JSON form. Arguments as above; instants are UTC."""
    counts = told.counts
    document = {
        "format": FORMAT,
        "subject": {"kind": told.subject.kind, "id": told.subject.id},
        "verdict": told.verdict.value,
        "failure_code": told.failure_code or None,
        "sentence": told.sentence,
        "shopper_message": told.shopper_message or None,
        "kind": told.kind.value or None,
        "retry": {"helps": told.retry.helps, "when": told.retry.when},
        "who": told.who or None,
        "evidence": [
            {"claim": one.claim, "then": one.then or None, "now": one.now or None, "source": one.source or None,
             "as_of": one.as_of, "result": one.result.value}
            for one in told.evidence
        ],
        "counts": {"met": counts.met, "not_met": counts.not_met, "unknown": counts.unknown},
        "changed_since": [
            {"what": one.what, "before": one.before or None, "after": one.after or None, "seen_at": one.seen_at}
            for one in told.changed_since
        ],
        "not_known": [{"what": one.what, "call": one.call or None} for one in told.not_known],
        "request_id": told.request_id or None,
        "paste": "\n".join(_lines(told, about)),
    }  # fmt: skip
    return {name: _hidden(value, hide) for name, value in document.items()}


def _hidden(value: Any, hide: Hide) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, list):
        return [_hidden(one, hide) for one in value]
    return {name: _hidden(one, hide) for name, one in value.items()} if isinstance(value, dict) else value
