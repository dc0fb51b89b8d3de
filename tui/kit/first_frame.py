"""The first frame of a screen that reads what it is about: drawn once that is there, so that nothing moves again."""

import asyncio
from contextlib import suppress

from textual.screen import Screen
from textual.worker import WorkerError

_AT_MOST = 0.12
"""Seconds until the screen is drawn all the same, with what is there."""


def hold_first_frame(screen: Screen[None]) -> asyncio.Event:
    """Hold back what a new screen draws until the event is set and its widgets' questions so far are answered."""
    stands = asyncio.Event()

    async def draw() -> None:
        with screen.app.batch_update(), suppress(TimeoutError):
            async with asyncio.timeout(_AT_MOST):
                await stands.wait()
                for worker in list(screen.app.workers):
                    if screen in worker.node.ancestors:
                        # Who asked tells how it went.
                        with suppress(WorkerError):
                            await worker.wait()
        screen.refresh()

    screen.run_worker(draw(), group="first frame")
    return stands
