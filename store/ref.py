"""What a question or a screen is about: a kind of thing and its id."""

from msgspec import Struct

CAMPAIGN, CUSTOMER, VOUCHER, ORDER = "campaign", "customer", "voucher", "order"
SEARCH = "search"
"""The kind of a search, whose id is its text."""
TRIED = frozenset({CAMPAIGN, CUSTOMER, VOUCHER})
"""Kinds of things that are tried, again and again; of all others one attempt alone is explained."""
EXPLANATION = "explanation"
"""The kind of an explanation, whose id is `KIND:ID` of what is explained."""
AUDIT = "audit"
"""The kind of the audit of changes, which has no id."""
FAILURES = "failures"
"""The kind of the failures, whose id is the failure code to begin with, or empty."""


class Ref(Struct, frozen=True):
    """One thing of the project.

    Attributes:
        kind: a word in the singular ("campaign", "customer", "voucher", "redemption").
        id: its id.
    """

    kind: str
    id: str

    @classmethod
    def campaign(cls, campaign_id: str) -> "Ref":
        """A campaign."""
        return cls(CAMPAIGN, campaign_id)

    @property
    def explanation(self) -> "Ref":
        """Its explanation."""
        return Ref(EXPLANATION, f"{self.kind}:{self.id}")


Scope = Ref | None
"""Whose rows: those of one thing, or all of the project's where it is None."""
