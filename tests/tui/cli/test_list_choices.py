"""`promoscope list`: conditions, columns, order, time; every table of the README; tables that fit; near names."""

import csv
import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.tui.cli.harness import CommandLine
from tui.cli.output import fitting_widths
from widgets.text import cell_width

README = Path(__file__).parents[3] / "README.md"


def ids(cli: CommandLine, *arguments: str) -> list[str]:
    done = cli("list", *arguments, "--json")
    assert done.code == 0, done.err
    return [row["id"] for row in done.json]


CONDITIONS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "result=FAILURE": lambda row: row["result"] == "FAILURE",
    "result!=FAILURE": lambda row: row["result"] != "FAILURE",
    "order_amount>=10000": lambda row: row["order_amount"] is not None and row["order_amount"] >= 10000,
    "order-amount<10000": lambda row: row["order_amount"] is not None and row["order_amount"] < 10000,
    "customer_id=": lambda row: row["customer_id"] is None,
    "is_parent=false": lambda row: row["is_parent"] is False,
}


def test_conditions_are_those_of_the_rows(reading: CommandLine) -> None:
    rows = reading("list", "redemptions", "--json").json
    for typed, test in CONDITIONS.items():
        found = ids(reading, "redemptions", "--where", typed)
        assert found == [row["id"] for row in rows if test(row)], typed
    both = ids(reading, "redemptions", "--where", "result=FAILURE", "--where", "order_amount>=1")
    assert both == [row["id"] for row in rows if row["result"] == "FAILURE" and (row["order_amount"] or 0) >= 1]


def test_times_bound_the_rows_by_the_projects_clock(reading: CommandLine) -> None:
    reading.patch.setenv("PROMOSCOPE_TIMEZONE", "Asia/Tokyo")
    rows = reading("list", "redemptions", "--json").json
    for start, end, first, after in (
        ("-7d", "yesterday", "2026-11-15T15:00:00.000Z", "2026-11-22T15:00:00.000Z"),
        ("2026-10-01", "2026-10-31", "2026-09-30T15:00:00.000Z", "2026-10-31T15:00:00.000Z"),
        ("2026-10-01T12:00:00Z", "2026-11-01T12:00:00+09:00", "2026-10-01T12:00:00.000Z", "2026-11-01T03:00:00.000Z"),
    ):
        wanted = [row["id"] for row in rows if first <= row["created_at"] < after]
        assert ids(reading, "redemptions", "--from", start, "--to", end) == wanted != []
    days = {row["day"] for row in reading("list", "daily", "--from", "2026-11-01", "--to", "2026-11-02", "--json").json}
    assert days == {"2026-11-01", "2026-11-02"}


def test_columns_and_order(reading: CommandLine) -> None:
    rows = reading("list", "vouchers", "--columns", "balance,code", "--sort", "-balance", "--json").json
    assert {tuple(row) for row in rows} == {("balance", "code")}
    known = [row["balance"] for row in rows if row["balance"] is not None]
    assert known == sorted(known, reverse=True) != []
    assert all(row["balance"] is None for row in rows[len(known) :])
    cells = list(
        csv.reader(io.StringIO(reading("list", "vouchers", "--columns", "code,code,id", "--format", "csv").out))
    )
    assert cells[0] == ["code", "id"]
    names = [row["name"] for row in reading("list", "campaigns", "--sort", "name", "--json").json]
    assert names == sorted(names)


def test_a_derived_status_sorts_and_narrows(reading: CommandLine) -> None:
    rows = reading("list", "campaigns", "--columns", "id,status", "--sort", "-status", "--json").json
    assert [row["status"] for row in rows] == sorted((row["status"] for row in rows), reverse=True)
    narrowed = set(ids(reading, "campaigns", "--where", "status=expired"))
    assert narrowed == set(ids(reading, "campaigns", "--status", "expired")) != set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "redemtions"), "Did you mean “redemptions”"),
        (("list", "vouchers", "--columns", "id,balanse"), "Did you mean “balance”"),
        (("list", "vouchers", "--sort", "-creatd_at"), "Did you mean “created_at”"),
        (("list", "vouchers", "--where", "cod=x"), "Did you mean “code”"),
        (("list", "vouchers", "--where", "code"), "--where wants COLUMN=VALUE"),
        (("list", "vouchers", "--where", "balance=many"), "whole number"),
        (("list", "vouchers", "--where", "active=perhaps"), "true or false"),
        (("list", "campaigns", "--status", "actve"), "Did you mean “active”"),
        (("list", "vouchers", "--from", "someday"), "yesterday, -7d"),
        (("list", "vouchers", "--from", "today", "--to", "yesterday"), "ends before it begins"),
        (("list", "vouchers", "--raw", "--columns", "id"), "--raw"),
        (("list", "daily", "--raw"), "--raw"),
        (("list", "sync_windows", "--campaign", "x"), "belong to no campaign"),
        (("list", "vouchers", "--json", "--format", "csv"), "two forms"),
        (("summery", "x"), "Did you mean “summary”"),
        (("summary", "Gift Crads"), "Did you mean “Gift Cards”"),
        (("search", "x", "--kind", "vuocher"), "Did you mean “voucher”"),
        (("search", "after:someday"), "after: wants a day like 2026-11-20"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(writing: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    done = writing(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_every_table_of_the_readme_is_listed(reading: CommandLine) -> None:
    text = README.read_text(encoding="utf-8")
    section = text[text.index("| table | holds |") :].split("\n\n")[0]
    names = {name for row in section.splitlines()[2:] for name in re.findall(r"`(\w+)(?:\(.*?\))?`", row.split("|")[1])}
    assert len(names) > 20
    for name in sorted(names - {"search_index"}):
        done = reading("list", name, "--limit", "1", "--json")
        assert done.code == 0, (name, done.err)
        assert isinstance(done.json, list)
    assert reading("list", "v_campaigns", "--json").json
    documents = reading("list", "vouchers_raw", "--columns", "id,source", "--json").json
    assert {row["id"] for row in documents} == set(ids(reading, "vouchers"))


def test_declared_foreign_keys_hold(reading: CommandLine) -> None:
    with closing(sqlite3.connect(reading.database)) as cache:
        declared = cache.execute("select count(*) from sqlite_master where sql like '%references%'").fetchone()[0]
        assert declared > 20
        assert cache.execute("pragma foreign_key_check").fetchall() == []


@pytest.mark.parametrize("columns", [None, "60", "200"])
def test_tables_fit(writing: CommandLine, columns: str | None) -> None:
    reading = writing  # a search writes its index
    reading.patch.delenv("COLUMNS")
    if columns is not None:
        reading.patch.setenv("COLUMNS", columns)
    room = int(columns or 80)
    for arguments in (
        ["list", "campaigns"], ["list", "vouchers"], ["list", "redemptions"], ["list", "customers"],
        ["list", "v_rollbacks"], ["list", "changes"], ["calendar"], ["search", "Gift"],
    ):  # fmt: skip
        done = reading(*arguments)
        head, *rows = done.out.splitlines()
        assert max(cell_width(line) for line in (head, *rows)) <= room, arguments
        shown = reading(*arguments, "--json").json
        for name in re.findall(r"[a-z_]+", done.err.partition("want of room: ")[2].partition(".")[0]):
            assert name.upper() not in head.split(), arguments
        if arguments == ["list", "vouchers"]:
            # An id is never cut.
            assert [row.split()[0] for row in rows] == [row["id"] for row in shown]


def test_widths_by_hand() -> None:
    names, wide = ("id", "name", "count"), [30, 50, 5]
    assert fitting_widths(names, wide, [False, False, True], 100) == [30, 50, 5]
    assert fitting_widths(names, wide, [False, False, True], 80) == [30, 41, 5]
    assert fitting_widths(names, wide, [False, False, True], 60) == [30, 28, 0]
    assert fitting_widths(names, wide, [False, False, True], 20) == [20, 0, 0]
