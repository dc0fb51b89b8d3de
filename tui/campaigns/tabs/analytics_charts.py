"""The charts of the Analytics tab, each from a campaign's context to its data (API §4.2 O).

All of them count the same cached rows as the Redemptions tab and the dashboard for the same days. The web dashboard's
own chart definitions are not documented; these are ours.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from store import words as fmt
from store.models import Unit
from store.queries.breakdowns import Share, customer_loyalty, publication_shares, redemption_shares
from store.queries.freshness import data_state
from store.queries.series import success_rate
from store.queries.wallets import PENDING_ACTIVATED, movement_series
from tui.campaigns.panels.charts import drawn, over_time, read_series, series_chart, sources_of
from tui.kit.analytics_tab import Masked
from tui.kit.context import SubjectContext
from tui.kit.export_way import MINOR
from tui.kit.figures import state_words
from tui.kit.masking import masked
from widgets.chart.bars import Bar, BarSpec
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.text.lines import Role

TOP = 10
_MONEY_ROLES: tuple[Role, ...] = ("accent", "second", "warn")
_RESULTS = ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded")
_ROLES: tuple[tuple[Role, int], ...] = (("good", 0), ("accent", 1), ("second", 2), ("warn", 3), ("muted", 4))


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
    return over_time(context, "Redemptions by result", series, done, unit="redemptions")


def _aligned(values: Sequence[int | None], size: int) -> tuple[int | None, ...]:
    """The previous period's buckets under this one's: as many, the latest kept."""
    kept = tuple(values[-size:]) if size else ()
    return (None,) * (size - len(kept)) + kept


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
    label = context.period.label
    return over_time(
        context, "Success rate", [ChartSeries("succeeded of attempts", rates, total="none")], done, unit="%",
        range_note=label if whole is None else f"{label}: {rate_value(whole)}", y_format=rate_tick,
        value_format=rate_value, tick_unit=10, saved_as="thousandths",
    )  # fmt: skip


@lru_cache(maxsize=32)
def _money_axis(currency: str | None) -> dict[str, Any]:
    """How minor units are drawn; the same functions for the same currency, so that equal charts compare equal."""
    return {
        "unit": currency or "amount", "tick_unit": 100, "saved_as": MINOR,
        "y_format": lambda value: fmt.money_compact(value, currency),
        "value_format": lambda value: fmt.money(value, currency),
    }  # fmt: skip


def _money(title: str, name: str, metric: str, context: SubjectContext) -> ChartSpec:
    """Value of the orders, what was given on them by one more metric, and of the orders that were rolled back."""
    named = [("orders", "orders_amount"), (name, metric), ("orders rolled back", "orders_rolledback_amount")]
    named = [pair for pair in named if pair[1]]
    found = read_series(context, [metric for _, metric in named])
    lines = [
        drawn(label, found[metric], "line", role, unit=Unit.MINOR, currency=context.currency)
        for (label, metric), role in zip(named, _MONEY_ROLES, strict=False)
    ]
    return over_time(context, title, lines, found["orders_amount"], **_money_axis(context.currency))


def _by_result(events: str, context: SubjectContext) -> ChartSpec:
    """Those that succeeded and those that failed."""
    found = read_series(context, (f"{events}_succeeded", f"{events}_failed"))
    named = [(metric.removeprefix(f"{events}_"), series) for metric, series in found.items()]
    return series_chart(context, f"{events.capitalize()} by result", named, unit=events)


def _movements(title: str, names: Sequence[str], context: SubjectContext, *, gift: bool = False) -> ChartSpec:
    """Movements on cards over time, each with its source: transactions, or the API's summary until they are read."""
    period = context.period
    found = context.reader.ask(
        movement_series, context.subject.id, gift=gift, span=period.span, bucket=period.bucket, zone=context.zone,
        week_start=context.week_start,
    )  # fmt: skip
    named = [(name, found[name]) for name in names]
    unit, currency = (Unit.MINOR, context.currency) if gift else (Unit.POINTS, None)
    lines = [
        drawn(name, one, "line", *role, unit=unit, currency=currency)
        for (name, one), role in zip(named, _ROLES, strict=False)
    ]
    axis = _money_axis(currency) if gift else {"unit": "points"}
    note = sources_of(named, context.reader.now())
    return over_time(context, title, lines, named[0][1], source_note=note, **axis)


def _bars(
    context: SubjectContext, title: str, head: str, bars: Sequence[Bar], *, unit: str, resource: str = "redemptions",
    whole: int | None = None, note: str = "",
) -> BarSpec:  # fmt: skip
    state = context.reader.ask(data_state, resource, context.subject)
    empty = f"No {resource} are synced yet. Press r to fetch them ({context.cost})."
    if state.as_of is not None:
        empty = "Nothing in this range." if state.completed_at is not None else f"Nothing yet: {state.brief}."
    return BarSpec(
        title, tuple(bars), label_head=head, unit=unit, whole=whole, empty_note=empty,
        source_note=state_words(state, context.reader.now()), range_note=context.period.label + note,
    )  # fmt: skip


def _shares(context: SubjectContext, dimension: str) -> list[Share]:
    period = context.period.span
    return context.reader.ask(redemption_shares, context.subject.id, dimension, period, context.zone, limit=TOP)


def _ranking(
    title: str, head: str, dimension: str, role: Role, ends: Sequence[str], context: SubjectContext, *,
    unit: str = "redemptions", masks: bool = False,
) -> BarSpec:  # fmt: skip
    """Redemptions by what they have most in common; a ranking cut at ten takes its shares of all that ended so."""
    bars = [
        Bar(masked(share.label) if masks and share.label != share.key else share.label, share.count, role)
        for share in _shares(context, dimension)
    ]
    whole = sum(share.count for share in _shares(context, "result") if share.key in ends)
    return _bars(context, title, head, bars, unit=unit, whole=whole)


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


validations_by_result = partial(_by_result, "validations")
publications_by_result = partial(_by_result, "publications")
rollbacks_by_result = partial(_by_result, "rollbacks")
orders_and_discount = partial(_money, "Orders and discount", "discount given", "discounted_amount")
orders_and_credit = partial(_money, "Orders and credit", "credit redeemed", "amount_redeemed")
orders_value = partial(_money, "Orders", "", "")
credit_moved = partial(_movements, "Credit moved", ("added", "redeemed", "rolled back", "removed"), gift=True)
points_given = partial(_movements, "Points given", ("earned", PENDING_ACTIVATED, "added", "refunded", "transferred in"))
"""Points that came onto cards; activated ones are part of the earned."""
points_taken = partial(_movements, "Points taken", ("redeemed", "expired", "removed", "transferred out"))
_DONE, _TRIED = ("SUCCESS",), ("SUCCESS", "FAILURE")
failure_codes = partial(_ranking, "Failure codes", "Failure code", "failure_code", "bad", ("FAILURE",))
channels = partial(_ranking, "Attempts by channel", "Channel", "channel", "accent", _TRIED, unit="attempts")
tiers = partial(_ranking, "Attempts by tier", "Tier", "tier", "second", _TRIED, unit="attempts")
rewards = partial(_ranking, "Rewards taken", "Reward", "reward", "second", _DONE)
top_codes = partial(_ranking, "Top codes", "Code", "code", "accent", _DONE)
top_customers = Masked(
    partial(_ranking, "Top customers (masked, v reveals)", "Customer", "customer", "second", _DONE, masks=True),
    partial(_ranking, "Top customers", "Customer", "customer", "second", _DONE),
)
