"""The records of an action on many as rows: on the screen, and in a file. Pure."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from store.actions.action import Action
from store.actions.plan import body_text
from tui.actions.words import FATES, changes_words
from tui.actions.work import Prepared, RowResult
from widgets.table.columns import TableColumn
from widgets.table.rows import CellText, Row
from widgets.text import glyphs

COLUMNS = (
    TableColumn("record", "Record", 16, 1, sortable=False),
    TableColumn("change", "Before → after", 24, 2, priority=1, sortable=False),
    TableColumn("state", "State", 12, 2, priority=2, sortable=False),
)
HEAD = ["record", "action", "fate", "said", "method", "path", "body", "request_id", "audit"]


def result_rows(
    records: Sequence[str],
    names: Mapping[str, str],
    prepared: Prepared,
    results: Mapping[str, RowResult],
    currency: str | None,
    zone: tzinfo,
) -> list[Row]:
    """A row for each record: what changes, and how it stands."""
    rows = []
    for one in records:
        result = results.get(one)
        plan = (result.plan if result is not None else None) or prepared.plans.get(one)
        change = "; ".join(f"{name}: {words}" for name, words in changes_words(plan, currency, zone)) if plan else ""
        rows.append(Row(one, (names[one], change, _state(one, prepared, result))))
    return rows


def _state(record: str, prepared: Prepared, result: RowResult | None) -> CellText:
    if result is not None:
        sign, role = FATES[result.fate]
        return CellText(f"{getattr(glyphs.current(), sign)} {result.fate.value}. {result.said}", role)
    if record in prepared.left_out:
        return CellText(f"left out: {prepared.left_out[record]}", "muted")
    return CellText("ready" if record in prepared.plans else "read in its turn", "muted")


def saved_rows(
    action: Action, records: Sequence[str], prepared: Prepared, results: Mapping[str, RowResult]
) -> tuple[list[str], list[list[Any]]]:
    """The same for a file: heading and rows."""
    rows: list[list[Any]] = []
    for one in records:
        result = results.get(one)
        plan = (result.plan if result is not None else None) or prepared.plans.get(one)
        outcome = result.outcome if result is not None else None
        left_out = prepared.left_out.get(one, "")
        fate = result.fate.value if result is not None else "left out" if left_out else "not tried"
        request = [plan.request.method, plan.request.path, body_text(plan.request)] if plan else ["", "", ""]
        said = result.said if result is not None else left_out
        calls = [outcome.request_id or "", outcome.number or ""] if outcome is not None else ["", ""]
        rows.append([one, action.id, fate, said, *request, *calls])
    return HEAD, rows
