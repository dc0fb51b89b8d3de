"""Readings side by side: how many at a time, and what becomes of the others when one fails."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

WIDEST = 8
"""Lists at a time: at 150 ms an answer that is fifty calls a second, more than the highest public limit."""
_A_LIST = 100
"""Calls of a period's limit for each list at a time: a limit of a hundred is soon spent by one alone."""

_Item = TypeVar("_Item")


def width_within(limit: int | None) -> int:
    """How many lists are read at a time under a limit of so many calls a period; None where the API states none."""
    return WIDEST if limit is None else max(1, min(WIDEST, limit // _A_LIST))


@dataclass(slots=True)
class Slots:
    """The calls a run may have under way: one of each list that is read, and those a list makes beside its own.

    Args:
        limit: gives the calls of a period; None where the API states none.

    Attributes:
        lists: how many lists are being read.
        beside: how many calls beside these are under way.
    """

    limit: Callable[[], int | None]
    lists: int = 0
    beside: int = 0

    def width(self) -> int:
        """How many lists may be read at a time."""
        return max(1, width_within(self.limit()) - self.beside)

    @property
    def free(self) -> int:
        """How many calls may be made beside those of the lists."""
        return max(0, width_within(self.limit()) - self.lists - self.beside)

    @contextmanager
    def list(self) -> Iterator[None]:
        """While a list is read."""
        self.lists += 1
        try:
            yield
        finally:
            self.lists -= 1

    def use(self, act: Coroutine[Any, Any, _Item]) -> "asyncio.Task[_Item]":
        """Begin something in a free slot, which is taken until it has ended."""
        self.beside += 1
        task = asyncio.ensure_future(act)
        task.add_done_callback(self._leave)
        return task

    def _leave(self, _: object) -> None:
        self.beside -= 1


async def side_by_side(
    items: Sequence[_Item],
    act: Callable[[_Item], Awaitable[None]],
    width: Callable[[], int],
    waits_for: Callable[[_Item, _Item], bool] = lambda *_: False,
) -> None:
    """Do something for each, in order of beginning and at most `width()` at a time; the first error ends all.

    Args:
        items: for what.
        act: does it.
        width: asked before each, since only the first answer tells the limit.
        waits_for: whether one begins only when an earlier one has ended.
    """
    waiting = list(items)
    running: dict[asyncio.Future[None], _Item] = {}
    try:
        while waiting or running:
            held: list[_Item] = []
            for number, item in enumerate(waiting):
                if len(running) >= width():
                    held += waiting[number:]
                    break
                if any(waits_for(item, other) for other in (*running.values(), *held)):
                    held.append(item)
                else:
                    running[asyncio.ensure_future(act(item))] = item
            waiting = held
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                del running[one]
                one.result()
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
