"""What a rehearsal assumes: as people type it, and in words. Pure."""

import re
from datetime import datetime, time

from store import words as fmt
from store.days import instant_text, local_time
from store.explain.answer import Attempt
from tui.kit.formatter import Formatter
from widgets.dialog.date_presets import parse_day
from widgets.text import glyphs
from widgets.text.lines import Span

_MINUTES = re.compile(r"(.*?)(?:[\sT]+|^)(\d{1,2}):(\d\d)", re.ASCII)


def parse_amount(text: str) -> int | None:
    """An amount as typed, in minor units: `50`, `50.5`, `1,250.00`; None for no text.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    return fmt.typed_amount(text) if text else None


def parse_moment(text: str, scene: Formatter) -> str | None:
    """A moment by the project's clock as UTC text: `2026-11-30 14:00`, `20 Nov 2026`, `today 9:30`; None for no text.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    if not text:
        return None
    found = _MINUTES.fullmatch(text)
    today = local_time(scene.now, scene.zone).date()
    day = parse_day(found[1] if found else text, today) or today
    if found and (int(found[2]) > 23 or int(found[3]) > 59):
        raise ValueError(f"There is no {found[2]}:{found[3]} o'clock.")
    at = time(int(found[2]), int(found[3])) if found else time()
    try:
        return instant_text(datetime.combine(day, at, scene.zone))
    except OverflowError:
        raise ValueError("That is outside the calendar.") from None


def assumed_spans(attempt: Attempt, scene: Formatter) -> tuple[Span, ...]:
    """What is assumed, each with the key that changes it."""
    at = scene.when(attempt.at, named=True) if attempt.at else "now"
    order = "no order" if attempt.order is None else f"order {fmt.money(attempt.order, scene.currency)}"
    who = f"customer {attempt.customer}" if attempt.customer else "nobody named"
    parts: list[Span] = []
    for words, key in ((who, "c"), (order, "a"), (at, "t")):
        if parts:
            parts.append((f" {glyphs.current().dot} ", "muted"))
        parts += [(words, "text"), (f" {key}", "key")]
    return tuple(parts)
