"""A seeded Voucherify project that answers as the published API does: for the demo, the tests and `curl`."""

from datetime import datetime
from typing import TYPE_CHECKING

from store.clock import Clock, SystemClock
from store.sandbox.exports import ExportHabits
from store.sandbox.faults import Fault, FaultRule, Faults
from store.sandbox.limits import Limits
from store.sandbox.server import Sandbox

if TYPE_CHECKING:
    from store.sandbox.world import Sizes

__all__ = [
    "ExportHabits",
    "Fault",
    "FaultRule",
    "Faults",
    "Limits",
    "Sandbox",
    "demo_sandbox",
]


def demo_sandbox(
    *,
    seed: int = 7,
    now: datetime | None = None,
    sizes: "Sizes | None" = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Sandbox:
    """The demo's project, ready to answer.

    Args:
        seed: the same seed and `now` make the same project.
        now: the project's present; the clock's by default.
        sizes: how much of everything; the demo's by default.
        clock: dates the answers; the machine's by default.
        limits: the plan; none by default.
    """
    from store.sandbox.world import World

    clock = clock or SystemClock()
    return Sandbox(World(seed, now=now or clock.now(), sizes=sizes), clock=clock, limits=limits)
