"""What the API went on with in the background: how it ended, once that is seen (API §7)."""

from typing import TYPE_CHECKING

from store.actions.audit import GONE, Audit
from store.actions.reading import getter
from store.actions.tasks import read_task
from store.api.errors import ApiError, NotFound
from store.cache.errors import CacheError

if TYPE_CHECKING:
    from store.api.client import ApiClient


async def look_at_tasks(client: "ApiClient", audit: Audit) -> list[str]:
    """Ask for each task of which no end was seen, one call each; the audit keeps how it ended.

    Returns:
        A sentence for each that has ended, or why they could not be looked at. Holds outside text.
    """
    told = []
    try:
        for attempt in audit.open_ends():
            named = f"Attempt {attempt['id']}, {attempt['action']} of {attempt['record']}"
            try:
                task = await read_task(getter(client), attempt["async_id"])
            except NotFound:
                audit.keep_task(attempt["id"], attempt["async_id"], GONE)
                told.append(f"{named}: the API does not know its task {attempt['async_id']} any more.")
                continue
            if task.end:
                audit.settle(attempt["id"], task.fate, task.said)
                audit.keep_task(attempt["id"], attempt["async_id"], task.end)
                told.append(f"{named}: {task.said}")
    except ApiError as error:
        told.append(f"What goes on in the background could not be looked at. {error.sentence}")
    except CacheError as error:
        told.append(str(error))
    return told
