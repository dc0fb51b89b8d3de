"""The words of a list: a column, the ways to narrow and what is typed say the same of the same rows."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from store.days import local_day
from store.models import Source
from store.queries.activity import CAMPAIGN_SOURCES, read_activity
from store.queries.breakdowns import redemption_shares
from store.queries.history import as_it_was, sync_moments
from store.queries.reader import Reader
from store.queries.rows import Condition
from store.queries.series import daily_series
from tests.support.campaign_lists import LISTS
from tests.support.syncing import ZONE
from tests.support.tab_host import campaigns_of, context_of, make_cache, reading
from tests.tui.campaigns.test_tabs_lists import TYPES
from tui.campaign_kit.lists.traffic import REDEMPTION_ROWS
from tui.campaigns.context import CampaignContext
from tui.kit.figures import stat
from tui.kit.formatter import Formatter
from tui.kit.lists import narrowing
from tui.kit.lists.narrowing import facet_choices, narrowing_answers
from tui.kit.lists.query import ListQuery, records_of, rows_of
from tui.kit.lists.spec import Facet, ListSpec
from widgets.table.rows import CellText

SHOWN = [(spec, facet) for spec in LISTS for facet in spec.facets if facet.shown]
COLUMNS = {
    "Result": "result",
    "Status": "status",
    "State": "status",
    "Type": "type",
    "Due": "due",
    "Redemption": "result",
}


def fail_a_rollback(connection: sqlite3.Connection) -> None:
    """One rollback of each campaign failed, in its row and in the day it counts for."""
    chosen = connection.execute(
        "select campaign_id, min(id), created_at from redemptions"
        " where object = 'redemption_rollback' and campaign_id is not null group by 1"
    ).fetchall()
    for campaign, identity, at in chosen:
        connection.execute("update redemptions set result = 'FAILURE' where id = ?", (identity,))
        where = (campaign, local_day(at, ZONE))
        connection.execute(
            "update daily set value = value - 1 where campaign_id = ? and day = ? and metric = 'rollbacks_succeeded'"
            " and source = 'rows'", where
        )  # fmt: skip
        connection.execute(
            "insert into daily (campaign_id, day, metric, source, value) values (?, ?, 'rollbacks_failed', 'rows', 1)",
            where,
        )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path: Path = tmp_path_factory.mktemp("words") / "cache.db"
    project = make_cache(path)
    with project.connect() as connection:
        # One row of each standing that the least project may lack.
        for at, change in enumerate((
            "active = 0", "expiration_date = '2020-01-01T00:00:00.000Z'", "start_date = '2030-01-01T00:00:00.000Z'",
            "missing_since = '2026-01-01T00:00:00.000Z'", "redemption_quantity = 1, redeemed_quantity = 1",
        )):  # fmt: skip
            connection.execute(
                f"update vouchers set {change} where id in (select id from (select id, row_number() over"
                " (partition by campaign_id order by id) as n from vouchers) where n = ?)", (at + 1,)
            )  # fmt: skip
        fail_a_rollback(connection)
    with reading(project) as opened:
        yield opened


def contexts(reader: Reader, spec: ListSpec) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)[TYPES[spec.id]])


def said(reader: Reader, spec: ListSpec, column: str, query: ListQuery) -> list[tuple[str, str]]:
    """Id and words of a column for every row of a query."""
    context = contexts(reader, spec)
    rows = rows_of(spec, context, query)
    records = records_of(spec, context, Formatter.of(context), rows.window(0, rows.count()))
    shown = next(held for held in spec.columns if held.column.id == column)
    found = []
    for record in records:
        cell = shown.cell(record)
        found.append((record.id, cell.text if isinstance(cell, CellText) else cell))
    return found


def is_said(label: str, words: str) -> bool:
    """Whether a cell says a choice's word: after its sign, perhaps with a time."""
    if words.endswith(" today"):
        return label == "due within 7 days"
    times = {"starts later": "starts ", "due within 7 days": "in ", "later": "in "}
    return words.removeprefix(words[:2] if words[1:2] == " " else "").startswith(times.get(label, label))


@pytest.mark.parametrize(("spec", "facet"), SHOWN, ids=lambda held: getattr(held, "id", getattr(held, "title", "")))
def test_each_choice_leaves_the_rows_that_say_its_word(reader: Reader, spec: ListSpec, facet: Facet) -> None:
    context, column = contexts(reader, spec), COLUMNS[facet.title]
    everything = said(reader, spec, column, ListQuery())
    taken: Counter[str] = Counter()
    for choice in facet_choices(spec, context, ListQuery(), facet):
        chosen = said(reader, spec, column, ListQuery().choose(facet.title, choice))
        assert all(is_said(choice.label, words) for _, words in chosen), choice.label
        taken.update(identity for identity, _ in chosen)
        typed = {identity for identity, _ in said(reader, spec, column, ListQuery(text=choice.label.upper()))}
        assert typed >= {identity for identity, _ in chosen}, choice.label
    ended = [identity for identity, words in everything if words]
    assert set(taken) == set(ended)
    assert set(taken.values()) <= {1}


def test_the_values_of_a_long_list_s_column_are_read_when_they_are_asked_for(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, spec = contexts(reader, REDEMPTION_ROWS), REDEMPTION_ROWS
    short = {one.item.title: one for one in narrowing_answers(spec, context, ListQuery(), None)}
    monkeypatch.setattr(narrowing, "_COUNT_UP_TO", 0)
    long = {one.item.title: one for one in narrowing_answers(spec, context, ListQuery(), None)}
    assert {one.item.note for name, one in long.items() if name.startswith("Result: ")} == {""}
    offered = {name for name in short if name.startswith("Failure: ") and name != "Failure: any"}
    assert offered
    assert not offered & long.keys()
    later = long["Failure: choose…"].then
    assert later is not None
    values = {one.item.title: one for one in later()}
    assert values.keys() == offered
    for name, answer in values.items():
        assert answer.item.note == short[name].item.note
        assert answer.apply is not None
        assert f"{rows_of(spec, context, answer.apply(ListQuery())).count():,}" == answer.item.note


@pytest.mark.parametrize("typed", ["refused", "refu", "ROLLBACK", "rolled back", "succeeded", "failed"])
def test_typing_what_a_result_reads_finds_its_rows(reader: Reader, typed: str) -> None:
    everything = said(reader, REDEMPTION_ROWS, "result", ListQuery())
    wanted = {identity for identity, words in everything if typed.lower() in words}
    found = {identity for identity, _ in said(reader, REDEMPTION_ROWS, "result", ListQuery(text=typed))}
    assert wanted
    assert found >= wanted


def test_typing_a_channel_finds_its_rows(reader: Reader) -> None:
    everything = said(reader, REDEMPTION_ROWS, "channel_type", ListQuery())
    channel = next(words for _, words in everything if words)
    found = said(reader, REDEMPTION_ROWS, "channel_type", ListQuery(text=channel.lower()))
    assert {identity for identity, words in everything if words == channel} <= {identity for identity, _ in found}


def test_typed_words_narrow_together_with_what_was_chosen(reader: Reader) -> None:
    context = contexts(reader, REDEMPTION_ROWS)
    facet = next(facet for facet in REDEMPTION_ROWS.facets if facet.title == "Result")
    refused = next(c for c in facet_choices(REDEMPTION_ROWS, context, ListQuery(), facet) if c.label == "refused")
    query = replace(ListQuery(text="rollback"), chosen={"Result": refused})
    assert rows_of(REDEMPTION_ROWS, context, query).count() == 0


def test_one_letter_means_no_word(reader: Reader) -> None:
    context = contexts(reader, REDEMPTION_ROWS)
    assert rows_of(REDEMPTION_ROWS, context, ListQuery(text="r")).meant == ()


def test_the_redemptions_tab_says_why_it_counts_more_than_the_dashboard(reader: Reader) -> None:
    for campaign in campaigns_of(reader).values():
        context = context_of(reader, campaign, days=800)
        found = reader.ask(
            daily_series, campaign.id,
            ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "rollbacks_failed"),
            context.period.span,
        )  # fmt: skip
        done, refused, back, failed = (one.total or 0 for one in found.values())
        assert REDEMPTION_ROWS.note is not None
        note = REDEMPTION_ROWS.note(context)
        assert note.startswith(f"{done:,} redeemed")
        assert f"{refused:,} refused" in note
        assert (f"{back:,} rollback" in note) == bool(back or failed)
        assert (f", {failed:,} failed" in note) == bool(failed)
        assert rows_of(REDEMPTION_ROWS, context, ListQuery()).count() == done + refused + back + failed
        channels = redemption_shares(reader.connection, campaign.id, "channel", context.period.span, ZONE, limit=100)
        assert sum(share.count for share in channels) == done + refused


def test_a_change_counts_the_same_fields_everywhere(tmp_path: Path) -> None:
    project = make_cache(tmp_path / "changed.db", changes=True)
    with reading(project) as opened:
        campaign = campaigns_of(opened)["DISCOUNT_COUPONS"]
        entries = [
            one for one in read_activity(opened.connection, CAMPAIGN_SOURCES, campaign.id, opened.now()) if one.changes
        ]  # fmt: skip
        moments = sync_moments(opened.connection, "campaigns", campaign.id)
        by_moment = Counter[str]()
        for entry in entries:
            count = len(entry.changes)
            assert f"changed: {count} field" in entry.title
            by_moment[entry.at] += count
        assert by_moment
        for moment in moments:
            if moment.seen_at in by_moment:
                assert moment.fields == by_moment[moment.seen_at]
                told = as_it_was(opened.connection, "campaigns", campaign.id, moment.seen_at).changes
                assert len(told) == moment.fields


def test_a_figure_counted_so_far_carries_its_caveat(reader: Reader) -> None:
    campaign = campaigns_of(reader)["DISCOUNT_COUPONS"]
    context = context_of(reader, campaign)
    found = reader.ask(daily_series, campaign.id, ["redemptions_succeeded"], context.period.span)
    note = "its first reading is not done"
    figure = structs.replace(found["redemptions_succeeded"].figure(), complete=False, note=note)
    shown = stat("Redeemed", figure, None, reader.now())
    assert (shown.note, figure.source) == (note, Source.ROWS)


def test_conditions_of_a_meaning_are_bound_not_spliced(reader: Reader) -> None:
    context = contexts(reader, REDEMPTION_ROWS)
    rows = replace(
        rows_of(REDEMPTION_ROWS, context, ListQuery(text="zzz")), meant=((Condition("result", "=", "' or 1"),),)
    )
    assert rows.count() == 0
