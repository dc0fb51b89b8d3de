"""One campaign of the calendar in full, for a drawer: dates, what it gives, limits left, uses so far and its days."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, tzinfo

from store.days import WeekStart, local_time, parse_instant
from store.domain.discount import campaign_value_text
from store.models import Figure
from store.queries.budget import LifetimeTotals, LimitUse, lifetime_totals, limit_uses, net
from store.queries.calendar import CalendarCampaign, calendar_campaign
from store.queries.calendar_activity import CampaignActivity, calendar_activity
from store.queries.campaigns import CampaignRow, get_campaign
from store.words import DateSpan


@dataclass(frozen=True, slots=True)
class DatePair:
    """An instant by the clock of the project and in UTC."""

    local: datetime
    utc: datetime


@dataclass(frozen=True, slots=True)
class CalendarDetails:
    """A campaign in full.

    Attributes:
        calendar: as the calendar has it, with recurring windows, tiers and rules in the days asked for.
        row: as the campaign list has it.
        gives: what it gives, in words.
        starts, ends: its dates; None for open, and for what is no date.
        limits: of its rules, with what was used and is left, the tightest first.
        totals: what it has given in its lifetime, gross, and what was rolled back.
        uses: redemptions so far, net of rollbacks.
        activity: what happened on the days asked for, for a chart.
    """

    calendar: CalendarCampaign
    row: CampaignRow
    gives: str
    starts: DatePair | None
    ends: DatePair | None
    limits: tuple[LimitUse, ...]
    totals: LifetimeTotals
    uses: Figure
    activity: CampaignActivity


def calendar_details(
    connection: sqlite3.Connection,
    campaign_id: str,
    span: DateSpan,
    now: datetime,
    zone: tzinfo,
    currency: str | None = None,
    week_start: WeekStart = WeekStart.MONDAY,
) -> CalendarDetails | None:
    """A campaign in full; None when the cache has none of that id.

    Args:
        connection: a reader.
        campaign_id: whose.
        span: the days of its activity and recurring windows.
        now: the instant of its status and of the limits' day, week and month, aware.
        zone: the project's time zone.
        currency: ISO 4217 code of the profile, for limits and gifts in words.
        week_start: the weekday weeks begin with.
    """
    row = get_campaign(connection, campaign_id, now, zone)
    found = calendar_campaign(connection, campaign_id, span, now, zone)
    if row is None or found is None:
        return None
    totals = lifetime_totals(connection, campaign_id)
    return CalendarDetails(
        calendar=found, row=row, gives=campaign_value_text(row.document, currency),
        starts=_dates(found.starts, zone), ends=_dates(found.ends, zone),
        limits=tuple(limit_uses(connection, campaign_id, now, zone, currency, week_start)),
        totals=totals, uses=net(totals.redemptions, totals.redemptions_back),
        activity=calendar_activity(connection, [campaign_id], span, zone)[campaign_id],
    )  # fmt: skip


def _dates(text: str | None, zone: tzinfo) -> DatePair | None:
    if text is None:
        return None
    instant = parse_instant(text)
    return DatePair(local_time(instant, zone), instant)
