"""What the app sends over the line: at rest, and for a key."""

import time
from collections.abc import Iterator

from tests.bench.calendar import CAMPAIGNS
from tests.bench.campaigns import campaigns_cache
from tests.bench.figures import Figure
from tests.bench.keys import median_to_last_byte
from tests.bench.million import NEWEST, BigCache
from tests.bench.programs import COMMAND, environment, opened
from tests.support.terminal import LINES, Terminal

REST = 10.0
PRESSES = 12
_DOWN, _UP = "\x1b[6~", "\x1b[5~"
PAGES = (_DOWN, _DOWN, _DOWN, _UP, _UP, _UP) * 4


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

    yield from _pages()


def _pages() -> Iterator[Figure]:
    """How long a page takes to its last byte, of many campaigns."""
    group = f"a page of {CAMPAIGNS:,} campaigns, key to last byte, 80x24"
    with Terminal([COMMAND], environment(campaigns_cache(CAMPAIGNS))) as terminal:
        terminal.wait_for("match")
        terminal.settle(1.5)
        base = Figure(group, "campaign list", median_to_last_byte(terminal, PAGES), "ms")
        yield base
        terminal.send("2")
        terminal.wait_for("in sight")
        terminal.settle(1.5)
        yield Figure(group, "calendar", median_to_last_byte(terminal, PAGES), "ms").over(base)


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
