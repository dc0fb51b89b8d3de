"""Columns that stay empty because the list which fills them is not complete: "complete" covers them, too."""

import sqlite3
from collections.abc import Container
from dataclasses import dataclass

from store.cache.ledger import PROJECT, campaign_scope
from store.queries.derived import read_whole
from store.queries.freshness import data_state, read_states
from store.queries.rows import Need, RowView
from store.ref import CAMPAIGN, Scope


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


def column_gaps(
    connection: sqlite3.Connection, view: RowView, scope: Scope, among: Container[str] | None = None
) -> list[ColumnGap]:
    """The columns of a view that its rows lack because another list is not complete.

    Args:
        connection: a reader.
        view: what is listed.
        scope: whose rows.
        among: the columns to look at, since rows are counted for each; None for all.
    """
    needs = {name: need for name, need in view.needs.items() if among is None or name in among}
    always = [
        ColumnGap(name, need.resource, None)
        for name, need in needs.items()
        if not need.lacking and data_state(connection, need.resource, scope).completed_at is None
    ]
    lacking = {name: clause for name, need in needs.items() if (clause := _lacking(connection, need, scope))}
    if not lacking:
        return always
    sums = ", ".join(f"coalesce(sum({clause}), 0)" for clause in lacking.values())
    narrowed = view.narrowed(scope)
    where = "".join(f" where {clause}" for clause, _ in narrowed)
    counts = connection.execute(f"select {sums} from {view.source}{where}", [identity for _, identity in narrowed])
    found = zip(lacking, counts.fetchone(), strict=True)
    return [*always, *(ColumnGap(name, needs[name].resource, rows) for name, rows in found if rows)]


def _lacking(connection: sqlite3.Connection, need: Need, scope: Scope) -> str:
    """The rows that lack the column, SQL; "" where none can, since the list that fills it is complete."""
    if not need.lacking or not need.resource:
        return need.lacking and f"({need.lacking})"
    of_campaign = scope is not None and scope.kind == CAMPAIGN
    covering = (PROJECT, campaign_scope(scope.id)) if scope is not None and of_campaign else (PROJECT,)
    marks = ", ".join("?" * len(covering))
    condition = f"resource = ? and completed_at is not null and scope in ({marks})"
    if read_states(connection, condition, (need.resource, *covering)):
        return ""
    # Rows of one campaign are of one answer, which must not be asked for each of a million.
    return f"({need.lacking})" + ("" if of_campaign else f" and not {read_whole(need.resource)}")
