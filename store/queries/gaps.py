"""Columns that stay empty because the list which fills them was not read whole: "complete" speaks of them, too."""

import sqlite3
from dataclasses import dataclass

from store.queries.derived import read_whole
from store.queries.freshness import data_state
from store.queries.rows import Need, RowView
from store.ref import Scope


@dataclass(frozen=True, slots=True)
class ColumnGap:
    """A column of a view without all its values.

    Attributes:
        column: the view's name for it.
        resource: the list that would fill it; "" where the API has none.
        rows: how many rows lack it; None where any may.
    """

    column: str
    resource: str
    rows: int | None


def column_gaps(connection: sqlite3.Connection, view: RowView, scope: Scope) -> list[ColumnGap]:
    """The columns of a view that its rows lack because another list was not read whole.

    Args:
        connection: a reader.
        view: what is listed.
        scope: whose rows.
    """
    needs = view.needs
    always = [
        ColumnGap(name, need.resource, None)
        for name, need in needs.items()
        if not need.lacking and data_state(connection, need.resource, scope).completed_at is None
    ]
    counted = [name for name, need in needs.items() if need.lacking]
    if not counted:
        return always
    sums = ", ".join(f"coalesce(sum({_open(needs[name])}), 0)" for name in counted)
    narrowed = view.narrowed(scope)
    where = "".join(f" where {clause}" for clause, _ in narrowed)
    held = connection.execute(f"select {sums} from {view.source}{where}", [identity for _, identity in narrowed])
    found = zip(counted, held.fetchone(), strict=True)
    return [*always, *(ColumnGap(name, needs[name].resource, rows) for name, rows in found if rows)]


def _open(need: Need) -> str:
    """Whether a row lacks the column and the list that would fill it was not read whole."""
    return f"({need.lacking})" + (f" and not {read_whole(need.resource)}" if need.resource else "")
