"""Which redemptions a successful rollback undid: the API says so on the rollback alone (API §11.2)."""

import sqlite3
from collections.abc import Set as AbstractSet

from store.cache.page import placeholders


def link_rollbacks(connection: sqlite3.Connection, redemptions: AbstractSet[str], new: AbstractSet[str]) -> None:
    """Mark these redemptions by the rollback that undid each, and free those that none did.

    Args:
        connection: the writer, in a transaction.
        redemptions: their ids.
        new: those of them whose rows are new, and marked by none.
    """
    undone = connection.execute(
        "select min(id), undone_redemption_id from redemptions where result = 'SUCCESS'"
        f" and undone_redemption_id in ({placeholders(len(redemptions))}) group by 2",
        list(redemptions),
    ).fetchall()
    if free := redemptions - new - {redemption for _, redemption in undone}:
        connection.execute(
            "update redemptions set rolled_back_by = null where rolled_back_by is not null"
            f" and id in ({placeholders(len(free))})",
            list(free),
        )
    connection.executemany("update redemptions set rolled_back_by = ? where id = ?", undone)
