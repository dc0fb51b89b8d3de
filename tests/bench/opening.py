"""How long a campaign takes to open, what the app holds in memory on many codes, what a sync sends meanwhile."""

import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from store.cache.search_index import VERSION_KEY
from tests.bench.figures import Figure
from tests.bench.keys import to_last_byte
from tests.bench.memory import most_held
from tests.bench.million import NEWEST, BigCache
from tests.bench.programs import BARE, COMMAND, environment, opened
from tests.support.terminal import Terminal

TIMES = 5
_DETAILS = b"Campaign details"
_PAGE_DOWN = "\x1b[6~"
_PAGES = (*[_PAGE_DOWN] * 6, "g")
"""Through a dashboard and back to its top."""
_WATCHED = 10.0
"""Seconds of a sync."""


def measure(cache: BigCache) -> Iterator[Figure]:
    """Every row."""
    yield from _openings(cache)
    yield from _memory(cache)
    yield from _during_a_sync(cache)


def _openings(cache: BigCache) -> Iterator[Figure]:
    """From the key to the details on the screen: of the first campaign, and of those after it."""
    group = "open a campaign from the list, key to its details, 80x24"
    with Terminal([COMMAND], environment(cache.path)) as terminal:
        terminal.wait_for("Autumn")
        terminal.settle(2.0)
        first, *later = [_opening(terminal) for _ in range(TIMES)]
        terminal.send("\r")
        terminal.settle(1.5)
        # The first of each is the one that draws the charts it brings into sight.
        pages = [[to_last_byte(terminal, key, 1.0) for key in _PAGES] for _ in range(2)]
    yield Figure(group, "the first", first, "ms")
    yield Figure(group, "later ones", statistics.median(later), "ms")
    group = "the slowest page of its dashboard, key to last byte, 80x24"
    again = Figure(group, "its charts drawn before", max(pages[1]), "ms")
    yield again
    yield Figure(group, "its charts drawn for the first time", max(pages[0]), "ms").over(again)


def _opening(terminal: Terminal) -> float:
    began, sent = time.monotonic(), b""
    terminal.send("\r")
    while _DETAILS not in sent:
        sent += terminal.read(1.0)
    taken = (time.monotonic() - began) * 1_000
    terminal.settle(1.0)
    terminal.send("\x1b")
    terminal.settle(1.0)
    terminal.send("j")
    terminal.settle(0.5)
    return taken


def _memory(cache: BigCache) -> Iterator[Figure]:
    """The most a process held."""
    group = "memory at most"
    with Terminal(BARE, environment()) as terminal:
        terminal.wait_for_bytes(b"bare-app-stands")
        terminal.settle(1.0)
        bare = Figure(group, "bare Textual app", most_held(terminal.process.pid), "MB")
    yield bare
    with (
        tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder,
        Terminal(opened(cache), environment(_not_searched(cache, Path(folder) / "cache.db"))) as terminal,
    ):
        terminal.wait_for("Dashboard")
        terminal.send("2")
        terminal.wait_for(NEWEST)
        for key in (_PAGE_DOWN, "G", "g", "/", "B", "I", "G"):
            terminal.send(key)
            terminal.settle(1.0)
        most, name = most_held(terminal.process.pid), "paged through, filtered, a search index begun"
    yield Figure(group, f"{cache.codes:,} codes, {name}", most, "MB").over(bare)


def _not_searched(cache: BigCache, path: Path) -> Path:
    """A copy whose search index is not built: the app begins it with the first typed filter."""
    shutil.copy(cache.path, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("delete from meta where key = ?", (VERSION_KEY,))
    return path


def _during_a_sync(cache: BigCache) -> Iterator[Figure]:
    """The demo reads its whole project as soon as it stands."""
    with Terminal([COMMAND, "demo"], environment(cache.path)) as terminal:
        terminal.wait_for(lambda text: re.search(r"\d\d calls", text) is not None)
        before, until = terminal.received, time.monotonic() + _WATCHED
        while (left := until - time.monotonic()) > 0:
            terminal.read(left)
        sent = (terminal.received - before) / _WATCHED
    yield Figure("bytes over the line, 80x24", "campaign list during a sync", sent, "bytes/s")
