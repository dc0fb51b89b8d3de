"""How long a key takes."""

import statistics
import time
from collections.abc import Iterable

from tests.support.terminal import Terminal


def to_last_byte(terminal: Terminal, key: str, quiet: float = 0.25) -> float:
    """Milliseconds from a key to the last byte of what it draws."""
    began = last = time.monotonic()
    terminal.send(key)
    while terminal.read(quiet):
        last = time.monotonic()
    return (last - began) * 1_000


def median_to_last_byte(terminal: Terminal, keys: Iterable[str]) -> float:
    """The median of some keys, each pressed at rest."""
    taken = []
    for key in keys:
        terminal.settle(0.3)
        taken.append(to_last_byte(terminal, key))
    return statistics.median(taken)
