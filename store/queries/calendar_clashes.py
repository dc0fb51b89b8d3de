"""Which campaigns of the calendar clash; `store.domain.clashes` defines a clash."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from store.domain.clashes import Claim, Clash, find_clashes
from store.domain.status import StatusKind
from store.domain.targets import SEGMENT, Target, Targets, rule_targets
from store.domain.values import entries, inside, members, word
from store.domain.windows import Windows, windows_between
from store.json_text import stored_object
from store.queries.calendar import Calendar, CalendarCampaign, within_dates
from store.queries.campaign_rules import rules_by_campaign
from store.queries.freshness import data_state
from store.queries.names import names_of
from store.words import DateSpan

_RULES = "select id, json from validation_rules_raw"
_NEVER_LIVE = (StatusKind.DELETED, StatusKind.DRAFT, StatusKind.FAILED, StatusKind.DISABLED, StatusKind.UNKNOWN)


def can_be_live(campaign: CalendarCampaign) -> bool:
    """Whether a campaign is in force within its dates as it is now.

    Deleted and disabled campaigns, drafts, those whose codes could not be made, and those with a date that cannot be
    read are not. Expired ones were; those that are being made or changed will be.
    """
    return campaign.status.kind not in _NEVER_LIVE and not campaign.unreadable


Live = Mapping[str, Windows]
"""When campaigns are in force, by id."""


def live_windows(campaigns: Iterable[CalendarCampaign], span: DateSpan, zone: tzinfo) -> Live:
    """When campaigns are in force on some days of the project; an estimate where they recur.

    Args:
        campaigns: of a calendar, whatever days it worked out their own windows for.
        span: the days, the last one included.
        zone: the project's time zone.
    """
    return {one.id: _live(one, span, zone) for one in campaigns}


def _live(campaign: CalendarCampaign, span: DateSpan, zone: tzinfo) -> Windows:
    if not can_be_live(campaign):
        return Windows()
    start, end = within_dates(campaign, span, zone)
    if campaign.recurring:
        return windows_between(campaign.document, start, end, zone)
    return Windows(((start, end),) if start < end else ())


def calendar_clashes(
    connection: sqlite3.Connection, calendar: Calendar, zone: tzinfo, live: Live | None = None
) -> list[Clash]:
    """The clashes of a calendar's campaigns on its days; those that cannot be live have none.

    Args:
        connection: a reader.
        calendar: the answer whose campaigns are compared.
        zone: the project's time zone.
        live: `live_windows` of these campaigns and days, where they are known already.
    """
    when = live_windows(calendar.campaigns, calendar.span, zone) if live is None else live
    targets = _targets(connection, calendar.campaigns)
    clashes = find_clashes(
        Claim(one.id, one.campaign_type, _categories(one), when[one.id], targets.get(one.id))
        for one in calendar.campaigns
    )
    return _with_names(connection, clashes)


def _categories(campaign: CalendarCampaign) -> frozenset[str]:
    listed = (word(members(entry).get("name")) for entry in entries(campaign.document.get("categories")))
    return frozenset(name for name in (campaign.category, *listed) if name)


def _targets(connection: sqlite3.Connection, campaigns: Iterable[CalendarCampaign]) -> Mapping[str, Targets]:
    """What the rules of campaigns name, of those that have rules all of which are cached."""
    if not data_state(connection, "validation_rules_assignments").complete:
        return {}
    assigned = rules_by_campaign(connection)
    documents: dict[str, Mapping[str, Any]] = {key: stored_object(text) for key, text in connection.execute(_RULES)}
    known: dict[frozenset[str], Targets] = {}
    found = {}
    for one in campaigns:
        own = (word(members(entry).get("rule_id")) for entry in _own_assignments(one))
        rules = frozenset(filter(None, (*own, *assigned.get(one.id, ()))))
        if not rules or not rules <= documents.keys():
            continue
        if rules not in known:
            known[rules] = rule_targets(documents[rule] for rule in sorted(rules))
        found[one.id] = known[rules]
    return found


def _own_assignments(campaign: CalendarCampaign) -> Iterable[Any]:
    return entries(inside(campaign.document, "validation_rules_assignments", "data"))


def _with_names(connection: sqlite3.Connection, clashes: list[Clash]) -> list[Clash]:
    """Conditions name segments by their ids alone: the cache may know what they are called."""
    ids = {one.id for clash in clashes for one in clash.shared if one.kind == SEGMENT}
    names = names_of(connection, "segments", ids) if ids else {}

    def called(one: Target) -> Target:
        return one._replace(name=names.get(one.id, one.name)) if one.kind == SEGMENT else one

    return [replace(clash, shared=tuple(map(called, clash.shared))) for clash in clashes] if names else clashes
