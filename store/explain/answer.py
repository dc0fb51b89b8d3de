"""The one form of an explanation: a verdict, a sentence, and the evidence for each condition that counted.

An evidence is about a condition that must hold for a redemption (or publication) to succeed: `met` says that it held,
`not_met` that it refused, `unknown` that the cache cannot tell. Nothing that is unknown is ever called met.
"""

from dataclasses import dataclass
from enum import StrEnum

from store.ref import Ref


class Verdict(StrEnum):
    """What the explanation concludes."""

    REFUSED = "refused"
    WOULD_PASS = "would_pass"  # noqa: S105 - a verdict
    WOULD_BE_REFUSED = "would_be_refused"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What kind of refusal it is, in the words people are shown."""

    RULE = "rule said no"
    MISSING = "something was missing"
    TIME = "out of its time"
    USED_UP = "used up"
    OFF = "switched off"
    TECHNICAL = "technical"
    NONE = ""
    """Nothing was refused, or the key is not a documented one."""


class Result(StrEnum):
    """Whether a condition held."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One condition and what is known of it. All texts may hold outside text.

    Attributes:
        claim: what must hold, in words ("the code is switched on", "order amount is at least €50.00").
        result: whether it held at the moment that is explained.
        then: the value at that moment, in words; "" where it is not known.
        now: the value now, in words; "" where it is not known or is no state of now.
        source: where the values come from ("code", "redemptions", "webhook", "API log", "journal", "rule 10 % off").
        as_of: UTC text of the reading that the source stems from; None where it is not known.
        note: what qualifies it, or why it is unknown, in a short sentence; "" for nothing.
    """

    claim: str
    result: Result
    then: str = ""
    now: str = ""
    source: str = ""
    as_of: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Whether trying again helps.

    Attributes:
        helps: None where that is not known.
        when: UTC text of the first moment at which it does; None where none is known, or none is needed.
        condition: what must happen first, in words ("the code is switched on again"); "" for nothing but time.
    """

    helps: bool | None = None
    when: str | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of what the explanation is about, after the moment that is explained; from the journal.

    Attributes:
        what: the thing and its field in words ("campaign end date").
        before, after: the values in words.
        seen_at: UTC text of the sync that saw it.
    """

    what: str
    before: str
    after: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Something that the cache cannot tell.

    Attributes:
        what: in a sentence.
        call: the request that would tell it ("GET /v1/vouchers/ABC"); "" where the API has none.
    """

    what: str
    call: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Conditions by their result."""

    met: int
    not_met: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something was refused, or whether it would pass, with the evidence.

    Attributes:
        subject: what is explained.
        verdict: the conclusion.
        sentence: who could not do what on what, because of what.
        failure_code: as received; "" where nothing was refused.
        shopper_message: what the shopper saw (`error.message`); "" where it is not known.
        kind: of refusal.
        at: UTC text of the moment that is explained.
        retry: whether trying again helps.
        who: who can change it ("shopper", "support", "campaign owner", "integration"); "" where nobody needs to.
        evidence: a line for every condition that applies, the failed ones first.
        context: what surrounds it, a sentence each (earlier attempts, other failures of that hour).
        changed_since: edits after that moment, the newest first.
        not_known: what the cache cannot tell.
        links: things the explanation names, to open.
        ids: names and ids for a ticket ("redemption", "rf_…").
        request_id: of the call that was refused; "" where it is not known.
    """

    subject: Ref
    verdict: Verdict
    sentence: str
    failure_code: str = ""
    shopper_message: str = ""
    kind: Kind = Kind.NONE
    at: str = ""
    retry: Retry = Retry()
    who: str = ""
    evidence: tuple[Evidence, ...] = ()
    context: tuple[str, ...] = ()
    changed_since: tuple[Change, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    links: tuple[Ref, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    request_id: str = ""

    @property
    def counts(self) -> Counts:
        """How many conditions held, did not hold, and cannot be told."""
        results = [one.result for one in self.evidence]
        return Counts(results.count(Result.MET), results.count(Result.NOT_MET), results.count(Result.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is assumed of an attempt that is rehearsed.

    Attributes:
        customer: id or source id of who redeems; None where nobody is named.
        order: the order's amount before discounts in minor units; None where there is no order.
        at: UTC text of the moment; None for now.
    """

    customer: str | None = None
    order: int | None = None
    at: str | None = None
