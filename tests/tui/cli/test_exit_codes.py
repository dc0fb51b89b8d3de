"""Exit codes by cause, which scripts rely on: 0 ok, 2 usage, 3 retry later, 4 partial, 5 credentials refused."""

import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from store.sandbox import Limits
from store.sandbox.world import World
from tests.support.faults import Fault, FaultRule, Faults
from tests.tui.cli.harness import CommandLine, serving

BAD_USAGE = [
    ["sing"],
    ["sync", "--via", "pigeon"],
    ["sync", "--max-calls", "0"],
    ["sync", "--unheard-of"],
    ["list"],
    ["list", "unicorns"],
    ["list", "vouchers", "--limit", "-1"],
    ["list", "vouchers", "--format", "xml"],
    ["list", "vouchers", "--raw", "--format", "csv"],
    ["list", "vouchers", "--campaign", "camp_of_nobody"],
    ["list", "vouchers", "--status", "SUCCESS"],
    ["list", "campaigns", "--status", "asleep"],
    ["list", "segments", "--status", "ACTIVE"],
    ["list", "customers", "--campaign", "Nowhere"],
    ["summary"],
    ["summary", "camp_of_nobody"],
    ["summary", "camp_of_nobody", "--from", "yesterday"],
    ["demo", "--plan", "platinum"],
    ["demo", "--campaigns", "1"],
]
NO_ANSWER = "http://127.0.0.1:9"


@pytest.mark.parametrize("arguments", BAD_USAGE, ids=" ".join)
def test_a_question_that_makes_no_sense(reading: CommandLine, arguments: list[str]) -> None:
    done = reading(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_the_days_of_a_summary_must_be_in_order(reading: CommandLine, world: World) -> None:
    campaign = world.tables["campaigns"].column("id")[0]
    done = reading("summary", campaign, "--from", "2026-11-20", "--to", "2026-11-19")
    assert done.code == 2
    assert "2026-11-19" in done.err


def test_the_app_needs_a_terminal(cli: CommandLine) -> None:
    for arguments in ([], ["open"], ["demo"]):
        done = cli(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "terminal" in done.err


def test_questions_before_the_first_sync(cli: CommandLine) -> None:
    for arguments in (["list", "campaigns"], ["summary", "Anything"]):
        done = cli(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "promoscope sync" in done.err


@pytest.mark.parametrize("plan", [[], ["--plan"]])
def test_no_server(cli: CommandLine, plan: list[str]) -> None:
    cli.point_at(NO_ANSWER)
    done = cli("sync", *plan)
    assert done.code == 3
    assert "connection" in done.err.lower()


@pytest.mark.parametrize("fault", [Fault.CYCLE_LIMIT, Fault.SERVER_ERROR, Fault.RESET])
def test_trouble_from_the_start(cli: CommandLine, world: World, fault: Fault) -> None:
    with serving(world, cli.clock, faults=Faults(FaultRule(fault))) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--json")
    assert done.json["state"] == "failed"
    assert done.code == 3
    assert done.json["resources"]["campaigns"]["reason"]


def test_a_cycle_that_is_used_up_is_not_asked_again(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits(None, cycle=0)) as (url, asked):
        cli.point_at(url)
        done = cli("sync", "--json")
    assert done.code == 3
    assert "billing cycle" in done.json["reason"]
    assert len(asked) == 1


def test_a_minute_limit_is_waited_for(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits(20)) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--all", "--json")
    assert (done.code, done.json["state"]) == (0, "complete")
    assert sum(cli.clock.slept) > 30


def test_a_budget_ends_partial_and_the_next_run_goes_on(cli: CommandLine, world: World) -> None:
    done = cli("sync", "--all", "--max-calls", "12", "--json")
    assert (done.code, done.json["state"], done.json["calls"]) == (4, "partial", 12)
    assert "12 calls" in done.json["reason"]
    assert cli("sync", "--all", "--json").code == 0
    assert cli("status", "--json").json["resources"]["vouchers"]["rows"] == len(world.tables["vouchers"].column("id"))


def test_one_list_in_trouble_leaves_the_others(cli: CommandLine, world: World) -> None:
    faults = Faults(FaultRule(Fault.SERVER_ERROR, path="/v1/redemptions*"))
    with serving(world, cli.clock, faults=faults) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--all", "--via", "pages")
    assert done.code == 4
    assert "redemptions: " in done.err
    assert "partial: " in done.err


@pytest.mark.parametrize("arguments", [["sync"], ["sync", "--plan"], ["doctor"]], ids=" ".join)
def test_refused_keys(cli: CommandLine, arguments: list[str]) -> None:
    cli.patch.setenv("VOUCHERIFY_APP_TOKEN", "another-token")
    done = cli(*arguments)
    assert done.code == 5
    assert "another-token" not in done.out + done.err


@pytest.mark.parametrize("missing", ["VOUCHERIFY_APP_ID", "VOUCHERIFY_APP_TOKEN"])
def test_no_keys(cli: CommandLine, missing: str) -> None:
    cli.patch.delenv(missing)
    done = cli("sync")
    assert (done.code, done.out) == (5, "")
    assert "promoscope demo" in done.err


def test_a_campaign_nobody_knows(cli: CommandLine) -> None:
    done = cli("sync", "--campaign", "camp_of_nobody", "--json")
    assert (done.code, done.out) == (2, "")
    assert "camp_of_nobody" in done.err


def test_a_cache_of_another_project(reading: CommandLine) -> None:
    reading.patch.setenv("VOUCHERIFY_APP_ID", "another")
    done = reading("sync")
    assert (done.code, done.out) == (2, "")
    assert "another" in done.err


def test_a_cache_that_is_being_synced(cli: CommandLine) -> None:
    script = """
        import sys
        from pathlib import Path
        from store.cache.lock import writer_lock
        from store.clock import SystemClock
        with writer_lock(Path(sys.argv[1]), SystemClock()):
            print("held", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(cli.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for arguments in (["sync"], ["sync", "--plan"]):
            done = cli(*arguments)
            assert (done.code, done.out) == (3, "")
            assert f"process {other.pid}" in done.err
        other.communicate()
    assert cli("sync", "--json").code == 0


@pytest.mark.parametrize(
    "settings", ["PROMOSCOPE_TIMEZONE=Mars/Olympus", "VOUCHERIFY_API_BASE_URL=ftp://x", "PROMOSCOPE_PROFILE=../x"]
)
def test_settings_that_cannot_be_used(reading: CommandLine, settings: str) -> None:
    reading.patch.setenv(*settings.split("=", 1))
    done = reading("status")
    assert (done.code, done.out) == (2, "")
    assert settings.split("=", 1)[1] in done.err


@pytest.mark.parametrize("arguments", ["sync", "sync --json", "sync --plan", "list campaigns", "status", "summary x"])
def test_a_cache_that_another_program_holds(writing: CommandLine, arguments: str) -> None:
    writing.patch.setattr("store.cache.database.BUSY_TIMEOUT_MS", 1)
    writing.patch.setattr("store.cache.database.READER_TIMEOUT_MS", 1)
    holder = sqlite3.connect(writing.database, isolation_level=None)
    holder.execute("pragma locking_mode = exclusive")
    holder.execute("begin exclusive")
    holder.execute("update meta set value = value")
    done = writing(*arguments.split())
    holder.execute("rollback")
    holder.close()
    assert (done.code, done.out) == (3, "")
    assert done.err == "Another program is using the cache. Nothing was changed; try again when it is done.\n"
