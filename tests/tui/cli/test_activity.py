"""`promoscope activity` and `promoscope ledger`: the world's own events and movements, by any name."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import pytest

from store.sandbox.world import World
from tests.tui.cli.harness import CommandLine
from tests.tui.cli.test_list import acts

KEYS = ["id", "created_at", "type", "category", "campaign_id", "campaign", "voucher_code", "group_id", "channel", "by",
        "summary", "customer_id"]  # fmt: skip


@pytest.fixture(scope="module")
def customer(world: World) -> str:
    """Who did most."""
    found = Counter(world.tables["customer_activity"].column("customer_id"))
    return str(min(found, key=lambda one: (-found[one], one)))


@pytest.fixture(scope="module")
def events(world: World, customer: str) -> list[dict[str, Any]]:
    """All that happened to them, newest first."""
    table = world.tables["customer_activity"]
    found = [table.document(i) for i, one in enumerate(table.column("customer_id")) if one == customer]
    return sorted(found, key=lambda one: (one["created_at"].replace("Z", ".0Z")[:24], one["id"]), reverse=True)


def test_rows_are_the_worlds_events_in_the_documented_shape(
    writing: CommandLine, events: list[dict[str, Any]], customer: str
) -> None:
    done = writing("activity", customer, "--format", "json")
    assert done.code == 0
    assert "Asks the API: 2 calls at least" in done.err
    assert f"All {len(events):,} events" in done.err
    rows = done.json
    assert [list(row) for row in rows] == [KEYS] * len(events)
    assert {row["id"]: (row["type"], row["group_id"]) for row in rows} == {
        one["id"]: (one["type"], one["group_id"]) for one in events
    }
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
    assert {row["category"] for row in rows} == {None}
    assert {row["customer_id"] for row in rows} == {customer}


def test_filters_leave_what_they_say(writing: CommandLine, customer: str) -> None:
    whole = writing("activity", customer, "--format", "json").json

    def rows(*arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = writing("activity", customer, "--offline", "--format", "json", *arguments).json
        return found

    campaign = Counter(row["campaign_id"] for row in whole if row["campaign_id"]).most_common(1)[0][0]
    assert rows("-C", campaign) == [row for row in whole if row["campaign_id"] == campaign]
    kinds = ("customer.order.paid", "customer.redemption.failed")
    assert rows("-T", "order.paid", "--type", kinds[1]) == [row for row in whole if row["type"] in kinds]
    day = whole[len(whole) // 2]["created_at"][:10]
    assert rows("--from", day, "--to", day) == [row for row in whole if row["created_at"][:10] == day]
    assert rows("--limit", "7") == whole[:7]
    learnt = writing("activity", customer, "--category", "action", "--format", "json").json
    assert learnt
    assert {row["category"] for row in learnt} == {"ACTION"}
    effects = rows("--category", "effect")
    assert {row["id"] for row in learnt} | {row["id"] for row in effects} == {row["id"] for row in whole}


def test_other_forms_carry_the_same_events(writing: CommandLine, customer: str, events: list[dict[str, Any]]) -> None:
    raw = writing("activity", customer, "--raw", "--format", "jsonl")
    documents = [json.loads(line) for line in raw.out.splitlines()]
    assert sorted(documents, key=lambda one: one["id"]) == sorted(events, key=lambda one: one["id"])
    table = writing("activity", customer, "--offline", "--limit", "3")
    assert len(table.out.splitlines()) == 4
    assert "Only the newest 3 events" in table.err
    assert not acts(table.out)
    csv = writing("activity", customer, "--offline", "--format", "csv")
    assert csv.out.splitlines()[0] == ",".join(KEYS)
    assert writing("activity", customer, "--raw", "--format", "csv").code == 2


def test_offline_asks_nobody_and_says_what_it_holds(writing: CommandLine, customer: str) -> None:
    writing.patch.delenv("VOUCHERIFY_APP_ID")
    writing.point_at("http://127.0.0.1:9")
    done = writing("activity", customer, "--offline", "--format", "json")
    assert (done.code, done.out) == (0, '{"format":1,"rows":[]}\n'), done.err
    assert "It is not synced yet." in done.err
    assert "No API keys" in writing("activity", customer).err


def test_a_server_that_is_not_there_is_said(cli: CommandLine) -> None:
    cli.point_at("http://127.0.0.1:9")
    done = cli("activity", "cust_1")
    assert (done.code, done.out) == (3, "")
    assert "The connection to Voucherify failed" in done.err


def test_a_customer_is_asked_for_who_is_not_cached(cli: CommandLine, world: World) -> None:
    people = world.tables["customers"]
    source = next(one for one in people.column("source_id") if one and "/" in one)
    done = cli("activity", source, "--limit", "1", "--format", "json")
    assert (done.code, len(done.json)) == (0, 1)
    unknown = cli("activity", "nobody@example.com")
    assert (unknown.code, unknown.out) == (2, "")
    assert "The API knows no customer “nobody@example.com”" in unknown.err
    assert cli("activity", " ").code == 2
    assert "There is no customer" in cli("activity", "cust_x", "--offline").err


def test_two_customers_of_one_address_are_told_apart(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as cache, cache:
        ids = [row[0] for row in cache.execute("select id from customers order by id limit 2")]
        cache.execute("update customers set email = 'two@example.com' where id in (?, ?)", ids)
    done = writing("activity", "two@example.com", "--offline")
    assert done.code == 2
    assert f"2 customers are called “two@example.com”: {', '.join(ids)}." in done.err


def test_ledger_of_a_card_and_of_a_customer(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as cache:
        query = (
            "select v.code, v.holder_id, v.balance from vouchers v where v.type = 'LOYALTY_CARD' and v.holder_id"
            " is not null order by (select count(*) from transactions t where t.voucher_id = v.id) desc limit 1"
        )
        code, holder, balance = cache.execute(query).fetchone()
    done = writing("ledger", code, "--json")
    assert list(done.json) == ["card", "unit", "movements", "adds_up", "first_gap"]
    assert (done.json["card"], done.json["unit"], done.json["adds_up"], done.json["first_gap"]) == (
        code, "points", True, None,
    )  # fmt: skip
    moves = done.json["movements"]
    assert {tuple(move) for move in moves} == {("id", "at", "type", "change", "balance", "recomputed")}
    assert moves[-1]["recomputed"] == balance == sum(move["change"] for move in moves)
    of_holder = writing("ledger", holder, "--json").json
    assert of_holder["customer"] == holder
    assert done.json in of_holder["cards"]
    assert f"{code}: {len(moves)} movements add up to the balance." in writing("ledger", code).err
    with closing(sqlite3.connect(writing.database)) as cache, cache:
        cache.execute("update transactions set amount = amount - 1 where id = ?", (moves[2]["id"],))
    tampered = writing("ledger", code, "--json")
    assert (tampered.json["adds_up"], tampered.json["first_gap"]) == (False, moves[2]["id"])
    assert moves[2]["id"] in tampered.err
    assert "differs" in writing("ledger", code).out
    assert writing("ledger", "nothing-so-called").code == 2
