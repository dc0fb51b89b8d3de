"""What the API says about its call limits, read from the headers of an answer (API §1)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from store.domain.values import whole

API_CALLS = "api_calls"
BULK_CALLS = "bulk_api_calls"
_LARGEST_COUNT = 10**12
CYCLE_CALLS = "api_calls_cycle"
"""The allowance of the billing cycle: waiting does not bring it back."""


@dataclass(frozen=True, slots=True)
class LimitState:
    """The limit headers of one answer; None where the API said nothing usable.

    Attributes:
        limit: calls allowed in the current period, a minute or an hour.
        remaining: calls left in it, shared with the shop's own traffic.
        retry_in: seconds from the answer until `X-Rate-Limit-Retry`, counted on the server's clock; negative
            when that moment has passed.
        retry_after: seconds to wait from now, sent once a limit is hit.
        type: which allowance is meant, e.g. `api_calls`.
    """

    limit: int | None = None
    remaining: int | None = None
    retry_in: float | None = None
    retry_after: float | None = None
    type: str | None = None

    @property
    def wait(self) -> float | None:
        """Seconds to wait before the next call, as the API asks: `Retry-After`, else `X-Rate-Limit-Retry`."""
        if self.retry_after is not None:
            return self.retry_after
        return self.retry_in if self.retry_in is not None and self.retry_in > 0 else None


class Gate(Protocol):
    """Asked before every call and informed of every answer: `store.sync.rate_limiter.RateLimiter` is one.

    Attributes:
        on_pause: called before it waits; None for nothing.
    """

    on_pause: Callable[[], None] | None

    async def before(self, kind: str) -> None:
        """Wait until a call of this kind (`read`, `export`, `download`) may be sent, or raise."""
        ...

    async def room_for(self, calls: int, is_stopped: Callable[[], bool]) -> bool:
        """Wait until so many readings or changes may be sent without a wait, or raise; none is counted.

        False once it is stopped; one that is stopped from the beginning tells at once whether there is room.
        """
        ...

    def after(self, status: int, headers: Mapping[str, str]) -> None:
        """Take note of an answer (lower-case header names); status 0 when none came. Once for each `before`."""
        ...


def read_limits(headers: Mapping[str, str], now: datetime) -> LimitState:
    """Read the limit headers of an answer received at `now` (the local clock, UTC).

    `X-Rate-Limit-Retry` is a clock time of the server, so it is measured against the answer's own `Date`, which
    makes a wrong local clock harmless (API §11.18).
    """
    fields = {name.lower(): value for name, value in headers.items()}
    there = server_date(fields) or now
    retry_at = _number(fields.get("x-rate-limit-retry"))
    return LimitState(
        limit=_count(fields.get("x-rate-limit-limit")),
        remaining=_count(fields.get("x-rate-limit-remaining")),
        retry_in=None if retry_at is None else retry_at - there.timestamp(),
        retry_after=_retry_after(fields.get("retry-after"), there),
        type=(fields.get("x-rate-limit-type") or "").strip()[:40] or None,
    )


def server_date(headers: Mapping[str, str]) -> datetime | None:
    """The `Date` header (lower-case name) as an instant in UTC, whole seconds; None when absent or unreadable."""
    return _http_date(headers.get("date"))


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _count(text: str | None) -> int | None:
    number = whole(text)
    return None if number is None or not 0 <= number <= _LARGEST_COUNT else number


def _retry_after(text: str | None, there: datetime) -> float | None:
    number = _number(text)
    if number is not None:
        return max(0.0, number)
    date = _http_date(text)
    return None if date is None else max(0.0, (date - there) / timedelta(seconds=1))
