"""Statuses that rows can be narrowed by: which words a resource knows, and the rows they mean."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from store.domain.status import StatusKind
from store.nearest import did_you_mean
from store.queries.rows import RowView

_BY_RESOURCE: Mapping[str, Mapping[str, str]] = {
    # The result of the attempt and what followed: a rollback changes the status where the API states it (API §11.5).
    "redemptions": {
        "SUCCESS": "t.result = 'SUCCESS'",
        "FAILURE": "t.result = 'FAILURE'",
        "SUCCEEDED": "(t.status = 'SUCCEEDED' and t.rolled_back_by is null)",
        "FAILED": "t.status = 'FAILED'",
        "ROLLED_BACK": "(t.status = 'ROLLED_BACK' or t.rolled_back_by is not null)",
    },
    "publications": {"SUCCESS": "t.result = 'SUCCESS'", "FAILURE": "t.result = 'FAILURE'"},
}
_FLAGS = {"active": "t.active = 1", "inactive": "t.active = 0"}
_COLUMNS = ("status", "result", "holder_role")


class UnknownStatus(ValueError):
    """A resource has no status, or none of that name; the text says so for people and names those there are."""


def campaign_statuses(statuses: Sequence[str]) -> frozenset[str]:
    """The derived statuses asked for, as campaigns show them.

    Raises:
        UnknownStatus: there is no such status.
    """
    known = {kind.value.casefold(): kind.value for kind in StatusKind}
    return frozenset(_known(status, known) for status in statuses)


def with_status(connection: sqlite3.Connection, view: RowView, statuses: Sequence[str]) -> RowView:
    """The view with only the rows of some statuses, in any case; the view itself when none is asked for.

    Raises:
        UnknownStatus: the resource has no status, or none of these: an empty list would look like an answer.
    """
    if not statuses:
        return view
    clauses = dict(_BY_RESOURCE.get(view.name, {}))
    columns = [name for name in _COLUMNS if name in view.columns]
    if not columns and "active" in view.columns:
        clauses = dict(_FLAGS)
    elif not columns:
        raise UnknownStatus(f"{view.name} have no status to filter by.")
    known = {name.casefold(): name for name in clauses}
    if not {status.casefold() for status in statuses} <= set(known):
        # What the API calls things may be newer than this program: the rows know it.
        for column in columns[: len(columns) if view.name in _BY_RESOURCE else 1]:
            for value in _values(connection, view, column):
                known.setdefault(value.casefold(), value)
                clauses.setdefault(value, f"{view.columns[column]} = {_quoted(value)}")
    wanted = [clauses[_known(status, known)] for status in statuses] if known else ["0"]
    where = f"({' or '.join(wanted)})"
    return replace(view, where=f"{view.where} and {where}" if view.where else where)


def known_statuses(connection: sqlite3.Connection, view: RowView) -> list[str]:
    """The statuses that a resource's rows can be narrowed by; none where it has no status."""
    named = _BY_RESOURCE.get(view.name)
    if named is not None:
        return list(named)
    column = next((name for name in _COLUMNS if name in view.columns), None)
    return _values(connection, view, column) if column else list(_FLAGS) if "active" in view.columns else []


def _values(connection: sqlite3.Connection, view: RowView, column: str) -> list[str]:
    query = f"select distinct {view.columns[column]} from {view.source} order by 1"
    return [str(row[0]) for row in connection.execute(query) if row[0] is not None]


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _known(status: str, known: Mapping[str, str]) -> str:
    try:
        return known[status.casefold()]
    except KeyError:
        hint = did_you_mean(status, known.values())
        raise UnknownStatus(f"There is no status “{status}”.{hint} Known: {', '.join(known.values())}.") from None
