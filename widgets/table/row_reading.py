"""Reading rows from a source in a worker thread, one call at a time, only what is wanted by then."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from textual import on
from textual.worker import Worker

from widgets.messages import FieldMessage
from widgets.table.blocks import Blocks
from widgets.table.line_scroll import LineScroll
from widgets.table.rows import GrowingSource, LocatingSource, MemoryRows, NamingSource, Row, RowSource, StoppableSource

_TOLD = 0.25
"""Seconds between two reports of how many rows were found."""


class Found(Struct, frozen=True):
    """So many rows were found so far."""

    rows: int


class Last(Struct, frozen=True):
    """The last rows of a source."""

    rows: Sequence[Row]


class Opened(Struct, frozen=True):
    """A source that was opened.

    Attributes:
        total: how many rows there are; None where that takes another question.
        start: index of the first of `rows`.
        rows: the ones to show first.
        cursor: where the cursor's row is now.
    """

    total: int | None
    start: int
    rows: Sequence[Row]
    cursor: int


def open_source(
    source: RowSource, row_id: str | None, index: int, blocks: Blocks, sight: tuple[int, int] = (0, 0)
) -> Opened:
    """Read the blocks in sight of the cursor's row, and count only where they are not the end. Blocks; use a thread.

    Args:
        source: where rows come from.
        row_id: the row the cursor was on; the cursor stays on it when the source can find it.
        index: where the cursor was; kept when the row is gone.
        blocks: only asked for the size of a block.
        sight: how many rows before and after the cursor's are in sight.
    """
    located = source.index_of(row_id) if row_id is not None and isinstance(source, LocatingSource) else None
    cursor = index if located is None else located
    start = max(0, cursor - sight[0]) // blocks.size * blocks.size
    stop = ((cursor + sight[1]) // blocks.size + 1) * blocks.size
    rows = source.window(start, stop)
    is_whole = not isinstance(source, GrowingSource) or source.is_whole
    total = None if len(rows) == stop - start or not is_whole else start + len(rows)
    if start and not rows:
        total = source.count()
        start = max(0, total - 1) // blocks.size * blocks.size
        rows = source.window(start, total) if total else ()
    if total is not None:
        cursor = max(0, min(total - 1, cursor))
    if row_id is not None and located is None:
        cursor = next((start + offset for offset, row in enumerate(rows) if row.id == row_id), cursor)
    return Opened(total, start, rows, cursor)


async def ids_of(source: NamingSource, limit: int) -> Sequence[str]:
    """The ids of a source's first rows, read in a thread."""
    return await asyncio.to_thread(source.ids, limit)


Result: TypeAlias = Opened | Found | Last | int | Sequence[Row] | Exception


class RowReader(LineScroll):
    """Part of a table that keeps `blocks` filled for the lines in sight.

    Subclasses implement `rows_in_sight`, `source_opened`, `block_arrived` and `reading_failed`. Threads only read: what
    they bring is handled in the event loop, as a message.
    """

    class Arrived(FieldMessage, bubble=False):
        """A worker came back, with a source's opening, its count, a block or an error."""

        epoch: int
        number: int | None
        result: Result

    blocks: Blocks
    source: RowSource | None = None
    _epoch = 0
    _busy = False
    _failed = False
    _opening = False
    _counting = False
    _ending = False
    _end: tuple[int, Sequence[Row]] | None = None
    """The index from which on rows stand in for those before the end, and the last rows, until they are counted."""
    _left_at: int | None = None
    """Where the cursor waits for the end to be known."""

    @property
    def is_loading(self) -> bool:
        """Whether the first rows, or the last, are still being read, so that keys have nothing to act on."""
        return self._ending or (self._opening and not self.blocks.total)

    def rows_in_sight(self) -> tuple[int, int]:
        """First row in sight and the one after the last."""
        return 0, 0

    def source_opened(self, opened: Opened, blocks: Blocks) -> None:
        """Rows of a new source are there; `blocks` holds them. Not counted yet where `opened.total` is None."""

    def source_counted(self, total: int) -> None:
        """A source that was opened uncounted is counted."""

    def end_moved(self, start: int, step: int) -> None:
        """The rows from an index on are now so many lines further down."""

    def end_arrived(self) -> None:
        """The last rows are there."""

    def rows_found(self) -> None:
        """More rows were found than there were; others may follow."""

    def block_arrived(self, start: int, stop: int) -> None:
        """Rows that were missing are there: from `start` up to `stop`."""

    def reading_failed(self, error: Exception) -> None:
        """The source raised."""

    def open_rows(self, source: RowSource, row_id: str | None, index: int) -> None:
        """Turn to another source; the old rows stay until its first ones are there."""
        self.workers.cancel_node(self)
        self.source = source
        self._epoch += 1
        self._failed = self._ending = False
        self._end = self._left_at = None
        first, last = self.rows_in_sight()
        before = min(max(0, index - first), last - first)
        sight = (before, max(0, last - first - 1 - before))
        opening = partial(open_source, source, row_id, index, Blocks(), sight)
        if isinstance(source, MemoryRows):
            self._opening = False
            self._take_opened(opening())
            return
        self._busy = self._opening = True
        self._counting = False
        self._run(None, opening)

    def read_missing(self) -> None:
        """Fetch the nearest block that is missing, unless a call is under way; its end looks again."""
        source, blocks = self.source, self.blocks
        if source is None or self._busy or self._failed or not self.is_attached:
            return
        wanted = [number for number in blocks.wanted(*self.rows_in_sight()) if not self._stands_in(number)]
        if not wanted:
            return
        number = wanted[0]
        start, stop = blocks.bounds(number)
        if isinstance(source, MemoryRows):
            blocks.put(number, source.window(start, stop))
            self.block_arrived(start, stop)
            self.read_missing()
            return
        self._busy = True
        self._run(number, lambda: source.window(start, stop))

    def read_end(self) -> bool:
        """Fetch the last rows where it is still counted how many come before; False where that is known."""
        source = self.source
        if not self._counting or self._end is not None or not isinstance(source, GrowingSource):
            return False
        if not self._ending:
            self._ending, self._left_at = True, self.cursor
            self._run(None, lambda: Last(source.last(2 * self.blocks.size)))
        return True

    def _stands_in(self, number: int) -> bool:
        """Whether a block lies between the rows that are counted and the last ones: nobody knows its rows yet."""
        return self._end is not None and self.blocks.bounds(number)[0] >= self._end[0]

    def _run(self, number: int | None, read: Callable[[], Opened | Last | int | Sequence[Row]]) -> Worker[None]:
        epoch, source = self._epoch, self.source

        async def work() -> None:
            try:
                result: Result = await asyncio.to_thread(read)
            except asyncio.CancelledError:
                if isinstance(source, StoppableSource):
                    source.stop()
                raise
            except Exception as error:
                result = error
            self.post_message(self.Arrived(epoch, number, result))

        name = "open rows" if number is None else f"rows of block {number}"
        return self.run_worker(work, name=name, group=f"{name} {epoch}", exit_on_error=False)

    @on(Arrived)
    def _take(self, message: Arrived) -> None:
        message.stop()
        if message.epoch != self._epoch:
            return
        result = message.result
        if isinstance(result, Found):
            self._take_found(result.rows)
            return
        if isinstance(result, Last):
            self._take_last(result.rows)
            return
        if not (isinstance(result, int) and self._counting):
            self._busy = self._opening = False
        if isinstance(result, Exception):
            self._failed, self._ending = True, False
            self.reading_failed(result)
        elif isinstance(result, Opened):
            self._take_opened(result)
        elif isinstance(result, int):
            self._take_counted(result)
        elif message.number is not None:
            self.blocks.put(message.number, result)
            self.block_arrived(*self.blocks.bounds(message.number))
        self.read_missing()

    def _take_opened(self, opened: Opened) -> None:
        source, known = self.source, opened.start + len(opened.rows)
        is_whole = not isinstance(source, GrowingSource) or source.is_whole
        # The rows shown before stand in for the number there are, so that the scrollbar does not jump twice.
        stand_in = max(self.blocks.total, known) if is_whole or known % self.blocks.size == 0 < known else known
        blocks = Blocks(stand_in if opened.total is None else opened.total)
        blocks.fill(opened.start, opened.rows)
        if isinstance(source, GrowingSource) and opened.total is None:
            if not self._counting:
                self._counting = True
                self._run(None, partial(source.find_all, self._report()))
        elif opened.total is None and source is not None:
            self._busy = True
            self._run(None, source.count)
        self.source_opened(opened, blocks)

    def _take_counted(self, total: int) -> None:
        self._counting = False
        end, self._end = self._end, None
        if end is None:
            self.blocks.grow(total)
        else:
            start, rows = end
            step = total - self.blocks.total
            self.blocks.cut(start, total)
            self.blocks.fill_end(rows)
            self.end_moved(start, step)
        self.source_counted(total)
        if not self._ending and self._left_at == self.cursor:
            self.end_arrived()
        self._left_at = None

    def _take_last(self, rows: Sequence[Row]) -> None:
        self._ending = False
        if self._counting and not rows:
            return
        if self._counting:
            blocks = self.blocks
            start = -(-blocks.total // blocks.size) * blocks.size
            self._end = start, rows
            # A block that nobody knows lies before them, as far as the lines in sight may reach.
            blocks.grow(start + blocks.size + len(rows))
            blocks.fill(start + blocks.size, rows)
        self._left_at = None
        self.end_arrived()

    def _report(self) -> Callable[[int], None]:
        """What a thread tells how many rows it found so far."""
        epoch, loop, told = self._epoch, asyncio.get_running_loop(), time.monotonic()

        def report(rows: int) -> None:
            nonlocal told
            if rows and time.monotonic() - told >= _TOLD:
                told = time.monotonic()
                loop.call_soon_threadsafe(self.post_message, self.Arrived(epoch, None, Found(rows)))

        return report

    def _take_found(self, rows: int) -> None:
        source = self.source
        if self.blocks.total == 0 and not self._busy and source is not None:
            # The first rows decide about the columns, as those do that a source is opened with.
            self._busy = True
            self._run(None, lambda: open_source(source, None, 0, Blocks()))
        elif self._end is None and rows > self.blocks.total:
            self.blocks.grow(rows)
            self.rows_found()
            self.read_missing()
