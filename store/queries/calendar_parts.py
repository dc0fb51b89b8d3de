"""Parts of campaigns with dates of their own: promotion tiers and earning rules, in force where their campaign is."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from store.cache.ledger import PROJECT, campaign_scope
from store.days import edge_instant
from store.domain.status import unreadable_dates
from store.domain.windows import Windows, is_recurring, windows_of_all
from store.json_text import stored_object
from store.queries.freshness import states_by_scope
from store.queries.names import called_sql
from store.times import is_instant


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A part of a campaign in the calendar.

    Attributes:
        id: as received.
        name: of a tier its name; of an earning rule its banner; "" for none.
        starts, ends: its own dates: UTC text, or None for open and for what is no date.
        unreadable: its dates that are none, in words; "" when it has none of these.
        active: its own switch; None when the API does not tell.
        is_effective: whether its dates and those of its campaign meet; False where a date cannot be read.
        effective_start, effective_end: the dates it has in common with its campaign (UTC text); None for open.
        recurring: it or its campaign is limited to weekdays, hours or intervals.
        windows: when these admit, of it and its campaign, within the common dates and the range: an estimate.
        document: as received, decoded.
    """

    id: str
    name: str
    starts: str | None
    ends: str | None
    unreadable: str
    active: bool | None
    is_effective: bool
    effective_start: str | None
    effective_end: str | None
    recurring: bool
    windows: Windows
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CalendarTier(CalendarPart):
    """A promotion tier."""


@dataclass(frozen=True, slots=True)
class CalendarRule(CalendarPart):
    """An earning rule of a loyalty program that has dates or recurrence of its own."""


@dataclass(frozen=True, slots=True)
class CampaignDates:
    """What parts need of their campaign: its readable dates, its document, and the edges of the range (UTC text)."""

    starts: str | None
    ends: str | None
    unreadable: str
    document: Mapping[str, Any]
    begin: str
    end: str


_TIERS = (
    "select t.campaign_id, t.id, t.name, t.start_date, t.expiration_date, t.active, r.json from promotion_tiers t"
    " left join promotion_tiers_raw r on r.id = t.id"
    " where t.missing_since is null order by t.hierarchy, t.created_at, t.id"
)
_RULES = (
    f"select e.campaign_id, e.id, {called_sql('earning_rules', 'e')}, e.start_date, e.expiration_date, e.active, r.json"
    " from earning_rules e left join earning_rules_raw r on r.id = e.id"
    " where e.missing_since is null order by e.created_at, e.id"
)


_LISTS = {"PROMOTION": "promotion_tiers", "LOYALTY_PROGRAM": "earning_rules"}
"""Types of campaigns with parts in the calendar, and the lists these are read from."""


class Parts:
    """The tiers and earning rules of all campaigns, read in a few queries."""

    def __init__(self, connection: sqlite3.Connection, zone: tzinfo) -> None:
        self._zone = zone
        self._tiers = _by_campaign(connection, _TIERS)
        self._rules = _by_campaign(connection, _RULES)
        self._states = {kind: states_by_scope(connection, name) for kind, name in _LISTS.items()}

    def complete(self, campaign_id: str, kind: str) -> bool:
        """Whether all parts of a campaign of a type are cached; so it is where its type has none."""
        states = self._states.get(kind)
        covering = (PROJECT, campaign_scope(campaign_id))
        return states is None or any(states[scope].complete for scope in covering if scope in states)

    def tiers(self, campaign_id: str, campaign: CampaignDates) -> tuple[CalendarTier, ...]:
        """A campaign's promotion tiers by hierarchy."""
        return tuple(CalendarTier(*self._members(row, campaign)) for row in self._tiers.get(campaign_id, ()))

    def rules(self, campaign_id: str, campaign: CampaignDates) -> tuple[CalendarRule, ...]:
        """A campaign's earning rules that have dates or recurrence of their own, the oldest first."""
        rows = self._rules.get(campaign_id, ())
        return tuple(CalendarRule(*self._members(row, campaign)) for row in rows if _is_dated(row))

    def _members(self, row: tuple[Any, ...], campaign: CampaignDates) -> tuple[Any, ...]:
        identity, name, start, stop, active, text = row
        document = stored_object(text)
        unreadable = unreadable_dates(start, stop)
        starts, ends = (one if is_instant(one) else None for one in (start, stop))
        first = max((one for one in (starts, campaign.starts) if one), default=None)
        last = min((one for one in (ends, campaign.ends) if one), default=None)
        meet = not (unreadable or campaign.unreadable) and (first is None or last is None or first < last)
        recurring = is_recurring(document) or is_recurring(campaign.document)
        windows = Windows()
        if recurring and meet:
            begin, end = max(campaign.begin, first or campaign.begin), min(campaign.end, last or campaign.end)
            documents = (campaign.document, document)
            windows = windows_of_all(documents, edge_instant(begin), edge_instant(end), self._zone)
        switch = None if active is None else bool(active)
        dates = (first, last) if meet else (None, None)
        return identity, name or "", starts, ends, unreadable, switch, meet, *dates, recurring, windows, document


def _by_campaign(connection: sqlite3.Connection, query: str) -> Mapping[str, list[tuple[Any, ...]]]:
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for campaign, *row in connection.execute(query):
        found[campaign].append(tuple(row))
    return found


def _is_dated(row: tuple[Any, ...]) -> bool:
    _, _, start, stop, _, text = row
    return start is not None or stop is not None or is_recurring(stored_object(text))
