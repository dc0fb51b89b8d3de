"""Which validation session may hold what was left of a code: a hint, since the API lists no locks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from store.domain.envelope import data_of
from store.domain.values import entries, inside, members, number, word
from store.explain.answer import Result, Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, Clue
from store.json_text import stored_object
from store.queries.reader import holds
from store.ref import CUSTOMER, Ref
from store.times import instant_of, shifted, text_of, utc_text

_USUAL = timedelta(days=7)
"""The default time to live of a validation session (schema Session)."""
_UNITS = {
    "DAYS": timedelta(days=1), "HOURS": timedelta(hours=1), "MINUTES": timedelta(minutes=1),
    "SECONDS": timedelta(seconds=1), "MILLISECONDS": timedelta(milliseconds=1),
}  # fmt: skip
_CLAIM = "no validation session holds the code"
_SUCCEEDED = ("customer.validation.succeeded", "validation.succeeded")


@dataclass(frozen=True, slots=True)
class LockSession:
    """One validation with a session.

    Attributes:
        key: of the session.
        at: when it was made (UTC text).
        customer: who validated; "" where that is not known.
        source: which trace tells of it.
        lives: its time to live; None where only the usual one is known.
    """

    key: str
    at: str
    customer: str
    source: str
    lives: timedelta | None = None

    @property
    def ends(self) -> str:
        """When it ends (UTC text)."""
        try:
            return text_of(instant_of(self.at) + (self.lives or _USUAL))
        except OverflowError:
            return text_of(instant_of(self.at) + _USUAL)


def locks_beside(case: RefusedCase, found: Clue) -> Iterator[Clue]:
    """Sessions that may hold what was left, and that there may be some; nothing where nothing was left."""
    if found.result is NOT_MET:
        return
    yield from (one for one in locks(case) if found.result is MET or one.because)


def locks(case: RefusedCase) -> Iterator[Clue]:
    """A clue for each session that may hold the code; one that there may be some where none is known."""
    found = held_by(case)
    if not found:
        note = "the API lists no locks, and no session is cached"
        yield Clue(
            _CLAIM, Result.UNKNOWN, source="customer activity", note=note,
            call="GET /v1/customers/{id}/activity?type=customer.validation.succeeded",
        )  # fmt: skip
    for one in found:
        yield _held(case, one)


def _held(case: RefusedCase, one: LockSession) -> Clue:
    release = f"DELETE {_release_path(case, one.key)}"
    ends, over = case.when(one.ends), one.ends <= text_of(case.about.now)
    by = "by its own time to live" if one.lives else "by the usual 7 days"
    return Clue(
        _CLAIM, Result.UNKNOWN, f"session {one.key} since {case.when(one.at)}", "over" if over else f"until {ends}",
        one.source, one.at, f"a hint: session {one.key} may hold it until {ends} {by}; {release} releases it",
        f"session {one.key} may hold the rest until {ends}",
        Retry(True) if over else Retry(True, one.ends, f"or {release} releases the session"), release,
        (Ref(CUSTOMER, one.customer),) if one.customer else (),
    )  # fmt: skip


def _release_path(case: RefusedCase, key: str) -> str:
    return f"/v1/vouchers/{quote(case.code.name, safe='')}/sessions/{quote(key, safe='')}"


def held_by(case: RefusedCase) -> list[LockSession]:
    """Sessions on the code of the week before that had not ended by time, redemption or release; the newest first."""
    since = shifted(case.at, -int(_USUAL.total_seconds()) * 1000)
    told = [*_from_calls(case, since), *_from_webhooks(case, since), *_from_activity(case, since)]
    newest: dict[str, LockSession] = {}
    for one in told:
        # The call says more than an event of the same session: it comes first.
        newest.setdefault(one.key, one)
    alive = [one for one in newest.values() if one.ends > case.at and not _has_ended(case, one)]
    return sorted(alive, key=lambda one: one.at, reverse=True)


def _names_it(case: RefusedCase, redeemables: Any) -> bool:
    wanted = {case.voucher_id, case.code.name, case.tier_id} - {""}
    return bool({word(inside(one, "id")) for one in entries(redeemables)} & wanted)


def _of_validation(
    case: RefusedCase, data: Mapping[str, Any], at: str, customer: str, source: str
) -> Iterator[LockSession]:
    key = word(inside(data, "validation", "session_id"))
    if key and _names_it(case, inside(data, "validation", "redeemables")):
        yield LockSession(key, utc_text(at) or at, customer, source)


def _from_activity(case: RefusedCase, since: str) -> Iterator[LockSession]:
    rows = case.connection.execute(
        "select a.created_at, a.customer_id, r.json from customer_activity a"
        " join customer_activity_raw r on r.id = a.id"
        " where a.type = ? and a.created_at >= ? and a.created_at <= ? and instr(r.json, 'session_id') > 0",
        (_SUCCEEDED[0], since, case.at),
    )
    for at, customer, text in rows:
        data = members(inside(stored_object(text), "data", "data"))
        yield from _of_validation(case, data, at, customer or "", "customer activity")


def _from_webhooks(case: RefusedCase, since: str) -> Iterator[LockSession]:
    if not holds(case.connection, "webhook_deliveries"):
        return
    rows = case.connection.execute(
        "select d.created_at, d.customer_id, r.json from webhook_deliveries d"
        " join webhook_deliveries_raw r on r.id = d.id"
        " where d.type in (?, ?) and d.created_at >= ? and d.created_at <= ?",
        (*_SUCCEEDED, since, case.at),
    )
    for at, customer, text in rows:
        yield from _of_validation(case, data_of(stored_object(text)), at, customer or "", "webhook")


def _from_calls(case: RefusedCase, since: str) -> Iterator[LockSession]:
    """Validations in the API log: their requests state the time to live."""
    rows = case.connection.execute(
        "select l.created_at, r.json from api_log l join api_log_raw r on r.id = l.id where l.created_at >= ?"
        " and l.created_at <= ? and l.method = 'POST' and instr(coalesce(l.url, l.endpoint), 'valid') > 0",
        (since, case.at),
    )
    for at, text in rows:
        bodies = [_body(stored_object(text).get(f"{name}_body")) for name in ("response", "request")]
        session = next((known for body in bodies if (known := members(body.get("session")))), {})
        key = word(session.get("key"))
        if key and _names_it(case, bodies[0].get("redeemables")):
            stated = next((known for body in bodies if number((known := members(body.get("session"))).get("ttl"))), {})
            customer = word(inside(bodies[1], "customer", "id"))
            yield LockSession(key, utc_text(at) or at, customer, "API log", _lives(stated))


def _body(value: Any) -> Mapping[str, Any]:
    return stored_object(value) if isinstance(value, str) else members(value)


def _lives(session: Mapping[str, Any]) -> timedelta | None:
    unit, size = _UNITS.get(word(session.get("ttl_unit"))), number(session.get("ttl"))
    try:
        return None if unit is None or size is None or size < 0 else unit * size
    except OverflowError:
        return None


def _has_ended(case: RefusedCase, one: LockSession) -> bool:
    """Whether the customer redeemed the code after it, or a call released it."""
    redeemed = case.connection.execute(
        "select 1 from redemptions where voucher_id = ? and customer_id is ? and result = 'SUCCESS'"
        " and created_at >= ? and created_at <= ? limit 1",
        (case.voucher_id, one.customer or None, one.at, case.at),
    ).fetchone()
    released = case.connection.execute(
        "select 1 from api_log where method = 'DELETE' and status between 200 and 299 and created_at >= ?"
        " and created_at <= ? and instr(coalesce(url, endpoint), ?) > 0 limit 1",
        (one.at, case.at, _release_path(case, one.key)),
    ).fetchone()
    return redeemed is not None or released is not None
