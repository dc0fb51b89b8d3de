"""Instants as text in the one form the cache sorts by: `2026-11-20T12:00:00.000Z`."""

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_USUAL = re.compile(
    r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z",
    re.ASCII,
)
"""What the API mostly sends and the cache stores, with or without a fraction; without the days some months lack."""


def utc_text(value: object) -> str | None:
    """An instant as the API wrote it, in UTC, in the cache's form.

    Accepts every form the API is known to send (API §1): with and without a fraction, of any length, with `Z`
    or an offset, and a bare date, which means its midnight. A time without an offset counts as UTC. The fraction
    is cut, never rounded, to milliseconds.

    Args:
        value: anything a record may hold there.

    Returns:
        `YYYY-MM-DDTHH:MM:SS.mmmZ`, or None when the value is not an instant.
    """
    if not isinstance(value, str):
        return None
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        return value if usual[1] else f"{value[:-1]}.000Z"
    if not _FORM.fullmatch(value):
        return None
    try:
        instant = datetime.fromisoformat(value.upper())
        return text_of(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


NOT_A_DATE = " (not a date)"
"""Follows a text that is not the instant it should be."""


def date_text(value: object) -> str | None:
    """An instant in the cache's form; what is none as it was received, marked; None where there is nothing."""
    known = utc_text(value)
    if known is not None or value is None:
        return known
    text = str(value) if isinstance(value, str | int | float) else "an object"
    return f"{text}{NOT_A_DATE}" if text.strip() else None


def column_date(value: object) -> str | None:
    """What a column of dates holds, in the form of `date_text`: another program may have put anything there."""
    return value if isinstance(value, str) and value.endswith(NOT_A_DATE) else date_text(value)


def is_instant(text: str | None) -> bool:
    """Whether a text of `date_text` is an instant."""
    return text is not None and not text.endswith(NOT_A_DATE)


def is_endless(text: str | None) -> bool:
    """Whether an end is the last year of the calendar, which stands for "never"."""
    return text is not None and is_instant(text) and text.startswith("9999")


def text_of(instant: datetime) -> str:
    """An aware instant in the cache's form, cut to milliseconds.

    Raises:
        ValueError: the instant carries no time zone.
        OverflowError: in UTC it lies outside the years 1 to 9999.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no UTC text")
    utc = instant.astimezone(UTC)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def instant_of(text: str) -> datetime:
    """The instant behind a text in the cache's form.

    Raises:
        ValueError: the text is not in that form.
    """
    if len(text) != 24 or text[-1] != "Z":
        raise ValueError(f"{text[:40]!r} is not an instant in the cache's form")
    return datetime.fromisoformat(text)


def shifted(text: str, milliseconds: int) -> str:
    """The instant that many milliseconds later (or earlier, when negative), kept inside the years 1 to 9999.

    Raises:
        ValueError: the text is not in the cache's form.
    """
    instant = instant_of(text)
    try:
        return text_of(instant + timedelta(milliseconds=milliseconds))
    except OverflowError:
        return text
