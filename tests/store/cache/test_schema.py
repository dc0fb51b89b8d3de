"""A cache written by an earlier release opens, keeps every row and answers as fast as a new one."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import sqlite_utils

from store.cache.database import connect_writer
from store.cache.mark import APPLICATION_ID
from store.cache.schema import migrations
from store.queries.reader import Reader
from store.queries.rows import PRESENT, RowList
from store.queries.views import VOUCHERS
from store.ref import Ref
from tests.support.syncing import ZONE, Project, dump

_FIRST_RELEASE = "m003_codes_in_order_of_creation"
"""The first migration that the first release did not have."""


def _as_first_released(path: Path, rows: Sequence[tuple[object, ...]]) -> None:
    connection = sqlite3.connect(path)
    migrations.apply(sqlite_utils.Database(connection), stop_before=_FIRST_RELEASE)
    for name, columns in (("created_at", "campaign_id, created_at"), ("code", "campaign_id, code")):
        connection.execute(f"drop index vouchers_campaign_id_{name}")
        connection.execute(f"create index vouchers_campaign_id_{name} on vouchers ({columns})")
    connection.executemany("insert into vouchers (id, code, campaign_id, created_at) values (?, ?, ?, ?)", rows)
    connection.commit()
    assert connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    connection.close()


def _indexes(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute(
        "select name, tbl_name from sqlite_master where type = 'index' and tbl_name like 'vouchers%' order by 1"
    ).fetchall()


def test_a_cache_of_the_first_release_keeps_its_rows_and_gets_the_new_indexes(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    rows = [(f"v_{n}", f"CODE-{n}", "camp_1", f"2026-11-{n % 28 + 1:02d}T00:00:00.000Z") for n in range(3_000)]
    _as_first_released(path, rows)
    connection = connect_writer(path)
    held = connection.execute("select id, code, campaign_id, created_at from vouchers order by rowid").fetchall()
    assert held == rows
    fresh = connect_writer(tmp_path / "new.db")
    assert _indexes(connection) == _indexes(fresh)
    for one in (connection, fresh):
        plan = one.execute(
            "explain query plan select sum(active) from vouchers where campaign_id = 'camp_1'"
        ).fetchall()
        assert "vouchers_campaign_id_created_at" in plan[0][3]
        one.close()


def test_an_old_cache_is_read_as_it_is_by_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    _as_first_released(path, [(f"v_{n}", f"CODE-{n}", "camp_1", "2026-11-01T00:00:00.000Z") for n in range(50)])
    reader = Reader(path, ZONE)
    try:
        for sort in ("created_at", "code", "balance"):
            rows = RowList(reader, VOUCHERS, Ref.campaign("camp_1"), "code-4", (PRESENT,), sort)
            assert rows.count() == len(rows.window(0, 100)) == 11
    finally:
        reader.close()


def test_opening_an_up_to_date_cache_again_changes_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    connection = project.connect()
    before, version = dump(connection), connection.execute("pragma schema_version").fetchone()
    connection.close()
    connection = project.connect()
    assert (dump(connection), connection.execute("pragma schema_version").fetchone()) == (before, version)
    connection.close()


def test_a_writer_of_an_up_to_date_cache_does_without_sqlite_utils(tmp_path: Path) -> None:
    """It takes 40 ms and 4 MB to load, for nothing that is left to do."""
    connect_writer(tmp_path / "cache.db").close()
    text = (
        "import sys; from pathlib import Path; from store.cache.database import connect_writer;"
        "connect_writer(Path(sys.argv[1])).close(); sys.exit('sqlite_utils' in sys.modules)"
    )
    for name, loaded in (("cache.db", 0), ("new.db", 1)):
        done = subprocess.run([sys.executable, "-c", text, str(tmp_path / name)], check=False)
        assert done.returncode == loaded, name
