"""Campaigns as people name them on a command line: by id or by exact name."""

import sqlite3

from store.cache.unreadable import count_unreadable, is_unreadable, unreadable_words
from store.nearest import did_you_mean
from tui.cli.exits import PARTIAL, USAGE, Failure


def unknown_campaign(connection: sqlite3.Connection, wanted: str, said: str) -> Failure:
    """Why a campaign is not found: one whose record could not be understood is there.

    Args:
        connection: the cache.
        wanted: its id or name.
        said: the sentence for one that is nowhere.
    """
    if is_unreadable(connection, "campaigns", wanted):
        said = f"What came of the campaign “{wanted}” could not be understood: `promoscope list unreadable` shows it."
        return Failure(said, PARTIAL)
    count = count_unreadable(connection, "campaigns")
    hint = f" {unreadable_words(count)} and may be it: `promoscope list unreadable` shows what came." if count else ""
    return Failure(said + hint, USAGE)


def near_campaigns(connection: sqlite3.Connection, wanted: str) -> str:
    """The question whether a cached campaign with a near name, or id, was meant; "" where none is near."""
    from store.queries.names import campaign_names

    return did_you_mean(wanted, [text for pair in campaign_names(connection) for text in reversed(pair) if text])


def one_campaign(connection: sqlite3.Connection, wanted: str) -> str:
    """The id of the one campaign that is meant.

    Raises:
        Failure: there is none, or several have the name.
    """
    # Late: most commands name no campaign.
    from store.queries.campaigns import campaigns_called

    found = campaigns_called(connection, wanted)
    if not found:
        said = f"There is no campaign “{wanted}” in the cache.{near_campaigns(connection, wanted)}"
        said = f"{said} `promoscope list campaigns` shows those there are; `promoscope sync` reads them."
        raise unknown_campaign(connection, wanted, said)
    if len(found) > 1:
        raise Failure(f"{len(found)} campaigns are called “{wanted}”: {', '.join(found)}. Name one by its id.", USAGE)
    return found[0]
