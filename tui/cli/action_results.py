"""What became of the records of an action: as text, JSON, a CSV file and an exit code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from store.actions.action import Action, Fate
from store.actions.batch import RowResult, tally
from store.actions.change_words import change_lines
from store.actions.plan import Plan, body_shown, body_text
from store.config import Settings
from store.export import save_csv
from store.words import counted
from tui.cli.exits import OK, PARTIAL, USAGE, Failure
from tui.cli.output import has_formula_guard, say, write

_REFUSED = 1
_COLUMNS = ("record", "fate", "said", "changes", "request_id", "audit")


def show_plan(plan: Plan, settings: Settings) -> None:
    """The exact request, and before → after in people's units."""
    write(f"{plan.action.title}: {plan.record_id}")
    body = body_text(plan.request)
    write(f"  {plan.request.method} {plan.request.path}{f'  {body}' if body else ''}")
    for change in plan.changes:
        for line in change_lines(change, settings.currency, settings.timezone):
            write(f"  {line}")


def plan_json(record: str, plan: Plan | None) -> dict[str, Any]:
    """What is or would be sent; nulls where it was not worked out."""
    request = plan.request if plan is not None else None
    undo = plan.undo if plan is not None else None
    return {
        "record": record,
        "request": {
            "method": request.method if request is not None else None,
            "path": request.path if request is not None else None,
            "body": body_shown(request) if request is not None else None,
        },
        "changes": [{"name": one.name, "before": one.before, "after": one.after} for one in plan.changes]
        if plan is not None
        else [],
        "undo": None if undo is None else {"action": undo.action, "values": undo.values},
    }


def results_json(action: Action, batch: str, results: Sequence[RowResult]) -> dict[str, Any]:
    """The answer of `--json`."""
    return {
        "action": action.id,
        "batch": batch,
        "results": [
            {
                **plan_json(one.record, one.plan),
                "fate": one.fate.value,
                "said": one.said,
                "request_id": one.outcome.request_id if one.outcome else None,
                "audit": (one.outcome.number or None) if one.outcome else None,
            }
            for one in results
        ],
    }


def save_results(path: Path, action: Action, results: Sequence[RowResult]) -> None:
    """Write them into a new private file.

    Raises:
        Failure: it is there already, or cannot be written.
    """
    rows = results_json(action, "", results)["results"]
    cells = [
        [msgspec.json.encode(row[name]).decode() if name == "changes" else row[name] for name in _COLUMNS]
        for row in rows
    ]
    try:
        number = save_csv(path, _COLUMNS, cells, guard=has_formula_guard())
    except OSError as error:
        raise Failure(f"{path} was not written: {error.strerror}. The audit has all of it.", PARTIAL) from None
    say(f"{path} has {counted(number, 'row')}.")


def check_output(path: Path | None) -> None:
    """Refuse a file that is there already, before anything is sent.

    Raises:
        Failure: it is.
    """
    if path is not None and path.exists():
        raise Failure(f"{path} is there already. Nothing was sent.", USAGE)


def summed_up(results: Sequence[RowResult], batch: str) -> str:
    """How many came to which end, and how to go on."""
    counts = tally([one.fate for one in results])
    more = f" `--batch {batch}` goes on with it." if batch and any(one.fate is not Fate.DONE for one in results) else ""
    return f"{counts or 'Nothing is left to do'}.{more}"


def exit_code(results: Sequence[RowResult]) -> int:
    """0 when all was done; 1 when the API refused the only one; else 4."""
    fates = [one.fate for one in results]
    if all(fate is Fate.DONE for fate in fates):
        return OK
    return _REFUSED if fates == [Fate.REFUSED] else PARTIAL
