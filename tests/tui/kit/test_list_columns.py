"""Every list's columns: what names the row is first, and the order that rows are in can be seen."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import tui
from tests.support.syncing import ZONE
from tui.campaign_kit.lists.traffic import PUBLICATION_ROWS
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import ListSpec

SCENE = Formatter("EUR", ZONE, datetime(2026, 12, 31, 22, 59, tzinfo=UTC), in_table=True)


def every_list() -> Iterator[ListSpec]:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if ".cli" not in module.name:
            found = vars(importlib.import_module(module.name)).values()
            yield from (one for one in found if isinstance(one, ListSpec))


LISTS = list({(one.id, one.columns[0].title): one for one in every_list()}.values())


def test_there_are_lists() -> None:
    assert len(LISTS) > 20


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.id)
def test_the_order_of_rows_is_a_column(spec: ListSpec) -> None:
    assert spec.view.sort in {column.sort for column in spec.columns}


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.id)
def test_the_row_is_named_first(spec: ListSpec) -> None:
    """Points on their way have no name but the day they are due."""
    first = spec.columns[0].column
    assert first.kind == ("date" if spec.id in ("pending-points", "points-expiration") else "text")
    assert all(one.column.kind == "number" for one in spec.columns if one.unit)


def test_transactions_have_type_then_card_and_redemptions_a_code() -> None:
    lists = {spec.id: [column.title for column in spec.columns] for spec in LISTS}
    for name in ("transactions", "gift-transactions", "points-transactions", "customer-ledger"):
        assert lists[name][:2] == ["Type", "Card"]
    assert lists["gift-redemptions"][0] == lists["vouchers"][0] == PUBLICATION_ROWS.columns[0].title == "Code"


@pytest.mark.parametrize(("instant", "day", "clock"), [
    # In Warsaw it is 23:59 of 31 December 2026; a minute later it is another year.
    ("2026-12-31T22:59:00.000Z", "31 Dec", "31 Dec 23:59"),
    ("2026-12-31T23:00:00.000Z", "1 Jan 2027", "1 Jan 2027 00:00"),
    ("2025-12-31T23:00:00.000Z", "1 Jan", "1 Jan 00:00"),
    ("2025-12-31T22:59:59.999Z", "31 Dec 2025", "31 Dec 2025 23:59"),
])  # fmt: skip
def test_tables_leave_out_this_year(instant: str, day: str, clock: str) -> None:
    assert (SCENE.day(instant), SCENE.when(instant)) == (day, clock)
    assert SCENE.named_day("2026-02-01T00:00:00.000Z", "") == "1 Feb"
    assert Formatter("EUR", ZONE, SCENE.now).day(instant).endswith(("2025", "2026", "2027"))
