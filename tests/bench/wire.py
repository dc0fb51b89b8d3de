"""Bytes and time of keys over the line at two sizes, beside less and visidata where they are installed."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.keys import median_to_last_byte
from tests.bench.million import NEWEST, BigCache
from tests.bench.programs import BARE, COMMAND, environment, opened
from tests.support.terminal import Terminal

SIZES = ((80, 24), (120, 40))
TIMES = 9
_LINES = 20_000
_PAGE_DOWN = "\x1b[6~"
_TWO_KEYS = ("j", "k") * TIMES
"""Of a program that shows which key was the last one."""


def measure(cache: BigCache) -> Iterator[Figure]:
    """Every row for each size."""
    settings = environment(cache.path)
    for columns, lines in SIZES:
        group = f"the wire, {columns}x{lines}"
        peers = list(_peers(columns, lines))
        with Terminal(opened(cache), settings, columns, lines) as terminal:
            terminal.wait_for("Dashboard")
            terminal.settle(1.5)
            terminal.send("2")
            terminal.wait_for(NEWEST)
            terminal.settle(1.5)
            yield Figure(group, "codes: cursor move", _bytes(terminal, "j"), "bytes")
            for name in ("a line scrolled", "a page"):
                key = "j" if name == "a line scrolled" else _PAGE_DOWN
                if name == "a line scrolled":
                    terminal.send("j" * lines)
                    terminal.settle(1.0)
                ours = Figure(group, f"codes: {name}", _bytes(terminal, key), "bytes")
                peer = next((one for one in peers if one.name.endswith(name)), None)
                yield ours if peer is None else ours.over(peer)
            with Terminal(BARE, environment(), columns, lines) as bare:
                bare.wait_for_bytes(b"bare-app-stands")
                base = Figure(group, "bare Textual app: key to last byte", median_to_last_byte(bare, _TWO_KEYS), "ms")
            taken = median_to_last_byte(terminal, ["j"] * TIMES)
            yield base
            yield Figure(group, "codes: a line scrolled, key to last byte", taken, "ms").over(base)
            terminal.send("1")
            terminal.settle(1.5)
            yield Figure(group, "back to the codes' tab", _once(terminal, "2"), "bytes")
            terminal.send("/")
            terminal.settle(1.0)
            yield Figure(group, "filter of codes: a letter that leaves the rows", _once(terminal, "A"), "bytes")
            yield Figure(group, "filter of codes: a letter that brings others", _once(terminal, "Z"), "bytes")
        yield from peers
        with Terminal([COMMAND], settings, columns, lines) as terminal:
            terminal.wait_for("Autumn")
            terminal.settle(1.5)
            yield Figure(group, "campaign list: first paint until settled", terminal.received, "bytes")
            yield Figure(group, "campaign list: cursor move", _bytes(terminal, "j"), "bytes")
            yield Figure(group, "campaign list: a page", _bytes(terminal, _PAGE_DOWN, 3), "bytes")
            terminal.send("\x1b[H" + "j" * lines)
            terminal.settle(1.0)
            yield Figure(group, "campaign list: a line scrolled", _bytes(terminal, "j"), "bytes")
            yield Figure(group, "open a campaign", _once(terminal, "\r"), "bytes")


def _peers(columns: int, lines: int) -> Iterator[Figure]:
    """The same keys in programs that show lines of a file."""
    path = Path(tempfile.gettempdir()) / "promoscope-bench" / "codes.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"BIG-{i:08X},ACTIVE,{i % 900},EUR {i % 90}.00\n" for i in range(_LINES)))
    for program, options in (("less", ["-S"]), ("vd", [])):
        if shutil.which(program) is None:
            continue
        with Terminal([program, *options, path], environment(), columns, lines) as terminal:
            terminal.settle(2.0)
            terminal.send("j" * lines)
            terminal.settle(1.0)
            for name, key in (("a line scrolled", "j"), ("a page", _PAGE_DOWN)):
                yield Figure(f"the wire, {columns}x{lines}", f"{program}: {name}", _bytes(terminal, key), "bytes")


def _bytes(terminal: Terminal, key: str, times: int = TIMES) -> float:
    """The median of a key's bytes."""
    return statistics.median(_once(terminal, key) for _ in range(times))


def _once(terminal: Terminal, key: str) -> float:
    before = terminal.received
    terminal.send(key)
    terminal.settle(0.4)
    return terminal.received - before
