"""Figures by day: around both clock changes, from summaries beside rows, before rows are read and after they vanish."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from store.days import instant_text, parse_instant
from store.models import Source
from store.queries.budget import lifetime_totals, net
from store.queries.campaigns import get_campaign, list_campaigns
from store.queries.reader import Reader
from store.queries.series import campaign_span, daily_series
from store.queries.views import REDEMPTIONS, VOUCHERS
from store.sync.request import SyncRequest
from store.words import Bucket, DateSpan, bucket_start
from tests.support.agreement import KINDS, TODAY, Synced, synced
from tests.support.sizes import TINY
from tests.support.syncing import NOW, ZONE, Project

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
EDGES = {
    SPRING: ("2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00.000Z", "2026-03-29T00:59:59.999Z",
             "2026-03-29T01:00:00.000Z", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00.000Z"),
    AUTUMN: ("2026-10-24T21:59:59.999Z", "2026-10-24T22:00:00.000Z", "2026-10-25T00:30:00.000Z",
             "2026-10-25T01:30:00.000Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00.000Z"),
}  # fmt: skip
"""The last and first instants of the day before, the day itself and the day after; the repeated hour twice."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    """A small world whose campaigns were all named: rows and summaries of the last days of each."""
    names = tuple(Project(tmp_path_factory.mktemp("names") / "c.db").world.tables["campaigns"].column("id"))
    with synced(tmp_path_factory.mktemp("all") / "c.db", TINY, SyncRequest(campaigns=names)) as found:
        yield found


@pytest.mark.parametrize("changed", [SPRING, AUTUMN])
def test_days_around_a_clock_change(tmp_path: Path, changed: date) -> None:
    project = Project(tmp_path / "c.db")
    campaign = project.world.campaign("Cart Ladder")["id"]
    for edge in EDGES[changed]:
        project.world.add_redemption(campaign, at=parse_instant(edge))
    project.sync(SyncRequest(everything=True, only=frozenset({"campaigns", "redemptions"})))
    table = project.world.tables["redemptions"]
    rows = zip(*(table.column(name) for name in ("campaign_id", "object", "result", "created_at")), strict=True)
    expected = Counter(
        parse_instant(at).astimezone(ZONE).date()
        for owner, kind, result, at in rows
        if (owner, kind, result) == (campaign, "redemption", "SUCCESS")
    )
    span = DateSpan(changed - timedelta(days=10), changed + timedelta(days=10))
    connection = project.connect()
    found = daily_series(connection, campaign, ["redemptions_succeeded"], span)["redemptions_succeeded"]
    assert dict(zip(found.starts, found.values, strict=True)) == {day: expected[day] for day in found.starts}
    assert expected[changed] >= 4
    for bucket in (Bucket.WEEK, Bucket.MONTH):
        put = daily_series(connection, campaign, ["redemptions_succeeded"], span, bucket)["redemptions_succeeded"]
        sums: Counter[date] = Counter()
        for day in found.starts:
            sums[bucket_start(day, bucket)] += expected[day]
        assert dict(zip(put.starts, put.values, strict=True)) == dict(sums)


@pytest.mark.parametrize("kind", KINDS)
def test_days_of_the_summary_are_the_truth_of_those_days(everything: Synced, kind: str) -> None:
    told = 0
    for campaign in everything.of(kind):
        days = everything.connection.execute(
            "select day, metric, value from daily where campaign_id = ? and source = 'summary'", (campaign.id,)
        ).fetchall()
        for day, metric, value in days:
            if metric in ("redemptions_succeeded", "rollbacks_succeeded", "orders_amount", "publications_failed"):
                truth = everything.project.world.truth.total(campaign.id, metric, day, day)
                assert value == truth, (campaign.name, day, metric)
                told += 1
    # The only gift campaign of a small world is older than summaries are: it has none, which is not zero.
    assert (told > 0) == (kind != "GIFT_VOUCHERS")


def test_rows_and_summary_tell_the_same_over_closed_days(everything: Synced) -> None:
    """Summary days are UTC days and rows local ones, so single days may differ at the edges and whole spans agree."""
    for campaign in everything.campaigns:
        sums = dict(
            everything.connection.execute(
                "select source, sum(value) from daily where campaign_id = ? and metric = 'redemptions_succeeded'"
                " and day between ? and ? group by source",
                (campaign.id, (TODAY - timedelta(days=28)).isoformat(), TODAY.isoformat()),
            ).fetchall()
        )
        if "summary" in sums:
            late = everything.connection.execute(
                "select count(*) from redemptions where campaign_id = ? and substr(created_at, 12, 2) >= '22'",
                (campaign.id,),
            ).fetchone()[0]
            assert abs(sums["summary"] - sums.get("rows", 0)) <= late


def test_validations_come_from_summaries_alone_and_say_so(everything: Synced) -> None:
    campaign = next(one for one in everything.campaigns if one.name == "Autumn Warm-Up")
    span = DateSpan(TODAY - timedelta(days=29), TODAY)
    found = daily_series(everything.connection, campaign.id, ["validations_succeeded"], span)["validations_succeeded"]
    assert (found.source, found.complete) == (Source.SUMMARY, True)
    world = everything.project.world
    assert found.total == world.summary(campaign.id, span.start.isoformat(), TODAY.isoformat())["validations_succeeded"]
    longer = DateSpan(TODAY - timedelta(days=89), TODAY)
    partly = daily_series(everything.connection, campaign.id, ["validations_succeeded"], longer)[
        "validations_succeeded"
    ]
    assert not partly.complete
    made = date.fromisoformat(campaign.document["created_at"][:10])
    assert longer.start < made < span.start
    since = (made - longer.start).days
    assert partly.values[:since] == (0,) * since, "the campaign was made later"
    assert set(partly.values[since:-30]) == {None}
    assert partly.note == "some days are not synced"


def test_before_rows_are_read_the_summary_gives_the_same_figures(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    connection = project.connect()
    told = 0
    for campaign in list_campaigns(connection, NOW, ZONE):
        if campaign.source is Source.NONE:
            assert (campaign.redemptions, campaign.publications, campaign.as_of) == (None, None, None)
            continue
        told += 1
        truth = project.world.truth
        assert (campaign.source, campaign.as_of) == (Source.SUMMARY, instant_text(NOW))
        assert campaign.redemptions == truth.total(campaign.id, "redemptions_succeeded")
        published = truth.total(campaign.id, "publications_succeeded")
        assert campaign.publications == (None if campaign.campaign_type == "PROMOTION" else published)
        totals = lifetime_totals(connection, campaign.id)
        assert totals.redemptions.value == campaign.redemptions
        takes_off = campaign.campaign_type in ("DISCOUNT_COUPONS", "PROMOTION")
        assert totals.discount.source is (Source.SUMMARY if takes_off else Source.NONE)
        spent = truth.total(campaign.id, "discounted_amount")
        assert totals.discount.value == (spent if takes_off else None)
        back = truth.total(campaign.id, "rolledback_discounted_amount")
        assert net(totals.discount, totals.discount_back).value == (spent - back if takes_off else None)
    assert told >= 8


def test_half_read_rows_never_replace_a_whole_summary(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    campaign = project.world.campaign("Autumn Warm-Up")["id"]
    before = _shown(project, campaign)
    rows = frozenset({"redemptions"})
    report = project.sync(SyncRequest(everything=True, via="pages", max_calls=5, only=rows))
    assert report.state == "partial"
    connection = project.connect()
    held = connection.execute("select count(*) from redemptions where campaign_id = ?", (campaign,)).fetchone()[0]
    whole = connection.execute("select completed_at from sync_states where resource = 'redemptions'").fetchone()
    assert held > 0
    assert whole is None or whole[0] is None
    assert _shown(project, campaign) == before
    assert lifetime_totals(connection, campaign).redemptions.source is Source.SUMMARY


def _shown(project: Project, campaign: str) -> tuple[int | None, Source]:
    row = get_campaign(project.connect(), campaign, NOW, ZONE)
    assert row is not None
    return row.redemptions, row.source


def test_what_vanished_upstream_stays_counted_and_is_marked(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = project.connect()
    campaign = project.world.campaign("Autumn Warm-Up")["id"]
    reader = Reader(project.path, ZONE, project.clock)
    seen = Synced(project, reader, [])
    codes, attempts = seen.rows(VOUCHERS, campaign), seen.rows(REDEMPTIONS, campaign)
    used = connection.execute(
        "select voucher_id from redemptions where campaign_id = ? and result = 'SUCCESS' and voucher_id is not null",
        (campaign,),
    ).fetchone()[0]
    project.world.delete_voucher(used, at=project.clock.now())
    project.clock.advance(600)
    project.sync(SyncRequest(everything=True, full=True))
    assert seen.truth(campaign, "redemptions_succeeded") < _total(seen, campaign, "redemptions_succeeded")
    assert (seen.rows(VOUCHERS, campaign), seen.rows(REDEMPTIONS, campaign)) == (codes, attempts)
    missing = connection.execute("select missing_since from vouchers where id = ?", (used,)).fetchone()[0]
    assert parse_instant(missing) >= NOW
    row = get_campaign(connection, campaign, project.clock.now(), ZONE)
    assert row is not None
    assert row.vouchers_count == codes - 1
    reader.close()


def _total(seen: Synced, campaign: str, metric: str) -> int:
    span = campaign_span(seen.connection, campaign, TODAY, ZONE)
    return daily_series(seen.connection, campaign, [metric], span)[metric].total or 0
