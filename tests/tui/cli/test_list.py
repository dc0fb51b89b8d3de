"""`promoscope list`: every resource in every format, filters, hostile names, documents as received."""

import csv
import io
import json
import re
import sqlite3
import unicodedata
from collections import Counter
from contextlib import closing

import pytest

from store.queries.views import RESOURCE_VIEWS
from store.sandbox.world import World
from store.wire import Request
from tests.support.faults import Fault, FaultRule, Faults
from tests.tui.cli.harness import TOKEN, CommandLine, make_sandbox, serving

BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
EXPANDED = {"campaigns": (("expand", "category"),)}
"""What the sync asks for beside the plain list."""


def acts(text: str) -> bool:
    """Whether a terminal would do anything but show the text and break lines."""
    return any(unicodedata.category(char) == "Cc" and char != "\n" for char in text) or BIDI.search(text) is not None


def column(world: World, table: str, name: str) -> list[object]:
    return list(world.tables[table].column(name))


@pytest.mark.parametrize("resource", sorted(RESOURCE_VIEWS))
def test_every_resource_has_rows_with_an_id_and_the_columns(reading: CommandLine, resource: str) -> None:
    done = reading("list", resource.replace("_", "-"), "--format", "json")
    untold = f"No list of the API has created_at ({len(done.json)} rows), updated_at ({len(done.json)} rows).\n"
    assert (done.code, done.err) == (0, untold if resource == "points_expiration" else "")
    columns = set(RESOURCE_VIEWS[resource].columns)
    for row in done.json:
        assert columns <= set(row)
        assert isinstance(row["id"], str)
        assert row["id"]


def test_all_formats_tell_the_same_rows(reading: CommandLine, world: World) -> None:
    everything = reading("list", "vouchers", "--json").json
    assert sorted(row["id"] for row in everything) == sorted(str(one) for one in column(world, "vouchers", "id"))
    lines = [json.loads(line) for line in reading("list", "vouchers", "--format", "jsonl").out.splitlines()]
    assert lines == everything
    cells = list(csv.DictReader(io.StringIO(reading("list", "vouchers", "--format", "csv").out)))
    assert [row["id"] for row in cells] == [row["id"] for row in everything]
    assert list(cells[0]) == list(everything[0])
    table = reading("list", "vouchers").out.splitlines()
    assert len(table) == len(everything) + 1
    assert [line.split()[0] for line in table[1:]] == [row["id"] for row in everything]


def test_rows_of_one_campaign_by_id_or_name(reading: CommandLine, world: World) -> None:
    owners = column(world, "vouchers", "campaign_id")
    campaign = str(owners[0])
    name = str(column(world, "campaigns", "name")[column(world, "campaigns", "id").index(campaign)])
    by_id = reading("list", "vouchers", "--campaign", campaign, "--json").json
    assert len(by_id) == owners.count(campaign)
    assert {row["campaign_id"] for row in by_id} == {campaign}
    assert reading("list", "vouchers", "--campaign", name, "--json").json == by_id


def test_rows_of_a_status(reading: CommandLine, world: World) -> None:
    results = column(world, "redemptions", "result")
    for wanted in ("SUCCESS", "failure"):
        rows = reading("list", "redemptions", "--status", wanted, "--json").json
        assert len(rows) == results.count(wanted.upper()) > 0
        assert {row["result"] for row in rows} == {wanted.upper()}
    both = reading("list", "redemptions", "--status", "SUCCESS", "--status", "FAILURE", "--json").json
    assert len(both) == len(results)
    active = reading("list", "vouchers", "--status", "active", "--json").json
    assert len(active) == column(world, "vouchers", "active").count(True)


def test_a_rollback_is_a_status_and_the_attempt_a_result(reading: CommandLine) -> None:
    every = reading("list", "redemptions", "--json").json
    undone = {row["undone_redemption_id"] for row in every if row["object"] == "redemption_rollback"} - {None}
    undone |= {row["id"] for row in every if row["status"] == "ROLLED_BACK"}
    found = {row["id"] for row in reading("list", "redemptions", "--status", "rolled_back", "--json").json}
    assert found == undone & {row["id"] for row in every} != set()
    done = {row["id"] for row in reading("list", "redemptions", "--status", "SUCCEEDED", "--json").json}
    failed = {row["id"] for row in reading("list", "redemptions", "--status", "FAILED", "--json").json}
    assert done
    assert failed == {row["id"] for row in every if row["status"] == "FAILED"} != set()
    assert not done & (found | failed)
    both = reading("list", "redemptions", "--status", "SUCCEEDED", "--status", "FAILED", "--json").json
    assert {row["id"] for row in both} == done | failed


@pytest.mark.parametrize(
    ("resource", "known"),
    [
        ("redemptions", "ROLLED_BACK"),
        ("publications", "FAILURE"),
        ("async_actions", "DONE"),
        ("vouchers", "inactive"),
        ("campaigns", "scheduled"),
    ],
)
def test_a_status_that_is_none_is_no_empty_answer(reading: CommandLine, resource: str, known: str) -> None:
    done = reading("list", resource, "--status", "BOGUS' or 1 --")
    assert (done.code, done.out) == (2, "")
    assert "BOGUS" in done.err
    # In the case the rows have it.
    assert known in done.err.split("Known: ")[1].rstrip(".\n").split(", ")


def test_a_status_newer_than_this_program(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute(
            "update redemptions set status = 'Half''way' where rowid in (select min(rowid) from redemptions)"
        )
    rows = writing("list", "redemptions", "--status", "half'WAY", "--json").json
    assert [row["status"] for row in rows] == ["Half'way"]


def test_json_has_types(reading: CommandLine, world: World) -> None:
    held = {row["id"]: row for row in reading("list", "campaigns", "--json").json}
    assert {type(row["active"]) for row in held.values()} <= {bool, type(None)}
    assert any(isinstance(row["metadata"], dict) for row in held.values())
    raw = {row["id"]: row for row in reading("list", "campaigns", "--raw").json}
    for identity, row in held.items():
        assert row["metadata"] == (raw[identity].get("metadata") or None)
    codes = [json.loads(line) for line in reading("list", "vouchers", "--format", "jsonl").out.splitlines()]
    assert Counter(row["active"] for row in codes) == Counter(column(world, "vouchers", "active"))
    assert {type(row["is_referral_code"]) for row in codes} == {bool}


def test_summaries_are_listed_as_status_counts_them(writing: CommandLine) -> None:
    reading = writing
    campaign = reading("list", "campaigns", "--json").json[0]["id"]
    assert reading("sync", "--campaign", campaign, "--json").code == 0
    rows = reading("list", "campaign-summaries", "--json").json
    assert len(rows) == reading("status", "--json").json["resources"]["campaign_summaries"]["rows"] > 0
    assert all(isinstance(row["summary"], dict) and isinstance(row["closed"], bool) for row in rows)
    own = reading("list", "campaign_summaries", "--campaign", campaign, "--raw").json
    assert own == [row["summary"] for row in rows if row["campaign_id"] == campaign] != []


def test_campaigns_by_derived_status(reading: CommandLine) -> None:
    every = reading("list", "campaigns", "--json").json
    kinds = {row["status"] for row in every}
    assert {"active", "draft", "expired", "scheduled", "disabled"} <= kinds
    for kind in kinds:
        rows = reading("list", "campaigns", "--status", kind, "--json").json
        assert [row["id"] for row in rows] == [row["id"] for row in every if row["status"] == kind]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_truncated_answer_says_so(reading: CommandLine, form: str) -> None:
    cut = reading("list", "redemptions", "--limit", "5", "--format", form)
    assert cut.code == 0
    assert "first 5 rows" in cut.err
    assert "--limit" in cut.err


def test_what_was_never_read_is_no_empty_list(cli: CommandLine) -> None:
    assert cli("sync", "--json").code == 0
    for resource in ("vouchers", "redemptions", "customers", "transactions"):
        done = cli("list", resource, "--json")
        assert (done.code, done.json) == (0, [])
        assert f"{resource} are not synced yet" in done.err
        assert "promoscope sync --all" in done.err
    assert cli("list", "campaigns", "--json").err == ""


@pytest.mark.parametrize(
    ("resource", "path", "calls", "said"),
    [
        ("redemptions", "/v1/redemptions", range(3, 99), "redemptions is partial: "),
        ("loyalty_tiers", "/v1/loyalties/*/tiers", range(2, 99), "loyalty_tiers are all synced for 1 of "),
    ],
)
def test_a_reading_that_was_cut_short_says_so(
    cli: CommandLine, world: World, resource: str, path: str, calls: range, said: str
) -> None:
    faults = Faults(FaultRule(Fault.SERVER_ERROR, path=path, nth=calls))
    with serving(world, cli.clock, faults=faults) as (url, _):
        cli.point_at(url)
        assert cli("sync", "--all", "--via", "pages", "--json").code == 4
        for form in ("table", "json", "jsonl", "csv"):
            done = cli("list", resource, "--format", form)
            assert done.code == 0
            assert f"Not all rows: {said}" in done.err
            assert "a fault of its own" in done.err
            assert "promoscope sync --all" in done.err
            assert "Not all rows" not in done.out


def test_rows_of_some_campaigns_are_not_the_projects(cli: CommandLine, world: World) -> None:
    owners = column(world, "vouchers", "campaign_id")
    campaign = str(owners[0])
    assert cli("sync", "--campaign", campaign, "--json").code == 0
    assert cli("list", "vouchers", "--campaign", campaign, "--json").err == ""
    done = cli("list", "vouchers", "--json")
    assert {row["campaign_id"] for row in done.json} == {campaign}
    assert "all synced for 1 of" in done.err
    other = next(str(owner) for owner in owners if owner != campaign)
    assert f"sync --campaign {other}" in cli("list", "vouchers", "--campaign", other, "--json").err


def test_a_name_that_two_campaigns_have_is_ambiguous(writing: CommandLine) -> None:
    first, second = (row["id"] for row in writing("list", "campaigns", "--json").json[:2])
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute("update campaigns set name = 'Twin' where id in (?, ?)", (first, second))
    for arguments in (["list", "vouchers", "--campaign", "Twin"], ["summary", "Twin"]):
        done = writing(*arguments)
        assert (done.code, done.out) == (2, "")
        assert first in done.err
        assert second in done.err
    assert writing("summary", first).code == 0
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute("update campaigns set missing_since = created_at where id = ?", (first,))
    # The one that is still there is meant.
    assert second in writing("summary", "Twin").out.splitlines()[0]


def test_a_whole_answer_says_nothing(reading: CommandLine, world: World) -> None:
    held = len(column(world, "customers", "id"))
    assert reading("list", "customers", "--limit", str(held), "--json").err == ""
    assert len(reading("list", "customers", "--limit", str(held - 1), "--json").json) == held - 1
    none = reading("list", "customers", "--limit", "0", "--json")
    assert none.json == []


@pytest.mark.parametrize("resource", ["campaigns", "vouchers", "redemptions", "customers"])
def test_raw_is_the_document_as_received(reading: CommandLine, world: World, resource: str) -> None:
    sent: dict[str, object] = {}
    sandbox = make_sandbox(world, reading.clock)
    headers = {"x-app-id": "demo", "x-app-token": TOKEN, "host": "sandbox.test"}
    for page in range(1, 99):
        query = (*EXPANDED.get(resource, ()), ("limit", "100"), ("page", str(page)))
        answer = json.loads(sandbox.respond(Request("GET", f"/v1/{resource}", query, headers, b"")).body)
        rows = answer[answer["data_ref"]]
        sent.update((row["id"], row) for row in rows)
        if len(rows) < 100:
            break
    got = {row["id"]: row for row in reading("list", resource, "--raw").json}
    assert set(got) == set(sent)
    assert got == sent


def test_raw_in_lines(reading: CommandLine) -> None:
    lines = reading("list", "campaigns", "--raw", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == reading("list", "campaigns", "--raw").json


def test_tables_show_hostile_names_as_marks(reading: CommandLine, world: World) -> None:
    names = [str(name) for name in column(world, "campaigns", "name")]
    assert any(acts(name) for name in names)
    for resource in sorted(RESOURCE_VIEWS):
        assert not acts(reading("list", resource).out), resource
    table = reading("list", "campaigns").out
    assert "␛[31mred alert" in table
    assert "⟦U+202E⟧ETATS LAER" in table
    assert "[@click=app.quit]x[/]" in table


def test_json_keeps_names_as_they_are(reading: CommandLine, world: World) -> None:
    names = {str(name) for name in column(world, "campaigns", "name")}
    assert {row["name"] for row in reading("list", "campaigns", "--json").json} == names


def test_the_guard_of_formulas_is_off_for_programs_that_say_so(reading: CommandLine) -> None:
    names = sorted(row["name"] for row in reading("list", "campaigns", "--json").json)
    assert any(name.startswith("=") for name in names)

    def csv_names(*arguments: str) -> list[str]:
        out = reading("list", "campaigns", "--format", "csv", *arguments).out
        return sorted(row["name"] for row in csv.DictReader(io.StringIO(out, newline="")))

    assert csv_names("--no-formula-guard") == names
    assert csv_names() != names
    path = reading.database.parent.parent / "guard.toml"
    path.write_text("[export]\nformula_guard = false\n", encoding="utf-8")
    reading.patch.setenv("PROMOSCOPE_CONFIG", str(path))
    assert csv_names() == names
    assert csv_names("--formula-guard") != names


def test_csv_cells_cannot_act_as_formulas(reading: CommandLine, world: World) -> None:
    acting = 0
    for resource in sorted(RESOURCE_VIEWS):
        rows = reading("list", resource, "--json").json
        cells = list(csv.DictReader(io.StringIO(reading("list", resource, "--format", "csv").out, newline="")))
        assert len(cells) == len(rows)
        for row, line in zip(rows, cells, strict=True):
            for name, value in row.items():
                if isinstance(value, str):
                    dangerous = value[:1] in tuple("=+-@\t\r")
                    acting += dangerous
                    assert line[name] == (f"'{value}" if dangerous else value)
                elif isinstance(value, bool):
                    assert line[name] == str(int(value))
                elif isinstance(value, dict | list):
                    assert json.loads(line[name]) == value
                else:
                    assert line[name] == ("" if value is None else str(value))
    assert acting > 0


def test_an_unknown_resource_names_those_there_are(reading: CommandLine) -> None:
    said = reading("list", "unicorns").err
    assert all(name in said for name in RESOURCE_VIEWS)


def test_columns_that_stay_empty_are_named_with_the_list_that_fills_them(reading: CommandLine, world: World) -> None:
    """Publish counts, which an export does not carry, are worked out once the publications were read."""
    campaign = str(column(world, "vouchers", "campaign_id")[0])
    with closing(sqlite3.connect(reading.database)) as connection, connection:
        codes = connection.execute("select count(*) from vouchers where campaign_id = ?", (campaign,)).fetchone()[0]
        told = connection.execute("select id, publish_count from vouchers").fetchall()
        read = connection.execute("select * from sync_states where resource = 'publications'").fetchall()
        connection.execute("update vouchers set publish_count = null")
    whole = reading("list", "vouchers", "--campaign", campaign, "--json")
    assert {row["id"]: row["publish_count"] for row in whole.json}.items() <= dict(told).items()
    assert {"publish_count" in row["worked_out"].split() for row in whole.json} == {True}
    assert "publish_count" not in whole.err
    with closing(sqlite3.connect(reading.database)) as connection, connection:
        connection.execute("delete from sync_states where resource = 'publications'")
    blank = reading("list", "vouchers", "--campaign", campaign, "--json")
    assert {row["publish_count"] for row in blank.json} == {None}
    assert (
        f"Not all columns: publish_count ({codes:,} rows): worked out from publications, not all synced." in blank.err
    )
    assert f"`promoscope sync --campaign {campaign}` reads the rest." in blank.err
    assert "columns" not in reading("list", "vouchers", "--campaign", campaign, "--raw").err
    with closing(sqlite3.connect(reading.database)) as connection, connection:
        connection.executemany("update vouchers set publish_count = ?2 where id = ?1", told)
        marks = ", ".join("?" * len(read[0]))
        connection.executemany(f"insert into sync_states values ({marks})", read)
