"""Figures in words: value, change, source and age of a `Figure`, the same way on every panel, tab and chart."""

from dataclasses import replace
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
    """Source and age: `rows · 2 min ago`; "" for what was never read."""
    return f"{_SOURCES[source]} · {fmt.age(parse_instant(as_of), now)}" if as_of and source in _SOURCES else ""


def state_words(state: Freshness, now: datetime) -> str:
    """The age of a list and, when it is not complete, that it is not; of one that could not be read, of the attempt."""
    if state.as_of is None:
        return fmt.NOT_SYNCED
    age = fmt.age(parse_instant(state.as_of), now)
    if state.state == "failed" and state.completed_at is None:
        return f"{fmt.REFUSED if state.is_refused else 'failed'} · {age}"
    words = f"rows · {age}" if state.complete else f"rows · {age} · {state.state}"
    if state.attempt_state is None:
        return words
    tried = "last try ended early" if state.mixed else "last try failed"
    return f"{words} · {fmt.REFUSED if state.is_refused else tried}"


def all_time(words: str) -> str:
    """Source and age of figures that the chosen dates do not rule."""
    return f"all time · {words}" if words else fmt.NOT_SYNCED


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
    return StatData(label, known_words(figure, currency), delta, role, spark, source, figure.why)


def figure_field(label: str, figure: Figure, currency: str | None) -> Field:
    """A figure as a line of a panel; beside it what it lacks, what it replaces, or why it is not known."""
    return Field(label, known_words(figure, currency), "strong", substitute=figure.why)


def sourced_field(label: str, figure: Figure, currency: str | None, now: datetime, main: Source) -> Field:
    """A figure as a line of a panel, with its source where this is not the panel's main one."""
    source = "" if figure.source is main else source_words(figure.source, figure.as_of, now)
    return replace(figure_field(label, figure, currency), source=source)


def unknown_field(label: str, why: str) -> Field:
    """A line of a panel for what cannot be known, with the reason."""
    return Field(label, fmt.UNKNOWN, "muted", substitute=why)


def value_field(label: str, words: str, why: str = "", role: Role = "strong") -> Field:
    """A value in words; where they are "" or a dash, why it is not known."""
    return unknown_field(label, why or fmt.NOT_STATED) if words in ("", fmt.UNKNOWN) else Field(label, words, role)
