"""Which lists of a run are read side by side, and how many at a time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from store.cache.ledger import PROJECT
from store.sync.catalogue import CAMPAIGNS
from store.sync.resource import Task

WIDEST = 8
"""Lists at a time: at 150 ms an answer that is fifty calls a second, more than the highest public limit."""
_A_LIST = 100
"""Calls of a period's limit for each list at a time: a limit of a hundred is soon spent by one alone."""

Lane: TypeAlias = list[Task]
"""Tasks that follow each other."""
_Item = TypeVar("_Item")


def width_within(limit: int | None) -> int:
    """How many lists are read at a time under a limit of so many calls a period; None where the API states none."""
    return WIDEST if limit is None else max(1, min(WIDEST, limit // _A_LIST))


def in_stages(tasks: Iterable[Task]) -> Iterator[list[Lane]]:
    """Lanes that may run side by side, stage after stage.

    First the campaigns, whose names others need; then lists of their own; campaigns' lists that start from the
    project's; last what is read code by code or of one customer or code, for it looks at the lists before.
    """
    every = list(tasks)
    whole = {task.resource.name for task in every if task.scope == PROJECT}
    stages: list[dict[object, Lane]] = [{}, {}, {}, {}]
    for number, task in enumerate(every):
        alone = task.customer_id or task.voucher_id
        if task.resource is CAMPAIGNS:
            stage = 0
        elif alone or task.resource.scoping.per_code:
            stage = 3
        else:
            stage = 2 if task.campaign is not None and task.resource.name in whole else 1
        stages[stage].setdefault(alone or number, []).append(task)
    return (list(lanes.values()) for lanes in stages if lanes)


async def side_by_side(
    items: Sequence[_Item], act: Callable[[_Item], Awaitable[None]], width: Callable[[], int]
) -> None:
    """Do something for each, in order of beginning and at most `width()` at a time; the first error ends all.

    Args:
        items: for what.
        act: does it.
        width: asked before each, since only the first answer tells the limit.
    """
    waiting = deque(items)
    running: set[asyncio.Future[None]] = set()
    try:
        while waiting or running:
            while waiting and len(running) < width():
                running.add(asyncio.ensure_future(act(waiting.popleft())))
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
