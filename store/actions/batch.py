"""One action on many records, one by one: it stops at the first surprise, and goes on by its name."""

import math
import secrets
from collections.abc import Callable, Container, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from store.actions.action import Action, Fate, NotOffered, ValueRefused, Values
from store.actions.audit import Audit
from store.actions.plan import Plan, make_plan
from store.actions.reading import path_of
from store.actions.running import SETTLED, ChangedMeanwhile, Outcome, Stopped, check, look_again, send
from store.actions.undoing import Attempt, plan_undo
from store.api.errors import ApiError, RateLimited
from store.times import instant_of

if TYPE_CHECKING:
    from store.api.client import ApiClient

CALLS = 3
"""Calls that a record takes: it is read, changed, and read once more. What was shown before was read for that, too."""
_TRIES = 3
"""How often a record is sent whose call the limit turned away: such a call was surely not done."""
_STOPPED = "The batch was stopped before."
_OF_ALL = (401, 402, 403, 408, 429)
"""Refusals that the next record would meet, too."""


class Allowance(Protocol):
    """What is known of the call limit: `store.sync.rate_limiter.Meter` is one."""

    @property
    def limit(self) -> int | None:
        """Calls of a period; None while unknown."""
        ...

    @property
    def remaining(self) -> int | None:
        """Calls left in the present one."""
        ...

    @property
    def reserve(self) -> int:
        """Calls of a period that are left to others."""
        ...

    @property
    def period(self) -> float:
        """Seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Price:
    """What a batch takes.

    Attributes:
        rows: records.
        calls: about how many.
        waits: seconds that the call limit and its reserve add at least; None while no limit is known.
    """

    rows: int
    calls: int
    waits: float | None


def price_of(rows: int, allowance: Allowance, calls_each: int = CALLS) -> Price:
    """What the records take, of what the limit leaves."""
    calls = rows * calls_each
    if allowance.limit is None:
        return Price(rows, calls, None)
    each = max(1, allowance.limit - allowance.reserve)
    left = each if allowance.remaining is None else max(0, allowance.remaining - allowance.reserve)
    return Price(rows, calls, math.ceil(max(0, calls - left) / each) * allowance.period)


@dataclass(frozen=True)
class Row:
    """One record of a batch.

    Attributes:
        record: its id or code.
        values: of the action's fields.
        plan: what was shown for it; without one it is made when its turn comes.
        undoes: the attempt that this takes back, a row of the audit.
    """

    record: str
    values: Values = field(default_factory=dict)
    plan: Plan | None = None
    undoes: Attempt | None = None


@dataclass(frozen=True)
class RowResult:
    """What became of one record.

    Attributes:
        record: its id or code.
        fate: done, refused by the API, not done, unknown, or not tried.
        said: why, in sentences.
        plan: what was sent or would have been.
        outcome: of the call; None where none was made.
        is_surprise: whether the batch stopped here.
    """

    record: str
    fate: Fate
    said: str
    plan: Plan | None = None
    outcome: Outcome | None = None
    is_surprise: bool = False


Tell = Callable[[RowResult], None]


def batch_name(action: Action, now: datetime) -> str:
    """A name for a batch that was given none; two that begin in the same second are not the same."""
    return f"{action.id}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


async def run_batch(
    client: "ApiClient",
    action: Action,
    rows: Sequence[Row],
    audit: Audit,
    *,
    batch: str,
    tell: Tell = lambda _: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> list[RowResult]:
    """Send them one by one, each once, until the first surprise.

    That is an unknown fate, a refusal that is not about the record alone (401, 402, 403, 429, 5xx, no connection), or a
    record that is not as it was shown. What the batch has done before, or may have done, is left out: see
    `settle_unknown`. All rows are kept under its name before the first is sent.

    Args:
        client: with a permission; its rate limiter sets the pace.
        action: what is done.
        rows: the records, each once.
        audit: keeps every attempt.
        batch: its name; "" for a record alone, which is no batch.
        tell: called with each result as it comes.
        is_stopped: asked before each record is sent, and while the call limit is waited for, whether to stop.

    Returns:
        A result for each record that was not done before.

    Raises:
        CacheError: the audit cannot be written, or another process sends a batch.
    """
    results: list[RowResult] = []
    done, stopped = set[str](), ""
    changed = set[str]()
    with audit.alone(client.clock) if batch else nullcontext():
        if batch:
            audit.keep_batch(batch, action.kind, action.id, {row.record: row.values for row in rows})
            done = audit.done_of(batch)
        for row in (one for one in rows if one.record not in done):
            if not stopped and is_stopped():
                stopped = _STOPPED
            result = RowResult(row.record, Fate.NOT_TRIED, stopped, row.plan)
            if not stopped:
                result = await _try(client, action, row, audit, batch, is_stopped)
                if result.plan is not None and result.outcome is None and path_of(action, row.record) in changed:
                    # Not somebody else was there: this batch changed it together with a record before.
                    result = replace(result, is_surprise=False)
                if result.plan is not None and result.fate in (Fate.DONE, Fate.UNKNOWN):
                    changed |= {path for _, path in action.renews(result.plan.before, result.plan.values)}
                stopped = f"The batch stopped at {row.record}." if result.is_surprise else ""
            results.append(result)
            tell(result)
    return results


async def settle_unknown(
    client: "ApiClient", action: Action, audit: Audit, batch: str, tell: Tell = lambda _: None
) -> list[RowResult]:
    """Look for the rows of a batch whose fate is not known, before it goes on, such as what a killed program had sent.

    What was surely not done is tried again then; what stays unknown is not.

    Raises:
        CacheError: the audit cannot be written, or another process sends a batch.
    """
    results = []
    with audit.alone(client.clock):
        unknown = audit.unknown_of(batch)
        if unknown:
            newest = client.clock.now() - instant_of(unknown[-1]["at"])
            await client.clock.sleep(max(0.0, SETTLED - newest.total_seconds()))
        for attempt in unknown:
            found = await look_again(client, action, attempt, audit)
            result = RowResult(attempt["record"], found.fate, found.said, outcome=found)
            results.append(result)
            tell(result)
    return results


def broken_off(audit: Audit, batch: str, known: Container[int]) -> list[RowResult]:
    """What a run that broke off had under way: the attempts without an end, but for those `known` before it.

    Raises:
        CacheError: the audit cannot be read.
    """
    said = "It was under way when this broke off. Look at the record before you repeat it."
    left = [one for one in audit.unknown_of(batch) if one["id"] not in known]
    return [RowResult(one["record"], Fate.UNKNOWN, said, is_surprise=True) for one in left]


async def plan_row(client: "ApiClient", action: Action, row: Row) -> Plan:
    """The plan of one record; of an undo only where what it takes back is as it was left.

    Raises:
        NotOffered: it cannot be done to this record now, or changes nothing.
        ValueRefused: the values do not go together.
        ApiError: the record cannot be read.
    """
    if row.undoes is not None:
        return await plan_undo(client, row.undoes)
    return await make_plan(client, action, row.record, row.values)


async def _try(
    client: "ApiClient", action: Action, row: Row, audit: Audit, batch: str, is_stopped: Callable[[], bool]
) -> RowResult:
    is_fresh, plan = row.plan is None, row.plan
    for attempt in range(_TRIES):
        # While the limit was waited for, somebody else may have been there.
        is_fresh = is_fresh and not attempt
        try:
            if plan is None:
                if not await client.room_for(2, is_stopped):
                    raise Stopped
                plan = await plan_row(client, action, row)
            await check(client, plan, is_fresh=is_fresh, is_stopped=is_stopped)
        except Stopped:
            return RowResult(row.record, Fate.NOT_TRIED, _STOPPED, plan)
        except (ChangedMeanwhile, NotOffered, ValueRefused) as no:
            # It was possible when it was shown: somebody else was there.
            return RowResult(row.record, Fate.NOT_DONE, str(no), plan, is_surprise=not is_fresh)
        except ApiError as error:
            outcome = Outcome(Fate.NOT_DONE, error.sentence, error.request_id, error=error)
        else:
            outcome = await send(client, plan, audit, batch=batch)
        if not isinstance(outcome.error, RateLimited) or outcome.error.final or outcome.error.is_unsent:
            break
    is_surprise = outcome.fate is Fate.UNKNOWN or (outcome.fate is not Fate.DONE and is_of_all(outcome.error))
    return RowResult(row.record, outcome.fate, outcome.said, plan, outcome, is_surprise)


def is_of_all(error: ApiError | None) -> bool:
    """Whether an error is not about one record: the next one would meet it, too."""
    if error is None:
        return False
    return error.status is None or not 400 <= error.status < 500 or error.status in _OF_ALL


def tally(fates: Sequence[Fate]) -> str:
    """How many came to which end: `497 done, 2 refused, 1 unknown`."""
    counted = {fate: fates.count(fate) for fate in Fate}
    return ", ".join(f"{number:,} {fate.value}" for fate, number in counted.items() if number)
