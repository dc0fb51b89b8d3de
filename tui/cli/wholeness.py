"""What a list of cached rows lacks, in a sentence: an answer must not look complete when its reading was not."""

import sqlite3

from store.cache.ledger import COMPLETE, PROJECT
from store.cache.unreadable import SHOWN_BY
from store.queries.freshness import list_state
from store.queries.gaps import column_gaps
from store.queries.rows import RowView
from store.ref import Scope
from store.words import counted


def what_is_missing(connection: sqlite3.Connection, view: RowView, scope: Scope) -> str:
    """Why more rows may exist than the cache holds, or newer ones; empty when nothing is known to be missing.

    Args:
        connection: a reader.
        view: what is listed.
        scope: whose rows; a campaign's or the project's.
    """
    name = view.table
    state = list_state(connection, name, scope)
    if state.as_of is None:
        return _never_read(connection, name, scope)
    parts = []
    if not state.complete:
        why = (state.reason or "not read to its end").rstrip(".")
        advice = f"{SHOWN_BY}." if state.not_understood else _advice(scope)
        parts.append(f"Not all rows: {name} is {state.state}: {why}. {advice}")
    if state.attempt:
        parts.append(f"{name}: {state.attempt}. {state.attempt_reason or ''}".strip())
    return " ".join(parts)


def which_columns(connection: sqlite3.Connection, view: RowView, scope: Scope) -> str:
    """Which columns lack values and what would fill them; empty when none does. Arguments as above."""
    by_list: dict[str, list[str]] = {}
    for gap in column_gaps(connection, view, scope):
        rows = "" if gap.rows is None else f" ({counted(gap.rows, 'row')})"
        by_list.setdefault(gap.resource, []).append(gap.column + rows)
    nowhere = by_list.pop("", [])
    parts = [f"{', '.join(names)}: worked out from {resource}" for resource, names in by_list.items()]
    said = f"Not all columns: {'; '.join(parts)}, not all synced. {_advice(scope)}" if parts else ""
    untold = f"No list of the API has {', '.join(nowhere)}." if nowhere else ""
    return " ".join(part for part in (said, untold) if part)


def _advice(scope: Scope) -> str:
    how = "--all" if scope is None else f"--campaign {scope.id}"
    return f"`promoscope sync {how}` reads the rest."


def _never_read(connection: sqlite3.Connection, name: str, scope: Scope) -> str:
    """The same for a list without a reading that covers all that was asked for."""
    # Late: a list that was read needs no catalogue to say so.
    from store.cache.ledger import Ledger, campaign_scope
    from store.sync.catalogue import CATALOGUE
    from store.sync.request import read_campaigns

    resource = next((one for one in CATALOGUE if one.name == name), None)
    if resource is None:
        return ""
    of_type = [ref for ref in read_campaigns(connection) if resource.scoping.applies_to(ref.campaign_type)]
    if scope is not None and scope.id not in {ref.id for ref in of_type}:
        return ""
    states = [state for state in Ledger(connection).states() if state.resource == name and state.scope != PROJECT]
    if scope is not None or not states:
        return f"{name} are not synced yet. {_advice(scope)}"
    read = {state.scope for state in states if state.state == COMPLETE}
    complete = sum(campaign_scope(ref.id) in read for ref in of_type)
    if complete == len(of_type) and not resource.scoping.project:
        return ""
    why = next((f": {state.reason}" for state in states if state.state != COMPLETE and state.reason), ".")
    return f"Not all rows: {name} are all synced for {complete:,} of {len(of_type):,} campaigns{why} {_advice(None)}"
