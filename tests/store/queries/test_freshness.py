"""What the cache holds, in numbers: the same as counting every row by hand, whatever rows there are."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.queries.freshness import ResourceStatus, resource_statuses

Row = tuple[str, str | None, str | None, str | None]
"""Id, campaign, creation, missing since."""

EARLY, LATE, LATEST = (f"2026-0{month}-01T00:00:00.000Z" for month in (1, 5, 9))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


def vouchers_of(cache: sqlite3.Connection) -> ResourceStatus:
    return next(status for status in resource_statuses(cache) if status.name == "vouchers")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("v_1", None, None, None)],
        [("v_1", None, LATE, None), ("v_2", "camp_1", EARLY, None)],
        [("v_1", None, EARLY, None), ("v_2", "camp_1", LATEST, None), ("v_3", "camp_2", LATE, None)],
        [("v_1", "camp_1", EARLY, LATE), ("v_2", "camp_1", LATE, None), ("v_3", "camp_9", LATEST, LATEST)],
        [("v_1", "", LATEST, None), ("v_2", "camp_1", LATE, None)],
    ],
)
def test_rows_missing_and_newest_are_those_of_the_table(cache: sqlite3.Connection, rows: list[Row]) -> None:
    cache.executemany("insert into vouchers (id, campaign_id, created_at, missing_since) values (?, ?, ?, ?)", rows)
    held = vouchers_of(cache)
    newest = max((row[2] for row in rows if row[2]), default=None)
    assert (held.rows, held.missing, held.newest) == (len(rows), sum(row[3] is not None for row in rows), newest)
