"""Tasks that the API does in the background: followed to their end (API §7; schema AsyncAction).

A task that is `DONE` may have failed: `operation_status` tells, and where it does not, the counts of its result.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.actions.action import Document, Fate, Get
from store.actions.reading import getter
from store.api.addresses import segment
from store.api.errors import ApiError
from store.domain.values import entries, inside, members, shown, whole, word
from store.words import counted

if TYPE_CHECKING:
    from store.api.client import ApiClient

_PAUSES = (1.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between looks: about a minute altogether."""
_REASONS = 3
_OVER = ("DONE", "FAILED")


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a task stands.

    Attributes:
        fate: done, not done, or unknown. It is unknown while the task goes on, and where the API does not say how
            it ended.
        said: what became of it, in sentences. Holds outside text.
        end: `SUCCESS`, `FAILED` or `UNKNOWN`; "" while it goes on.
        request_id: of the call that began it.
    """

    fate: Fate
    said: str
    end: str
    request_id: str | None


async def read_task(get: Get, task: str) -> TaskEnd:
    """How a task stands now.

    Raises:
        ApiError: it is not there, or cannot be had.
    """
    return task_end(task, await get(f"/v1/async-actions/{segment(task)}"))


async def follow(client: "ApiClient", task: str) -> TaskEnd:
    """Look at a task until it is over, for about a minute."""
    get = getter(client)
    found = _going_on(task, None)
    for pause in (*_PAUSES, 0.0):
        try:
            found = await read_task(get, task)
        except ApiError:
            # Nothing is lost: the task goes on, and is asked for again.
            pass
        if found.end:
            break
        if pause:
            await client.clock.sleep(pause)
    return found


def task_end(task: str, document: Document) -> TaskEnd:
    """How a task stands, by its document."""
    request_id = word(document.get("request_id")) or None
    if document.get("status") not in _OVER:
        return _going_on(task, request_id)
    result = members(document.get("result"))
    done, failed = whole(result.get("done_count")), whole(result.get("failed_count")) or 0
    outcome = document.get("operation_status")
    is_failed = document["status"] == "FAILED" or outcome == "FAILED" or (outcome != "SUCCESS" and failed and done == 0)
    why = " ".join(_reasons(result).split())
    if is_failed:
        reason = why or word(result.get("message")) or "the API does not say why"
        by = f", request {request_id}" if request_id else ""
        said = f"The API began it, and it failed: {' '.join(reason.split())} (task {task}{by})."
        return TaskEnd(Fate.NOT_DONE, said, "FAILED", request_id)
    if outcome != "SUCCESS" and not done:
        said = f"The API began it and has ended it, and does not say how (task {task}). Check the number of codes."
        return TaskEnd(Fate.UNKNOWN, said, "UNKNOWN", request_id)
    told = f"It was done: {counted(done, 'code')}" if done is not None else "It was done"
    if failed:
        told += f", {counted(failed, 'failed', 'failed')}{f' ({why})' if why else ''}"
    return TaskEnd(Fate.DONE, f"{told}.", "SUCCESS", request_id)


def _going_on(task: str, request_id: str | None) -> TaskEnd:
    said = f"The API accepted it and is still at it (task {task}). The audit keeps the task; look again later."
    return TaskEnd(Fate.UNKNOWN, said, "", request_id)


def _reasons(result: Document) -> str:
    """The first reasons of parts that failed."""
    parts = [members(one) for one in (*entries(result.get("failed")), *entries(result.get("errors")))]
    said = [
        f"{shown(one.get('code') or one.get('row') or '')}: {word(one.get('reason')) or word(one.get('details'))}"
        for one in parts[:_REASONS]
    ]
    more = len(parts) - len(said)
    return "; ".join(said) + (f"; and {more:,} more" if more > 0 else "")


async def task_ids(get: Get) -> list[str]:
    """The newest tasks."""
    return [str(one.get("id")) for one in await _newest(get)]


async def found_task(get: Get, known: object, kind: str) -> TaskEnd | None:
    """The one task of a kind that is not among those known; None where there is none, or several."""
    fresh = [one for one in await _newest(get) if one.get("id") not in entries(known) and one.get("type") == kind]
    return task_end(str(fresh[0].get("id")), fresh[0]) if len(fresh) == 1 else None


async def _newest(get: Get) -> list[Document]:
    answer = await get("/v1/async-actions", ("limit", "100"))
    return [members(one) for one in entries(answer.get("async_actions") or inside(answer, "data"))]
