"""Rows narrowed to one campaign, customer, voucher or order: what a filter over all rows finds, and how fresh it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.queries.freshness import data_state, list_state
from store.queries.gaps import column_gaps
from store.queries.reader import Reader
from store.queries.rows import RowList, RowView
from store.queries.views import (
    ATTEMPTS,
    CODES,
    CUSTOMERS,
    DISTRIBUTIONS,
    HOLDERS,
    PENDING_POINTS,
    POINTS_EXPIRATION,
    PUBLICATIONS,
    TRANSACTIONS,
)
from store.ref import CAMPAIGN, CUSTOMER, ORDER, VOUCHER, Ref
from tests.support.syncing import ZONE, Project

COLUMNS: list[tuple[RowView, str, str]] = [
    (ATTEMPTS, CAMPAIGN, "campaign_id"), (ATTEMPTS, CUSTOMER, "customer_id"), (ATTEMPTS, VOUCHER, "voucher_id"),
    (ATTEMPTS, ORDER, "order_id"), (PUBLICATIONS, CUSTOMER, "customer_id"), (PUBLICATIONS, VOUCHER, "voucher_id"),
    (CODES, CUSTOMER, "holder_id"), (CODES, VOUCHER, "id"), (CUSTOMERS, CUSTOMER, "id"),
    (TRANSACTIONS, VOUCHER, "voucher_id"), (HOLDERS, CUSTOMER, "customer_id"), (HOLDERS, VOUCHER, "redeemable_id"),
    (PENDING_POINTS, VOUCHER, "voucher_id"), (POINTS_EXPIRATION, VOUCHER, "voucher_id"),
]  # fmt: skip
"""View, kind and the column that tells whose a row is."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    project = Project(tmp_path_factory.mktemp("scopes") / "c.db")
    project.copy_synced()
    reader = Reader(project.path, ZONE, project.clock)
    yield reader
    reader.close()


def _rows(reader: Reader, view: RowView) -> list[dict[str, Any]]:
    return [dict(zip(view.columns, row, strict=True)) for row in RowList(reader, view).iterate()]


@pytest.mark.parametrize(("view", "kind", "column"), COLUMNS, ids=lambda one: getattr(one, "name", one))
def test_a_scope_holds_what_a_filter_over_all_rows_finds(full: Reader, view: RowView, kind: str, column: str) -> None:
    rows = _rows(full, view)
    owners = sorted({row[column] for row in rows if row[column] is not None})
    assert owners, "the sandbox has some"
    for owner in owners[:: max(1, len(owners) // 12)]:
        expected = {row["id"] for row in rows if row[column] == owner}
        held = RowList(full, view, Ref(kind, owner))
        assert {row[0] for row in held.iterate()} == expected
        assert held.count() == len(expected)
        first = held.window(0, 1)[0][0]
        assert held.position(first) == 0


def test_a_customers_transactions_are_those_of_the_cards_they_hold(full: Reader) -> None:
    cards = {row["id"]: row["holder_id"] for row in _rows(full, CODES) if row["holder_id"]}
    moved = _rows(full, TRANSACTIONS)
    holder = next(cards[row["voucher_id"]] for row in moved if row["voucher_id"] in cards)
    expected = {row["id"] for row in moved if cards.get(row["voucher_id"]) == holder}
    assert {row[0] for row in RowList(full, TRANSACTIONS, Ref(CUSTOMER, holder)).iterate()} == expected


def test_rows_that_do_not_tell_whose_they_are_are_refused_rather_than_all_shown(full: Reader) -> None:
    with pytest.raises(ValueError, match="distributions have no column for voucher"):
        RowList(full, DISTRIBUTIONS, Ref(VOUCHER, "v_1")).count()
    with pytest.raises(ValueError, match="customers have no column for campaign"):
        RowList(full, CUSTOMERS, Ref.campaign("camp_1")).count()


def test_rows_are_as_fresh_as_the_reading_that_covers_them(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    connection = connect_writer(path)
    connection.execute("insert into vouchers (id, campaign_id) values ('v_1', 'camp_1'), ('v_2', 'camp_2')")
    connection.execute("insert into vouchers (id) values ('v_3')")
    connection.executemany(
        "insert into sync_states (resource, scope, state, as_of, completed_at) values (?, ?, 'complete', ?, ?)",
        [
            ("redemptions", "campaign:camp_1", "2026-11-19", "2026-11-19"),
            ("publications", "campaign:camp_1", "2026-11-19", "2026-11-19"),
            ("publications", "project", "2026-11-12", "2026-11-12"),
        ],
    )
    connection.execute("insert into unreadable values ('redemptions', 'r_odd', 'camp_1', 'no JSON', '{', null)")

    def age(resource: str, kind: str, identity: str) -> str | None:
        state = list_state(connection, resource, Ref(kind, identity))
        return state.completed_at

    assert age("redemptions", VOUCHER, "v_1") == "2026-11-19", "its campaign's"
    assert age("redemptions", VOUCHER, "v_2") is None, "nobody read its campaign, nor the project"
    assert age("redemptions", CUSTOMER, "cust_1") is None, "one campaign's rows are not all of a customer's"
    assert age("publications", VOUCHER, "v_1") == "2026-11-19", "the fresher of the two"
    assert age("publications", VOUCHER, "v_2") == age("publications", VOUCHER, "v_3") == "2026-11-12", "the project's"
    assert age("publications", CUSTOMER, "cust_1") == "2026-11-12"
    assert data_state(connection, "redemptions", Ref(VOUCHER, "v_1")).not_understood == 1
    assert [gap.column for gap in column_gaps(connection, POINTS_EXPIRATION, Ref(VOUCHER, "v_1"))] == []
    connection.close()
