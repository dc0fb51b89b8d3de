"""Every movement of a gift or loyalty card with its balance worked out anew, and whether the two agree.

Gift cards count minor units, loyalty cards points. A movement's own `balance` is the API's figure after it;
`recomputed` is the sum of the movements up to and including it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from store.domain.movements import in_points
from store.models import Freshness, Unit
from store.queries.freshness import data_state
from store.ref import VOUCHER, Ref

TAKEN = frozenset((
    "CREDITS_REDEMPTION", "CREDITS_REFUND", "CREDITS_REMOVAL", "POINTS_REDEMPTION", "POINTS_REFUND", "POINTS_REMOVAL",
    "POINTS_EXPIRATION", "POINTS_TRANSFER_OUT",
))  # fmt: skip
"""Movements that are no part of what a card was ever given (API §11.14)."""
_CARDS = ("GIFT_VOUCHER", "LOYALTY_CARD")


@dataclass(frozen=True, slots=True)
class CardMovement:
    """One movement.

    Attributes:
        id, type: as the API has them.
        at: when (UTC text).
        change: signed; None where the record has no usable amount.
        balance: the API's figure after it; None where it states none.
        recomputed: what the movements come to; None from one without a usable amount on.
        reason: why, where that was given.
    """

    id: str
    at: str
    type: str
    change: int | None
    balance: int | None
    recomputed: int | None = None
    reason: str | None = None

    @property
    def agrees(self) -> bool | None:
        """Whether the API's balance is what the movements come to; None where one of them is not known."""
        if self.balance is None or self.recomputed is None:
            return None
        return self.balance == self.recomputed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Points of a card that come or go on a day: how many, the day as the API names it, and in what state."""

    points: int | None
    day: str | None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class CardLedger:
    """A card's movements and what they come to.

    Attributes:
        id, code, campaign: of the card.
        unit: minor units or points; None where unknown.
        movements: the oldest first.
        balance: what the card holds by its own record; None where it does not say.
        adds_up: whether the movements lead to it without a gap; None where that is unknown.
        first_gap: the first movement from which on they do not.
        note: why it is unknown, or what does not agree, in a sentence; "" when all does.
        state: of the list of movements.
        pending, expiring: points that wait for their day, and that go on one.
    """

    id: str
    code: str
    campaign: str | None
    unit: Unit | None
    movements: tuple[CardMovement, ...] = ()
    balance: int | None = None
    adds_up: bool | None = None
    first_gap: str | None = None
    note: str = ""
    state: Freshness = field(default_factory=Freshness)
    pending: tuple[Waiting, ...] = ()
    expiring: tuple[Waiting, ...] = ()

    @property
    def opening(self) -> int | None:
        """Its balance before its first movement; None where that is unknown."""
        first = next(iter(self.movements), None)
        return None if first is None or first.recomputed is None else first.recomputed - (first.change or 0)


def cards_of(connection: sqlite3.Connection, customer_id: str) -> list[str]:
    """Ids of the gift and loyalty cards a customer holds, the oldest first."""
    query = "select id from vouchers where holder_id = ? and type in (?, ?) order by created_at, id"
    return [row[0] for row in connection.execute(query, (customer_id, *_CARDS))]


def cards_called(connection: sqlite3.Connection, wanted: str) -> list[str]:
    """Ids of the codes that have this id, or else this code exactly."""
    for column in ("id", "code"):
        rows = connection.execute(f"select id from vouchers where {column} = ? order by id", (wanted,)).fetchall()
        if rows:
            return [row[0] for row in rows]
    return []


def card_ledger(connection: sqlite3.Connection, voucher_id: str) -> CardLedger:
    """The ledger of one card; one that is not cached has no code and no balance."""
    row = connection.execute(
        "select coalesce(code, id), campaign, type, amount, balance from vouchers where id = ?", (voucher_id,)
    ).fetchone()
    code, campaign, kind, given, balance = row or (voucher_id, None, None, None, None)
    movements = recomputed(_movements(connection, voucher_id))
    ledger = CardLedger(
        voucher_id, code, campaign, _unit(kind, movements), tuple(movements), balance,
        state=data_state(connection, "transactions", Ref(VOUCHER, voucher_id)),
        pending=_waiting(connection, "pending_points", "points, activates_at, null", voucher_id),
        expiring=_waiting(connection, "points_expiration", "points, expires_at, status", voucher_id),
    )  # fmt: skip
    cards = data_state(connection, "vouchers", Ref(VOUCHER, voucher_id))
    return _judged(ledger, given, cards)


def _movements(connection: sqlite3.Connection, voucher_id: str) -> Iterator[CardMovement]:
    query = (
        "select id, coalesce(created_at, ''), coalesce(type, ''), amount, balance, reason from transactions"
        " where voucher_id = ? order by created_at, id"
    )
    for identity, at, kind, change, balance, reason in connection.execute(query, (voucher_id,)):
        yield CardMovement(identity, at, kind, change, balance, reason=reason)


def _waiting(connection: sqlite3.Connection, table: str, columns: str, voucher_id: str) -> tuple[Waiting, ...]:
    query = f"select {columns} from {table} where voucher_id = ? and missing_since is null order by 2, id"
    return tuple(Waiting(*row) for row in connection.execute(query, (voucher_id,)))


def _unit(kind: str | None, movements: Sequence[CardMovement]) -> Unit | None:
    if kind in _CARDS:
        return Unit.MINOR if kind == "GIFT_VOUCHER" else Unit.POINTS
    units = {in_points(one.type) for one in movements}
    return Unit.POINTS if units == {True} else Unit.MINOR if units == {False} else None


def recomputed(movements: Iterable[CardMovement]) -> list[CardMovement]:
    """Movements with their balances worked out from the first one's on.

    Those of one instant come in the order in which each leads to the next one's balance, where there is one.
    """
    found: list[CardMovement] = []
    balance: int | None = None
    for _, together in groupby(movements, key=lambda one: one.at):
        left = list(together)
        while left:
            one = next((other for other in left if balance is not None and _leads_from(other, balance)), left[0])
            left.remove(one)
            if not found and one.balance is not None and one.change is not None:
                balance = one.balance - one.change
            balance = None if balance is None or one.change is None else balance + one.change
            found.append(replace(one, recomputed=balance))
    return found


def _leads_from(one: CardMovement, balance: int) -> bool:
    return one.change is not None and one.balance is not None and balance + one.change == one.balance


def _judged(ledger: CardLedger, given: int | None, cards: Freshness) -> CardLedger:
    """The ledger with its verdict.

    Args:
        ledger: movements recomputed.
        given: all the card was ever given by its own record; None where that does not say.
        cards: how old the card's record is.
    """
    movements = ledger.movements
    if not ledger.state.complete:
        return replace(ledger, note="not all movements are cached")
    gap = next((one for one in movements if one.agrees is False), None)
    gap = gap or _wrong_opening(ledger, given)
    if gap is not None:
        note = f"from {gap.id} on the balances are not what the movements come to"
        return replace(ledger, adds_up=False, first_gap=gap.id, note=note)
    if note := _doubt(ledger, cards):
        return replace(ledger, note=note)
    last = movements[-1].recomputed if movements else given
    if last == ledger.balance:
        return replace(ledger, adds_up=True)
    return replace(ledger, adds_up=False, note="the movements agree with one another, but not with the card's balance")


def _wrong_opening(ledger: CardLedger, given: int | None) -> CardMovement | None:
    """The first movement, where the balance before it is impossible: less than nothing, or not what it was given."""
    first, opening = next(iter(ledger.movements), None), ledger.opening
    if first is None or opening is None or any(one.change is None for one in ledger.movements):
        return None
    added = sum(one.change or 0 for one in ledger.movements if one.type not in TAKEN)
    return first if opening < 0 or (given is not None and opening != given - added) else None


def _doubt(ledger: CardLedger, cards: Freshness) -> str:
    """Why it is unknown whether movements and balance agree; "" when it can."""
    if any(one.recomputed is None or one.balance is None for one in ledger.movements):
        return "a movement has no usable amount or balance"
    if ledger.balance is None:
        return "the card's balance is not known"
    newest = ledger.movements[-1].at if ledger.movements else ""
    if cards.as_of is None or cards.as_of < newest:
        return "the card was read before its newest movement"
    return ""
