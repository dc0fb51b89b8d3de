"""What a gift or loyalty card held before the attempt, by its movements, against what was asked of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from store import words as fmt
from store.domain.redemption import AmountKind, redemption_facts
from store.domain.values import inside, number
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue
from store.explain.locks import locks_beside
from store.models import Unit
from store.queries.card_ledger import CardLedger, card_ledger
from store.times import text_of

_UNSAID = "the row does not say how much was asked"
_CARDS = ("GIFT_VOUCHER", "LOYALTY_CARD")


@dataclass(frozen=True, slots=True)
class AskedOfCard:
    """What an attempt asked of a card: minor units or points, or at least so many; None where nothing says it."""

    amount: int | None
    note: str = ""
    is_least: bool = False


def balance_covers(case: RefusedCase) -> Iterator[Clue]:
    """A card held enough; nothing of a code that is no card."""
    if case.code.doc.get("type") in _CARDS:
        yield _balance(case)


def balance_or_locked(case: RefusedCase) -> Iterator[Clue]:
    """The same where that is why the API refused, with points that wait, and the session that may hold credit."""
    found = _balance(case)
    yield found
    yield from locks_beside(case, found)


def _balance(case: RefusedCase) -> Clue:
    claim = "the card held what was asked of it"
    ledger = card_ledger(case.connection, case.voucher_id)
    call = f"GET /v1/vouchers/{case.code.name}/transactions" if case.code.name else ""
    doubt = case.doubt(ledger.state, "movements")
    before = _before(ledger, case)
    asked = _asked(case, ledger.unit)

    def words(amount: int | None) -> str:
        return fmt.points(amount) if ledger.unit is Unit.POINTS else case.money(amount)

    if before is None or doubt:
        note = doubt or ledger.note or "the balance before it is not known"
        then = "" if before is None else f"{words(before)} after the last movement that is cached"
        now = words(ledger.balance) if ledger.balance is not None else ""
        return Clue(claim, UNKNOWN, then, now, "movements", ledger.state.as_of, note, call=call)
    least = "at least " if asked.is_least else ""
    then = f"held {words(before)}" + (f", asked {least}{words(asked.amount)}" if asked.amount is not None else "")
    now = f"holds {words(ledger.balance)}" if ledger.balance is not None else ""
    if asked.amount is None or (asked.is_least and asked.amount <= before):
        return Clue(claim, UNKNOWN, then, now, "movements", ledger.state.as_of, asked.note, call=call)
    result = MET if asked.amount <= before else NOT_MET
    because = f"it asked {least}{words(asked.amount)} of a card that held {words(before)}" if result is NOT_MET else ""
    notes = (asked.note, _waiting(case, ledger))
    retry = None
    if result is NOT_MET:
        enough = ledger.balance is not None and ledger.balance >= asked.amount
        left = ledger.balance if ledger.balance is not None else before
        less = f"at most {words(left)} is asked, or the card is topped up" if left > 0 else "the card is topped up"
        retry = Retry(True) if enough else Retry(False, condition=less)
    return Clue(
        claim, result, then, now, "movements", ledger.state.as_of, "; ".join(note for note in notes if note), because,
        retry, call,
    )  # fmt: skip


def _before(ledger: CardLedger, case: RefusedCase) -> int | None:
    """The balance right before the attempt; None where it is not known."""
    earlier = [one for one in ledger.movements if one.at and one.at < case.at]
    if earlier:
        return earlier[-1].balance if earlier[-1].balance is not None else earlier[-1].recomputed
    if ledger.movements:
        return ledger.opening
    # A card without movements holds what it held before.
    return None if case.doubt(case.state("vouchers"), "codes") else ledger.balance


def _asked(case: RefusedCase, unit: Unit | None) -> AskedOfCard:
    facts = redemption_facts({**case.document, "result": "SUCCESS", "status": "SUCCEEDED"})
    if facts.amount is not None and facts.amount_kind is not AmountKind.NONE:
        return AskedOfCard(abs(facts.amount))
    request = case.call.request if case.call else {}
    redeemables = request.get("redeemables")
    first = redeemables[0] if isinstance(redeemables, list) and redeemables else {}
    for source in (first, request):
        for path in (("gift", "credits"), ("reward", "points")):
            known = number(inside(source, *path))
            if known is not None:
                return AskedOfCard(known)
    if unit is Unit.POINTS:
        return _cheapest(case)
    if unit is Unit.MINOR and case.order_amount is not None:
        return AskedOfCard(case.order_amount, "the row does not say how much was asked: taken to be the order's amount")
    return AskedOfCard(None, _UNSAID)


def _cheapest(case: RefusedCase) -> AskedOfCard:
    """What the cheapest reward of the campaign costs now: less cannot have been asked for a reward."""
    row = case.connection.execute(
        "select min(points) from reward_assignments where campaign_id = ? and missing_since is null",
        (case.campaign_id,),
    ).fetchone()
    if row[0] is None:
        return AskedOfCard(None, _UNSAID)
    return AskedOfCard(row[0], f"{_UNSAID}: its cheapest reward costs {fmt.points(row[0])}", is_least=True)


def _waiting(case: RefusedCase, ledger: CardLedger) -> str:
    """Points that cannot be spent yet, or that run out on the day."""
    pending = [one for one in ledger.pending if one.points]
    if pending:
        total = sum(one.points or 0 for one in pending)
        return f"{fmt.points(total)} wait and cannot be spent yet"
    today = text_of(case.moment)[:10]
    if any(one.day and one.day[:10] == today for one in ledger.expiring):
        return "points ran out on that day"
    return ""
