"""Deliveries in the cache: each event once, as received, findable by campaign; older caches get a place for them."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from store.cache.database import connect_reader, connect_writer
from store.cache.deliveries import Delivery, Kept, keep_deliveries
from store.cache.schema import migrate
from store.clock import SystemClock
from store.queries.activity import CAMPAIGN_SOURCES, WEBHOOK, Activity, read_activity
from store.queries.freshness import resource_statuses
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import RESOURCE_VIEWS
from store.queries.webhooks import distribution_state, reward_states, rewards_given
from store.ref import Ref
from store.sync.catalogue import CATALOGUE
from tests.support.deliveries import body, enveloped
from tests.support.records import campaign, put
from tests.support.syncing import NOW, ZONE

RECEIVED = "2026-11-20T12:00:02.000Z"
EVIL = "[@click=app.quit]x[/] \x1b[31m\u202e"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


def keep(cache: sqlite3.Connection, *documents: Any, verified: bool = False, at: str = RECEIVED) -> list[Kept]:
    return keep_deliveries(cache, [Delivery(body(document), at, verified) for document in documents])


def column(cache: sqlite3.Connection, query: str) -> list[Any]:
    return [row[0] for row in cache.execute(query)]


def feed(cache: sqlite3.Connection, campaign_id: str = "camp_1") -> list[Activity]:
    return [entry for entry in read_activity(cache, CAMPAIGN_SOURCES, campaign_id, NOW) if entry.kind == WEBHOOK]


def test_a_delivery_is_on_the_disk_before_it_is_answered(cache: sqlite3.Connection) -> None:
    said: list[str] = []
    cache.set_trace_callback(lambda statement: said.append(statement.lower()))
    keep(cache, enveloped())
    cache.set_trace_callback(None)
    begun, committed = said.index("begin immediate"), said.index("commit")
    assert said.index("pragma synchronous = extra") < begun < committed < said.index("pragma synchronous = 1")
    assert column(cache, "pragma synchronous") == [1], "the rows of a sync can be read again"


def test_a_delivery_that_cannot_be_kept_leaves_the_connection_as_it_was(cache: sqlite3.Connection) -> None:
    cache.execute("drop table webhook_records")
    with pytest.raises(sqlite3.OperationalError):
        keep(cache, enveloped())
    assert column(cache, "pragma synchronous") == [1]
    assert column(cache, "select count(*) from webhook_deliveries") == [0]


def test_a_delivery_is_kept_as_received_with_what_people_filter_by(cache: sqlite3.Connection) -> None:
    raw = json.dumps(enveloped(), indent=3).encode() + b"\n"
    (kept,) = keep_deliveries(cache, [Delivery(raw, RECEIVED, verified=True)])
    assert kept == Kept(
        "ev_1", "campaign.updated", "2026-11-20T12:00:00.000Z", "camp_1", "v-1f", ("camp_1",), RECEIVED, "verified",
        new=True,
    )  # fmt: skip
    cache.row_factory = sqlite3.Row
    row = dict(cache.execute("select * from webhook_deliveries").fetchone())
    assert row == {
        "id": "ev_1", "type": "campaign.updated", "created_at": "2026-11-20T12:00:00.000Z", "entity_id": "camp_1",
        "group_id": "v-1f", "result": None, "state": None, "campaign_id": "camp_1", "customer_id": None,
        "sendout_id": "whs_1", "source_id": "wh_1", "source_object": "webhook", "project_id": "proj_1",
        "channel": "USER_PORTAL", "user_id": "user_1", "app_id": None, "received_at": RECEIVED,
        "signature": "verified", "missing_since": None,
    }  # fmt: skip
    stored = cache.execute("select id, json, source from webhook_deliveries_raw").fetchall()
    assert [tuple(row) for row in stored] == [("ev_1", raw.decode(), "webhook")]


def test_a_repeat_changes_nothing(cache: sqlite3.Connection) -> None:
    keep(cache, enveloped())
    before = list(cache.iterdump())
    later = enveloped(id="whs_2")
    (again,) = keep(cache, later, at="2026-11-20T13:00:00.000Z")
    assert (again.id, again.new, again.received_at, again.signature) == ("ev_1", False, RECEIVED, "not checked")
    first, second = keep(cache, enveloped(number=2), enveloped(number=2))
    assert (first.new, second.new) == (True, False)
    cache.execute("delete from webhook_deliveries where id = 'ev_2'")
    cache.execute("delete from webhook_deliveries_raw where id = 'ev_2'")
    cache.execute("delete from webhook_records where delivery_id = 'ev_2'")
    assert list(cache.iterdump()) == before


def test_a_guess_does_not_stand_in_the_way_of_the_genuine_one(cache: sqlite3.Connection) -> None:
    keep(cache, enveloped(data={"campaign": {"id": "camp_forged"}}))
    (genuine,) = keep(cache, enveloped(), verified=True, at="2026-11-20T13:00:00.000Z")
    assert (genuine.signature, genuine.received_at) == ("verified", "2026-11-20T13:00:00.000Z")
    keep(cache, enveloped(data={"campaign": {"id": "camp_forged"}}))
    assert column(cache, "select campaign_id from webhook_deliveries") == ["camp_1"]
    assert column(cache, "select record_id from webhook_records where member = 'campaign'") == ["camp_1"]
    assert "camp_forged" not in column(cache, "select json from webhook_deliveries_raw")[0]


def test_a_payload_without_envelope_is_told_by_its_body(cache: sqlite3.Connection) -> None:
    raw = {"campaign": {"id": "camp_1"}, "customer": {"id": "cust_1"}, "created_at": "2026-02-02T12:12:12.919Z"}
    first, second, third = keep_deliveries(
        cache,
        [Delivery(body(raw), RECEIVED), Delivery(json.dumps(raw, indent=2).encode(), RECEIVED),
         Delivery(body(raw | {"x": 1}), RECEIVED)],
    )  # fmt: skip
    assert first.id.startswith("body_")
    assert (first.id == second.id, second.new, third.new) == (True, False, True)
    assert (first.type, first.created_at) == (None, "2026-02-02T12:12:12.919Z")
    told = [(entry.title, entry.detail) for entry in feed(cache)]
    assert told == [("payload without envelope", "with campaign, customer")] * 2


@pytest.mark.parametrize(
    "odd",
    [
        b"  message  ", b"", b"[]", b"7", b"null", b'"text"', b"{}", b"{", b"nul\x00l", "żółć".encode(),
        b'{"half": "\\ud83d"}', b'{"big": 1e999, "n": ' + b"9" * 5_000 + b"}", b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"data": [], "type": "x", "event": 7}', b'{"event": {"id": "e"}, "data": null}',
        body(enveloped(created_at=[], source="x", project_id={"a": 1})),
        body(enveloped(event={"id": "e", "type": ["x"], "created_at": "yesterday", "entity_id": 5})),
        body(enveloped(data={"campaign": {"id": "camp_1", "name": EVIL}}, entity=EVIL)),
    ],
    ids=lambda odd: repr(odd[:24]),
)  # fmt: skip
def test_odd_bodies_are_kept_as_readable_json_and_stop_nothing(cache: sqlite3.Connection, odd: bytes) -> None:
    deliveries = [Delivery(one, RECEIVED) for one in (body(enveloped(number=8)), odd, body(enveloped(number=9)))]
    kept = keep_deliveries(cache, deliveries)
    assert [one.new for one in kept] == [True] * 3
    assert column(cache, "select count(*) from webhook_deliveries") == [3]
    assert column(cache, "select sum(json_valid(json)) from webhook_deliveries_raw where id in ('ev_8', 'ev_9')") == [2]
    stored = column(cache, f"select json from webhook_deliveries_raw where id = '{kept[1].id}'")[0]
    assert stored == odd.decode() or json.loads(stored) == odd.decode()
    assert [one.new for one in keep_deliveries(cache, deliveries)] == [False] * 3
    assert {entry.id for entry in feed(cache)} >= {"webhook:ev_8", "webhook:ev_9"}


def test_all_of_a_batch_or_nothing(cache: sqlite3.Connection) -> None:
    cache.execute("create trigger refuse before insert on webhook_records when new.delivery_id = 'ev_2'"
                  " begin select raise(abort, 'no'); end")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError):
        keep(cache, enveloped(number=1), enveloped(number=2))
    for table in ("webhook_deliveries", "webhook_deliveries_raw", "webhook_records"):
        assert column(cache, f"select count(*) from {table}") == [0], table


# Reading


def test_the_feed_tells_where_a_delivery_comes_from(cache: sqlite3.Connection) -> None:
    failed = enveloped("redemption.failed", {"voucher": {"campaign_id": "camp_1"}}, number=2, entity="rf_1",
                       source={"id": "distr_1", "object": "distribution"})  # fmt: skip
    failed["event"]["created_at"] = "2026-11-20T11:00:00Z"
    keep(cache, enveloped(), verified=True)
    keep(cache, failed, enveloped(data={"campaign": {"id": "camp_2"}}, number=3, entity="camp_2"))
    call = {"id": "log_1", "created_at": RECEIVED, "method": "PUT", "endpoint": "/v1/campaigns/{id}", "status": 200,
            "request_id": "v-1f", "campaign_id": "camp_other"}  # fmt: skip
    put(cache, "api_log", call)
    updated, refused = feed(cache)
    assert (updated.title, updated.at, updated.failed) == ("campaign.updated", "2026-11-20T12:00:00.000Z", False)
    assert updated.detail == "camp_1 · by user_1 · request v-1f · in the API log as PUT /v1/campaigns/{id}"
    assert updated.source == f"webhook whs_1, received {RECEIVED}, signature verified"
    assert json.loads(dict(updated.payloads)["delivery"]) == enveloped()
    assert (refused.title, refused.failed, refused.record_id) == ("redemption.failed", True, "ev_2")
    assert refused.source == f"distribution webhook whs_2, received {RECEIVED}, signature not checked"
    assert len(feed(cache, "camp_2")) == 1
    assert feed(cache, "camp_9") == []


def test_a_rules_deliveries_belong_to_the_campaigns_it_is_assigned_to(cache: sqlite3.Connection) -> None:
    assignment = {"id": "asgm_1", "rule_id": "val_1", "related_object_id": "camp_1"}
    put(cache, "validation_rules_assignments", assignment)
    rule = enveloped("business_validation_rule.updated", {"rule": {"id": "val_1"}}, entity="val_1")
    keep(
        cache, rule, enveloped("business_validation_rule.updated", {"rule": {"id": "val_2"}}, number=2, entity="val_2")
    )
    assert [entry.record_id for entry in feed(cache)] == ["ev_1"]


def test_the_list_of_a_campaign_has_every_delivery_about_it(cache: sqlite3.Connection, tmp_path: Path) -> None:
    both = {"campaign": {"id": "camp_1"}, "publication": {"voucher": {"campaign_id": "camp_2"}}}
    keep(cache, enveloped(data=both), enveloped(number=2), enveloped("segment.x", {"segment": {"id": "s"}}, number=3))
    reader = Reader(tmp_path / "c.db", ZONE, SystemClock())
    view = RESOURCE_VIEWS["webhook_deliveries"]
    try:
        listed = {name: RowList(reader, view, Ref.campaign(name)).count() for name in ("camp_1", "camp_2", "camp_3")}
        assert listed == {"camp_1": 2, "camp_2": 1, "camp_3": 0}
        assert RowList(reader, view).count() == 3
        assert RowList(reader, view, Ref.campaign("camp_1"), text="ev_2").count() == 1
    finally:
        reader.close()


def test_the_status_names_them_only_when_there_are_any(cache: sqlite3.Connection) -> None:
    assert "webhook_deliveries" not in {status.name for status in resource_statuses(cache)}
    keep(cache, enveloped())
    keep(cache, enveloped(number=2), at="2026-11-21T00:00:00.000Z")
    status = resource_statuses(cache)[-1]
    assert (status.name, status.rows, status.newest) == ("webhook_deliveries", 2, "2026-11-20T12:00:00.000Z")
    assert (status.state.state, status.state.as_of) == ("received", "2026-11-21T00:00:00.000Z")
    assert status.state.reason == f"webhooks since {RECEIVED}"


def test_no_sync_reads_them() -> None:
    assert "webhook_deliveries" not in {resource.table.name for resource in CATALOGUE}


# What only webhooks tell


def test_rewards_given_are_unknown_without_webhooks_and_since_when_with(cache: sqlite3.Connection) -> None:
    assert rewards_given(cache, "camp_1") is None
    points = enveloped("customer.rewarded.loyalty_points", number=9)
    keep(cache, points)
    assert rewards_given(cache, "camp_1") is None
    for number, who in enumerate(("cust_1", "cust_1", "cust_2")):
        data = {"campaign": {"id": "camp_1"}, "customer": {"id": who}}
        keep(cache, enveloped("customer.rewarded", data, number=number), at=f"2026-11-2{number}T00:00:00.000Z")
    found = rewards_given(cache, "camp_1")
    assert found is not None
    assert (found.rewards, found.customers, found.since) == (3, 2, "2026-11-20T00:00:00.000Z")
    other = rewards_given(cache, "camp_2")
    assert other is not None
    assert (other.rewards, other.since) == (0, found.since)


def test_a_reward_redemption_counts_by_the_last_that_was_told_of_it(cache: sqlite3.Connection) -> None:
    assert reward_states(cache, "camp_1") is None

    def told(number: int, last: str, which: str, at: str, state: str | None = None) -> dict[str, Any]:
        data = {"campaign": {"id": "camp_1"}, "reward_redemption": {"id": which, "state": state}}
        document = enveloped(f"customer.reward_redemptions.{last}", data, number=number)
        document["event"]["created_at"] = at
        return document

    keep(
        cache,
        told(3, "completed", "rewr_1", "2026-11-03T00:00:00Z", "COMPLETED"),
        told(1, "created", "rewr_1", "2026-11-01T00:00:00Z", "PENDING"),
        told(2, "pending", "rewr_1", "2026-11-02T00:00:00Z", "PENDING"),
        told(4, "created", "rewr_2", "2026-11-02T00:00:00Z", "PENDING"),
        told(5, "rolledback", "rewr_3", "2026-11-02T00:00:00Z"),
    )
    found = reward_states(cache, "camp_1")
    assert found is not None
    assert (found.pending, found.settled, found.since) == (1, 2, RECEIVED)
    other = reward_states(cache, "camp_2")
    assert other is not None
    assert (other.pending, other.settled) == (0, 0)


def test_a_distributions_state_is_the_last_one_told(cache: sqlite3.Connection) -> None:
    for number, state in enumerate(("TO SEND", "DONE"), start=1):
        document = enveloped("manual_distribution_schedule", {"distribution": {"id": "distr_1", "status": state}},
                             number=number)  # fmt: skip
        document["event"]["created_at"] = f"2026-11-0{number}T00:00:00Z"
        keep(cache, document)
    told = distribution_state(cache, "distr_1")
    assert told is not None
    assert (told.state, told.at) == ("DONE", "2026-11-02T00:00:00.000Z")
    assert distribution_state(cache, "distr_2") is None


# Caches of an earlier release


def older_cache(path: Path) -> None:
    """A cache as it was before deliveries had a place."""
    connection = connect_writer(path)
    put(connection, "campaigns", campaign())
    for table in ("webhook_deliveries", "webhook_deliveries_raw", "webhook_records"):
        connection.execute(f"drop table {table}")
    connection.execute("delete from _sqlite_migrations where name = 'm005_webhook_deliveries'")
    connection.close()


def test_an_older_cache_gets_its_place_and_loses_nothing(tmp_path: Path) -> None:
    older_cache(tmp_path / "c.db")
    connection = connect_writer(tmp_path / "c.db")
    assert keep(connection, enveloped())[0].new
    assert column(connection, "select id from campaigns") == ["camp_1"]
    assert migrate(sqlite_utils.Database(connection)) == []
    connection.close()


def test_an_older_cache_is_readable_without_it(tmp_path: Path) -> None:
    older_cache(tmp_path / "c.db")
    connection = connect_reader(tmp_path / "c.db")
    assert feed(connection) == []
    assert len(read_activity(connection, CAMPAIGN_SOURCES, "camp_1", NOW)) == 1
    assert {status.name for status in resource_statuses(connection)} >= {"campaigns"}
    assert rewards_given(connection, "camp_1") is None
    assert reward_states(connection, "camp_1") is None
    assert distribution_state(connection, "distr_1") is None
    connection.close()
