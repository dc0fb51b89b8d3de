"""Codes of a synced cache in tests: plain readings of its rows, and what their panels say without the app."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.support.app_host import DemoHost
from tui.vouchers import panels
from tui.vouchers.load import load_voucher

BUSIEST = (
    "select v.id from vouchers v join redemptions r on r.voucher_id = v.id where v.type = ? and v.{more}"
    " group by v.id order by count(*) desc, v.id limit 1"
)
KINDS = {
    "coupon": ("DISCOUNT_VOUCHER", "is_referral_code is not 1"),
    "gift": ("GIFT_VOUCHER", "balance is not null"),
    "loyalty": ("LOYALTY_CARD", "balance is not null"),
    "referral": ("DISCOUNT_VOUCHER", "is_referral_code = 1"),
}


@contextmanager
def cached(host: DemoHost) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(host.cache)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def one(host: DemoHost, query: str, *values: Any) -> Any:
    with cached(host) as connection:
        return connection.execute(query, values).fetchone()[0]


def rows(host: DemoHost, table: str) -> list[dict[str, Any]]:
    with cached(host) as connection:
        return [dict(row) for row in connection.execute(f"select * from {table}")]


def busiest(host: DemoHost, kind: str) -> str:
    wanted, more = KINDS[kind]
    found: str = one(host, BUSIEST.format(more=more), wanted)
    return found


def facts(host: DemoHost, wanted: str) -> str:
    """What the panels of a code say, without the app."""
    services = host.services()
    with closing(services.reader):
        loaded = load_voucher(services, wanted, reveal=False)
        assert loaded is not None
        context = loaded.context
        shown = [panels.code_facts(context), panels.use_facts(context), panels.owner_facts(context),
                 *([panels.balance_facts(context)] if context.is_card else []), panels.coverage(context)]  # fmt: skip
    lines = []
    for field in (field for panel in shown for field in panel.fields):
        value = field.value if isinstance(field.value, str) else " ".join(field.value)
        lines.append(f"{field.label} {value} {field.substitute}".strip())
    return "\n".join([*lines, *(panel.empty_note for panel in shown if not panel.fields)])
