"""Rows in JSON's own types: the cache keeps flags as 0 and 1 and structures as text, which JSON need not."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from store.cache.columns import ColumnKind
from store.cache.registry import TABLES
from store.queries.rows import RowView
from store.queries.views import SUMMARIES

TYPED = ("json", "jsonl")
"""The formats that have types; tables and CSV show the columns as they are stored."""


def typed_rows(view: RowView, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows with flags as true and false and structures as objects and arrays; unknown stays null."""
    kinds = _kinds(view)
    flags = [name for name, kind in kinds.items() if kind is ColumnKind.FLAG and name in view.columns]
    structures = [name for name, kind in kinds.items() if kind is ColumnKind.JSON and name in view.columns]
    for row in rows:
        for name in flags:
            row[name] = None if row[name] is None else bool(row[name])
        for name in structures:
            row[name] = None if row[name] is None else msgspec.Raw(row[name].encode("utf-8"))
        yield row


def _kinds(view: RowView) -> dict[str, ColumnKind]:
    if view is SUMMARIES:
        return {"closed": ColumnKind.FLAG, "summary": ColumnKind.JSON}
    spec = TABLES.get(view.table)
    return {column.name: column.kind for column in spec.columns} if spec is not None else {}
