"""How long each check takes over a cache with a big campaign, and how much memory all of them add."""

from collections.abc import Iterator
from functools import partial

from store.checks.finding import Check
from store.checks.registry import CHECKS
from store.checks.run import run_check
from store.queries.reader import Reader
from tests.bench.figures import Figure, milliseconds
from tests.bench.memory import forget_most, most_held
from tests.bench.million import NOW, ZONE, BigCache


def measure(cache: BigCache) -> Iterator[Figure]:
    """Milliseconds of the machine's time a check, once each: a check reads far more than stays in memory."""
    group = f"checks over {cache.codes:,} codes"
    reader = Reader(cache.path, ZONE)
    forget_most()
    before = most_held()
    total = 0.0
    for check in CHECKS:
        taken = milliseconds(partial(_run, reader, check))
        total += taken
        yield Figure(group, check.name, taken, "ms")
    yield Figure(group, "all of them", total, "ms")
    yield Figure(group, "memory they add", most_held() - before, "MB")
    reader.close()


def _run(reader: Reader, check: Check) -> None:
    reader.ask(run_check, check, NOW, ZONE, "EUR")
