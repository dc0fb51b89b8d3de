"""Orders of a campaign, each once, and what is left of sums that are known in part."""

import sqlite3

import pytest

from store.models import Figure, Source, Unit
from store.queries.budget import (
    lifetime_totals,
    net,
    net_so_far,
    order_counts,
)
from tests.support.limits_cache import fill, made
from tests.support.records import campaign, order, put, rollback


def test_orders_are_counted_once_each(cache: sqlite3.Connection) -> None:
    fill(
        cache,
        made("r_1", "2026-11-20T08:00:00.000Z", order=order("o_1", 10_000, 1_500)),
        made("r_2", "2026-11-20T09:00:00.000Z", order=order("o_1", 10_000, 500)),
        made("r_3", "2026-11-22T08:00:00.000Z", order=order("o_3", 2_000, 200)),
        made("r_4", "2026-11-22T08:00:00.000Z"),
        made("r_5", "2026-11-22T08:00:00.000Z", order=order("o_5", 1, 0), result="FAILURE"),
        rollback("rr_3", "r_3", date="2026-11-23T08:00:00.000Z", order=order("o_3", 2_000, 200)),
    )
    found = order_counts(cache, "camp_1")
    assert (found.count.value, found.rolled_back.value) == (2, 1)
    totals = lifetime_totals(cache, "camp_1")
    assert (totals.orders.value, totals.orders_back.value, net(totals.orders, totals.orders_back).value) == (
        12_000,
        2_000,
        10_000,
    )


def test_orders_are_unknown_before_redemptions_are_read(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    found = order_counts(cache, "camp_1")
    assert (found.count.known, found.count.note) == (None, "needs the redemptions: not synced yet")


def test_orders_are_lower_bounds_where_a_redemption_was_not_understood(cache: sqlite3.Connection) -> None:
    fill(cache, made("r_1", "2026-11-20T08:00:00.000Z", order=order("o_1", 10_000, 1_500)))
    cache.execute("insert into unreadable (resource, id, reason, json) values ('redemptions', 'r_2', 'bad', '{')")
    found = order_counts(cache, "camp_1")
    why = "1 record could not be understood"
    assert (found.count.value, found.count.at_least, found.count.note) == (None, 1, why)
    assert (found.rolled_back.known, found.rolled_back.note) == (None, f"needs the redemptions: {why}")


PARTLY = [
    # gross exactly or at least, taken back exactly or at least: net exactly, net at least
    ((900, None), (150, None), (750, None)),
    ((None, 900), (150, None), (None, 750)),
    ((None, 900), (None, 150), (None, 750)),
    ((None, 900), (None, None), (None, 900)),
    ((900, None), (None, 150), (None, None)),
    ((900, None), (None, None), (None, None)),
    ((None, None), (150, None), (None, None)),
]


@pytest.mark.parametrize(("gross", "back", "expected"), PARTLY)
def test_net_of_what_is_known_in_part(
    gross: tuple[int | None, int | None], back: tuple[int | None, int | None], expected: tuple[int | None, int | None]
) -> None:
    found = net_so_far(Figure(gross[0], at_least=gross[1]), Figure(back[0], at_least=back[1]))
    assert (found.value, found.at_least) == expected


def test_net_is_unknown_when_either_part_is() -> None:
    gross, back = Figure(900, Unit.MINOR, Source.ROWS, None, True), Figure(150, Unit.MINOR)
    assert net(gross, back).value == 750
    assert net(gross, Figure(None)).value is None
    assert net(Figure(None), back).value is None
