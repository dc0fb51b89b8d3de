"""The demo's project as a sandbox of a fixed seed and moment."""

from datetime import datetime

from store.clock import Clock
from store.sandbox import Sandbox
from store.sandbox.world import Sizes, World


def demo_sandbox(clock: Clock, *, seed: int = 7, now: datetime | None = None, sizes: Sizes | None = None) -> Sandbox:
    """The same seed and `now` make the same project; `now` is the clock's by default."""
    return Sandbox(World(seed, now=now or clock.now(), sizes=sizes), clock=clock)
