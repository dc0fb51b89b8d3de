"""Many records of one instant: read once, then counted; what is newer arrives, and nothing is lost by counting."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.list_server import ListServer
from tests.support.one_list import OneList, row

DAY = 86_400
BULK = 1_050
"""More than the ten pages the server gives of one instant."""


def bulk(tmp_path: Path, resource: str, *, ago: float = 20 * DAY, cap: int = 11, **more: Any) -> OneList:
    """A list whose records share one instant."""
    server = ListServer([row(n, ago, **more) for n in range(BULK)], cap=cap)
    one = OneList(resource, server, tmp_path / "c.db")
    assert one.sync().state == "complete"
    return one


@pytest.mark.parametrize(("resource", "calls"), [("vouchers", 3), ("customers", 3), ("redemptions", 2)])
@pytest.mark.parametrize("cap", [11, 5])
def test_what_is_held_of_one_instant_is_counted_and_not_read_again(
    tmp_path: Path, resource: str, calls: int, cap: int
) -> None:
    one = bulk(tmp_path, resource)
    one.server.cap = cap
    for _ in range(2):
        one.clock.advance(3_600)
        assert (one.sync().state, one.state(), len(one.queries)) == ("complete", "complete", calls)
    one.server.records.append(row(BULK, 3_000))
    assert (one.sync().state, len(one.queries)) == ("complete", calls)
    assert one.held() == one.there()


def test_one_more_of_the_same_instant_is_found(tmp_path: Path) -> None:
    one = bulk(tmp_path, "vouchers")
    one.server.records.append(row(BULK, 20 * DAY))
    assert one.sync().state == "complete"
    assert one.held() == one.there()


def test_deleted_ones_hide_no_newer_one(tmp_path: Path) -> None:
    one = bulk(tmp_path, "vouchers")
    del one.server.records[:5]
    one.server.records += [row(BULK + n, 3_000 - n) for n in range(3)]
    assert (one.sync().state, len(one.queries)) == ("complete", 3)
    assert one.held() >= one.there()


def test_a_bulk_of_this_minute_is_counted_too(tmp_path: Path) -> None:
    one = bulk(tmp_path, "vouchers", ago=60)
    one.server.cap = 5
    one.clock.advance(30)
    assert (one.sync().state, one.state(), len(one.queries)) == ("complete", "complete", 4)


def test_changes_of_one_instant_are_counted_too(tmp_path: Path) -> None:
    changed = row(0, 10 * DAY)["created_at"]
    one = bulk(tmp_path, "vouchers", updated_at=changed)
    one.server.cap = 5
    assert (one.sync().state, len(one.queries)) == ("complete", 3)


def test_publications_of_one_instant_are_not_walked_through_again(tmp_path: Path) -> None:
    one = bulk(tmp_path, "publications")
    assert (one.sync().state, len(one.queries)) == ("complete", 1)
    one.server.records += [row(BULK + n, 3_000 - n) for n in range(120)]
    assert (one.sync().state, len(one.queries)) == ("complete", 3)
    assert one.held() == one.there()


def test_publications_of_one_instant_that_come_oldest_first_hide_no_newer_one(tmp_path: Path) -> None:
    one = bulk(tmp_path, "publications")
    one.server.honours_order = False
    one.server.records.append(row(BULK, 3_000))
    one.sync()
    assert one.held() == one.there()
