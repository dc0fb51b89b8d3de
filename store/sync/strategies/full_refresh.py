"""Reading all of a list, by pages or by the export that can replace it, and noting what is missing from it."""

import math

from store.api.errors import (
    BadRequest,
    ExportUnusable,
    Forbidden,
    IncompleteListing,
    NotFound,
    NotUnderstood,
    ServerError,
)
from store.api.pages import PagingStyle
from store.cache.ledger import FULL_REFRESH
from store.sync.context import ActiveRun
from store.sync.exporting import CALLS, WORTH_IT, ExportReading, reason_of
from store.sync.pricing import Bound, Price, RowCount, price_news
from store.sync.reading import TaskReading
from store.sync.report import EXPORTS, PAGES
from store.sync.request import AUTO, EXPORTS_FIRST, PAGES_ONLY
from store.sync.resource import Known, Resource, Strategy, Task
from store.sync.resume import Forward, Gap, OtherEnd, PassProgress, Window

PAGE = 100
ANCHORED_PAGE = 99
"""A page read on from the last record's time brings that record again."""


class FullRefresh(Strategy):
    """Read completely every time; what is not returned any more is missing."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read all of it."""
        await read_whole(TaskReading(task, run))

    def counts(self, known: Known) -> bool:
        """Pages that say how many rows there are tell the price."""
        return known.numbered

    def price(self, known: Known, count: RowCount, /) -> Price:
        """The price of all of the list."""
        return price_whole(known, count)


async def read_whole(reading: TaskReading) -> None:
    """Read all of the list, then note what is missing from it.

    Raises:
        IncompleteListing: it could not be read to its end.
    """
    note_paged(reading)
    if await _read_by_export(reading):
        return
    window = reading.window(FULL_REFRESH, fresh=reading.known.begun is None)
    if isinstance(window.resume, OtherEnd | Gap):
        progress = await _read_other_end(reading, window, window.resume)
    else:
        try:
            progress = await reading.read_forward(window, reading.listing())
        except IncompleteListing as stopped:
            progress = await _read_other_end(reading, window, _switch_direction(reading, window, stopped))
    await reading.check_count(progress)
    await reading.finish_full_refresh(window, progress)


def price_whole(known: Known, count: RowCount) -> Price:
    """The price of a list that is read from its beginning, or on from where that was cut off."""
    resource = known.task.resource
    if resource.paging.style is PagingStyle.NONE:
        return Price(1, Bound.EXACT)
    if isinstance(known.resume, Gap):
        return price_news()
    if count.rows is None:
        why = count.trouble or "the number is not known; one call for each 100"
        return Price(1, Bound.AT_LEAST, why)
    counted = 1 + count.refused if _may_export(known) else 0
    if _exports(known, count.rows):
        pages = _price_pages(resource, count.rows, count.refused)
        why = "as asked" if known.request.via == EXPORTS_FIRST else f"{pages.calls:,} calls by pages"
        return Price(counted + CALLS, Bound.ABOUT, why, EXPORTS)
    if known.resume is not None:
        left = count.rows - known.seen
        calls = max(1, math.ceil(left / PAGE))
        return Price(counted + calls, Bound.AT_LEAST, "resumes where the last run stopped")
    pages = _price_pages(resource, count.rows, count.refused)
    why = "; ".join(part for part in (_why_paged(known, count.rows), pages.why) if part)
    return Price(counted + pages.calls, pages.bound, why)


def note_paged(reading: TaskReading) -> None:
    """Say why a list is paged though exports were asked for."""
    resource, known = reading.task.resource, reading.known
    if known.from_start and known.request.via == EXPORTS_FIRST and resource.export is None:
        reading.report.note(f"paged: {resource.no_export}")


def _may_export(known: Known) -> bool:
    """Whether the rows are counted to see if an export pays.

    Pages go on where they stopped; an export that was cut off has no such place and is made again.
    """
    via = known.request.via
    return known.task.resource.export is not None and via != PAGES_ONLY and (via != AUTO or known.resume is None)


def _exports(known: Known, rows: int | None) -> bool:
    """Whether a list of so many rows is read by export."""
    pays = bool(rows) and (known.request.via != AUTO or (rows or 0) > WORTH_IT)
    return pays and _may_export(known)


def _price_pages(resource: Resource, rows: int, refused: int) -> Price:
    """The price of all pages, the first one by each filter that is refused included."""
    paging = resource.paging
    if paging.style is PagingStyle.KEYSET and rows >= PAGE:
        calls = math.ceil(rows / ANCHORED_PAGE)
        return Price(refused + calls, Bound.AT_LEAST, "more where many are of one instant")
    most = paging.page_cap * (1 + bool(paging.newest))
    if rows > paging.page_cap * PAGE:
        return Price(refused + min(math.ceil(rows / PAGE), most), Bound.ABOUT, "more than the API serves pages for")
    # A full first page may be counting only itself: only the next one shows.
    return Price(refused + max(1, math.ceil(rows / PAGE)) + (rows == PAGE), Bound.EXACT)


def _why_paged(known: Known, rows: int) -> str:
    resource, via = known.task.resource, known.request.via
    if resource.export is None:
        return resource.no_export if rows > WORTH_IT or via == EXPORTS_FIRST else ""
    if via == PAGES_ONLY:
        return "as asked"
    return f"an export pays above {WORTH_IT:,} rows" if rows else ""


async def _read_by_export(reading: TaskReading) -> bool:
    """Read all of a list through its export where that is asked for or cheaper; False to page it instead."""
    resource, known, run = reading.task.resource, reading.known, reading.run
    if resource.export is None or run.stuck or not _may_export(known):
        return False
    _, expected = await reading.filters.count(reading.context.client)
    if not _exports(known, expected):
        return False
    reading.report.use(EXPORTS)
    window = reading.window(FULL_REFRESH, fresh=True)
    try:
        progress = await ExportReading(reading, resource.export, expected=expected).run()
    except (BadRequest, ExportUnusable, Forbidden, NotFound, NotUnderstood, ServerError) as refused:
        run.stuck = refused.reason if isinstance(refused, ExportUnusable) and refused.stuck else ""
        reading.report.use(PAGES)
        reading.report.note(f"paged: {reason_of(refused)}")
        reading.window(FULL_REFRESH, fresh=True)
        return False
    await reading.finish_full_refresh(window, progress)
    return True


def _switch_direction(reading: TaskReading, window: Window, stopped: IncompleteListing) -> OtherEnd:
    """Where a list longer than its page cap is to be met from its other end.

    Raises:
        IncompleteListing: it did not end at the cap, or has no other end.
    """
    stored = reading.stored_window(FULL_REFRESH)
    reached = stored.resume.progress if stored is not None and isinstance(stored.resume, Forward) else PassProgress()
    if not stopped.capped or reached.watermark is None or not reading.task.resource.paging.newest:
        raise stopped
    end = OtherEnd(reached.watermark, PassProgress(total=reached.total), reading.filter)
    reading.leave(window, end)
    return end


async def _read_other_end(reading: TaskReading, window: Window, place: OtherEnd | Gap) -> PassProgress:
    """From the newest back to where the reading from the oldest met the page cap.

    A list that is longer than both ends keeps a gap, which no later reading could fill. From then on only what is
    new is read, and the gap is said.

    Raises:
        IncompleteListing: the ends do not meet.
    """
    reading.filter = place.filter
    end, gap = (None, place.reason) if isinstance(place, Gap) else (place, "")
    progress = PassProgress() if end is None else end.progress
    try:
        await reading.read_back(window, reading.listing(newest=True), place.known_to, progress, end=end)
    except IncompleteListing as stopped:
        if not stopped.capped:
            raise
        gap = gap or f"{stopped.reason}; it was read from both ends, and what lies between them is not"
    if gap:
        reading.leave(window, Gap(gap, progress.watermark or place.known_to, reading.filter))
        raise IncompleteListing(gap, goes_on=True)
    return progress
