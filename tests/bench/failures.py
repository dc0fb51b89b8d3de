"""The map of failures over a million redemptions: the question of each window and form."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from store.clock import ManualClock
from store.queries.failures import By, FailureWindow, failure_map
from store.queries.reader import Reader
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.home import REDEMPTIONS, TIMES, redemptions_cache
from tests.bench.million import NOW, ZONE


def measure() -> Iterator[Figure]:
    """Each window by failure code, and the longest by every form."""
    path = redemptions_cache(REDEMPTIONS)
    with closing(sqlite3.connect(path)) as connection:
        held = connection.execute("select count(*) from redemptions where result = 'FAILURE'").fetchone()[0]
    asked = [(By.CODE, window) for window in FailureWindow] + [(by, FailureWindow.YEAR) for by in By if by != By.CODE]
    with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
        for by, window in asked:
            question = partial(reader.ask, failure_map, by, window, NOW, ZONE)
            took = median(partial(milliseconds, question), TIMES)
            yield Figure(f"failures, {held:,} refusals", f"by {by}, {window}", took, "ms")
