"""What happened to campaigns of the calendar, day by day: redemptions, refusals and changes of configuration.

Counts are those of the dashboards: redemptions are gross, those that succeeded on a day (`redemptions_succeeded`),
whatever was rolled back later; refusals are those that failed (`redemptions_failed`). Both come from the daily rollups.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from store.days import day_bounds, parse_instant
from store.domain.changes import FieldChanged
from store.models import Figure, Freshness, Unit
from store.queries.freshness import CampaignStates, days_counted_in
from store.queries.series import (
    READ_BEFORE_NOTE,
    Series,
    daily_series,
    first_day,
    known_until,
    rows_origin,
    unknown_note,
    unmade,
)
from store.queries.totals import joined
from store.words import DateSpan

REDEMPTIONS, REFUSALS = "redemptions_succeeded", "redemptions_failed"
_DAY = timedelta(days=1)
_COUNTED = (
    "select metric, day, value from daily where campaign_id = ? and day between ? and ? and source = 'rows'"
    f" and metric in ('{REDEMPTIONS}', '{REFUSALS}') order by day"
)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One metric of a campaign over some local days.

    Attributes:
        counts: by day, in order; a day left out had none, or is unknown.
        unknown: the days of which nothing is known, as spans in order.
        figure: the total, with source, age, completeness and note.
    """

    counts: Mapping[date, int]
    unknown: tuple[DateSpan, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """One field of a campaign, or of a tier or rule of it, that syncs saw changed.

    Attributes:
        at: when the change was seen, aware.
        since: when the sync before read it, so that it happened in between; None where the journal does not say.
        resource, record_id: the object it is about.
        change: the field, with JSON before and after, and its words.
    """

    at: datetime
    since: datetime | None
    resource: str
    record_id: str
    change: FieldChanged


@dataclass(frozen=True, slots=True)
class CampaignActivity:
    """What happened to a campaign.

    Attributes:
        redemptions: that succeeded, gross.
        refusals: redemptions that failed.
        changes: of its configuration, the oldest first; mere timestamps of a change are left out.
    """

    redemptions: DayCounts
    refusals: DayCounts
    changes: tuple[ConfigChange, ...]


def calendar_activity(
    connection: sqlite3.Connection, campaigns: Iterable[str], span: DateSpan, zone: tzinfo
) -> Mapping[str, CampaignActivity]:
    """What happened to campaigns on some days of the project, by campaign id.

    Args:
        connection: a reader.
        campaigns: ids, each of which is in the answer.
        span: the days, the last one included.
        zone: the project's time zone; days that were counted in another are named in the figures' notes.
    """
    ids = list(dict.fromkeys(campaigns))
    changes = _changes(connection, ids, span, zone)
    days = _Days(connection, span, zone)
    found = {}
    for identity in ids:
        redemptions, refusals = days.of(identity)
        found[identity] = CampaignActivity(redemptions, refusals, tuple(changes.get(identity, ())))
    return found


class _Days:
    """Redemptions and refusals of campaigns day by day, as `daily_series` gives them for each."""

    def __init__(self, connection: sqlite3.Connection, span: DateSpan, zone: tzinfo) -> None:
        self._connection, self._span, self._zone = connection, span, zone
        self._bounds = (span.start.isoformat(), span.end.isoformat())
        self._states = CampaignStates(connection, "redemptions")
        self._days_of = days_counted_in(connection, zone)
        self._summarised = {
            identity
            for (identity,) in connection.execute(
                "select distinct campaign_id from campaign_summaries where start_date = end_date"
                " and start_date between ? and ?",
                self._bounds,
            )
        }

    def of(self, campaign_id: str) -> tuple[DayCounts, DayCounts]:
        """A campaign's. Only days that have any are touched where its redemptions were once complete."""
        first = first_day(self._connection, campaign_id, self._zone)
        if first is not None and first > self._span.end:
            return (DayCounts({}, (), unmade(self._connection, Unit.COUNT)),) * 2
        state = self._states.of(campaign_id)
        if state.completed_at is None and campaign_id in self._summarised:
            return self._by_series(campaign_id)
        start = self._span.start if first is None else max(self._span.start, first)
        if state.as_of is None:
            nothing = Figure(None, note=unknown_note(self._connection, campaign_id, REDEMPTIONS))
            return (DayCounts({}, (DateSpan(start, self._span.end),), nothing),) * 2
        counts: dict[str, dict[date, int]] = {REDEMPTIONS: {}, REFUSALS: {}}
        for metric, day, value in self._connection.execute(_COUNTED, (campaign_id, *self._bounds)):
            counts[metric][date.fromisoformat(day)] = value
        return self._from_rows(counts[REDEMPTIONS], start, state), self._from_rows(counts[REFUSALS], start, state)

    def _from_rows(self, counts: Mapping[date, int], start: date, state: Freshness) -> DayCounts:
        """Counts of the days from `start`; before it the campaign was not made."""
        until = known_until(state, self._zone)
        unknown = () if until >= self._bounds[1] else tuple(self._unknown(counts, start, until))
        source, as_of, complete, note = rows_origin(state, is_later=self._bounds[1] > until)
        any_known = sum(days.days for days in unknown) < self._span.days
        is_known = counts or (any_known and (complete or not unknown))
        if complete and not is_known:
            complete, note = False, joined(note, READ_BEFORE_NOTE)
        total = sum(counts.values()) if is_known else None
        figure = Figure.counted(total, Unit.COUNT, source, as_of, complete, joined(self._days_of, note))
        return DayCounts(counts, unknown, figure)

    def _unknown(self, counts: Mapping[date, int], start: date, until: str) -> Iterator[DateSpan]:
        """The days after those that are known, but for those with rows."""
        first = start if until < start.isoformat() else date.fromisoformat(until) + _DAY
        for day in sorted(day for day in counts if day >= first):
            if day > first:
                yield DateSpan(first, day - _DAY)
            if day == self._span.end:
                return
            first = day + _DAY
        yield DateSpan(first, self._span.end)

    def _by_series(self, campaign_id: str) -> tuple[DayCounts, DayCounts]:
        metrics = (REDEMPTIONS, REFUSALS)
        series = daily_series(self._connection, campaign_id, metrics, self._span, zone=self._zone)
        return _day_counts(series[REDEMPTIONS]), _day_counts(series[REFUSALS])


def _day_counts(series: Series) -> DayCounts:
    days = list(zip(series.starts, series.values, strict=True))
    counts = {day: value for day, value in days if value}
    return DayCounts(counts, tuple(_spans(day for day, value in days if value is None)), series.figure())


def _spans(days: Iterable[date]) -> Iterator[DateSpan]:
    """Days in order as spans."""
    run: DateSpan | None = None
    for day in days:
        if run is not None and day - run.end == _DAY:
            run = DateSpan(run.start, day)
            continue
        if run is not None:
            yield run
        run = DateSpan(day, day)
    if run is not None:
        yield run


def _changes(
    connection: sqlite3.Connection, ids: list[str], span: DateSpan, zone: tzinfo
) -> Mapping[str, list[ConfigChange]]:
    """Journalled changes by campaign, those of its rules among them."""
    begin, end = day_bounds(span.start.isoformat(), zone)[0], day_bounds(span.end.isoformat(), zone)[1]
    owners = _owners(connection, ids)
    found: defaultdict[str, list[ConfigChange]] = defaultdict(list)
    rows = connection.execute(
        "select coalesce(campaign_id, record_id), record_id, resource, field, before, after, since, seen_at"
        " from changes where seen_at >= ? and seen_at < ? order by seen_at, id",
        (begin, end),
    )
    for campaign, record, resource, path, before, after, since, seen_at in rows:
        change = FieldChanged(path, before, after)
        if change.is_bookkeeping:
            continue
        known = ConfigChange(
            parse_instant(seen_at), parse_instant(since) if since else None, resource, record, change
        )  # fmt: skip
        for owner in {*owners.get(campaign, ()), *owners.get(record, ())}:
            found[owner].append(known)
    return found


def _owners(connection: sqlite3.Connection, ids: list[str]) -> Mapping[str, set[str]]:
    """The campaigns that a changed record's id stands for: itself, and those its rule or assignment rules."""
    wanted = set(ids)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for identity in ids:
        found[identity].add(identity)
    query = "select related_object_id, id, rule_id from validation_rules_assignments"
    for campaign, assignment, rule in connection.execute(query):
        if campaign in wanted:
            found[assignment].add(campaign)
            found[rule].add(campaign)
    return found
