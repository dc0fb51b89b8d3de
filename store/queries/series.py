"""Time series and period totals of a campaign from the daily rollups, each with its source and age.

Rows win over summaries where their list is known to be complete, because every tab counts the same rows; a metric that
no list carries (validations) comes from summaries alone. An unknown day is None, never 0.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, timedelta, tzinfo
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from store.days import WeekStart, local_date, local_day
from store.json_text import stored_object
from store.models import Figure, Freshness, Source, Unit
from store.queries.freshness import (
    UNASKED_NOTE,
    data_state,
    days_counted_in,
    refused_state,
    summary_unread,
    why_unknown,
)
from store.queries.totals import Totals, joined, lacking_note, summary_totals, unusable_amounts
from store.ref import Ref
from store.times import is_instant
from store.words import Bucket, DateSpan, bucket_start

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
UNMADE_NOTE = "the campaign was made later"
READ_BEFORE_NOTE = "last read before these days"

FIRST_DAY = date(2015, 1, 1)
"""Voucherify has no data from before."""
_AHEAD = timedelta(days=366)


class Series(Struct, frozen=True):
    """One metric, day by day or bucket by bucket.

    Attributes:
        metric: the summary's name for it.
        starts: first day of each bucket.
        values: totals per bucket; None where nothing is known of any of its days.
        source, as_of, complete, note: as in `Figure`.
        lifetime: the figure in the place of the sum, where the buckets are those of a lifetime.
        days_of: in words, which days it was counted by, where these are not the project's; else "".
    """

    metric: str
    starts: tuple[date, ...]
    values: tuple[int | None, ...]
    source: Source
    as_of: str | None
    complete: bool
    note: str = ""
    lifetime: Figure | None = None
    days_of: str = ""

    @property
    def total(self) -> int | None:
        """The sum of what is known; None when nothing is, or when nothing was found in days that are not complete."""
        return _sum_of(self.values, self.complete) if self.lifetime is None else self.lifetime.known

    def figure(self, unit: Unit = Unit.COUNT, previous: "Series | None" = None) -> Figure:
        """The total as an honest figure."""
        if self.lifetime is not None:
            return replace(self.lifetime, unit=unit)
        before = None if previous is None or not previous.complete else previous.total
        note = joined(self.days_of, self.note)
        return Figure.counted(self.total, unit, self.source, self.as_of, self.complete, note, before)


def campaign_span(connection: sqlite3.Connection, campaign_id: str, today: date, zone: tzinfo) -> DateSpan:
    """The days of a campaign's life: from its making, or from what happened before, to today or what is dated later.

    Days that no campaign can have had, before Voucherify or a year ahead, do not stretch it.
    """
    last = connection.execute("select max(day) from daily where campaign_id = ?", (campaign_id,)).fetchone()[0]
    days = [date.fromisoformat(last)] if last else []
    if (first := first_day(connection, campaign_id, zone)) is not None:
        days.append(first)
    ahead = today + _AHEAD if today < date.max - _AHEAD else date.max
    start, end = min([today, *days]), max([today, *days])
    return DateSpan(max(start, min(FIRST_DAY, today)), min(end, ahead))


def first_day(connection: sqlite3.Connection, campaign_id: str, zone: tzinfo) -> date | None:
    """The first day of a campaign: of its making, or of what is counted before; None where the first is not known."""
    made = connection.execute("select created_at from campaigns where id = ?", (campaign_id,)).fetchone()
    if made is None or not is_instant(made[0]):
        return None
    counted = connection.execute("select min(day) from daily where campaign_id = ?", (campaign_id,)).fetchone()[0]
    days = [local_date(made[0], zone), local_date(made[0], UTC)]
    return min([*days, date.fromisoformat(counted)] if counted else days)


def unmade(connection: sqlite3.Connection, unit: Unit) -> Figure:
    """A figure of days that were over before its campaign was made."""
    return Figure(0, unit, Source.DOCUMENT, data_state(connection, "campaigns").as_of, True, UNMADE_NOTE)


def daily_series(
    connection: sqlite3.Connection,
    campaign_id: str,
    metrics: Iterable[str],
    span: DateSpan,
    bucket: Bucket = Bucket.DAY,
    *,
    zone: tzinfo | None = None,
    week_start: WeekStart = WeekStart.MONDAY,
) -> dict[str, Series]:
    """Series of several metrics over local days.

    Args:
        connection: a reader.
        campaign_id: whose.
        metrics: names of the campaign summary's members.
        span: local days, both ends included.
        bucket: how to put days together.
        zone: the project's time zone, UTC without one; of days that were counted in another, the notes name that one.
        week_start: the weekday weeks begin with.
    """
    facts = _Held(connection, campaign_id, span, list(metrics), zone or UTC)
    days_of = days_counted_in(connection, zone)
    starts = [bucket_start(day, bucket, week_start) for day in span]
    found = {}
    for metric in facts.metrics:
        days, origin = facts.days(metric)
        series = bucketed(metric, starts, days, origin)
        found[metric] = replace(series, days_of=days_of) if origin.source is Source.ROWS else series
    return found


class _Held:
    """What the cache holds of some metrics' days, by source. On days before the campaign's first there was nothing."""

    def __init__(
        self, connection: sqlite3.Connection, campaign_id: str, span: DateSpan, metrics: list[str], zone: tzinfo
    ) -> None:
        self._connection, self._campaign_id, self._zone = connection, campaign_id, zone
        self.metrics = metrics
        first = first_day(connection, campaign_id, zone)
        self._span = [day.isoformat() for day in span if first is None or day >= first]
        self._before: list[int | None] = [0] * (span.days - len(self._span))
        bounds = (campaign_id, span.start.isoformat(), span.end.isoformat())
        marks = ", ".join("?" * len(metrics))
        self._values: dict[tuple[str, str, str], int] = {
            (metric, source, day): value
            for metric, source, day, value in connection.execute(
                "select metric, source, day, value from daily where campaign_id = ? and day between ? and ?"
                f" and metric in ({marks})",
                (*bounds, *metrics),
            )
        }
        self._unusable = unusable_amounts(connection, campaign_id, "rows", *bounds[1:])
        self._told = _summary_days(connection, bounds)

    def days(self, metric: str) -> tuple[list[int | None], "Origin"]:
        """A metric's days in order, and where they come from."""
        if not self._span:
            figure = unmade(self._connection, Unit.COUNT)
            return self._before, Origin(figure.source, figure.as_of, True, figure.note)
        since, origin = self._days(metric)
        days = [*self._before, *since]
        return days, known_at_all(days, origin)

    def _days(self, metric: str) -> tuple[list[int | None], "Origin"]:
        named = [day for day in self._span if metric in self._told.get(day, {})]
        source, state = _origin(self._connection, self._campaign_id, metric, any_told=bool(named))
        if metric == "vouchers_deleted" and not self._all_told(metric):
            # An empty bin does not prove that nothing was deleted: what is deleted for good leaves no entry.
            binned = [self._values.get((metric, "rows", day)) for day in self._span]
            pairs = zip(self._summary(metric), binned, strict=True)
            days = [counted if stated is None else stated for stated, counted in pairs]
            return days, Origin(source, state.as_of, False, DELETED_NOTE)
        return self._from_rows(metric, state) if source is Source.ROWS else self._from_summary(metric, source, state)

    def _all_told(self, metric: str) -> bool:
        return all(value is not None for value in self._summary(metric))

    def _summary(self, metric: str) -> list[int | None]:
        return [
            self._values.get((metric, "summary", day), 0) if self._told.get(day, {}).get(metric) is not None else None
            for day in self._span
        ]

    def _from_summary(self, metric: str, source: Source, state: Freshness) -> tuple[list[int | None], "Origin"]:
        """Days as summaries state them; one whose number cannot be used is unknown."""
        days = self._summary(metric)
        if source is Source.NONE:
            return days, Origin(source, state.as_of, False, unknown_note(self._connection, self._campaign_id, metric))
        asked = [day for day in self._span if day in self._told]
        lacking = len(asked) - sum(value is not None for value in days) or None
        notes = ("some days are not synced" if len(asked) < len(days) else "", lacking_note(metric, "summary", lacking))
        return days, Origin(source, state.as_of, self._all_told(metric), joined(*notes))

    def _from_rows(self, metric: str, state: Freshness) -> tuple[list[int | None], "Origin"]:
        """A day without rows is 0 up to when a list that was once complete was last read; else it is unknown."""
        until = known_until(state, self._zone)
        unusable = {day: self._unusable[metric, day] for day in self._span if (metric, day) in self._unusable}
        days = [
            self._values.get((metric, "rows", day), 0 if day <= until and day not in unusable else None)
            for day in self._span
        ]
        lacking = lacking_note(metric, "rows", sum(unusable.values()) if unusable else None)
        missed = _left_out(self._connection, self._campaign_id, metric)
        return days, rows_origin(state, is_later=self._span[-1] > until, missed=missed, lacking=lacking)


def known_until(state: Freshness, zone: tzinfo) -> str:
    """The last local day (`YYYY-MM-DD`) of which a list without a row of it proves that there was nothing; "" for none.

    Args:
        state: of a list of rows.
        zone: the project's time zone.
    """
    return local_day(state.as_of, zone) if state.completed_at is not None and state.as_of else ""


class Origin(NamedTuple):
    """Source, age, completeness and note of a series."""

    source: Source
    as_of: str | None
    complete: bool
    note: str


def rows_origin(state: Freshness, *, is_later: bool, missed: str = "", lacking: str = "") -> Origin:
    """How far days counted from a list's rows can be trusted.

    Args:
        state: of the list.
        is_later: whether days after its last good reading are among them: an attempt that ended early may have brought
            some of their rows.
        missed: what the list cannot show even when it is complete, in words.
        lacking: what leaves sums of its rows unknown, in words.
    """
    unread = "" if state.complete else state.brief or "not all rows are synced"
    complete = state.complete and not (missed or lacking or (state.mixed and is_later))
    return Origin(Source.ROWS, state.as_of, complete, joined(unread or missed, lacking, state.attempt))


def known_at_all(days: Sequence[int | None], origin: Origin) -> Origin:
    """An origin that is not complete where none of the days is known: its list was read before the first of them."""
    if not origin.complete or any(value is not None for value in days):
        return origin
    return origin._replace(complete=False, note=joined(origin.note, READ_BEFORE_NOTE))


def _origin(
    connection: sqlite3.Connection, campaign_id: str, metric: str, *, any_told: bool
) -> tuple[Source, Freshness]:
    """Where a metric's days come from: rows once complete, else the summary, else whatever rows there are."""
    if metric == "publications_failed":
        rows = refused_state(connection, campaign_id)
    else:
        rows = data_state(connection, LISTS.get(metric, ""), Ref.campaign(campaign_id))
    if rows.completed_at is not None:
        return Source.ROWS, rows
    if any_told:
        return Source.SUMMARY, data_state(connection, "campaign_summaries", Ref.campaign(campaign_id))
    if metric == "vouchers_deleted":
        rows = data_state(connection, "trash_bin")
    return (Source.NONE if rows.as_of is None else Source.ROWS), rows


def counted_figure(connection: sqlite3.Connection, campaign_id: str, metric: str, unit: Unit, rows: Totals) -> Figure:
    """A metric over a campaign's lifetime, counted from rows.

    Args:
        connection: a reader.
        campaign_id: whose.
        metric: the summary's name for it.
        unit: what it counts.
        rows: the campaign's totals counted from rows.
    """
    source, state = _origin(connection, campaign_id, metric, any_told=False)
    if source is Source.NONE:
        return Figure(None, unit, note=unknown_note(connection, campaign_id, metric))
    unusable = rows.unusable.get(metric)
    # An empty bin does not tell that nothing was deleted: what is deleted for good leaves no entry.
    missed = DELETED_NOTE if metric == "vouchers_deleted" else _left_out(connection, campaign_id, metric)
    unread = "" if state.complete else state.brief or "not all rows are synced"
    note = joined(unread or missed, lacking_note(metric, "rows", unusable), state.attempt)
    complete = state.complete and unusable is None and not (missed or state.mixed)
    found = rows.values.get(metric, state.known(0) if unusable is None else None)
    return Figure.counted(found, unit, Source.ROWS, state.as_of, complete, note)


def unknown_note(connection: sqlite3.Connection, campaign_id: str, metric: str) -> str:
    """Why no day of a metric is known: `sync --all` asks for most campaigns' lifetime totals only."""
    if metric not in LISTS:
        return why_unknown(connection, campaign_id)
    unasked = summary_unread(connection, campaign_id) and bool(summary_totals(connection, campaign_id))
    return UNASKED_NOTE if unasked else data_state(connection, LISTS[metric], Ref.campaign(campaign_id)).why


def _left_out(connection: sqlite3.Connection, campaign_id: str, metric: str) -> str:
    """What a list cannot show even when it is complete, where that is known to matter."""
    if metric == "vouchers_created":
        gone = connection.execute(
            "select exists (select 1 from trash_bin b where b.resource_parent_id = ? and b.resource_type = 'voucher'"
            " and not exists (select 1 from vouchers v where v.id = b.resource_id))",
            (campaign_id,),
        ).fetchone()[0]
        return UNSEEN_NOTE if gone else ""
    return ""


def _summary_days(connection: sqlite3.Connection, bounds: tuple[str, str, str]) -> dict[str, Mapping[str, Any]]:
    """What summaries tell of a campaign's days. A member one lacks is unknown, not zero."""
    rows = connection.execute(
        "select start_date, json from campaign_summaries where campaign_id = ? and start_date = end_date"
        " and start_date between ? and ?",
        bounds,
    )
    return {day: stored_object(text) for day, text in rows}


def bucketed(metric: str, starts: Sequence[date], days: Sequence[int | None], origin: Origin) -> Series:
    """Days put together by the first day of the bucket that each belongs to."""
    buckets: dict[date, list[int | None]] = {}
    for start, value in zip(starts, days, strict=True):
        buckets.setdefault(start, []).append(value)
    parts = (part[0] if len(part) == 1 else _sum_of(part, origin.complete) for part in buckets.values())
    return Series(metric, tuple(buckets), tuple(parts), *origin)


def _sum_of(values: Sequence[int | None], complete: bool) -> int | None:
    """What is known of a sum. Nothing found is unknown where days are missing; a complete list lacks days to come."""
    known = [value for value in values if value is not None]
    found = sum(known)
    return found if found or (known and (complete or len(known) == len(values))) else None


def success_rate(succeeded: int | None, failed: int | None) -> int | None:
    """Share of attempts that succeeded, in thousandths, rounded; None when there were none or one is unknown."""
    if succeeded is None or failed is None or succeeded + failed == 0:
        return None
    total = succeeded + failed
    return (succeeded * 2000 + total) // (2 * total)
