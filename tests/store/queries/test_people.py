"""People are counted as people: one row a customer, whatever number of cards they hold."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.clock import ManualClock
from store.queries.gaps import ColumnGap, column_gaps
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS, held_cards
from store.queries.reader import Reader
from store.queries.referrals import program_numbers, referred_series, top_referrers
from store.queries.rows import RowList, RowView
from store.ref import Ref
from store.words import Bucket
from tests.support.agreement import WHOLE, Synced, synced
from tests.support.records import campaign, put, read_whole
from tests.support.sizes import MIDDLE
from tests.support.syncing import NOW, ZONE, Project


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    with synced(tmp_path_factory.mktemp("people") / "c.db", MIDDLE, WHOLE) as found:
        yield found


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    put(connection, "campaigns", campaign("camp_1", "Club", "LOYALTY_PROGRAM"))
    yield connection
    connection.close()


@pytest.fixture
def reader(cache: sqlite3.Connection, tmp_path: Path) -> Iterator[Reader]:
    del cache
    opened = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))
    yield opened
    opened.close()


def card(identity: str, holder: str | None, made: str | None, balance: int | None = 10, **more: Any) -> dict[str, Any]:
    return {
        "id": identity, "code": identity.upper(), "type": "LOYALTY_CARD", "campaign_id": "camp_1", "campaign": "Club",
        "holder_id": holder, "created_at": made and f"2026-{made}T08:00:00.000Z",
        "loyalty_card": {"points": 50, "balance": balance}, "redemption": {"redeemed_quantity": 1}, **more,
    }  # fmt: skip


def published(identity: str, voucher: str, customer: str, day: str, result: str | None = "SUCCESS") -> dict[str, Any]:
    return {
        "id": identity, "created_at": f"2026-{day}T09:00:00.000Z", "customer_id": customer, "result": result,
        "vouchers_id": [voucher], "voucher": {"id": voucher, "campaign_id": "camp_1"},
    }  # fmt: skip


def by_id(reader: Reader, view: RowView, campaign_id: str = "camp_1") -> dict[str, dict[str, Any]]:
    rows = [
        dict(zip(view.columns, row, strict=True)) for row in RowList(reader, view, Ref.campaign(campaign_id)).iterate()
    ]
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), "nobody stands there twice"
    return found


def test_a_customer_is_one_participant_with_all_their_cards(cache: sqlite3.Connection, reader: Reader) -> None:
    put(
        cache, "vouchers",
        card("v_1", "cust_a", "03-01", 100), card("v_2", "cust_a", "02-01", 7), card("v_3", "cust_b", "01-01", 5),
        card("v_4", None, "01-01"), card("v_5", "cust_c", "01-01", 2), card("v_6", "cust_c", "01-01", None),
        card("v_7", "cust_a", "01-01", 1_000, campaign_id="camp_2"), card("v_8", "cust_d", None, 2**62),
        card("v_9", "cust_d", None, 2**62),
    )  # fmt: skip
    found = by_id(reader, PARTICIPANTS)
    assert {who: (row["cards"], row["balance"], row["code"]) for who, row in found.items()} == {
        "cust_a": (2, 107, "V_2"), "cust_b": (1, 5, "V_3"), "cust_c": (2, None, "V_5"), "cust_d": (2, None, "V_8"),
    }  # fmt: skip
    assert found["cust_a"]["redeemed_quantity"] == 2
    assert held_cards(cache, "camp_1") == 7
    searched = RowList(reader, PARTICIPANTS, Ref.campaign("camp_1"), "v_1")
    assert [row[0] for row in searched.iterate()] == ["cust_a"], "by any of their cards"
    assert [RowList(reader, PARTICIPANTS, Ref.campaign("camp_1")).position(who) for who in found] == [0, 1, 2, 3]


def test_a_card_that_is_gone_is_no_longer_held(cache: sqlite3.Connection, reader: Reader) -> None:
    put(cache, "vouchers", card("v_1", "cust_a", "01-01", 100), card("v_2", "cust_a", "02-01", 7))
    cache.execute("update vouchers set missing_since = '2026-11-01T00:00:00.000Z' where id = 'v_1'")
    row = by_id(reader, PARTICIPANTS)["cust_a"]
    assert (row["cards"], row["balance"], row["code"]) == (1, 7, "V_2")


JOINED = [
    # cards (made), publications (card, customer, day, result), when the customer joined
    ([("v_1", "01-01")], [("v_1", "cust_a", "03-05", "SUCCESS")], "03-05"),
    ([("v_1", "01-01")], [], None),
    ([("v_1", "01-01")], [("v_1", "cust_a", "03-05", "FAILURE")], None),
    ([("v_1", "01-01")], [("v_1", "cust_b", "03-05", "SUCCESS")], None),
    ([("v_1", "01-01")], [("v_1", "cust_a", "03-05", None)], "03-05"),
    ([("v_1", "01-01")], [("v_1", "cust_a", "03-05", "SUCCESS"), ("v_1", "cust_a", "02-05", "SUCCESS")], "02-05"),
    ([("v_1", "01-01"), ("v_2", "01-02")], [("v_1", "cust_a", "03-05", "SUCCESS"),
                                           ("v_2", "cust_a", "02-07", "SUCCESS")], "02-07"),
    # The other card may have been got before: open. One made only later cannot have been.
    ([("v_1", "01-01"), ("v_2", "01-02")], [("v_1", "cust_a", "03-05", "SUCCESS")], None),
    ([("v_1", "01-01"), ("v_2", "04-02")], [("v_1", "cust_a", "03-05", "SUCCESS")], "03-05"),
    ([("v_1", "01-01"), ("v_2", None)], [("v_1", "cust_a", "03-05", "SUCCESS")], None),
]  # fmt: skip


@pytest.mark.parametrize(("cards", "publications", "joined"), JOINED)
def test_joined_is_when_the_customer_got_the_card(
    cache: sqlite3.Connection, reader: Reader, cards: list[Any], publications: list[Any], joined: str | None
) -> None:
    put(cache, "vouchers", *(card(identity, "cust_a", made) for identity, made in cards))
    put(cache, "publications", *(published(f"pub_{index}", *one) for index, one in enumerate(publications)))
    told = by_id(reader, PARTICIPANTS)["cust_a"]["joined"]
    assert told == (None if joined is None else f"2026-{joined}T09:00:00.000Z")


def test_a_holder_record_tells_it_as_well(cache: sqlite3.Connection, reader: Reader) -> None:
    put(cache, "vouchers", card("v_1", "cust_a", "01-01"))
    records = [
        {"id": f"rh_{index}", "campaign_id": "camp_1", "redeemable_id": "v_1", "customer_id": "cust_a",
         "holder_role": role, "created_at": f"2026-{day}T09:00:00.000Z"}
        for index, (role, day) in enumerate((("REFEREE", "01-02"), ("OWNER", "05-06")))
    ]  # fmt: skip
    put(cache, "holders", *records)
    assert by_id(reader, PARTICIPANTS)["cust_a"]["joined"] == "2026-05-06T09:00:00.000Z"


def test_what_people_lists_need_is_named_until_it_was_read(cache: sqlite3.Connection) -> None:
    put(cache, "vouchers", card("v_1", "cust_a", "01-01"))
    names = {"name", "email", "loyalty_tier"}
    assert {(gap.column, gap.resource) for gap in column_gaps(cache, PARTICIPANTS, Ref.campaign("camp_1"))} == {
        ("joined", "publications"), *((name, "customers") for name in names),
    }  # fmt: skip
    read_whole(cache, "customers")
    assert column_gaps(cache, PARTICIPANTS, Ref.campaign("camp_1")) == [ColumnGap("joined", "publications", None)]
    read_whole(cache, "publications", scope="campaign:camp_1")
    assert column_gaps(cache, PARTICIPANTS, Ref.campaign("camp_1")) == []


def person(identity: str, *referrals: tuple[str, str, str | None]) -> dict[str, Any]:
    told = [{"campaign_id": owner, "referrer_id": by, "date": day} for owner, by, day in referrals]
    return {"id": identity, "referrals": {"campaigns": told}}


def test_referrals_count_customers_and_not_their_codes_or_entries(cache: sqlite3.Connection, reader: Reader) -> None:
    holders = ("cust_a", "cust_a", "cust_b", "cust_c", "cust_d")
    put(cache, "vouchers", *(card(f"v_{index}", holder, "01-01") for index, holder in enumerate(holders)))
    assert by_id(reader, REFERRERS)["cust_b"]["referred"] is None, "nobody knows yet"
    twice = (("camp_1", "cust_a", "2026-11-02T10:00:00.000Z"), ("camp_1", "cust_b", "2026-11-20T10:00:00.000Z"))
    put(
        cache,
        "customers",
        person("cust_x", *twice),
        person("cust_y", ("camp_1", "cust_a", "2026-11-03T10:00:00.000Z")),
        person("cust_z", ("camp_1", "cust_gone", "2026-11-04T10:00:00.000Z")),
        person("cust_w", ("camp_2", "cust_a", None)),
    )
    assert program_numbers(cache, "camp_1").conversion.value is None, "codes were not read whole"
    read_whole(cache, "customers", "vouchers")
    numbers = program_numbers(cache, "camp_1")
    assert (numbers.holders.value, numbers.referrers.value, numbers.referees.value) == (4, 3, 3)
    assert numbers.conversion.value == 500, "two of four holders: who gave the code back is none of them"
    assert {who: row["referred"] for who, row in by_id(reader, REFERRERS).items()} == {
        "cust_a": 2, "cust_b": 1, "cust_c": 0, "cust_d": 0,
    }  # fmt: skip
    assert {who: row["date"] for who, row in by_id(reader, REFEREES).items()} == {
        f"cust_{who}": f"2026-11-0{day}T10:00:00.000Z" for who, day in (("x", 2), ("y", 3), ("z", 4))
    }
    assert [(one.customer_id, one.referred) for one in top_referrers(cache, "camp_1")] == [
        ("cust_a", 2), ("cust_b", 1), ("cust_gone", 1),
    ]  # fmt: skip


def documents(world: Synced, table: str, campaign_id: str) -> list[dict[str, Any]]:
    """A campaign's records as received, for counting them without any of the program's questions."""
    rows = world.connection.execute(
        f"select r.json from {table} t join {table}_raw r on r.id = t.id where t.campaign_id = ?", (campaign_id,)
    )
    return [json.loads(row[0]) for row in rows]


def naive_participants(world: Synced, campaign_id: str) -> dict[str, tuple[int, int, str | None]]:
    """Cards, balance and the first publication of each holder, straight from the documents."""
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in documents(world, "publications", campaign_id):
        if one["result"] == "SUCCESS":
            given[one["customer_id"], one["vouchers_id"][0]].append(one["created_at"])
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in documents(world, "vouchers", campaign_id):
        if one.get("holder_id"):
            held[one["holder_id"]].append(one)
    found = {}
    for who, cards in held.items():
        got = [min(given[who, one["id"]], default=None) for one in cards]
        known = [at for at in got if at is not None]
        first = min(known, default=None)
        if first is not None and any(
            at is None and one["created_at"] < first for at, one in zip(got, cards, strict=True)
        ):
            first = None
        found[who] = (len(cards), sum(one["loyalty_card"]["balance"] for one in cards), first)
    return found


def test_participants_of_a_whole_project_are_counted_as_naively(world: Synced) -> None:
    several = 0
    for one in world.of("LOYALTY_PROGRAM"):
        expected = naive_participants(world, one.id)
        found = by_id(world.reader, PARTICIPANTS, one.id)
        assert {who: (row["cards"], row["balance"]) for who, row in found.items()} == {
            who: told[:2] for who, told in expected.items()
        }
        for who, row in found.items():
            first = expected[who][2]
            assert (row["joined"] or "")[:19] == (first or "")[:19], who
            several += row["cards"] > 1
    assert several > 5


def test_referred_customers_over_time_are_as_many_as_referees(world: Synced) -> None:
    for one in world.of("REFERRAL_PROGRAM"):
        series = referred_series(world.connection, one.id, world.span(one.id), Bucket.DAY, ZONE)
        assert series.total == RowList(world.reader, REFEREES, Ref.campaign(one.id)).count()
