"""A campaign's activity: every trace merged in one order, each entry naming its source and what it is about."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.days import instant_text
from store.domain.changes import FieldChanged
from store.queries.activity import (
    API_CALL,
    BACKGROUND,
    BIN,
    CAMPAIGN_SOURCES,
    CHANGE,
    KINDS,
    LIFE_CYCLE,
    Activity,
    read_activity,
    related_records,
)  # fmt: skip
from tests.support.records import AT, campaign, put
from tests.support.syncing import NOW, Project

HERE = datetime(2026, 11, 20, 13, tzinfo=UTC)
EVIL = "[@click=app.quit]x[/] \x1b[31m\u202e"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(start_date="2026-11-01", expiration_date="2026-12-24T00:00:00Z"))
    yield connection
    connection.close()


def feed(cache: sqlite3.Connection, *kinds: str) -> list[Activity]:
    return [
        entry for entry in read_activity(cache, CAMPAIGN_SOURCES, "camp_1", HERE) if not kinds or entry.kind in kinds
    ]


def test_every_trace_is_merged_newest_first(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(name="Other"), at="2026-11-05T00:00:00.000Z")
    call = {"id": "log_1", "created_at": "2026-11-06T00:00:00.000Z", "method": "PUT", "endpoint": "/v1/campaigns/{id}",
            "status": 200, "user_email": "ada@example.com", "request_id": "req_1", "campaign_id": "camp_1",
            "request_body": {"active": False}, "response_body": {"id": "camp_1"}}  # fmt: skip
    task = {"id": "aa_1", "created_at": "2026-11-07T00:00:00.000Z", "type": "CAMPAIGN_UPDATE", "status": "DONE",
            "request_id": "req_1", "operation_status": "FAILED"}  # fmt: skip
    gone = {"id": "tbe_1", "created_at": "2026-11-08T00:00:00.000Z", "resource_type": "voucher", "resource_id": "v_9",
            "resource_name": EVIL, "resource_parent_id": "camp_1", "deleted_by_user_id": None}  # fmt: skip
    put(cache, "api_log", call)
    put(cache, "async_actions", task)
    put(cache, "trash_bin", gone)
    found = feed(cache)
    # The Christmas end has not come yet, and the changed document brought no dates: they are gone from it.
    assert [(entry.at[:10], entry.kind) for entry in found] == [
        ("2026-11-08", BIN), ("2026-11-07", BACKGROUND), ("2026-11-06", API_CALL), ("2026-11-05", CHANGE),
        ("2026-01-10", LIFE_CYCLE),
    ]  # fmt: skip
    assert len({entry.id for entry in found}) == len(found)
    assert all(entry.kind in KINDS and entry.source and entry.title for entry in found)
    binned, background, called, changed, _ = found
    assert EVIL in binned.detail
    assert "through the API" in binned.detail
    assert background.failed
    assert "req_1" in background.detail
    assert "ada@example.com" in called.detail
    assert {name: json.loads(text) for name, text in called.payloads} == {
        "request": {"active": False},
        "response": {"id": "camp_1"},
    }
    assert not called.failed
    assert changed.resource == "campaigns"
    renamed = changed.changes[0]
    assert (renamed.path, renamed.before, renamed.after) == ("/name", '"Autumn"', '"Other"')


@pytest.mark.parametrize(
    ("logged", "shown"),
    [
        ({"active": True}, {"active": True}),
        ('{"active": true}', {"active": True}),
        ("[1, 2]", [1, 2]),
        ("reason=old&x=[/b]", "reason=old&x=[/b]"),
        ("", ""),
        (7, 7),
    ],
)
def test_logged_bodies_are_readable_json_whatever_they_were(
    cache: sqlite3.Connection, logged: object, shown: object
) -> None:
    call = {"id": "log_1", "created_at": AT, "campaign_id": "camp_1", "status": 500, "request_body": logged}
    put(cache, "api_log", call)
    (found,) = feed(cache, API_CALL)
    assert {name: json.loads(text) for name, text in found.payloads} == {"request": shown}
    assert found.failed


def test_dates_to_come_are_told_as_such(cache: sqlite3.Connection) -> None:
    found = {entry.detail: entry for entry in feed(cache, LIFE_CYCLE)}
    assert found["created_at"].title == "Campaign created"
    assert found["start_date"].title == "Campaign started"
    assert found["expiration_date"].title == "Campaign will expire"
    assert found["start_date"].at < instant_text(HERE) < found["expiration_date"].at
    assert feed(cache)[0].detail == "expiration_date"


def test_tiers_have_a_life_cycle_of_their_own(cache: sqlite3.Connection) -> None:
    tier = {"id": "promo_1", "name": EVIL, "campaign": {"id": "camp_1"}, "start_date": "2026-11-02T00:00:00Z"}
    put(cache, "promotion_tiers", tier, tier | {"id": "promo_2", "campaign": {"id": "camp_2"}})
    found = [entry for entry in feed(cache, LIFE_CYCLE) if entry.resource == "promotion_tiers"]
    assert [(entry.record_id, entry.title) for entry in found] == [("promo_1", f"Tier {EVIL} started")]


def test_rules_and_assignments_belong_to_the_feed(cache: sqlite3.Connection) -> None:
    """Their documents name no campaign: they are found through the assignment."""
    assignment = {"id": "asgm_1", "rule_id": "val_1", "related_object_id": "camp_1"}
    put(cache, "validation_rules_assignments", assignment, at=AT, journal_new=True)
    put(cache, "validation_rules", {"id": "val_1", "name": "Once", "rules": {"1": {"value": 1}}})
    put(cache, "validation_rules", {"id": "val_1", "name": "Once", "rules": {"1": {"value": 2}}},
        {"id": "val_2", "name": "Not ours"}, at="2026-11-20T12:30:00.000Z", journal_new=True)  # fmt: skip
    assert related_records(cache, "camp_1") == ["camp_1", "asgm_1", "val_1"]
    found = feed(cache, CHANGE)
    assert [(entry.resource, entry.record_id) for entry in found] == [
        ("validation_rules", "val_1"),
        ("validation_rules_assignments", "asgm_1"),
    ]
    assert found[0].changes == (FieldChanged("/rules/1/value", "1", "2"),)
    assert found[1].title == "Rule assignment appeared"


def test_fields_seen_by_one_sync_are_one_entry_and_say_between_which(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(name="B", active=True, start_date="2026-11-02"), at="2026-11-05T00:00:00.000Z")
    put(cache, "campaigns", campaign(name="C", active=True, start_date="2026-11-02"), at="2026-11-06T00:00:00.000Z")
    later, earlier = feed(cache, CHANGE)
    assert (later.title, earlier.title) == ("Campaign changed: 1 field", "Campaign changed: 4 fields")
    assert "2026-11-06" in later.source
    assert {change.path for change in earlier.changes} == {"/name", "/active", "/start_date", "/expiration_date"}


def test_what_vanished_is_told_with_its_last_document(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    tier = project.world.campaign("Cart Ladder")
    project.clock.advance(60)
    project.world.delete_campaign(tier["id"], at=project.clock.now())
    project.sync()
    connection = project.connect()
    found = [
        one
        for one in read_activity(connection, CAMPAIGN_SOURCES, tier["id"], project.clock.now())
        if one.kind == CHANGE
    ]
    gone = next(one for one in found if one.resource == "campaigns")
    assert (gone.title, gone.detail, gone.failed) == ("Campaign is gone", "Cart Ladder", True)
    assert json.loads(dict(gone.payloads)["document"])["id"] == tier["id"]


def test_an_empty_cache_has_no_activity(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "none.db")
    assert read_activity(connection, CAMPAIGN_SOURCES, "camp_1", NOW) == []


def test_on_a_whole_world_entries_belong_to_their_campaign(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = project.connect()
    seen: dict[str, str] = {}
    kinds = set()
    for campaign_id in project.world.tables["campaigns"].column("id"):
        found = read_activity(connection, CAMPAIGN_SOURCES, campaign_id, NOW)
        assert [(entry.at, entry.id) for entry in found] == sorted(((one.at, one.id) for one in found), reverse=True)
        for entry in found:
            kinds.add(entry.kind)
            assert seen.setdefault(entry.id, campaign_id) == campaign_id, entry
            for _, text in entry.payloads:
                json.loads(text)
    assert kinds == {API_CALL, BACKGROUND, BIN, LIFE_CYCLE}, "nothing was edited between two syncs yet"
