"""The cache follows a change at once: what was read again after it is kept, what is no more is marked."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.project import Project, open_writer

if TYPE_CHECKING:
    from store.actions.action import Action
    from store.actions.running import Outcome
    from store.api.client import ApiClient

_PATIENCE = 5.0
"""Seconds to wait for a sync that writes to the cache just then."""


def renew(project: Project, client: "ApiClient", action: "Action", outcomes: "Sequence[Outcome]") -> str:
    """Keep what outcomes brought, if there is a cache; why it lags behind, "" where it does not."""
    # Late: only what changes something needs them.
    from store.cache.database import cache_exists
    from store.cache.errors import CacheError
    from store.cache.lock import CacheBusy
    from store.sync.lookup import forget, keep

    settings = project.settings
    rows, gone = defaultdict[str, list[bytes]](list), defaultdict[str, list[str]](list)
    for one in outcomes:
        own = ((action.table, one.content),) if action.table and one.content else ()
        for table, content in (*own, *one.also):
            rows[table].append(content)
        for table, key in one.gone:
            gone[table].append(key)
    if not (rows or gone) or not cache_exists(settings.database):
        return ""
    try:
        with open_writer(project, wait=_PATIENCE) as connection:
            for table, contents in rows.items():
                keep(client, connection, table, contents, settings.timezone)
            for table, keys in gone.items():
                forget(client, connection, table, keys)
    except CacheBusy:
        return "A sync is under way, so lists show it as it was, until the next sync."
    except CacheError as error:
        return f"The cache still has it as it was: {error} A sync reads it."
    return ""
