"""The figures above a dashboard's panels: what a reader looks for first."""

from collections.abc import Callable, Mapping

from store.domain.money import format_minor
from store.models import Figure, Unit
from store.queries.budget import given, net, rule_limits
from store.queries.lifetime import referred_customers
from store.queries.series import Series, success_rate
from store.queries.wallets import outstanding
from tui.figures import series_words, source_words, stat
from tui.panels.charts import read_series
from tui.panels.money import left_of
from tui.spec import CampaignContext
from widgets import format as fmt
from widgets import glyphs
from widgets.lines import Role
from widgets.stats import StatData

_METRICS = (
    "redemptions_succeeded",
    "redemptions_failed",
    "discounted_amount",
    "rolledback_discounted_amount",
    "orders_amount",
    "orders_rolledback_amount",
)
_SPARK_CELLS = 12
_LOW_SUCCESS = 700
"""Thousandths; below it the figure warns."""

Standing = Callable[[CampaignContext], StatData | None]
"""A figure that the chosen dates do not rule, as its label says; None where there is nothing to tell."""


def headline(*, discount: bool, standing: Standing | None = None) -> Callable[[CampaignContext], list[StatData]]:
    """Redeemed, success, discount given and orders of the period, then where the campaign stands.

    Args:
        discount: whether this type gives discounts.
        standing: the last figure.
    """

    def load(context: CampaignContext) -> list[StatData]:
        now, clock = read_series(context, _METRICS), context.reader.now()
        before = read_series(context, _METRICS, context.period.span.previous) if context.period.compare else {}

        def one(name: str, label: str, unit: Unit = Unit.COUNT) -> StatData:
            figure = now[name].figure(unit, before.get(name))
            spark = fmt.sparkline(now[name].values, _SPARK_CELLS)
            return stat(label, figure, context.currency, clock, spark=spark)

        stats = [one("redemptions_succeeded", "Redeemed"), _success(now, before, context)]
        if discount:
            stats.append(one("discounted_amount", "Discount given", Unit.MINOR))
        stats.append(one("orders_amount", "Orders", Unit.MINOR))
        last = None if standing is None else standing(context)
        return stats if last is None else [*stats, last]

    return load


def _success(now: Mapping[str, Series], before: Mapping[str, Series], context: CampaignContext) -> StatData:
    succeeded, failed = now["redemptions_succeeded"], now["redemptions_failed"]
    rate = success_rate(succeeded.total, failed.total)
    old = success_rate(before["redemptions_succeeded"].total, before["redemptions_failed"].total) if before else None
    change = ""
    if rate is not None and old is not None and rate != old:
        sign = glyphs.current().up if rate > old else glyphs.current().down
        change = f"{sign} {abs(rate - old) // 10}.{abs(rate - old) % 10} pt"
    days = [success_rate(*pair) for pair in zip(succeeded.values, failed.values, strict=True)]
    return StatData(
        "Success",
        fmt.percent(rate, 1000),
        change,
        "good" if rate is not None and old is not None and rate > old else "bad" if change else "muted",
        fmt.sparkline(days, _SPARK_CELLS),
        series_words(succeeded, context.reader.now()),
        f"{fmt.count(failed.total)} refused" if failed.total else "",
        "bad" if rate is not None and rate < _LOW_SUCCESS and succeeded.total else "strong",
    )


def budget_left(context: CampaignContext) -> StatData | None:
    """What the first limit on the whole campaign leaves, of money or of redemptions."""
    connection = context.reader.connection
    totals = given(connection, context.campaign.id)
    spent = net(totals.discount, totals.rolled_back)
    for limit in rule_limits(connection, context.campaign.id):
        left = left_of(limit, spent, totals.redemptions)
        if left is None:
            continue
        text = format_minor(left, context.currency) if limit.is_money else f"{left:,} redemptions"
        source = source_words(spent.source, spent.as_of, context.reader.now())
        role: Role = "strong" if left > 0 else "bad"
        return StatData("Left now", text, source_text=source, note="est.", role=role)
    return None


def credit_outstanding(context: CampaignContext) -> StatData:
    """Gift credit on all cards."""
    return _standing(
        context, "Outstanding now", outstanding(context.reader.connection, context.campaign.id, Unit.MINOR)
    )


def points_outstanding(context: CampaignContext) -> StatData:
    """Points on all cards."""
    return _standing(
        context, "Outstanding now", outstanding(context.reader.connection, context.campaign.id, Unit.POINTS)
    )


def customers_referred(context: CampaignContext) -> StatData:
    """Everybody who was referred."""
    return _standing(context, "Referred ever", referred_customers(context.reader.connection, context.campaign.id))


def _standing(context: CampaignContext, label: str, figure: Figure) -> StatData:
    return stat(label, figure, context.currency, context.reader.now())
