"""What happened, as the traffic notes it down: numbers and references, no text.

A default world is 150,000 records. Instants stay milliseconds, people stay numbers and codes stay objects until
a caller asks for a column of the table (`store.sandbox.world.columns`), which costs far less than a row of texts each.
Only ids that other notes name are text from the start, so that they exist once. Notes refer to earlier ones alone and
never in a circle, so the garbage collector need not walk them (`gc=False`).
"""

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from store.sandbox.world.plans import CampaignPlan, TierPlan

_LETTERS = str.maketrans("0123456789abcdef", "2345679ACDEFHKPX")


class Code(Struct, gc=False, eq=False):
    """A voucher: instants in milliseconds.

    `key` and `number` are what id and code are made of, `name` a code given by hand. `holder` is a person's number
    and `slot` the place among the codes on offer; -1 for none. `touched` is the last change, 0 for none.
    """

    key: int
    prefix: str
    number: int
    created: int
    ready: int
    balance: int
    total: int
    used: int = 0
    holder: int = -1
    touched: int = 0
    active: bool = True
    slot: int = -1
    name: str = ""
    _id: str = ""

    @property
    def id(self) -> str:
        """The API's id; one and the same text in every table."""
        if not self._id:
            self._id = f"v_{self.key:024x}"
        return self._id

    @property
    def code(self) -> str:
        """What customers type."""
        if not self.name:
            self.name = self.prefix + f"{self.number:010x}".translate(_LETTERS)
        return self.name


class Batch(NamedTuple):
    """The codes of one campaign."""

    plan: CampaignPlan
    codes: list[Code]


class OrderNote(Struct, gc=False):
    """A paid order. `source` numbers the shop's own id, -1 for none; `cause` is what it was placed with."""

    id: str
    ms: int
    source: int
    person: int
    amount: int
    discount: int
    cause: str


class RedemptionNote(Struct, gc=False):
    """A redemption, or a rollback when it `undoes` something.

    `amount` is credits or points and `discount` minor units, both negative on rollbacks. `parent` is the first row
    of a stack. A row without a plan is the head of a stack when it has an order, else a failure of an unknown code.
    """

    id: str
    ms: int
    plan: CampaignPlan | None
    tier: TierPlan | None
    code: Code | None
    person: int
    failure: str | None
    amount: int | None
    order: OrderNote | None
    discount: int
    channel: str
    reward: str | None
    undoes: "RedemptionNote | None" = None
    parent: "RedemptionNote | None" = None
    reason: str | None = None

    def undone(self, key: str, ms: int, reason: str | None) -> "RedemptionNote":
        """The rollback of this redemption (schema RedemptionRollback): the same with negative amounts."""
        return replace(
            self,
            id=key,
            ms=ms,
            amount=None if self.amount is None else -self.amount,
            discount=-self.discount,
            undoes=self,
            parent=None,
            reason=reason,
        )

    def refused_again(self, key: str, ms: int) -> "RedemptionNote":
        """A second, failed rollback of what this rollback undid."""
        return replace(self, id=key, ms=ms, failure="already_rolled_back", amount=None, order=None, discount=0)


class PublicationNote(Struct, gc=False):
    """A code handed to a customer, or the failure to when there is none; `key` is what the id is made of."""

    key: int
    ms: int
    plan: CampaignPlan
    code: Code | None
    person: int
    channel: str
    distribution: str


class TransactionNote(Struct, gc=False):
    """One change of a card's balance; a reason is given for changes by hand only."""

    id: str
    ms: int
    plan: CampaignPlan
    code: Code
    type: str
    amount: int
    balance: int
    total: int
    reason: str | None
    related: str | None
    order_id: str | None
    redemption_id: str | None
    rollback_id: str | None
    rule_id: str | None
    reward_id: str | None
    other: Code | None


class PendingNote(Struct, gc=False):
    """Points that wait until the day `due` (instant of its beginning)."""

    id: str
    ms: int
    plan: CampaignPlan
    code: Code
    person: int
    order_id: str
    points: int
    due: int
    rule_id: str


class BucketNote(Struct, gc=False):
    """Points of one card that expire together at the end of a day, given as text; None for never."""

    id: str
    ms: int
    plan: CampaignPlan
    code: Code
    points: int
    status: str
    expires_at: str | None


class HolderNote(Struct, gc=False):
    """A customer's part in a referral code."""

    id: str
    ms: int
    plan: CampaignPlan
    code: Code
    person: int
    role: str
