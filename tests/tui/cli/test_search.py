"""`promoscope search`: hits as a table and as JSON, masked, and what is not cached asked for when that is wanted."""

import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store.sandbox.world import World
from store.sync.lookup import lookup_of
from tests.tui.cli.harness import CommandLine


def one(database: Path, query: str) -> tuple[Any, ...]:
    with sqlite3.connect(database) as connection:
        row: tuple[Any, ...] = connection.execute(query).fetchone()
    return row


def test_a_code_is_found_in_any_capitals(writing: CommandLine) -> None:
    identity, code, campaign = one(
        writing.database, "select id, code, campaign from vouchers where code <> lower(code)"
    )
    found = writing("search", code.lower(), "--kind", "voucher", "--json")
    (hit,) = (hit for hit in found.json["hits"] if hit["match"] == "exact")
    assert (hit["kind"], hit["id"], hit["label"], hit["campaign"], hit["field"]) == (
        "voucher", identity, code, campaign, "code",
    )  # fmt: skip
    assert (found.code, found.json["lacks"]) == (0, "")
    table = writing("search", identity)
    assert table.out.splitlines()[0].split() == ["KIND", "LABEL", "ID", "STATUS", "CAMPAIGN", "DATE", "MATCH"]
    assert identity in table.out


def test_people_are_masked_unless_they_are_revealed(writing: CommandLine) -> None:
    identity, name, email = one(
        writing.database, "select id, name, email from customers where trim(name) glob '[A-Z]*' and email like '%@%'"
    )
    masked = writing("search", email)
    assert identity in masked.out
    assert name not in masked.out
    assert email not in masked.out + masked.err
    assert name in writing("search", email, "--reveal").out
    ticket = writing("search", f"Who is {email}?\nAnd {identity}?")
    assert email not in ticket.out
    assert "2 references, 2 of them cached." in ticket.err
    assert email in writing("search", f"Who is {email}?\nAnd {identity}?", "--reveal").out


def test_a_ticket_may_come_by_stdin(writing: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = one(writing.database, "select code from vouchers where code glob '[A-Z]*-[A-Z0-9]*'")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"code {code} refused\nand cust_00000000nobody"))
    found = writing("search", "-", "--json")
    assert [(one["text"], bool(one["hits"])) for one in found.json["references"]] == [
        (code, True), ("cust_00000000nobody", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--kind", "planet"), "There is no kind “planet”"),
        (("after:soon",), "after: wants a day like 2026-11-20"),
        (("x campaign:Nowhere",), "No cached campaign is called “Nowhere”"),
    ],
)
def test_what_cannot_be_searched_is_refused(writing: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    refused = writing("search", *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_what_is_not_cached_is_asked_for_when_wanted(cli: CommandLine, world: World) -> None:
    assert cli("sync", "--json").code == 0
    vouchers, redemptions = world.tables["vouchers"], world.tables["redemptions"]
    code = next(code for code in vouchers.column("code") if code.isalnum())
    priced = cli("search", code)
    assert f"Not cached: --ask asks the API, 1 call (GET /v1/vouchers/{code})." in priced.err
    (calls,) = one(cli.database, "select count(*) from vouchers")
    assert calls == 0, "nothing is asked before it is wanted"
    found = cli("search", code, "--ask", "--json")
    assert [hit["label"] for hit in found.json["hits"] if hit["kind"] == "voucher"] == [code]
    assert "Not cached" not in cli("search", code).err
    for wanted in (redemptions.column("id")[0], world.tables["customers"].column("id")[0]):
        hits = cli("search", wanted, "--ask", "--json").json["hits"]
        assert wanted in [hit["id"] for hit in hits]
    (state,) = one(cli.database, "select count(*) from sync_states where resource = 'customers' and as_of is not null")
    assert state == 0, "a record more does not make its list read"
    unknown = cli("search", "cust_00000000nobody", "--ask")
    assert "The API does not know it either." in unknown.err
    assert unknown.code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SUMMER 20/1%", "GET /v1/vouchers/SUMMER%2020%2F1%25"),
        ("v_0123456789", "GET /v1/vouchers/v_0123456789"),
        ("cust_0123456789", "GET /v1/customers/cust_0123456789"),
        ("rf_0123456789", "GET /v1/redemptions/rf_0123456789"),
        ("Anna@Example.com", "GET /v1/customers?email=Anna@Example.com"),
        ("..", "GET /v1/vouchers/%2E%2E"),
        ("camp_0123456789", None), ("ord_0123456789", None), ("", None), ("a\nb", None), ("x" * 201, None),
    ],
)  # fmt: skip
def test_which_call_finds_what(text: str, words: str | None) -> None:
    found = lookup_of(text)
    assert (found.words if found else None) == words
