"""Referral and loyalty figures against the world's truth, limits against their rules, names against their objects."""

import sys
from collections.abc import Iterator

import pytest

from store.models import Source
from store.queries.freshness import data_state, last_run, resource_statuses
from store.queries.names import BLANKS, NAME_COLUMNS, names_of, person
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS
from store.queries.points import expiring_points, pending_points
from store.queries.referrals import program_numbers, referral_codes, referred_series, top_referrers
from store.queries.rows import RowList
from store.queries.views import VOUCHERS
from store.queries.wallets import earning_rule_uses, tier_members
from store.ref import Ref
from store.sync.request import SyncRequest
from store.words import Bucket
from tests.support.agreement import TODAY, WHOLE, Synced, synced
from tests.support.records import campaign, put, read_whole
from tests.support.sizes import MIDDLE, TINY
from tests.support.syncing import ZONE


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    path = tmp_path_factory.mktemp("programs") / "c.db"
    with synced(path, MIDDLE, WHOLE) as found:
        yield found


def test_referrals_are_the_truth(world: Synced) -> None:
    brought = 0
    for one in world.of("REFERRAL_PROGRAM"):
        truth = world.truth(one.id, "referred_customers")
        life = world.span(one.id)
        for bucket in Bucket:
            series = referred_series(world.connection, one.id, life, bucket, ZONE)
            assert (series.total, series.source, series.complete) == (truth, Source.ROWS, True), one.name
        numbers = program_numbers(world.connection, one.id)
        rows = RowList(world.reader, REFEREES, Ref.campaign(one.id))
        assert numbers.referees.value == len({row[0] for row in rows.iterate()})
        assert rows.count() == truth
        assert numbers.holders.value == RowList(world.reader, REFERRERS, Ref.campaign(one.id)).count()
        top = top_referrers(world.connection, one.id, limit=1_000)
        assert numbers.referrers.value == len(top)
        assert [found.referred for found in top] == sorted((found.referred for found in top), reverse=True)
        assert sum(found.referred for found in top) >= (numbers.referees.value or 0)
        assert top_referrers(world.connection, one.id) == top[:5]
        codes = referral_codes(world.connection, one.id)
        assert codes.codes.value == RowList(world.reader, VOUCHERS, Ref.campaign(one.id)).count()
        assert 0 <= (codes.redeemed.value or 0) <= (codes.codes.value or 0)
        assert (codes.published.value or 0) <= (codes.codes.value or 0)
        brought += truth
    assert brought > 20


def test_without_the_customers_list_referrals_are_unknown(
    world: Synced, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bare") / "c.db"
    with synced(path, TINY, SyncRequest()) as bare:
        one = bare.of("REFERRAL_PROGRAM")[0]
        numbers = program_numbers(bare.connection, one.id)
        assert (numbers.referees.value, numbers.referees.note) == (None, "needs the customers: not synced yet")
        assert (numbers.conversion.value, numbers.conversion.note) == (
            None,
            "needs the codes and customers: not synced yet",
        )
        series = referred_series(bare.connection, one.id, bare.span(one.id), Bucket.WEEK, ZONE)
        assert (series.total, series.source) == (None, Source.NONE)
        assert referral_codes(bare.connection, one.id).codes.value is None


def test_loyalty_programs_are_the_truth(world: Synced) -> None:
    for one in world.of("LOYALTY_PROGRAM"):
        uses = earning_rule_uses(world.connection, one.id)
        truth = sum(world.truth(one.id, f"amount.{kind}") for kind in ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION"))
        assert sum(use.points or 0 for use in uses.values()) == truth, one.name
        assert pending_points(world.connection, one.id, TODAY).all.points == world.truth(
            one.id, "pending_points_waiting"
        )
        members = tier_members(world.connection, one.id, one.name)
        assert sum(members.values()) <= RowList(world.reader, PARTICIPANTS, Ref.campaign(one.id)).count()
        tiers = world.connection.execute("select id from loyalty_tiers where campaign_id = ?", (one.id,))
        known = {tier[0] for tier in tiers}
        assert set(members) <= known | {""}
        soon = expiring_points(world.connection, one.id, TODAY)
        assert soon.within[90].points + soon.later.points == sum(points or 0 for _, points, _ in soon.by_month)


def test_a_code_that_vanished_is_listed_and_its_absence_told(world: Synced) -> None:
    connection = world.project.connect()
    one = world.of("REFERRAL_PROGRAM")[0]
    before = referral_codes(connection, one.id).codes
    gone = connection.execute("select id from vouchers where campaign_id = ? limit 1", (one.id,)).fetchone()
    connection.execute("update vouchers set missing_since = '2026-11-20T00:00:00.000Z' where id = ?", gone)
    after = referral_codes(connection, one.id).codes
    connection.execute("update vouchers set missing_since = null where id = ?", gone)
    connection.close()
    assert (before.value or 0) - (after.value or 0) == 1
    assert before.note == ""
    assert after.note.startswith("1 that the API no longer returns")


@pytest.mark.parametrize("table", sorted(NAME_COLUMNS))
def test_names_are_those_of_the_objects(world: Synced, table: str) -> None:
    ids = [row[0] for row in world.connection.execute(f"select id from {table} limit 700")]
    found = names_of(world.connection, table, [*ids, *ids, "nothing_1"])
    assert set(found) <= set(ids)
    assert found
    assert all(isinstance(name, str) for name in found.values())
    assert names_of(world.connection, table, []) == {}


def test_all_that_is_blank_to_python_is_blank_in_a_name() -> None:
    assert list(BLANKS) == [code for code in range(sys.maxunicode + 1) if chr(code).isspace()]


def test_a_person_is_known_by_id_and_nobody_has_none(world: Synced) -> None:
    identity, name = world.connection.execute("select id, name from customers where name is not null").fetchone()
    known = person(world.connection, identity)
    assert known is not None
    assert known.name == name
    stranger = person(world.connection, "cust_unknown")
    assert stranger is not None
    assert (stranger.id, stranger.name, stranger.email) == ("cust_unknown", "", "")
    assert person(world.connection, None) is None


def test_the_ledger_is_read_for_the_fresher_of_two_readings(world: Synced) -> None:
    connection = world.project.connect()
    try:
        put(connection, "campaigns", campaign("camp_x"))
        assert data_state(connection, "redemptions", Ref.campaign("camp_x")).complete, "the project's reading covers it"
        read_whole(connection, "redemptions", scope="campaign:camp_x", at="2026-11-30T00:00:00.000Z")
        assert data_state(connection, "redemptions", Ref.campaign("camp_x")).as_of == "2026-11-30T00:00:00.000Z"
        assert data_state(connection, "nothing of this name").state == "unknown"
        statuses = {status.name: status for status in resource_statuses(connection)}
        assert statuses["vouchers"].rows == len(world.project.world.tables["vouchers"])
        assert statuses["vouchers"].state.complete
        run = last_run(connection)
        assert run is not None
        assert (run.state, run.calls > 0) == ("complete", True)
    finally:
        connection.execute("delete from campaigns where id = 'camp_x'")
        connection.execute("delete from sync_states where scope = 'campaign:camp_x'")
        connection.close()
