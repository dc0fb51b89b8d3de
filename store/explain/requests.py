"""What the call carried: an order, amounts, items, a reward; and what was malformed in it, by the API log."""

from collections.abc import Callable, Iterator

from store.domain.values import entries, inside, members, number
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, bare, result_of
from store.explain.people import named

Look = Callable[[RefusedCase], Iterator[Clue]]
_LOG = "POST /v1/exports of api_log"


def order_named(case: RefusedCase) -> Iterator[Clue]:
    """The call carried an order."""
    yield named(case, "order", ("order",), "an order")


def carries(words: str, *path: str) -> Look:
    """A look at whether the call carried something inside its body.

    Args:
        words: it in words, `an amount`.
        path: where it stands in the request, and in the row.
    """

    def look(case: RefusedCase) -> Iterator[Clue]:
        claim = f"the call carried {words}"
        retry = Retry(False, condition=f"the call carries {words}")
        call = case.call
        if call is not None and call.has_request:
            source, as_of, body, note = "API log", call.at, call.request, ""
        else:
            source, as_of, body, note = case.act, None, case.document, "by the row; the call itself is not cached"
        value = _within(body, path)
        if value not in (None, [], {}, ""):
            yield Clue(claim, MET, words, "", source, as_of)
        elif source == "API log" or path[0] in body:
            because = f"the call carried no {bare(words)}"
            yield Clue(claim, NOT_MET, "none", "", source, as_of, note, because, retry)
        else:
            yield Clue(claim, UNKNOWN, source=source, note="neither the row nor the API log says it", call=_LOG)

    return look


def _within(body: object, path: tuple[str, ...]) -> object:
    """The value at a path; of a list all entries must have it."""
    for place, name in enumerate(path):
        if isinstance(body, list):
            found = [_within(one, path[place:]) for one in body]
            return None if not found or any(one in (None, "") for one in found) else found
        body = members(body).get(name)
    return body


def as_sent(case: RefusedCase) -> Iterator[Clue]:
    """The request was well formed: only the API log has it, and the API's own answer says what was wrong."""
    claim = "the request was well formed"
    call = case.call
    if call is None or not call.has_request:
        yield Clue(claim, UNKNOWN, source="API log", note="the call is not cached", call=_LOG)
        return
    details = call.response.get("details") or call.response.get("message") or case.failure_message
    said = f"the API answered “{details}”" if details else "the API's answer does not say what was wrong"
    yield Clue(claim, NOT_MET, "", "", "API log", call.at, said, said, Retry(False, condition="the call is changed"))


def no_repeats(case: RefusedCase) -> Iterator[Clue]:
    """Nothing was asked for twice in one request."""
    claim = "each redeemable was named once"
    ids = [inside(one, "id") for one in entries(inside(case.call.request if case.call else {}, "redeemables"))]
    if not ids:
        yield Clue(claim, UNKNOWN, source="API log", note="the call is not cached", call=_LOG)
        return
    twice = sorted({str(one) for one in ids if ids.count(one) > 1})
    yield Clue(
        claim, result_of(not twice), ", ".join(map(str, ids)), "", "API log", case.call.at if case.call else None, "",
        f"{', '.join(twice)} was named twice" if twice else "",
        Retry(False, condition="each is named once") if twice else None,
    )  # fmt: skip


def two_identities(case: RefusedCase) -> Iterator[Clue]:
    """One source id a call: the API's message names both."""
    claim = "the call named one identity"
    said = case.failure_message
    if not said:
        yield Clue(claim, UNKNOWN, source=case.act, note="the message that names both is not cached", call=_LOG)
        return
    yield Clue(claim, NOT_MET, said, "", case.act, None, "", f"the API named both: {said}",
                  Retry(False, condition="the call names one identity"))  # fmt: skip


def alone(case: RefusedCase) -> Iterator[Clue]:
    """No other attempt on the code was made within seconds: a hint, since the API lists no locks."""
    claim = "no other call used the code at that moment"
    rows = case.connection.execute(
        "select id, created_at from redemptions where voucher_id = ?1 and id is not ?2"
        " and abs(julianday(created_at) - julianday(?3)) * 86400 <= 10 order by created_at limit 3",
        (case.voucher_id, case.id, case.at),
    ).fetchall()
    state = case.state("redemptions")
    retry = Retry(True)
    if rows:
        then = ", ".join(f"{one} at {case.when(at)}" for one, at in rows)
        because = f"another call used the code within 10 seconds ({rows[0][0]})"
        yield Clue(claim, NOT_MET, then, "", "redemptions", state.as_of, "a hint", because, retry)
    else:
        note = "no other attempt within 10 seconds is cached; a session may have held it"
        yield Clue(claim, UNKNOWN, source="redemptions", as_of=state.as_of, note=note, retry=retry, call=_LOG)


def order_total(case: RefusedCase) -> Iterator[Clue]:
    """What was to be paid by the card does not exceed the order."""
    claim = "the payment is at most the order's total"
    paid = number(case.document.get("amount"))
    total = number(inside(case.document, "order", "total_amount"))
    if paid is None or total is None:
        yield Clue(claim, UNKNOWN, source=case.act, note="the row does not state both amounts", call=_LOG)
        return
    passed = paid > total
    yield Clue(
        claim, result_of(not passed), f"{case.money(paid)} of {case.money(total)}", "", case.act, None, "",
        f"{case.money(paid)} was to be paid for an order of {case.money(total)}" if passed else "",
        Retry(False, condition="less is paid by the card") if passed else None,
    )  # fmt: skip
