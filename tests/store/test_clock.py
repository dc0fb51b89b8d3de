"""The clock of tests and the demo."""

from datetime import UTC, datetime

import pytest

from store.clock import ManualClock

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "microseconds"), [(0.0, 0), (1e-12, 1), (4e-7, 1), (1e-6, 1), (0.25, 250_000), (61.0, 61_000_000)]
)
async def test_every_wait_over_nothing_moves_the_clock(seconds: float, microseconds: int) -> None:
    clock = ManualClock(START)
    await clock.sleep(seconds)
    assert (clock.now() - START).total_seconds() == microseconds / 1_000_000
    assert clock.monotonic() == microseconds / 1_000_000
    assert clock.slept == [seconds]
