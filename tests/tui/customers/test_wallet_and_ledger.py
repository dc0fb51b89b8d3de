"""What wallet, segments and ledger say of a customer: compared with the rows themselves, without the app."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from store.models import Unit
from store.queries.card_ledger import card_ledger, cards_of
from tests.support.app_host import DemoHost
from tui.campaign_kit.card_balances import BalanceChart, cards_facts
from tui.customers.context import CustomerContext
from tui.customers.load import load_customer
from tui.customers.wallet import WALLET_ROWS
from tui.kit.formatter import Formatter
from tui.kit.lists.query import ListQuery, records_of, rows_of
from tui.kit.lists.spec import ListRecord
from widgets.chart.plot import ChartSpec
from widgets.table.rows import CellText


@pytest.fixture
def context(host: DemoHost, busiest: str) -> Iterator[CustomerContext]:
    services = host.services()
    with closing(services.reader):
        loaded = load_customer(services, busiest, "")
        assert loaded is not None
        yield loaded.context


def asked(host: DemoHost, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(host.cache)) as connection:
        return connection.execute(query, values).fetchall()


def wallet(context: CustomerContext) -> list[ListRecord]:
    rows = rows_of(WALLET_ROWS, context, ListQuery()).iterate()
    return records_of(WALLET_ROWS, context, Formatter.of(context), list(rows))


def said(record: ListRecord, column: str) -> str:
    cell = next(one for one in WALLET_ROWS.columns if one.column.id == column).cell(record)
    return cell.text if isinstance(cell, CellText) else cell


def note(context: CustomerContext) -> str:
    assert WALLET_ROWS.note is not None
    return WALLET_ROWS.note(context)


WORDS = {"ACTIVE": "● active", "USED": "■ used up", "NO_BALANCE": "■ empty", "EXPIRED": "■ expired",
         "DISABLED": "✕ disabled"}  # fmt: skip


def test_the_wallet_says_what_the_api_worked_out(host: DemoHost, context: CustomerContext, busiest: str) -> None:
    found = {row.id: row for row in wallet(context)}
    told = asked(
        host, "select redeemable_id, status, holder_role from customer_redeemables where customer_id = ?", busiest
    )
    assert found.keys() == {row[0] for row in told}
    assert len({status for _, status, _ in told}) > 2
    for identity, status, role in told:
        assert (said(found[identity], "status"), said(found[identity], "holder_role")) == (WORDS[status], role)
    assert note(context).startswith("Status and balance by the wallet that the API worked out: rows · ")


def test_without_a_wallet_the_codes_own_records_are_told_and_the_price_of_asking(
    host: DemoHost, context: CustomerContext, busiest: str
) -> None:
    host.edit("delete from customer_redeemables")
    host.edit("delete from sync_states where resource = 'customer_redeemables'")
    found = {row.id: row for row in wallet(context)}
    held = dict(asked(host, "select id, balance from vouchers where holder_id = ?", busiest))
    assert found.keys() == held.keys()
    gift = asked(host, "select id, balance from vouchers where holder_id = ? and type = 'GIFT_VOUCHER' and balance > 0",
                 busiest)[0]  # fmt: skip
    assert said(found[gift[0]], "balance") == f"€{gift[1] / 100:,.2f}"
    assert "r asks the API for the wallet (" in note(context)


def test_a_later_record_of_a_code_counts_more_than_an_older_wallet(
    host: DemoHost, context: CustomerContext, busiest: str
) -> None:
    card = asked(host, "select id from vouchers where holder_id = ? and type = 'GIFT_VOUCHER' limit 1", busiest)[0][0]
    host.edit("update vouchers set balance = 777, active = 0 where id = ?", card)
    row = next(row for row in wallet(context) if row.id == card)
    assert said(row, "balance") != "€7.77"
    host.edit("update sync_states set as_of = '2027-01-01T00:00:00.000Z' where resource = 'vouchers'")
    row = next(row for row in wallet(context) if row.id == card)
    assert (said(row, "balance"), said(row, "status")) == ("€7.77", "✕ disabled")
    assert note(context).startswith("By the codes' own records; older is the wallet")


def test_the_ledger_adds_up_for_all_cards_and_names_the_tampered_movement(
    host: DemoHost, context: CustomerContext
) -> None:
    cards = context.reader.ask(cards_of, context.subject.id)
    load = cards_facts(lambda inner: inner.reader.ask(cards_of, inner.subject.id))
    fields = load(context).fields
    assert len(cards) > 4
    assert (fields[0].label, fields[0].value) == (f"{len(cards)} cards", "the movements of each add up to its balance")
    card = max(cards, key=lambda one: len(context.reader.ask(card_ledger, one).movements))
    moves = context.reader.ask(card_ledger, card).movements
    host.edit("update transactions set balance = balance + 1 where id = ?", moves[1].id)
    fields = load(context).fields
    assert fields[0].value == f"{len(cards) - 1} add up, 1 do not"
    assert f"from {moves[1].id} on the balances are not what the movements come to" in fields[1].value[0]
    assert fields[1].role == "bad"


def test_the_chart_ends_on_the_balances_that_the_cards_have(host: DemoHost, context: CustomerContext) -> None:
    for unit, kind in ((Unit.MINOR, "GIFT_VOUCHER"), (Unit.POINTS, "LOYALTY_CARD")):
        chart = BalanceChart(context, lambda inner: inner.reader.ask(cards_of, inner.subject.id), unit)
        spec = chart.load_answer(context)
        assert isinstance(spec, ChartSpec)
        assert spec.series
        balances = dict(asked(host, "select code, balance from vouchers where type = ?", kind))
        assert {one.name: one.values[-1] for one in spec.series} == {
            one.name: balances[one.name] for one in spec.series
        }
        assert all(len(one.values) == len(spec.dates) for one in spec.series)
