"""One page of a list in each of the API's paging styles (API §2)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.sandbox.conditions import FieldCondition, bound
from store.sandbox.problems import bad_query, page_over_limit
from store.sandbox.query import Query
from store.sandbox.selection import Selection
from store.sandbox.table import Document, Table


class PagingKind(StrEnum):
    """How a list is continued."""

    PAGE = "page"
    ID_CURSOR = "starting_after_id"
    END_DATE = "end_date"
    LIMIT = "limit"
    """A limit and no way to go on."""
    NONE = "none"
    """Everything in one answer."""


@dataclass(frozen=True, slots=True)
class PageStyle:
    """The envelope of one list.

    Attributes:
        paging: how it is continued.
        key: name of the array, also sent as `data_ref`.
        data_ref: what `data_ref` says where it disagrees with the array's name (API §11.16).
        cap: the last page.
        orders: the values of `order` without sign, and their columns.
        unsorted: the order when none is asked for, with sign.
        total: whether the answer counts; `page` counts the page only, as the bin does.
        has_more: whether the answer says that there is more.
        time_cursor: name of a parameter that continues after a datetime, as customers have.
    """

    paging: PagingKind
    key: str = "data"
    data_ref: str | None = None
    cap: int = 100
    orders: tuple[tuple[str, str], ...] = (("created_at", "created_at"), ("updated_at", "updated_at"))
    unsorted: str = "-created_at"
    total: str = "all"
    has_more: bool = False
    time_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Row numbers of a page in the order shown, and what the envelope says about them."""

    rows: list[int]
    total: int
    more: bool


def take_page(query: Query, style: PageStyle, table: Table[Any], selection: Selection, cap: int) -> Slice:
    """Choose the rows of one page.

    Args:
        query: of the request.
        style: of the list.
        table: the rows.
        selection: what the path and the filters leave.
        cap: the last page served.

    Raises:
        Problem: 400 for a limit, page, order or cursor that cannot be used.
    """
    order = _order(query, style)
    column = dict(style.orders).get(order.removeprefix("-"), order.removeprefix("-"))
    descending = order.startswith("-")
    limit = query.whole("limit", 10, least=1, most=100)
    if style.paging is PagingKind.END_DATE:
        selection = _until(query, selection, column)
    if style.time_cursor is not None:
        selection = _past(query, style.time_cursor, selection, column, descending=descending)
    start, after = 0, None
    if style.paging is PagingKind.PAGE:
        page = query.whole("page", 1, least=1, most=999_999_999)
        if page > cap:
            raise page_over_limit(cap)
        start = (page - 1) * limit
    if style.paging is PagingKind.ID_CURSOR:
        after = _cursor(query, table, column)
    count = -1 if style.paging is PagingKind.NONE else limit + 1
    rows = table.select(selection, column, descending=descending, limit=count, offset=start, after=after)
    more = 0 < count == len(rows)
    return Slice(rows[:limit] if more else rows, table.count(selection), more)


def envelope(style: PageStyle, page: Slice, documents: list[Document], wanted: Callable[[int], str]) -> Document:
    """The answer around a page's documents; `wanted` gives a row's id for the cursor."""
    answer: Document = {"object": "list", "data_ref": style.data_ref or style.key, style.key: documents}
    if style.total == "all":
        answer["total"] = page.total
    elif style.total == "page":
        answer["total"] = len(documents)
    if style.has_more:
        answer["has_more"] = page.more
    if style.paging is PagingKind.ID_CURSOR:
        answer["has_more"] = page.more
        if page.more and page.rows:
            answer["more_starting_after"] = wanted(page.rows[-1])
    return answer


def _order(query: Query, style: PageStyle) -> str:
    names = [name for name, _ in style.orders]
    if not names:
        return style.unsorted
    return query.one_of("order", [sign + name for name in names for sign in ("", "-")], style.unsorted)


def _until(query: Query, selection: Selection, column: str) -> Selection:
    end = query.text("end_date")
    if end is None:
        return selection
    condition = FieldCondition(column, query.range_of("before"), (bound("end_date", end),))
    return Selection((*selection.required, condition), selection.group, selection.any_of)


def _past(query: Query, name: str, selection: Selection, column: str, *, descending: bool) -> Selection:
    text = query.text(name)
    if text is None:
        return selection
    if column not in {"created_at", "updated_at"}:
        raise bad_query(f"Query.{name} needs an order by created_at or updated_at")
    condition = FieldCondition(column, "before" if descending else "after", (bound(name, text),))
    return Selection((*selection.required, condition), selection.group, selection.any_of)


def _cursor(query: Query, table: Table[Any], column: str) -> tuple[Any, str] | None:
    """Value and id of the last row of the page before; None for the first page.

    In a list sorted by id the record itself need not exist any more.
    """
    identity = query.text("starting_after_id")
    if identity is None or column == "id":
        return None if identity is None else (identity, identity)
    row = table.number(("id",), identity)
    if row is None:
        raise bad_query(f"Query.starting_after_id: cannot find {identity}")
    return table.value(row, column), identity
