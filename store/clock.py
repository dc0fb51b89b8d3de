"""Time as a dependency: everything that waits or dates asks a clock, so tests decide what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the client, the rate limiter and the sync engine know about time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of the running event loop's clock, or of the process outside a loop."""
        import time

        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        import asyncio  # late: commands that only read never wait

        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only by `advance`, or when code sleeps on it. For tests and the fixed demo.

    It counts whole microseconds. A wait of any length over 0 takes one at least, so that every wait ends.
    `slept` lists every wait in seconds, so a test can assert on backoff without waiting.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._start = self._now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The instant it shows."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return (self._now - self._start).total_seconds()

    def advance(self, seconds: float) -> None:
        """Move it on."""
        from datetime import timedelta

        moved = timedelta(seconds=seconds)
        self._now += max(moved, timedelta.resolution) if seconds > 0 else moved

    async def sleep(self, seconds: float) -> None:
        """Move on at once instead of waiting, letting other tasks run."""
        import asyncio

        self.slept.append(seconds)
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)
