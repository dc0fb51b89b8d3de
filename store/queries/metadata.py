"""Metadata: the schema that types an object's, and which values the records of a list have (API §4.2 L)."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from store.json_text import stored
from store.queries.rows import METADATA_LEAVES, Condition, RowList

_CHUNK = 500


def metadata_schema(connection: sqlite3.Connection, related_object: str) -> dict[str, Any] | None:
    """The schema for a kind of object (`campaign`, `voucher`, …); None when none is cached."""
    row = connection.execute(
        "select r.json from metadata_schemas s join metadata_schemas_raw r on r.id = s.id"
        " where s.related_object = ? and s.missing_since is null order by s.id limit 1",
        (related_object,),
    ).fetchone()
    decoded = stored(row[0]) if row is not None else None
    return decoded if isinstance(decoded, dict) else None


@dataclass(frozen=True, slots=True)
class MetadataValue:
    """One value of one key of records' metadata.

    Attributes:
        path: its path below `metadata`, as SQLite writes it: `shop.city`.
        kind: its JSON type: `text`, `integer`, `real`, `true`, `false` or `null`.
        value: it; None for `null`, 0 and 1 for `false` and `true`.
        rows: how many of the rows looked at have it.
        condition: what narrows a list to the rows that have it.
    """

    path: str
    kind: str
    value: Any
    rows: int
    condition: Condition


def metadata_values(rows: RowList, newest: int, most: int) -> list[MetadataValue]:
    """The values in the metadata of a list's first rows, the commonest first.

    Args:
        rows: of a resource whose documents are kept.
        newest: so many rows are looked at, in the list's order.
        most: so many values are given.
    """
    table = rows.view.table
    counts: Counter[tuple[str, str, Any]] = Counter()
    ids = [row[0] for row in rows.iterate(newest)]
    for begin in range(0, len(ids), _CHUNK):
        some = ids[begin : begin + _CHUNK]
        query = (
            f'select m.fullkey, m.type, m.atom, count(distinct r.id) from "{table}_raw" r, {METADATA_LEAVES}'
            f" where r.id in ({', '.join('?' * len(some))}) and m.type not in ('object', 'array')"
            " and m.fullkey <> '$.metadata' group by 1, 2, 3"
        )
        for path, kind, value, count in rows.reader.connection.execute(query, some):
            counts[path, kind, value] += count
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], str(item[0][2])))[:most]
    return [
        MetadataValue(
            path.removeprefix("$.metadata").removeprefix("."), kind, value, count,
            Condition("id", "metadata", (table, path, kind, value)),
        )
        for (path, kind, value), count in found
    ]  # fmt: skip
