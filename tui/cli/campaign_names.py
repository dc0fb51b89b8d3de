"""Campaigns as people name them on a command line: by id or by exact name."""

import sqlite3

from store.queries.campaigns import campaigns_called
from tui.cli.exits import USAGE, Failure


def one_campaign(connection: sqlite3.Connection, wanted: str) -> str:
    """The id of the one campaign that is meant.

    Raises:
        Failure: there is none, or several have the name.
    """
    found = campaigns_called(connection, wanted)
    if not found:
        said = f"There is no campaign “{wanted}” in the cache."
        raise Failure(f"{said} `promoscope list campaigns` shows those there are; `promoscope sync` reads them.", USAGE)
    if len(found) > 1:
        raise Failure(f"{len(found)} campaigns are called “{wanted}”: {', '.join(found)}. Name one by its id.", USAGE)
    return found[0]
