"""Reading one list into the cache: pages in, rows and cursor out in one transaction, then the ledger's verdict."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Any

from store.api.errors import BadRequest, IncompleteListing, NotFound
from store.api.pages import Listing, Page, PagingStyle, read_pages
from store.cache.database import transaction
from store.cache.journal import write_disappearance
from store.cache.ledger import SWEEP, State, Window
from store.cache.rollups import rebuild_dirty
from store.cache.writer import ROLLED_UP, Context, Writer
from store.sync.catalogue import Strategy
from store.sync.descent import Descent
from store.sync.report import PAGES, ResourceReport
from store.sync.session import LATE, Mark, Session, earlier
from store.sync.tasks import Task, borrows, known_state
from store.sync.ways import Ways
from store.times import shifted

CREATED, UPDATED, NEWEST = "created", "updated", "newest"
_NOTHING: Mapping[str, Any] = {}


class _NotNarrowed(Exception):
    """The server does not narrow a list to the campaign this way."""


class ListReading:
    """One task's reading: chooses its passes by strategy and state, runs them, writes the verdict.

    Args:
        session: the run's shared things.
        task: resource and scope.
        context: what pages cannot know.
        report: counted into.
    """

    def __init__(self, session: Session, task: Task, context: Context, report: ResourceReport) -> None:
        self._session = session
        self._task = task
        self._resource = task.resource
        self._context = context
        self._report = report
        self._writer = Writer(session.connection, task.resource.table)
        self._ways = Ways(task, self._writer)
        self._way = 0
        self._counted: str | None = None
        self.rows = 0

    def known_state(self) -> State:
        """The ledger's row for this scope."""
        return self._session.ledger.state(self._resource.name, self._task.scope)

    async def begin(self, *, full: bool) -> State:
        """What a reading starts from; a `full` one from nothing but its own state.

        A campaign never read alone starts from the project's reading, if its own way of reading counts no more
        records up to the project's watermark than are held. Raises ApiError when they cannot be counted.
        """
        own = self.known_state()
        if full or not borrows(self._task, own) or self._session.ledger.window(own.resource, own.scope, SWEEP):
            return own
        state = known_state(self._session.ledger, self._task)
        if state.completed_at is None or state.created_watermark is None:
            return own
        until = shifted(state.created_watermark, 2)
        way, total = await self._ways.count(self._session.client, until)
        if total is None or total > self._held(until=until):
            return own
        self._counted = state.created_watermark
        return replace(state, way=way)

    async def run(self, state: State, *, full: bool) -> None:
        """Bring the list up to date by its strategy.

        Args:
            state: what `begin` found.
            full: read it whole again.

        Raises:
            ApiError: reading stopped; what was read is kept and the window stays open.
        """
        self._way = state.way
        strategy = self._resource.strategy
        first = full or state.completed_at is None
        if strategy is Strategy.SWEEP:
            await self.sweep()
        elif strategy is Strategy.CURSOR:
            await self._read_on(None if full else state.cursor)
        elif strategy is Strategy.TAIL:
            await self._read_tail(None if first else state.created_watermark)
        elif first:
            await self.sweep(afresh=full)
        else:
            await self.increment(state)

    async def sweep(self, *, afresh: bool = False) -> None:
        """Read the whole list, then note what is missing from it.

        Args:
            afresh: even a list known to be too long to be read whole.

        Raises:
            IncompleteListing: it could not be read to its end.
        """
        window = self.window(SWEEP)
        if afresh and "gap" in (window.resume or {}):
            window = self.window(SWEEP, fresh=True)
        if "until" in (window.resume or {}):
            mark = await self._read_other_end(window)
        else:
            try:
                mark = await self._read(window, self._ways.listing(ascending=True))
            except IncompleteListing as stopped:
                mark = await self._read_other_end(self._turn_round(window, stopped))
        await self.check_count(mark)
        self.finish_sweep(window, mark)

    async def increment(self, state: State) -> None:
        """Read what is new and what has changed since the last complete reading."""
        since = state.created_watermark
        if self._resource.strategy is Strategy.NEWEST_FIRST:
            window = self.window(NEWEST, fresh=True)
            mark = await self._read_back(window, self._ways.listing(ascending=False), since, Mark())
            self.settle(window, replace(state, created_watermark=mark.held or since))
            return
        window, mark = await self._catch_up(CREATED, self._ways.listing(ascending=True, after=since), since)
        state = replace(state, created_watermark=mark.held or since)
        self.settle(window, state, whole=not self._resource.updated)
        if self._resource.updated:
            since = state.updated_watermark
            listing = replace(
                self._ways.listing(ascending=True, after=since),
                order="updated_at", time_field="updated_at", filter_field="updated_at",
            )  # fmt: skip
            window, mark = await self._catch_up(UPDATED, listing, since)
            self.settle(window, replace(state, updated_watermark=mark.held or since))

    async def _catch_up(self, name: str, listing: Listing, since: str | None) -> tuple[Window, Mark]:
        """Read from a date on; from the newest back where the server does not honour dates."""
        window = self.window(name)
        held = partial(self._held, listing.filter_field)
        listing = replace(listing, anchored=bool(self._resource.newest), held=held)
        if since is not None and window.resume is None:
            if name == CREATED and since == self._counted:
                window = replace(window, resume={"page": {"after": shifted(since, 1)}})
            elif 2 * held(since, since) > listing.limit:
                # Its records would fill the first page: they are counted instead, and stepped over.
                window = replace(window, resume={"page": {"after": listing.after, "tie": since}})
        try:
            return window, await self._read(window, listing)
        except IncompleteListing as stopped:
            if not self._resource.newest:
                raise
            self._report.note(f"{stopped.reason}; it was read from the newest back instead")
        window = self.window(name, fresh=True)
        back = replace(listing, order=f"-{listing.order}", style=PagingStyle.PAGE, after=None, held=None)
        return window, await self._read_back(window, back, since, Mark())

    def _held(self, column: str = "created_at", since: str = "", until: str = "~") -> int:
        """How many records of the scope are held whose time lies between two instants."""
        campaign = None if self._task.campaign is None else self._task.campaign.id
        return self._writer.count(campaign, until, since=since, column=column)

    def window(self, name: str, *, fresh: bool = False) -> Window:
        """The pass's window: the one cut off earlier, or a new one."""
        ledger = self._session.ledger
        known = None if fresh else ledger.window(self._resource.name, self._task.scope, name)
        return known or ledger.open_window(self._resource.name, self._task.scope, name, self._session.now())

    async def _read(self, window: Window, listing: Listing) -> Mark:
        """Run one pass to its end; a first reading tries the ways of narrowing until the server honours one."""
        self._way = (window.resume or {}).get("way", self._way)
        if window.name != SWEEP or window.resume is not None or len(self._ways) == 1:
            return await self._read_way(window, self._ways.by(listing, self._way))
        for way in range(len(self._ways)):
            self._way = way
            try:
                return await self._read_way(window, self._ways.by(listing, way), last=self._ways.is_last(way))
            except _NotNarrowed:
                continue
            except BadRequest as refused:
                if self.rows or self._ways.is_last(way):
                    raise
                self._report.note(f"the filter by campaign id was refused ({refused.said}), so its name was used")
        raise AssertionError("the last way is never turned back")

    async def _read_way(self, window: Window, listing: Listing, *, last: bool = True) -> Mark:
        """Read one way to its end.

        Raises:
            _NotNarrowed: the first page shows that the server ignores the narrowing, or found nothing by it.
        """
        mark = Mark.of(window.resume)
        resume = None if window.resume is None else window.resume.get("page")
        async for page in read_pages(self._session.client, listing, resume=resume):
            if not last and self._ways.turns_back(page):
                raise _NotNarrowed
            self.write_page(window, page, mark)
            last = True
        return mark

    def write_page(self, window: Window, page: Page, mark: Mark, beside: Mapping[str, Any] | None = _NOTHING) -> int:
        """Rows, what they have shown of the list, and the cursor after them: one transaction.

        Args:
            window: the pass.
            page: its rows and cursor.
            mark: moved.
            beside: stored with the cursor; None stores none, and an interrupted pass begins again.

        Returns:
            How many of the rows are new.
        """
        session, name, scope = self._session, self._resource.name, self._task.scope
        with transaction(session.connection):
            # A whole reading replaces what an export brought by the fuller documents; news meet it at their overlap.
            carried = twin.carried if (twin := self._resource.twin) and window.name != SWEEP else ()
            applied, identities = self._writer.apply(page.rows, self._context, carried=carried)
            mark.total = page.total if page.total is not None and mark.total is None else mark.total
            self._move_mark(window, mark, identities)
            if window.name == SWEEP:
                session.ledger.see(name, scope, [*identities, *applied.odd])
            if beside is not None:
                resume = {"page": page.resume, "mark": mark.as_json(), "way": self._way, **beside}
                session.ledger.move_window(name, scope, window.name, resume)
        self._report.count(applied)
        self.rows += len(page.rows)
        session.tell(name, scope, PAGES, self.rows, mark.total)
        return applied.added

    def _move_mark(self, window: Window, mark: Mark, identities: list[str]) -> None:
        """Move the watermarks up to the newest of these rows; the last id stays before rows that are still in doubt."""
        column = "updated_at" if window.name == UPDATED else "created_at"
        was_sure = mark.doubt is None
        mark.reach(self._writer.newest(column, identities), self._session.now())
        sure = identities if was_sure else []
        if (doubt := mark.doubt) is not None:
            sure = list(takewhile(lambda identity: (self._writer.newest(column, [identity]) or "") <= doubt, sure))
        mark.last_id = sure[-1] if sure else mark.last_id

    def _turn_round(self, window: Window, stopped: IncompleteListing) -> Window:
        """Where a list longer than its page cap is to be met from its other end.

        Raises:
            IncompleteListing: it did not end at the cap, or has no other end.
        """
        known = self._session.ledger.window(self._resource.name, self._task.scope, SWEEP)
        reached = Mark.of(known.resume if known else None)
        if not stopped.capped or reached.held is None or not self._resource.newest:
            raise stopped
        mark = Mark(total=reached.total)
        return self._leave(window, {"until": reached.held, "mark": mark.as_json(), "way": self._way})

    def _leave(self, window: Window, resume: Mapping[str, Any]) -> Window:
        """Store where the next reading goes on."""
        with transaction(self._session.connection):
            self._session.ledger.move_window(self._resource.name, self._task.scope, window.name, resume)
        return replace(window, resume=resume)

    async def _read_other_end(self, window: Window) -> Mark:
        """From the newest back to where the reading from the oldest met the page cap.

        A list that is longer than both ends keeps a gap, which no later reading could fill. From then on only what is
        new is read, and the gap is said.

        Raises:
            IncompleteListing: the ends do not meet.
        """
        known = window.resume or {}
        self._way, gap = known.get("way", self._way), known.get("gap")
        mark = Mark.of(None if gap else known)
        beside = None if gap else {"until": known["until"]}
        listing, until = self._ways.listing(ascending=False), known.get("met") if gap else known["until"]
        try:
            mark = await self._read_back(window, listing, until, mark, beside=beside, resume=known.get("page"))
        except IncompleteListing as stopped:
            if not stopped.capped:
                raise
            gap = gap or f"{stopped.reason}; it was read from both ends, and what lies between them is not"
        if gap:
            self._leave(window, {"until": known["until"], "gap": gap, "met": mark.held or until, "way": self._way})
            raise IncompleteListing(gap, goes_on=True)
        return mark

    async def _read_back(
        self,
        window: Window,
        listing: Listing,
        until: str | None,
        mark: Mark,
        *,
        beside: Mapping[str, Any] | None = None,
        resume: Mapping[str, Any] | None = None,
    ) -> Mark:
        """From the newest back to rows already held. Ends the pass only when it met them or the list's end."""
        descent = Descent(until)
        listing = self._ways.by(listing, self._way)
        try:
            async for page in read_pages(self._session.client, listing, resume=resume):
                added = self.write_page(window, page, mark, beside)
                all_held = not added and page.total is not None and page.total <= self._held()
                if descent.meets(page.rows, listing.time_field, all_held=all_held):
                    break
        except IncompleteListing as stopped:
            if descent.unsorted:
                reason = f"the API does not sort this list newest first; {stopped.reason}"
                raise IncompleteListing(reason, capped=stopped.capped) from None
            raise
        return mark

    async def _read_on(self, cursor: str | None) -> None:
        """Read by id from where the last run ended."""
        name = CREATED if cursor else SWEEP
        window = self.window(name)
        listing = self._ways.listing(ascending=True)
        if cursor and window.resume is None:
            window = replace(window, resume={"page": {"cursor": cursor, "page": 1}})
        try:
            mark = await self._read(window, listing)
        except (BadRequest, NotFound):
            if not cursor or self.rows:
                raise
            # The entry the cursor names may be gone for good: the list is read from its beginning instead.
            await self._read_on(None)
            return
        state = replace(self.known_state(), cursor=mark.last_id or cursor)
        self.settle(window, state)

    async def _read_tail(self, until: str | None) -> None:
        """Newest first by end date, back to the last thing that could still change."""
        window = self.window(CREATED if until else SWEEP, fresh=True)
        mark = await self._read_back(window, self._ways.listing(ascending=True), until, Mark())
        unfinished = self._writer.oldest_where("status not in ('DONE', 'FAILED')")
        marks = [instant for instant in (unfinished, mark.held or until) if instant]
        self.settle(window, replace(self.known_state(), created_watermark=min(marks, default=None)))

    async def check_count(self, mark: Mark) -> None:
        """A sweep that returned fewer ids than the API counts asks once more how many there are.

        Raises:
            IncompleteListing: the API still counts more than it returned.
        """
        if mark.total is None or self._resource.style not in (PagingStyle.KEYSET, PagingStyle.PAGE):
            return
        held = self._session.ledger.seen_count(self._resource.name, self._task.scope)
        if held >= mark.total:
            return
        async for page in read_pages(self._session.client, replace(self._ways.listing(ascending=True), limit=1)):
            if page.total is not None and page.total > held:
                raise IncompleteListing(f"the API counts {page.total:,} records and returned {held:,}")
            break

    def finish_sweep(self, window: Window, mark: Mark) -> None:
        """Mark what the sweep did not return, close its window and write the verdict, all at once."""
        campaign = None if self._task.campaign is None else self._task.campaign.id
        self._roll_up()
        with transaction(self._session.connection):
            gone = self._writer.mark_missing(self._task.scope, campaign, self._session.now())
            if self._resource.table.journal and gone:
                write_disappearance(self._session.connection, self._resource.table, gone, self._context.moment)
            self._report.missing += len(gone)
            state = replace(
                self.known_state(),
                created_watermark=mark.held or earlier(window.started_at, LATE),
                updated_watermark=earlier(window.started_at, LATE),
                cursor=mark.last_id,
                total=mark.total,
            )
            self._settle(window, state)

    def settle(self, window: Window, state: State, *, whole: bool = True) -> None:
        """Close a pass and write its watermarks; and, unless another pass follows, that the list is held whole."""
        self._roll_up()
        with transaction(self._session.connection):
            self._settle(window, state, whole=whole)

    def _roll_up(self) -> None:
        """Count the days of what was read before the list is called whole: nobody shall see it with zeros."""
        if self._resource.name in ROLLED_UP:
            rebuild_dirty(self._session.connection, self._context.zone)

    def _settle(self, window: Window, state: State, *, whole: bool = True) -> None:
        now = self._session.now()
        # A record dated in the future must not hide what is created or changed until then.
        marks = ("created_watermark", "updated_watermark")
        begun = earlier(window.started_at, LATE)
        late: dict[str, Any] = {name: begun for name in marks if (getattr(state, name) or "") > now}
        # Which way a list came is that of its whole reading: news are always paged.
        via = self._report.via if window.name == SWEEP else state.via or self._report.via
        state = replace(state, **late, scope=self._task.scope, via=via, way=self._way)
        if whole:
            state = state.whole(now)
        self._session.ledger.close_window(self._resource.name, self._task.scope, window.name)
        self._session.ledger.write_state(state)
