"""Reading one list into the cache: pages in, rows and cursor out in one transaction, then the ledger's verdict.

A strategy says which passes it takes and in what order; here is what every pass is made of.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import takewhile
from typing import Any

import msgspec

from store.api.ahead import Ahead
from store.api.errors import BadRequest, IncompleteListing
from store.api.pages import Listing, Page, PagingStyle, read_pages
from store.api.places import Place
from store.cache.journal import ChangeOrigin, write_disappearance
from store.cache.ledger import FULL_REFRESH, SyncCheckpoint
from store.cache.page import Applied, times_of
from store.cache.rollups import rebuild_by_parts
from store.cache.seen_ids import SeenIds
from store.cache.writer import ROLLED_UP, Context, Writer
from store.sync.context import LOOKBACK_WINDOW, ActiveRun, earlier
from store.sync.filters import Filters
from store.sync.report import PAGES
from store.sync.resource import Task
from store.sync.resume import Forward, OtherEnd, PassProgress, Resume, Window, load_window, resume_text
from store.sync.reverse_scan import ReverseScan
from store.times import shifted

CREATED, UPDATED, NEWEST = "created", "updated", "newest"


class _FilterIgnored(Exception):
    """The server does not narrow a list to the campaign by this filter."""


class TaskReading:
    """One task's reading.

    Args:
        task: resource and scope.
        run: the run it belongs to.

    Attributes:
        context: client, cache and clock.
        report: of the resource, counted into.
        known: what the reading starts from.
        origin: what pages cannot know of their rows.
        writer: of the resource's table.
        filters: of the task; `filter` is the one in use.
        counted_to: the watermark up to which the API has just counted the records; None when it was not asked.
        rows: read so far.
    """

    def __init__(self, task: Task, run: ActiveRun) -> None:
        self.task = task
        self.run = run
        self.context = run.context
        self.report = run.report.of(task.resource.name)
        self.known = task.known(self.context.ledger, run.request)
        completed_at = self.known.own.completed_at
        self.origin = Context(
            zone=run.zone,
            moment=ChangeOrigin(run.report.run_id, run.started_at, completed_at),
            campaign_id=None if task.campaign is None else task.campaign.id,
            customer_id=task.customer_id,
            campaign_ids=run.names,
            journal_new=completed_at is not None,
        )
        self.writer = Writer(self.context.connection, task.resource.table)
        self.filters = Filters(task, self.writer)
        self.filter = self.known.own.way
        self.counted_to: str | None = None
        self.rows = 0
        self._gathered: SeenIds | None = None

    async def confirm_borrowed(self) -> None:
        """Start a campaign's list from the project's reading only if the campaign's own filter counts no more.

        Raises:
            ApiError: the records cannot be counted.
        """
        known = self.known
        if not known.borrowed or known.state.created_watermark is None:
            return
        until = shifted(known.state.created_watermark, 2)
        number, total = await self.filters.count(self.context.client, until)
        if total is None or total > self.cached(until=until):
            self.known = replace(known, state=known.own)
            return
        self.filter, self.counted_to = number, known.state.created_watermark

    def own_state(self) -> SyncCheckpoint:
        """The ledger's row for this scope as it is now."""
        return self.context.ledger.state(self.task.resource.name, self.task.scope)

    def listing(self, *, newest: bool = False) -> Listing:
        """The task's list by the first filter."""
        return self.task.listing(newest=newest)

    def cached(self, column: str = "created_at", since: str = "", until: str = "~") -> int:
        """How many records of the scope are cached whose time lies between two instants."""
        return self.writer.count(self.origin.campaign_id, until, since=since, column=column)

    def window(self, name: str, *, fresh: bool = False) -> Window:
        """The pass's window: the one cut off earlier, or a new one."""
        known = None if fresh else self.stored_window(name)
        if known is not None:
            return known
        window = Window(name, self.context.watermark_now())
        self.context.ledger.open_window(self.task.resource.name, self.task.scope, name, window.started_at)
        return window

    def stored_window(self, name: str) -> Window | None:
        """The pass's window as it is stored now."""
        return load_window(self.context.ledger, self.task.resource.name, self.task.scope, name)

    def leave(self, window: Window, resume: Resume) -> Window:
        """Store where the next reading resumes."""
        with self.context.batch.verdict():
            self._move(window, resume)
        return replace(window, resume=resume)

    def _move(self, window: Window, resume: Resume) -> None:
        name, scope = self.task.resource.name, self.task.scope
        self.context.ledger.move_window(name, scope, window.name, resume_text(resume))

    def begin_at(self, window: Window, page: Place) -> Window:
        """The window, to be read from a place in the list instead of its beginning."""
        return replace(window, resume=Forward(page, PassProgress(), self.filter))

    async def read_forward(self, window: Window, listing: Listing) -> PassProgress:
        """Run one pass to its end; a first reading tries the filters until the server honours one."""
        if window.resume is not None:
            self.filter = window.resume.filter
        if window.name != FULL_REFRESH or window.resume is not None or len(self.filters) == 1:
            return await self._read_filtered(window, self.filters.by(listing, self.filter))
        for number in range(len(self.filters)):
            self.filter = number
            try:
                last = self.filters.is_last(number)
                return await self._read_filtered(window, self.filters.by(listing, number), last=last)
            except _FilterIgnored:
                continue
            except BadRequest as refused:
                if self.rows or self.filters.is_last(number):
                    raise
                self.report.note(f"the filter by campaign id was refused ({refused.said}), so its name was used")
        raise AssertionError("the last filter is never passed over")

    async def _read_filtered(self, window: Window, listing: Listing, *, last: bool = True) -> PassProgress:
        """Read by one filter to the end.

        Raises:
            _FilterIgnored: the first page shows that the server ignores the filter, or found nothing by it.
        """
        begun = window.resume if isinstance(window.resume, Forward) else None
        progress = PassProgress() if begun is None else begun.progress
        ahead = Ahead(self.context.slots, earlier(self.context.now(), LOOKBACK_WINDOW))
        place = None if begun is None else begun.page
        async with aclosing(read_pages(self.context.client, listing, place=place, ahead=ahead)) as pages:
            async for page in pages:
                if not last and self.filters.ignored(page):
                    raise _FilterIgnored
                self.write_page(window, page, progress, Forward(page.place, progress, self.filter))
                last = True
        return progress

    async def read_back(
        self, window: Window, listing: Listing, known_to: str | None, progress: PassProgress,
        *, end: OtherEnd | None = None,
    ) -> PassProgress:  # fmt: skip
        """From the newest back to rows already cached. Ends the pass only when it met them or the list's end.

        Args:
            window: the pass.
            listing: from the newest.
            known_to: what was created up to here is cached; None to read to the list's end.
            progress: advanced.
            end: where to go on when it was cut off; None for a pass that then begins again.
        """
        scan = ReverseScan(known_to)
        listing = self.filters.by(listing, self.filter)
        try:
            async for page in read_pages(self.context.client, listing, place=None if end is None else end.page):
                resume = end and msgspec.structs.replace(end, page=page.place, progress=progress)
                added = self.write_page(window, page, progress, resume)
                all_cached = not added and page.total is not None and page.total <= self.cached()
                if scan.reached_known(page.rows, listing.time_field, all_cached=all_cached):
                    break
        except IncompleteListing as stopped:
            if scan.unsorted:
                reason = f"the API does not sort this list newest first; {stopped.reason}"
                raise IncompleteListing(reason, capped=stopped.capped) from None
            raise
        return progress

    def write_page(self, window: Window, page: Page, progress: PassProgress, resume: Resume | None) -> int:
        """Rows, what they have shown of the list, and the cursor after them: one transaction.

        Args:
            window: the pass.
            page: its rows and cursor.
            progress: advanced.
            resume: where to go on after the page, `progress` in it; None stores none, and an interrupted pass begins
                again.

        Returns:
            How many of the rows are new.
        """
        resource, scope = self.task.resource, self.task.scope
        with self.context.batch.page():
            # A full refresh replaces an export's rows by fuller documents; a later pass only overlaps with them.
            export = resource.export if window.name != FULL_REFRESH else None
            applied, identities = self.writer.apply(
                page.rows, self.origin, carried=() if export is None else export.carried
            )
            progress.total = page.total if progress.total is None else progress.total
            self._advance(window, progress, identities, applied)
            if window.name == FULL_REFRESH:
                self.see([*identities, *applied.malformed])
            if resume is not None:
                self._move(window, resume)
        self.report.count(applied)
        self.rows += len(page.rows)
        self.context.tell(resource.name, scope, PAGES, self.rows, progress.total)
        return applied.added

    def see(self, identities: Sequence[str]) -> None:
        """Remember that the full refresh returned these ids, in the page's transaction."""
        self._gathered = None
        self.context.ledger.see(self.task.resource.name, self.task.scope, identities)

    async def gather_seen(self) -> SeenIds:
        """What the full refresh has returned, looked up once; other lists' pages are written between the parts."""
        if self._gathered is None:
            seen = SeenIds(self.context.connection, self.task.resource.name, self.task.scope)
            for _ in seen.gather():
                await asyncio.sleep(0)
            self._gathered = seen
        return self._gathered

    def _advance(self, window: Window, progress: PassProgress, identities: Sequence[str], applied: Applied) -> None:
        """Move the watermarks up to the newest of these rows; the last id stays before rows that are still in doubt."""
        column = "updated_at" if window.name == UPDATED else "created_at"
        was_safe = progress.unsafe_from is None
        times = times_of(self.context.connection, self.writer.spec, column, identities, applied)
        progress.advance(max(times.values(), default=None), self.context.now())
        safe = identities if was_safe else []
        if (unsafe := progress.unsafe_from) is not None:
            safe = list(takewhile(lambda identity: times.get(identity, "") <= unsafe, safe))
        progress.last_id = safe[-1] if safe else progress.last_id

    async def check_count(self, progress: PassProgress) -> None:
        """A full refresh that returned fewer ids than the API counts asks once more how many there are.

        Raises:
            IncompleteListing: the API still counts more than it returned.
        """
        if progress.total is None or self.task.resource.paging.style not in (PagingStyle.KEYSET, PagingStyle.PAGE):
            return
        seen = (await self.gather_seen()).count()
        if seen >= progress.total:
            return
        async for page in read_pages(self.context.client, replace(self.listing(), limit=1)):
            if page.total is not None and page.total > seen:
                raise IncompleteListing(f"the API counts {progress.total:,} records and returned {seen:,}")
            break

    async def finish_full_refresh(self, window: Window, progress: PassProgress) -> None:
        """Mark what was not returned, close the window and write the verdict, all at once.

        Of one code's rows none is concluded to be missing: they are asked for by another id than they are kept by.
        """
        table = self.task.resource.table
        await self._roll_up()
        seen = None if self.task.voucher_id is not None else await self.gather_seen()
        with self.context.batch.verdict():
            gone = [] if seen is None else self.writer.mark_missing(seen, self.origin, self.context.now())
            if table.journal and gone and not table.traffic:
                write_disappearance(self.context.connection, table, gone, self.origin.moment)
            self.report.missing += len(gone)
            state = replace(
                self.own_state(),
                created_watermark=progress.watermark or earlier(window.started_at, LOOKBACK_WINDOW),
                updated_watermark=earlier(window.started_at, LOOKBACK_WINDOW),
                cursor=progress.last_id,
                total=progress.total,
            )
            self._settle(window, state)

    async def settle(self, window: Window, state: SyncCheckpoint, *, complete: bool = True) -> None:
        """Close a pass and write its watermarks; and, unless another pass follows, that the list is complete.

        What could not be understood and was not met again by a pass through all of the list is there no more.
        """
        await self._roll_up()
        is_whole = window.name == FULL_REFRESH and self.task.customer_id is None and self.task.voucher_id is None
        seen = await self.gather_seen() if complete and is_whole else None
        with self.context.batch.verdict():
            if seen is not None:
                seen.mark_unreadable(self.origin.campaign_id, self.context.now())
            self._settle(window, state, complete=complete)

    async def _roll_up(self) -> None:
        """Count the days of what was read before the list is called complete, so that no screen shows zeros.

        Other lists' calls go out between the parts.
        """
        if self.task.resource.name in ROLLED_UP:
            for _ in rebuild_by_parts(self.context.connection, self.run.zone):
                await asyncio.sleep(0)

    def _settle(self, window: Window, state: SyncCheckpoint, *, complete: bool = True) -> None:
        now = self.context.now()
        # A record dated in the future must not hide what is created or changed until then.
        marks = ("created_watermark", "updated_watermark")
        begun = earlier(window.started_at, LOOKBACK_WINDOW)
        late: dict[str, Any] = {name: begun for name in marks if (getattr(state, name) or "") > now}
        # The way of a list is that of its complete reading: what is new is always paged.
        via = self.report.via if window.name == FULL_REFRESH else state.via or self.report.via
        state = replace(state, **late, scope=self.task.scope, via=via, way=self.filter)
        if complete:
            state = state.completed(now)
        self.context.ledger.close_window(self.task.resource.name, self.task.scope, window.name)
        self.context.ledger.write_state(state)
