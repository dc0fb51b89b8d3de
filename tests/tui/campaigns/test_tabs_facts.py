"""Rules as trees beside their JSON, metadata with its schema's types, masking, words of instants, copying."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from store.queries.campaign_rules import campaign_rules
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.queries.redemption_story import redemption_story
from tests.support.syncing import ZONE
from tests.support.tab_host import SIZES, TabHost, campaigns_of, context_of, make_cache, reading, screen_text, settle
from tui.campaign_kit.lists.points import EXPIRATION_ROWS
from tui.campaign_kit.lists.traffic import REDEMPTION_ROWS
from tui.campaign_kit.rules_tab import RulesTab, count_rules, load_rules
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.details import campaign_details
from tui.campaigns.tabs.catalogue import METADATA
from tui.campaigns.tabs.metadata import campaign_metadata
from tui.campaigns.tabs.programs import loyalty_tiers
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import Detail
from tui.kit.lists.tab import RowsTab
from tui.kit.markdown import fields_markdown
from tui.kit.masking import masked, masked_document
from tui.kit.metadata_tab import MetadataTab, fits, load_metadata, type_words
from widgets.json.json_view import JsonView
from widgets.panel.panel import Field
from widgets.table.rows import Row
from widgets.table.virtual_table import VirtualTable
from widgets.text import glyphs

HOSTILE = "[/b][@click=app.quit]x[/] \x1b]0;t\x07 \u202egnp"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(make_cache(tmp_path_factory.mktemp("facts") / "cache.db")) as opened:
        yield opened


def context_for(reader: Reader, kind: str) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)[kind])


# Rules


@pytest.mark.parametrize("kind", ["DISCOUNT_COUPONS", "GIFT_VOUCHERS", "REFERRAL_PROGRAM", "PROMOTION"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_rules_are_words_with_their_json(reader: Reader, kind: str, size: tuple[int, int]) -> None:
    context = context_for(reader, kind)
    tab = RulesTab(context)
    app = TabHost(tab)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        rules = load_rules(context)
        assert count_rules(context) == len(rules.trees)
        beside = bool(rules.trees) and size[0] >= 110
        assert tab.query_one(JsonView).display == beside
        offered = {held.binding.action for held in app.active_bindings.values()}
        assert ("toggle_json" in offered, "next_rule(1)" in offered) == (len(rules.trees) > 0, len(rules.trees) > 1)
        words = "assigned to" if rules.trees else "every code of this campaign may be redeemed within its own limits."
        assert words in " ".join(screen_text(app).split())
        await pilot.press("J")
        await settle(pilot)
        assert tab.query_one(JsonView).display == (bool(rules.trees) and not beside)


async def test_the_next_rule_comes_beside(reader: Reader) -> None:
    tab = RulesTab(context_for(reader, "PROMOTION"))
    app = TabHost(tab)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        beside = [tab.query_one(JsonView).tree_lines.document["id"]]
        for _ in range(4):
            await pilot.press("n")
            await settle(pilot)
            beside.append(tab.query_one(JsonView).tree_lines.document["id"])
        assert len(set(beside)) == 4
        assert beside[-1] == beside[0]


def test_rules_of_parts_name_the_part(reader: Reader) -> None:
    campaign = campaigns_of(reader)["PROMOTION"]
    kinds = {held.kind for rule in reader.ask(campaign_rules, campaign.id) for held in rule.assignments}
    assert "promotion_tier" in kinds
    named = [held.name for rule in reader.ask(campaign_rules, campaign.id) for held in rule.assignments]
    assert all(named)


# Metadata


@pytest.mark.parametrize(
    ("value", "definition", "expected"),
    [
        ("x", {"type": "string"}, True),
        (1, {"type": "string"}, False),
        (1, {"type": "number"}, True),
        (True, {"type": "number"}, False),
        (True, {"type": "boolean"}, True),
        ("2026-01-01", {"type": "date"}, True),
        ("soon", {"type": "date"}, False),
        (["a", "b"], {"type": "string", "array": True}, True),
        (["a", 1], {"type": "string", "array": True}, False),
        ("a", {"type": "string", "array": True}, False),
        (None, {"type": "string"}, True),
        (None, {"type": "string", "optional": False}, False),
        ({"lat": 1}, {"type": "geopoint"}, True),
        ("javascript:1", {"type": "image_url"}, False),
    ],
)
def test_values_are_held_against_their_type(value: Any, definition: dict[str, Any], expected: bool) -> None:
    assert fits(value, definition) is expected


def test_types_read_well() -> None:
    assert type_words({"type": "string", "array": True, "optional": False}) == "list of text, required"
    assert type_words({}) == "any type"


def metadata_rows(context: CampaignContext) -> tuple[Row, ...]:
    return load_metadata(context, campaign_metadata(context)).rows


def test_metadata_numbers_are_shown_as_they_are(reader: Reader) -> None:
    context = context_for(reader, "DISCOUNT_COUPONS")
    document = {**context.campaign.document, "metadata": {"budget_code": 4122, "on": True}}
    rows = metadata_rows(
        replace(context, campaign=structs.replace(context.campaign, received=msgspec.json.encode(document)))
    )
    values = {str(row.cells[0]): str(row.cells[1]) for row in rows}
    assert values["budget_code"] == "4122"
    assert values["on"] == "true"


@pytest.mark.parametrize(("kind", "words"), [("PROMOTION", "No codes"), ("GIFT_VOUCHERS", "codes are made")])
def test_details_speak_of_codes_only_where_there_are_some(reader: Reader, kind: str, words: str) -> None:
    fields = {field.label: field.value for field in campaign_details(context_for(reader, kind)).fields}
    assert words in str(fields["Kind"])
    assert kind != "PROMOTION" or "Joining" not in fields


async def test_tiers_name_what_they_change(reader: Reader) -> None:
    app = TabHost(loyalty_tiers(context_for(reader, "LOYALTY_PROGRAM")))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "earning rule " in text
        assert "ern_" not in text
        assert "rewa_" not in text


async def test_expiration_buckets_tell_their_status(reader: Reader) -> None:
    app = TabHost(RowsTab(EXPIRATION_ROWS, context_for(reader, "LOYALTY_PROGRAM")))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await pilot.press("G")
        await settle(pilot)
        assert f"{glyphs.current().active} active" in screen_text(app)


async def test_metadata_shows_keys_values_and_types(reader: Reader) -> None:
    context = context_for(reader, "DISCOUNT_COUPONS")
    hostile = {"a": {"b": HOSTILE}, "team": 7, HOSTILE: "x", "list": [1, 2]}
    document = {**context.campaign.document, "metadata": hostile, "use_voucher_metadata_schema": False}
    context = replace(context, campaign=structs.replace(context.campaign, received=msgspec.json.encode(document)))
    tab = METADATA.build(context)
    assert isinstance(tab, MetadataTab)
    app = TabHost(tab)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "a.b" in text
        assert "text, but this is number" in text
        assert "not set" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[@click=app.quit]" in text
        assert tab.query_one(VirtualTable).row_count == len(metadata_rows(context))
    assert METADATA.count is not None
    assert METADATA.count(context) == 4


# Masking


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Kowalska", "Anna K."),
        ("Ivan van der Berg", "Ivan v. d."),
        ("anna@example.com", "a•••@e•••"),
        ("Anna", "A•••"),
        ("", "•••"),
    ],
)
def test_a_mask_tells_rows_apart_and_no_more(text: str, expected: str) -> None:
    assert masked(text) == expected


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_address_never_survives(local: str, host: str) -> None:
    shown = masked(f"{local}x@{host}y")
    assert shown.count("•••") == 2


def test_documents_lose_what_is_personal_and_keep_the_rest() -> None:
    document = {
        "id": "r_1",
        "customer": {"id": "cust_1", "name": "Anna Kowalska", "email": "anna@example.com", "metadata": {"tier": "x"}},
        "order": {"customer": {"object": "customer", "source_id": "anna@example.com"}, "items": [{"name": "Mug"}]},
        "voucher": {"code": "A-1"},
    }
    found = masked_document(msgspec.json.encode(document).decode())
    assert "anna@example.com" not in str(found)
    assert "Kowalska" not in str(found)
    assert found["order"]["items"] == [{"name": "Mug"}]
    assert found["voucher"] == {"code": "A-1"}
    assert found["customer"]["id"] == "cust_1"
    assert masked_document("no json") == "no json"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"amount": NaN, "customer": {"name": "Anna Kowalska"}}', "Anna K."),
        ('{"name": "\\ud83d", "email": "anna@example.com"}', "a•••@e•••"),
        ('{"note": "asked by anna@example.com, twice"}', "asked by a•••@e•••, twice"),
        ('{"request": "{\\"customer\\": {\\"name\\": \\"Anna Kowalska\\"}}"}', "Anna K."),
        ('{"path": "/v1/customers?email=anna%40example.com&limit=1"}', "/v1/customers?email=a•••@e•••&limit=1"),
        ("email=anna@example.com&x=1", "email=a•••@e•••&x=1"),
        ('{"email": "anna@example.com"', '"a•••@e•••"'),
    ],
)
def test_what_is_personal_is_masked_wherever_it_stands(text: str, shown: str) -> None:
    found = str(masked_document(text))
    assert shown in found
    assert "anna@" not in found
    assert "Kowalska" not in found


def test_a_document_inside_a_document_without_anything_personal_stays_as_it_is() -> None:
    assert masked_document('{"body": "{ \\"a\\" :1}", "big": 12345678901234567890}') == {
        "body": '{ "a" :1}', "big": 12345678901234567890,
    }  # fmt: skip


# Words


@pytest.mark.parametrize(
    ("instant", "when", "day"),
    [
        ("2026-06-30T22:30:00.000Z", "1 Jul 2026 00:30", "1 Jul 2026"),
        ("2026-07-01", "1 Jul 2026 02:00", "1 Jul 2026"),
        ("2026-12-31T23:00:00Z", "1 Jan 2027 00:00", "1 Jan 2027"),
        ("soon", "soon (not a date)", "soon (not a date)"),
        (None, "", ""),
        (5, "", ""),
    ],
)
def test_instants_are_shown_in_the_projects_zone(instant: object, when: str, day: str) -> None:
    scene = Formatter("EUR", ZoneInfo("Europe/Warsaw"), datetime(2026, 11, 23, tzinfo=UTC))
    assert scene.when(instant) == when
    assert scene.day(instant) == day


def test_details_as_markdown_hold_no_markup() -> None:
    detail = Detail(f"Code {HOSTILE}", (Field("Message", "a | b `c` <i>"), Field("", ("one", "two"))))
    text = fields_markdown(detail.title, detail.fields)
    assert "\x1b" not in text
    assert r"\[/b\]" in text
    assert r"a \| b \`c\` \<i\>" in text
    assert "- one · two" in text


# Redemptions


def test_a_refusal_is_put_in_proportion(reader: Reader) -> None:
    context = context_for(reader, "DISCOUNT_COUPONS")
    identity, code = reader.connection.execute(
        "select id, failure_code from redemptions where campaign_id = ? and result = 'FAILURE'"
        " and failure_code is not null order by created_at desc limit 1",
        (context.campaign.id,),
    ).fetchone()
    story = redemption_story(reader.connection, identity, context.period.span, context.zone)
    assert story.refusals is not None
    same = reader.connection.execute(
        "select count(*) from redemptions where campaign_id = ? and failure_code = ?", (context.campaign.id, code)
    ).fetchone()[0]
    assert story.refusals.same == same
    assert story.refusals.attempts >= same


def test_a_rolled_back_redemption_names_its_rollback(reader: Reader) -> None:
    rollback, undone = reader.connection.execute(
        "select id, undone_redemption_id from redemptions where undone_redemption_id is not null"
        " and result = 'SUCCESS' limit 1"
    ).fetchone()
    span = context_for(reader, "DISCOUNT_COUPONS").period.span
    assert rollback in redemption_story(reader.connection, undone, span, ZoneInfo("UTC")).rolled_back_by


def test_a_stack_knows_its_other_rows(reader: Reader) -> None:
    found = reader.connection.execute(
        "select id, parent_redemption_id from redemptions where parent_redemption_id is not null"
        " and parent_redemption_id <> id limit 1"
    ).fetchone()
    assert found is not None
    span = context_for(reader, "DISCOUNT_COUPONS").period.span
    story = redemption_story(reader.connection, found[0], span, ZoneInfo("UTC"))
    assert found[1] in {other.id for other in story.siblings}
    assert found[0] not in {other.id for other in story.siblings}
    assert redemption_story(reader.connection, "r_none", span, ZoneInfo("UTC")).siblings == ()


async def test_copying_a_row_and_its_details(reader: Reader) -> None:
    tab = RowsTab(REDEMPTION_ROWS, context_for(reader, "DISCOUNT_COUPONS"))
    app = TabHost(tab)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        row = tab.table.cursor_row
        assert row is not None
        await pilot.press("y")
        await settle(pilot)
        assert app.clipboard == row.id
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("Y")
        await settle(pilot)
        assert row.id in app.clipboard.replace("\\", "")


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (True, "The API did not return this rule with the others. It may be deleted."),
        (False, "The rule itself is not synced yet. Press R to fetch the rules."),
    ],
)
def test_a_rule_that_does_not_exist_is_named_with_what_it_holds_for(tmp_path: Path, whole: bool, words: str) -> None:
    project = make_cache(tmp_path / "damaged.db")
    with project.connect() as connection:
        row = connection.execute(
            "select related_object_id, rule_id from validation_rules_assignments where related_object_type = 'campaign'"
        ).fetchone()
        connection.execute("delete from validation_rules_raw where id = ?", (row[1],))
        if not whole:
            connection.execute("delete from sync_states where resource = 'validation_rules'")
    with reading(project) as opened:
        campaign = next(one for one in list_campaigns(opened.connection, opened.now(), ZONE) if one.id == row[0])
        found = next(tree for tree in load_rules(context_of(opened, campaign)).trees if tree.label == row[1])
    assert [child.label for child in found.children] == [words, "assigned to"]
