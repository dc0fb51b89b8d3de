"""What cannot be done and why, what forms begin with and mean, and what a batch costs: over plain values."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from store.actions.batch import Price
from store.actions.catalogue import ACTIONS, action_named
from store.actions.consent import words_to_type
from store.actions.subjects import ManagedRecord, kind_managed
from tui.actions.form import NEEDED, UNCHANGED, first_texts, values_of
from tui.actions.menu import Standing, menu_items, reason_against, standing_of
from tui.actions.words import cost_words
from tui.cli.document_editor import _pairs
from tui.cli.exits import Failure

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Warsaw")
OFF = "Writes are off."
HOSTILE = "[/x]\x1b[2J"


def record(kind: str, **document: Any) -> ManagedRecord:
    values: dict[str, Any] = {"id": "x_1", **{name: document[name] for name in ("code", "name") if name in document}}
    return ManagedRecord(kind, "x_1", values, document)


@pytest.mark.parametrize(
    ("kind", "action", "records", "standing", "against", "note"),
    [
        ("campaign", "enable", [{"active": False}], Standing(), "", ""),
        ("campaign", "enable", [{"active": True}], Standing(), "It is enabled already.", ""),
        ("campaign", "enable", [{"active": True}, {"active": False}], Standing(),
         "", "1 of 2 cannot: It is enabled already."),
        ("campaign", "enable", [{"active": True}, {"active": True}], Standing(), "It is enabled already.", ""),
        ("campaign", "enable", [{}], Standing(), "", ""),
        ("campaign", "enable", [{"active": False}], standing_of("", OFF, {}), "writes off", ""),
        ("campaign", "enable", [{"active": False}], standing_of("No keys.", OFF, {}), "offline", ""),
        ("campaign", "enable", [{"active": False}], Standing(no_right={("campaign", "enable"): "403"}), "403", ""),
        ("campaign", "disable", [{"active": True}], Standing(no_right={("campaign", "enable"): "403"}), "", ""),
        ("campaign", "edit", [{"protected": True}], Standing(), "It is protected: the API refuses to change it.", ""),
        ("voucher", "add-credit", [{"type": "DISCOUNT_VOUCHER"}], Standing(), "It is no gift card with a balance.", ""),
        ("redemption", "roll-back", [{"result": "FAILURE"}], Standing(),
         "It was refused; there is nothing to roll back.", ""),
        ("redemption", "roll-back", [{"result": "SUCCESS", "date": "2026-08-23T12:00:00.000Z"}], Standing(),
         "It is too late: a redemption can be rolled back for three months.", ""),
        ("redemption", "roll-back", [{"result": "SUCCESS", "date": "2026-08-23T12:00:01.000Z"}], Standing(), "", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(
    kind: str, action: str, records: list[dict[str, Any]], standing: Standing, against: str, note: str
) -> None:
    found = action_named(kind, action)
    assert found is not None
    assert reason_against(found, [record(kind, **one) for one in records], standing, NOW) == (against, note)


def test_a_menu_has_every_action_of_its_kind_and_what_can_be_done_first() -> None:
    for kind in {one.kind for one in ACTIONS}:
        items = list(menu_items([record(kind, active=True)], Standing(), NOW))
        assert sorted(one.id for one in items) == sorted(one.id for one in ACTIONS if one.kind == kind)
        assert [bool(one.against) for one in items] == sorted(bool(one.against) for one in items)
    assert {one.against for one in menu_items([record("voucher")], standing_of("", OFF, {}), NOW)} == {"writes off"}


@pytest.mark.parametrize(
    ("kind", "managed"),
    [("campaign", "campaign"), ("event", "redemption"), ("transaction", "voucher"), ("customer", ""), ("", "")],
)
def test_rows_that_tell_of_a_record_are_managed_as_it(kind: str, managed: str) -> None:
    assert kind_managed(kind) == managed


EDITED = {
    "start_date": "2026-11-09T23:00:00.000Z",
    "expiration_date": "2026-12-31T23:00:00.000Z",
    "description": HOSTILE,
    "category_id": None,
    "metadata": {"team": "retail"},
}


def test_a_form_begins_with_the_record_in_peoples_units_and_sends_only_what_was_changed() -> None:
    edit = action_named("campaign", "edit")
    assert edit is not None
    first = first_texts(edit, [EDITED], {}, NOW, ZONE)
    # Midnight in Warsaw begins the 10th; the end of the 31st is the first instant after it.
    assert (first["start_date"], first["expiration_date"]) == ("2026-11-10", "2026-12-31")
    assert (first["category_id"], first["metadata"]) == ("", '{\n  "team": "retail"\n}')
    assert "\x1b" not in first["description"]
    assert values_of(edit, first, first, {}, NOW, ZONE) == ({}, {"": UNCHANGED})
    typed = {**first, "expiration_date": "2027-01-31", "category_id": "cat_1", "start_date": ""}
    values, wrong = values_of(edit, typed, first, {}, NOW, ZONE)
    assert (values, wrong) == (
        {"start_date": None, "expiration_date": "2027-01-31T23:00:00.000Z", "category_id": "cat_1"}, {},
    )  # fmt: skip
    _, wrong = values_of(edit, {**first, "start_date": "soon", "metadata": "[1]"}, first, {}, NOW, ZONE)
    assert set(wrong) == {"start_date", "metadata"}
    # An instant within a day stays one, by the project's clock.
    inside = first_texts(edit, [{**EDITED, "start_date": "2026-11-08T00:30:00.000Z"}], {}, NOW, ZONE)
    assert inside["start_date"] == "2026-11-08 01:30+01:00"
    assert first_texts(edit, [EDITED, EDITED], {}, NOW, ZONE)["start_date"] == ""


HELD = {"team": "retail", "vip": True, "old": {"a": 1}}
EDITS = [
    ({**HELD, "team": "web"}, {"team": "web"}),
    ({**HELD, "vip": 1, "new": None}, {"vip": 1, "new": None}),
    ({"old": {"a": 1}, "vip": True, "team": "web"}, {"team": "web"}),
    ({"team": "retail", "vip": True}, {"old": None}),
    ({"vip": False}, {"vip": False, "team": None, "old": None}),
]
"""Metadata as it was typed over `HELD`, and what is sent of it: keys that stand as they began may be stale."""


@pytest.mark.parametrize(("typed", "sent"), EDITS)
def test_of_edited_metadata_only_the_changed_keys_are_sent(typed: dict[str, Any], sent: dict[str, Any]) -> None:
    campaign, code = action_named("campaign", "edit"), action_named("voucher", "edit")
    assert campaign is not None
    assert code is not None
    gone = [key for key in HELD if key not in typed]
    refused = f"The API takes no key of metadata away: leave {', '.join(gone)} in."
    text = msgspec.json.encode(typed).decode()
    before = {"metadata": HELD, "category_id": None}
    for action in (campaign, code):
        first = first_texts(action, [before], {}, NOW, ZONE)
        found = values_of(action, {**first, "metadata": text}, first, {}, NOW, ZONE)
        assert found == (({}, {"metadata": refused}) if gone and action is code else ({"metadata": sent}, {}))
    assert _pairs(campaign, before, f'{{"metadata": {text}, "category_id": null}}') == (
        f"metadata={msgspec.json.encode(sent).decode()}",
    )
    if gone:
        with pytest.raises(Failure, match=refused):
            _pairs(code, before, f'{{"metadata": {text}, "category_id": null}}')


def test_values_that_were_given_are_sent_whole_and_rules_always() -> None:
    edit, rule = action_named("campaign", "edit"), action_named("validation_rule", "edit")
    assert edit is not None
    assert rule is not None
    given = {"metadata": {"team": None, "vip": True}}
    first = first_texts(edit, [{"metadata": HELD}], given, NOW, ZONE)
    typed = {**first, "metadata": '{"vip": true}'}
    assert values_of(edit, typed, first, given, NOW, ZONE) == ({"metadata": {"vip": True}}, {})
    first = first_texts(rule, [{"bundle_rules": {"1": {}}}], {}, NOW, ZONE)
    assert values_of(rule, {**first, "bundle_rules": "{}"}, first, {}, NOW, ZONE) == ({"bundle_rules": {}}, {})


def test_a_movement_begins_empty_and_what_was_given_stays() -> None:
    points = action_named("voucher", "add-points")
    assert points is not None
    # The card's own end is no value of the movement's field of that name.
    first = first_texts(points, [{"expiration_date": "2026-12-31T23:00:00.000Z"}], {}, NOW, ZONE)
    assert set(first.values()) == {""}
    assert values_of(points, first, first, {}, NOW, ZONE) == ({}, {"points": NEEDED})
    given = {"points": -40}
    first = first_texts(points, [{}], given, NOW, ZONE)
    assert first["points"] == "-40"
    assert values_of(points, {**first, "reason": "asked"}, first, given, NOW, ZONE) == (
        {"points": -40, "reason": "asked"}, {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "action", "number", "production", "words"),
    [
        ("campaign", "disable", 1, False, ""),
        ("campaign", "disable", 1, True, "DISABLE 1"),
        ("campaign", "disable", 12, False, "DISABLE 12"),
        ("redemption", "roll-back", 1, False, "ROLL BACK 1"),
        ("voucher", "add-credit", 2, True, "ADD CREDIT 2"),
    ],
)
def test_words_are_typed_for_value_for_many_and_in_production(
    kind: str, action: str, number: int, production: bool, words: str
) -> None:
    found = action_named(kind, action)
    assert found is not None
    assert words_to_type(found, number, production=production) == words


def test_the_cost_of_many() -> None:
    assert cost_words(Price(12, 36, 0)) == "12 records · about 36 calls · no waiting for the call limit"
    assert cost_words(Price(500, 1_500, 1_200)) == (
        "500 records · about 1,500 calls · 20 min of waiting for the call limit"
    )
    assert cost_words(Price(2, 6, None)) == "2 records · about 6 calls · no call limit known"
