"""Reading a list to its end, whatever way of paging it has (API §2), or saying plainly why it ended early."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from store.api.ahead import Ahead, Ask, ReadAhead
from store.api.cursors import Cursor, EndDateCursor, IdCursor, ListAnswer, OnceCursor, Params, read_row
from store.api.errors import BadRequest, IncompleteListing
from store.api.numbered import KeysetCursor, PageCursor, known_form
from store.api.places import Place
from store.api.replies import Reply
from store.domain.values import flag, whole

if TYPE_CHECKING:  # the catalogue knows paging styles, and with it the first screen; neither calls anybody
    from store.api.client import ApiClient


class PagingStyle(StrEnum):
    """How a list is continued."""

    NONE = "none"
    """One answer holds everything."""
    PAGE = "page"
    """Numbered pages up to a cap."""
    KEYSET = "keyset"
    """Numbered pages up to a cap, with date filter and ascending order, which lead beyond it."""
    ID_CURSOR = "id cursor"
    """`starting_after_id`."""
    END_DATE = "end date"
    """`end_date`, from the newest back."""


@dataclass(frozen=True)
class Listing:
    """One list to read.

    Attributes:
        path: below the base URL, its segments encoded.
        keys: names that the array may have in the answer.
        style: how it is continued.
        params: sent with every call.
        limit: records asked for at once, 1 to 100.
        page_cap: the last page number the API serves.
        order: ascending by `time_field` for KEYSET; None sends none.
        time_field: member of a record that holds its instant.
        filter_field: name of the query's date filter.
        after, before: bounds of time for PAGE and KEYSET; `before` is where END_DATE starts. Records at the
            bounds may or may not come.
        anchored: a KEYSET list that cannot be read on by its records' times ends there; otherwise all of it is read by
            page numbers.
        cached: gives how many records of a KEYSET list from one instant to another, both included, are cached already.
            So many of one instant are stepped over where the list counts no more.
    """

    path: str
    keys: tuple[str, ...]
    style: PagingStyle
    params: Params = ()
    limit: int = 100
    page_cap: int = 100
    order: str | None = None
    time_field: str = "created_at"
    filter_field: str = "created_at"
    after: str | None = None
    before: str | None = None
    anchored: bool = False
    cached: Callable[[str, str], int] | None = None


MOST_ANSWERS = 100_000
"""Answers after which one reading of a list ends, whatever the server says; the next one resumes there.

Ten million records, by a hundred.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list.

    Attributes:
        rows: the exact bytes of each record, in the API's order, without those of the pages just before.
        total: how many records the API counts in the list; None when it states no number, or no credible one.
        place: given back, reading resumes after this page; None for a list in a single answer.
        number: of this page in this reading, from 1.
        more: whether another page is to be asked for.
    """

    rows: list[bytes]
    total: int | None
    place: Place | None
    number: int
    more: bool = False


async def read_pages(
    client: "ApiClient", listing: Listing, *, place: Place | None = None, ahead: Ahead | None = None
) -> AsyncGenerator[Page, None]:
    """Read a list, page by page; an empty list is one empty page.

    The records may change while they are read: one that existed throughout comes at least once, some come twice.
    Ends when the list is complete; the consumer may stop earlier.

    Args:
        client: asks.
        listing: the list.
        place: of the last page that was stored, to go on after it.
        ahead: how pages may be asked for before those ahead of them have come; None for one after the other.

    Raises:
        IncompleteListing: after the last good page, when the list cannot be read to its end.
        ApiError: a call failed; the pages before it are good.
        ValueError: a bound of time is no instant.
    """
    cursor = _cursor(listing, place)
    order = (("order", listing.order),) if listing.order else ()

    async def ask(query: Params) -> ListAnswer:
        return await client.read(listing.path, (*listing.params, *order, *query), lambda reply: _answer(reply, listing))

    pages = ReadAhead(ask, ahead, listing.limit)
    try:
        async for page in _walk(cursor, ask, pages):
            yield page
    finally:
        await pages.close()


async def _walk(cursor: Cursor, ask: Ask, ahead: ReadAhead) -> AsyncGenerator[Page, None]:
    number = 0
    while (query := cursor.ask()) is not None:
        answer = await ahead.take(cursor.anchor)
        if answer is None:
            answer = await _turn(cursor, query, ask, ahead)
        number += 1
        rows = cursor.take(answer)
        yield Page(rows, cursor.total, cursor.place, number, cursor.ask() is not None)
        if cursor.unfinished is not None:
            raise IncompleteListing(cursor.unfinished, capped=cursor.capped)
        if number >= MOST_ANSWERS:
            raise IncompleteListing(f"it was still going on after {number:,} answers", goes_on=True)


async def _turn(cursor: Cursor, query: Params, ask: Ask, ahead: ReadAhead) -> ListAnswer:
    """The answer whose turn it is."""
    anchored = cursor.anchor is not None
    if anchored:
        ahead.begin(query)
    try:
        answer = await ask(query)
    except BadRequest as refused:
        page = int(dict(query).get("page", "1"))
        if page == 1:
            raise
        reason = f"the API refused page {page}" + (f" ({refused.said})" if refused.said else "")
        raise IncompleteListing(reason, capped=cursor.numbered) from refused
    if anchored:
        ahead.note(answer)
    return answer


def _cursor(listing: Listing, place: Place | None) -> Cursor:
    after, before = known_form(listing.after), known_form(listing.before)
    bounds = tuple(
        (f"{listing.filter_field}[{name}]", value)
        for name, value in (("after", after), ("before", before))
        if value is not None
    )
    match listing.style:
        case PagingStyle.NONE:
            return OnceCursor()
        case PagingStyle.PAGE:
            return PageCursor(listing.limit, listing.page_cap, bounds, place)
        case PagingStyle.KEYSET:
            return KeysetCursor(
                listing.limit,
                listing.page_cap,
                listing.filter_field,
                (after, before),
                place,
                anchored=listing.anchored,
                cached=listing.cached,
            )
        case PagingStyle.ID_CURSOR:
            return IdCursor(listing.limit, place)
        case PagingStyle.END_DATE:
            return EndDateCursor(listing.limit, before, place)


def _answer(reply: Reply, listing: Listing) -> ListAnswer:
    rows = tuple(read_row(content, listing.time_field) for content in reply.rows(*listing.keys))
    following = reply.value("more_starting_after")
    return ListAnswer(
        rows=rows,
        total=_total(reply.value("total")),
        has_more=flag(reply.value("has_more")),
        more_after=following if isinstance(following, str) and following else None,
    )


def _total(value: object) -> int | None:
    """How many records there are; some lists send it as text."""
    total = whole(value)
    return None if total is None or total < 0 else total
