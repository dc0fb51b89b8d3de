"""What a declaration of a failure says: the form every entry of the catalogue has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.explain.answer import Kind, Retry
from store.explain.case import RefusedCase
from store.explain.clue import Clue

Look = Callable[[RefusedCase], Iterator[Clue]]

SHOPPER, SUPPORT, OWNER, INTEGRATION = "shopper", "support", "campaign owner", "integration"
NOT_KNOWN = Retry()
NO = Retry(False)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One key of the API that says why something was refused.

    Attributes:
        key: as the API spells it.
        meaning: in words that follow "because".
        kind: of refusal.
        who: can change it; "" where nobody needs to.
        retry: whether trying again helps, where the evidence does not say it better.
        evidence: looks at what proves it, the strongest first.
        family: of rules that refuse with it (`customer`, `order`, `redemption`); "" where no rule does.
    """

    key: str
    meaning: str
    kind: Kind
    who: str = ""
    retry: Retry = NOT_KNOWN
    evidence: tuple[Look, ...] = ()
    family: str = ""


def once(condition: str) -> Retry:
    """Trying again does not help until something is changed."""
    return Retry(False, condition=condition)
