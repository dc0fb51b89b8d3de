"""Metadata schemas: which one types an object's metadata (API §4.2 L)."""

import sqlite3
from typing import Any

from store.json_text import stored


def metadata_schema(connection: sqlite3.Connection, related_object: str) -> dict[str, Any] | None:
    """The schema for a kind of object (`campaign`, `voucher`, …); None when none is cached."""
    row = connection.execute(
        "select r.json from metadata_schemas s join metadata_schemas_raw r on r.id = s.id"
        " where s.related_object = ? and s.missing_since is null order by s.id limit 1",
        (related_object,),
    ).fetchone()
    decoded = stored(row[0]) if row is not None else None
    return decoded if isinstance(decoded, dict) else None
