"""The records of an action on many as rows: on the screen, and in a file. Pure."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from store.actions.batch import RowResult
from store.actions.plan import body_text
from tui.actions.job import Job
from tui.actions.words import FATES, PLAINLY_DONE, changes_words
from tui.actions.work import Prepared
from widgets.table.columns import TableColumn
from widgets.table.rows import CellText, Row
from widgets.text import glyphs

COLUMNS = (
    TableColumn("record", "Record", 16, 1, sortable=False),
    TableColumn("change", "Before → after", 24, 2, priority=1, sortable=False),
    TableColumn("state", "State", 12, 2, priority=2, sortable=False),
)
HEAD = ["record", "action", "fate", "said", "method", "path", "body", "request_id", "audit"]


def result_rows(job: Job, names: Mapping[str, str], currency: str | None, zone: tzinfo) -> list[Row]:
    """A row for each record: what changes, and how it stands."""
    rows = []
    for one in job.records:
        plan = job.plan_of(one)
        change = "; ".join(f"{name}: {words}" for name, words in changes_words(plan, currency, zone)) if plan else ""
        rows.append(Row(one, (names[one], change, _state(one, job.prepared, job.results.get(one)))))
    return rows


def _state(record: str, prepared: Prepared, result: RowResult | None) -> CellText:
    if result is not None:
        sign, role = FATES[result.fate]
        said = "" if result.said == PLAINLY_DONE else f". {result.said}"
        return CellText(f"{getattr(glyphs.current(), sign)} {result.fate.value}{said}", role)
    if record in prepared.left_out:
        return CellText(f"left out: {prepared.left_out[record]}", "muted")
    return CellText("ready" if record in prepared.plans else "read in its turn", "muted")


def saved_rows(job: Job) -> tuple[list[str], list[list[Any]]]:
    """The same for a file: heading and rows."""
    rows: list[list[Any]] = []
    for one in job.records:
        plan, result, left_out = job.plan_of(one), job.results.get(one), job.prepared.left_out.get(one, "")
        outcome = result.outcome if result is not None else None
        fate = result.fate.value if result is not None else "left out" if left_out else "not tried"
        request = [plan.request.method, plan.request.path, body_text(plan.request)] if plan else ["", "", ""]
        said = result.said if result is not None else left_out
        calls = [outcome.request_id or "", outcome.number or ""] if outcome is not None else ["", ""]
        rows.append([one, job.action.id, fate, said, *request, *calls])
    return HEAD, rows
