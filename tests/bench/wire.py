"""Bytes and time of keys over the line, beside Textual's own driver, and beside less and visidata if installed."""

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
_SCROLL_TIME = "codes: a line scrolled, key to last byte"
_OWN_DRIVER = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}
_TWO_KEYS = ("j", "k") * TIMES
"""Of a program that shows which key was the last one."""


def measure(cache: BigCache) -> Iterator[Figure]:
    """Every row for each size, beside the same app that writes through Textual's own driver, and beside others."""
    for columns, lines in SIZES:
        group = f"the wire, {columns}x{lines}"
        own = {name: value for name, value, _ in _rows(cache, columns, lines, _OWN_DRIVER)}
        ours: dict[str, Figure] = {}
        for name, value, unit in _rows(cache, columns, lines, {}):
            beside = f"Textual's own driver: {own[name]:,.{int(unit == 'ms')}f} {unit}"
            ours[name] = Figure(group, name, value, unit, value / own[name], beside)
        yield from ours.values()
        with Terminal(BARE, environment(), columns, lines) as bare:
            bare.wait_for_bytes(b"bare-app-stands")
            taken = median_to_last_byte(bare, _TWO_KEYS)
        yield Figure(group, "bare Textual app: key to last byte", taken, "ms").over(ours[_SCROLL_TIME])
        for peer in _peers(columns, lines):
            yield peer.over(ours[f"codes: {peer.name.partition(': ')[2]}"])


def _rows(cache: BigCache, columns: int, lines: int, more: dict[str, str]) -> Iterator[tuple[str, float, str]]:
    """Names, values and units of an app started with more settings."""
    settings = environment(cache.path) | more
    with Terminal(opened(cache), settings, columns, lines) as terminal:
        terminal.wait_for("Dashboard")
        terminal.settle(1.5)
        terminal.send("2")
        terminal.wait_for(NEWEST)
        terminal.settle(1.5)
        yield "codes: cursor move", _bytes(terminal, "j"), "bytes"
        terminal.send("j" * lines)
        terminal.settle(1.0)
        yield "codes: a line scrolled", _bytes(terminal, "j"), "bytes"
        yield "codes: a page", _bytes(terminal, _PAGE_DOWN), "bytes"
        yield _SCROLL_TIME, median_to_last_byte(terminal, ["j"] * TIMES), "ms"
        terminal.send("1")
        terminal.settle(1.5)
        yield "back to the codes' tab", _once(terminal, "2"), "bytes"
        terminal.send("/")
        terminal.settle(1.0)
        yield "filter of codes: a letter that leaves the rows", _once(terminal, "A"), "bytes"
        yield "filter of codes: a letter that brings others", _once(terminal, "Z", 1.0), "bytes"
    with Terminal([COMMAND], settings, columns, lines) as terminal:
        terminal.wait_for("Autumn")
        terminal.settle(1.5)
        yield "campaign list: first paint until settled", terminal.received, "bytes"
        yield "campaign list: cursor move", _bytes(terminal, "j"), "bytes"
        yield "campaign list: a page", _bytes(terminal, _PAGE_DOWN, 3), "bytes"
        terminal.send("\x1b[H" + "j" * lines)
        terminal.settle(1.0)
        yield "campaign list: a line scrolled", _bytes(terminal, "j"), "bytes"
        yield "open a campaign", _once(terminal, "\r"), "bytes"


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


def _once(terminal: Terminal, key: str, quiet: float = 0.4) -> float:
    """Bytes until so many seconds pass without any."""
    before = terminal.received
    terminal.send(key)
    terminal.settle(quiet)
    return terminal.received - before
