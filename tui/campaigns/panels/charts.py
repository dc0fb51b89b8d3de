"""The dashboard's charts over time: activity, codes created and deleted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec import structs

from store import words as fmt
from store.models import Source, Unit, oldest
from store.queries.freshness import HAS_NONE_NOTE, REFUSED_NOTE, TOO_OLD_NOTE
from store.queries.lifetime import lifetime_of
from store.queries.series import Series as DailySeries
from store.queries.series import daily_series
from store.words import DateSpan
from tui.kit.context import SubjectContext
from tui.kit.figure_words import known_words
from tui.kit.figures import series_words
from widgets.chart.plot import ChartSeries, ChartSpec, Kind
from widgets.text.lines import Role

_STYLES: tuple[tuple[Role, int], ...] = (("accent", 0), ("bad", 1), ("second", 2), ("muted", 3), ("good", 4))


_SAY_WHAT_TO_DO = (TOO_OLD_NOTE, HAS_NONE_NOTE, REFUSED_NOTE)
"""Reasons after which no key is offered: they name it, or the API has nothing to read."""


def read_series(
    context: SubjectContext, metrics: Sequence[str], span: DateSpan | None = None
) -> dict[str, DailySeries]:
    """Series of the context's campaign and period (or another span), in its buckets; of all time with its totals."""
    campaign, ask = context.subject.id, context.reader.ask
    found = ask(
        daily_series, campaign, metrics, span or context.period.span, context.period.bucket, zone=context.zone,
        week_start=context.week_start,
    )  # fmt: skip
    if span is not None or not context.period.whole_life:
        return found
    lifetime = ask(lifetime_of, campaign, dict.fromkeys(metrics, Unit.COUNT))
    return {metric: structs.replace(series, lifetime=lifetime[metric]) for metric, series in found.items()}


def _added(name: str, one: DailySeries, other: DailySeries) -> DailySeries:
    """Two series as one: a bucket is unknown where neither knows it."""
    values = tuple(
        None if left is None and right is None else (left or 0) + (right or 0)
        for left, right in zip(one.values, other.values, strict=True)
    )
    return structs.replace(
        one, metric=name, values=values, as_of=oldest(one.as_of, other.as_of),
        complete=one.complete and other.complete, note=one.note or other.note,
        lifetime=None if one.lifetime is None or other.lifetime is None else one.lifetime + other.lifetime,
    )  # fmt: skip


def drawn(
    name: str, series: DailySeries, kind: Kind, role: Role, marker: int | None = None, *,
    unit: Unit = Unit.COUNT, currency: str | None = None,
) -> ChartSeries:  # fmt: skip
    """A series as a chart draws it; its total says "at least" where not all is known."""
    figure = series.figure(unit)
    why = figure.why if figure.known is None else ""
    return ChartSeries(name, series.values, kind, role, marker, total_text=known_words(figure, currency), why=why)


def series_chart(
    context: SubjectContext, title: str, named: Sequence[tuple[str, DailySeries]], *, unit: str, bars: bool = False
) -> ChartSpec:
    """A chart of series over time, each under its name, with their sources and ages."""
    lines = tuple(
        drawn(name, series, "bar" if bars else "line", *_STYLES[index % len(_STYLES)])
        for index, (name, series) in enumerate(named)
    )
    return over_time(
        context, title, lines, named[0][1], unit=unit, source_note=sources_of(named, context.reader.now()),
        range_note=range_words(context), empty_note=_why_empty(context, named),
    )  # fmt: skip


def over_time(
    context: SubjectContext, title: str, lines: Sequence[ChartSeries], source: DailySeries, *, unit: str, **more: Any
) -> ChartSpec:
    """A chart over the period's buckets.

    Args:
        context: whose, and the period.
        title: names the panel.
        lines: what is drawn.
        source: the series whose days, source, age and reason of having none are shown.
        unit: what is counted.
        more: further members of the chart, and those that replace the usual ones.
    """
    usual = {
        "source_note": series_words(source, context.reader.now()), "range_note": context.period.label,
        "empty_note": nothing_known(context, source.note),
    }  # fmt: skip
    return ChartSpec(title, tuple(lines), source.starts, context.period.bucket.value, unit=unit, **{**usual, **more})


def sources_of(named: Sequence[tuple[str, DailySeries]], now: datetime) -> str:
    """Source and age of a chart's series: said once, and by name for those that have another than the first."""
    names: dict[str, list[str]] = {}
    for name, series in named:
        if series.source is not Source.NONE:
            names.setdefault(series_words(series, now), []).append(name)
    first, *others = names or ["no data"]
    return "; ".join([first, *(f"{', '.join(names[words])}: {words}" for words in others)])


def nothing_known(context: SubjectContext, why: str) -> str:
    """Instead of a chart without a known day: why, and what to do."""
    words = f"No figures of these days: {why or fmt.NOT_SYNCED}."
    return words if why in _SAY_WHAT_TO_DO else f"{words} Press r to fetch them ({context.cost})."


def _why_empty(context: SubjectContext, named: Sequence[tuple[str, DailySeries]]) -> str:
    """Why nothing is drawn: one reason said once, several with the names of their series."""
    names: dict[str, list[str]] = {}
    for name, series in named:
        names.setdefault(series.note, []).append(name)
    if len(names) == 1:
        return nothing_known(context, *names)
    return "; ".join(f"{', '.join(those)}: {note or 'none'}" for note, those in names.items())


def range_words(context: SubjectContext) -> str:
    """The range of a chart over time; it names a last day that is not over yet, since that looks like a fall."""
    unfinished = context.period.span.end >= context.today
    return f"{context.period.label} · today so far" if unfinished else context.period.label


def activity_chart(title: str, *, publications: bool = True) -> Callable[[SubjectContext], ChartSpec]:
    """Validations, redemptions, rollbacks and, where the type publishes codes, publications."""

    def load(context: SubjectContext) -> ChartSpec:
        found = read_series(
            context,
            ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "publications_succeeded",
             "validations_succeeded", "validations_failed"),
        )  # fmt: skip
        named = [
            ("redemptions", found["redemptions_succeeded"]),
            ("refused", found["redemptions_failed"]),
            ("rollbacks", found["rollbacks_succeeded"]),
            ("validations", _added("validations", found["validations_succeeded"], found["validations_failed"])),
        ]
        if publications:
            named.append(("publications", found["publications_succeeded"]))
        return series_chart(context, title, named, unit="events")

    return load


def vouchers_chart(context: SubjectContext) -> ChartSpec:
    """Codes created and deleted per bucket."""
    found = read_series(context, ("vouchers_created", "vouchers_deleted"))
    named = [("created", found["vouchers_created"]), ("deleted", found["vouchers_deleted"])]
    chart = series_chart(context, "Vouchers created/deleted", named, unit="codes", bars=True)
    if any(series.total for _, series in named):
        return chart
    if all(series.total == 0 for _, series in named):
        return replace(chart, series=(), empty_note="No code was created or deleted in this range.")
    unknown = [pair for pair in named if pair[1].total is None]
    return replace(chart, series=(), empty_note=_why_empty(context, unknown))
