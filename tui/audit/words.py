"""An attempt in words: a row of the list, its details, a paragraph for a ticket, a row of a file. Pure."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import msgspec

from store import words as fmt
from store.actions.action import Change, Fate, FieldKind
from store.actions.change_words import change_words
from store.actions.undoing import undo_refusal
from store.domain.values import entries, members
from store.folding import fold
from store.times import instant_of, is_instant
from tui.kit.export_way import ExportWay, Wording
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_addresses, masked_document
from widgets.panel.panel import Field
from widgets.table.columns import TableColumn
from widgets.table.rows import CellText, Row
from widgets.text import glyphs
from widgets.text.lines import Role

Attempt = Mapping[str, Any]
"""A row of the audit."""

FATES: Mapping[str, tuple[str, Role]] = {
    Fate.DONE.value: ("ok", "good"),
    Fate.REFUSED.value: ("failed", "bad"),
    Fate.NOT_DONE.value: ("disabled", "warn"),
    Fate.UNKNOWN.value: ("unknown", "bad"),
}
"""By fate the sign's name and the role; the word stands beside."""
COLUMNS = (
    TableColumn("at", "When", 12, priority=98, kind="date", sortable=False),
    TableColumn("action", "Action", 10, priority=96, sortable=False),
    TableColumn("record", "Record", 14, 1, 36, priority=95, sortable=False),
    TableColumn("fate", "Fate", 10, priority=97, sortable=False),
    TableColumn("changes", "Before → after", 18, 2, 60, priority=90, sortable=False),
    TableColumn("user", "Who", 8, priority=70, sortable=False),
    TableColumn("batch", "Batch", 10, 1, 30, priority=50, sortable=False),
    TableColumn("request_id", "Request id", 12, priority=40, sortable=False),
    TableColumn("id", "No.", 4, priority=60, kind="number", sortable=False),
)
SAVED = (
    "id", "at", "user", "profile", "action", "kind", "record", "changes", "fate", "said", "request_id", "batch",
    "undoes", "undone_by", "async_id", "async_end",
)  # fmt: skip


def changes_of(attempt: Attempt) -> tuple[Change, ...]:
    """Before and after; what an earlier release noted without its kind is text."""
    return tuple(
        Change(
            str(one.get("name")), one.get("before"), one.get("after"),
            FieldKind.__members__.get(str(one.get("kind")).upper(), FieldKind.TEXT),
        )
        for one in map(members, entries(attempt["changes"]))
    )  # fmt: skip


def changes_text(attempt: Attempt, currency: str | None, zone: tzinfo) -> list[str]:
    """`enabled: yes → no`, one for each thing that changed, in people's units."""
    said = []
    for change in changes_of(attempt):
        before, after = (" · ".join(side.splitlines()) for side in change_words(change, currency, zone))
        said.append(f"{change.name}: {before} {glyphs.current().arrow} {after}")
    return said


def fate_words(attempt: Attempt) -> tuple[str, Role]:
    """Sign and word; that it was undone, or goes on, comes behind."""
    fate = str(attempt["fate"])
    sign, role = FATES.get(fate, ("unknown", "bad"))
    more = ", undone" if attempt["undone_by"] else ""
    more = ", goes on" if attempt["async_id"] and not attempt["async_end"] else more
    return f"{getattr(glyphs.current(), sign)} {fate}{more}", role


def clock(attempt: Attempt, zone: tzinfo) -> str:
    """When, by the project's clock; as it stands where it is no instant."""
    at = str(attempt["at"])
    return fmt.clock(instant_of(at), zone, seconds=True) if is_instant(at) else at


def row_of(attempt: Attempt, scene: Formatter) -> Row:
    """Its row in the list."""
    told = str if scene.reveal else masked_addresses
    words, role = fate_words(attempt)
    cells = (
        scene.when(attempt["at"]), str(attempt["action"]), told(str(attempt["record"])), CellText(words, role),
        told("; ".join(changes_text(attempt, scene.currency, scene.zone))), str(attempt["user"]), str(attempt["batch"]),
        str(attempt["request_id"] or ""), str(attempt["id"]),
    )  # fmt: skip
    return Row(str(attempt["id"]), cells)


def matches(attempt: Attempt, needle: str) -> bool:
    """Whether folded text is in what the list shows of it."""
    names = ("action", "kind", "record", "user", "profile", "batch", "request_id", "fate", "said", "path")
    return not needle or any(needle in fold(str(attempt.get(name) or "")) for name in names)


def detail_fields(attempt: Attempt, currency: str | None, zone: tzinfo, *, reveal: bool) -> tuple[Field, ...]:
    """All of it but the documents."""
    told = str if reveal else masked_addresses
    words, role = fate_words(attempt)
    body = attempt["body"]
    sent = "" if body is None else f"  {msgspec.json.encode(body).decode()}"
    return (
        Field("Fate", words, role),
        Field("", told(str(attempt["said"]))),
        *(Field("Change", told(one)) for one in changes_text(attempt, currency, zone)),
        Field("Record", told(f"{attempt['kind']} {attempt['record']}")),
        Field("When", clock(attempt, zone)),
        Field("Who", f"{attempt['user']}, profile {attempt['profile']}"),
        Field("Request", told(f"{attempt['method']} {attempt['path']}{sent}")),
        Field("Request id", str(attempt["request_id"] or "none came")),
        *([Field("Batch", str(attempt["batch"]))] if attempt["batch"] else []),
        *(
            [Field("Task", f"{attempt['async_id']}: {attempt['async_end'] or 'goes on'}")]
            if attempt["async_id"]
            else []
        ),
        *([Field("Takes back", f"attempt {attempt['undoes']}")] if attempt["undoes"] else []),
        Field("Undo", undo_refusal(attempt) or "u takes it back"),
    )


def whole_document(attempt: Attempt, *, reveal: bool) -> Any:
    """The request, the answer, and the record before and after, as JSON."""
    document = {
        "request": {name: attempt[name] for name in ("method", "path", "body")},
        "answer": {name: attempt[name] for name in ("fate", "said", "request_id", "async_id", "async_end")},
        "before": attempt["before"],
        "after": attempt["after"],
    }
    return document if reveal else masked_document(msgspec.json.encode(document).decode())


def ticket(attempt: Attempt, currency: str | None, zone: tzinfo, *, reveal: bool) -> str:
    """The attempt as a paragraph."""
    told = str if reveal else masked_addresses
    changes = "; ".join(changes_text(attempt, currency, zone))
    return told(
        f"Attempt {attempt['id']}, {clock(attempt, zone)}, by {attempt['user']} ({attempt['profile']}): "
        f"{attempt['action']} of {attempt['kind']} {attempt['record']} ({changes}): {attempt['fate']}. "
        f"{attempt['said']} {attempt['method']} {attempt['path']}, request {attempt['request_id'] or 'unknown'}."
    )


def saved_rows(attempts: Sequence[Attempt], way: ExportWay, wording: Wording) -> tuple[list[str], list[list[Any]]]:
    """Heading and rows of a file."""
    told = str if way.reveal else masked_addresses
    heads = [wording.heading(name, readable=way.readable, is_time=name == "at") for name in SAVED]
    rows = []
    for one in attempts:
        changes = (
            "; ".join(changes_text(one, wording.currency, wording.zone))
            if way.readable
            else msgspec.json.encode(one["changes"]).decode()
        )
        at = wording.readable(one["at"]) if way.readable else one["at"]
        known = {**one, "at": at, "changes": told(changes), "said": told(one["said"]), "record": told(one["record"])}
        rows.append([known[name] for name in SAVED])
    return heads, rows
