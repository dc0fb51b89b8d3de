"""The calendar in numbers, and what starts and ends around today."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from store.days import day_bounds, edge_instant, last_day, local_date, local_time, parse_instant
from store.domain.clashes import Clash
from store.domain.status import StatusKind
from store.domain.validity import opening
from store.domain.windows import Window, Windows, joined_windows
from store.queries.calendar import Calendar, CalendarCampaign, campaign_calendar
from store.queries.calendar_clashes import calendar_clashes, live_windows
from store.queries.calendar_parts import CalendarPart
from store.ref import Ref
from store.times import is_endless
from store.words import DateSpan

_DAY = timedelta(days=1)
_WEEK = 7
_FIRST = datetime.min.replace(tzinfo=UTC)
Admits = Callable[[CalendarCampaign], bool]


@dataclass(frozen=True, slots=True)
class CalendarCounts:
    """The line above the calendar.

    Attributes:
        live: campaigns that are active and admitted by their weekdays, hours and intervals now.
        closed: active ones that are outside these now.
        starting: scheduled ones that start within seven days from now.
        ending: active ones that end within seven days from now, whether admitted now or not.
        gaps: days shown, from today on, on which no campaign is ever in force, as spans in order.
        clashes: pairs of campaigns that clash in the days shown.
        unknown: campaigns with dates that cannot be read: they are in none of the numbers above.
        complete: whether all campaigns are known, so that the numbers are exact.
    """

    live: int
    closed: int
    starting: int
    ending: int
    gaps: tuple[DateSpan, ...]
    clashes: int
    unknown: int
    complete: bool


def counts_of(
    connection: sqlite3.Connection, calendar: Calendar, span: DateSpan, now: datetime, zone: tzinfo
) -> tuple[CalendarCounts, list[Clash]]:
    """The calendar's numbers, and the clashes on the days shown; what is live and soon does not depend on these days.

    Args:
        connection: a reader.
        calendar: the campaigns that count, whatever their days.
        span: the days shown, the last one included.
        now: the instant, aware.
        zone: the project's time zone.
    """
    near = calendar.campaigns
    windows = live_windows(near, span, zone)
    clashes = calendar_clashes(connection, replace(calendar, span=span), zone, windows)
    active = [one for one in near if one.status.kind is StatusKind.ACTIVE]
    live = sum(opening(one.document, now, zone).open is not False for one in active)
    starts = [one.status.starts_at for one in near if one.status.kind is StatusKind.SCHEDULED]
    counts = CalendarCounts(
        live=live,
        closed=len(active) - live,
        starting=_soon(starts, now),
        ending=_soon([one.status.ends_at for one in active], now),
        gaps=tuple(_gaps(span, windows.values(), local_time(now, zone).date(), zone)),
        clashes=len(clashes),
        unknown=sum(one.unreadable != "" and one.status.kind is not StatusKind.DELETED for one in near),
        complete=calendar.complete,
    )
    return counts, clashes


def _only(calendar: Calendar, admits: Admits | None) -> Calendar:
    """The calendar with the campaigns that are admitted."""
    return calendar if admits is None else replace(calendar, campaigns=tuple(filter(admits, calendar.campaigns)))


def _soon(times: Iterable[datetime | None], now: datetime) -> int:
    """How many of some times to come are within seven days."""
    return sum(at is not None and at - now <= timedelta(days=_WEEK) for at in times)


def _later(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return day + min(timedelta(days=days), date.max - day)


def _gaps(shown: DateSpan, live: Iterable[Windows], today: date, zone: tzinfo) -> Iterator[DateSpan]:
    """Days from today on without any campaign in force; those that windows were not worked out for are no gaps."""
    span = DateSpan(max(today, shown.start), shown.end)
    if span.days < 1:
        return
    free, end = (
        edge_instant(day_bounds(day.isoformat(), zone)[side]) for side, day in enumerate((span.start, span.end))
    )
    for begin, stop in [*joined_windows(sorted(_covered(live, end))), (end, end)]:
        if begin > free:
            first = local_time(free, zone).date()
            if edge_instant(day_bounds(first.isoformat(), zone)[0]) < free:
                first = _later(first, 1)
            last = span.end if begin >= end else local_time(begin, zone).date() - _DAY
            if first <= last:
                yield DateSpan(first, last)
        free = max(free, stop)


def _covered(live: Iterable[Windows], end: datetime) -> Iterator[Window]:
    """When campaigns are in force, as far as that is known."""
    for windows in live:
        yield from windows.found
        if not windows.complete:
            yield (windows.found[-1][1] if windows.found else _FIRST), end


@dataclass(frozen=True, slots=True)
class Boundary:
    """A start or an end.

    Attributes:
        campaign: whose, or whose part's.
        part: the tier or earning rule whose own date it is; None for the campaign's.
        side: which of the two.
        at: the instant, in UTC.
        day: the project's day; an end at midnight belongs to the day before.
        is_past: whether it was before now.
    """

    campaign: CalendarCampaign
    part: CalendarPart | None
    side: Literal["starts", "ends"]
    at: datetime
    day: date
    is_past: bool

    @property
    def ref(self) -> Ref:
        """The campaign, as rooms name it."""
        return Ref.campaign(self.campaign.id)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Starts and ends by how far their day is from today; each is in one list, in order of time.

    Attributes:
        past_week: on the seven days before today.
        today: today, past and to come.
        next_7: on the seven days after today.
        next_30: after these, until 30 days after today.
        next_90: after these, until 90 days after today.
        unknown: campaigns and parts with dates that cannot be read.
        complete: whether all campaigns are known, and the parts of all of them.
    """

    past_week: tuple[Boundary, ...]
    today: tuple[Boundary, ...]
    next_7: tuple[Boundary, ...]
    next_30: tuple[Boundary, ...]
    next_90: tuple[Boundary, ...]
    unknown: int
    complete: bool


def boundaries(connection: sqlite3.Connection, now: datetime, zone: tzinfo, admits: Admits | None = None) -> Boundaries:
    """What starts and ends around today, of all campaigns but deleted ones and those that end before they start.

    A tier or earning rule is in it where a date of its own decides: within its campaign's dates, and not the same.

    Args:
        connection: a reader.
        now: the instant, aware.
        zone: the project's time zone.
        admits: which campaigns count; None for all.
    """
    today = local_time(now, zone).date()
    first, last = today - min(timedelta(days=_WEEK), today - date.min), _later(today, 90)
    windows = DateSpan(today, today)
    calendar = _only(campaign_calendar(connection, DateSpan(first, last), now, zone, windows), admits)
    campaigns = [one for one in calendar.campaigns if one.status.kind is not StatusKind.DELETED]
    found = sorted(
        (one for campaign in campaigns for one in _of_campaign(campaign, now, zone) if first <= one.day <= last),
        key=lambda one: (one.at, one.side, one.campaign.name, one.campaign.id),
    )

    def within(after: int, until: int) -> tuple[Boundary, ...]:
        return tuple(one for one in found if after <= (one.day - today).days <= until)

    parts = [part for one in campaigns for part in one.parts]
    return Boundaries(
        within(-_WEEK, -1), within(0, 0), within(1, _WEEK), within(_WEEK + 1, 30), within(31, 90),
        unknown=sum(one.unreadable != "" for one in campaigns) + sum(part.unreadable != "" for part in parts),
        complete=calendar.complete and all(one.parts_complete for one in campaigns),
    )  # fmt: skip


def _of_campaign(campaign: CalendarCampaign, now: datetime, zone: tzinfo) -> Iterator[Boundary]:
    if campaign.unreadable or campaign.status.ends_first:
        return
    yield from _sides(campaign, None, campaign.starts, campaign.ends, now, zone)
    for part in campaign.parts:
        if part.is_effective:
            start, end = part.effective_start, part.effective_end
            yield from _sides(
                campaign, part, None if start == campaign.starts else start, None if end == campaign.ends else end,
                now, zone,
            )  # fmt: skip


def _sides(
    campaign: CalendarCampaign,
    part: CalendarPart | None,
    start: str | None,
    end: str | None,
    now: datetime,
    zone: tzinfo,
) -> Iterator[Boundary]:
    if start is not None:
        at = parse_instant(start)
        yield Boundary(campaign, part, "starts", at, local_date(start, zone), at <= now)
    if end is not None and not is_endless(end):
        at = parse_instant(end)
        yield Boundary(campaign, part, "ends", at, last_day(end, zone), at <= now)
