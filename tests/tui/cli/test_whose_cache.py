"""Caches of other projects and of later releases: refused by readers and writers, and left as they are."""

import sqlite3
from contextlib import closing

import pytest

from store.cache.mark import MIGRATIONS, NEWEST_MIGRATION
from store.cache.schema import migrations
from tests.tui.cli.harness import CommandLine

ASKING = (["status"], ["status", "--json"], ["list", "campaigns"], ["summary", "Gift Cards"])
WRITING = (["sync"], ["sync", "--plan"])


def content(cli: CommandLine) -> list[str]:
    with closing(sqlite3.connect(cli.database)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("setting", ["VOUCHERIFY_APP_ID", "VOUCHERIFY_API_BASE_URL"])
@pytest.mark.parametrize("arguments", ASKING, ids=" ".join)
def test_rows_of_another_project_are_not_shown(reading: CommandLine, setting: str, arguments: list[str]) -> None:
    reading.patch.setenv(setting, "https://us1.api.voucherify.io" if setting.endswith("URL") else "another")
    done = reading(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "This cache mirrors app demo" in done.err
    assert "PROMOSCOPE_DB" in done.err


@pytest.mark.parametrize("arguments", ASKING, ids=" ".join)
def test_a_cache_that_was_handed_over_is_read_without_keys(reading: CommandLine, arguments: list[str]) -> None:
    for name in ("VOUCHERIFY_APP_ID", "VOUCHERIFY_APP_TOKEN", "VOUCHERIFY_API_BASE_URL"):
        reading.patch.delenv(name)
    done = reading(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_a_cache_of_a_later_release(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('promoscope', 'm099_future', '')"
        )
    before = content(writing)
    for arguments in (*ASKING, *WRITING):
        done = writing(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "m099_future" in done.err
        assert "Update promoscope" in done.err
    assert content(writing) == before
    found = writing("doctor", "--offline", "--json")
    assert found.code == 4
    seen = next(check for check in found.json["checks"] if check["check"] == "integrity")
    assert "later release" in seen["seen"]
    assert "move the file away" not in seen["advice"]


def test_migrations_of_other_programs_in_the_cache_are_no_concern(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('theirs', 'zz_later', '')"
        )
    assert writing("status").code == 0


def test_readers_know_the_newest_migration() -> None:
    import sqlite_utils

    names = [migration.name for migration in migrations.pending(sqlite_utils.Database(memory=True))]
    assert names == sorted(names)
    assert (len(names), names[-1]) == (MIGRATIONS, NEWEST_MIGRATION)
