"""Which rows of lists can be explained, and as what."""

from collections.abc import Mapping
from typing import Any

from store.cache.search_sources import SEARCH_SOURCES
from store.domain.customer_events import PUBLICATION, REDEMPTION, VALIDATION, event_type
from store.queries.rows import RowView
from store.ref import CUSTOMER, TRIED, Ref

EVENT, DELIVERY = "event", "webhook_delivery"
_KINDS = {source.table: source.kind for source in SEARCH_SOURCES}
_PEOPLE = frozenset({"t.holder_id", "t.customer_id"})
_REFUSED = frozenset({"redemption", "publication"})
_GROUPS = frozenset({PUBLICATION, REDEMPTION, VALIDATION})


def explained_row(view: RowView, values: Mapping[str, Any]) -> Ref | None:
    """What `x` on a row of a view explains; None for a row that has nothing to explain.

    Args:
        view: whose row.
        values: of the row, by column name.
    """
    return explained(row_ref(view, str(values.get("id") or "")), values)


def row_ref(view: RowView, identity: str) -> Ref:
    """The record that a row of a view is; its kind is "" where nothing else names such records."""
    return Ref(CUSTOMER, identity) if view.columns.get("id") in _PEOPLE else stored_ref(view.table, identity)


def stored_ref(table: str, identity: str) -> Ref:
    """The record of a table with an id."""
    return Ref(_KINDS.get(table, ""), identity)


def explained_trace(table: str, identity: str, *, failed: bool) -> Ref | None:
    """The same of an entry of an activity feed: a delivery that tells of a refusal."""
    return Ref(DELIVERY, identity) if failed and _KINDS.get(table) == DELIVERY else None


def explained(ref: Ref, values: Mapping[str, Any]) -> Ref | None:
    """The same of a record.

    Args:
        ref: which record.
        values: its `result` where it is an attempt, its `type` where it is an event.
    """
    if ref.kind == EVENT:
        known = event_type(str(values.get("type") or ""))
        is_refusal = known.problem and known.group in _GROUPS
    else:
        is_refusal = ref.kind in _REFUSED and values.get("result") == "FAILURE"
    return ref if ref.id and (is_refusal or ref.kind in TRIED) else None
