"""Readings side by side: how many at a time, and what becomes of the others when one fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

WIDEST = 8
"""Lists at a time: at 150 ms an answer that is fifty calls a second, more than the highest public limit."""
_A_LIST = 100
"""Calls of a period's limit for each list at a time: a limit of a hundred is soon spent by one alone."""

_Item = TypeVar("_Item")


def width_within(limit: int | None) -> int:
    """How many lists are read at a time under a limit of so many calls a period; None where the API states none."""
    return WIDEST if limit is None else max(1, min(WIDEST, limit // _A_LIST))


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
