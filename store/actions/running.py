"""Sending a plan once, and finding out what became of it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.actions.action import Document, Fate
from store.actions.audit import Audit
from store.actions.balances import SOURCE_ID
from store.actions.plan import Plan, make_plan
from store.actions.reading import getter, read_content, record_of, with_beside
from store.api.errors import ApiError, MethodRefused
from store.days import instant_text

if TYPE_CHECKING:
    from store.api.client import ApiClient

_TIMED_OUT = 408
_SETTLED = 2.0
"""Seconds after which a call that was not answered has come to its end, if it came there at all."""
_LATER = (1.0, 2.0)
"""Seconds between looks at a record that does not show yet what the API has accepted."""
_LOST = "No answer came. It was looked for"


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
    """

    fate: Fate
    said: str
    request_id: str | None = None
    after: Document | None = None
    number: int = 0
    error: ApiError | None = None
    content: bytes = b""


class ChangedMeanwhile(Exception):
    """Somebody else changed the record between the plan and now; `plan` is what would be done today."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Somebody else changed it meanwhile. Nothing was sent.")
        self.plan = plan


async def run(client: "ApiClient", plan: Plan, audit: Audit, *, batch: str = "") -> Outcome:
    """Send it once. The record is read before, to see that it is as planned, and after, to see what became of it.

    Raises:
        ChangedMeanwhile: it is not as planned; nothing was sent.
        NotOffered: it cannot be done any more; nothing was sent.
        MethodRefused: there is no permission; nothing was sent.
        ApiError: the record could not be read before; nothing was sent.
    """
    now = await make_plan(client, plan.action, plan.record_id, plan.values)
    if not now.is_same_as(plan):
        raise ChangedMeanwhile(now)
    number = audit.begin(plan, instant_text(client.clock.now()), batch)
    outcome = await _send(client, plan)
    audit.end(number, outcome.fate, outcome.said, outcome.request_id, outcome.after)
    return replace(outcome, number=number)


async def _send(client: "ApiClient", plan: Plan) -> Outcome:
    request = plan.request
    try:
        reply = await client.change(request.method, request.path, request.body)
    except MethodRefused as error:
        return Outcome(Fate.NOT_DONE, error.sentence, error=error)
    except ApiError as error:
        if error.status is not None and 400 <= error.status < 500 and error.status != _TIMED_OUT:
            return Outcome(Fate.REFUSED, f"{error.said or error.sentence}", error.request_id, error=error)
        return await _look_for(client, plan, error)
    request_id = reply.request_id if reply is not None else None
    content = await _content(client, plan)
    if not content:
        return Outcome(Fate.DONE, "It was done; the record could not be read again.", request_id)
    after = record_of(plan.action, plan.record_id, content)
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


async def _happened(client: "ApiClient", plan: Plan, after: Document) -> bool | None:
    """Whether it was done: by the record, and by what is beside it; None where neither tells."""
    try:
        after = await with_beside(client, plan.action, after, plan.values)
        happened = plan.action.has_happened(plan.before, after, plan.values)
        if happened is None and plan.action.find is not None:
            return await plan.action.find(getter(client), plan.before, plan.values)
    except ApiError:
        return None
    return happened


async def _content(client: "ApiClient", plan: Plan) -> bytes:
    try:
        return await read_content(client, plan.action, plan.record_id)
    except ApiError:
        return b""


def _kept(after: Document | None, content: bytes) -> bytes:
    """What is to be kept of a record: nothing of one that is gone."""
    return content if after else b""


async def _look_for(client: "ApiClient", plan: Plan, error: ApiError) -> Outcome:
    """No answer came, or one that says nothing: the record itself is asked, and the movements by their mark."""
    await client.clock.sleep(_SETTLED)
    content = await _content(client, plan)
    after = record_of(plan.action, plan.record_id, content) if content else None
    happened = None if after is None else await _happened(client, plan, after)
    mark = plan.values.get(SOURCE_ID)
    if happened:
        return Outcome(
            Fate.DONE, f"{_LOST}, and it was done.", error.request_id, after, error=error, content=_kept(after, content)
        )
    if happened is False and plan.action.is_repeatable:
        said = f"{_LOST}, and it was not done so far."
        return Outcome(Fate.NOT_DONE, said, error.request_id, after, error=error, content=_kept(after, content))
    check = f"the transactions of {plan.record_id} for source_id {mark}" if mark else f"GET {plan.action.read_path}"
    said = f"{_LOST}. It is not known yet whether it was done. Check {check} in a minute. Do not repeat it before."
    return Outcome(Fate.UNKNOWN, said, error.request_id, after, error=error, content=_kept(after, content))
