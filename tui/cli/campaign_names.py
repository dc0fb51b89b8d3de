"""Campaigns as people name them on a command line: by id or by exact name."""

import sqlite3

from tui.cli.exits import USAGE, Failure


def campaign_ids(connection: sqlite3.Connection, wanted: str) -> list[str]:
    """The campaigns an id or exact name means; those the API no longer returns only when no other has the name."""
    rows = connection.execute(
        "select id, id = ?1, missing_since is null from campaigns where id = ?1 or name = ?1 order by created_at, id",
        (wanted,),
    ).fetchall()
    best = max((row[1:] for row in rows), default=None)
    return [str(row[0]) for row in rows if row[1:] == best]


def one_campaign(connection: sqlite3.Connection, wanted: str) -> str:
    """The id of the one campaign that is meant.

    Raises:
        Failure: there is none, or several have the name.
    """
    found = campaign_ids(connection, wanted)
    if not found:
        said = f"There is no campaign “{wanted}” in the cache."
        raise Failure(f"{said} `promoscope list campaigns` shows those there are; `promoscope sync` reads them.", USAGE)
    if len(found) > 1:
        raise Failure(f"{len(found)} campaigns are called “{wanted}”: {', '.join(found)}. Name one by its id.", USAGE)
    return found[0]
