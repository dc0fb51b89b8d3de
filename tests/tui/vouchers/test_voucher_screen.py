"""One code's screen: every tab against a plain reading of the cached rows, in good weather and in bad."""

import json
from pathlib import Path
from typing import Any, TypeVar

import pytest

from store.ref import VOUCHER, Ref
from tests.support.app_host import (
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    press,
    screen_lines,
    screen_text,
    settle,
)  # fmt: skip
from tests.support.codes import busiest, cached, facts, one, rows
from tests.tui.kit.test_unreadable_cache import DAMAGED, damage, has, visit
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.customers.detail_screen import CustomerScreen
from tui.kit.lists.query import rows_of
from tui.kit.lists.tab import RowsTab
from tui.vouchers.read_out import ReadOutScreen
from tui.vouchers.screen import VoucherScreen
from widgets.frame.tab_bar import TabBar

Kind = TypeVar("Kind")


def opening(wanted: str) -> dict[str, Any]:
    return {"open_at": Ref(VOUCHER, wanted)}


def flat(text: str) -> str:
    """Panels and wrapped lines as running text."""
    return " ".join(text.replace("│", " ").split())


def exported(folder: Path) -> list[Path]:
    return list(folder.glob("*.csv"))


def opened(screen: object, kind: type[Kind]) -> Kind:
    assert isinstance(screen, kind)
    return screen


def shown_list(screen: VoucherScreen) -> RowsTab:
    return next(body for body in screen.query(RowsTab) if body.display)


@pytest.mark.parametrize("kind", ["loyalty", "referral"])
async def test_each_tab_has_the_rows_that_a_filter_over_all_rows_finds(demo_host: DemoHost, kind: str) -> None:
    code = busiest(demo_host, kind)
    owners = {"redemptions": "voucher_id", "publications": "voucher_id", "transactions": "voucher_id",
              "holders": "redeemable_id"}  # fmt: skip
    expected = {
        table: {row["id"]: row for row in rows(demo_host, table) if row[owner] == code}
        for table, owner in owners.items()
    }
    assert expected["redemptions"]
    async with demo_host.run(WIDE, **opening(code)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, VoucherScreen)
        tabs = [label.id for label in screen.query_one(TabBar).tabs]
        lists = [name for name in tabs if name in owners]
        assert {"redemptions", "publications"} <= set(lists)
        assert ("transactions" in tabs) == (kind in ("gift", "loyalty"))
        assert ("holders" in tabs) == (kind == "referral")
        for name in lists:
            await press(pilot, str(tabs.index(name) + 1))
            body = shown_list(screen)
            shown = {row[0] for row in rows_of(body.spec, body.context, body.asked).iterate()}
            assert shown == expected[name].keys(), name
            assert body.table.row_count == len(shown)
            assert any(identity in screen_text(pilot) for identity in shown) or not shown
        assert not [name for name, found in expected.items() if found and name not in lists]
        metadata = json.loads(one(demo_host, "select json from vouchers_raw where id = ?", code)).get("metadata") or {}
        await press(pilot, str(tabs.index("metadata") + 1))
        assert all(key in screen_text(pilot) for key in metadata)


async def test_a_rollback_and_the_redemption_it_undoes_name_each_other(demo_host: DemoHost) -> None:
    with cached(demo_host) as connection:
        rollback = connection.execute(
            "select r.* from redemptions r join vouchers v on v.id = r.voucher_id where r.undone_redemption_id is not"
            " null and r.result = 'SUCCESS' order by r.id limit 1"
        ).fetchone()
    async with demo_host.run(WIDE, **opening(rollback["voucher_id"])) as (_, pilot):
        await press(pilot, "2")
        lines = screen_lines(pilot)
        of = {row: next(line for line in lines if f"{sign}{row}" in line.replace("▌", " ")) for sign, row in
              ((" ", rollback["id"]), (" ", rollback["undone_redemption_id"]))}  # fmt: skip
        assert f"undoes {rollback['undone_redemption_id']}" in of[rollback["id"]]
        assert any(f"undone by {rollback['id']}" in line for line in lines)


async def test_rules_are_the_campaigns_and_the_codes_own_and_no_others(demo_host: DemoHost) -> None:
    code = busiest(demo_host, "coupon")
    campaign = one(demo_host, "select campaign_id from vouchers where id = ?", code)
    other = one(demo_host, "select id from vouchers where campaign_id = ? and id <> ?", campaign, code)
    rules = [row for row in rows(demo_host, "validation_rules") if row["name"]]
    taken = {row["rule_id"] for row in rows(demo_host, "validation_rules_assignments")
             if row["related_object_id"] == campaign}  # fmt: skip
    free = [row for row in rules if row["id"] not in taken]
    for number, (target, rule) in enumerate(((code, free[0]), (other, free[1]))):
        demo_host.edit(
            "insert into validation_rules_assignments (id, rule_id, related_object_id, related_object_type)"
            " values (?, ?, ?, 'voucher')",
            f"asgm_{number}", rule["id"], target,
        )  # fmt: skip
    expected = taken | {free[0]["id"]}
    async with demo_host.run(WIDE, **opening(code)) as (app, pilot):
        assert f"Rules {len(expected)}" in screen_lines(pilot)[2]
        await press(pilot, str([label.id for label in app.screen.query_one(TabBar).tabs].index("rules") + 1))
        text = flat(screen_text(pilot))
        assert f"{len(expected)} rule" in text
        assert free[0]["name"].split()[0] in text
        assert f"voucher {one(demo_host, 'select code from vouchers where id = ?', code)}" in text


async def test_who_holds_it_is_masked_until_revealed_in_panels_and_json(demo_host: DemoHost) -> None:
    with cached(demo_host) as connection:
        code, name, email = connection.execute(
            "select v.id, c.name, c.email from vouchers v join customers c on c.id = v.holder_id"
            " where c.name like '% %' and c.name not glob '*[^A-Za-z ]*' order by v.id limit 1"
        ).fetchone()
    holder = {"object": "customer", "name": name, "email": email}
    raw = json.loads(one(demo_host, "select json from vouchers_raw where id = ?", code))
    demo_host.edit("update vouchers_raw set json = ? where id = ?", json.dumps({**raw, "holder": holder}), code)
    demo_host.online = False
    async with demo_host.run(WIDE, **opening(code)) as (_, pilot):
        text = screen_text(pilot)
        assert name not in text
        assert email not in text
        assert "masked, v reveals" in text
        await press(pilot, "J")
        assert name not in screen_text(pilot)
        await press(pilot, "escape", "v")
        assert name in screen_text(pilot)
        assert email in screen_text(pilot)
        assert "v mask" in screen_lines(pilot)[-1]
        await press(pilot, "v", "2")
        assert name not in screen_text(pilot)
        await press(pilot, "o", "2")
        customer = opened(pilot.app.screen, CustomerScreen)
        customer.query_one(TabBar).choose("wallet")
        await settle(pilot)
        await press(pilot, "c")
        holder_id = opened(pilot.app.screen, VoucherScreen).context.values["holder_id"]
        assert holder_id == customer.context.subject.id


async def test_a_code_known_by_its_redemptions_alone_says_what_is_missing_and_the_price(
    demo_host: DemoHost,
) -> None:
    code = busiest(demo_host, "coupon")
    redeemed = sum(row["voucher_id"] == code for row in rows(demo_host, "redemptions"))
    demo_host.edit("delete from vouchers where id = ?", code)
    demo_host.edit("delete from vouchers_raw where id = ?", code)
    async with demo_host.run((110, 60), **opening(code)) as (app, pilot):
        assert "status not known" in screen_lines(pilot)[1]
        text = flat(screen_text(pilot))
        assert "Its own record is not cached: what it gives, its dates and its limits are not known." in text
        assert "Uses – its own record is not cached" in text
        assert "The code not cached:" in text
        assert "r reads this code alone (3 calls at least)" in text
        assert "r refresh" in screen_lines(pilot)[-1]
        assert f"2 Redemptions {redeemed}" in screen_lines(pilot)[2]
        await press(pilot, "b")
        assert isinstance(app.screen, ReadOutScreen)
        await press(pilot, "b", "escape", "r")
        assert "not cached" not in flat(screen_text(pilot))
        assert [row["id"] for row in rows(demo_host, "vouchers") if row["id"] == code] == [code]
    demo_host.edit("delete from vouchers where id = ?", code)
    demo_host.online = False
    assert "`promoscope sync --campaign` reads its campaign's rows (up to about" in facts(demo_host, code)


async def test_a_code_that_nothing_names_says_so_and_keys_about_it_are_not_offered(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, **opening("NO/SUCH %#")) as (app, pilot):
        assert has(screen_text(pilot), "Nothing in the cache has this code or id.")
        assert "1 call" in screen_text(pilot)
        assert all(key not in screen_lines(pilot)[-1] for key in ("b big", "r refresh", "J JSON", "o links"))
        await press(pilot, "b", "o", "r", "v", "J", "y")
        assert isinstance(app.screen, VoucherScreen)


async def test_hostile_codes_open_and_do_nothing(
    demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    codes = ["[@click=app.quit]x[/]\x1b[2J\x1b]52;c;AA\x07\r\n", "\u202eevil\u2066/%2F#?& ", "  ", "x" * 10_000]
    ids = [row["id"] for row in rows(demo_host, "vouchers")[: len(codes)]]
    for code, identity in zip(codes, ids, strict=True):
        demo_host.edit("update vouchers set code = ? where id = ?", code, identity)
    async with demo_host.run(NARROW) as (app, pilot):
        for code, identity in zip(codes, ids, strict=True):
            app.open_ref(Ref(VOUCHER, code))
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, VoucherScreen)
            assert screen.context.subject.id == identity
            assert_harmless(screen_text(pilot))
            await press(pilot, "b")
            large = screen_text(pilot)
            assert_harmless(large)
            assert f"{len(code):,} characters" in large
            assert ("too many" in large) == (len(code) == 10_000)
            await press(pilot, "b")
            assert_harmless(screen_text(pilot))
            assert ("too many for a QR code here" in flat(screen_text(pilot))) == (len(code) == 10_000)
            if code == codes[0]:
                await press(pilot, "y")
                assert_harmless(app.clipboard)
            app.pop_screen()
        await press(pilot, "2", "e", "enter")
        assert_harmless(screen_text(pilot))
    assert exported(tmp_path)


async def test_a_damaged_cache_is_said_by_every_tab(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, **opening(busiest(demo_host, "gift"))) as running:
        damage(demo_host.cache)
        await press(running[1], "ctrl+r")
        for text in await visit(running):
            assert has(text, DAMAGED), text
        await press(running[1], "b", "escape", "escape")
        assert not isinstance(running[0].screen, VoucherScreen)


async def test_a_code_is_opened_from_lists_of_its_campaign_and_leads_back(demo_host: DemoHost) -> None:
    code = busiest(demo_host, "coupon")
    campaign = one(demo_host, "select campaign_id from vouchers where id = ?", code)
    async with demo_host.run(NARROW, open_campaign=campaign) as (app, pilot):
        assert "c code" not in screen_lines(pilot)[-1]
        for tab, table in (("vouchers", "vouchers"), ("redemptions", "redemptions")):
            bar = app.screen.query_one(TabBar)
            bar.choose(tab)
            await settle(pilot)
            row = next(body for body in app.screen.query(RowsTab) if body.display).table.cursor_row
            assert row is not None
            column = "id" if table == "vouchers" else "voucher_id"
            expected = one(demo_host, f"select {column} from {table} where id = ?", row.id)
            if tab == "vouchers":
                assert "c code" in screen_lines(pilot)[-1]
            await press(pilot, "c")
            if expected is None:
                assert "This row names no code." in screen_text(pilot)
                continue
            assert opened(app.screen, VoucherScreen).context.subject.id == expected
            if tab == "vouchers":
                await press(pilot, "o", "1")
                assert opened(app.screen, CampaignDetailScreen).context.campaign.id == campaign
                await press(pilot, "escape", "escape")
                opened(app.screen, CampaignDetailScreen)
