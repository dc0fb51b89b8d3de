"""Time series and period totals of a campaign from the daily rollups, each with its source and age.

Rows win over summaries where their list is known to be whole, because every tab counts the same rows; a metric that
no list carries (validations) comes from summaries alone. A day nobody knows anything about is None, never 0.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.days import days_between
from store.json_text import stored_object
from store.models import DataState, Figure, Source, Unit
from store.queries.freshness import UNASKED_NOTE, data_state, refused_state, summary_unread, why_untold
from store.queries.totals import summary_totals

LISTS = {
    "redemptions_succeeded": "redemptions",
    "redemptions_failed": "redemptions",
    "rollbacks_succeeded": "redemptions",
    "rollbacks_failed": "redemptions",
    "discounted_amount": "redemptions",
    "rolledback_discounted_amount": "redemptions",
    "orders_amount": "redemptions",
    "orders_rolledback_amount": "redemptions",
    "amount_redeemed": "redemptions",
    "amount_rolledback": "redemptions",
    "publications_succeeded": "publications",
    "publications_failed": "publications",
    "vouchers_created": "vouchers",
}
"""Metrics that can be counted from a list's rows. `vouchers_deleted` is not among them: see `DELETED_NOTE`."""

DELETED_NOTE = "days without a summary are counted from the bin: permanent deletions are not in it"
UNSEEN_NOTE = "codes deleted before they were first read are not counted"


class Bucket(StrEnum):
    """How days are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Local days from start to end, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def previous(self) -> "DateSpan":
        """As many days right before it."""
        return DateSpan(self.start - timedelta(days=self.days), self.start - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Series:
    """One metric, day by day or bucket by bucket.

    Attributes:
        metric: the summary's name for it.
        starts: first day of each bucket.
        values: totals per bucket; None where nothing is known of any of its days.
        source, as_of, complete, note: as in `Figure`.
    """

    metric: str
    starts: tuple[date, ...]
    values: tuple[int | None, ...]
    source: Source
    as_of: str | None
    complete: bool
    note: str = ""

    @property
    def total(self) -> int | None:
        """The sum of what is known; None when nothing is."""
        known = [value for value in self.values if value is not None]
        return sum(known) if known else None

    def figure(self, unit: Unit = Unit.COUNT, previous: "Series | None" = None) -> Figure:
        """The total as an honest figure."""
        before = None if previous is None or not previous.complete else previous.total
        return Figure(self.total, unit, self.source, self.as_of, self.complete, self.note, before)


def campaign_span(connection: sqlite3.Connection, campaign_id: str, today: date) -> DateSpan:
    """The days a campaign has anything in the rollups, up to today; today alone when there is nothing."""
    row = connection.execute("select min(day), max(day) from daily where campaign_id = ?", (campaign_id,)).fetchone()
    if row is None or row[0] is None:
        return DateSpan(today, today)
    return DateSpan(date.fromisoformat(row[0]), max(today, date.fromisoformat(row[1])))


def bucket_start(day: date, bucket: Bucket) -> date:
    """The first day of the bucket a day belongs to; weeks begin on Monday."""
    if bucket is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def daily_series(
    connection: sqlite3.Connection,
    campaign_id: str,
    metrics: Iterable[str],
    span: DateSpan,
    bucket: Bucket = Bucket.DAY,
) -> dict[str, Series]:
    """Series of several metrics over local days.

    Args:
        connection: a reader.
        campaign_id: whose.
        metrics: names of the campaign summary's members.
        span: local days, both ends included.
        bucket: how to put days together.
    """
    wanted = list(metrics)
    found: dict[tuple[str, str, str], int] = {}
    marks = ", ".join("?" * len(wanted))
    for metric, source, day, value in connection.execute(
        f"select metric, source, day, value from daily where campaign_id = ? and day between ? and ?"
        f" and metric in ({marks})",
        (campaign_id, span.start.isoformat(), span.end.isoformat(), *wanted),
    ):
        found[metric, source, day] = value
    all_told, names = _summary_days(connection, campaign_id, span)
    result = {}
    for metric in wanted:
        told = all_told if metric in names else frozenset()
        source, state = _origin(connection, campaign_id, metric, any_told=bool(told))
        summary = [
            found.get((metric, "summary", day.isoformat()), 0) if day.isoformat() in told else None
            for day in days_between(span.start, span.end)
        ]
        days, whole = summary, len(told) >= span.days
        note = "" if whole else ("some days are not cached" if told else _unknown(connection, campaign_id, metric))
        if metric == "vouchers_deleted" and not whole:
            # An empty bin does not tell that nothing was deleted: what is deleted for good leaves no entry.
            binned = [found.get((metric, "rows", day.isoformat())) for day in days_between(span.start, span.end)]
            days = [known if known is not None else counted for known, counted in zip(summary, binned, strict=True)]
            note = DELETED_NOTE
        elif source is Source.ROWS:
            days, whole = _from_rows(metric, span, found, state), state.complete
            note = "" if whole else (state.brief or "not all rows are cached")
            note = note or _left_out(connection, campaign_id, metric)
        result[metric] = _bucketed(metric, span, days, bucket, (source, state.as_of, whole, note))
    return result


def _origin(
    connection: sqlite3.Connection, campaign_id: str, metric: str, *, any_told: bool
) -> tuple[Source, DataState]:
    """Where a metric's days come from: rows once read whole, else the summary, else whatever rows there are."""
    if metric == "publications_failed":
        rows = refused_state(connection, campaign_id)
    else:
        rows = data_state(connection, LISTS.get(metric, ""), campaign_id)
    if rows.completed_at is not None:
        return Source.ROWS, rows
    if any_told:
        return Source.SUMMARY, data_state(connection, "campaign_summaries", campaign_id)
    if metric == "vouchers_deleted":
        rows = data_state(connection, "trash_bin")
    return (Source.NONE if rows.as_of is None else Source.ROWS), rows


def _unknown(connection: sqlite3.Connection, campaign_id: str, metric: str) -> str:
    """Why nothing tells any day of a metric: a whole reading asks for most campaigns' lifetime totals alone."""
    if metric not in LISTS:
        return why_untold(connection, campaign_id)
    unasked = summary_unread(connection, campaign_id) and bool(summary_totals(connection, campaign_id)[0])
    return UNASKED_NOTE if unasked else "no summary and no rows cached"


def _left_out(connection: sqlite3.Connection, campaign_id: str, metric: str) -> str:
    """What a list cannot show even when it is whole, where that is known to matter."""
    if metric == "vouchers_created":
        gone = connection.execute(
            "select exists (select 1 from trash_bin b where b.resource_parent_id = ? and b.resource_type = 'voucher'"
            " and not exists (select 1 from vouchers v where v.id = b.resource_id))",
            (campaign_id,),
        ).fetchone()[0]
        return UNSEEN_NOTE if gone else ""
    return ""


def _from_rows(
    metric: str, span: DateSpan, found: dict[tuple[str, str, str], int], state: DataState
) -> list[int | None]:
    """A day without rows is 0 up to when a list that was once whole was last read; else it is unknown."""
    until = (state.as_of or "")[:10] if state.completed_at is not None else ""
    days: list[int | None] = []
    for day in days_between(span.start, span.end):
        text = day.isoformat()
        known = found.get((metric, "rows", text))
        days.append(known if known is not None else (0 if text <= until else None))
    return days


def _summary_days(
    connection: sqlite3.Connection, campaign_id: str, span: DateSpan
) -> tuple[frozenset[str], frozenset[str]]:
    """The days summaries tell, and the metrics they have: what a type's summary lacks is unknown, not zero."""
    rows = connection.execute(
        "select start_date, json from campaign_summaries where campaign_id = ? and start_date = end_date"
        " and start_date between ? and ? order by start_date",
        (campaign_id, span.start.isoformat(), span.end.isoformat()),
    ).fetchall()
    metrics = stored_object(rows[-1][1]) if rows else {}
    return frozenset(row[0] for row in rows), frozenset(metrics)


def _bucketed(
    metric: str,
    span: DateSpan,
    days: Sequence[int | None],
    bucket: Bucket,
    origin: tuple[Source, str | None, bool, str],
) -> Series:
    totals: dict[date, int | None] = {}
    for day, value in zip(days_between(span.start, span.end), days, strict=True):
        start = bucket_start(day, bucket)
        known = totals.get(start)
        totals[start] = known if value is None else value + (known or 0)
    return Series(metric, tuple(totals), tuple(totals.values()), *origin)


def success_rate(succeeded: int | None, failed: int | None) -> int | None:
    """Share of attempts that succeeded, in thousandths, rounded; None when there were none or one is unknown."""
    if succeeded is None or failed is None or succeeded + failed == 0:
        return None
    total = succeeded + failed
    return (succeeded * 2000 + total) // (2 * total)
