"""Columns and documents are made when asked for: what is asked first, or changed before, makes no difference."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from store.clock import ManualClock
from store.sandbox import Sandbox
from store.sandbox.server import ROUTES
from store.wire import Request
from tests.support.sandbox_asking import KEYS, NOW
from tests.support.sizes import TINY
from tests.support.world import ChangingWorld

LISTS = sorted({route.template for route in ROUTES if route.listing and "{" not in route.template})


def make() -> ChangingWorld:
    return ChangingWorld(5, now=NOW, sizes=TINY)


def everything(world: ChangingWorld) -> dict[str, Any]:
    """Every document and every column, tables by name."""
    return {
        name: (list(table.documents()), {key: table.column(key) for key in table.columns})
        for name, table in sorted(world.tables.items())
    }


def change(world: ChangingWorld) -> None:
    """One of every change, most of them in tables that others name."""
    ids = dict(zip(world.tables["campaigns"].column("name"), world.tables["campaigns"].column("id"), strict=True))
    gift, coupon, promotion = ids["Gift Cards"], ids["Autumn Warm-Up"], ids["Cart Ladder"]
    world.add_vouchers(coupon, 3)
    for campaign in (gift, coupon, promotion):
        world.rollback(world.add_redemption(campaign, at=NOW + timedelta(seconds=1)))
    world.add_redemption(coupon, failure_code="voucher_expired")
    world.rename_campaign(coupon, "Renamed")
    world.delete_voucher(world.sheets["vouchers"].row(0).id)
    world.delete_campaign(ids["Coffee Club"])


def test_a_world_is_the_same_in_whatever_order_its_columns_are_asked_for() -> None:
    wanted = everything(make())
    names = [(table, column) for table, (_, columns) in wanted.items() for column in columns]
    for seed in range(2):
        world, order = make(), Random(seed).sample(names, len(names))
        for table, column in order:
            assert world.tables[table].column(column) == wanted[table][1][column], (table, column)
        assert everything(world) == wanted


def test_answers_are_the_same_in_whatever_order_routes_are_asked() -> None:
    def answers(order: list[str]) -> dict[str, bytes]:
        sandbox = Sandbox(make(), clock=ManualClock(NOW))
        query = (("limit", "100"),)
        return {path: sandbox.respond(Request("GET", path, query, KEYS)).body for path in order}

    wanted = answers(LISTS)
    assert len(wanted) > 15
    for first in LISTS:
        assert answers([first])[first] == wanted[first], first
    assert answers(LISTS[::-1]) == wanted


def _columns(world: ChangingWorld) -> None:
    for table in world.tables.values():
        for column in table.columns:
            assert len(table.column(column)) == len(table)


def _nothing(world: ChangingWorld) -> None:
    """Ask for nothing."""


@pytest.mark.parametrize("ask", [_nothing, _columns], ids=["nothing", "columns"])
def test_changes_come_out_the_same_whether_the_world_was_read_before(
    ask: Callable[[ChangingWorld], None],
) -> None:
    read, other = make(), make()
    before = everything(read)
    ask(other)
    change(read)
    change(other)
    after = everything(read)
    assert everything(other) == after
    assert after != before
    assert {name: dict(other.truth.measures(name)) for name in other.tables["campaigns"].column("id")} == {
        name: dict(read.truth.measures(name)) for name in read.tables["campaigns"].column("id")
    }
