"""What a look at the cache finds about one condition: the evidence, and what follows from it."""

from dataclasses import dataclass

from store.explain.answer import Evidence, Result, Retry
from store.ref import Ref

MET, NOT_MET, UNKNOWN = Result.MET, Result.NOT_MET, Result.UNKNOWN


@dataclass(frozen=True, slots=True)
class Clue:
    """One condition, what is known of it, and what follows. All texts may hold outside text.

    Attributes:
        claim, result, then, now, source, as_of, note: as `Evidence` has them.
        because: why this refused, as the end of a sentence; "" where it did not.
        retry: whether trying again helps, where this refused.
        call: the request that would tell what is unknown.
        links: what it names.
        place: of a rule's condition, the rule and where it stands there; two of them may say the same.
        looks_at: the vendor's name of what a condition of a rule looks at (`order.amount`); "" for anything else.
    """

    claim: str
    result: Result
    then: str = ""
    now: str = ""
    source: str = ""
    as_of: str | None = None
    note: str = ""
    because: str = ""
    retry: Retry | None = None
    call: str = ""
    links: tuple[Ref, ...] = ()
    looks_at: str = ""
    place: str = ""

    @property
    def evidence(self) -> Evidence:
        """The same as a line of an explanation."""
        return Evidence(self.claim, self.result, self.then, self.now, self.source, self.as_of, self.note)


def bare(words: str) -> str:
    """Words without their article: `order amount` of `an order amount`."""
    return words.removeprefix("an ").removeprefix("a ")


def result_of(truth: bool | None) -> Result:
    """A truth with three values as a result."""
    return UNKNOWN if truth is None else MET if truth else NOT_MET
