"""What is read of one customer or code: the record, and activity from the newest event back (API §6)."""

from dataclasses import replace

from store.api.cursors import read_row
from store.api.errors import BadRequest, Forbidden, IncompleteListing, NotFound
from store.api.pages import read_pages
from store.cache.database import transaction
from store.cache.ledger import FULL_REFRESH, PARTIAL
from store.days import instant_text
from store.queries.customer_activity import learn_categories, reach_of
from store.sync.context import LOOKBACK_WINDOW, ActiveRun, earlier
from store.sync.pricing import Bound, Price, RowCount, price_news
from store.sync.reading import CREATED, TaskReading
from store.sync.resource import Known, Strategy, Task
from store.sync.resume import Forward, PassProgress, Window

GONE = "the API does not know this customer any more: deleted, or merged into another"
MERGED = "the API answers with another customer, {other}, into whom this one was merged"
GONE_CODE = "the API does not know this code any more: it was deleted"
OTHER_CODE = "the API answers with another code, {other}"
NOT_ALL = "read back to {reach}; the next reading resumes there"
_ONE_BY_ONE = "the number of events is not known; one call for each 100"


class OneRecord(Strategy):
    """One record by its id; one that the API does not know any more is marked as missing.

    Args:
        gone: said of one that the API does not know.
        other: said where it answers with another one, `{other}`.
    """

    def __init__(self, gone: str, other: str) -> None:
        self._gone, self._other = gone, other

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read the record."""
        reading = TaskReading(task, run)
        wanted = task.customer_id or task.voucher_id or ""
        window = reading.window(CREATED, fresh=True)
        try:
            reply = await run.context.client.get(task.path)
        except NotFound:
            self._miss(reading, wanted, self._gone)
            return
        with transaction(run.context.connection):
            applied, ids = reading.writer.apply([reply.content], reading.origin)
        reading.report.count(applied)
        if ids and ids[0] != wanted:
            self._miss(reading, wanted, self._other.format(other=ids[0]))
            return
        await reading.settle(window, reading.own_state())

    @staticmethod
    def _miss(reading: TaskReading, wanted: str, why: str) -> None:
        context = reading.context
        with transaction(context.connection):
            context.connection.execute(
                f'update "{reading.task.resource.name}" set missing_since = ? where id = ? and missing_since is null',
                (context.now(), wanted),
            )
            context.ledger.close_window(reading.task.resource.name, reading.task.scope, CREATED)
            context.ledger.stop(
                reading.task.resource.name, reading.task.scope, state=PARTIAL, reason=why, as_of=context.now()
            )
        # That a customer or a code was deleted is no fault of the run.
        reading.report.worsen(PARTIAL, why, excused=True)

    def price(self, known: Known, count: RowCount, /) -> Price:  # noqa: ARG002 - one record, whatever is known
        """One call."""
        return Price(1, Bound.EXACT)


class CustomerActivity(Strategy):
    """The newest events first and then back to the oldest, over several runs where need be; later what is new."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read what is new since the newest event that is known, then on where the reading back stopped.

        Raises:
            IncompleteListing: it was stopped; the next reading resumes there.
        """
        if self._is_gone(task, run):
            return
        reading = TaskReading(task, run)
        try:
            await self._read(reading)
        except (NotFound, Forbidden) as refused:
            if not reading.rows:
                raise
            raise IncompleteListing(refused.sentence, goes_on=True) from refused
        if run.request.categories:
            await _learn(reading)

    def price(self, known: Known, count: RowCount, /) -> Price:  # noqa: ARG002 - no count is given
        """A call for each hundred events; the API does not state how many there are."""
        most = known.request.event_pages
        if known.state.completed_at is not None and not known.request.full:
            return price_news()
        if known.begun is not None and not known.request.full:
            return Price(2, Bound.AT_LEAST, "what is new, and on where the last run stopped; a call for each 100")
        bounded = "" if most is None else f", {most:,} in this run at most"
        return Price(1, Bound.AT_LEAST, _ONE_BY_ONE + bounded)

    @staticmethod
    def _is_gone(task: Task, run: ActiveRun) -> bool:
        """Whether the record, which is read before, has shown that there is no such customer any more."""
        query = "select missing_since is not null from customers where id = ?"
        row = run.context.connection.execute(query, (task.customer_id,)).fetchone()
        if row is None or not row[0]:
            return False
        run.report.of(task.resource.name).worsen(PARTIAL, GONE, excused=True)
        return True

    async def _read(self, reading: TaskReading) -> None:
        begun = None if reading.known.request.full else reading.stored_window(FULL_REFRESH)
        complete = reading.known.state.completed_at is not None and not reading.known.request.full
        watermark = reading.known.state.created_watermark
        if watermark is not None and (complete or begun is not None):
            await self._read_news(reading, watermark)
        if not complete or begun is not None:
            await self._read_back(reading, begun)

    async def _read_news(self, reading: TaskReading, watermark: str) -> None:
        """From the newest known event on, in the order of time, so that a reading that is cut off leaves no gap."""
        window = reading.window(CREATED)
        since = ("start_date", earlier(watermark, LOOKBACK_WINDOW))
        listing = reading.listing()
        listing = replace(listing, params=(*listing.params, since))
        resume = window.resume if isinstance(window.resume, Forward) else Forward(None, PassProgress())
        progress = resume.progress
        async for page in read_pages(reading.context.client, listing, place=resume.page):
            reading.write_page(window, page, progress, Forward(page.place, progress))
        state = replace(reading.own_state(), created_watermark=max(progress.watermark or watermark, watermark))
        await reading.settle(window, state, complete=reading.known.state.completed_at is not None)

    async def _read_back(self, reading: TaskReading, begun: Window | None) -> None:
        window, before = begun or reading.window(FULL_REFRESH, fresh=True), reading.rows
        try:
            reached = await self._walk_back(reading, window)
        except (BadRequest, NotFound):
            # The event the cursor names may be gone for good: the list is read from its beginning instead.
            if reading.rows > before or window.resume is None:
                raise
            window = reading.window(FULL_REFRESH, fresh=True)
            reached = await self._walk_back(reading, window)
        if reached is None:
            self._stop_for_now(reading)
            return
        state = reading.own_state()
        newest = max(filter(None, (state.created_watermark, reached.watermark)), default=None)
        await reading.settle(
            window, replace(state, created_watermark=newest or earlier(window.started_at, LOOKBACK_WINDOW))
        )

    async def _walk_back(self, reading: TaskReading, window: Window) -> PassProgress | None:
        """Pages from the newest back; None when the run has read as many as it may and there are more."""
        resume = window.resume if isinstance(window.resume, Forward) else None
        progress = PassProgress() if resume is None else resume.progress
        most, place = reading.run.request.event_pages, None if resume is None else resume.page
        pages = read_pages(reading.context.client, reading.listing(newest=True), place=place)
        async for page in pages:
            reading.write_page(window, page, progress, Forward(page.place, progress))
            if page.number == 1 and resume is None:
                self._note_newest(reading, progress)
            if most is not None and page.number >= most and page.more:
                await pages.aclose()
                return None
        return progress

    @staticmethod
    def _note_newest(reading: TaskReading, progress: PassProgress) -> None:
        """What is new is read from here on, also while the older events are not."""
        with transaction(reading.context.connection):
            state = replace(reading.own_state(), created_watermark=progress.watermark)
            reading.context.ledger.write_state(state)

    @staticmethod
    def _stop_for_now(reading: TaskReading) -> None:
        context, task = reading.context, reading.task
        reach = reach_of(context.connection, task.customer_id or "")
        reason = NOT_ALL.format(reach=(reach.back_to or "the newest")[:10])
        reading.report.worsen(PARTIAL, reason, excused=True)
        with transaction(context.connection):
            context.ledger.stop(task.resource.name, task.scope, state=PARTIAL, reason=reason, as_of=context.now())


async def _learn(reading: TaskReading) -> None:
    """Read the same events once more as actions alone: those that are cached and do not come are effects."""
    customer, context = reading.task.customer_id or "", reading.context
    since = reach_of(context.connection, customer).back_to
    if since is None:
        return
    listing = reading.listing(newest=True)
    listing = replace(listing, params=(*listing.params, ("category", "ACTION"), ("start_date", since)))
    actions: set[str] = set()
    async for page in read_pages(context.client, listing):
        actions |= {read_row(row, listing.time_field).identity for row in page.rows}
    with transaction(context.connection):
        learn_categories(context.connection, customer, actions, since, instant_text(context.clock.now()))
