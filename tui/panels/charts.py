"""The dashboard's charts over time: activity, codes created and deleted; and the figures above them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from store.models import Source, Unit
from store.queries.series import DateSpan, daily_series, success_rate
from store.queries.series import Series as DailySeries
from tui.figures import series_words, stat
from tui.spec import CampaignContext
from widgets import format as fmt
from widgets.chart import ChartSpec, Series
from widgets.lines import Role
from widgets.stats import StatData

_STYLES: tuple[tuple[Role, int], ...] = (("accent", 0), ("bad", 1), ("second", 2), ("muted", 3), ("good", 4))


def read_series(
    context: CampaignContext, metrics: Sequence[str], span: DateSpan | None = None
) -> dict[str, DailySeries]:
    """Series of the context's campaign and period (or another span), in its buckets."""
    return context.reader.ask(
        daily_series, context.campaign.id, metrics, span or context.period.span, context.period.bucket
    )


def _sum(name: str, *parts: DailySeries) -> DailySeries:
    """Several series as one: unknown where none knows."""
    first = parts[0]
    values = tuple(
        None if all(value is None for value in column) else sum(value or 0 for value in column)
        for column in zip(*(part.values for part in parts), strict=True)
    )
    return DailySeries(name, first.starts, values, first.source, first.as_of, first.complete, first.note)


def _chart(
    context: CampaignContext, title: str, named: Sequence[tuple[str, DailySeries]], *, unit: str, bars: bool = False
) -> ChartSpec:
    now = context.reader.now()
    notes = list(dict.fromkeys(f"{name}: {series.note}" for name, series in named if series.note))
    drawn = tuple(
        Series(name, series.values, "bar" if bars else "line", *_STYLES[index % len(_STYLES)])
        for index, (name, series) in enumerate(named)
    )
    known = [series for _, series in named if series.source is not Source.NONE]
    return ChartSpec(
        title=title,
        series=drawn,
        dates=named[0][1].starts,
        unit=unit,
        source_note=series_words(known[0], now) if known else "no data",
        range_note=range_words(context),
        empty_note="; ".join(notes) or "Nothing is known of these days. Press r to fetch them.",
    )


def range_words(context: CampaignContext) -> str:
    """The range of a chart over time; a last day that is not over yet is told, since it looks like a fall."""
    unfinished = context.period.span.end >= context.today
    return f"{context.period.label} · today so far" if unfinished else context.period.label


def activity_chart(title: str, *, publications: bool = True) -> Callable[[CampaignContext], ChartSpec]:
    """Validations, redemptions, rollbacks and, where the type publishes codes, publications."""

    def load(context: CampaignContext) -> ChartSpec:
        found = read_series(
            context,
            ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "publications_succeeded",
             "validations_succeeded", "validations_failed"),
        )  # fmt: skip
        named = [
            ("redemptions", found["redemptions_succeeded"]),
            ("failed", found["redemptions_failed"]),
            ("rollbacks", found["rollbacks_succeeded"]),
            ("validations", _sum("validations", found["validations_succeeded"], found["validations_failed"])),
        ]
        if publications:
            named.append(("publications", found["publications_succeeded"]))
        return _chart(context, title, named, unit="events")

    return load


def vouchers_chart(context: CampaignContext) -> ChartSpec:
    """Codes created and deleted per bucket."""
    found = read_series(context, ("vouchers_created", "vouchers_deleted"))
    named = [("created", found["vouchers_created"]), ("deleted", found["vouchers_deleted"])]
    chart = _chart(context, "Vouchers created/deleted", named, unit="codes", bars=True)
    if all(series.total == 0 for _, series in named):
        return replace(chart, series=(), empty_note="No code was created or deleted in this range.")
    return chart


_MONEY = ("discounted_amount", "rolledback_discounted_amount", "orders_amount", "orders_rolledback_amount")


def headline(*, discount: bool) -> Callable[[CampaignContext], list[StatData]]:
    """The figures a reader looks for first: redeemed, success, discount given, orders.

    Args:
        discount: whether this type gives discounts.
    """

    def load(context: CampaignContext) -> list[StatData]:
        metrics = ("redemptions_succeeded", "redemptions_failed", "validations_succeeded", *_MONEY)
        now, clock = read_series(context, metrics), context.reader.now()
        before = read_series(context, metrics, context.period.span.previous) if context.period.compare else {}
        width = 14

        def one(name: str, label: str, unit: Unit = Unit.COUNT) -> StatData:
            figure = now[name].figure(unit, before.get(name))
            spark = fmt.sparkline(now[name].values, width)
            return stat(label, figure, context.currency, clock, spark=spark)

        stats = [one("redemptions_succeeded", "Redeemed"), _success(now, before, context)]
        if discount:
            stats.append(one("discounted_amount", "Discount given", Unit.MINOR))
        return [*stats, one("orders_amount", "Orders", Unit.MINOR)]

    return load


def _success(now: dict[str, DailySeries], before: dict[str, DailySeries], context: CampaignContext) -> StatData:
    rate = success_rate(now["redemptions_succeeded"].total, now["redemptions_failed"].total)
    old = None
    if before:
        old = success_rate(before["redemptions_succeeded"].total, before["redemptions_failed"].total)
    figure = now["redemptions_succeeded"].figure(Unit.PERMILLE)
    change = ""
    if rate is not None and old is not None and rate != old:
        sign = "▲" if rate > old else "▼"
        change = f"{sign} {abs(rate - old) // 10}.{abs(rate - old) % 10} pt"
    failed = now["redemptions_failed"].total
    return StatData(
        "Success",
        fmt.percent(rate, 1000),
        change,
        "good" if rate is not None and old is not None and rate > old else "bad" if change else "muted",
        "",
        series_words(now["redemptions_succeeded"], context.reader.now()),
        f"{fmt.count(failed)} failed" if failed else "",
        "bad" if rate is not None and rate < 700 and figure.value else "strong",
    )
