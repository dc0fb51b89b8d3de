"""Lists that are continued from a place in them: by the last id, or by an end date."""

from dataclasses import dataclass, replace

from store.api.errors import BadRequest, NotFound
from store.api.places import AfterId
from store.cache.ledger import FULL_REFRESH
from store.sync.context import ActiveRun
from store.sync.pricing import Price, RowCount, price_news
from store.sync.reading import CREATED, TaskReading
from store.sync.resource import Known, Strategy, Task
from store.sync.resume import PassProgress
from store.sync.strategies.full_refresh import note_paged, price_whole


class FromCursor(Strategy):
    """Read on from the last id."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read the records after the last id."""
        reading = TaskReading(task, run)
        note_paged(reading)
        await self._read_on(reading, self._cursor(reading.known))

    def price(self, known: Known, count: RowCount, /) -> Price:
        """News from the last id on; without one all of a list, whose length is unknown."""
        return price_news() if self._cursor(known) else price_whole(known, count)

    def _cursor(self, known: Known) -> str | None:
        return None if known.request.full else known.state.cursor

    async def _read_on(self, reading: TaskReading, cursor: str | None) -> None:
        window = reading.window(CREATED if cursor else FULL_REFRESH)
        if cursor and window.resume is None:
            window = reading.begin_at(window, AfterId(cursor))
        try:
            progress = await reading.read_forward(window, reading.listing())
        except (BadRequest, NotFound):
            if not cursor or reading.rows:
                raise
            # The entry the cursor names may be gone for good: the list is read from its beginning instead.
            await self._read_on(reading, None)
            return
        await reading.settle(window, replace(reading.own_state(), cursor=progress.last_id or cursor))


@dataclass(frozen=True)
class BackfillByEndDate(Strategy):
    """Newest first by an end date, back to the last thing that could still change.

    Attributes:
        unfinished: SQL condition for records that may still change.
    """

    unfinished: str

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read back to the oldest record that was not finished."""
        reading = TaskReading(task, run)
        note_paged(reading)
        known_to = None if reading.known.from_start else reading.known.state.created_watermark
        window = reading.window(CREATED if known_to else FULL_REFRESH, fresh=True)
        progress = await reading.read_back(window, reading.listing(), known_to, PassProgress())
        marks = (reading.writer.oldest_where(self.unfinished), progress.watermark or known_to)
        watermark = min((instant for instant in marks if instant), default=None)
        await reading.settle(window, replace(reading.own_state(), created_watermark=watermark))

    def price(self, known: Known, count: RowCount, /) -> Price:
        """News once the list was read to its end."""
        return price_whole(known, count) if known.from_start else price_news()
