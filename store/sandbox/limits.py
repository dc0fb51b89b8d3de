"""Call limits by plan, and the headers that state them (API §1)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MINUTE, HOUR = 60, 3600
PLANS: dict[str, tuple[int | None, int, int | None]] = {
    "unlimited": (None, MINUTE, None),
    "organization": (2_000, MINUTE, 300_000),
    "business": (100, MINUTE, 100_000),
    "sandbox": (100, HOUR, None),
}
"""By name: calls allowed in a period, its seconds, calls allowed in a billing cycle; None for no limit."""


@dataclass(frozen=True, slots=True)
class CallDecision:
    """What the limits say to one call: whether it may pass, and the headers of its answer."""

    allowed: bool
    headers: Mapping[str, str]


class Limits:
    """A plan's allowance, counted down. Periods are whole minutes or hours of the server's clock.

    Args:
        calls: allowed in a period; None for no limit.
        period: seconds.
        cycle: allowed in the billing cycle; None for no limit.

    Attributes:
        used: calls counted in the present period, refused ones not.
        used_in_cycle: calls counted since the start.
    """

    def __init__(self, calls: int | None, period: int = MINUTE, cycle: int | None = None) -> None:
        self.calls = calls
        self.period = period
        self.cycle = cycle
        self.used = 0
        self.used_in_cycle = 0
        self._period_number = -1

    @classmethod
    def of(cls, plan: str) -> "Limits":
        """The allowance of a plan, by its name in `PLANS`."""
        return cls(*PLANS[plan])

    def take(self, now: datetime) -> CallDecision:
        """Count one call at `now`."""
        self._turn(now)
        if self.cycle is not None and self.used_in_cycle >= self.cycle:
            return CallDecision(False, self._headers(now, "api_calls_cycle", refused=True))
        if self.calls is not None and self.used >= self.calls:
            return CallDecision(False, self._headers(now, "api_calls", refused=True))
        self.used += 1
        self.used_in_cycle += 1
        return CallDecision(True, self._headers(now, "api_calls", refused=False))

    def _turn(self, now: datetime) -> None:
        number = int(now.timestamp() // self.period)
        if number != self._period_number:
            self._period_number = number
            self.used = 0

    def _headers(self, now: datetime, kind: str, *, refused: bool) -> dict[str, str]:
        if self.calls is None and self.cycle is None:
            return {}
        whole_cycle = kind == "api_calls_cycle"
        limit = self.cycle if whole_cycle else self.calls
        used = self.used_in_cycle if whole_cycle else self.used
        headers = {"X-Rate-Limit-Type": kind}
        if limit is not None:
            headers["X-Rate-Limit-Limit"] = str(limit)
            headers["X-Rate-Limit-Remaining"] = str(max(0, limit - used))
        if whole_cycle:
            return headers
        end = (self._period_number + 1) * self.period
        headers["X-Rate-Limit-Retry"] = str(end if refused or used >= (limit or 0) else math.ceil(now.timestamp()))
        if refused:
            headers["Retry-After"] = str(max(1, math.ceil(end - now.timestamp())))
        return headers
