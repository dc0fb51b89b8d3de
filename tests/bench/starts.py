"""From the start of the process to the first screen, and to the first answer of a command."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench.figures import Figure, median, medians, milliseconds
from tests.bench.million import NEWEST, BigCache
from tests.bench.programs import BARE, COMMAND, NOTHING, environment, opened
from tests.support.terminal import Terminal

TIMES = 5
_SECOND_ROW = 5
"""The screen's line, from 0."""


def measure(cache: BigCache) -> Iterator[Figure]:
    """First paints against a bare Textual app; commands against a Python that does nothing."""
    yield from _first_paints(cache)
    yield from _first_keys(cache)
    yield from _commands(cache)


def _first_paints(cache: BigCache) -> Iterator[Figure]:
    group = "start to first screen, 80x24"
    settings = environment(cache.path)
    demo: list[str | Path] = [COMMAND, "demo"]
    started: dict[str, Callable[[], float]] = {
        "demo: campaign list stands": partial(_paint, demo, settings, "CAMPAIGN"),
        "demo: campaigns in it, through client and sync": partial(_paint, demo, settings, "ends in"),
        f"{cache.codes:,} codes: campaign list with rows": partial(_paint, [COMMAND], settings, "Autumn"),
        f"{cache.codes:,} codes: campaign opened by id, its tabs stand": partial(
            _paint, opened(cache), settings, "Vouchers"
        ),
        f"{cache.codes:,} codes: its Vouchers tab with rows": partial(_vouchers_tab, cache, settings),
    }
    first, *taken = medians([partial(_paint, BARE, settings, "bare-app-stands"), *started.values()], TIMES)
    base = Figure(group, "bare Textual app", first, "ms")
    yield base
    for name, one in zip(started, taken, strict=True):
        yield Figure(group, name, one, "ms").over(base)


def _first_keys(cache: BigCache) -> Iterator[Figure]:
    """Typed ahead: from the start of the process to what the key does."""
    group = "start to the first key's effect, 80x24"
    settings = environment(cache.path)
    ways = (partial(_key, BARE, settings, "bare-app-took-j", 0), partial(_key, [COMMAND], settings, "▌", _SECOND_ROW))
    first, taken = medians(ways, TIMES)
    bare = Figure(group, "bare Textual app: j", first, "ms")
    yield bare
    yield Figure(group, f"{cache.codes:,} codes: campaign list, j", taken, "ms").over(bare)


def _key(command: Sequence[str | Path], settings: dict[str, str], begins: str, line: int) -> float:
    with Terminal(command, settings) as terminal:
        terminal.wait_for_bytes(b"\x1b[?1049h")
        terminal.send("j")
        terminal.wait_for(lambda text: text.splitlines()[line].startswith(begins))
        return (time.monotonic() - terminal.started) * 1_000


def _paint(command: Sequence[str | Path], settings: dict[str, str], shown: str) -> float:
    with Terminal(command, settings) as terminal:
        return terminal.wait_for_bytes(shown.encode()) * 1_000


def _vouchers_tab(cache: BigCache, settings: dict[str, str]) -> float:
    with Terminal(opened(cache), settings) as terminal:
        terminal.wait_for_bytes(b"Vouchers")
        terminal.send("2")
        return terminal.wait_for_bytes(NEWEST.encode()) * 1_000


def _commands(cache: BigCache) -> Iterator[Figure]:
    group = "start to end of a command"
    settings = environment(cache.path)
    base = Figure(group, "python -c pass", median(lambda: _run(NOTHING, settings), TIMES * 2), "ms")
    yield base
    for arguments in (
        ["--help"],
        ["status", "--json"],
        ["list", "campaigns", "--json"],
        ["summary", cache.campaign_id],
    ):
        taken = median(partial(_run, [COMMAND, *arguments], settings), TIMES)
        yield Figure(group, f"promoscope {' '.join(arguments)}", taken, "ms").over(base)


def _run(command: Sequence[str | Path], settings: dict[str, str]) -> float:
    return milliseconds(lambda: subprocess.run(list(command), env=settings, check=True, capture_output=True))
