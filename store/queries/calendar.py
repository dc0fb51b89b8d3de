"""The campaign calendar: which campaigns a range of days meets, with status, dates, recurring windows and tiers."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from store.days import day_bounds, edge_instant, last_day, local_date
from store.domain.status import Status, derive_status, unreadable_dates
from store.domain.values import members
from store.domain.windows import Window, Windows, is_recurring, windows_between
from store.json_text import stored, stored_object
from store.queries.calendar_parts import CalendarPart, CalendarRule, CalendarTier, CampaignDates, Parts
from store.queries.freshness import data_state
from store.times import is_instant
from store.words import DateSpan


@dataclass(frozen=True, slots=True)
class CalendarCampaign:
    """A campaign in the calendar.

    Attributes:
        id, name, campaign_type, category: as received; "" for none.
        status: derived (API §5).
        draft: whether it is one, whatever else it is.
        starts, ends: UTC text, or None for open and for what is no date.
        first_day, last_day: the project's days; an end at midnight belongs to the day before.
        unreadable: its dates that are none, in words; "" when it has none of these.
        recurring: limited to weekdays, hours or intervals.
        windows: when these admit, within its dates and the range: an estimate.
        tiers: of a promotion, by hierarchy.
        rules: of a loyalty program, the earning rules with dates or recurrence of their own.
        parts_complete: whether its tiers or earning rules, where its type has any, are known to be all there are.
        metadata: decoded.
        document: the campaign as received, decoded.
    """

    id: str
    name: str
    campaign_type: str
    category: str
    status: Status
    draft: bool
    starts: str | None
    ends: str | None
    first_day: date | None
    last_day: date | None
    unreadable: str
    recurring: bool
    windows: Windows
    tiers: tuple[CalendarTier, ...]
    rules: tuple[CalendarRule, ...]
    parts_complete: bool
    metadata: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def display_name(self) -> str:
        """What to call it where there must be something to see: its name, or its id where that is blank."""
        return self.name if self.name.strip() else self.id

    @property
    def parts(self) -> tuple[CalendarPart, ...]:
        """Its tiers and earning rules."""
        return (*self.tiers, *self.rules)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An answer.

    Attributes:
        span: the days asked for.
        campaigns: those that meet them in order of start, an open one first; after these, whatever the range, all
            whose dates cannot be read.
        as_of: when campaigns were last read (UTC text); None for never.
        complete: whether the campaigns are known to be all there are, and so are the tiers of promotions. What is
            known of earning rules is stated by each campaign, for each program has a list of its own.
    """

    span: DateSpan
    campaigns: tuple[CalendarCampaign, ...]
    as_of: str | None
    complete: bool


_CAMPAIGNS = (
    "select c.id, c.name, c.campaign_type, c.category, c.start_date, c.expiration_date, c.metadata, c.missing_since,"
    " r.json from campaigns c left join campaigns_raw r on r.id = c.id"
)
PROMOTION = "PROMOTION"
GROUPS = ("type", "category", "status")
"""What campaigns are grouped by, beside their metadata."""
_METADATA = "metadata."


def campaign_calendar(
    connection: sqlite3.Connection, span: DateSpan, now: datetime, zone: tzinfo, windows: DateSpan | None = None
) -> Calendar:
    """The campaigns that meet some days of the project, deleted ones and drafts among them.

    Args:
        connection: the cache.
        span: the days, the last one included.
        now: the instant that statuses are of, aware.
        zone: the project's time zone.
        windows: the days that recurring windows are worked out for; None for `span`.
    """
    begin, end = _edges(span, zone)
    edges = (begin, end) if windows is None else _edges(windows, zone)
    parts = Parts(connection, zone)
    found = [
        _campaign(row, parts, edges, now, zone)
        for row in connection.execute(_CAMPAIGNS)
        if unreadable_dates(row[4], row[5]) or _meets(row[4], row[5], begin, end)
    ]
    found.sort(key=lambda one: (one.unreadable != "", one.starts or "", one.ends or "~", one.name, one.id))
    state = data_state(connection, "campaigns")
    has_promotions = any(one.campaign_type == PROMOTION for one in found)
    complete = state.complete and (not has_promotions or data_state(connection, "promotion_tiers").complete)
    return Calendar(span, tuple(found), state.as_of, complete)


def calendar_campaign(
    connection: sqlite3.Connection, campaign_id: str, span: DateSpan, now: datetime, zone: tzinfo
) -> CalendarCampaign | None:
    """One campaign, whether it meets the days or not; None when the cache has none of that id. Arguments as above."""
    row = connection.execute(f"{_CAMPAIGNS} where c.id = ?", (campaign_id,)).fetchone()
    return None if row is None else _campaign(row, Parts(connection, zone), _edges(span, zone), now, zone)


def _campaign(
    row: tuple[Any, ...], parts: Parts, edges: tuple[str, str], now: datetime, zone: tzinfo
) -> CalendarCampaign:
    identity, name, kind, category, start, stop, metadata, missing, raw = row
    document, unreadable = stored_object(raw), unreadable_dates(start, stop)
    starts, ends = (text if is_instant(text) else None for text in (start, stop))
    recurring = is_recurring(document)
    within = _common(starts, ends, *edges) if recurring and not unreadable else None
    bounds = CampaignDates(starts, ends, unreadable, document, *edges)
    return CalendarCampaign(
        id=identity, name=name or "", campaign_type=kind or "", category=category or "",
        status=derive_status(document, now, zone, missing=missing is not None),
        draft=document.get("creation_status") == "DRAFT",
        starts=starts, ends=ends,
        first_day=local_date(starts, zone) if starts else None, last_day=last_day(ends, zone) if ends else None,
        unreadable=unreadable, recurring=recurring,
        windows=windows_between(document, *within, zone) if within else Windows(),
        tiers=parts.tiers(identity, bounds), rules=parts.rules(identity, bounds),
        parts_complete=parts.complete(identity, kind or ""), metadata=members(stored(metadata)), document=document,
    )  # fmt: skip


def _meets(start: str | None, stop: str | None, begin: str, end: str) -> bool:
    """Whether a campaign meets a range; one that ends before it starts counts as its start."""
    if start is not None and start >= end:
        return False
    return stop is None or stop > begin or (start is not None and start >= begin)


def within_dates(campaign: CalendarCampaign, span: DateSpan, zone: tzinfo) -> Window:
    """What a campaign's dates and some days have in common; it ends before it begins where they have nothing.

    Args:
        campaign: one whose dates can be read.
        span: the project's days, the last one included.
        zone: the project's time zone.
    """
    return _common(campaign.starts, campaign.ends, *_edges(span, zone))


def _edges(span: DateSpan, zone: tzinfo) -> tuple[str, str]:
    """Where days begin and end, as UTC text."""
    return day_bounds(span.start.isoformat(), zone)[0], day_bounds(span.end.isoformat(), zone)[1]


def _common(start: str | None, stop: str | None, begin: str, end: str) -> Window:
    opens, closes = max(begin, start or begin), min(end, stop or end)
    return edge_instant(opens), edge_instant(closes)


def group_of(campaign: CalendarCampaign, key: str) -> str:
    """The group a campaign belongs to; "" for none.

    Args:
        campaign: any.
        key: one of `GROUPS`, else a metadata key, with `metadata.` before it where it has the name of one of these.
    """
    known = {"type": campaign.campaign_type, "category": campaign.category, "status": campaign.status.kind.value}
    if key in known:
        return known[key]
    return _value_words(campaign.metadata.get(key.removeprefix(_METADATA), campaign.metadata.get(key)))


def _value_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_value_words, value))
    return str(value)


def metadata_keys(connection: sqlite3.Connection) -> frozenset[str]:
    """The keys in the metadata of all campaigns."""
    rows = connection.execute("select metadata from campaigns where metadata is not null")
    return frozenset(key for (text,) in rows for key in members(stored(text)))


def campaign_types(connection: sqlite3.Connection) -> Iterable[str]:
    """The types of the campaigns there are."""
    query = "select distinct campaign_type from campaigns where campaign_type is not null order by 1"
    return [kind for (kind,) in connection.execute(query)]
