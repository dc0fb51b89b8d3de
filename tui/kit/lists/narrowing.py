"""The answers a list offers to be narrowed or sorted by, and what each answer does to its query."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from store import words as fmt
from store.domain.values import shown
from store.queries.metadata import metadata_values
from store.queries.rows import Condition
from store.words import DateSpan
from tui.kit.context import SubjectContext
from tui.kit.lists.query import ListQuery, order_of, rows_of
from tui.kit.lists.spec import Choice, Facet, ListSpec
from widgets.dialog.picker import PickerItem
from widgets.text import glyphs

OWN_DATES = "Date:own"
METADATA = Facet("Metadata")
METADATA_ROWS = 20_000
"""So many rows of a list are looked at for the metadata they have: a document each."""
_METADATA_MOST = 300
_COUNT_UP_TO = 200_000
"""Above that many rows the answers come without counts: they would be waited for."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One answer of a picker.

    Attributes:
        item: id, words and count.
        apply: what it does to the query; None where something else is asked for next.
        then: the answers offered next, where taking this one only begins a choice. Asks the cache.
    """

    item: PickerItem
    apply: Callable[[ListQuery], ListQuery] | None = None
    then: "Callable[[], list[Narrowing]] | None" = None


def narrowing_answers(spec: ListSpec, context: SubjectContext, query: ListQuery, total: int | None) -> list[Narrowing]:
    """Every way to narrow a list, facet by facet, with the rows each would leave. Asks the cache.

    `total` is of all rows of the list; None where it was not told yet.
    """
    counted = (rows_of(spec, context, ListQuery()).count() if total is None else total) <= _COUNT_UP_TO
    answers: list[Narrowing] = []
    for facet in spec.facets:
        if facet.column and not counted and not facet.ways(context):
            answers += _choose_later(facet, query, partial(_facet_values, spec, context, query, facet))
            continue
        choices = facet_choices(spec, context, query, facet)
        chosen_now = query.chosen.get(facet.title)
        if choices:
            answers.append(_answer(facet, None, "any", chosen=chosen_now is None))
        for index, choice in enumerate(choices):
            note = fmt.count(rows_of(spec, context, query.choose(facet.title, choice)).count()) if counted else ""
            chosen = chosen_now is not None and chosen_now.label == choice.label
            answers.append(_answer(facet, choice, str(index), note, chosen=chosen))
    if spec.metadata:
        answers += _choose_later(METADATA, query, partial(metadata_choices, spec, context, query))
    return [*answers, *(_date_answers(context, query) if spec.dates else ())]


def _choose_later(facet: Facet, query: ListQuery, choices: Callable[[], list[Narrowing]]) -> list[Narrowing]:
    """Any value, or one that is chosen from those there are: many rows are read only when they are asked for."""
    chosen_now = query.chosen.get(facet.title)
    note = "" if chosen_now is None else chosen_now.label
    choose = PickerItem(f"{facet.title}:choose", f"{facet.title}: choose…", note, _sign(chosen_now is not None))
    return [_answer(facet, None, "any", chosen=chosen_now is None), Narrowing(choose, then=choices)]


def _facet_values(spec: ListSpec, context: SubjectContext, query: ListQuery, facet: Facet) -> list[Narrowing]:
    """The values of a facet's column with the rows that have each, most first. Asks the cache."""
    chosen_now = query.chosen.get(facet.title)
    return [
        _answer(facet, choice, str(index), fmt.count(rows), chosen=chosen_now == choice)
        for index, (choice, rows) in enumerate(_values(spec, context, query, facet))
    ]


def metadata_choices(spec: ListSpec, context: SubjectContext, query: ListQuery) -> list[Narrowing]:
    """The metadata of a list's first rows, the commonest first, with the rows that have it. Asks the cache."""
    rows = rows_of(spec, context, query.choose(METADATA.title, None))
    answers = []
    for index, found in enumerate(metadata_values(rows, METADATA_ROWS, _METADATA_MOST)):
        value = found.kind if found.kind in ("true", "false", "null") else shown(found.value)
        # SQLite puts names that are no plain words into quotes.
        name = found.path.replace('"', "")
        label = f"{name} = {value}"
        choice = Choice(label, (found.condition,))
        item = PickerItem(str(index), label, fmt.count(found.rows))
        answers.append(Narrowing(item, partial(_choose, METADATA.title, choice)))
    looked = min(rows.count(), METADATA_ROWS)
    words = f"counts are of the first {looked:,} rows" if answers else f"no metadata in the first {looked:,} rows"
    return [*answers, Narrowing(PickerItem("none", f"({words})"))]


def _choose(title: str, choice: Choice | None, query: ListQuery) -> ListQuery:
    return query.choose(title, choice)


def facet_choices(spec: ListSpec, context: SubjectContext, query: ListQuery, facet: Facet) -> list[Choice]:
    """The choices of a facet: declared ones, or the values its column has among the rows without it."""
    if ways := facet.ways(context):
        return list(ways)
    return [choice for choice, _ in _values(spec, context, query, facet)]


def _values(spec: ListSpec, context: SubjectContext, query: ListQuery, facet: Facet) -> list[tuple[Choice, int]]:
    values = rows_of(spec, context, query.choose(facet.title, None)).value_counts(facet.column)
    none = f"no {facet.title.lower()}"
    return [
        (Choice(none if value is None else facet.words(value), (_is(facet.column, value),)), rows)
        for value, rows in values
    ]


def _is(column: str, value: object) -> Condition:
    return Condition(column, "null") if value is None else Condition(column, "=", value)


def _answer(facet: Facet, choice: Choice | None, place: str, note: str = "", *, chosen: bool) -> Narrowing:
    title = facet.title
    label = "any" if choice is None else choice.label
    item = PickerItem(f"{title}:{place}", f"{title}: {label}", note, _sign(chosen))
    return Narrowing(item, partial(_choose, title, choice))


def _sign(chosen: bool) -> str:
    return glyphs.current().active if chosen else " "


def date_spans(context: SubjectContext) -> list[tuple[str, str, DateSpan | None]]:
    """The days a list may be narrowed to: id, words, days."""
    today, period = context.today, context.period
    return [
        ("any", "", None),
        ("today", "", DateSpan(today, today)),
        ("last 7 days", "", DateSpan.last(7, today)),
        ("last 30 days", "", DateSpan.last(30, today)),
        ("as on the dashboard", period.label, period.span),
    ]


def _date_answers(context: SubjectContext, query: ListQuery) -> list[Narrowing]:
    answers = [
        Narrowing(
            PickerItem(f"Date:{index}", f"Date: {label}", note, _sign(query.days == span)), _days(note or label, span)
        )
        for index, (label, note, span) in enumerate(date_spans(context))
    ]
    return [*answers, Narrowing(PickerItem(OWN_DATES, "Date: choose…", "", " "))]


def _days(label: str, span: DateSpan | None) -> Callable[[ListQuery], ListQuery]:
    return lambda query: replace(query, days=span, days_label="" if span is None else label)


def sorting_answers(spec: ListSpec, query: ListQuery) -> list[Narrowing]:
    """Every column a list can be sorted by."""
    signs = glyphs.current()
    sort, descending = order_of(spec, query)
    answers = []
    for column in spec.columns:
        if not column.sort:
            continue
        mark = " "
        if column.sort == sort:
            mark = signs.sort_down if descending else signs.sort_up
        item = PickerItem(column.sort, column.title, "", mark)
        answers.append(Narrowing(item, _order(column.sort, column.column.kind)))
    return answers


def _order(column: str, kind: str) -> Callable[[ListQuery], ListQuery]:
    return lambda query: query.order_by(column, numbers=kind in ("number", "date"))
