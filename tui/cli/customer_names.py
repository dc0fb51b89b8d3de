"""Customers as people name them on a command line: by id, source id or exact e-mail."""

import sqlite3

from store.queries.customers import find_customers
from tui.cli.exits import USAGE, Failure


def one_customer(found: list[str], wanted: str) -> str:
    """The id of the one customer that is meant.

    Raises:
        Failure: several customers have the e-mail or source id.
    """
    if len(found) > 1:
        said = f"{len(found)} customers are called “{wanted}”: {', '.join(found)}. Name one by the id."
        raise Failure(said, USAGE)
    return found[0]


def cached_customer(connection: sqlite3.Connection, wanted: str) -> str | None:
    """The id of the one customer in the cache that is meant; None where it holds nobody so called.

    A customer of whom only activity was read is known by the id.

    Raises:
        Failure: several customers have the e-mail or source id.
    """
    found = find_customers(connection, wanted)
    return one_customer(found, wanted) if found else None
