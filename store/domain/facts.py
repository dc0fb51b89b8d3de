"""What is known of one attempt to redeem a code: the facts that conditions of validation rules are compared with.

Two things that must not be confused: a fact that is `None` is not known, and what is `ABSENT` is known not to be there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any, Final


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Known not to be there: a call without an order, a code without a holder."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of the order; members that are `None` are not known.

    Attributes:
        amount: before discounts, minor units (`order.amount`).
        initial_amount: before any discount of an earlier call, minor units (`order.initial_amount`).
        items: its lines as received (schema OrderItem).
        metadata: as received; empty where it is known to have none.
    """

    amount: int | None = None
    initial_amount: int | None = None
    items: Sequence[Any] | None = None
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of the customer; members that are `None` are not known.

    Attributes:
        id: the API's id.
        metadata: as received; empty where they are known to have none.
        segments: ids of every segment they are in now.
        tiers: ids of every loyalty tier they are in now.
    """

    id: str | None = None
    metadata: Mapping[str, Any] | None = None
    segments: frozenset[str] | None = None
    tiers: frozenset[str] | None = None


_NO_COUNTS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an attempt; members that are `None` are not known.

    Attributes:
        order: `ABSENT` where the call has none.
        customer: `ABSENT` where the call names none.
        holder: id of the customer who holds the code, `ABSENT` where nobody does.
        redemption_metadata: the metadata of the call; empty where it has none.
        moment: the aware instant of the attempt.
        zone: the project's time zone.
        used: what is used of a limit before this attempt, by the name of its condition
            (`redemption.count.per_customer`): a count or minor units, as `store.domain.limit_names` says.
        used_at_least: the same where only a lower bound is known.
        used_at_most: the same where, beside a lower bound, an upper one is known.
        discount: what this redemption takes off, minor units, for limits on discounts.
        gift: what this redemption takes from a gift card, minor units.
    """

    order: OrderFacts | Absent | None = None
    customer: CustomerFacts | Absent | None = None
    holder: str | Absent | None = None
    redemption_metadata: Mapping[str, Any] | None = None
    moment: datetime | None = None
    zone: tzinfo | None = None
    used: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    used_at_least: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    used_at_most: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    discount: int | None = None
    gift: int | None = None
