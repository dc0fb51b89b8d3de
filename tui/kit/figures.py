"""Figures in words: value, change, source and age of a `Figure`, the same way on every panel, tab and chart."""

from datetime import datetime

from store import words as fmt
from store.days import parse_instant
from store.models import Figure, Freshness, Source
from store.queries.series import Series as DailySeries
from tui.kit.figure_words import known_words
from widgets.panel.panel import Field
from widgets.panel.stats import StatData
from widgets.text.lines import Role

_SOURCES = {Source.SUMMARY: "summary", Source.ROWS: "rows", Source.EXPORT: "export", Source.DOCUMENT: "document"}


def source_words(source: Source, as_of: str | None, now: datetime) -> str:
    """Source and age: `rows · 2 min ago`."""
    age = fmt.age(parse_instant(as_of), now) if as_of else ""
    return " · ".join(part for part in (_SOURCES.get(source, ""), age) if part)


def state_words(state: Freshness, now: datetime) -> str:
    """The age of a list and, when it is not whole, that it is not; of one that could not be read, of the attempt."""
    if state.as_of is None:
        return "not cached"
    age = fmt.age(parse_instant(state.as_of), now)
    if state.state == "failed" and state.completed_at is None:
        return f"tried {age} · failed"
    words = f"rows · {age}" if state.complete else f"rows · {age} · {state.state}"
    tried = {"failed": " · last try failed", "partial": " · last try ended early"}
    return words + tried.get(state.attempt_state or "", "")


def all_time(words: str) -> str:
    """Source and age of figures that the chosen dates do not rule."""
    return f"all time · {words}" if words else "not cached"


def series_words(series: DailySeries, now: datetime) -> str:
    """Source and age of a series; partial ones say so."""
    if series.source is Source.NONE:
        return "no data"
    parts = (source_words(series.source, series.as_of, now), "" if series.complete else "partial", series.days_of)
    return " · ".join(part for part in parts if part)


def stat(label: str, figure: Figure, currency: str | None, now: datetime, *, spark: str = "") -> StatData:
    """A figure for the head of a dashboard; a rise is good.

    Args:
        label: what it is.
        figure: the honest figure.
        currency: for amounts.
        now: for its age.
        spark: bars of its course.
    """
    delta = fmt.delta(figure.value, figure.previous)
    role: Role = "muted"
    if delta and figure.value != figure.previous:
        role = "good" if (figure.value or 0) > (figure.previous or 0) else "bad"
    source = source_words(figure.source, figure.as_of, now)
    return StatData(label, known_words(figure, currency), delta, role, spark, source, figure.note)


def figure_field(label: str, figure: Figure, currency: str | None) -> Field:
    """A figure as a line of a panel; its note stands with it when it is a substitute or not whole."""
    return Field(label, known_words(figure, currency), "strong", substitute=figure.note)
