"""The Analytics tab: every chart has content, agrees with the rows, follows the range, and masks customers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.queries.rows import Condition, RowList
from store.queries.views import REDEMPTIONS
from store.words import Bucket, DateSpan
from tests.support.records import AT, campaign, order, put, read_whole, redemption, rollback
from tests.support.syncing import ZONE, Project
from tests.support.tab_host import (
    SIZES,
    TabHost,
    campaigns_of,
    context_of,
    make_cache,
    reading,
    screen_text,
    settle,
)
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.charts import vouchers_chart
from tui.campaigns.tabs import analytics_charts, catalogue
from tui.kit.analytics_tab import AnalyticsTab
from tui.kit.context import Period
from widgets.chart.bars import BarSpec
from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSpec

TABS = {
    "DISCOUNT_COUPONS": catalogue.DISCOUNT_ANALYTICS,
    "GIFT_VOUCHERS": catalogue.GIFT_ANALYTICS,
    "LOYALTY_PROGRAM": catalogue.LOYALTY_ANALYTICS,
    "PROMOTION": catalogue.PROMOTION_ANALYTICS,
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(make_cache(tmp_path_factory.mktemp("analytics") / "cache.db")) as opened:
        yield opened


@pytest.fixture
def context(reader: Reader) -> CampaignContext:
    return context_of(reader, campaigns_of(reader)["DISCOUNT_COUPONS"])


def rows(context: CampaignContext, *conditions: Condition) -> int:
    given = (Condition("object", "!=", "redemption_rollback"), *conditions)
    return RowList(context.reader, REDEMPTIONS, context.subject, conditions=given).count()


@pytest.mark.parametrize("bucket", list(Bucket))
def test_results_over_time_sum_to_the_rows(context: CampaignContext, bucket: Bucket) -> None:
    context = replace(context, period=replace(context.period, bucket=bucket))
    spec = analytics_charts.redemptions_by_result(context)
    totals = {series.name: sum(value or 0 for value in series.values) for series in spec.series}
    assert totals["succeeded"] == rows(context, Condition("result", "=", "SUCCESS"))
    assert totals["refused"] == rows(context, Condition("result", "=", "FAILURE"))
    assert {len(series.values) for series in spec.series} == {len(spec.dates)}


def test_rankings_count_the_same_rows(context: CampaignContext) -> None:
    failed = analytics_charts.failure_codes(context)
    assert (
        failed.whole == sum(bar.value or 0 for bar in failed.bars) == rows(context, Condition("result", "=", "FAILURE"))
    )
    assert analytics_charts.channels(context).whole == rows(context)
    codes = analytics_charts.top_codes(context)
    assert codes.whole == rows(context, Condition("result", "=", "SUCCESS"))
    assert len(codes.bars) == analytics_charts.TOP
    new = analytics_charts.new_and_returning(context)
    assert (
        sum(bar.value or 0 for bar in new.bars)
        == context.reader.connection.execute(
            "select count(distinct customer_id) from redemptions where campaign_id = ? and result = 'SUCCESS'"
            " and object is not 'redemption_rollback'",
            (context.campaign.id,),
        ).fetchone()[0]
    )


def test_a_bucket_without_attempts_has_no_rate(context: CampaignContext) -> None:
    spec = analytics_charts.success_rates(context)
    counts = analytics_charts.redemptions_by_result(context).series
    for rate, done, refused in zip(spec.series[0].values, counts[0].values, counts[1].values, strict=True):
        assert (rate is None) == (not done and not refused)
        assert rate is None or 0 <= rate <= 1000
    assert analytics_charts.rate_value(759) == "75.9 %"


def test_equal_answers_are_equal_specs(context: CampaignContext) -> None:
    assert analytics_charts.orders_and_discount(context) == analytics_charts.orders_and_discount(context)


def test_the_previous_period_lies_under_this_one(context: CampaignContext) -> None:
    span = context.period.span
    half = replace(span, start=span.end - timedelta(days=29))
    month = replace(context, period=replace(context.period, span=half, bucket=Bucket.DAY))
    before = next(
        series for series in analytics_charts.redemptions_by_result(month).series if series.name == "succeeded before"
    )
    earlier = replace(month, period=replace(month.period, span=half.previous or half))
    assert before.values == analytics_charts.redemptions_by_result(earlier).series[0].values
    alone = replace(month, period=replace(month.period, compare=False))
    names = [series.name for series in analytics_charts.redemptions_by_result(alone).series]
    assert "succeeded before" not in names


def test_names_are_masked_unless_asked_for(context: CampaignContext) -> None:
    hidden = {bar.label for bar in analytics_charts.top_customers.masked(context).bars}
    shown = {bar.label for bar in analytics_charts.top_customers.in_full(context).bars}
    assert hidden != shown
    assert not {label for label in hidden if "@" in label and "•" not in label}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", TABS)
async def test_every_chart_has_title_range_source_and_content(reader: Reader, kind: str, size: tuple[int, int]) -> None:
    tab = TABS[kind]
    body = tab.build(context_of(reader, campaigns_of(reader)[kind]))
    app = TabHost(body)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        panels = list(body.query(ChartPanel))
        assert len(panels) >= 8
        for panel in panels:
            spec = panel.spec
            assert "Last 365 days" in spec.range_note
            # Summaries alone tell of validations, and this cache holds none.
            told = "no data" if spec.title == "Validations by result" else "rows"
            assert told in spec.source_note
            known = bool(spec.bars) if isinstance(spec, BarSpec) else spec.known
            assert known or spec.empty_note
        columns = {panel.region.x for panel in panels}
        assert len(columns) == (1 if size[0] < 110 else 2)
        assert "REDEEMED" in screen_text(app)
        assert "Redemptions by result" in screen_text(app)


async def test_keys_on_a_chart_and_for_names(context: CampaignContext) -> None:
    body = catalogue.DISCOUNT_ANALYTICS.build(context)
    assert isinstance(body, AnalyticsTab)
    app = TabHost(body)
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        first = body.query(ChartPanel).first()
        first.focus()
        await pilot.press("t")
        await settle(pilot)
        assert first.show_table
        assert isinstance(first.spec, ChartSpec)
        assert len({panel.region.x for panel in body.query(ChartPanel)}) == 3
        await pilot.press("v")
        await settle(pilot)
        titles = {panel.spec.title for panel in body.query(ChartPanel)}
        assert "Top customers" in titles
        body.update_context(replace(context, period=replace(context.period, label="Another range")))
        await settle(pilot)
        assert "Another range" in screen_text(app)


def test_events_are_split_into_succeeded_and_failed(tmp_path: Path) -> None:
    """By hand: 20 Nov has 3 validations (2 failed), 2 publications (1 failed), 3 rollbacks (1 failed)."""
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign())
    put(connection, "vouchers", *({"id": f"v_{n}", "campaign_id": "camp_1", "created_at": AT} for n in (1, 2, 3)))
    put(
        connection, "publications",
        *(
            {"id": f"p_{result}", "created_at": AT, "result": result, "voucher": {"id": "v_1", "campaign_id": "camp_1"}}
            for result in ("SUCCESS", "FAILURE")
        ),
    )  # fmt: skip
    put(
        connection, "redemptions",
        redemption("r_1", order=order("ord_1", 5_000, 500)), redemption("r_2", order=order("ord_2", 700, 70)),
        rollback("rr_1", "r_1", order=order("ord_1", 5_000, 500)),
        rollback("rr_2", "r_2", order=order("ord_2", 700, 70)),
        rollback("rr_3", "r_2", result="FAILURE"),
    )  # fmt: skip
    read_whole(connection, "campaigns", "redemptions", "vouchers", "trash_bin")
    read_whole(connection, "publications", scope="campaign:camp_1")
    summary = {"validations_succeeded": 1, "validations_failed": 2, "vouchers_deleted": 4}
    connection.execute(
        "insert into campaign_summaries values ('camp_1', '2026-11-20', '2026-11-20', ?, 1)", (json.dumps(summary),)
    )
    connection.executemany(
        "insert into daily (campaign_id, day, metric, source, value) values ('camp_1', '2026-11-20', ?, 'summary', ?)",
        summary.items(),
    )
    connection.close()
    with reading(Project(tmp_path / "c.db")) as reader:
        (row,) = list_campaigns(reader.connection, reader.now(), ZONE)
        day = date(2026, 11, 20)
        context = replace(
            context_of(reader, row, bucket=Bucket.DAY), period=Period(DateSpan(day, day), "One day", Bucket.DAY)
        )
        found = {
            spec.title: {series.name: series.values for series in spec.series}
            for spec in (
                analytics_charts.validations_by_result(context), analytics_charts.publications_by_result(context),
                analytics_charts.rollbacks_by_result(context), analytics_charts.orders_and_discount(context),
                vouchers_chart(context),
            )
        }  # fmt: skip
    assert found == {
        "Validations by result": {"succeeded": (1,), "failed": (2,)},
        "Publications by result": {"succeeded": (1,), "failed": (1,)},
        "Rollbacks by result": {"succeeded": (2,), "failed": (1,)},
        "Orders and discount": {"orders": (5_700,), "discount given": (570,), "orders rolled back": (5_700,)},
        "Vouchers created/deleted": {"created": (3,), "deleted": (4,)},
    }
