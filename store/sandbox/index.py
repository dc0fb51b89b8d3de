"""Fast selections over a table's columns: built when first asked for, thrown away when the table changes.

A page of a list is a slice of a sorted selection. Selections are kept per filter and order, and a time range on the
sorting column is found by bisection, so that a list read by moving its start (keyset reading) costs no scan per page.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from store.sandbox.conditions import (
    LOOKUPS,
    RANGES,
    Condition,
    check_of,
    comparable,
    each,
    is_time,
    spelled,
    states,
)
from store.sandbox.table import Document, Table

_KEPT = 64


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: all of `required`, and all or any of `group`.

    Attributes:
        required: conditions of the path and of the plain query parameters.
        group: conditions of `filters`.
        any_of: whether one of `group` is enough (junction `or`).
    """

    required: tuple[Condition, ...] = ()
    group: tuple[Condition, ...] = ()
    any_of: bool = False


class Ordered:
    """Rows of a selection in ascending order of (value, id), those without a value last.

    Attributes:
        rows: row numbers.
        known: the values of the rows that have one, in the same order; shorter than `rows` by the others.
    """

    __slots__ = ("known", "rows")

    def __init__(self, rows: list[int], values: Sequence[Any]) -> None:
        self.rows = rows
        self.known = [value for row in rows if (value := values[row]) is not None]

    def span(self, ranges: Sequence[Condition]) -> tuple[int, int]:
        """Start and end of the rows whose sorting value lies within the ranges; without ranges, of all rows."""
        if not ranges:
            return 0, len(self.rows)
        begin, end = 0, len(self.known)
        for condition in ranges:
            value = condition.values[0]
            if condition.operator == "after":
                begin = max(begin, bisect_right(self.known, value))
            elif condition.operator == "since":
                begin = max(begin, bisect_left(self.known, value))
            elif condition.operator == "before":
                end = min(end, bisect_left(self.known, value))
            else:
                end = min(end, bisect_right(self.known, value))
        return begin, max(begin, end)


class Index:
    """Everything looked up in one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._version = table.version
        self._values: dict[str, list[Any]] = {}
        self._places: dict[str, dict[str | bool | None, list[int]]] = {}
        self._sorted: dict[str, tuple[Ordered, list[int]]] = {}
        self._selections: OrderedDict[tuple[Selection, str], Ordered] = OrderedDict()

    def _refresh(self) -> None:
        if self._version != self.table.version:
            self._version = self.table.version
            self._values.clear()
            self._places.clear()
            self._sorted.clear()
            self._selections.clear()

    def values(self, column: str) -> list[Any]:
        """Comparable values of a column, or of a dotted path into the documents where the table has no such column."""
        self._refresh()
        found = self._values.get(column)
        if found is None:
            if len(self._values) > _KEPT:
                self._values.clear()
            found = self._derived(column) if column.startswith("@") else self._plain(column)
            self._values[column] = found
        return found

    def _plain(self, column: str) -> list[Any]:
        try:
            raw = self.table.columns[column]
        except KeyError:
            raw = [dig(self.table.document(row), column) for row in range(len(self.table))]
        if not is_time(column):
            return raw
        # Nearly every instant is in its final form already, which is told from its length.
        return [
            value
            if value is None or (isinstance(value, str) and len(value) == 24 and value[-1] == "Z")
            else comparable(column, value)
            for value in raw
        ]

    def _derived(self, column: str) -> list[Any]:
        parts = [self.values(name) for name in ("active", "start_date", "expiration_date", "creation_status")]
        return [states(column, *row) for row in zip(*parts, strict=True)]

    def places(self, column: str) -> dict[str | bool | None, list[int]]:
        """Rows by the value of a column: flags as they are, everything else as it is spelled."""
        self._refresh()
        found = self._places.get(column)
        if found is None:
            found = {}
            for row, value in enumerate(self.values(column)):
                if value is None or isinstance(value, str | bool):
                    found.setdefault(value, []).append(row)
                else:
                    for one in each(value):
                        found.setdefault(one if isinstance(one, bool) else spelled(one), []).append(row)
            self._places[column] = found
        return found

    def find(self, columns: Sequence[str], key: str) -> int | None:
        """The first row that has `key` in one of `columns`, the columns tried in turn."""
        for column in columns:
            rows = self.places(column).get(key)
            if rows:
                return rows[0]
        return None

    def place(self, ordered: Ordered, column: str, identity: str) -> tuple[int, int] | None:
        """How many of the ordered rows stand before an id, and how many up to and with it; None for an unknown id.

        In a list sorted by id the record itself need not exist any more.
        """
        if column == "id":
            return bisect_left(ordered.known, identity), bisect_right(ordered.known, identity)
        rows = self.places("id").get(identity)
        if not rows:
            return None
        _, ranks = self._order(column)
        before = bisect_left(ordered.rows, ranks[rows[0]], key=ranks.__getitem__)
        return before, before + (ordered.rows[before : before + 1] == rows[:1])

    def document(self, row: int) -> Document:
        """The document of a row."""
        return self.table.document(row)

    def select(self, selection: Selection, column: str) -> tuple[Ordered, int, int]:
        """Rows of a selection sorted by a column: the ordered rows and the start and end that apply."""
        self._refresh()
        ranges = [one for one in selection.required if one.column == column and one.operator in RANGES]
        rest = tuple(one for one in selection.required if one not in ranges)
        ordered = self._selected(Selection(rest, selection.group, selection.any_of), column)
        return ordered, *ordered.span(ranges)

    def _selected(self, selection: Selection, column: str) -> Ordered:
        everything, ranks = self._order(column)
        if not selection.required and not selection.group:
            return everything
        key = (selection, column)
        found = self._selections.get(key)
        if found is None:
            rows = sorted(self._matching(selection), key=ranks.__getitem__)
            found = Ordered(rows, self.values(column))
            self._selections[key] = found
            if len(self._selections) > _KEPT:
                self._selections.popitem(last=False)
        else:
            self._selections.move_to_end(key)
        return found

    def _order(self, column: str) -> tuple[Ordered, list[int]]:
        found = self._sorted.get(column)
        if found is None:
            values = self.values(column)
            rows = sorted(range(len(values)), key=self.table.columns["id"].__getitem__)
            if column != "id":
                missing = [row for row in rows if values[row] is None]
                rows = [row for row in rows if values[row] is not None]
                rows.sort(key=values.__getitem__)
                rows += missing
            ranks = [0] * len(rows)
            for rank, row in enumerate(rows):
                ranks[row] = rank
            found = (Ordered(rows, values), ranks)
            self._sorted[column] = found
        return found

    def _matching(self, selection: Selection) -> Collection[int]:
        wanted = list(selection.required)
        alternatives: Collection[int] | None = None
        if selection.any_of and selection.group:
            alternatives = set().union(*(self._all_of((one,)) for one in selection.group))
        else:
            wanted.extend(selection.group)
        if alternatives is None:
            return self._all_of(wanted)
        return self._narrow(alternatives, wanted) if wanted else alternatives

    def _all_of(self, wanted: Sequence[Condition]) -> Collection[int]:
        best: tuple[int, Condition, Collection[int]] | None = None
        for condition in wanted:
            rows = self._looked_up(condition)
            if rows is not None and (best is None or len(rows) < best[0]):
                best = (len(rows), condition, rows)
        if best is None:
            return self._narrow(range(len(self.table)), wanted)
        _, done, rows = best
        return self._narrow(rows, [condition for condition in wanted if condition is not done])

    def _looked_up(self, condition: Condition) -> Collection[int] | None:
        """Rows of a condition that an index answers; None when only a scan can."""
        if condition.operator in LOOKUPS:
            places = self.places(condition.column)
            found = [places.get(text) or places.get(_flag(text)) or [] for text in condition.values]
            return found[0] if len(found) == 1 else {row for rows in found for row in rows}
        if condition.operator in RANGES:
            ordered, _ = self._order(condition.column)
            begin, end = ordered.span([condition])
            return ordered.rows[begin:end]
        return None

    def _narrow(self, rows: Collection[int], wanted: Sequence[Condition]) -> Collection[int]:
        for condition in wanted:
            values, test = self.values(condition.column), check_of(condition)
            rows = [row for row in rows if test(values[row])]
        return rows


def _flag(text: str) -> bool | str:
    """A query's TRUE and FALSE as flags; codes and names keep their case (API §11.17)."""
    return {"true": True, "false": False}.get(text.lower(), text)


def dig(document: Any, path: str) -> Any:
    """A member of a document by a dotted path; keys may themselves hold dots. None when there is none."""
    if not isinstance(document, dict):
        return None
    if path in document:
        return document[path]
    head, dot, rest = path.partition(".")
    while dot:
        if head in document:
            found = dig(document[head], rest)
            if found is not None:
                return found
        step, dot, rest = rest.partition(".")
        head = f"{head}.{step}"
    return None
