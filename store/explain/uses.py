"""How often the code was used by then, and what was left."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from store.domain.values import inside, number
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue
from store.explain.locks import locks_beside
from store.words import at_least, counted

MADE = "r.result = 'SUCCESS' and r.object is not 'redemption_rollback' and r.is_parent is not 1"
"""SQL: a redemption `r` that succeeded, whether or not it was undone later; parents of stacks use no code."""


_UNDONE = "(r.status = 'ROLLED_BACK' or r.rolled_back_by is not null)"
"""SQL: a redemption `r` that was undone, whenever that was; few are, and only of these the rollback is looked for."""


def undone_before() -> str:
    """SQL: whether redemption `r` was rolled back before `:at`."""
    return (
        f"({_UNDONE} and exists (select 1 from redemptions b where b.undone_redemption_id = r.id"
        " and b.object = 'redemption_rollback' and b.result is not 'FAILURE' and b.created_at < :at))"
    )


_USED = f"""
select count(*), coalesce(sum({undone_before()}), 0),
    coalesce(sum({_UNDONE} and not exists (select 1 from redemptions b where b.undone_redemption_id = r.id)), 0)
from redemptions r where {{where}} and r.created_at < :at and r.created_at >= :since and {MADE}
"""


@dataclass(frozen=True, slots=True)
class Used:
    """Uses before a moment, net of what was rolled back by then.

    Attributes:
        made, undone: gross uses, and those of them that were rolled back by then.
        undated: uses that were rolled back, nobody knows when.
    """

    made: int
    undone: int
    undated: int

    @property
    def least(self) -> int:
        """What surely counted."""
        return self.made - self.undone - self.undated

    @property
    def most(self) -> int:
        """What counted at most, of the uses that are known."""
        return self.made - self.undone


def used_before(connection: sqlite3.Connection, where: str, at: str, since: str = "", **values: str) -> Used:
    """Count redemptions that stood at a moment.

    Args:
        connection: a reader.
        where: SQL that narrows redemptions `r`, over named values.
        at: the moment (UTC text), excluded.
        since: the first instant that counts.
        values: of `where`.
    """
    row = connection.execute(_USED.format(where=where), {"at": at, "since": since, **values}).fetchone()
    return Used(*row)


def uses_left(case: RefusedCase) -> Iterator[Clue]:
    """The code had a use left; nothing of a code without a limit."""
    if case.voucher_id and (case.code.known("redemption", "quantity").then is not None or not case.code.is_cached):
        yield _uses(case)


def uses_left_or_locked(case: RefusedCase) -> Iterator[Clue]:
    """The same where that is why the API refused, with the session that may hold what is left."""
    found = _uses(case)
    yield found
    yield from locks_beside(case, found)


def _uses(case: RefusedCase) -> Clue:
    code, claim = case.code, "the code has a use left"
    known = code.known("redemption", "quantity")
    limit = number(known.then)
    state = case.state("redemptions")
    if limit is None or known.doubt:
        note = known.doubt or "no limit of uses is cached"
        return Clue(claim, UNKNOWN, source="code", as_of=code.as_of, note=note, call=code.call)
    used = used_before(case.connection, "r.voucher_id = :code", case.at, code=case.voucher_id)
    doubt = case.doubt(state, "redemptions")
    now_used, now_limit = number(inside(code.doc, "redemption", "redeemed_quantity")), number(known.now)
    now = "" if now_used is None else f"{now_used:,} of {now_limit if now_limit is not None else 'any'} used"
    exact = not doubt and not used.undated
    text = f"{used.least:,}" if exact else at_least(f"{used.least:,}")
    then = f"{text} of {limit:,} used" + (f", {used.undone:,} rolled back" if used.undone else "")
    if used.least >= limit:
        result = NOT_MET
    elif not doubt and used.most < limit:
        result = MET
    else:
        result = UNKNOWN
    note = doubt or ("when some were rolled back is not known" if used.undated else "")
    because = f"it had been used {counted(used.least, 'time')} of {limit:,}" if result is NOT_MET else ""
    free = now_used is not None and now_limit is not None and now_used < now_limit
    retry = Retry(True) if free else Retry(False, condition="a use is rolled back or the limit is raised")
    return Clue(
        claim, result, then, now, "redemptions", state.as_of, note, because, retry if result is NOT_MET else None,
        f"GET /v1/vouchers/{quote(code.name, safe='')}/redemption" if code.name else "",
    )  # fmt: skip
