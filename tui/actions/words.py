"""An action in people's words: its fields, a plan, what became of it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from store import words as fmt
from store.actions.action import Action, Change, Fate, FieldKind, ValueRefused
from store.actions.action import Field as ActionField
from store.actions.batch import Price, RowResult
from store.actions.catalogue import action_named
from store.actions.change_words import change_words
from store.actions.plan import Plan, body_text
from store.actions.typed_values import typed_value
from store.days import last_day, local_time, parse_instant
from store.domain.values import whole
from store.times import utc_text
from widgets.panel.panel import Field
from widgets.text import glyphs
from widgets.text.lines import Role

FATES: Mapping[Fate, tuple[str, Role]] = {
    Fate.DONE: ("ok", "good"),
    Fate.REFUSED: ("failed", "bad"),
    Fate.NOT_DONE: ("disabled", "warn"),
    Fate.UNKNOWN: ("unknown", "bad"),
    Fate.NOT_TRIED: ("scheduled", "muted"),
}
"""The sign's name and the role of each fate; its word stands beside."""
JSON_KINDS = frozenset({FieldKind.JSON, FieldKind.RULE})
"""Kinds of fields whose values are typed as JSON."""
PLAINLY_DONE = "It was done."
"""What a call says of which there is nothing more to say."""
_FORMS = {
    FieldKind.NUMBER: "A whole number.",
    FieldKind.POINTS: "A whole number of points.",
    FieldKind.MONEY: "Like 10.00, in {currency}.",
    FieldKind.INSTANT: "Like 2026-12-31, of {zone}, or 2026-12-31T18:00:00Z.",
    FieldKind.FLAG: "yes or no.",
    FieldKind.FILE: "The path of a file.",
    FieldKind.JSON: 'A JSON object like {{"key": "value"}}, or @ and the path of a file with one.',
    FieldKind.RULE: "A JSON object, or @ and the path of a file with one.",
}


def field_help(field: ActionField, currency: str | None, zone: tzinfo, *, holds: bool = False) -> str:
    """What a field is for, and how its value is typed; `holds` tells that its line begins with a value."""
    form = f"One of {', '.join(field.choices)}." if field.choices else _FORMS.get(field.kind, "")
    form = form.format(currency=currency or "the project's currency", zone=fmt.zone_name(zone)) if form else ""
    emptied = "Empty takes it away." if field.can_be_empty and holds else ""
    return " ".join(part for part in (field.help, form, emptied) if part)


def text_of(field: ActionField, value: Any, now: datetime, zone: tzinfo) -> str:
    """A value as people would type it: typed again it means the same. "" where there is no such text."""
    if value is None:
        return ""
    number = whole(value)
    if field.kind is FieldKind.MONEY and number is not None:
        return f"{'-' if number < 0 else ''}{abs(number) // 100}.{abs(number) % 100:02d}"
    if field.kind is FieldKind.FLAG and isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind is FieldKind.INSTANT and isinstance(value, str):
        return _instant_text(field, utc_text(value) or value, now, zone)
    if isinstance(value, str):
        return value
    text = msgspec.json.encode(value)
    return (msgspec.json.format(text, indent=2) if value and field.kind in JSON_KINDS else text).decode()


def _instant_text(field: ActionField, instant: str, now: datetime, zone: tzinfo) -> str:
    """The day where it means this instant, else the project's clock with its offset; that which is none as it is."""
    for day in _texts_of(instant, zone):
        try:
            if typed_value(field, day, now, zone) == instant:
                return day
        except ValueRefused:
            continue
    return instant


def _texts_of(instant: str, zone: tzinfo) -> tuple[str, ...]:
    try:
        clock = local_time(parse_instant(instant), zone)
        return last_day(instant, zone).isoformat(), clock.date().isoformat(), clock.isoformat(" ", "minutes")
    except (ValueError, OverflowError):
        return ()


def changes_words(plan: Plan, currency: str | None, zone: tzinfo) -> list[tuple[str, str]]:
    """Each change by its name, as before → after in one line."""
    found = []
    for change in plan.changes:
        before, after = (side.replace("\n", "; ") for side in change_words(change, currency, zone))
        found.append((change.name.replace("_", " "), f"{before} {glyphs.current().arrow} {after}"))
    return found


def _change_fields(change: Change, currency: str | None, zone: tzinfo) -> list[Field]:
    """A change in one line, or each side with its lines where it has several."""
    name, sides = change.name.replace("_", " "), change_words(change, currency, zone)
    if not any("\n" in side for side in sides):
        return [Field(name, f" {glyphs.current().arrow} ".join(sides), "strong")]
    roles: tuple[Role, Role] = ("muted", "strong")
    parts = zip(("before", "after"), sides, roles, strict=True)
    return [Field(f"{name} {word}", tuple(side.split("\n")), role) for word, side, role in parts]


def plan_fields(plan: Plan, currency: str | None, zone: tzinfo) -> list[Field]:
    """What a plan changes, the exact request, and what takes it back."""
    fields = [field for change in plan.changes for field in _change_fields(change, currency, zone)]
    fields.append(Field("request", f"{plan.request.method} {plan.request.path}", "accent"))
    if body := body_text(plan.request):
        fields.append(Field("body", body))
    inverse = action_named(plan.action.kind, plan.undo.action) if plan.undo else None
    if inverse is None:
        fields.append(Field("undo", "Nothing takes it back.", "warn"))
    else:
        fields.append(Field("undo", f"“{inverse.title}” takes it back.", "muted"))
    return fields


def result_fields(result: RowResult) -> list[Field]:
    """What became of a record."""
    sign, role = FATES[result.fate]
    fields = [Field("result", f"{getattr(glyphs.current(), sign)} {result.fate.value}", role)]
    if result.said != PLAINLY_DONE:
        fields.append(Field("", result.said))
    outcome = result.outcome
    if outcome is not None and outcome.request_id:
        fields.append(Field("request id", outcome.request_id, "muted"))
    if outcome is not None and outcome.number:
        fields.append(Field("audit", f"number {outcome.number}", "muted"))
    return fields


def cost_words(price: Price) -> str:
    """`12 records · about 36 calls · 1 min of waiting for the call limit`."""
    dot = glyphs.current().dot
    words = f"{fmt.counted(price.rows, 'record')} {dot} about {fmt.counted(price.calls, 'call')}"
    if price.waits is None:
        return f"{words} {dot} no call limit known"
    waits = f"{fmt.wait(price.waits)} of waiting" if price.waits else "no waiting"
    return f"{words} {dot} {waits} for the call limit"


def title_words(action: Action, titles: Sequence[str]) -> str:
    """What is done to what. Outside text."""
    return f"{action.title} {glyphs.current().dot} {titles[0] if len(titles) == 1 else f'{len(titles):,} records'}"
