"""Before and after in people's units."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

import msgspec

from store import words
from store.actions.action import Change, FieldKind
from store.actions.plan import Plan
from store.domain.rules import RuleNode, rule_tree
from store.times import instant_of, is_instant, utc_text

NOTHING = "nothing"
_LONGEST = 500
"""Characters of a text that are shown."""


def change_words(change: Change, currency: str | None, zone: tzinfo) -> tuple[str, str]:
    """Both sides of a change as text."""
    if change.kind is FieldKind.RULE:
        return _tree(change.name, change.before, currency), _tree(change.name, change.after, currency)
    return _words(change.before, change.kind, currency, zone), _words(change.after, change.kind, currency, zone)


def _tree(name: str, value: Any, currency: str | None) -> str:
    """A part of a validation rule as its readable tree, a line for each condition."""
    if not value:
        return NOTHING
    return "\n".join(_branches(rule_tree({name: value}, currency).children, "")) or NOTHING


def _branches(nodes: Sequence[RuleNode], indent: str) -> Iterator[str]:
    for node in nodes:
        yield indent + _shortened(_one_line(node.label))
        yield from _branches(node.children, f"{indent}  ")


def change_lines(change: Change, currency: str | None, zone: tzinfo) -> list[str]:
    """A change as lines: one, or each side below its own heading where a side has several."""
    before, after = change_words(change, currency, zone)
    name = _shortened(_one_line(change.name))
    if "\n" not in before + after:
        return [f"{name}: {before} → {after}"]
    sides = (("before", before), ("after", after))
    return [line for word, side in sides for line in (f"{name} {word}:", *_indented(side))]


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.split("\n")]


def warning_lines(plan: Plan, zone: tzinfo) -> list[str]:
    """What people should know before, and until when it can be done."""
    if plan.until is None:
        return list(plan.warnings)
    return [*plan.warnings, f"It can be done until {words.clock(plan.until, zone)}."]


def changed_words(changes: Sequence[Change], currency: str | None, zone: tzinfo) -> str:
    """What a record is now, where an attempt had left it otherwise."""
    said = []
    for change in changes:
        now, left = change_words(change, currency, zone)
        said.append(f"{change.name} is now {now}, not {left}.")
    return " ".join(said)


def _words(value: Any, kind: FieldKind, currency: str | None, zone: tzinfo) -> str:
    if value is None:
        return NOTHING
    if kind is FieldKind.MONEY and isinstance(value, int):
        return words.money(value, currency)
    if kind is FieldKind.POINTS and isinstance(value, int):
        return words.points(value, short=False)
    if kind is FieldKind.FLAG:
        return "yes" if value else "no"
    if kind is FieldKind.INSTANT and isinstance(value, str) and is_instant(utc_text(value)):
        return words.clock(instant_of(utc_text(value) or value), zone)
    if kind is FieldKind.NUMBER and isinstance(value, int):
        return f"{value:,}"
    if kind is FieldKind.LINES and isinstance(value, list):
        return "\n".join(_one_line(str(one)) for one in value) or NOTHING
    return _shortened(_one_line(value if isinstance(value, str) else msgspec.json.encode(value).decode()))


def _one_line(text: str) -> str:
    """Line ends of outside text as marks: a line of these words is one line."""
    return " ⏎ ".join(text.splitlines())


def _shortened(text: str) -> str:
    """The beginning of a long text; the request has it whole."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
