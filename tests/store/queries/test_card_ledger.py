"""A card's ledger adds up as the world does, says from where on it does not, and does not guess what is not cached."""

import sqlite3
from collections.abc import Iterator

import pytest

from store.cache.ledger import Ledger, SyncCheckpoint, campaign_scope
from store.models import Unit
from store.queries.card_ledger import CardMovement, card_ledger, cards_called, cards_of, recomputed
from store.sync.request import SyncRequest
from tests.support.syncing import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("ledger") / "c.db")
    lists = frozenset({"campaigns", "vouchers", "transactions", "pending_points"})
    made.copy_synced(SyncRequest(everything=True, only=lists))
    return made


@pytest.fixture
def cache(project: Project) -> Iterator[sqlite3.Connection]:
    """The cache; what a test changes is undone."""
    connection = project.connect()
    connection.execute("begin")
    yield connection
    connection.execute("rollback")
    connection.close()


def cards(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("select id from vouchers where type in ('GIFT_VOUCHER', 'LOYALTY_CARD')")
    return [row[0] for row in found]


def busiest(connection: sqlite3.Connection) -> str:
    query = "select voucher_id from transactions group by voucher_id order by count(*) desc, voucher_id limit 1"
    card: str = connection.execute(query).fetchone()[0]
    return card


def test_every_card_of_the_world_adds_up(cache: sqlite3.Connection) -> None:
    found = [card_ledger(cache, card) for card in cards(cache)]
    assert len(found) > 100
    assert {(one.adds_up, one.first_gap, one.note) for one in found} == {(True, None, "")}
    assert {one.unit for one in found} == {Unit.MINOR, Unit.POINTS}
    moved = sum(len(one.movements) for one in found)
    assert moved == cache.execute("select count(*) from transactions").fetchone()[0]
    assert all(move.balance == move.recomputed for one in found for move in one.movements)


@pytest.mark.parametrize("place", [0, 1, 3, -1])
def test_a_tampered_change_is_named(cache: sqlite3.Connection, place: int) -> None:
    card = busiest(cache)
    movements = card_ledger(cache, card).movements
    assert len(movements) > 4
    cache.execute("update transactions set amount = amount + 7 where id = ?", (movements[place].id,))
    found = card_ledger(cache, card)
    assert (found.adds_up, found.first_gap) == (False, movements[place].id)


def test_a_movement_that_is_not_there_is_a_gap_before_the_next(cache: sqlite3.Connection) -> None:
    card = busiest(cache)
    movements = card_ledger(cache, card).movements
    cache.execute("delete from transactions where id = ?", (movements[2].id,))
    assert card_ledger(cache, card).first_gap == movements[3].id


def test_movements_that_agree_but_do_not_lead_to_the_balance(cache: sqlite3.Connection) -> None:
    card = busiest(cache)
    cache.execute("update vouchers set balance = balance + 1 where id = ?", (card,))
    found = card_ledger(cache, card)
    assert (found.adds_up, found.first_gap) == (False, None)
    assert found.note == "the movements agree with one another, but not with the card's balance"


def test_what_is_not_known_is_not_judged(cache: sqlite3.Connection) -> None:
    card = busiest(cache)
    newest = card_ledger(cache, card).movements[-1]
    ledger = Ledger(cache)
    campaign = cache.execute("select campaign_id from vouchers where id = ?", (card,)).fetchone()[0]
    whole = ledger.state("transactions", campaign_scope(campaign))
    ledger.write_state(SyncCheckpoint("transactions", campaign_scope(campaign), "partial", whole.as_of))
    assert (card_ledger(cache, card).adds_up, card_ledger(cache, card).note) == (None, "not all movements are cached")
    ledger.write_state(whole)
    cache.execute("update vouchers set balance = null where id = ?", (card,))
    assert (card_ledger(cache, card).adds_up, card_ledger(cache, card).note) == (
        None,
        "the card's balance is not known",
    )
    cache.execute("update transactions set amount = null where id = ?", (newest.id,))
    assert card_ledger(cache, card).note == "a movement has no usable amount or balance"
    assert card_ledger(cache, "v_nobody").adds_up is None


def test_movements_of_one_instant_come_as_they_lead_to_one_another() -> None:
    def move(identity: str, change: int | None, balance: int | None, at: str = "2026-01-02") -> CardMovement:
        return CardMovement(identity, at, "POINTS_ACCRUAL", change, balance)

    first = move("a", 10, 10, "2026-01-01")
    found = recomputed([first, move("b", -5, 25), move("c", 20, 30), move("d", None, 20), move("e", 1, 21)])
    assert [(one.id, one.recomputed) for one in found] == [("a", 10), ("c", 30), ("b", 25), ("d", None), ("e", None)]


def test_cards_are_found_by_code_id_and_holder(cache: sqlite3.Connection) -> None:
    query = "select id, code, holder_id from vouchers where type = 'LOYALTY_CARD' and holder_id is not null limit 1"
    card, code, holder = cache.execute(query).fetchone()
    assert cards_called(cache, card) == cards_called(cache, code) == [card]
    assert card in cards_of(cache, holder)
    assert cards_called(cache, code.lower()) == []
