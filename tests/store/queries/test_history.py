"""A campaign as it was: rebuilt documents equal those stored at each sync, whatever was edited in between."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.database import connect_writer
from store.queries.history import as_it_was, previous_state, sync_moments
from store.queries.reader import document
from store.sync.request import SyncRequest
from tests.support.records import AT, campaign, put
from tests.support.syncing import Project

CONFIGURATION = SyncRequest(only=frozenset({"campaigns", "promotion_tiers", "validation_rules_assignments"}))
EDITS: tuple[dict[str, Any], ...] = (
    {"name": "Renamed [b]once[/b]"},
    {"metadata": {"team": "CRM", "a/b~c": {"deep": [1, 2, {"x": None}]}}, "active": False},
    {"metadata": {"team": "Retail"}, "expiration_date": None},
    {"active": True, "description": "back", "metadata": {}},
)


def test_every_sync_can_be_returned_to(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    key = project.world.campaign("Cart Ladder")["id"]
    project.sync(CONFIGURATION)
    connection = project.connect()
    stored = [deepcopy(document(connection, "campaigns", key))]
    for edit in EDITS:
        project.clock.advance(3_600)
        project.world.edit_campaign(key, at=project.clock.now(), **edit)
        project.sync(CONFIGURATION)
        stored.append(deepcopy(document(connection, "campaigns", key)))
    moments = sync_moments(connection, "campaigns", key)
    first = moments.pop()
    assert first.fields == 0
    assert as_it_was(connection, "campaigns", key, first.seen_at).document == stored[0]
    assert len(moments) == len(EDITS)
    assert [moment.seen_at for moment in moments] == sorted((moment.seen_at for moment in moments), reverse=True)
    assert all(moment.fields >= 1 for moment in moments)
    for moment, expected in zip(reversed(moments), stored[1:], strict=True):
        then = as_it_was(connection, "campaigns", key, moment.seen_at)
        assert then.document == expected
        assert len(then.changes) == moment.fields
        before, after = previous_state(connection, "campaigns", key, moment.seen_at)
        assert (before, after) == (stored[stored.index(expected) - 1], expected)
    assert as_it_was(connection, "campaigns", key, "2026-11-23T12:00:00.000Z").document == stored[0]


def test_a_sync_that_saw_nothing_new_is_no_moment(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    key = project.world.campaign("Cart Ladder")["id"]
    for _ in range(3):
        project.sync(CONFIGURATION)
        project.clock.advance(3_600)
    assert sync_moments(project.connect(), "campaigns", key) == []


def test_each_state_names_what_its_own_sync_changed(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    days = [f"2026-11-0{day}T00:00:00.000Z" for day in (1, 2, 3)]
    put(connection, "campaigns", campaign(name="First"), at=days[0])
    put(connection, "campaigns", campaign(name="Second", active=True), at=days[1])
    put(connection, "campaigns", campaign(name="Third", active=True), at=days[2])
    moments = sync_moments(connection, "campaigns", "camp_1")
    assert [(moment.seen_at, moment.fields) for moment in moments] == [(days[2], 1), (days[1], 2), ("", 0)]
    changes = [as_it_was(connection, "campaigns", "camp_1", moment.seen_at).changes for moment in moments]
    assert changes[0] == (("campaigns", "camp_1", "/name", '"Second"', '"Third"'),)
    assert sorted(changes[1]) == [
        ("campaigns", "camp_1", "/active", None, "true"),
        ("campaigns", "camp_1", "/name", '"First"', '"Second"'),
    ]
    assert changes[2] == ()
    names = [
        (as_it_was(connection, "campaigns", "camp_1", moment.seen_at).document or {})["name"] for moment in moments
    ]
    assert names == ["Third", "Second", "First"]


def test_a_campaign_that_appeared_has_no_state_before_that(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(), journal_new=True)
    assert [(moment.seen_at, moment.fields) for moment in sync_moments(connection, "campaigns", "camp_1")] == [(AT, 1)]


def test_before_it_appeared_there_was_no_campaign(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign("camp_new"), at="2026-11-02T00:00:00.000Z", journal_new=True)
    put(connection, "campaigns", campaign("camp_new", "Later"), at="2026-11-03T00:00:00.000Z", journal_new=True)
    assert as_it_was(connection, "campaigns", "camp_new", "2026-11-01T00:00:00.000Z").document is None
    assert as_it_was(connection, "campaigns", "camp_new", "2026-11-02T00:00:00.000Z").document == campaign("camp_new")
    assert as_it_was(connection, "campaigns", "camp_new", "2026-11-03T00:00:00.000Z").document == campaign(
        "camp_new", "Later"
    )


def test_an_appearance_has_nothing_before_it(tmp_path: Path) -> None:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign(), journal_new=True)
    assert previous_state(connection, "campaigns", "camp_1", AT) == (None, campaign())


def test_a_deleted_campaign_is_still_told(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    key = project.world.campaign("Last Call")["id"]
    project.sync(CONFIGURATION)
    connection = project.connect()
    was = document(connection, "campaigns", key)
    project.clock.advance(60)
    project.world.delete_campaign(key, at=project.clock.now())
    project.sync(CONFIGURATION)
    gone = sync_moments(connection, "campaigns", key)[0]
    assert as_it_was(connection, "campaigns", key, "2026-11-23T12:00:00.000Z").document == was
    before, after = previous_state(connection, "campaigns", key, gone.seen_at)
    assert before == was
    assert after is None, "after the sync that missed it, it is not there"
    then = as_it_was(connection, "campaigns", key, gone.seen_at)
    assert then.document is None


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b/", "~c", ""]), inner, max_size=3)
    ),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.sampled_from(["name", "a/b", "~", "", "metadata", "0"]), _VALUES)


@settings(max_examples=60)
@given(st.lists(_OBJECTS, min_size=2, max_size=5))
def test_any_documents_survive_any_order_of_edits(tmp_path: Path, states: list[dict[str, Any]]) -> None:
    connection = connect_writer(tmp_path / "c.db")
    for table in ("campaigns", "campaigns_raw", "changes"):
        connection.execute(f"delete from {table}")
    documents = [{**state, "id": "camp_1"} for state in states]
    times = [f"2026-11-{day + 1:02d}T00:00:00.000Z" for day in range(len(documents))]
    for at, one in zip(times, documents, strict=True):
        put(connection, "campaigns", one, at=at)
    for at, one in zip(times, documents, strict=True):
        found = as_it_was(connection, "campaigns", "camp_1", at).document
        assert json.dumps(found, sort_keys=True) == json.dumps(one, sort_keys=True)
    connection.close()
