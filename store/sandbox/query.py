"""Query parameters as values: limits, pages, orders, date filters and `filters[…]` (API §2)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from store.sandbox.conditions import (
    OPERATORS,
    RANGES,
    STATE_FIELDS,
    STATES,
    FieldCondition,
    bound,
    instant,
    is_time,
    spelled,
    state_column,
)
from store.sandbox.problems import bad_query
from store.sandbox.selection import Selection

_NAME = re.compile(r"^\[?([^\[\]]+)\]?((?:\[[^\[\]]*\])*)$")
_STEP = re.compile(r"\[([^\[\]]*)\]")


class Query:
    """The parameters of one request, by name and by the steps in brackets after it.

    Args:
        pairs: decoded, in the order sent.
        now: the moment that conditions like `$active` look at.
        inclusive: whether `after` and `before` take the named instant in; the API does not say (API §2).
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], now: datetime, *, inclusive: bool = False) -> None:
        self._now = now
        self._inclusive = inclusive
        self._found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for name, value in pairs:
            match = _NAME.match(name)
            if match:
                steps = tuple(_STEP.findall(match[2]))
                self._found[match[1]].append((steps, value))

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter, repeated, listed or alone; operators in brackets are not values."""
        plain = [
            value for steps, value in self._found.get(name, ()) if not steps or steps[0].isdecimal() or not steps[0]
        ]
        return tuple(value for value in plain if value)

    def text(self, name: str) -> str | None:
        """The last value of a parameter, None when absent or empty."""
        found = self.texts(name)
        return found[-1] if found else None

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number.

        Raises:
            Problem: 400 when it is none or out of bounds.
        """
        text = self.text(name)
        if text is None:
            return default
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise bad_query(f"Query.{name} should be integer")
        value = int(text)
        if value < least:
            raise bad_query(f"Query.{name} should be >= {least}")
        if value > most:
            raise bad_query(f"Query.{name} should be <= {most}")
        return value

    def one_of(self, name: str, allowed: Iterable[str], default: str) -> str:
        """A value of a closed list.

        Raises:
            Problem: 400 for any other.
        """
        value = self.text(name)
        if value is None:
            return default
        choices = list(allowed)
        if value not in choices:
            raise bad_query(f"Query.{name} should be equal to one of the allowed values [ {', '.join(choices)} ]")
        return value

    def flag(self, name: str) -> bool | None:
        """True, false, or None when absent.

        Raises:
            Problem: 400 for anything else.
        """
        value = self.one_of(name, ("true", "false"), "")
        return None if not value else value == "true"

    def dates(self, name: str, column: str) -> list[FieldCondition]:
        """`name[after]` and `name[before]` (also written `[name][after]`).

        Raises:
            Problem: 400 for a value that is no time.
        """
        found = []
        for steps, value in self._found.get(name, ()):
            if len(steps) == 1 and steps[0] in {"after", "before"} and value:
                operator = self.range_of(steps[0])
                found.append(FieldCondition(column, operator, (bound(f"{name}.{steps[0]}", value),)))
        return found

    def range_of(self, word: str) -> str:
        """The operator that `after` or `before` stands for."""
        return {"after": "since", "before": "until"}[word] if self._inclusive else word

    def filters(self, columns: Mapping[str, str], prefixes: Iterable[str] = ()) -> tuple[list[FieldCondition], bool]:
        """The conditions of `filters[field][conditions][$operator][i]=value` and whether one is enough.

        Args:
            columns: column by field name.
            prefixes: fields that start so are paths into the documents (`metadata.`).

        Raises:
            Problem: 400 for an unknown field, operator or junction.
        """
        grouped: dict[tuple[str, str], list[str]] = {}
        any_of = False
        for steps, value in self._found.get("filters", ()):
            if not steps:
                continue  # The vendor's MCP server sends `filters=None` when it wants none.
            if steps == ("junction",):
                any_of = junction(value)
                continue
            field, operator = _field_and_operator(steps)
            grouped.setdefault((field, operator), []).append(value)
        return [
            self._condition(field, operator, values, columns, tuple(prefixes))
            for (field, operator), values in grouped.items()
        ], any_of

    def body_filters(
        self, filters: Mapping[str, object], columns: Mapping[str, str], prefixes: Iterable[str] = ("metadata.",)
    ) -> Selection:
        """The same conditions as an export's body spells them: `{"created_at": {"conditions": {"$after": […]}}}`.

        Raises:
            Problem: 400 as for `filters`, or when the body has another shape.
        """
        pairs: list[tuple[str, str]] = []
        for field, content in filters.items():
            if field == "junction":
                pairs.append(("filters[junction]", str(content)))
                continue
            conditions = content.get("conditions") if isinstance(content, dict) else None
            if not isinstance(conditions, dict):
                raise bad_query(f"Property .parameters.filters.{field} should have conditions")
            for operator, values in conditions.items():
                for i, value in enumerate(values if isinstance(values, list) else [values]):
                    pairs.append((f"filters[{field}][conditions][{operator}][{i}]", _spell(value)))
        group, any_of = Query(pairs, self._now, inclusive=self._inclusive).filters(columns, prefixes)
        return Selection((), tuple(group), any_of)

    def _condition(
        self, field: str, operator: str, values: list[str], columns: Mapping[str, str], prefixes: tuple[str, ...]
    ) -> FieldCondition:
        column = columns.get(field) or (field if prefixes and field.startswith(prefixes) else None)
        if column is None:
            raise bad_query(f"Query.filters.{field} is not supported")
        if operator in STATES and field in STATE_FIELDS:
            return FieldCondition(state_column(field, instant(self._now.isoformat())), "is", (operator,))
        if operator not in OPERATORS or (operator in RANGES and not is_time(column)):
            raise bad_query(f"Query.filters.{field}.conditions.${operator} is not supported")
        if is_time(column) and operator not in {"has_value", "is_unknown"}:
            values = [bound(f"filters.{field}", value) for value in values]
        if operator in {"after", "before"}:
            operator = self.range_of(operator)
        return FieldCondition(column, operator, tuple(values))


def junction(text: str) -> bool:
    """Whether conditions are joined by `or`.

    Raises:
        Problem: 400 for anything but and, or.
    """
    if text.lower() not in {"and", "or"}:
        raise bad_query("Query.filters.junction should be equal to one of the allowed values [ and, or ]")
    return text.lower() == "or"


def _field_and_operator(steps: tuple[str, ...]) -> tuple[str, str]:
    # The spec also shows `filters[active][$active]` without the step in between.
    inner = [step for step in steps[1:] if step != "conditions"]
    if len(steps) < 2 or not inner:
        raise bad_query("Query.filters should be like filters[field][conditions][$operator][0]")
    return steps[0], inner[0].removeprefix("$")


def _spell(value: object) -> str:
    return str(spelled(value) or "")
