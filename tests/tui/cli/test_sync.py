"""`promoscope sync`: its report, its plan, what a second run does, and what goes to which stream."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store.cache import database
from store.sandbox import Limits
from store.sandbox.world import World
from store.sync import request as requests
from tests.tui.cli.harness import CommandLine, serving

REPORT = {"run_id", "state", "calls", "seconds", "reason", "resources"}
RESOURCE = {"seen", "added", "changed", "missing", "not_understood", "calls", "via", "state", "reason"}


def counts(cli: CommandLine) -> dict[str, int]:
    connection = sqlite3.connect(cli.database)
    tables = [
        row[0]
        for row in connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
    ]
    found = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}
    connection.close()
    return found


def test_the_report_of_a_first_run(cli: CommandLine, world: World) -> None:
    done = cli("sync", "--json")
    report = done.json
    assert done.code == 0
    assert done.err == ""
    assert done.out.count("\n") == 1
    assert set(report) == REPORT
    assert report["state"] == "complete"
    assert report["run_id"].startswith("run_")
    for resource in report["resources"].values():
        assert set(resource) == RESOURCE
    campaigns = report["resources"]["campaigns"]
    assert campaigns["seen"] == campaigns["added"] == len(world.tables["campaigns"].column("id"))
    assert report["calls"] == sum(resource["calls"] for resource in report["resources"].values())


def test_a_second_run_changes_nothing(writing: CommandLine) -> None:
    before = counts(writing)
    report = writing("sync", "--all", "--json").json
    assert report["state"] == "complete"
    assert {name: one for name, one in report["resources"].items() if one["added"] or one["changed"]} == {}
    after = counts(writing)
    assert after.pop("sync_runs") == before.pop("sync_runs") + 1
    assert after == before


def test_the_table_is_data_and_the_outcome_is_narration(cli: CommandLine) -> None:
    done = cli("sync")
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert head.split() == ["RESOURCE", "SEEN", "NEW", "CHANGED", "MISSING", "CALLS", "VIA", "STATE"]
    assert rows[0].split()[0] == "campaigns"
    assert all(row.split()[-1] in {"complete", "partial", "failed"} for row in rows)
    assert done.err.splitlines()[-1].startswith("complete: ")


def test_one_call_is_one_call(cli: CommandLine) -> None:
    said = cli("sync", "--max-calls", "1").err
    assert "1 call was made" in said
    assert ": 1 call in " in said.splitlines()[-1]
    assert ": 2 calls in " in cli("sync", "--max-calls", "2").err.splitlines()[-1]


def test_one_campaign_by_id_and_by_name(cli: CommandLine, world: World) -> None:
    ids, names = world.tables["campaigns"].column("id"), world.tables["campaigns"].column("name")
    owners = world.tables["vouchers"].column("campaign_id")
    wanted = max(set(owners), key=owners.count)
    assert cli("sync", "--campaign", wanted, "--json").json["resources"]["vouchers"]["seen"] == owners.count(wanted)
    other = next(owner for owner in owners if owner != wanted)
    name = names[ids.index(other)]
    assert cli("sync", "--campaign", name, "--json").json["resources"]["vouchers"]["seen"] == owners.count(other)


def test_a_portion_of_a_list_is_no_failure_and_no_whole_list(
    cli: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = dict(zip(*(world.tables["campaigns"].column(name) for name in ("id", "campaign_type")), strict=True))
    vouchers = world.tables["vouchers"]
    documents = [vouchers.document(row) for row in range(len(vouchers))]
    used = [one["campaign_id"] for one in documents if one["redemption"]["redeemed_quantity"]]
    referral = max((one for one in set(used) if kinds[one] == "REFERRAL_PROGRAM"), key=used.count)
    codes = used.count(referral)
    assert codes > 4
    named = cli("sync", "--campaign", referral, "--json")
    assert (named.code, named.json["state"], named.json["resources"]["holders"]["state"]) == (0, "complete", "complete")
    connection = sqlite3.connect(cli.database)
    connection.execute("delete from members_read")
    connection.commit()
    connection.close()
    monkeypatch.setattr(requests, "CODES_PER_RUN", 2)
    done = cli("sync", "--json")
    reason = f"read for 2 of {codes} codes; the next sync resumes"
    assert (done.code, done.json["state"], done.json["reason"]) == (0, "complete", f"holders: {reason}")
    assert (done.json["resources"]["holders"]["state"], done.json["resources"]["holders"]["reason"]) == (
        "partial", reason,
    )  # fmt: skip
    said = cli("sync").err
    assert said.count(f"holders: read for 4 of {codes} codes") == 1
    assert said.splitlines()[-1].startswith("complete: ")


@pytest.mark.parametrize("via", ["auto", "pages", "exports"])
def test_every_way_brings_the_same_rows(cli: CommandLine, world: World, via: str) -> None:
    done = cli("sync", "--all", "--via", via, "--json")
    assert (done.code, done.json["state"]) == (0, "complete")
    held = counts(cli)
    for name in ("vouchers", "redemptions", "customers", "publications"):
        assert held[name] == len(world.tables[name].column("id"))
    ways = {one["via"] for one in done.json["resources"].values() if one["seen"]}
    assert ("exports" in ways) or via != "exports"


def test_a_plan_asks_for_counts_and_writes_no_rows(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits(1_000)) as (url, asked):
        cli.point_at(url)
        done = cli("sync", "--all", "--plan", "--json")
    assert done.code == 0
    assert set(done.json) == {"calls", "least", "most", "minutes", "lines"}
    lines = done.json["lines"]
    for line in lines:
        assert set(line) == {"resource", "scope", "held", "total", "via", "calls", "bound", "minutes", "why"}
    assert done.json["calls"] == sum(line["calls"] for line in lines)
    by_name = {line["resource"]: line for line in lines if line["scope"] == "project"}
    assert by_name["vouchers"]["total"] == len(world.tables["vouchers"].column("id"))
    assert all(call.startswith("GET ") for call in asked)
    # Which campaigns there are decides which lists there are; lists without paging, such as categories, take no limit.
    whole = [call for call in asked if "limit=100" in call]
    assert [call.split("?")[0] for call in whole] == ["GET /v1/campaigns"]
    counts_only = [call for call in asked if "limit=" in call and call not in whole]
    assert {call.split("limit=")[1].split("&")[0] for call in counts_only} == {"1"}
    assert not [call for call in asked if "limit=" not in call and not call.endswith("?")]
    assert len(asked) <= len(lines)
    written = {name: rows for name, rows in counts(cli).items() if rows}
    assert set(written) <= {"meta", "_sqlite_migrations"}


def test_the_minutes_of_a_plan_are_those_of_the_limit(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits(1_000)) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--all", "--plan", "--json")
        words = cli("sync", "--all", "--plan")
    assert done.json["minutes"] == pytest.approx(done.json["calls"] / 700, abs=0.01)
    assert sum(line["minutes"] for line in done.json["lines"]) == pytest.approx(done.json["minutes"], abs=0.2)
    assert "less than a minute at 700 calls a minute" in words.err
    assert "hour" not in words.err


def test_an_hourly_limit_that_was_hit_is_one(cli: CommandLine, world: World) -> None:
    hour = Limits(20, 3_600)
    with serving(world, cli.clock, limits=hour) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--all", "--plan")
        assert "Waiting " in done.err
        assert "does not tell" not in done.err
        line = cli("sync", "--all", "--plan", "--json").json
    assert f"({line['calls']:,} calls: about {line['calls'] / 14:,.1f} hours at 14 calls an hour)" in done.err
    assert line["minutes"] == pytest.approx(line["calls"] * 60 / 14, abs=0.1)


def test_a_small_limit_that_was_not_hit_may_be_for_an_hour(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits.of("sandbox")) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--plan")
        calls = cli("sync", "--plan", "--json").json["calls"]
    assert "Waiting" not in done.err
    assert "at 70 calls a minute" in done.err
    assert "Sandbox plan, for an hour: then it is about" in done.err
    assert f"about {calls * 60 / 70:,.0f} minutes" in done.err


def test_a_plan_as_a_table(writing: CommandLine) -> None:
    done = writing("sync", "--all", "--plan")
    head = done.out.splitlines()[0].split()
    assert head == ["RESOURCE", "SCOPE", "HELD", "TOTAL", "VIA", "CALLS", "MINUTES"]
    assert "calls in all" in done.err


def test_the_total_of_a_plan_is_as_sure_as_its_lines(cli: CommandLine) -> None:
    for arguments in (["sync", "--plan"], ["sync", "--all", "--plan"]):
        said, plan = cli(*arguments).err, cli(*arguments, "--json").json
        lines = plan["lines"]
        assert plan["least"] == sum(line["calls"] for line in lines if line["bound"] != "at most")
        bounded = all(line["bound"] != "at least" for line in lines)
        assert plan["most"] == (plan["calls"] if bounded else None)
        if not bounded:
            about = "about " if any(line["bound"] == "about" for line in lines) else ""
            assert said.splitlines()[-1].startswith(f"at least {about}{plan['least']:,} calls in all")
    assert not bounded


def test_a_plan_says_where_a_run_ends_that_may_make_fewer_calls(cli: CommandLine) -> None:
    calls = cli("sync", "--all", "--plan", "--json").json["calls"]
    for most in (calls - 1, calls):
        said = f"A run ends after {most:,} calls, as asked by --max-calls; the next one resumes."
        assert (said in cli("sync", "--all", "--plan", "--max-calls", str(most)).err) == (most < calls)


@pytest.mark.parametrize(
    ("statement", "said", "state"),
    [
        ("pragma max_page_count = {}", "database or disk is full", "partial"),
        ("pragma query_only = on", "attempt to write a readonly database", "failed"),
    ],
)
def test_a_cache_that_takes_no_more_leaves_a_report(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, statement: str, said: str, state: str
) -> None:
    def limited(path: Path, **options: Any) -> sqlite3.Connection:
        connection = database.connect_writer(path, **options)
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(statement.format(pages + 50))
        return connection

    assert cli("status").code == 0
    database.connect_writer(cli.database).close()
    monkeypatch.setattr("tui.project.connect_writer", limited)
    monkeypatch.setattr("tui.project.bind", lambda *_: None)
    done = cli("sync", "--all", "--json")
    assert done.code == 2
    assert done.err == (
        f"The cache could not be written ({said}). What was read before is kept. `promoscope doctor` checks the file; "
        "sync again when the cause is gone.\n"
    )
    report = done.json
    assert report["state"] == state
    assert (report["resources"].get("campaigns", {}).get("state") == "complete") == (state == "partial")
