"""Conditions on one column: what they mean, apart from where they came from (API §2, schema `FiltersCondition`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from store.sandbox.problems import bad_query

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """One condition. A row matches when the value in `column` passes `operator` against `values`.

    Attributes:
        column: column of the table, or a dotted path into its documents.
        operator: without the dollar sign; see `OPERATORS`.
        values: as received; times already in `instant` form.
    """

    column: str
    operator: str
    values: tuple[str, ...] = ()


def is_time(column: str) -> bool:
    """Whether a column holds instants or dates, which compare in one fixed form."""
    return column.endswith(("_at", "_date")) or column in {"date", "created_date"}


def instant(value: str) -> str:
    """Any of the API's time texts (§1) as `2026-11-20T12:00:00.000Z`, so that text order is time order.

    Raises:
        ValueError: when it is no time.
    """
    if len(value) == 24 and value[-1] == "Z" and value[10] == "T":
        return value
    parsed = datetime.fromisoformat(value.replace("Z", "+00:00").replace(" ", "+"))
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    parsed = parsed.astimezone(UTC)
    return f"{parsed:%Y-%m-%dT%H:%M:%S}.{parsed.microsecond // 1000:03d}Z"


def bound(name: str, value: str) -> str:
    """A time from a query in `instant` form.

    Raises:
        Problem: 400 when it is no time.
    """
    try:
        return instant(datetime.fromisoformat(value.replace(" ", "+")).isoformat())
    except (ValueError, OverflowError):  # the first and the last day have no time in every zone
        raise bad_query(f"Query.{name} should match format date-time") from None


def comparable(column: str, value: Any) -> Any:
    """A column's value as it is compared and sorted: times in `instant` form, the rest unchanged."""
    if isinstance(value, str) and is_time(column):
        try:
            return instant(value)
        except ValueError:
            return value
    return value


def spelled(value: Any) -> str | None:
    """A value as a query spells it; None stays None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def each(value: Any) -> list[Any]:
    """The values a cell stands for: a list's members, or the one value."""
    return value if isinstance(value, list) else [value]


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _equal(wanted: tuple[str, ...]) -> Test:
    exact = set(wanted)
    flags = {text.lower() for text in wanted if text.lower() in {"true", "false"}}

    def test(value: Any) -> bool:
        return any(
            (spelled(one) in flags) if isinstance(one, bool) else (one is not None and spelled(one) in exact)
            for one in each(value)
        )

    return test


def _text(check: Callable[[str, str], bool], wanted: tuple[str, ...]) -> Test:
    return lambda value: any(
        one is not None and any(check(str(spelled(one)), text) for text in wanted) for one in each(value)
    )


def _compare(check: Callable[[Any, Any], bool], wanted: tuple[str, ...]) -> Test:
    limits = [(text, _number(text)) for text in wanted]

    def test(value: Any) -> bool:
        if value is None or isinstance(value, bool):
            return False
        number = None if isinstance(value, str) else _number(value)
        return all(
            check(number, limit) if number is not None and limit is not None else check(str(value), text)
            for text, limit in limits
        )

    return test


def _opposite(test: Test) -> Test:
    return lambda value: not test(value)


OPERATORS: dict[str, Callable[[tuple[str, ...]], Test]] = {
    "is": _equal,
    "in": _equal,
    "is_not": lambda wanted: _opposite(_equal(wanted)),
    "not_in": lambda wanted: _opposite(_equal(wanted)),
    "has_value": lambda _: lambda value: value not in (None, "", []),
    "is_unknown": lambda _: lambda value: value in (None, "", []),
    "contains": lambda wanted: _text(lambda value, text: text in value, wanted),
    "not_contain": lambda wanted: _opposite(_text(lambda value, text: text in value, wanted)),
    "starts_with": lambda wanted: _text(str.startswith, wanted),
    "ends_with": lambda wanted: _text(str.endswith, wanted),
    "more_than": lambda wanted: _compare(lambda value, limit: value > limit, wanted),
    "less_than": lambda wanted: _compare(lambda value, limit: value < limit, wanted),
    "more_than_equal": lambda wanted: _compare(lambda value, limit: value >= limit, wanted),
    "less_than_equal": lambda wanted: _compare(lambda value, limit: value <= limit, wanted),
    "after": lambda wanted: _compare(lambda value, limit: value > limit, wanted),
    "before": lambda wanted: _compare(lambda value, limit: value < limit, wanted),
    "since": lambda wanted: _compare(lambda value, limit: value >= limit, wanted),
    "until": lambda wanted: _compare(lambda value, limit: value <= limit, wanted),
}
"""Operator to the test it makes of its values. `since` and `until` are the inclusive readings of after and before."""

STATES = frozenset({"active", "expired", "enabled", "disabled", "failed", "in_progress", "before_start"})
"""Conditions without a value: they look at several columns and at the clock (API §5 on the three "active"s)."""

STATE_FIELDS = frozenset({"active", "status"})
"""The fields that take them."""

RANGES = frozenset({"after", "before", "since", "until"})
LOOKUPS = frozenset({"is", "in"})


def check_of(condition: FieldCondition) -> Test:
    """The test a condition makes of a column's comparable value."""
    return OPERATORS[condition.operator](condition.values)


def state_column(field: str, moment: str) -> str:
    """The name of the derived column that says in which states a row is at a moment, to the minute."""
    return f"@{field}@{moment[:16]}"


def states(column: str, active: Any, start: str | None, end: str | None, generation: Any) -> list[str]:
    """The states of one row.

    Args:
        column: a name made by `state_column`; `active` looks at switch and dates, `status` at the codes' generation.
        active: the switch.
        start: first instant, None for open.
        end: the end, None for open.
        generation: creation status.
    """
    _, field, minute = column.split("@")
    moment = f"{minute}:59.999Z"
    over, coming = end is not None and end <= moment, start is not None and start > moment
    found = [name for name, holds in (("expired", over), ("before_start", coming)) if holds]
    if field == "status":
        made = {"DONE": "active", "FAILED": "failed", "IN_PROGRESS": "in_progress"}.get(str(generation))
        return [*found, made] if made else found
    found.append("enabled" if active else "disabled")
    return [*found, "active"] if active and not over and not coming else found
