"""The same weeks of last year, moved to where this year's are: 364 days, so that weekdays stay what they are."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

from store.days import instant_text, local_time, parse_instant
from store.domain.windows import Windows, joined_windows
from store.queries.calendar import Calendar, CalendarCampaign, campaign_calendar
from store.queries.calendar_activity import CampaignActivity, DayCounts, calendar_activity
from store.queries.calendar_parts import CalendarPart
from store.words import DateSpan

YEAR = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class LastYear:
    """Last year's weeks under this year's.

    Attributes:
        span: last year's days, as they were.
        calendar: the campaigns of those days, everything in them 364 days later by the project's clock: their bars
            stand under this year's. Statuses and documents are as they are now.
        activity: what happened to them, by campaign id, 364 days later, too.
    """

    span: DateSpan
    calendar: Calendar
    activity: Mapping[str, CampaignActivity]


def same_weeks_last_year(
    connection: sqlite3.Connection, span: DateSpan, now: datetime, zone: tzinfo
) -> LastYear | None:
    """The weeks 364 days before some days; None where the calendar has no such days.

    Args:
        connection: a reader.
        span: this year's days.
        now: the instant that statuses are of, aware.
        zone: the project's time zone.
    """
    if span.start - date.min < YEAR:
        return None
    before = DateSpan(span.start - YEAR, span.end - YEAR)
    calendar = campaign_calendar(connection, before, now, zone)
    activity = calendar_activity(connection, [one.id for one in calendar.campaigns], before, zone)
    moved = tuple(_campaign(one, zone) for one in calendar.campaigns)
    return LastYear(
        before, replace(calendar, span=span, campaigns=moved),
        {identity: _activity(one, zone) for identity, one in activity.items()},
    )  # fmt: skip


def year_later(instant: datetime, zone: tzinfo) -> datetime:
    """An instant when the project's clock shows the same time 364 days later, in UTC; the end of time at most.

    A time that the clock jumps over is taken as if it had not been set.
    """
    local = local_time(instant, zone)
    try:
        return (local.replace(tzinfo=None) + YEAR).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _campaign(one: CalendarCampaign, zone: tzinfo) -> CalendarCampaign:
    return replace(
        one, starts=_text(one.starts, zone), ends=_text(one.ends, zone),
        first_day=one.first_day and _day(one.first_day), last_day=one.last_day and _day(one.last_day),
        windows=_windows(one.windows, zone), tiers=tuple(_part(part, zone) for part in one.tiers),
        rules=tuple(_part(part, zone) for part in one.rules),
    )  # fmt: skip


Part = TypeVar("Part", bound=CalendarPart)


def _part(part: Part, zone: tzinfo) -> Part:
    return replace(
        part, starts=_text(part.starts, zone), ends=_text(part.ends, zone),
        effective_start=_text(part.effective_start, zone), effective_end=_text(part.effective_end, zone),
        windows=_windows(part.windows, zone),
    )  # fmt: skip


def _text(text: str | None, zone: tzinfo) -> str | None:
    return text and instant_text(year_later(parse_instant(text), zone))


def _windows(windows: Windows, zone: tzinfo) -> Windows:
    """Each window later; one that the clock jumps over is gone."""
    moved = ((year_later(start, zone), year_later(end, zone)) for start, end in windows.found)
    return Windows(tuple(joined_windows(sorted(one for one in moved if one[0] < one[1]))), windows.complete)


def _activity(one: CampaignActivity, zone: tzinfo) -> CampaignActivity:
    changes = tuple(
        replace(change, at=year_later(change.at, zone), since=change.since and year_later(change.since, zone))
        for change in one.changes
    )
    return CampaignActivity(_counts(one.redemptions), _counts(one.refusals), changes)


def _counts(one: DayCounts) -> DayCounts:
    unknown = tuple(DateSpan(_day(span.start), _day(span.end)) for span in one.unknown)
    return replace(one, counts={_day(day): count for day, count in one.counts.items()}, unknown=unknown)


def _day(day: date) -> date:
    return day + min(YEAR, date.max - day)
