"""Reading what an explanation lacks from the API: the record itself, then the code and the customer it names."""

import sqlite3
from typing import TYPE_CHECKING

from store.explain.named import missing_of
from store.queries.reader import Reader
from store.ref import Ref
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import say
from tui.cli.trouble import code_of
from tui.kit.masking import masked_addresses
from tui.project import Project, open_client, open_writer
from tui.shell.signals import run_until_stopped

if TYPE_CHECKING:
    from store.api.client import ApiClient
    from store.sync.lookup import Lookup

_MOST_CALLS = 3
_WAIT = 5.0
"""Seconds to wait for a sync of the same cache to end."""


def read_missing(project: Project, reader: Reader, wanted: str, subject: Ref | None) -> int:
    """Read what is not cached of a thing, in three calls at most; returns the exit code of that.

    Args:
        project: whose API.
        reader: of its cache.
        wanted: as typed.
        subject: what it means; None where nothing cached is called so.

    Raises:
        Failure: the thing is not cached, and the API does not give it.
    """
    from store.api.errors import ApiError

    if not project.settings.app_id:
        say("No API keys: VOUCHERIFY_APP_ID is not set. This is what the cache has.")
        return OK
    first = _lookups(reader.connection, wanted, subject)
    if not first:
        return OK
    client_of = open_client(project, on_wait=lambda _, reason: say(reason), retries=1)
    try:
        with open_writer(project, wait=_WAIT) as connection:

            async def work() -> None:
                async with client_of as (client, _):
                    await _read(project, client, connection, wanted, subject)

            run_until_stopped(work())
    except ApiError as error:
        if subject is None:
            raise Failure(error.sentence, code_of(error)) from None
        say(f"{error.sentence} This is what the cache has.")
        return code_of(error)
    return OK


async def _read(
    project: Project, client: "ApiClient", connection: sqlite3.Connection, wanted: str, subject: Ref | None
) -> None:
    from store.sync.lookup import look_up

    asked: set[str] = set()
    while len(asked) < _MOST_CALLS:
        waiting = [one for one in _lookups(connection, wanted, subject) if one.path not in asked]
        if not waiting:
            return
        lookup = waiting[0]
        asked.add(lookup.path)
        say(f"Asking the API, 1 call ({masked_addresses(lookup.words)}).")
        found = await look_up(client, connection, lookup, project.settings.timezone)
        if not found:
            if subject is None:
                raise Failure(f"The API does not know “{wanted}” either.", USAGE)
            say("The API does not know it.")
        elif subject is None:
            subject = Ref(lookup.kind, found[0])


def _lookups(connection: sqlite3.Connection, wanted: str, subject: Ref | None) -> "list[Lookup]":
    """The calls that find what is missing, the next first."""
    from store.sync.lookup import lookup_of

    if subject is None:
        lookup = lookup_of(wanted.partition(":")[2] or wanted)
        if lookup is None:
            raise Failure(f"Nothing is called “{wanted}”, and the API has no call that finds it.", USAGE)
        return [lookup]
    return [one for identity in missing_of(connection, subject) if (one := lookup_of(identity)) is not None]
