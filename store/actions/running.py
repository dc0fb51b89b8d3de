"""Sending a plan once, and finding out what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from store.actions.action import Action, Document, Fate, NotOffered, ValueRefused, WriteRequest
from store.actions.audit import GONE, Audit
from store.actions.balances import SOURCE_ID
from store.actions.plan import Plan, make_plan
from store.actions.reading import getter, read_content, record_of, with_beside
from store.actions.tasks import follow, read_task
from store.api.errors import ApiError, NotFound, RateLimited
from store.cache.errors import CacheError
from store.days import instant_text
from store.domain.values import entries, members, word
from store.json_text import decode

if TYPE_CHECKING:
    from store.api.client import ApiClient
    from store.api.replies import Reply

_TIMED_OUT = 408
SETTLED = 2.0
"""Seconds after which a call that was not answered has come to its end, if it came there at all."""
_LATER = (1.0, 2.0)
"""Seconds between looks at a record that does not show yet what the API has accepted."""
_TRIES = 4
"""How often the call limit may come between a look at the record and the change."""
_UNTOLD = (ApiError, NotOffered, ValueRefused)
"""What comes of looking at a record that tells nothing."""
_LOST = "No answer came. It was looked for"
_SEEN = "The API knows this call already. It was looked for"
_KNOWN_MARK = "duplicate_source_id"
"""What the API refuses a call with whose `source_id` it has seen (API §7)."""


@dataclass(frozen=True)
class Outcome:
    """What became of a plan.

    Attributes:
        fate: done, refused, not done, or unknown.
        said: why, or what to check, in sentences.
        request_id: of the call, for Voucherify's support.
        after: the record read again; None where it could not be.
        content: the same as it came; empty where it did not.
        number: of the attempt in the audit.
        error: what the API refused with.
        also: other records that it changed, read again: tables, each with a record as it came.
        gone: records that are no more: tables, each with an id.
        async_id: of the task in the background that goes on with it (API §7).
        async_end: how that ended, `SUCCESS`, `FAILED` or `UNKNOWN`; "" while it goes on.
    """

    fate: Fate
    said: str
    request_id: str | None = None
    after: Document | None = None
    number: int = 0
    error: ApiError | None = None
    content: bytes = b""
    also: tuple[tuple[str, bytes], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    async_id: str | None = None
    async_end: str = ""


class Stopped(Exception):
    """It was to be sent no more before its turn came; nothing was sent."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the record between the plan and now; `plan` is what would be done today."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Somebody else changed it meanwhile. Nothing was sent.")
        self.plan = plan


async def run(
    client: "ApiClient",
    plan: Plan,
    audit: Audit,
    *,
    batch: str = "",
) -> Outcome:
    """Send a plan once, after `check`. Afterwards the record is read, to see what became of it.

    Args:
        client: with a permission.
        plan: what was agreed to.
        audit: keeps it.
        batch: the name of the batch it belongs to.

    Raises:
        as `check`.
        CacheError: the audit cannot be written; nothing was sent.
    """
    await check(client, plan)
    return await send(client, plan, audit, batch=batch)


async def check(
    client: "ApiClient", plan: Plan, *, is_fresh: bool = False, is_stopped: Callable[[], bool] = lambda: False
) -> None:
    """Read the record again, to see that it is as planned, so that it can be sent without a wait between.

    Args:
        client: asks.
        plan: what was agreed to.
        is_fresh: whether the plan was made just now: where nothing is waited for, the record is not read again.
        is_stopped: asked during a wait for the call limit, and at the end.

    Raises:
        ChangedMeanwhile: it is not as planned.
        NotOffered: it cannot be done any more.
        ValueRefused: the values do not go together any more.
        Stopped: it was stopped.
        ApiError: the record could not be read, or the call limit lets no change through right after.
    """
    for _ in range(_TRIES):
        if is_fresh and await client.room_for(1, is_stopped=lambda: True):
            break
        # The limit is waited for before the look, not after it: what was seen an hour ago proves nothing.
        if not await client.room_for(2, is_stopped):
            raise Stopped
        now = await make_plan(client, plan.action, plan.record_id, plan.values)
        if not now.is_same_as(plan):
            raise ChangedMeanwhile(now)
        is_fresh = True
    else:
        spent = RateLimited()
        spent.is_unsent = True
        raise spent
    if is_stopped():
        raise Stopped


async def send(client: "ApiClient", plan: Plan, audit: Audit, *, batch: str = "") -> Outcome:
    """Send a plan that was just checked once, and look what became of it.

    Raises:
        CacheError: the audit cannot be written; nothing was sent.
    """
    number = audit.begin(plan, instant_text(client.clock.now()), batch)
    outcome = await _send(client, plan)
    if outcome.fate is Fate.DONE:
        # Of many records a sync reads the others with fewer calls.
        also = () if batch else await _others(client, plan)
        outcome = replace(outcome, also=also, gone=_gone(plan, outcome))
    try:
        audit.end(number, outcome.fate, outcome.said, outcome.request_id, outcome.after)
        if outcome.async_id is not None:
            audit.keep_task(number, outcome.async_id, outcome.async_end)
    except (CacheError, OSError) as error:
        # It was sent: an error here would read as if it was not.
        outcome = replace(outcome, said=f"{outcome.said} The audit could not be told. {error}")
    return replace(outcome, number=number)


async def look_again(client: "ApiClient", action: Action, attempt: Mapping[str, Any], audit: Audit) -> Outcome:
    """Look for an attempt of which the audit does not know what became; what is found out goes into the audit.

    Args:
        client: asks; nothing is sent.
        action: what was tried.
        attempt: a row of the audit.
        audit: of which.

    Raises:
        CacheError: the audit cannot be written.
        ApiError: the API cannot be asked for its task.
    """
    if attempt["async_id"] is not None and attempt["async_end"] != GONE:
        try:
            task = await read_task(getter(client), attempt["async_id"])
        except NotFound:
            audit.keep_task(attempt["id"], attempt["async_id"], GONE)
        else:
            audit.settle(attempt["id"], task.fate, task.said)
            audit.keep_task(attempt["id"], attempt["async_id"], task.end)
            return Outcome(task.fate, task.said, attempt["request_id"], number=attempt["id"], async_end=task.end)
    request = WriteRequest(attempt["method"], attempt["path"], attempt["body"])
    values, before = attempt["given"] or {}, attempt["before"] or {}
    plan = Plan(action, attempt["record"], values, before, request, (), None)
    found = await _found(client, plan, attempt["request_id"], "It was looked for again")
    audit.settle(attempt["id"], found.fate, found.said, after=found.after)
    return replace(found, number=attempt["id"])


async def _send(client: "ApiClient", plan: Plan) -> Outcome:
    request = plan.request
    try:
        reply = await client.change(request.method, request.path, request.body)
    except ApiError as error:
        if error.is_unsent:
            return Outcome(Fate.NOT_DONE, f"{error.sentence} Nothing was sent.", error=error)
        is_refused = error.status is not None and 400 <= error.status < 500 and error.status != _TIMED_OUT
        if is_refused and error.key != _KNOWN_MARK:
            # The API repeats what it was sent: a line end in that would begin a line of its own.
            said = " ".join((error.said or error.sentence).split())
            return Outcome(Fate.REFUSED, said, error.request_id, error=error)
        # No answer came, or one that says nothing. A mark that is known already came from this plan alone: a gateway
        # on the way sent the call twice.
        await client.clock.sleep(SETTLED)
        looked = _SEEN if is_refused else _LOST
        return replace(await _found(client, plan, error.request_id, looked), error=error)
    request_id = reply.request_id if reply is not None else None
    async_id = _async_id(reply)
    task = await follow(client, async_id) if async_id is not None else None
    content = await _content(client, plan)
    after = record_of(plan.action, plan.record_id, content) if content else None
    if task is not None:
        kept = _kept(after, content)
        request_id = request_id or task.request_id
        return Outcome(task.fate, task.said, request_id, after, content=kept, async_id=async_id, async_end=task.end)
    if after is None:
        return Outcome(Fate.DONE, "It was done; the record could not be read again.", request_id)
    for pause in _LATER:
        if await _happened(client, plan, after) is not False:
            break
        # Points, and what hangs on them, follow some seconds later (API §11.19).
        await client.clock.sleep(pause)
        content = await _content(client, plan) or content
        after = record_of(plan.action, plan.record_id, content)
    else:
        said = "The API accepted it; the record does not show it yet. It may be done after a while."
        return Outcome(Fate.DONE, said, request_id, after, content=_kept(after, content))
    return Outcome(Fate.DONE, "It was done.", request_id, after, content=_kept(after, content))


def _async_id(reply: "Reply | None") -> str | None:
    """Of the task that the answer says goes on in the background."""
    return word(members(decode(reply.content)).get("async_action_id")) or None if reply is not None else None


async def _happened(client: "ApiClient", plan: Plan, after: Document) -> bool | None:
    """Whether it was done: by the record, and by what is beside it; None where neither tells."""
    try:
        after = await with_beside(client, plan.action, after, plan.values)
        happened = plan.action.has_happened(plan.before, after, plan.values)
        if happened is None and plan.action.find is not None:
            return await plan.action.find(getter(client), plan.before, plan.values)
    except _UNTOLD:
        return None
    return happened


async def _content(client: "ApiClient", plan: Plan) -> bytes:
    try:
        return await read_content(client, plan.action, plan.record_id)
    except _UNTOLD:
        return b""


async def _others(client: "ApiClient", plan: Plan) -> tuple[tuple[str, bytes], ...]:
    """What else it changed, as it is now; what cannot be read is left to a sync."""
    found: list[tuple[str, bytes]] = []
    for table, address in plan.action.renews(plan.before, plan.values):
        path, _, query = address.partition("?")
        try:
            content = (await client.get(path, parse_qsl(query))).content
        except ApiError:
            continue
        answer = members(decode(content))
        name = word(answer.get("data_ref"))
        rows = [msgspec.json.encode(row) for row in entries(answer.get(name))] if name else [content]
        found += [(table, row) for row in rows]
    return tuple(found)


def _gone(plan: Plan, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """What is no more; of points that wait, once their list does not have them any more."""
    if plan.action.is_listed and outcome.after:
        return ()
    return plan.action.takes_away(plan.before, plan.values)


def _kept(after: Document | None, content: bytes) -> bytes:
    """What is to be kept of a record: nothing of one that is gone."""
    return content if after else b""


async def _found(client: "ApiClient", plan: Plan, request_id: str | None, looked: str) -> Outcome:
    """What the record itself says, and what is found otherwise: the movement by its mark, the task it began."""
    for pause in (*_LATER, 0.0):
        content = await _content(client, plan)
        after = record_of(plan.action, plan.record_id, content) if content else None
        happened = None if after is None else await _happened(client, plan, after)
        if happened is not None or plan.action.find is None or not pause:
            break
        await client.clock.sleep(pause)
    kept = _kept(after, content)
    if happened:
        return Outcome(Fate.DONE, f"{looked}, and it was done.", request_id, after, content=kept)
    if happened is False and (plan.action.is_repeatable or plan.action.find is not None):
        return Outcome(Fate.NOT_DONE, f"{looked}, and it was not done so far.", request_id, after, content=kept)
    mark = plan.values.get(SOURCE_ID)
    check = f"the transactions of {plan.record_id} for source_id {mark}" if mark else f"GET {plan.action.read_path}"
    said = f"{looked}. It is not known yet whether it was done. Check {check} in a minute. Do not repeat it before."
    return Outcome(Fate.UNKNOWN, said, request_id, after, content=kept)
