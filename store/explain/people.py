"""Who tried: whether a customer was named, who holds the code, and what is known of them now."""

from collections.abc import Iterator

from store.domain.values import word
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, bare, result_of
from store.ref import CUSTOMER, Ref

_ANOTHER = Retry(False, condition="another customer redeems it")


def customer_named(case: RefusedCase) -> Iterator[Clue]:
    """The call named a customer: by the call itself, else by the row."""
    yield named(case, "customer", ("customer", "customer_id"), "a customer")


def named(case: RefusedCase, member: str, fields: tuple[str, ...], words: str) -> Clue:
    """The call carried something.

    Args:
        case: the attempt.
        member: of the request's body.
        fields: of the row that hold it.
        words: it in words.
    """
    claim = f"the call named {words}"
    retry = Retry(False, condition=f"the call names {words}")
    because = f"the call named no {bare(words)}"
    call = case.call
    if call is not None and call.has_request:
        there = call.request.get(member) not in (None, {}, "", [])
        then = words if there else "none"
        return Clue(claim, result_of(there), then, "", "API log", call.at, "", because if not there else "",
                       None if there else retry)  # fmt: skip
    stated = [name for name in fields if name in case.document]
    values = [case.document[name] for name in stated]
    kind = case.act
    if any(value not in (None, {}, "", []) for value in values):
        return Clue(claim, MET, words, "", kind)
    if not stated:
        note = "neither the row nor the API log says whether it did"
        return Clue(claim, UNKNOWN, source=kind, note=note, call="POST /v1/exports of api_log")
    note = "by the row; the call itself is not cached"
    return Clue(claim, NOT_MET, "none", "", kind, None, note, because, retry)


def is_holder(case: RefusedCase) -> Iterator[Clue]:
    """A loyalty card or a code with a holder is used by them."""
    holder = word(case.code.known("holder_id").now)
    if not case.code.is_cached or not holder:
        yield Clue("the customer holds the code", UNKNOWN, source="code", as_of=case.code.as_of,
                      note=case.code.lacks or "nobody is known to hold it", call=case.code.call)  # fmt: skip
        return
    known = case.code.known("holder_id")
    then = word(known.then)
    truth = case.customer_id == then if case.customer_id and not known.doubt else None
    yield Clue(
        "the customer holds the code", result_of(truth), f"held by {then or 'nobody'}", f"held by {holder}",
        "code", case.code.as_of, known.doubt or ("" if truth is not None else "nobody was named"),
        f"{then or 'nobody'} held the code" if truth is False else "", Retry(False, condition="its holder redeems it")
        if truth is False else None, case.code.call, (Ref(CUSTOMER, holder),),
    )  # fmt: skip


def holds_the_card(case: RefusedCase) -> Iterator[Clue]:
    """A loyalty card is used by its holder; other codes need no holder unless a rule says so."""
    if case.code.doc.get("type") == "LOYALTY_CARD":
        yield from is_holder(case)


def not_own_referral(case: RefusedCase) -> Iterator[Clue]:
    """A referral code is used by somebody else than its referrer; nothing of other codes."""
    if case.code.doc.get("is_referral_code") is True:
        yield referrer_is_another(case)


def refused_own_referral(case: RefusedCase) -> Iterator[Clue]:
    """The same where that is why the API refused."""
    yield referrer_is_another(case)


def referrer_is_another(case: RefusedCase) -> Clue:
    """Who holds the code against who tried."""
    claim = "somebody else than the referrer redeems"
    known = case.code.known("holder_id")
    holder = word(known.then)
    note = known.doubt or ("" if holder else "nobody is known to hold it")
    if not note and not case.customer_id:
        note = "the attempt names no customer"
    if note:
        return Clue(claim, UNKNOWN, source="code", as_of=case.code.as_of, note=note, call=case.code.call)
    own = holder == case.customer_id
    return Clue(
        claim, result_of(not own), f"referrer {holder}", "", "code", case.code.as_of, "",
        "the code is the customer's own referral code" if own else "", _ANOTHER if own else None,
        links=(Ref(CUSTOMER, holder),),
    )  # fmt: skip


def has_holder(case: RefusedCase) -> Iterator[Clue]:
    """A referral code was published to its referrer."""
    known = case.code.known("holder_id")
    holder = word(known.then)
    truth = None if known.doubt else bool(holder)
    yield Clue(
        "the code was published to a referrer", result_of(truth), "" if truth is None else holder or "nobody",
        word(known.now) or ("nobody" if case.code.is_cached else ""), "code", case.code.as_of, known.doubt,
        "the code was never published to a referrer" if truth is False else "",
        Retry(False, condition="the code is published to a customer") if truth is False else None, case.code.call,
    )  # fmt: skip


def customer_known(case: RefusedCase) -> Iterator[Clue]:
    """The customer exists."""
    claim = "the customer exists"
    if not case.customer_id:
        yield Clue(claim, UNKNOWN, source=case.act, note="the attempt names no customer")
        return
    row = case.connection.execute(
        "select created_at, missing_since from customers where id = ?", (case.customer_id,)
    ).fetchone()
    call = f"GET /v1/customers/{case.customer_id}"
    as_of = case.state("customers", campaign=True).as_of
    if row is None:
        yield Clue(claim, UNKNOWN, source="customer", as_of=as_of, note="the customer is not cached", call=call)
        return
    truth = None if row[1] else True
    now = f"gone since {case.when(row[1])}" if row[1] else "there"
    yield Clue(claim, result_of(truth), "there" if truth else "", now, "customer", as_of,
                  "" if truth else "when they were deleted is not known", call=call,
                  links=(Ref(CUSTOMER, case.customer_id),))  # fmt: skip
