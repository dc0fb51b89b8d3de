"""Before and after in people's units."""

from datetime import tzinfo
from typing import Any

import msgspec

from store import words
from store.actions.action import Change, FieldKind
from store.times import instant_of, is_instant, utc_text

NOTHING = "nothing"


def change_words(change: Change, currency: str | None, zone: tzinfo) -> tuple[str, str]:
    """Both sides of a change as text."""
    return _words(change.before, change.kind, currency, zone), _words(change.after, change.kind, currency, zone)


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
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
