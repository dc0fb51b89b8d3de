"""What an insight is, and what the question that finds it is given."""

import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import IntEnum

from store.days import WeekStart, local_time
from store.domain.status import StatusKind
from store.models import Freshness
from store.queries.campaigns import CampaignRow
from store.queries.freshness import CampaignStates
from store.ref import Ref

RECENT_DAYS = 7


class Urgency(IntEnum):
    """When what an insight is about costs something; the most urgent first."""

    NOW = 0
    SOON = 1
    TO_KNOW = 2


@dataclass(frozen=True, slots=True)
class Insight:
    """Something that needs a look.

    Attributes:
        says: what, after the name: `ends in 3 h`; no outside text but failure codes and rule names.
        evidence: the figures behind it, in one line.
        judged: how it is judged, in a sentence or two.
        about: what it opens; None where it is about the cache.
        name: what `about` is called; outside text. "" where it is about the cache.
        at_stake: redemptions that it costs, or will; None where that is not known.
        stake_of: which redemptions these are.
        at: when it comes (UTC text); "" where it is there.
        kind: the id of its declaration, filled in by the registry; `urgency` and `title` likewise.
    """

    says: str
    evidence: str
    judged: str
    about: Ref | None = None
    name: str = ""
    at_stake: int | None = None
    at: str = ""
    stake_of: str = f"in the {RECENT_DAYS} full days before today"
    kind: str = ""
    title: str = ""
    urgency: Urgency = Urgency.TO_KNOW


@dataclass(frozen=True, slots=True)
class Insights:
    """All that were found.

    Attributes:
        found: the most costly first.
        not_judged: what could not be judged and why, in words: `codes of 3 campaigns`.
    """

    found: tuple[Insight, ...]
    not_judged: tuple[str, ...] = ()


@dataclass(slots=True)
class InsightContext:
    """What every question is given.

    Attributes:
        connection: a reader.
        campaigns: all there are.
        now: the instant, aware.
        zone: the project's time zone.
        currency: ISO 4217 code of the profile, for amounts in sentences.
        week_start: the weekday weeks begin with.
        not_judged: how many campaigns could not be judged, by what is missing; questions add to it.
    """

    connection: sqlite3.Connection
    campaigns: tuple[CampaignRow, ...]
    now: datetime
    zone: tzinfo
    currency: str | None = None
    week_start: WeekStart = WeekStart.MONDAY
    not_judged: dict[str, int] = field(default_factory=dict)
    _states: dict[str, CampaignStates] = field(default_factory=dict)

    def state(self, resource: str, campaign: CampaignRow) -> Freshness:
        """How far a list can be trusted for a campaign."""
        if resource not in self._states:
            self._states[resource] = CampaignStates(self.connection, resource)
        return self._states[resource].of(campaign.id)

    @property
    def today(self) -> date:
        """The project's day."""
        return local_time(self.now, self.zone).date()

    @property
    def active(self) -> list[CampaignRow]:
        """Campaigns that are in force, but those outside of their hours among them."""
        return [one for one in self.campaigns if one.status.kind is StatusKind.ACTIVE]

    def cannot_judge(self, what: str) -> None:
        """Count a campaign that could not be judged, by what is missing."""
        self.not_judged[what] = self.not_judged.get(what, 0) + 1


def recent_redemptions(campaign: CampaignRow) -> int | None:
    """Succeeded redemptions of the full days before today; None where one of these is not known."""
    known = [value for value in campaign.spark[-RECENT_DAYS - 1 : -1] if value is not None]
    return sum(known) if len(known) == RECENT_DAYS and campaign.complete else None


def recent_words(number: int | None) -> str:
    """What a campaign redeemed lately: `612 redemptions in the 7 days before`; that it is not known."""
    if number is None:
        return "redemptions not cached"
    return f"{number:,} redemption{'' if number == 1 else 's'} in the {RECENT_DAYS} days before"
