"""What is said of one code, without the app: status, reasons, balance, what is not cached."""

import json
from contextlib import closing
from dataclasses import replace

import pytest

from store.queries.activity import VOUCHER_SOURCES, read_activity
from store.queries.reader import Reader
from store.queries.vouchers import voucher_called
from store.ref import CAMPAIGN, VOUCHER, Ref
from tests.support.app_host import DemoHost
from tests.support.codes import busiest, facts, one, rows
from tests.support.syncing import ZONE
from tui.shell.rooms import ref_of
from tui.vouchers.lists import PUBLICATION_ROWS, worded
from tui.vouchers.load import load_voucher


def put_in_force(host: DemoHost, code: str) -> None:
    host.edit(
        "update vouchers set active = 1, start_date = null, expiration_date = null, redemption_quantity = null,"
        " missing_since = null where id = ?", code,
    )  # fmt: skip


REASONS = {
    "switched off": ("active = 0", "✕ disabled", "It is switched off."),
    "expired": (
        "expiration_date = '2026-11-20T11:00:00.000Z'", "■ expired", "It expired 20 Nov 2026 12:00 Europe/Warsaw."
    ),
    "later": (
        "start_date = '2026-12-01T00:00:00.000Z'", "○ starts in 8 d", "It begins 1 Dec 2026 01:00 Europe/Warsaw."
    ),
    "used up": (
        "redemption_quantity = 3, redeemed_quantity = 3", "■ used up", "All of its 3 uses are made."
    ),
    "odd date": (
        "expiration_date = 'soon (not a date)'", "⚠ unknown", "A date of it cannot be read: end soon (not a date)."
    ),
    "gone": (
        "missing_since = '2026-11-22T08:00:00.000Z'", "† gone",
        "The API no longer returns it since 22 Nov 2026 09:00 Europe/Warsaw.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REASONS)
def test_a_status_comes_with_its_reason_on_the_projects_clock(demo_host: DemoHost, case: str) -> None:
    change, status, why = REASONS[case]
    code = busiest(demo_host, "coupon")
    put_in_force(demo_host, code)
    before = facts(demo_host, code)
    demo_host.edit(f"update vouchers set {change} where id = ?", code)
    after = facts(demo_host, code)
    assert "Status ● active" in before
    assert f"Status {status}" in after
    assert why in after
    assert why not in before


def test_a_deleted_code_says_who_deleted_it_and_that_its_campaign_is_off(demo_host: DemoHost) -> None:
    code = busiest(demo_host, "coupon")
    campaign = one(demo_host, "select campaign_id from vouchers where id = ?", code)
    put_in_force(demo_host, code)
    demo_host.edit(
        "insert into trash_bin (id, created_at, resource_id, resource_type, deleted_by_user_id)"
        " values ('tbe_9', '2026-11-22T08:30:00.000Z', ?, 'voucher', 'user_7')", code,
    )  # fmt: skip
    demo_host.edit("insert into trash_bin_raw (id, json, source) values ('tbe_9', '{}', 'api')")
    raw = json.loads(one(demo_host, "select json from campaigns_raw where id = ?", campaign))
    dates = {"start_date": None, "expiration_date": None, "active": False}
    demo_host.edit("update campaigns_raw set json = ? where id = ?", json.dumps({**raw, **dates}), campaign)
    text = facts(demo_host, code)
    services = demo_host.services()
    with closing(services.reader):
        loaded = load_voucher(services, code, reveal=False)
        assert loaded is not None
        assert loaded.header[2] == ("It was deleted by user_7, 22 Nov 2026 09:30 Europe/Warsaw.", "warn")
    assert "It was deleted by user_7, 22 Nov 2026 09:30 Europe/Warsaw." in text
    assert "Its campaign is disabled." in text
    with closing(Reader(demo_host.cache, ZONE, demo_host.project.clock)) as reader:
        told = reader.ask(read_activity, VOUCHER_SOURCES, code, reader.now())
    assert [entry.detail for entry in told if entry.title == "Voucher deleted"] == [f"{code} by user_7"]


def test_balance_and_use_are_those_of_the_row(demo_host: DemoHost) -> None:
    code = busiest(demo_host, "gift")
    demo_host.edit(
        "update vouchers set balance = 123456, amount = 200000, redeemed_amount = 76544, redeemed_quantity = 4,"
        " redemption_quantity = 6, publish_count = 2, active = 1 where id = ?", code,
    )  # fmt: skip
    text = facts(demo_host, code).splitlines()
    for told in ("Balance €1,234.56", "Given so far €2,000.00", "Redeemed €765.44", "Used 4 times",
                 "May be used 6 times", "Left 2 times", "Published 2"):  # fmt: skip
        assert told in text, told
    assert any(line.startswith("Ledger") and "do not add up" in line for line in text)


def test_codes_without_a_campaign_name_the_command_that_reads_them(demo_host: DemoHost) -> None:
    code = busiest(demo_host, "coupon")
    demo_host.edit("update vouchers set campaign_id = null, campaign = null where id = ?", code)
    demo_host.edit("delete from sync_states where resource in ('redemptions', 'publications')")
    demo_host.edit("delete from publications where voucher_id = ?", code)
    demo_host.online = False
    text = facts(demo_host, code)
    assert "Campaign none" in text
    assert "`promoscope sync --all` reads the project's lists" in text
    services = demo_host.services()
    with closing(services.reader):
        loaded = load_voucher(services, code, reveal=False)
        assert loaded is not None
        assert worded(PUBLICATION_ROWS, replace(loaded.context, online=False)).empty == (
            "No publications are synced yet. `promoscope sync --all` fetches the project's lists."
        )


def test_of_several_records_with_one_code_the_newest_that_is_there_is_meant(demo_host: DemoHost) -> None:
    first, second, third = (row["id"] for row in rows(demo_host, "vouchers")[:3])
    for identity, made, gone in ((first, "2026-01-01", None), (second, "2026-03-01", None), (third, "2026-05-01", "2")):
        demo_host.edit(
            "update vouchers set code = 'TWICE', created_at = ?, missing_since = ? where id = ?", made, gone, identity
        )
    with closing(Reader(demo_host.cache, ZONE, demo_host.project.clock)) as reader:
        found = reader.ask(voucher_called, "TWICE")
        assert found is not None
        assert found.id == second
        assert found.namesakes == (first, third)
        by_id = reader.ask(voucher_called, third)
        assert by_id is not None
        assert by_id.id == third
        assert reader.ask(voucher_called, "twice") is None


def test_the_command_line_names_codes_by_their_kind() -> None:
    assert ref_of("voucher:A/B:C") == Ref(VOUCHER, "A/B:C")
    assert ref_of("A/B").kind == CAMPAIGN
