"""The gate in front of every call: keeps part of each period's allowance for the shop's own traffic.

The allowance is shared with live traffic (API §1), so the rate limiter never takes the last of it. It knows only what
the limit headers say; a server that sends none is not limited.
"""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from store.api.errors import BudgetSpent, RateLimited
from store.api.limits import API_CALLS, BULK_CALLS, CYCLE_CALLS, LimitState, read_limits
from store.api.retries import LONGEST_WAIT
from store.clock import Clock
from store.sync.report import call_words
from store.words import wait

PERIOD = 60.0
"""Seconds a period is taken to last until the API says when the next one begins."""
LONGEST_PERIOD = 3_600.0
_FIRST_PAUSE = 5.0
_LOOK = 0.5
"""Seconds between looks whether a wait is stopped."""
_MARGIN = 1.0
"""The API tells times in whole seconds."""

OnWait = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Meter:
    """What a display shows of the allowance.

    Attributes:
        limit: calls in the current period, a minute or an hour; None while unknown.
        remaining: calls left in it as last stated by the API, less those under way.
        reserve: calls of it that are left to others.
        period: seconds the limit is for.
    """

    limit: int | None
    remaining: int | None
    reserve: int
    period: float = PERIOD

    @property
    def per_minute(self) -> float | None:
        """Calls a minute that the limit and its reserve leave to a sync in the long run; None while no limit is known.

        An hourly limit lets as many calls through at once as are left; beyond them it is this slow.
        """
        return None if self.limit is None else max(1, self.limit - self.reserve) * PERIOD / self.period


@dataclass(slots=True)
class _Allowance:
    """One allowance as the API last stated it; times are monotonic seconds, 0 while unknown.

    `renewed` means that a new period has begun of which the API stated nothing yet. It never states the length of a
    period: one that ends later than a minute from now, or has not ended after a minute's wait, is an hour.
    """

    limit: int | None = None
    remaining: int | None = None
    ends: float = 0.0
    waits_until: float = 0.0
    failed_waits: int = 0
    renewed: bool = False
    period: float = PERIOD

    def learn(self, seen: LimitState, now: float, others: int) -> None:
        """Take an answer's word, unless it was overtaken by one of the `others` that were under way beside it."""
        self.renewed = False
        self.limit = seen.limit if seen.limit is not None else self.limit
        if seen.retry_in is not None and 0 < seen.retry_in <= LONGEST_WAIT:
            self.ends = now + seen.retry_in + _MARGIN
            self.period = LONGEST_PERIOD if seen.retry_in > PERIOD + _MARGIN else self.period
        if seen.remaining is None:
            # The call may have been counted all the same.
            self.remaining = None if self.remaining is None else max(0, self.remaining - 1)
            return
        overtaken = self.remaining is not None and self.remaining < seen.remaining <= self.remaining + others
        self.remaining = self.remaining if overtaken else seen.remaining

    def short(self, reserve: float, under_way: int) -> bool:
        """Whether one more call would touch what is left to others."""
        if self.remaining is None or self.limit is None:
            return False
        return self.remaining - under_way <= reserve * self.limit

    def wait(self, now: float) -> float:
        """Seconds until the next period: as stated, else guessed, longer each time it brought nothing."""
        if self.waits_until <= now:
            # A minute that brought nothing was not the period.
            self.period = LONGEST_PERIOD if self.failed_waits else self.period
            stated = self.ends - now
            guess = 0.0 if stated > 0 and not self.failed_waits else min(LONGEST_PERIOD, PERIOD * 2**self.failed_waits)
            self.waits_until = now + max(stated, guess)
            self.failed_waits += 1
        return self.waits_until - now

    def renew(self, now: float) -> bool:
        """Forget what was stated of a period, if it is over; whether it is."""
        over = max(self.ends, self.waits_until)
        if self.remaining is None or not 0 < over <= now:
            return False
        self.remaining, self.ends, self.waits_until, self.renewed = None, 0.0, 0.0, True
        return True


class RateLimiter:
    """Lets calls through while the allowance lasts; `store.api.client.ApiClient` asks it as its gate.

    Args:
        clock: time, and the waiting.
        reserve: part of each period's allowance that is left to others, 0 up to but not including 1.
        max_calls: calls let through at most; None for no bound.
        on_wait: called with how many seconds a wait takes, and why, when it begins.

    Raises:
        ValueError: the reserve is out of range.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        reserve: float = 0.3,
        max_calls: int | None = None,
        on_wait: OnWait | None = None,
    ) -> None:
        if not 0 <= reserve < 1:
            raise ValueError("the reserve is a part of the allowance: 0 up to, but not including, 1")
        self._clock = clock
        self._reserve = reserve
        self._max_calls = max_calls
        self.on_wait = on_wait
        self.on_pause: Callable[[], None] | None = None
        self.calls = 0
        self._under_way = self._begun_before = 0
        self._most_under_way = 0
        self._answered = asyncio.Event()
        self._told = False
        self._allowances = {name: _Allowance() for name in (API_CALLS, BULK_CALLS)}
        self._last_type: str | None = None
        self._blocked_until = 0.0
        self._pause = _FIRST_PAUSE
        self._waiting_until: datetime | None = None
        self._stopped: Callable[[], RateLimited] | None = None

    def meter(self) -> Meter:
        """The allowance now."""
        shown = self._allowances[self._last_type if self._last_type == BULK_CALLS else API_CALLS]
        left = None if shown.remaining is None else max(0, shown.remaining - self._under_way)
        kept = 0 if shown.limit is None else math.floor(self._reserve * shown.limit)
        return Meter(shown.limit, left, kept, shown.period)

    async def before(self, kind: str) -> None:
        """Wait until a call of this kind may go, and count it.

        Raises:
            BudgetSpent: the calls this run was allowed are spent.
            RateLimited: the allowance of the billing cycle is used up; no call goes out any more.
        """
        await self._let_through(kind, 1, None)
        self.calls += 1
        self._under_way += 1
        self._most_under_way = max(self._most_under_way, self._under_way)

    async def room_for(self, calls: int, is_stopped: Callable[[], bool]) -> bool:
        """Wait until so many calls may go without a wait, and count none; False once it is stopped before.

        Raises:
            BudgetSpent, RateLimited: as `before`.
        """
        return await self._let_through("read", calls, is_stopped)

    async def _let_through(self, kind: str, calls: int, is_stopped: Callable[[], bool] | None) -> bool:
        while True:
            self._check_end()
            seconds, reason = self._delay(kind, calls)
            if seconds is None:
                return True
            if is_stopped is not None and is_stopped():
                return False
            if seconds == 0.0:
                await self._wait_for_an_answer()
            else:
                await self._wait(seconds, reason, is_stopped)

    async def _wait_for_an_answer(self) -> None:
        """Until a call under way has ended, or the stated end of the period, or a minute: an answer may take longer."""
        now = self._clock.monotonic()
        ends = [allowance.ends - now for allowance in self._allowances.values() if allowance.ends > now]
        self._answered.clear()

        def give_up() -> None:
            self._begun_before = self._under_way
            self._answered.set()

        timer = asyncio.get_running_loop().call_later(min(ends, default=PERIOD), give_up)
        try:
            await self._answered.wait()
        finally:
            timer.cancel()

    def after(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from the answer to a call that was let through; status 0 when none came."""
        self._under_way = max(0, self._under_way - 1)
        # Whichever it was: to take an older call for a newer one only makes others wait.
        self._begun_before = max(0, self._begun_before - 1)
        others, self._most_under_way = self._most_under_way - 1, self._most_under_way if self._under_way else 0
        now = self._clock.monotonic()
        seen = read_limits(headers, self._clock.now())
        if status and now >= self._blocked_until:
            self._told = True
        if status:
            self._last_type = seen.type or self._last_type
        if seen.type == CYCLE_CALLS:
            self._watch_cycle(status, seen)
        elif seen.type in (None, API_CALLS, BULK_CALLS):
            self._allowances[seen.type or API_CALLS].learn(seen, now, others)
        if status == 429:
            self._block(seen, now)
        elif status:
            self._pause = _FIRST_PAUSE
            for allowance in self._allowances.values():
                if allowance.remaining is not None and not allowance.short(self._reserve, 0):
                    allowance.failed_waits = 0
        self._answered.set()

    def _check_end(self) -> None:
        if self._stopped is not None:
            raise self._stopped()
        if self._max_calls is not None and self.calls >= self._max_calls:
            was = "was" if self.calls == 1 else "were"
            raise BudgetSpent(f"{call_words(self.calls)} {was} made, as many as this run was allowed")

    def _delay(self, kind: str, calls: int) -> tuple[float | None, str]:
        """Seconds to wait and why; None to go now, 0 to wait for a call that is under way."""
        now = self._clock.monotonic()
        if self._blocked_until > now:
            return self._blocked_until - now, "the call limit is used up"
        for name in (API_CALLS, BULK_CALLS) if kind == "export" else (API_CALLS,):
            allowance = self._allowances[name]
            if allowance.renew(now):
                # Those under way are taken to be counted off the period before.
                self._begun_before = self._under_way
            under_way, unknown = self._under_way - self._begun_before, allowance.renewed or not self._told
            if under_way and (unknown or allowance.short(self._reserve, under_way + calls - 1)):
                return 0.0, ""
            if allowance.short(self._reserve, calls - 1):
                kept = f"the remaining {allowance.remaining:,} of {allowance.limit:,} calls are left to the shop"
                return allowance.wait(now), kept
        return None, ""

    async def _wait(self, seconds: float, reason: str, is_stopped: Callable[[], bool] | None) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        if self._waiting_until is None or until > self._waiting_until:
            if self.on_wait is not None:
                self.on_wait(seconds, f"{reason}; calls resume in {wait(seconds)}")
            self._waiting_until = until
        if self.on_pause is not None:
            self.on_pause()
        try:
            step = seconds if is_stopped is None else _LOOK
            while seconds > 0 and not (is_stopped is not None and is_stopped()):
                await self._clock.sleep(min(seconds, step))
                seconds -= step
        finally:
            if self._waiting_until == until:
                self._waiting_until = None

    def _block(self, seen: LimitState, now: float) -> None:
        """After a 429 nothing goes out until the API allows it, or for growing pauses when it does not say."""
        wait = seen.wait
        if wait is None:
            wait, self._pause = self._pause, min(PERIOD, 2 * self._pause)
        if wait > LONGEST_WAIT:
            self._stopped = partial(RateLimited, status=429, limit_type=seen.type, retry_after=wait)
        self._blocked_until = max(self._blocked_until, now + wait + _MARGIN)
        # Then one call goes first, and the others by what its answer tells.
        self._told = False

    def _watch_cycle(self, status: int, seen: LimitState) -> None:
        near = seen.limit is not None and seen.remaining is not None and seen.remaining <= self._reserve * seen.limit
        if status == 429 or near:
            words = f"the remaining {seen.remaining:,} are left to the shop" if near and seen.remaining else ""
            self._stopped = partial(RateLimited, words, status=status, limit_type=CYCLE_CALLS)
