"""What a route is, and how a request finds its own. The declarations stand in `routes_*.py`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote

from store.sandbox.conditions import FieldCondition, bound, instant, state_column
from store.sandbox.paging import PageStyle, PagingKind, envelope, take_page
from store.sandbox.problems import bad_query, not_found
from store.sandbox.query import Query
from store.sandbox.selection import Selection
from store.sandbox.table import Document, Table
from store.wire import Request, Response

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class SandboxData(Protocol):
    """What routes need of the sandbox."""

    def table(self, name: str) -> Table[Any]:
        """One table."""
        ...

    def summary(self, campaign_id: str, start_date: str, end_date: str) -> Document:
        """The numbers of a campaign over inclusive days."""
        ...

    def cap(self, route: str, default: int) -> int:
        """The last page of a list."""
        ...

    @property
    def areas(self) -> bool:
        """Whether the key may read the names of areas."""
        ...

    @property
    def zone(self) -> tzinfo:
        """The project's time zone."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through a route.

    Attributes:
        project: the data.
        request: as received.
        query: its parameters.
        path: path parameters, percent-decoded.
        now: the clock's time, UTC.
        request_id: what the answer and the log name the request by.
    """

    project: SandboxData
    request: Request
    query: Query
    path: Mapping[str, str]
    now: datetime
    request_id: str = ""


Answer: TypeAlias = Document | Response
Handler: TypeAlias = Callable[[Call], Answer]
Shape: TypeAlias = Callable[[Call, Document], Document]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        method: upper-case verb.
        template: path with `{name}` for parameters, as in the published specification.
        handler: what answers.
        listing: what the handler lists, if it lists a table.
        writes: whether it changes the project, which only some keys may.
    """

    method: str
    template: str
    handler: Handler
    listing: "ListEndpoint | None" = None
    writes: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The template cut at its slashes."""
        return tuple(self.template.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class RecordKey:
    """How a path or query parameter names a record.

    Attributes:
        kind: the record's type, for the error when it is not there.
        table: where it is looked up.
        by: columns that may hold the given value, tried in turn.
        give: the column that the rest refers to.
        only: column and value that a record must have to be found.
    """

    kind: str
    table: str
    by: tuple[str, ...] = ("id",)
    give: str = "id"
    only: tuple[str, str] | None = None

    def row(self, project: SandboxData, key: str) -> int | None:
        """The row of the record named `key`; None when there is none."""
        table = project.table(self.table)
        row = table.number(self.by, key)
        if row is None or self.only is None:
            return row
        column, wanted = self.only
        return row if table.value(row, column) == wanted else None

    def find(self, project: SandboxData, key: str) -> str | None:
        """The referred value of the record named `key`; None when there is none."""
        row = self.row(project, key)
        return None if row is None else str(project.table(self.table).value(row, self.give))


CAMPAIGN = RecordKey("campaign", "campaigns", ("id", "name"))
VOUCHER = RecordKey("voucher", "vouchers", ("id", "code"))
CUSTOMER = RecordKey("customer", "customers", ("id", "source_id"))


@dataclass(frozen=True, slots=True)
class Within:
    """A path parameter that narrows a list: rows whose `column` holds what the parameter names."""

    parameter: str
    column: str
    named: RecordKey


@dataclass(frozen=True, slots=True)
class Narrow:
    """A plain query parameter: rows whose `column` holds one of its values.

    Attributes:
        column: where to look.
        named: what the values name, when the column holds something else of it.
        meaning: values of the parameter that the column spells differently.
    """

    column: str
    named: RecordKey | None = None
    meaning: tuple[tuple[str, str], ...] = ()

    def condition(self, call: Call, values: Sequence[str]) -> FieldCondition:
        """The condition the given values mean; an unknown name matches nothing."""
        if self.named is not None:
            values = [self.named.find(call.project, value) or "" for value in values]
        meaning = dict(self.meaning)
        return FieldCondition(self.column, "in", tuple(meaning.get(value, value) for value in values))


@dataclass(frozen=True, slots=True)
class ListEndpoint:
    """A list endpoint.

    Attributes:
        table: where its rows are.
        style: paging and envelope.
        within: path parameters that narrow it.
        params: plain parameters.
        dates: `name[after]`, `name[before]` parameters and their columns.
        filters: fields of `filters[…]` and their columns.
        paths: prefixes of filter fields that are paths into the documents.
        bounds: parameters that are one end of a date range, with column and operator.
        flags: parameters that ask for a derived state (`state_column`) or against it.
        always: conditions that always hold.
        shape: changes a document to what this endpoint shows.
    """

    table: str
    style: PageStyle
    within: tuple[Within, ...] = ()
    params: Mapping[str, Narrow] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    always: tuple[FieldCondition, ...] = ()
    shape: Shape | None = None

    def selection(self, call: Call) -> Selection:
        """Everything the request narrows the list by.

        Raises:
            Problem: 404 for a path that names nothing, 400 for a parameter that cannot be used.
        """
        required = list(self.always)
        for within in self.within:
            key = call.path[within.parameter]
            value = within.named.find(call.project, key)
            if value is None:
                raise not_found(within.named.kind, key)
            required.append(FieldCondition(within.column, "is", (value,)))
        for name, narrow in self.params.items():
            values = call.query.texts(name)
            if values:
                required.append(narrow.condition(call, values))
        for name, column in self.dates.items():
            required += call.query.dates(name, column)
        for name, (column, operator) in self.bounds.items():
            text = call.query.text(name)
            if text is not None:
                required.append(FieldCondition(column, operator, (bound(name, text),)))
        for name, state in self.flags.items():
            wanted = call.query.flag(name)
            if wanted is not None:
                column = state_column(state, instant(call.now.isoformat()))
                required.append(FieldCondition(column, "is" if wanted else "is_not", (state,)))
        group, any_of = call.query.filters(self.filters, self.paths)
        return Selection(tuple(required), tuple(group), any_of)


def listing(template: str, table: str, style: PageStyle, **options: Any) -> Route:
    """A GET route that lists a table; `options` are the members of `ListEndpoint`."""
    declared = ListEndpoint(table, style, **options)

    def answer(call: Call) -> Document:
        rows = call.project.table(declared.table)
        cap = call.project.cap(template, declared.style.cap)
        page = take_page(call.query, declared.style, rows, declared.selection(call), cap)
        documents = [rows.document(row) for row in page.rows]
        if declared.shape is not None:
            documents = [declared.shape(call, document) for document in documents]
        return envelope(declared.style, page, documents, lambda row: str(rows.value(row, "id")))

    return Route("GET", template, answer, declared)


def single(template: str, parameter: str, named: RecordKey, *, within: Within | None = None) -> Route:
    """A GET route for one record, named by the last path parameter; `within` must hold for it as well."""

    def answer(call: Call) -> Document:
        rows = call.project.table(named.table)
        key = call.path[parameter]
        row = named.row(call.project, key)
        if within is not None and row is not None:
            owner = within.named.find(call.project, call.path[within.parameter])
            row = row if owner is not None and rows.value(row, within.column) == owner else None
        if row is None:
            raise not_found(named.kind, key)
        return rows.document(row)

    return Route("GET", template, answer)


class Router:
    """Finds the route of a request; fixed path steps win over parameters."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._by_length: dict[int, list[Route]] = {}
        for route in sorted(routes, key=lambda one: [step.startswith("{") for step in one.steps]):
            self._by_length.setdefault(len(route.steps), []).append(route)

    def find(self, path: str, method: str) -> tuple[Route | None, dict[str, str], bool]:
        """The route, its decoded path parameters, and whether the path exists at all (with another method)."""
        # A percent-encoded slash belongs to its segment, so segments are cut before they are decoded.
        sent = path.removeprefix("/").split("/")
        known = False
        for route in self._by_length.get(len(sent), ()):
            found = _fit(route.steps, sent)
            if found is not None:
                known = True
                if route.method == method:
                    return route, found, True
        return None, {}, known


def decodable(path: str) -> bool:
    """Whether percent-encoding was kept: a name with a bare `%` in it is a client's mistake that must not pass."""
    if _BARE_PERCENT.search(path):
        return False
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _fit(steps: Sequence[str], sent: Sequence[str]) -> dict[str, str] | None:
    found = {}
    for step, text in zip(steps, sent, strict=True):
        if step.startswith("{"):
            if not text:
                return None
            found[step[1:-1]] = unquote(text)
        elif step != text:
            return None
    return found


def page_list(key: str = "data", *orders: str, cap: int = 100, **more: Any) -> PageStyle:
    """A list with `page`; `orders` are columns of the same name."""
    return PageStyle(PagingKind.PAGE, key, cap=cap, orders=tuple((name, name) for name in orders), **more)


def id_list(*, order: str = "id", total: str = "none") -> PageStyle:
    """A list with `starting_after_id`."""
    return PageStyle(PagingKind.ID_CURSOR, orders=((order, order),), unsorted=f"-{order}", total=total, has_more=True)


def date_text(text: str | None, name: str, default: str) -> str:
    """A `YYYY-MM-DD` parameter.

    Raises:
        Problem: 400 when it is none.
    """
    if text is None:
        return default
    try:
        datetime.strptime(text[:10], "%Y-%m-%d")  # noqa: DTZ007 - a date without a zone is what the API takes
    except ValueError:
        raise bad_query(f"Query.{name} should match format date") from None
    return text[:10]
