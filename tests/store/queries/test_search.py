"""Search finds what a look at every row of every table finds, indexed or not."""

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from store.cache.search_index import build_index
from store.clock import ManualClock
from store.queries import search as searching
from store.queries import search_reading
from store.queries.reader import Reader
from store.queries.search import NOT_ALL_READ, NOT_BUILT, Found, search
from store.queries.search_hits import Match
from store.queries.search_query import SearchMistake, SearchQuery, parse_search
from store.sync.request import SyncRequest
from tests.support.agreement import Synced, synced
from tests.support.naive_search import NaiveSearch
from tests.support.records import campaign, put, redemption, rollback
from tests.support.sizes import TINY
from tests.support.syncing import NOW, ZONE, Project

ALL = 100_000
CODE = {"id": "v_9", "code": "CODE"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    with synced(tmp_path_factory.mktemp("search") / "c.db", TINY, SyncRequest(everything=True)) as found:
        yield found


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    put(connection, "campaigns", campaign("camp_1", "Autumn"), campaign("camp_2", "Black Friday"))
    yield connection
    connection.close()


@pytest.fixture
def reader(cache: sqlite3.Connection, tmp_path: Path) -> Iterator[Reader]:
    opened = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))
    yield opened
    opened.close()


def ask(reader: Reader, typed: str, limit: int = ALL) -> Found:
    return reader.ask(search, parse_search(typed), NOW, ZONE, limit)


def ids(found: Found) -> list[str]:
    return [hit.ref.id for hit in found.hits]


def code(identity: str, text: str, **more: object) -> dict[str, object]:
    return {"id": identity, "code": text, "campaign_id": "camp_1", "created_at": "2026-11-01T08:00:00.000Z", **more}


def needles(naive: NaiveSearch) -> list[str]:
    """Whole texts, beginnings, middles and ends of what is cached, in other capitals; and texts that are nowhere."""
    chance = random.Random(5)
    everything = sorted({text for texts in naive.texts.values() for text in texts})
    chosen = []
    for text in chance.sample(everything, 8):
        begin = chance.randrange(len(text))
        chosen += [text, text[: chance.randint(1, 8)].swapcase(), text[begin : begin + chance.randint(3, 12)].upper()]
    return [*chosen, "a", "v_", "e", "zzzz", "camp_", '"', "' OR", "NEAR(a b)", "*", "\x02\x02a"]


def assert_same(reader: Reader, naive: NaiveSearch) -> None:
    for needle in needles(naive):
        found = reader.ask(search, SearchQuery(needle), NOW, ZONE, ALL)
        hits = {(hit.ref.kind, hit.ref.id): int(hit.match) for hit in found.hits if hit.ref.kind != "order"}
        assert hits == (naive.find(needle) if needle else {}), needle
        assert found.lacks == ""


def test_it_agrees_with_a_look_at_every_row(world: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.reader.path
    naive = NaiveSearch(sqlite3.connect(path))
    monkeypatch.setattr(searching, "TAIL", ALL)
    assert_same(world.reader, naive)
    assert build_index(path, lambda: True)
    monkeypatch.setattr(searching, "TAIL", 0)
    monkeypatch.setattr(searching, "_LOOKED_AT", ALL)
    assert_same(world.reader, naive)
    monkeypatch.setattr(search_reading, "FEW", 3)
    monkeypatch.setattr(search_reading, "_RARE", 2)
    assert_same(world.reader, naive)


def test_the_best_hits_come_first_and_each_has_campaign_status_and_date(
    cache: sqlite3.Connection, reader: Reader, tmp_path: Path
) -> None:
    put(
        cache, "vouchers",
        code("v_1", "xSUMx"), code("v_2", "SUM-2"), code("v_3", "sum"),
        code("v_4", "SUM-4", created_at="2026-11-02T08:00:00.000Z", active=False),
    )  # fmt: skip
    put(cache, "campaigns", campaign("camp_3", "Summer"))
    for _ in range(2):
        found = ask(reader, "SuM")
        assert [(group.kind, [hit.ref.id for hit in group.hits]) for group in found.groups] == [
            ("voucher", ["v_3", "v_4", "v_2", "v_1"]), ("campaign", ["camp_3"]),
        ]  # fmt: skip
        assert [hit.match for hit in found.groups[0].hits] == [Match.EXACT, Match.PREFIX, Match.PREFIX, Match.PART]
        hit = found.groups[0].hits[1]
        assert (hit.label, hit.campaign, hit.status, hit.date, hit.field, hit.is_personal) == (
            "SUM-4", "Autumn", "disabled", "2026-11-02T08:00:00.000Z", "code", False,
        )  # fmt: skip
        few = ask(reader, "sum", 2)
        assert (ids(few), few.groups[0].more, few.has_more) == (["v_3", "v_4", "camp_3"], True, True)
        build_index(tmp_path / "c.db", lambda: True)


def test_changed_and_new_rows_are_found_before_they_are_indexed(
    cache: sqlite3.Connection, reader: Reader, tmp_path: Path
) -> None:
    put(cache, "customers", {"id": "cust_1", "name": "Anna"}, {"id": "cust_2", "name": "Bea"})
    build_index(tmp_path / "c.db", lambda: True)
    put(cache, "customers", {"id": "cust_1", "name": "Łucja", "phone": "+48 600-700"}, {"id": "cust_3", "name": "Anna"})
    assert ids(ask(reader, "anna")) == ["cust_3"]
    assert ids(ask(reader, "łUC")) == ids(ask(reader, "48600")) == ["cust_1"]
    build_index(tmp_path / "c.db", lambda: True)
    assert ids(ask(reader, "anna")) == ["cust_3"], "an outdated entry of the index leads nowhere"
    assert ids(ask(reader, "łUC")) == ids(ask(reader, "48600")) == ["cust_1"]


def test_ids_lead_to_what_names_them_and_orders_are_told_by_redemptions(
    cache: sqlite3.Connection, reader: Reader
) -> None:
    sold = {"id": "ord_1", "source_id": "so-4411", "status": "PAID", "amount": 4300}
    put(
        cache, "redemptions",
        redemption("r_1", customer_id="cust_1", order=sold), redemption("r_2", order={"source_id": "so-4412"}),
        rollback("rr_1", "r_1", order=sold), redemption("rf_1", result="FAILURE", failure_message="Spend €50, please"),
    )  # fmt: skip
    put(cache, "customers", {"id": "cust_1", "email": "a@example.com"})
    found = ask(reader, "cust_1")
    assert [(hit.ref.kind, hit.ref.id, hit.field) for hit in found.hits] == [
        ("customer", "cust_1", "id"), ("redemption", "r_1", "customer_id"),
    ]  # fmt: skip
    orders = ask(reader, "so-44 type:order")
    assert [(hit.ref.id, hit.label, hit.status) for hit in orders.hits] == [
        ("ord_1", "so-4411", "paid"), ("so-4412", "so-4412", ""),
    ]  # fmt: skip
    assert ids(ask(reader, "r_1")) == ["r_1", "rr_1"]
    assert [(hit.status, hit.field) for hit in ask(reader, "€50").hits] == [("failed", "failure_message")]


@pytest.mark.parametrize("is_indexed", [False, True])
def test_operators_narrow(cache: sqlite3.Connection, reader: Reader, tmp_path: Path, is_indexed: bool) -> None:
    put(
        cache, "redemptions",
        redemption("r_1", date="2026-11-20T22:59:59.000Z"), redemption("r_2", date="2026-11-20T23:00:00.000Z"),
        redemption("rf_3", date="2026-11-22T08:00:00.000Z", result="FAILURE"),
        rollback("rr_4", "r_1", date="2026-11-22T09:00:00.000Z"),
        redemption("r_5", date="2026-11-22T08:00:00.000Z", voucher={**CODE, "campaign_id": "camp_2"}),
    )  # fmt: skip
    put(cache, "vouchers", code("v_1", "CODE"), code("v_2", "CODE-2", type="GIFT_VOUCHER", active=False))
    if is_indexed:
        build_index(tmp_path / "c.db", lambda: True)

    def found(typed: str) -> set[str]:
        return set(ids(ask(reader, typed)))

    assert found("code type:redemption") == {"r_1", "r_2", "rf_3", "rr_4", "r_5"}
    assert found("code type:redemptions after:2026-11-21") == {"r_2", "rf_3", "rr_4", "r_5"}, "a day of Warsaw"
    assert found("code before:2026-11-21 type:redemption") == {"r_1"}
    assert found("code status:failed") == found("code status:REFUSED") == {"rf_3"}
    assert found("code status:roll") == {"r_1", "rr_4"}
    assert found('code campaign:"black fri"') == {"r_5"}
    assert found("campaign:camp_2 type:redemption") == {"r_5"}
    assert found("code type:gift") == {"v_2"}
    assert found("status:disabled") == {"v_2"}
    assert found("type:voucher") == {"v_1", "v_2"}
    with pytest.raises(SearchMistake, match="No cached campaign is called “Nope”"):
        ask(reader, "code campaign:Nope")


def test_operators_alone_agree_with_a_look_at_every_hit(world: Synced) -> None:
    def found(typed: str) -> set[tuple[str, str]]:
        answer = ask(world.reader, typed)
        assert answer.lacks == ""
        return {(hit.ref.kind, hit.ref.id) for hit in answer.hits}

    kinds = ("voucher", "redemption", "publication", "transaction", "customer", "earning_rule", "request")
    everything = [hit for kind in kinds for hit in ask(world.reader, f"type:{kind}").hits]
    campaigns = sorted({hit.campaign_id or "" for hit in everything if hit.campaign})
    assert len(campaigns) > 3
    day = sorted(hit.date for hit in everything if hit.date)[len(everything) // 2][:10]
    begins = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZONE).astimezone(UTC)
    instant = f"{begins:%Y-%m-%dT%H:%M:%S}.000Z"
    sent: dict[str, tuple[str, ...]] = {}
    for table in ("redemptions", "publications"):
        for (document,) in world.connection.execute(f"select json from {table}_raw"):
            known = json.loads(document)
            words = [str(known.get("result")).lower()]
            if table == "redemptions":
                words += [str(known.get("status")).lower(), "refused" if words[0] == "failure" else ""]
            sent[known["id"]] = tuple(words)
    for kind in kinds:
        of_kind = [hit for hit in everything if hit.ref.kind == kind]
        for status in ("active", "disabled", "failed", "succeeded", "refused", "rolled", "back"):
            expected = {
                (kind, hit.ref.id)
                for hit in of_kind
                if any(word.startswith(status) for word in (*hit.status.split(), *sent.get(hit.ref.id, ())))
            }
            assert found(f"type:{kind} status:{status}") == expected
        for campaign_id in campaigns[:3]:
            expected = {(kind, hit.ref.id) for hit in of_kind if hit.campaign_id == campaign_id}
            assert found(f"type:{kind} campaign:{campaign_id}") == expected
        dated = [(hit.date, hit.ref.id) for hit in of_kind if hit.date]
        assert found(f"type:{kind} after:{day}") == {(kind, identity) for date, identity in dated if date >= instant}
        assert found(f"type:{kind} before:{day}") == {(kind, identity) for date, identity in dated if date < instant}


@pytest.mark.parametrize("narrowed", ["type:voucher", "campaign:Autumn"])
def test_without_a_text_the_newest_rows_are_looked_at_and_it_says_so(
    cache: sqlite3.Connection, reader: Reader, monkeypatch: pytest.MonkeyPatch, narrowed: str
) -> None:
    monkeypatch.setattr(searching, "_READ", 1)
    put(cache, "vouchers", code("v_old", "OLD", active=False, created_at="2026-10-01T08:00:00.000Z"))
    put(cache, "vouchers", *(code(f"v_{number}", f"C{number}") for number in range(70)))
    few = ask(reader, f"{narrowed} status:disabled", 1)
    assert (ids(few), few.lacks) == ([], NOT_ALL_READ)
    more = ask(reader, f"{narrowed} status:disabled", 100)
    assert (ids(more), more.lacks) == (["v_old"], "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  a b  ", SearchQuery("a b")),
        ("a type:voucher b", SearchQuery("a  b", frozenset({"voucher"}))),
        ("type:order", SearchQuery(kinds=frozenset({"order"}))),
        ("note:x 12:30", SearchQuery("note:x 12:30")),
        ('Campaign:"Black Friday" x', SearchQuery("x", campaign="Black Friday")),
        ("x type:", SearchQuery("x")),
        ("after:2026-11-01 before:2026-12-01", SearchQuery(after=date(2026, 11, 1), before=date(2026, 12, 1))),
        ("\udcff\0x", SearchQuery("?\0x")),
        ("x" * 5_000, SearchQuery("x" * 200)),
        ("", SearchQuery()),
        ("   ", SearchQuery()),
    ],
)
def test_what_is_typed_is_read(typed: str, meant: SearchQuery) -> None:
    assert parse_search(typed) == meant


@pytest.mark.parametrize("typed", ["after:yesterday", "before:2026-13-01", "type:voucher type:order"])
def test_what_cannot_be_meant_is_said(typed: str) -> None:
    with pytest.raises(SearchMistake):
        parse_search(typed)


@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize("name", ["\0nul\0", '"quo"te" AND x', "a\x02\x02b\x03", "  ", "%_%", "[@click=x]", "ẞ İ ﬁ"])
def test_hostile_texts_are_found_as_they_are(
    cache: sqlite3.Connection, reader: Reader, tmp_path: Path, name: str, is_indexed: bool
) -> None:
    put(cache, "customers", {"id": "cust_1", "name": name, "metadata": {"deep": [{"x": [name, 12.5, True, None]}]}})
    if is_indexed:
        build_index(tmp_path / "c.db", lambda: True)
    found = reader.ask(search, SearchQuery(name), NOW, ZONE)
    assert ids(found) == ["cust_1"]
    assert ids(ask(reader, "12.5")) == ["cust_1"]
    assert ids(ask(reader, "true type:customer")) == []


def test_where_too_much_is_not_indexed_it_says_so(
    cache: sqlite3.Connection, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        cache,
        "vouchers",
        code("v_1", "Łódź-100", metadata={"note": "for Łódź"}),
        code("v_2", "B", metadata={"x": "Łódź"}),
    )
    monkeypatch.setattr(searching, "TAIL", 1)
    found = ask(reader, "łódŹ")
    assert (ids(found), found.lacks) == (["v_1"], NOT_BUILT)
    assert ids(ask(reader, "ł")) == ["v_1"]
    build_index(tmp_path / "c.db", lambda: True)
    found = ask(reader, "łódŹ")
    assert (ids(found), found.lacks) == (["v_2", "v_1"], "")
