"""When a failed call is worth sending again, and how long to wait before."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from store.api.errors import ApiError, RateLimited
from store.clock import Clock

LONGEST_WAIT = 3_900.0
"""Seconds one call waits at most for its turn: an hourly allowance comes back within this."""
_FIRST, _LONGEST, _SHORTEST = 0.5, 30.0, 0.1


_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with full jitter, under what the server asks for.

    Attributes:
        retries: repeats after the first attempt.
        rng: source of jitter.
        gated: whether a gate in front of the calls waits out a 429 itself, visibly and for all callers at once.
        on_wait: called with how many seconds `wait` takes, and why, when it begins.
        on_pause: called then, too.
    """

    retries: int = 4
    rng: random.Random = field(default_factory=random.Random)
    gated: bool = False
    on_wait: Callable[[float, str], None] | None = None
    on_pause: Callable[[], None] | None = None

    def pause(self, error: ApiError, attempt: int) -> float | None:
        """Seconds to wait before sending again, never 0; None when it is not to be sent again.

        Args:
            error: what the last attempt brought.
            attempt: how many repeats there were already.
        """
        most = self.retries if error.repeats is None else min(self.retries, error.repeats)
        if attempt >= most or not error.retryable:
            return None
        if isinstance(error, RateLimited) and error.final:
            return None
        jitter = self.rng.uniform(_SHORTEST, min(_LONGEST, _FIRST * 2**attempt))
        if error.retry_after is None:
            return jitter
        if error.retry_after > LONGEST_WAIT:
            return None
        return jitter if self.gated and isinstance(error, RateLimited) else error.retry_after + jitter

    async def wait(self, clock: Clock, error: ApiError, attempt: int) -> bool:
        """Wait out `pause`; False at once when the call is not to be sent again."""
        seconds = self.pause(error, attempt)
        if seconds is None:
            return False
        if self.on_wait is not None:
            self.on_wait(seconds, f"tries again: {error.sentence}")
        if self.on_pause is not None:
            self.on_pause()
        await clock.sleep(seconds)
        return True

    async def run(self, clock: Clock, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Ask until an answer comes or asking again does not help.

        Raises:
            ApiError: of the last attempt.
        """
        attempt = 0
        while True:
            try:
                return await ask()
            except ApiError as error:
                if not await self.wait(clock, error, attempt):
                    raise
            attempt += 1
