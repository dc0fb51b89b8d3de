"""The figures above a dashboard's panels: what a user looks for first."""

from collections.abc import Callable, Mapping

from store import words as fmt
from store.models import Figure, Source, Unit
from store.queries.budget import tightest
from store.queries.campaigns import LOW_SUCCESS
from store.queries.lifetime import referred_customers
from store.queries.series import Series, success_rate
from store.queries.wallets import outstanding
from tui.campaign_kit.limits import left_role, left_words
from tui.campaigns.panels.charts import read_series
from tui.campaigns.panels.money import uses_of
from tui.kit.context import SubjectContext
from tui.kit.figures import series_words, source_words, stat
from widgets.panel.stats import StatData
from widgets.text import glyphs
from widgets.text.sparks import sparkline

_METRICS = (
    "redemptions_succeeded",
    "redemptions_failed",
    "discounted_amount",
    "rolledback_discounted_amount",
    "orders_amount",
    "orders_rolledback_amount",
)
_SPARK_CELLS = 12
"""Thousandths; below it the figure warns."""

Standing = Callable[[SubjectContext], StatData | None]
"""A figure that the chosen dates do not rule, as its label says; None where there is nothing to tell."""


def headline(*, discount: bool, standing: Standing | None = None) -> Callable[[SubjectContext], list[StatData]]:
    """Redeemed, success, discount given and orders of the period, then the campaign's state and what is left.

    Args:
        discount: whether this type gives discounts.
        standing: the figure after them; the tightest limit, where there is one, comes last.
    """

    def load(context: SubjectContext) -> list[StatData]:
        now, clock = read_series(context, _METRICS), context.reader.now()
        earlier = context.period.before
        before = {} if earlier is None else read_series(context, _METRICS, earlier)

        def one(name: str, label: str, unit: Unit = Unit.COUNT) -> StatData:
            figure = now[name].figure(unit, before.get(name))
            spark = sparkline(now[name].values, _SPARK_CELLS)
            return stat(label, figure, context.currency, clock, spark=spark)

        stats = [one("redemptions_succeeded", "Redeemed"), _success(now, before, context)]
        if discount:
            stats.append(one("discounted_amount", "Discount given", Unit.MINOR))
        stats.append(one("orders_amount", "Orders", Unit.MINOR))
        stands = None if standing is None else standing(context)
        return [*stats, *(one for one in (stands, limit_left(context)) if one is not None)]

    return load


def _success(now: Mapping[str, Series], before: Mapping[str, Series], context: SubjectContext) -> StatData:
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
        sparkline(days, _SPARK_CELLS),
        "" if succeeded.source is Source.NONE else series_words(succeeded, context.reader.now()),
        _success_note(succeeded, failed),
        "bad" if rate is not None and rate < LOW_SUCCESS and succeeded.total else "strong",
    )


def _success_note(succeeded: Series, failed: Series) -> str:
    """How many were refused, or why there is no rate."""
    if succeeded.total is not None and failed.total:
        return f"{failed.total:,} refused"
    if succeeded.total and failed.total == 0:
        return ""
    if succeeded.total == 0 and failed.total == 0:
        return "no redemptions in this range"
    return (succeeded if succeeded.total is None else failed).figure().why


def limit_left(context: SubjectContext) -> StatData | None:
    """What the tightest limit leaves, or by how much it is passed; None without a limit that is known."""
    use = tightest(uses_of(context))
    if use is None:
        return None
    period = use.limit.counts.period.now_words or "now"
    note = " · ".join(part for part in (f"of {use.limit.text(context.currency)}", use.part, use.note) if part)
    source = source_words(use.used.source, use.used.as_of, context.reader.now())
    return StatData(
        f"Left {period}", left_words(use, context.currency), source_text=source, note=note, role=left_role(use)
    )


def credit_outstanding(context: SubjectContext) -> StatData:
    """Gift credit on all cards."""
    return _standing(context, "Outstanding now", outstanding(context.reader.connection, context.subject.id, Unit.MINOR))


def points_outstanding(context: SubjectContext) -> StatData:
    """Points on all cards."""
    return _standing(
        context, "Outstanding now", outstanding(context.reader.connection, context.subject.id, Unit.POINTS)
    )


def customers_referred(context: SubjectContext) -> StatData:
    """Everybody who was referred."""
    return _standing(context, "Referred ever", referred_customers(context.reader.connection, context.subject.id))


def _standing(context: SubjectContext, label: str, figure: Figure) -> StatData:
    return stat(label, figure, context.currency, context.reader.now())
