"""The charts of the Analytics tab, each a function from a campaign's context to its data (API §4.2 O).

All of them count the same cached rows as the Redemptions tab and the dashboard for the same days. The web dashboard's
own chart definitions are not documented; these are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from store import words as fmt
from store.models import Unit
from store.queries.breakdowns import Share, customer_loyalty, publication_shares, redemption_shares
from store.queries.freshness import data_state
from store.queries.series import Series as DailySeries
from store.queries.series import success_rate
from store.queries.wallets import PENDING_ACTIVATED, movement_series
from tui.campaigns.panels.charts import drawn, nothing_known, read_series, series_chart, sources_of
from tui.kit.context import SubjectContext
from tui.kit.figures import series_words, state_words
from tui.kit.lists.spec import MINOR
from tui.kit.masking import masked
from widgets.chart.bars import Bar, BarSpec
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.text.lines import Role

TOP = 10
_ENDS = ("SUCCESS", "FAILURE")
_ORDERS = ("orders", "orders_amount")
_UNDONE_ORDERS = ("orders rolled back", "orders_rolledback_amount")
_MONEY_ROLES: tuple[Role, ...] = ("accent", "second", "warn")
_RESULTS = ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded")


def redemptions_by_result(context: SubjectContext) -> ChartSpec:
    """Succeeded, refused and rolled back per bucket; the previous period's succeeded ones beside them."""
    found = read_series(context, _RESULTS)
    done, refused, undone = (found[name] for name in _RESULTS)
    series = [
        drawn("succeeded", done, "line", "good", 0),
        drawn("refused", refused, "line", "bad", 1),
        drawn("rollbacks", undone, "line", "warn", 2),
    ]
    if (earlier := context.period.before) is not None:
        before = read_series(context, _RESULTS[:1], earlier)[_RESULTS[0]]
        if before.total is not None:
            series.append(
                ChartSeries("succeeded before", _aligned(before.values, len(done.values)), "line", "muted", 3)
            )
    return _over_time(context, "Redemptions by result", series, done, unit="redemptions")


def _aligned(values: Sequence[int | None], size: int) -> tuple[int | None, ...]:
    """The previous period's buckets under this one's: as many, the latest kept."""
    kept = tuple(values[-size:]) if size else ()
    return (None,) * (size - len(kept)) + kept


def _over_time(
    context: SubjectContext, title: str, series: Sequence[ChartSeries], source: DailySeries, *, unit: str
) -> ChartSpec:
    return ChartSpec(
        title=title,
        series=tuple(series),
        dates=source.starts,
        bucket=context.period.bucket.value,
        unit=unit,
        source_note=series_words(source, context.reader.now()),
        range_note=context.period.label,
        empty_note=nothing_known(context, source.note),
    )


def rate_tick(value: int) -> str:
    """A tick of a rate in thousandths, as whole percent."""
    return f"{value // 10} %"


def rate_value(value: int | None) -> str:
    """A rate in thousandths."""
    return fmt.percent(value, 1000)


def success_rates(context: SubjectContext) -> ChartSpec:
    """The share of attempts that succeeded per bucket; a bucket without attempts has none."""
    found = read_series(context, _RESULTS[:2])
    done, refused = found[_RESULTS[0]], found[_RESULTS[1]]
    rates = tuple(success_rate(one, other) for one, other in zip(done.values, refused.values, strict=True))
    whole = success_rate(done.total, refused.total)
    spec = _over_time(
        context, "Success rate", [ChartSeries("succeeded of attempts", rates, total="none")], done, unit="%"
    )
    words = f"{spec.range_note}: {rate_value(whole)}" if whole is not None else spec.range_note
    return replace(
        spec, range_note=words, y_format=rate_tick, value_format=rate_value, tick_unit=10, saved_as="thousandths"
    )


@lru_cache(maxsize=32)
def money_formats(currency: str | None) -> tuple[Callable[[int], str], Callable[[int | None], str]]:
    """Tick and value of minor units; the same functions for the same currency, so that equal charts compare equal."""

    def tick(value: int) -> str:
        return fmt.money_compact(value, currency)

    def value(minor: int | None) -> str:
        return fmt.money(minor, currency)

    return tick, value


def _money(context: SubjectContext, title: str, *named: tuple[str, str]) -> ChartSpec:
    """A chart of amounts, each under its name."""
    found = read_series(context, [metric for _, metric in named])
    tick, value = money_formats(context.currency)
    series = tuple(
        drawn(label, found[metric], "line", _MONEY_ROLES[index], unit=Unit.MINOR, currency=context.currency)
        for index, (label, metric) in enumerate(named)
    )
    spec = _over_time(context, title, series, found[named[0][1]], unit=context.currency or "amount")
    return replace(spec, y_format=tick, value_format=value, tick_unit=100, saved_as=MINOR)


def orders_and_discount(context: SubjectContext) -> ChartSpec:
    """Value of the orders and the discount given on them, before rollbacks."""
    return _money(context, "Orders and discount", _ORDERS, ("discount given", "discounted_amount"), _UNDONE_ORDERS)


def orders_and_credit(context: SubjectContext) -> ChartSpec:
    """Value of the orders and the credit taken off cards, before rollbacks."""
    return _money(context, "Orders and credit", _ORDERS, ("credit redeemed", "amount_redeemed"), _UNDONE_ORDERS)


def orders_value(context: SubjectContext) -> ChartSpec:
    """Value of the orders, and of those that were rolled back."""
    return _money(context, "Orders", _ORDERS, _UNDONE_ORDERS)


def _by_result(context: SubjectContext, title: str, events: str) -> ChartSpec:
    metrics = f"{events}_succeeded", f"{events}_failed"
    found = read_series(context, metrics)
    named = [(word, found[metric]) for word, metric in zip(("succeeded", "failed"), metrics, strict=True)]
    return series_chart(context, title, named, unit=events)


def validations_by_result(context: SubjectContext) -> ChartSpec:
    """Validations that succeeded and that failed."""
    return _by_result(context, "Validations by result", "validations")


def publications_by_result(context: SubjectContext) -> ChartSpec:
    """Publications that succeeded and that failed."""
    return _by_result(context, "Publications by result", "publications")


def rollbacks_by_result(context: SubjectContext) -> ChartSpec:
    """Rollbacks that succeeded and that failed."""
    return _by_result(context, "Rollbacks by result", "rollbacks")


_ROLES: tuple[tuple[Role, int], ...] = (("good", 0), ("accent", 1), ("second", 2), ("warn", 3), ("muted", 4))


def _movements(context: SubjectContext, title: str, names: Sequence[str], *, gift: bool) -> ChartSpec:
    """Movements on cards over time, each with its source: transactions, or the API's summary until they are read."""
    period = context.period
    found = context.reader.ask(
        movement_series,
        context.subject.id,
        gift=gift,
        span=period.span,
        bucket=period.bucket,
        zone=context.zone,
        week_start=context.week_start,
    )
    named = [(name, found[name]) for name in names]
    unit, currency = (Unit.MINOR, context.currency) if gift else (Unit.POINTS, None)
    series = tuple(
        drawn(name, one, "line", *_ROLES[index % len(_ROLES)], unit=unit, currency=currency)
        for index, (name, one) in enumerate(named)
    )
    spec = _over_time(context, title, series, named[0][1], unit="points")
    spec = replace(spec, source_note=sources_of(named, context.reader.now()))
    if not gift:
        return spec
    tick, value = money_formats(context.currency)
    return replace(
        spec, unit=context.currency or "amount", y_format=tick, value_format=value, tick_unit=100, saved_as=MINOR
    )


def credit_moved(context: SubjectContext) -> ChartSpec:
    """Credit added to gift cards, redeemed off them, given back and removed."""
    return _movements(context, "Credit moved", ("added", "redeemed", "rolled back", "removed"), gift=True)


def points_given(context: SubjectContext) -> ChartSpec:
    """Points that came onto cards; activated ones are part of the earned."""
    names = ("earned", PENDING_ACTIVATED, "added", "refunded", "transferred in")
    return _movements(context, "Points given", names, gift=False)


def points_taken(context: SubjectContext) -> ChartSpec:
    """Points that left cards."""
    return _movements(context, "Points taken", ("redeemed", "expired", "removed", "transferred out"), gift=False)


def _bars(
    context: SubjectContext,
    title: str,
    head: str,
    bars: Sequence[Bar],
    *,
    unit: str,
    resource: str = "redemptions",
    whole: int | None = None,
    note: str = "",
) -> BarSpec:
    state = context.reader.ask(data_state, resource, context.subject)
    empty = f"No {resource} are synced yet. Press r to fetch them ({context.cost})."
    if state.as_of is not None:
        empty = "Nothing in this range." if state.completed_at is not None else f"Nothing yet: {state.brief}."
    return BarSpec(
        title=title, bars=tuple(bars), label_head=head, unit=unit,
        source_note=state_words(state, context.reader.now()), range_note=context.period.label + note, whole=whole,
        empty_note=empty,
    )  # fmt: skip


def _shares(context: SubjectContext, dimension: str) -> list[Share]:
    period = context.period.span
    return context.reader.ask(redemption_shares, context.subject.id, dimension, period, context.zone, limit=TOP)


def _attempts(context: SubjectContext, *results: str) -> int:
    """How many redemptions ended so: what shares of a ranking cut at ten are taken of."""
    return sum(share.count for share in _shares(context, "result") if share.key in results)


def failure_codes(context: SubjectContext) -> BarSpec:
    """Why redemptions were refused."""
    bars = [Bar(share.label, share.count, "bad") for share in _shares(context, "failure_code")]
    return _bars(
        context, "Failure codes", "Failure code", bars, unit="redemptions", whole=_attempts(context, "FAILURE")
    )


def channels(context: SubjectContext) -> BarSpec:
    """Through what redemptions came, refused ones included."""
    bars = [Bar(share.label, share.count) for share in _shares(context, "channel")]
    return _bars(context, "Attempts by channel", "Channel", bars, unit="attempts", whole=_attempts(context, *_ENDS))


def tiers(context: SubjectContext) -> BarSpec:
    """Which tiers were tried, refused attempts included."""
    bars = [Bar(share.label, share.count, "second") for share in _shares(context, "tier")]
    return _bars(context, "Attempts by tier", "Tier", bars, unit="attempts", whole=_attempts(context, *_ENDS))


def rewards(context: SubjectContext) -> BarSpec:
    """Which rewards were taken."""
    bars = [Bar(share.label, share.count, "second") for share in _shares(context, "reward")]
    return _bars(context, "Rewards taken", "Reward", bars, unit="redemptions", whole=_attempts(context, "SUCCESS"))


def published_through(context: SubjectContext) -> BarSpec:
    """Through what codes were published."""
    period = context.period.span
    shares = context.reader.ask(publication_shares, context.subject.id, period, context.zone, limit=TOP)
    bars = [Bar(share.label, share.count) for share in shares]
    title = "Publications by channel"
    return _bars(context, title, "Channel", bars, unit="publications", resource="publications")


def new_and_returning(context: SubjectContext) -> BarSpec:
    """Customers whose first redemption in this campaign lies in the range, and those who came back."""
    found = context.reader.ask(customer_loyalty, context.subject.id, context.period.span, context.zone)
    bars = [Bar("new", found.new, "good"), Bar("returning", found.returning, "second")]
    note = f", {fmt.count(found.anonymous)} redemptions name none" if found.anonymous else ""
    known = bars if found.new or found.returning else ()
    return _bars(context, "New and returning customers", "Customers", known, unit="customers", note=note)


def top_customers(context: SubjectContext, *, reveal: bool = False) -> BarSpec:
    """Who redeemed most; names are masked unless revealed."""
    bars = []
    for share in _shares(context, "customer"):
        known = share.label != share.key
        bars.append(Bar(share.label if reveal or not known else masked(share.label), share.count, "second"))
    title = "Top customers" if reveal else "Top customers (masked, v reveals)"
    return _bars(context, title, "Customer", bars, unit="redemptions", whole=_attempts(context, "SUCCESS"))


def top_codes(context: SubjectContext) -> BarSpec:
    """Which codes were redeemed most."""
    bars = [Bar(share.label, share.count) for share in _shares(context, "code")]
    return _bars(context, "Top codes", "Code", bars, unit="redemptions", whole=_attempts(context, "SUCCESS"))
