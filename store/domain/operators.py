"""The operators of a condition in words: `> €50.00`, `is on Monday or Wednesday`, `is more than 30 days ago`.

Source: schema ValidationRuleConditions, and the further operators its examples show. Weekdays are the API's, 0 is
Sunday. Clock times run in the project's time zone; instants are shown in UTC.
"""

from collections.abc import Callable, Sequence
from typing import Any

from store.domain.durations import duration_text
from store.domain.values import joined, shown, whole, word
from store.times import utc_text
from store.words import counted

_SIGNS = {
    "$is": "is",
    "$is_not": "is not",
    "$in": "is one of",
    "$not_in": "is none of",
    "$more_than": ">",
    "$more_than_or_equal": "≥",
    "$more_than_equal": "≥",
    "$greater_than": ">",
    "$greater_than_or_equal": "≥",
    "$less_than": "<",
    "$less_than_or_equal": "≤",
    "$less_than_equal": "≤",
    "$contains": "contains",
    "$not_contain": "does not contain",
    "$not_contains": "does not contain",
    "$starts_with": "starts with",
    "$ends_with": "ends with",
    "$matches_regex": "matches",
    "$before": "is before",
    "$after": "is after",
    "$between": "is between",
    "$from": "belongs to",
    "$in_location": "is in the location",
    "$not_differ": "does not differ from",
    "$not_intersect": "does not intersect with",
}
"""Operators that stand before their values. The last two are read literally: the API does not describe them."""
_BARE = {
    "$has_value": "has a value",
    "$is_unknown": "is unknown",
    "$is_defined": "is set",
    "$is_not_defined": "is not set",
    "$is_true": "is true",
    "$is_false": "is false",
}
_LAST_WORDS = {"$is_not": "nor", "$not_in": "and", "$between": "and", "$not_differ": "and", "$not_intersect": "and"}
"""The word before the last of several values, where it is not "or"."""
_DAYS = {
    "more_than_ago": "is more than {} ago",
    "less_than_ago": "is less than {} ago",
    "is_days_ago": "is exactly {} ago",
    "more_than_future": "is more than {} in the future",
    "less_than_future": "is less than {} in the future",
    "is_days_in_future": "is exactly {} in the future",
}
"""Distances in days from today, by the operator's name without the dollar sign, which the API leaves out once."""
_ELEMENTS = {"$count": "has exactly {}", "$count_more": "has more than {}", "$count_less": "has fewer than {}"}
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def operation_text(operator: str, values: Any, say: Callable[[Any], str]) -> str:
    """One operator with its values in words; what is not understood is shown as received.

    Args:
        operator: as received, `$less_than`.
        values: a list of values, or one.
        say: puts a value into words: money, a product, an instant.
    """
    if operator in _BARE:
        return _BARE[operator]
    listed = list(values) if isinstance(values, list | tuple) else [] if values is None else [values]
    special = _special(operator, listed)
    if special is not None:
        return special
    texts = [say(value) for value in listed]
    return f"{_SIGNS.get(operator, operator)} {joined(texts, _LAST_WORDS.get(operator, 'or'))}".strip()


def _special(operator: str, values: Sequence[Any]) -> str | None:
    """Operators whose values have a form of their own; None for others, and where a value lacks that form."""
    if operator == "$dow":
        days = weekdays(values)
        return f"is on {days}" if days else None
    distance = _DAYS.get(operator.removeprefix("$"))
    template, unit = (distance, "day") if distance else (_ELEMENTS.get(operator), "element")
    if template is not None:
        counts = [_counted(value, unit) for value in values]
        return template.format(joined(counts, "or")) if counts and all(counts) else None
    reader = _TIMES.get(operator)
    if reader is None or not values:
        return None
    texts = [reader(word(value).split(";")) for value in values]
    return f"is {joined([text for text in texts if text], 'or')}" if all(texts) else None


def weekdays(values: Sequence[Any]) -> str:
    """API weekdays in words, in their order: `Monday or Wednesday`; empty unless all are weekdays."""
    numbers = [whole(value) for value in values]
    names = [_WEEKDAYS[number] for number in numbers if number is not None and 0 <= number <= 6]
    return joined(names, "or") if len(names) == len(numbers) else ""


def instant_words(value: Any) -> str:
    """An instant as `2026-11-20 12:00 UTC` and a plain date as it is; empty when it is neither."""
    text = utc_text(value)
    if text is None:
        return ""
    return word(value) if len(word(value)) == 10 else f"{text[:10]} {text[11:16]} UTC"


def _counted(value: Any, unit: str) -> str:
    number = whole(value)
    return "" if number is None else counted(number, unit)


def _daily_hours(parts: Sequence[str]) -> str:
    """The form `18:00;20:01;2,3`."""
    if len(parts) != 3 or not all(part.strip() for part in parts):
        return ""
    days = weekdays(parts[2].split(","))
    return f"between {parts[0].strip()} and {parts[1].strip()} on {days}" if days else ""


def _absolute(parts: Sequence[str]) -> str:
    """The form `2024-11-14T16:02:00.000Z;2024-11-28T16:02:00.000Z`."""
    ends = [instant_words(part.strip()) for part in parts]
    return f"between {ends[0]} and {ends[1]}" if len(ends) == 2 and all(ends) else ""


def _repeated(parts: Sequence[str]) -> str:
    """The form `2024-11-12T14:59:23.019Z;P1D;PT1H`: a start, how often, how long."""
    if len(parts) != 3 or not all(part.strip() for part in parts):
        return ""
    start, every, length = (part.strip() for part in parts)
    begins = instant_words(start)
    return f"within {duration_text(length)} every {duration_text(every)} from {begins}" if begins else ""


_TIMES: dict[str, Callable[[Sequence[str]], str]] = {
    "$timeframe": _repeated,
    "$timeframe_absolute": _absolute,
    "$timeframe_daily_hours": _daily_hours,
}


def plain_value(value: Any) -> str:
    """A value that is neither money nor an object: instants by their minute, all else as received."""
    text = word(value)
    return (instant_words(value) if "T" in text and text[:4].isdigit() else "") or shown(value)


OPERATORS = frozenset({*_SIGNS, *_BARE, *_ELEMENTS, *_TIMES, "$dow", "less_than_ago"} | {f"${name}" for name in _DAYS})
"""All that are known, as a rule has them."""
