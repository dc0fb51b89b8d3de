"""What reading a list costs in calls, and how sure that is."""

import math
from dataclasses import dataclass
from enum import StrEnum

from store.api.pages import PagingStyle
from store.sync.exporting import CALLS, JOB_CALLS, WORTH_IT
from store.sync.report import EXPORTS, PAGES
from store.sync.tasks import EXPORTS_FIRST, PAGES_ONLY, SyncRequest, Task

PAGE = 100
ANCHORED_PAGE = 99
"""A page read on from the last record's time brings that record again."""


class Bound(StrEnum):
    """How a number of calls is meant."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Price:
    """Calls a list takes, how that is meant, by which way, and why."""

    calls: int
    bound: Bound
    why: str = ""
    via: str = PAGES

    def because(self, why: str, more: int = 0) -> "Price":
        """The same with a further reason, and some calls more."""
        return Price(self.calls + more, self.bound, "; ".join(part for part in (why, self.why) if part), self.via)


def price_whole(task: Task, request: SyncRequest, rows: int | None, *, begun: bool = False) -> Price:
    """The price of a list that is read from its beginning.

    Args:
        task: the list.
        request: whose `via` is honoured.
        rows: how many rows are to be read; None when nothing tells.
        begun: whether an interrupted reading goes on, which it does by pages.
    """
    twin = task.resource.twin
    if rows is None:
        return Price(1, Bound.AT_LEAST, "nothing tells how many there are; a call for each 100")
    paging = _pages(task, rows)
    if begun:
        return Price(math.ceil(rows / PAGE), Bound.AT_LEAST, "goes on where the last run stopped")
    if twin is None:
        told = rows > WORTH_IT or request.via == EXPORTS_FIRST
        return paging.because(task.resource.no_export if told else "")
    if request.via == PAGES_ONLY:
        return paging.because("as asked")
    counted = 1
    if rows == 0:
        return paging.because("", counted)
    if request.via == EXPORTS_FIRST:
        return Price(counted + CALLS, Bound.ABOUT, "as asked", EXPORTS)
    if rows > WORTH_IT:
        return Price(counted + CALLS, Bound.ABOUT, f"{paging.calls:,} calls by pages", EXPORTS)
    return paging.because(f"an export pays above {WORTH_IT:,} rows", counted)


def price_news(task: Task) -> Price:
    """The price of reading what is new or changed in a list that is held: nothing tells how much that is."""
    return Price(1 + task.resource.updated, Bound.AT_LEAST, "only what is new or changed; a call for each 100")


def price_export(*, new: bool) -> Price:
    """The price of what only an export shows; how often it must be asked for depends on the server."""
    return Price(JOB_CALLS, Bound.ABOUT, "no list exists; only what is new" if new else "no list exists", EXPORTS)


def _pages(task: Task, rows: int) -> Price:
    if task.resource.style is PagingStyle.NONE:
        return Price(1, Bound.EXACT)
    if task.resource.style is PagingStyle.KEYSET:
        if rows < PAGE:
            return Price(1, Bound.EXACT)
        return Price(math.ceil(rows / ANCHORED_PAGE), Bound.AT_LEAST, "more where many are of one instant")
    # A full first page may be counting only itself: the next one tells.
    return Price(max(1, math.ceil(rows / PAGE)) + (rows == PAGE), Bound.EXACT)
