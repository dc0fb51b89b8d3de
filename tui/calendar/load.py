"""What the calendar asks the cache. Each function is one question, put in a thread."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from store.days import local_time
from store.domain.discount import campaign_value_text
from store.models import Freshness
from store.queries.calendar import Calendar, CalendarCampaign, campaign_calendar, metadata_keys
from store.queries.freshness import data_state
from store.words import DateSpan
from tui.campaign_kit.filter import CampaignFilter, haystack
from tui.kit.services import AppServices

if TYPE_CHECKING:
    from store.domain.clashes import Clash
    from store.domain.windows import Window
    from store.queries.calendar_activity import CampaignActivity
    from store.queries.calendar_counts import CalendarCounts
    from store.queries.calendar_last_year import LastYear

ALWAYS = DateSpan(date.min, date.max)
MOST_DAYS = 400
"""Of longer windows no more is counted than these days, from the first in sight or today on."""


@dataclass(frozen=True)
class Campaigns:
    """All campaigns, whatever their days.

    Attributes:
        calendar: they and how far they are known.
        freshness: of the list of campaigns.
        metadata_keys: what they can be grouped by beside type, category and status.
        currency: of amounts in what they give.
    """

    calendar: Calendar
    freshness: Freshness
    metadata_keys: Sequence[str]
    currency: str | None

    @cached_property
    def by_id(self) -> Mapping[str, CalendarCampaign]:
        """Each by its id."""
        return {one.id: one for one in self.calendar.campaigns}

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {one.id: self._text(one) for one in self.calendar.campaigns}

    def _text(self, one: CalendarCampaign) -> str:
        metadata = json.dumps(one.metadata, ensure_ascii=False, separators=(",", ":"))
        return haystack(one, campaign_value_text(one.document, self.currency), metadata)

    def admitted(self, wanted: CampaignFilter) -> list[CalendarCampaign]:
        """Those that pass a filter, in order of start."""
        texts = self._texts if wanted.words else {}
        return [one for one in self.calendar.campaigns if wanted.admits(one, texts.get(one.id, ""))]


def read_campaigns(services: AppServices) -> Campaigns:
    """Every campaign with its parts.

    Raises:
        CacheError: the cache cannot be read.
    """
    reader, now = services.reader, services.now()
    today = services.today()
    # Recurring windows are worked out when they are drawn.
    calendar = reader.ask(campaign_calendar, ALWAYS, now, services.zone, DateSpan(today, today))
    keys = sorted(reader.ask(metadata_keys), key=str.casefold)
    return Campaigns(calendar, reader.ask(data_state, "campaigns"), keys, services.settings.currency)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find out about the days in sight.

    Attributes:
        calendar: the campaigns that count.
        start, end: the first instant in sight, and the one after the last.
        activity: ids of the campaigns whose days are wanted.
        last_year: whether the same weeks of last year are.
    """

    calendar: Calendar
    start: datetime
    end: datetime
    activity: Sequence[str] = ()
    last_year: bool = False


@dataclass(frozen=True)
class Sight:
    """What was found out.

    Attributes:
        span: the days it is about.
        counts: the line above.
        clashes: on these days.
        activity: by campaign id.
        last_year: None where it was not asked for, or the calendar has no such days.
    """

    span: DateSpan
    counts: "CalendarCounts"
    clashes: "Sequence[Clash]"
    activity: "Mapping[str, CampaignActivity]" = field(default_factory=dict)
    last_year: "LastYear | None" = None

    @cached_property
    def clashing(self) -> "Mapping[str, tuple[Window, ...]]":
        """When each campaign clashes, by id."""
        from store.domain.clashes import clashing_windows

        return clashing_windows(self.clashes)


def read_sight(services: AppServices, wanted: Wanted) -> Sight:
    """Counts, clashes and what happened on the days in sight.

    Raises:
        CacheError: the cache cannot be read.
    """
    # Late, and in the thread: the first paint needs none of it.
    from store.queries.calendar_activity import calendar_activity
    from store.queries.calendar_counts import counts_of
    from store.queries.calendar_last_year import same_weeks_last_year

    reader, now, zone = services.reader, services.now(), services.zone
    days = days_between(wanted.start, wanted.end, services)
    span = _counted_days(days, services.today())
    counts, clashes = reader.ask(counts_of, wanted.calendar, span, now, zone)
    activity = reader.ask(calendar_activity, wanted.activity, days, zone) if wanted.activity else {}
    before = reader.ask(same_weeks_last_year, days, now, zone) if wanted.last_year else None
    return Sight(span, counts, clashes, activity, before)


def days_between(start: datetime, end: datetime, services: AppServices) -> DateSpan:
    """The project's days from one instant up to, not including, another."""
    last = end - min(timedelta(microseconds=1), end - datetime.min.replace(tzinfo=end.tzinfo))
    return DateSpan(local_time(start, services.zone).date(), local_time(last, services.zone).date())


def _counted_days(days: DateSpan, today: date) -> DateSpan:
    if days.days <= MOST_DAYS:
        return days
    start = max(days.start, min(today, days.end))
    return replace(days, start=start, end=min(days.end, start + min(timedelta(days=MOST_DAYS - 1), date.max - start)))
