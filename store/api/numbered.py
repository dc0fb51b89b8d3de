"""Lists in numbered pages: plain, and anchored to the records' own times to pass beyond the page cap."""

from collections.abc import Callable
from itertools import pairwise

from store.api.cursors import USELESS_CALLS, ListAnswer, Params, SeenRecords
from store.api.page_walk import PageWalk
from store.api.places import AfterInstant, AtPage, InsteadOfInstants, Place, Swept
from store.times import shifted, utc_text

_REPAIRS = 20
"""How often one walk goes back for records that deletions moved to a page already read."""
_TIE_SWEEPS = 3
_TOLERANCE_MS = 1_000
"""A record's own time may differ a little from the one that the server sorts by."""


class PageCursor:
    """`page=1, 2, …` up to a cap.

    When the total falls between two pages, records were deleted and those behind them moved up: the pages they may
    have moved to are read again.
    """

    numbered = True
    anchor: str | None = None

    def __init__(self, limit: int, cap: int, filters: Params, place: Place | None) -> None:
        at = place if isinstance(place, AtPage) else AtPage()
        self._cap = cap
        self._filters = filters
        self._walk = PageWalk(limit, at.size, max(1, at.page))
        read = (self._walk.page - 1) * self._walk.size
        self._before_resume = min(max(0, at.rows), read)
        self._repairs = 0
        self._fresh = SeenRecords()
        self._done = False
        self._last_total = at.counted
        self._least_total: int | None = None
        self.total: int | None = None
        self.unfinished: str | None = None
        self.capped = False

    def ask(self) -> Params | None:
        """The next page."""
        return None if self._done else (*self._walk.params, *self._filters)

    def take(self, answer: ListAnswer) -> list[bytes]:
        """Count the page in, and decide whether there is another."""
        page, repairing = self._walk.page, self._walk.repairing
        fallen = self._note_total(answer.total)
        new = {row.identity for row in answer.rows} - self._fresh.known
        more = self._walk.take(answer, self._fresh.known, self._delivered + len(new), fallen)
        fresh = self._fresh.sift(answer.rows, counts=not (repairing or fallen or self._walk.shortened))
        if more:
            self._done = self._has_to_stop(answer, page)
        else:
            self._done = True
            self._check_count()
        return fresh

    def _note_total(self, total: int | None) -> int:
        """How much the total has fallen since the answer before; nothing any more when it falls for ever."""
        if total is None:
            return 0
        self.total = total if self.total is None else self.total
        fallen = 0 if self._last_total is None else max(0, self._last_total - total)
        self._last_total = total
        self._least_total = total if self._least_total is None else min(self._least_total, total)
        if not fallen or self._repairs >= _REPAIRS:
            return 0
        self._repairs += 1
        return fallen

    def _has_to_stop(self, answer: ListAnswer, page: int) -> bool:
        """Whether the list ends here though there is more of it."""
        total = answer.total
        if not answer.rows and not self._walk.repairing:
            counted = "" if total is None else f": {total:,} are counted, {self._delivered:,} came"
            self.unfinished = f"the API says there is more but its page {page} is empty{counted}"
        elif self._fresh.given_up:
            self.unfinished = "the list brings the same records on every page"
        elif self._walk.page > self._cap:
            counted = "more" if total is None else f"{total:,} records"
            self.capped = True
            self.unfinished = f"the API serves {self._cap} pages of this list, which has {counted}"
        return self.unfinished is not None

    def _check_count(self) -> None:
        least = self._least_total
        if least is not None and self._delivered < least:
            self.unfinished = f"records moved while they were read: {least:,} are counted, {self._delivered:,} came"

    @property
    def _delivered(self) -> int:
        return self._before_resume + len(self._fresh.known)

    @property
    def place(self) -> AtPage:
        """The next page and its size, how many records came before it, and how many there were."""
        return AtPage(self._walk.page, self._walk.size, self._delivered, self._last_total)


class KeysetCursor:
    """Ascending by time, each query anchored to the last record of the one before.

    No page number grows, so no cap is met and nothing shifts when records are deleted or created meanwhile. Only
    records of one instant that fill more than half a page (a bulk import) are read by page numbers, in a closed
    window around that instant: its total must stay the same and equal the ids that came, or it is read again.

    Whether the API's date filters include their bounds is not documented; every step is right either way.
    A server that ignores the filter or the order is read by plain pages instead, unless only anchors will do.

    Args:
        limit: records asked for at once.
        cap: the last page number the API serves.
        field: the filter's name, `created_at` or `updated_at`.
        bounds: after and before, of the list, in the cache's form; None for open.
        place: of an earlier walk.
        anchored: whether to end a list that cannot be anchored.
        cached: gives how many records from one instant to another, both included, need not be read.
    """

    def __init__(
        self,
        limit: int,
        cap: int,
        field: str,
        bounds: tuple[str | None, str | None],
        place: Place | None,
        *,
        anchored: bool = False,
        cached: Callable[[str, str], int] | None = None,
    ) -> None:
        self._cached = cached
        self._anchored = anchored
        self._limit = limit
        self._cap = cap
        self._field = field
        self._bounds = bounds
        at = place if isinstance(place, AfterInstant) else AfterInstant()
        self._after = at.after or bounds[0]
        self._tie = at.tie
        self._tied = ""
        self._stalls = 0
        swept = at.swept or Swept()
        self._walk = PageWalk(limit, swept.size, max(1, swept.page))
        self._sweeps = 0
        self._tie_ids: set[str] = set()
        self._tie_before = swept.came
        self._tie_totals: set[int | None] = set(swept.totals)
        self._fresh = SeenRecords()
        self._done = False
        self._why_plain = ""
        self._plain: PageCursor | None = None
        self.total = at.total
        self._stuck: str | None = None
        if isinstance(place, InsteadOfInstants):
            self.total = place.total
            self._turn_plain(place.reason, place.at)

    def ask(self) -> Params | None:
        """The next query: open from the anchor on, or a page of the closed window around one instant."""
        if self._plain is not None:
            return self._plain.ask()
        if self._done:
            return None
        if self._tie is None:
            return (("limit", str(self._limit)), ("page", "1"), *self._window(self._after, self._bounds[1]))
        window = self._window(*self._tie_bounds(self._tie))
        return (*self._walk.params, *window)

    def take(self, answer: ListAnswer) -> list[bytes]:
        """Count the answer in, and move the anchor."""
        if self._plain is not None:
            return self._plain.take(answer)
        reason = self._unusable(answer)
        if reason is not None and self._anchored:
            self._stop(reason)
            return self._fresh.sift(answer.rows)
        if reason is not None:
            first = self._tie is None and self._after == self._bounds[0]
            plain = self._turn_plain(reason, None)
            return plain.take(answer) if first else self._fresh.sift(answer.rows)
        if self._tie is None:
            return self._take_open(answer)
        return self._take_tie(answer, self._tie)

    @property
    def unfinished(self) -> str | None:
        """Why the list ends early, if it does."""
        if self._plain is None:
            return self._stuck
        return f"{self._why_plain}; {self._plain.unfinished}" if self._plain.unfinished else None

    @property
    def anchor(self) -> str | None:
        """The instant from which on the list is asked for; None within the records of one and in plain pages."""
        return None if self._done or self._plain is not None or self._tie is not None else self._after or ""

    @property
    def numbered(self) -> bool:
        """Whether plain pages had to do."""
        return self._plain is not None

    @property
    def capped(self) -> bool:
        """Whether plain pages had to do and met the cap."""
        return self._plain is not None and self._plain.capped

    @property
    def place(self) -> AfterInstant | InsteadOfInstants:
        """The anchor; within a tie the next page, and how many records came before it of how many."""
        if self._plain is not None:
            return InsteadOfInstants(self._why_plain, self.total, self._plain.place)
        if self._tie is None:
            return AfterInstant(self._after, None, self.total)
        swept = Swept(self._walk.page, self._walk.size, self._tie_came, tuple(self._tie_totals))
        return AfterInstant(self._after, self._tie, self.total, swept)

    def _tie_bounds(self, instant: str) -> tuple[str, str]:
        until = shifted(instant, 2)
        return shifted(instant, -1), min(until, self._bounds[1] or until)

    def _is_cached(self, instant: str, total: int | None) -> bool:
        """Whether the records of an instant, of which the list counts so many, need not be read."""
        if self._cached is None or total is None or self._tie_came:
            return False
        return total <= self._cached(*self._tie_bounds(instant))

    @property
    def _tie_came(self) -> int:
        return self._tie_before + len(self._tie_ids)

    def _window(self, after: str | None, before: str | None) -> Params:
        bounds = (("after", after), ("before", before))
        return tuple((f"{self._field}[{name}]", value) for name, value in bounds if value is not None)

    def _turn_plain(self, reason: str, place: AtPage | None) -> PageCursor:
        self._why_plain = reason
        self._plain = PageCursor(self._limit, self._cap, self._window(*self._bounds), place)
        return self._plain

    def _unusable(self, answer: ListAnswer) -> str | None:
        """Why anchoring does not work on this list; None when it does."""
        times = [row.time for row in answer.rows if row.time]
        if answer.rows and not times:
            return "the records carry no date to read on from"
        if any(later < earlier and later < shifted(earlier, -_TOLERANCE_MS) for earlier, later in pairwise(times)):
            return "the API does not sort this list by date"
        lowest = self._after if self._tie is None else self._tie
        too_old = times and lowest is not None and min(times) < shifted(lowest, -_TOLERANCE_MS)
        highest = self._bounds[1] if self._tie is None else self._tie
        too_new = times and highest is not None and max(times) > shifted(highest, _TOLERANCE_MS)
        return "the API does not honour the date filter of this list" if too_old or too_new else None

    def _take_open(self, answer: ListAnswer) -> list[bytes]:
        length, total = len(answer.rows), answer.total
        if self.total is None and self._after == self._bounds[0]:
            self.total = total
        fresh = self._fresh.sift(answer.rows)
        last = next((row.time for row in reversed(answer.rows) if row.time), None)
        anchor = None if last is None else shifted(last, -1)
        if not self._goes_on(answer, new=bool(fresh)):
            self._done = True
        elif last is None or anchor is None or self._fresh.given_up:
            counted = "more" if total is None else f"{total:,} more"
            self._stop(f"the API counts {counted} but brings nothing new")
        elif last > self._tied and 2 * sum((row.time or "") >= anchor for row in answer.rows) > length:
            # The next query would bring most of this page again, or nothing but.
            self._begin_tie(last, length)
        elif anchor > (self._after or ""):
            self._after, self._stalls = anchor, 0
            self._fresh.only(answer.rows)
        else:
            self._stalls += 1
            if self._stalls >= USELESS_CALLS:
                self._stop("the list does not continue from the requested date")
        return fresh

    def _goes_on(self, answer: ListAnswer, *, new: bool) -> bool:
        """Whether there is more from the last record on. A short page proves nothing: the server may shorten all."""
        length, total = len(answer.rows), answer.total
        if length >= self._limit or (total is not None and total > length):
            return True
        unsaid = total is None and answer.has_more is None
        return new and (unsaid or answer.has_more is True)

    def _begin_tie(self, instant: str, size: int) -> None:
        self._tie = self._tied = instant
        self._sweeps = 0
        self._begin_sweep(size)

    def _begin_sweep(self, size: int) -> None:
        self._walk = PageWalk(self._limit, min(size, self._limit))
        self._tie_ids, self._tie_totals, self._tie_before = set(), set(), 0

    def _take_tie(self, answer: ListAnswer, instant: str) -> list[bytes]:
        total = answer.total
        fresh = self._fresh.sift(answer.rows, counts=False)
        if self._is_cached(instant, total):
            self._leave_tie(instant)
            return fresh
        self._tie_totals.add(total)
        ids = {row.identity for row in answer.rows}
        more = self._walk.take(answer, self._tie_ids, self._tie_before + len(self._tie_ids | ids))
        if more and not self._walk.shortened and ids <= self._tie_ids:
            self._fresh.useless += 1
        self._tie_ids |= ids
        if not more or not ids:
            self._end_sweep(instant)
        elif self._fresh.given_up:
            self._stop(f"the records of {instant} come again on every page")
        elif self._walk.page > self._cap:
            counted = "more" if total is None else f"{total:,}"
            self._stop(f"the API serves {self._cap} pages, and {counted} records share the instant {instant}")
        return fresh

    def _end_sweep(self, instant: str) -> None:
        settled = len(self._tie_totals) == 1
        total = next(iter(self._tie_totals))
        self._sweeps += 1
        if settled and (total is None or self._tie_came >= total):
            self._leave_tie(instant)
        elif self._sweeps < _TIE_SWEEPS:
            self._begin_sweep(self._walk.size)
        else:
            self._stop(f"the records of {instant} kept changing while they were read")

    def _leave_tie(self, instant: str) -> None:
        self._tie, self._after = None, shifted(instant, 1)
        self._fresh.useless = 0

    def _stop(self, reason: str) -> None:
        self._done = True
        self._stuck = reason


def known_form(text: str | None) -> str | None:
    """A bound of time in the cache's form.

    Raises:
        ValueError: the text is no instant.
    """
    if text is None:
        return None
    known = utc_text(text)
    if known is None:
        raise ValueError(f"{text[:40]!r} is not an instant")
    return known
