"""Changes of documents as people read them: their own units, masked until revealed, in one line or field by field."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from store import words as fmt
from store.domain.changes import FieldChanged, change_words
from store.domain.field_words import Units, field_label, field_words
from store.json_text import stored
from store.queries.activity import Activity
from store.queries.calls import ApiCall, Changed
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_addresses, masked_document
from widgets.panel.diff import FieldChange
from widgets.text import glyphs


def value_words(resource: str, path: str, text: str | None, scene: Formatter, document: Any = None) -> str | None:
    """A field's JSON in words; None where the field is not there."""
    if text is None:
        return None
    value = stored(text)
    if not scene.reveal:
        value = _masked(resource, path, value)
    return field_words(path, value, Units(scene.currency, scene.zone), document)


def _masked(resource: str, path: str, value: Any) -> Any:
    """A value masked as it would be in its own place of a document."""
    steps = path.split("/")[1:]
    for step in reversed(steps):
        value = {step: value}
    if resource == "customers" and isinstance(value, dict):
        value["object"] = "customer"
    shown = masked_document(msgspec.json.encode(value).decode())
    for step in steps:
        shown = shown[step]
    return shown


def worded(
    changes: Iterable[Changed], scene: Formatter, own: tuple[str, str] = ("", ""), document: Any = None
) -> tuple[FieldChange, ...]:
    """Changes for a list of differences, once each however often one sync read them.

    Args:
        changes: of the journal, oldest first.
        scene: how values are worded.
        own: table and id of the thing that they are about: others are named.
        document: the thing itself, which says what a rule's figures count.
    """
    first: dict[tuple[str, str, str], str | None] = {}
    last: dict[tuple[str, str, str], str | None] = {}
    for resource, record, field, before, after in changes:
        first.setdefault((resource, record, field), before)
        last[resource, record, field] = after
    found = []
    for (resource, record, field), before in first.items():
        is_own = own in ((resource, record), ("", ""))
        context = document if is_own else None
        words = [value_words(resource, field, text, scene, context) for text in (before, last[resource, record, field])]
        dotted = field.lstrip("/").replace("/", ".") or (f"({resource.removesuffix('s')})" if is_own else "")
        path = dotted if is_own else ".".join(part for part in (resource, record, dotted) if part)
        found.append(FieldChange(path, *words))
    return tuple(found)


def summary(
    changes: Sequence[Changed], scene: Formatter, own: tuple[str, str], document: Any = None
) -> tuple[str, int]:
    """The first change worth a line, in words, and how many more there are that tell something."""
    telling = [one for one in changes if not FieldChanged(*one[2:]).is_bookkeeping] or list(changes)
    mine = [one for one in telling if one[:2] == own] or telling
    return one_line(mine[0], scene, document if mine[0][:2] == own else None), len(telling) - 1


def one_line(change: Changed, scene: Formatter, document: Any = None) -> str:
    """A change in one line: `end moved from 1 to 4 Dec 2026`, `amount off €10.00 → €15.00`."""
    resource, _, path, before, after = change
    said = FieldChanged(path, before, after)
    if (words := change_words(resource, said, scene.zone)) != said.text:
        return words
    old, new = (value_words(resource, path, text, scene, document) for text in (before, after))
    blank = "–"
    return f"{field_label(path)} {old or blank} {glyphs.current().arrow} {new or blank}"


def who_words(calls: Sequence[ApiCall], scene: Formatter) -> str:
    """Who made a change, by which requests: `by a•••@e••• · request v-1 · PUT /v1/campaigns/camp_1`; "" if unknown."""
    dot = f" {glyphs.current().dot} "
    return "; ".join(
        dot.join(
            part
            for part in (
                f"by {call.who if scene.reveal else masked_addresses(call.who)}" if call.who else "",
                f"request {call.request_id}" if call.request_id else "", f"{call.method} {call.path}",
            )
            if part
        )
        for call in calls[-3:]
    )  # fmt: skip


def entry_changes(entry: Activity, scene: Formatter) -> tuple[FieldChange, ...]:
    """What an activity changed, or what its request set; what nobody knows says so."""
    return tuple(
        FieldChange(
            change.path.lstrip("/").replace("/", "."),
            value_words(entry.resource, change.path, change.before, scene) if change.before_known else "not known",
            value_words(entry.resource, change.path, change.after, scene),
        )
        for change in entry.changes
    )


def entry_summary(entry: Activity, scene: Formatter) -> str:
    """The first of what an activity changed, or its request set, in words, and how many more there are."""
    telling = [change for change in entry.changes if not change.is_bookkeeping] or list(entry.changes)
    if not telling:
        return ""
    first = telling[0]
    words = one_line((entry.resource, entry.record_id, first.path, first.before, first.after), scene)
    if not first.before_known:
        words = f"sets {field_label(first.path)} to {value_words(entry.resource, first.path, first.after, scene)}"
    return f"{words} and {len(telling) - 1} more" if len(telling) > 1 else words


def fields_changed(count: int) -> str:
    """How many fields changed, in words."""
    return f"{fmt.counted(count, 'field')} changed"
