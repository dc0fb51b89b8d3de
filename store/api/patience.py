"""How long an answer may take to come: as long as it likes, if only it comes."""

from collections.abc import AsyncGenerator, AsyncIterable

from store.api.errors import TimedOut
from store.clock import Clock

SLOWEST = 1_024
"""Bytes a second: slower than any line people work on. A page of a hundred records takes minutes at this rate."""


async def timely(pieces: AsyncIterable[bytes], clock: Clock, seconds: float) -> AsyncGenerator[bytes, None]:
    """The pieces of a body as they come off the line, while they come fast enough.

    Only waiting for them counts, not what is done with them in between. That a single piece does not come at all is
    for the socket's own time-out.

    Args:
        pieces: the body.
        clock: measures the waiting.
        seconds: allowed in any case; every `SLOWEST` bytes allow one more.

    Raises:
        TimedOut: the sender only keeps the line open.
    """
    waited, received = 0.0, 0
    source = aiter(pieces)
    while True:
        began = clock.monotonic()
        try:
            piece = await anext(source)
        except StopAsyncIteration:
            return
        waited += clock.monotonic() - began
        received += len(piece)
        if waited > seconds + received / SLOWEST:
            raise TimedOut(f"{received:,} bytes of the answer came in {waited:,.0f} seconds")
        yield piece
