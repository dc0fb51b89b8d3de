"""`promoscope status`: rows, newest, age and state of every resource; what is not whole says why."""

import sqlite3

import pytest

from store.sandbox.world import World
from tests.support.faults import Fault, FaultRule, Faults
from tests.tui.cli.harness import CommandLine, serving


def test_a_full_cache(reading: CommandLine, world: World) -> None:
    done = reading("status", "--json")
    assert (done.code, done.err) == (0, "")
    assert set(done.json) == {"db", "profile", "resources"}
    assert (done.json["db"], done.json["profile"]) == (str(reading.database), "default")
    resources = done.json["resources"]
    for name in ("campaigns", "vouchers", "redemptions", "customers", "publications", "validation_rules"):
        held = resources[name]
        assert set(held) >= {"rows", "newest", "as_of", "state"}
        assert held["rows"] == len(world.tables[name].column("id"))
        assert held["state"] == "complete"
        assert held["as_of"].startswith("2026-11-23T")
    assert resources["redemptions"]["newest"] == max(world.tables["redemptions"].column("created_at"))


def test_in_words(reading: CommandLine, world: World) -> None:
    done = reading("status")
    assert (done.code, done.err) == (0, "")
    row = next(line for line in done.out.splitlines() if line.startswith("vouchers "))
    assert row.split()[1:3] == [f"{len(world.tables['vouchers'].column('id')):,}", "complete"]


def test_before_the_first_sync(cli: CommandLine) -> None:
    done = cli("status", "--json")
    assert (done.code, done.json["resources"]) == (0, {})
    assert not cli.database.exists()
    words = cli("status")
    assert "promoscope sync" in words.err
    assert str(cli.database) in words.out


def test_a_list_that_failed_says_why(writing: CommandLine, world: World) -> None:
    faults = Faults(FaultRule(Fault.SERVER_ERROR, path="/v1/redemptions*"))
    with serving(world, writing.clock, faults=faults) as (url, _):
        # The cache belongs to the other address; a copy bound to this one is made by a sync of its own.
        writing.use(writing.database.with_name("other.db"))
        writing.point_at(url)
        assert writing("sync", "--all", "--via", "pages", "--json").code == 4
    held = writing("status", "--json").json["resources"]["redemptions"]
    assert held["state"] == "failed"
    assert "v-0fa1700000000005" in held["reason"]
    assert held["reason"] in writing("status").out


@pytest.mark.parametrize("damage", [b"", b"{", b"12", b"\xff\xfe"])
def test_a_damaged_report_of_a_run_stops_neither_status_nor_sync(writing: CommandLine, damage: bytes) -> None:
    with sqlite3.connect(writing.database) as connection:
        connection.execute("update sync_runs set report = cast(? as text)", (damage,))
        runs = connection.execute("select count(*) from sync_runs").fetchone()[0]
    connection.close()
    done = writing("status")
    assert (done.code, done.err) == (0, "")
    assert "vouchers" in done.out
    assert writing("sync", "--json").code == 0
    with sqlite3.connect(writing.database) as connection:
        assert connection.execute("select count(*) from sync_runs").fetchone()[0] == runs + 1
    connection.close()


def test_a_run_that_was_killed_is_mentioned(writing: CommandLine) -> None:
    with sqlite3.connect(writing.database) as connection:
        connection.execute("update sync_runs set state = 'running', finished_at = null")
    connection.close()
    done = writing("status")
    assert done.code == 0
    assert "was cut off" in done.err
