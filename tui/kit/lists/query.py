"""What a user asked a list for, as rows: text, choices, days, order. And the rows as cells of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from store.explain.rows import explained_row
from store.folding import fold
from store.queries.breakdowns import span_bounds
from store.queries.freshness import FIRST_READING, data_state
from store.queries.names import names_of
from store.queries.question import Question
from store.queries.rows import Condition, RowList
from store.words import DateSpan
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import Choice, ListRecord, ListSpec
from widgets.table.rows import Cell, CellText, Row

_PATIENCE = 0.1
"""Seconds that a list waits for its first rows to be complete: those found by then are shown."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The narrowing and order of a list.

    Attributes:
        text: looked for in the view's search columns.
        chosen: the choice in force per facet title.
        days: local days the date column must lie in.
        days_label: their name.
        sort: the view's column; None for the view's own order.
        descending: direction; None for the view's own.
    """

    text: str = ""
    chosen: Mapping[str, Choice] = field(default_factory=dict)
    days: DateSpan | None = None
    days_label: str = ""
    sort: str | None = None
    descending: bool | None = None

    def choose(self, facet: str, choice: Choice | None) -> "ListQuery":
        """Put one facet's choice in force, or lift it."""
        rest = {title: choice for title, choice in self.chosen.items() if title != facet}
        return replace(self, chosen=rest if choice is None else {**rest, facet: choice})

    def order_by(self, column: str, *, numbers: bool) -> "ListQuery":
        """Sort by a column; the same press again to reverse. Numbers and dates begin with the highest."""
        if self.sort == column:
            return replace(self, descending=not self.descending)
        return replace(self, sort=column, descending=numbers)


def order_of(spec: ListSpec, query: ListQuery) -> tuple[str, bool]:
    """The view's column that a list is in order of, and whether it is descending."""
    if query.sort is None:
        return spec.view.sort, not spec.view.ascending
    return query.sort, bool(query.descending)


def first_query(spec: ListSpec, context: SubjectContext) -> ListQuery:
    """The query a list opens with: its facets' defaults."""
    query = ListQuery()
    for facet in spec.facets:
        if facet.default:
            choice = next((choice for choice in facet.ways(context) if choice.label == facet.default), None)
            query = query.choose(facet.title, choice)
    return query


def rows_of(spec: ListSpec, context: SubjectContext, query: ListQuery) -> RowList:
    """The rows a query means."""
    conditions = [condition for choice in query.chosen.values() for condition in choice.conditions]
    if query.days is not None and spec.dates:
        start, end = span_bounds(query.days, context.zone)
        conditions += [Condition(spec.dates, ">=", start), Condition(spec.dates, "<", end)]
    needle = fold(query.text.strip())
    meant = [one for facet in spec.facets for one in facet.typed(needle, context)] if len(needle) > 1 else []
    return RowList(
        context.reader, spec.view, context.subject, query.text.strip(), tuple(conditions),
        query.sort, query.descending, tuple(meant), spec.lookups,
    )  # fmt: skip


def records_of(
    spec: ListSpec, context: SubjectContext, scene: Formatter, values: Sequence[tuple[Any, ...]]
) -> list[ListRecord]:
    """Tuples of a view as records, with the names of what they point at looked up in one query per table."""
    columns = tuple(spec.view.columns)
    dicts = [dict(zip(columns, row, strict=True)) for row in values]
    if spec.derive is not None:
        spec.derive(context, dicts)
    wanted: dict[str, set[str]] = {}
    for column, table in spec.lookups.items():
        wanted.setdefault(table, set()).update(str(row[column]) for row in dicts if row[column] is not None)
    names = {table: context.reader.ask(names_of, table, ids) for table, ids in wanted.items() if ids}
    return [ListRecord(row, scene, names) for row in dicts]


class ListSource:
    """Rows of a list as cells, read window by window in the table's worker thread.

    Args:
        spec, context, rows, scene: the list, whose, its rows and their words.
        again: the rows were shown before; they stay until the first of the new ones are complete.
    """

    def __init__(
        self, spec: ListSpec, context: SubjectContext, rows: RowList, scene: Formatter, *, again: bool = False
    ) -> None:
        self._patience = None if again else _PATIENCE
        self.spec = spec
        self.rows = rows
        self._context = context
        self._scene = replace(scene, in_table=True)
        self._question = Question()
        self._finding = Question()
        self._ending = Question()

    def count(self) -> int:
        """How many rows there are."""
        return self.find_all(lambda _: None)

    def find_all(self, report: Callable[[int], None]) -> int:
        """Find all rows; another thread may ask for windows meanwhile."""
        with self._finding:
            return self.rows.count(report)

    @property
    def is_whole(self) -> bool:
        """Whether no rows are left to be found."""
        return self.rows.is_whole

    def window(self, start: int, stop: int) -> Sequence[Row]:
        """Rows as cells."""
        patience = None if start else self._patience
        with self._question:
            return self._shown(self.rows.window(start, stop, patience))

    def last(self, most: int) -> Sequence[Row]:
        """The last rows as cells, while another thread may ask for windows; fewer where it takes long to find them."""
        with self._ending:
            return self._shown(self.rows.last(most, _PATIENCE))

    def _shown(self, values: Sequence[tuple[Any, ...]]) -> Sequence[Row]:
        records = records_of(self.spec, self._context, self._scene, values)
        view = self.spec.view
        return [Row(record.id, self._cells(record), explained_row(view, record.values)) for record in records]

    def _cells(self, record: ListRecord) -> tuple[Cell, ...]:
        """The cells of a row; one whose first says nothing shows its id there, but never among dates or numbers."""
        first, *others = (column.cell(record) for column in self.spec.columns)
        words = first.text if isinstance(first, CellText) else first
        named = words.strip() or self.spec.columns[0].column.kind != "text"
        return (first if named else record.id, *others)

    def index_of(self, row_id: str) -> int | None:
        """The position of a row; None when it is not among them."""
        with self._question:
            return self.rows.position(row_id)

    def ids(self, limit: int) -> Sequence[str]:
        """The ids of its first rows."""
        with Question():
            return [str(row[0]) for row in self.rows.iterate(limit)]

    def stop(self) -> None:
        """End the calls under way."""
        for question in (self._question, self._finding, self._ending):
            question.cancel()


def find_record(spec: ListSpec, context: SubjectContext, scene: Formatter, row_id: str) -> ListRecord | None:
    """One row of a list by id, whatever the filter; None when it is gone."""
    rows = RowList(context.reader, spec.view, context.subject, conditions=(Condition("id", "=", row_id),))
    found = records_of(spec, context, scene, rows.window(0, 1))
    return found[0] if found else None


def count_rows(spec: ListSpec) -> Callable[[SubjectContext], int | None]:
    """What counts a list's rows for its tab's label; None during its first reading."""

    def count(context: SubjectContext) -> int | None:
        total = rows_of(spec, context, first_query(spec, context)).count()
        of = None if spec.project_wide else context.subject
        state = context.reader.ask(data_state, spec.of, of)
        return None if state.reason == FIRST_READING else spec.known(state, total)

    return count
