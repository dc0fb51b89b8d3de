"""The cache's own tables and its SQL views as lists: what `promoscope list` has beside the resources."""

import sqlite3

from store.cache.registry import TABLES
from store.cache.sql_views import SQL_VIEWS
from store.queries.rows import OF_CAMPAIGN, RowView

BOOKS = (
    "changes", "code_changes", "daily", "project_days", "unusable_amounts", "campaign_totals", "customer_loyalty",
    "customer_referrals", "event_categories", "watched", "looked_at", "sync_states", "sync_windows", "sync_runs",
    "webhook_records", "members_read", "search_states", "search_changed",
)  # fmt: skip
"""The tables that no list of the API fills row by row; `search_index` has none that can be read."""
NAMES = (*BOOKS, *SQL_VIEWS)
_NEWEST = ("created_at", "seen_at", "started_at", "day", "date", "as_of", "at")
"""What the rows are ordered by, the first that there is; without one, as they lie."""


def is_book(name: str) -> bool:
    """Whether a name is one of these, or the documents of a resource."""
    return name in NAMES or (name.endswith("_raw") and name.removesuffix("_raw") in TABLES)


def book_view(connection: sqlite3.Connection, name: str) -> RowView | None:
    """The list of such a table, with all its columns as they are stored; None where the cache does not have it yet.

    Args:
        connection: of a reader.
        name: for which `is_book` holds.
    """
    columns = [row[1] for row in connection.execute(f'pragma table_info("{name}")')]
    if not columns:
        return None
    sort = next((column for column in _NEWEST if column in columns), None)
    return RowView(
        name=name,
        table=name,
        # Most have no row ids, and views never have; rows that are equal in order still need one.
        source=f'(select *, row_number() over () as rowid from "{name}") t',
        columns={column: f't."{column}"' for column in columns},
        search=(),
        scopes=OF_CAMPAIGN if "campaign_id" in columns else {},
        sort=sort or columns[0],
        ascending=sort is None,
    )
