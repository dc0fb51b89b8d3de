"""What one reading among several that run side by side has used: counted where it happens, by the task it is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """One reading's calls, and the records that were returned to it."""

    calls: int = 0
    seen: int = 0


_own: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counted_alone() -> Iterator[Tally]:
    """Count what the code inside uses, and nothing that runs beside it."""
    tally = Tally()
    token = _own.set(tally)
    try:
        yield tally
    finally:
        _own.reset(token)


def count_call() -> None:
    """A request goes out."""
    if (tally := _own.get()) is not None:
        tally.calls += 1


def count_seen(records: int) -> None:
    """So many records were returned."""
    if (tally := _own.get()) is not None:
        tally.seen += records
