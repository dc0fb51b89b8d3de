"""The first frame of a screen that reads what it is about: drawn once that is there, so that nothing moves again."""

import asyncio
from contextlib import suppress

from textual.screen import Screen

READING_CACHE = "Reading the cache…"
"""Shown when the first frame is drawn before the cache has answered."""
_AT_MOST = 0.12
"""Seconds until the screen is drawn all the same, with what is there."""
_LOOKS = 0.002
"""Seconds between looks at whether the questions are answered."""


def hold_first_frame(screen: Screen[None]) -> asyncio.Event:
    """Hold back what a new screen draws until the event is set and its widgets' questions so far are answered."""
    stands = asyncio.Event()

    async def draw() -> None:
        with screen.app.batch_update(), suppress(TimeoutError):
            async with asyncio.timeout(_AT_MOST):
                await stands.wait()
                asked = [worker for worker in list(screen.app.workers) if screen in worker.node.ancestors]
                # Not `Worker.wait`: it would take the worker with it when the time is over.
                while not all(worker.is_finished for worker in asked):  # noqa: ASYNC110 (a worker has no event for it)
                    await asyncio.sleep(_LOOKS)
        screen.refresh()

    screen.run_worker(draw(), group="first frame")
    return stands
