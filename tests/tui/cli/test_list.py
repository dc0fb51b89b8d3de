"""`promoscope list`: every resource in every format, filters, hostile names, documents as received."""

import csv
import io
import json
import re
import unicodedata

import pytest

from store.queries.views import RESOURCE_VIEWS
from store.sandbox.world import World
from store.wire import Request
from tests.tui.cli.harness import TOKEN, CommandLine, make_sandbox

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
    assert (done.code, done.err) == (0, "")
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
                else:
                    assert line[name] == ("" if value is None else str(value))
    assert acting > 0


def test_an_unknown_resource_names_those_there_are(reading: CommandLine) -> None:
    said = reading("list", "unicorns").err
    assert all(name in said for name in RESOURCE_VIEWS)
