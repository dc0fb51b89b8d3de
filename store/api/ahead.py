"""Asking for pages of a list before those ahead of them have come, where that is proven to lose nothing.

A list that is read by its records' times asks each page from the last record of the one before. Page numbers of the
same query lead further already, if nothing moves meanwhile. So the next pages are asked for by number, each begun some
records early, and one is taken in place of the answer from the last record on only if it shows that record's time from
before: what it holds from there on is what that answer would have held. Anything else is thrown away.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, TypeVar

from store.api.cursors import ListAnswer, Params
from store.api.errors import BadRequest
from store.times import shifted

MOST = 3
"""Pages asked for beside one: each has fewer records than the one before, so as to begin among those of that one."""
_SHARED = 3
"""Records that a page shares with the one before it."""
_EARLY_MS = 1_000
"""How long before the last record a page must begin: servers cut and round the instants they sort by."""

_Item = TypeVar("_Item")
Ask: TypeAlias = Callable[[Params], Coroutine[Any, Any, ListAnswer]]


class Beside(Protocol):
    """Where calls beside the one of a list may be made."""

    @property
    def free(self) -> int:
        """How many may be made now."""
        ...

    def use(self, act: Coroutine[Any, Any, _Item]) -> "asyncio.Task[_Item]":
        """Begin one."""
        ...


@dataclass(frozen=True)
class Ahead:
    """How a list may be read ahead.

    Attributes:
        beside: where its calls are made.
        settled: records of after this instant (UTC text) may still begin to be listed: none is read ahead.
    """

    beside: Beside
    settled: str


class ReadAhead:
    """The pages of one list that are asked for ahead.

    Args:
        ask: asks for a page.
        ahead: how; None to ask for none.
        limit: records of a page.
    """

    def __init__(self, ask: Ask, ahead: Ahead | None, limit: int) -> None:
        self._ask = ask
        self._ahead = ahead
        self._limit = limit
        self._waiting: deque[tuple[int, asyncio.Task[ListAnswer]]] = deque()
        self._left = 0

    def begin(self, query: Params) -> None:
        """Ask for the pages after the first one of a query that is about to be asked for."""
        if self._ahead is None or ("page", "1") not in query:
            return
        window = tuple(one for one in query if one[0] not in ("limit", "page"))
        end = self._limit
        for page in range(2, 2 + min(MOST, self._ahead.beside.free)):
            limit = (end - _SHARED) // (page - 1)
            end = page * limit
            if end >= self._left:
                return
            asked = self._ask((("limit", str(limit)), ("page", str(page)), *window))
            self._waiting.append(((page - 1) * limit, self._ahead.beside.use(asked)))

    def note(self, answer: ListAnswer) -> None:
        """Learn from an answer to a query's first page how many records there are to come; no page, none ahead."""
        full = len(answer.rows) >= self._limit
        self._left = 0 if answer.total is None or not full else answer.total - len(answer.rows)

    async def take(self, anchor: str | None) -> ListAnswer | None:
        """What a page that was asked for ahead holds from an instant (UTC text) on; None where none shows all of it.

        Args:
            anchor: the instant; None while the list is not read on from one (see `Cursor.anchor`).

        Raises:
            ApiError: the page failed, as it would have in its turn.
        """
        while self._waiting:
            before, asked = self._waiting.popleft()
            try:
                answer = await asked
            except BadRequest:
                # There may be no such page: what it should have held is asked for in its turn.
                answer = ListAnswer((), None)
            if anchor and (rest := self._from(answer, before, anchor)) is not None:
                self._left -= len(rest.rows)
                return rest
            # Pages are not what their numbers say, or records are too close to each other to tell.
            self._ahead = None
        return None

    def _from(self, answer: ListAnswer, before: int, anchor: str) -> ListAnswer | None:
        times = [row.time or "" for row in answer.rows]
        if self._ahead is None or not times or times != sorted(times):
            return None
        early = "" < times[0] < shifted(anchor, -_EARLY_MS)
        if not early or not shifted(anchor, 1) < times[-1] <= self._ahead.settled:
            return None
        at = next(number for number, time in enumerate(times) if time >= anchor)
        rows = answer.rows[at:]
        # That it is the last one, only an answer to the question from the last record on can tell.
        return replace(answer, rows=rows, total=max(answer.total or 0, before + len(times) + 1) - before - at)

    async def close(self) -> None:
        """Ask for no page any more."""
        asked = [one for _, one in self._waiting]
        self._waiting.clear()
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
