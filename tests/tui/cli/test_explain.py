"""`promoscope explain`: every way to name a thing, both forms, masks, and reading what is missing."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from store.explain.answer import Attempt, Result, Verdict
from store.explain.circumstances import Circumstances
from store.explain.explain import explain
from store.ref import Ref
from store.sandbox.world import World
from tests.support.app_host import assert_harmless
from tests.support.syncing import ZONE
from tests.tui.cli.harness import NOW, CommandLine, serving
from widgets.text import cell_width

ABOUT = Circumstances(NOW, ZONE, currency="EUR")
UNPROVED = {"not_found"}
"""What was typed stands in the call alone, which the made-up shop has not logged."""


def one(cache: Path, query: str) -> str:
    with closing(sqlite3.connect(cache)) as connection:
        found: str = connection.execute(query).fetchone()[0]
    return found


def refused(cache: Path, key: str) -> str:
    return one(cache, f"select max(id) from redemptions where failure_code = '{key}' and voucher_id is not null")


def test_each_refusal_of_the_made_up_shop_is_proved_by_the_cache(full_cache: Path) -> None:
    """The sandbox gives a reason only where its records bear it out: the explanation finds it again."""
    proved, all_of = Counter[str](), Counter[str]()
    with closing(sqlite3.connect(full_cache)) as connection:
        rows = connection.execute(
            "select id, failure_code from redemptions where failure_code is not null"
            " and object is not 'redemption_rollback' order by id"
        ).fetchall()
        for identity, key in rows[::2]:
            told = explain(connection, Ref("redemption", identity), Attempt(), ABOUT)
            assert (told.verdict, told.failure_code) == (Verdict.REFUSED, key)
            all_of[key] += 1
            if "the API says" not in told.sentence and told.evidence[0].result is Result.NOT_MET:
                proved[key] += 1
    assert len(all_of) >= 8
    assert {key for key, number in all_of.items() if proved[key] < number} <= UNPROVED


def test_text_is_of_eighty_columns_and_says_why(reading: CommandLine, full_cache: Path) -> None:
    identity = refused(full_cache, "quantity_exceeded")
    found = reading("explain", identity)
    assert found.code == 0
    lines = found.out.splitlines()
    assert max(map(cell_width, lines)) <= 80
    assert lines[0].startswith("✕ Refused  quantity_exceeded")
    assert "could not redeem code" in lines[1]
    assert any(line.startswith("✕ the code has a use left") for line in lines)
    assert any(identity in line for line in lines)


def test_json_has_the_one_form(reading: CommandLine, full_cache: Path) -> None:
    identity = refused(full_cache, "order_rules_violated")
    found = reading("explain", identity, "--json").json
    assert found["subject"] == {"kind": "redemption", "id": identity}
    assert (found["verdict"], found["failure_code"]) == ("refused", "order_rules_violated")
    assert sum(found["counts"].values()) == len(found["evidence"])
    assert found["paste"].startswith(found["sentence"])


def test_every_way_to_name_a_thing(reading: CommandLine, full_cache: Path) -> None:
    code = one(full_cache, "select min(code) from vouchers where code glob '[A-Z]*-*'")
    customer = one(full_cache, "select customer_id from redemptions where failure_code is not null and customer_id"
                               " is not null limit 1")  # fmt: skip
    email = one(full_cache, f"select email from customers where id = '{customer}'")
    campaign = one(full_cache, "select name from campaigns where name glob '[A-Z]*' and id in"
                               " (select campaign_id from redemptions where failure_code <> '') limit 1")  # fmt: skip
    publication = one(full_cache, "select min(id) from publications where result = 'FAILURE'")
    kinds = {
        code: "voucher", f"customer:{customer}": "customer", email: "customer", f"campaign:{campaign}": "campaign",
        publication: "publication", "voucher_expired": "failure_code", "failure_code:brand_new": "failure_code",
    }  # fmt: skip
    for wanted, kind in kinds.items():
        assert reading("explain", wanted, "--json").json["subject"]["kind"] == kind, wanted


def test_an_attempt_is_assumed_of_a_code(reading: CommandLine, full_cache: Path) -> None:
    code = one(full_cache, "select code from vouchers v where active = 1 and campaign_id in (select related_object_id"
                           " from validation_rules_assignments a join validation_rules_raw r on r.id = a.rule_id"
                           " where r.json like '%\"order.amount\"%') limit 1")  # fmt: skip
    small, large = (
        [one["then"] for one in reading("explain", code, "--order", amount, "--json").json["evidence"]
         if one["claim"].startswith("order amount before discounts")]
        for amount in ("0.01", "1,000,000.00")
    )  # fmt: skip
    assert (small, large) == (["€0.01"], ["€1,000,000.00"])
    later = reading("explain", code, "--at", "2031-01-01T09:30", "--json").json
    assert "1 Jan 2031 09:30" in later["sentence"]


def test_names_are_masked_until_they_are_revealed(reading: CommandLine, full_cache: Path) -> None:
    query = (
        "select {} from redemptions r join customers c on c.id = r.customer_id"
        " where r.failure_code is not null and c.email glob '[a-z]*@*' order by r.id limit 1"
    )
    identity, email = one(full_cache, query.format("r.id")), one(full_cache, query.format("c.email"))
    assert email not in reading("explain", identity).out
    assert email in reading("explain", identity, "--reveal").out


@pytest.mark.parametrize(("arguments", "said"), [
    (("nothing-like-this",), "Nothing that is cached is called “nothing-like-this”. --online asks the API for it."),
    (("CODE", "--order", "much"), "“much” is no amount. Type 50 or 1,250.00."),
    (("CODE", "--at", "soon"), "--at takes 2026-11-30"),
    (("campaign:none",), "There is no campaign “none” in the cache."),
])  # fmt: skip
def test_what_is_wrong_is_said(reading: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    found = reading("explain", *arguments)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_outside_text_does_not_act(reading: CommandLine, full_cache: Path) -> None:
    hostile = one(full_cache, "select id from vouchers where code like '%' || char(27) || '%'"
                              " or code like '[%' or code like '=%' limit 1")  # fmt: skip
    assert_harmless(reading("explain", f"voucher:{hostile}").out)


def test_online_reads_what_is_missing_and_offline_says_so(cli: CommandLine, world: World) -> None:
    assert cli("sync").code == 0
    wanted = one_refused(world)
    assert cli("explain", wanted).code == 2
    found = cli("explain", wanted, "--online", "--json")
    assert found.code == 0
    assert found.err.count("Asking the API, 1 call") == 3, "the redemption, its code, its customer"
    told = json.loads(found.out)
    assert told["verdict"] == "refused"
    assert cli("explain", wanted, "--online").err.count("Asking the API") == 0, "all of it is cached now"
    cli.point_at("http://127.0.0.1:9")
    missing = cli("explain", "rf_0123456789abcdef", "--online")
    assert (missing.code, missing.out) == (2, ""), "the cache belongs to another address"
    cli.patch.delenv("VOUCHERIFY_APP_ID")
    assert "No API keys" in cli("explain", "rf_0123456789abcdef", "--online").err


def one_refused(world: World) -> str:
    """The id of a refused redemption of a code that has a customer."""
    sheet = world.tables["redemptions"]
    keys = zip(sheet.column("id"), sheet.column("failure_code"), sheet.column("customer_id"), strict=True)
    return str(next(key for key, code, customer in keys if code == "order_rules_violated" and customer))


def test_without_a_connection_the_cache_answers_and_the_exit_code_says_to_try_again(
    cli: CommandLine, world: World
) -> None:
    with serving(world, cli.clock) as (url, _):
        cli.point_at(url)
        assert cli("sync").code == 0
        wanted = one_refused(world)
        assert cli("search", wanted, "--ask").code == 0
    known = cli("explain", wanted, "--online", "--json")
    assert known.code == 3, "its code is not cached and could not be read"
    assert known.json["verdict"] == "refused"
    assert "This is what the cache has." in known.err
    unknown = cli("explain", "rf_0123456789abcdef", "--online")
    assert (unknown.code, unknown.out) == (3, "")
