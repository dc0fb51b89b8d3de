"""Lists that are read completely once, and from then on only for what is new or has changed."""

from abc import abstractmethod
from dataclasses import replace
from functools import partial

from store.api.errors import IncompleteListing
from store.api.pages import Listing, PagingStyle
from store.api.places import AfterInstant
from store.cache.ledger import SyncCheckpoint
from store.sync.context import WATERMARK_SLACK, ActiveRun, earlier
from store.sync.pricing import Price, RowCount, price_news
from store.sync.reading import CREATED, NEWEST, UPDATED, TaskReading
from store.sync.resource import Known, Task
from store.sync.resume import PassProgress, Window
from store.sync.strategies.full_refresh import FullRefresh, read_whole
from store.times import shifted


class _WholeOnce(FullRefresh):
    """Whole at first and when a full reading is asked for; after that only news."""

    least_calls = 1
    """What looking for news costs where there is none."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        reading = TaskReading(task, run)
        await reading.confirm_borrowed()
        if reading.known.from_start:
            await read_whole(reading)
        else:
            await self.read_news(reading, reading.known.state)

    @abstractmethod
    async def read_news(self, reading: TaskReading, state: SyncCheckpoint) -> None:
        """Read what is new since the last complete reading, whose state this is."""

    def counts(self, known: Known) -> bool:
        return known.from_start and super().counts(known)

    def price(self, known: Known, count: RowCount, /) -> Price:
        return super().price(known, count) if known.from_start else price_news(self.least_calls)


class Append(_WholeOnce):
    """Then what was created since: records of this list do not change."""

    async def read_news(self, reading: TaskReading, state: SyncCheckpoint) -> None:
        """Read what was created since."""
        await self._read_created(reading, state, complete=True)

    async def _read_created(self, reading: TaskReading, state: SyncCheckpoint, *, complete: bool) -> SyncCheckpoint:
        since = state.created_watermark
        window, progress = await _catch_up(reading, CREATED, reading.listing(), since)
        state = replace(state, created_watermark=progress.watermark or since)
        await reading.settle(window, state, complete=complete)
        return state


class Incremental(Append):
    """Then what was created since and what was updated since."""

    least_calls = 2

    async def read_news(self, reading: TaskReading, state: SyncCheckpoint) -> None:
        """Read what was created and what was updated since."""
        state = await self._read_created(reading, state, complete=False)
        since = state.updated_watermark
        listing = replace(
            reading.listing(), order="updated_at", time_field="updated_at", filter_field="updated_at"
        )  # fmt: skip
        window, progress = await _catch_up(reading, UPDATED, listing, since)
        await reading.settle(window, replace(state, updated_watermark=progress.watermark or since))


class Reverse(_WholeOnce):
    """Then from the newest back to what is cached: no date filter narrows the list."""

    async def read_news(self, reading: TaskReading, state: SyncCheckpoint) -> None:
        """Read back to what is cached."""
        since = state.created_watermark
        window = reading.window(NEWEST, fresh=True)
        progress = await reading.read_back(window, reading.listing(newest=True), since, PassProgress())
        await reading.settle(window, replace(state, created_watermark=progress.watermark or since))


async def _catch_up(
    reading: TaskReading, name: str, listing: Listing, since: str | None
) -> tuple[Window, PassProgress]:
    """Read from a watermark on; from the newest back where the server does not honour dates."""
    window = reading.window(name)
    cached, newest = partial(reading.cached, listing.filter_field), reading.task.resource.paging.newest
    after = earlier(since, WATERMARK_SLACK) if since else None
    listing = replace(listing, after=after, anchored=bool(newest), cached=cached)
    if since is not None and window.resume is None:
        if name == CREATED and since == reading.counted_to:
            window = reading.begin_at(window, AfterInstant(shifted(since, 1)))
        elif 2 * cached(since, since) > listing.limit:
            # Its records would fill the first page: they are counted instead, and stepped over.
            window = reading.begin_at(window, AfterInstant(after, since))
    try:
        return window, await reading.read_forward(window, listing)
    except IncompleteListing as stopped:
        if not newest:
            raise
        reading.report.note(f"{stopped.reason}; it was read from the newest back instead")
    window = reading.window(name, fresh=True)
    back = replace(listing, order=f"-{listing.order}", style=PagingStyle.PAGE, after=None, cached=None)
    return window, await reading.read_back(window, back, since, PassProgress())
