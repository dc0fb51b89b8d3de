"""What the audit's screen asks of the API, in threads: nothing is sent but readings."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from store.actions.action import NotOffered
from store.actions.change_words import changed_words
from store.actions.undoing import ChangedSince, check_undo
from store.api.errors import ApiError
from store.config_errors import ConfigError
from tui.audit.words import Attempt
from tui.kit.error_words import words_of
from tui.project import Project, open_client

if TYPE_CHECKING:
    from store.api.client import ApiClient

Answer = TypeVar("Answer")


def with_client(project: Project, work: "Callable[[ApiClient], Coroutine[Any, Any, Answer]]") -> Answer:
    """Ask something, in the thread this is called in. Blocks."""

    async def asked() -> Answer:
        async with open_client(project, retries=1) as (client, _):
            return await work(client)

    return asyncio.run(asked())


def changed_since(project: Project, attempts: Sequence[Attempt]) -> str:
    """Why attempts cannot be taken back now: the first that is not as it was left; "" where all are. Blocks."""
    settings = project.settings

    async def look(client: "ApiClient") -> str:
        for attempt in attempts:
            try:
                await check_undo(client, attempt)
            except ChangedSince as changed:
                now = changed_words(changed.changes, settings.currency, settings.timezone)
                return f"{attempt['record']}: {now} {changed}" if len(attempts) > 1 else f"{now} {changed}"
        return ""

    try:
        return with_client(project, look)
    except NotOffered as no:
        return str(no)
    except (ApiError, ConfigError) as error:
        return words_of(error)
