"""What the app sends over the line: at rest, and for a key."""

import time
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.million import NEWEST, BigCache
from tests.bench.programs import COMMAND, environment, opened
from tests.support.terminal import LINES, Terminal

REST = 10.0
PRESSES = 12


def measure(cache: BigCache) -> Iterator[Figure]:
    """Bytes a second at rest and bytes a key."""
    group = "bytes over the line, 80x24"
    settings = environment(cache.path)
    with Terminal([COMMAND], settings) as terminal:
        terminal.wait_for("Autumn")
        terminal.settle(1.5)
        yield Figure(group, "campaign list, no key pressed", _at_rest(terminal), "bytes/s")
        yield Figure(group, "campaign list: cursor down", _a_key(terminal, "j"), "bytes")
        terminal.send("2")
        terminal.wait_for("in sight")
        terminal.settle(1.5)
        yield Figure(group, "calendar, no key pressed", _at_rest(terminal), "bytes/s")
        yield Figure(group, "calendar: cursor down", _a_key(terminal, "j"), "bytes")
        yield Figure(group, "calendar: a cell on", _a_key(terminal, "\x1b[C"), "bytes")
        terminal.send("3")
        terminal.wait_for("Recently viewed")
        terminal.settle(1.5)
        yield Figure(group, "customers: cursor down", _a_key(terminal, "j"), "bytes")
    with Terminal(opened(cache), settings) as terminal:
        terminal.wait_for("Dashboard")
        terminal.settle(1.5)
        yield Figure(group, "dashboard, no key pressed", _at_rest(terminal), "bytes/s")
        terminal.send("2")
        terminal.wait_for(NEWEST)
        terminal.settle(1.5)
        yield Figure(group, "vouchers, no key pressed", _at_rest(terminal), "bytes/s")
        yield Figure(group, "vouchers: cursor down", _a_key(terminal, "j"), "bytes")
        for _ in range(LINES):
            terminal.send("j")
        terminal.settle(0.5)
        yield Figure(group, "vouchers: one line scrolled", _a_key(terminal, "j"), "bytes")
        yield Figure(group, "vouchers: half a page", _a_key(terminal, "\x04"), "bytes")


def _at_rest(terminal: Terminal) -> float:
    before, until = terminal.received, time.monotonic() + REST
    while (left := until - time.monotonic()) > 0:
        terminal.read(left)
    return (terminal.received - before) / REST


def _a_key(terminal: Terminal, key: str) -> float:
    before = terminal.received
    for _ in range(PRESSES):
        terminal.send(key)
        terminal.settle(0.25)
    return (terminal.received - before) / PRESSES
