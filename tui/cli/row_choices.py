"""Which rows and columns of a list are asked for: `--where`, `--columns`, `--sort`, `--from` and `--to`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from store.cache.columns import ColumnKind
from store.nearest import did_you_mean
from store.queries.rows import Condition, Operator, RowView
from store.queries.views import SUMMARIES
from store.typed_times import TypedTime
from tui.cli.exits import USAGE, Failure
from tui.cli.json_rows import column_kinds

STATUS = "status"
_WHERE = re.compile(r"(?P<column>[A-Za-z_][\w-]*)\s*(?P<sign>!=|>=|=|<)(?P<value>.*)", re.DOTALL | re.ASCII)
_OPERATORS: dict[str, Operator] = {"=": "=", "!=": "!=", ">=": ">=", "<": "<"}
_FLAGS = {"true": 1, "yes": 1, "1": 1, "false": 0, "no": 0, "0": 0}
_TIMES = ("created_at", "received_at", "seen_at", "started_at", "day", "start_date", "expires_at", "date", "as_of")
"""The columns that `--from` and `--to` look at, the first that a list has."""


@dataclass(frozen=True)
class RowChoice:
    """What is asked of a view; each part is refused with the nearest names where it cannot be meant.

    Attributes:
        view: what is listed. Campaigns have a `status` beside its columns, which no column holds.
        where: as typed, `COLUMN=VALUE`.
        named: the columns as typed, by commas; None for the usual ones.
        order: the column to sort by, led by `-` for descending.
        start, end: the days, both included, or instants asked for.

    Raises:
        Failure: a column or value cannot be used; by any of the properties.
    """

    view: RowView
    where: Sequence[str] = ()
    named: str | None = None
    order: str | None = None
    start: TypedTime | None = None
    end: TypedTime | None = None

    @cached_property
    def columns(self) -> list[str] | None:
        """The columns asked for, in their order; None for the usual ones."""
        if self.named is None:
            return None
        return list(dict.fromkeys(self._column(name.strip()) for name in self.named.split(",") if name.strip()))

    @property
    def by_status(self) -> bool:
        """Whether campaigns are sorted by their derived status."""
        return self.order is not None and self._is_status(self._column(self.order.removeprefix("-")))

    @property
    def sort(self) -> str | None:
        """The column of the view to sort by; None for the usual order."""
        return None if self.order is None or self.by_status else self._column(self.order.removeprefix("-"))

    @property
    def descending(self) -> bool | None:
        """Its direction; None for the usual one."""
        return None if self.order is None else self.order.startswith("-")

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What the view's own columns must meet."""
        return (*self._typed(), *self._dated())

    @cached_property
    def statuses(self) -> list[str]:
        """The derived statuses that `--where status=…` asks for."""
        found = []
        for column, sign, value in self._parsed():
            if self._is_status(column):
                if sign != "=":
                    raise Failure("A campaign's status is derived; --where compares it with = only.", USAGE)
                found.append(value)
        return found

    def _is_status(self, column: str) -> bool:
        return column == STATUS and STATUS not in self.view.columns

    def _column(self, name: str) -> str:
        known = [*self.view.columns, *([STATUS] if self.view.name == "campaigns" else [])]
        by_form = {one.casefold(): one for one in known}
        found = by_form.get(name.casefold().replace("-", "_"))
        if found is None:
            said = f"{self.view.name} have no column “{name}”.{did_you_mean(name, known)}"
            raise Failure(f"{said} Known: {', '.join(known)}.", USAGE)
        return found

    def _parsed(self) -> Iterable[tuple[str, str, str]]:
        for text in self.where:
            parts = _WHERE.fullmatch(text)
            if parts is None:
                raise Failure(f"--where wants COLUMN=VALUE, or != >= < in place of =, not “{text}”.", USAGE)
            yield self._column(parts["column"]), parts["sign"], parts["value"]

    def _typed(self) -> Iterable[Condition]:
        kinds = column_kinds(self.view)
        for column, sign, value in self._parsed():
            if self._is_status(column):
                continue
            if value == "":
                if sign not in ("=", "!="):
                    raise Failure(f"--where {column}{sign} wants a value.", USAGE)
                yield Condition(column, "null" if sign == "=" else "not null")
            elif column in kinds or sign != "=":
                yield Condition(column, _OPERATORS[sign], _value(column, value, kinds.get(column)))
            else:
                # A column that is worked out has no declared kind.
                yield Condition(column, "in", [value, int(value)] if _is_whole(value) else [value])

    def _dated(self) -> Iterable[Condition]:
        if self.start is None and self.end is None:
            return
        column = next((name for name in _TIMES if name in self.view.columns), None)
        if column is None:
            raise Failure(f"{self.view.name} have no time; leave --from and --to out.", USAGE)
        if (
            self.start is not None
            and self.end is not None
            and (self.end.day, self.end.ends) < (self.start.day, self.start.begins)
        ):
            raise Failure("The range ends before it begins.", USAGE)
        by_day = column == "day" or self.view is SUMMARIES
        if self.start is not None:
            yield Condition(column, ">=", self.start.day.isoformat() if by_day else self.start.begins)
        if self.end is not None:
            # Sorts after the day itself and before the next.
            yield Condition(column, "<", f"{self.end.day}T" if by_day else self.end.ends)


def _value(column: str, text: str, kind: ColumnKind | None) -> Any:
    if kind is ColumnKind.FLAG:
        if text.casefold() not in _FLAGS:
            raise Failure(f"{column} is true or false, not “{text}”.", USAGE)
        return _FLAGS[text.casefold()]
    if kind in (ColumnKind.INTEGER, ColumnKind.AMOUNT) or (kind is None and _is_whole(text)):
        if not _is_whole(text):
            raise Failure(f"{column} is a whole number, not “{text}”; amounts are minor units.", USAGE)
        return int(text)
    return text


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,18}", text, re.ASCII) is not None
