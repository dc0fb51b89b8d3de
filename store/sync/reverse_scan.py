"""When a reading from the newest back has reached what is cached, judged by the records it returned."""

from collections.abc import Iterable
from itertools import pairwise

from store.api.cursors import read_row
from store.sync.context import WATERMARK_SLACK, earlier
from store.times import shifted

_TOLERANCE_MS = 1_000


class ReverseScan:
    """Watches a list that is read from the newest back.

    A server that ignores the order would show old records first, and stopping there would miss all that is new. So
    only records that come the newer before the older count as a proof.

    Args:
        known_to: what was created up to here is cached; None to read to the list's end.

    Attributes:
        unsorted: records came the older before the newer.
    """

    def __init__(self, known_to: str | None) -> None:
        self._known_to = known_to
        self._floor = earlier(known_to, WATERMARK_SLACK) if known_to else None
        self._first: str | None = None
        self.unsorted = False

    def reached_known(self, rows: Iterable[bytes], time_field: str, *, all_cached: bool = False) -> bool:
        """Whether the list, with this page, has been read back to what is cached.

        Args:
            rows: of the page.
            time_field: where a record says when it was created.
            all_cached: the page brought nothing new, and the list counts no more records than are cached. Many records
                of one instant are then not read to their end.
        """
        times = [time for row in rows if (time := read_row(row, time_field).time)]
        if not times:
            return False
        self._first = self._first or times[0]
        self.unsorted = self.unsorted or any(
            later > shifted(before, _TOLERANCE_MS) for before, later in pairwise(times)
        )
        oldest = min(times)
        if all_cached and self._known_to is not None and max(times) <= self._known_to <= self._first:
            return not self.unsorted
        return self._floor is not None and oldest < self._floor and oldest < self._first and not self.unsorted
