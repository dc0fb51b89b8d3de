"""Redemptions of every campaign over two stretches of time, with how far each is known; and those of no campaign.

Counts are those of the dashboards: gross, a stack's children for their campaigns, its parent for the order (API §10,
§11.4). Rows win where their list was once complete, then summaries of days, then whatever rows there are.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from store.cache.mark import ALL_DAYS
from store.cache.project_days import count_project
from store.cache.sums import sum_parts, whole_sum
from store.cache.tables import DAILY_SUMS, IS_SUMMED
from store.days import day_bounds, local_date
from store.models import Freshness, Source
from store.queries.freshness import CampaignStates, data_state
from store.queries.home_windows import HomeStretch
from store.queries.reader import holds
from store.times import instant_of, is_instant, text_of
from store.words import DateSpan

SUCCEEDED, FAILED, DISCOUNT = "redemptions_succeeded", "redemptions_failed", "discounted_amount"
METRICS = (SUCCEEDED, FAILED, DISCOUNT)
_HOUR = timedelta(hours=1)

_VALUES = (
    "select sum(value {part}) from daily d {index} where "
    f"{IS_SUMMED} and d.campaign_id = c.id and d.source = s.source and d.metric = m.metric"
    " and d.day between {first} and {last}"
)
_DAILY = """
with s(source) as (values ('rows'), ('summary')), m(metric) as (values {metrics})
select c.id, s.source, m.metric, {sums} from campaigns c, s, m
"""
_HOURLY = f"""
select r.campaign_id, r.created_at >= ?2, sum(r.result = 'SUCCESS'), sum(r.result = 'FAILURE'),
    {sum_parts("case when r.result = 'SUCCESS' then r.discount_amount end")},
    sum(r.result = 'SUCCESS' and r.order_id is not null and r.discount_amount is null)
from campaigns c cross join redemptions r on r.campaign_id = c.id and r.created_at >= ?1 and r.created_at < ?3
where r.object is not 'redemption_rollback' group by 1, 2
"""


@dataclass(slots=True)
class Part:
    """What is known of one campaign, or of the codes without one, in a stretch and in the one before.

    Attributes:
        source: rows, summary, or none where nothing was read.
        as_of: when that was read (UTC text).
        now, before: by metric; a metric that is left out had none, or is unknown.
        exact: whether `now` has all that happened until `as_of`, which lies within the stretch.
        exact_before: the same of `before`.
        is_current: whether `as_of` is late enough to compare the two.
        unusable: metrics that lack some record's amount, now or before.
    """

    source: Source = Source.NONE
    as_of: str | None = None
    now: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    exact: bool = False
    exact_before: bool = False
    is_current: bool = False
    unusable: set[str] = field(default_factory=set)

    def is_exact(self, *metrics: str) -> bool:
        """Whether these metrics are known exactly in the stretch."""
        return self.exact and self.unusable.isdisjoint(metrics)

    def is_comparable(self, *metrics: str) -> bool:
        """Whether these metrics can be compared with the stretch before."""
        return self.is_exact(*metrics) and self.exact_before and self.is_current


@dataclass(frozen=True, slots=True)
class HomeCounts:
    """What is known of all redemptions.

    Attributes:
        campaigns: every campaign's part by its id.
        outside: that of redemptions without a campaign, with the project's orders.
        has_orders: whether the project's orders were counted: a cache of an earlier release lacks them until it is
            synced.
    """

    campaigns: Mapping[str, Part]
    outside: Part
    has_orders: bool

    def parts(self) -> list[Part]:
        """All of them."""
        return [*self.campaigns.values(), self.outside]


def count_stretches(
    connection: sqlite3.Connection, made: Mapping[str, str | None], now: HomeStretch, before: HomeStretch, zone: tzinfo
) -> HomeCounts:
    """Count two stretches, one right before the other.

    Args:
        connection: a reader.
        made: when each campaign was made (UTC text), by its id.
        now: the stretch.
        before: the one before it.
        zone: the project's time zone.
    """
    reading = _Rows(connection, now, before, zone)
    states = CampaignStates(connection, "redemptions")
    parts = {identity: reading.part(identity, states.of(identity), at) for identity, at in made.items()}
    return HomeCounts(parts, reading.outside(data_state(connection, "redemptions")), reading.has_orders)


class _Rows:
    """What the cache has of all campaigns in the two stretches."""

    def __init__(self, connection: sqlite3.Connection, now: HomeStretch, before: HomeStretch, zone: tzinfo) -> None:
        self._connection, self._now, self._before, self._zone = connection, now, before, zone
        self._found: defaultdict[tuple[str, str], list[dict[str, int]]] = defaultdict(lambda: [{}, {}])
        self._unusable: defaultdict[str, set[str]] = defaultdict(set)
        self._told: dict[tuple[str, int], int] = {}
        self._summaries = CampaignStates(connection, "campaign_summaries")
        if now.days is None or before.days is None:
            self._read_hours()
        else:
            self._read_days(before.days, now.days)

    def _read_days(self, before: DateSpan, now: DateSpan) -> None:
        bounds = (before.start.isoformat(), now.start.isoformat(), now.end.isoformat())
        spans = (*bounds, before.end.isoformat())
        for campaign, source, metric, *sums in self._connection.execute(_daily(self._connection), spans):
            for place, parts in enumerate((sums[:2], sums[2:])):
                if value := whole_sum(*parts):
                    self._found[campaign, source][place][metric] = value
        if holds(self._connection, "unusable_amounts"):
            query = "select campaign_id, metric from unusable_amounts where source = 'rows' and day between ? and ?"
            for campaign, metric in self._connection.execute(query, (bounds[0], bounds[2])):
                self._unusable[campaign].add(metric)
        query = (
            "select campaign_id, start_date >= ?2, count(*) from campaign_summaries"
            " where start_date = end_date and start_date between ?1 and ?3 group by 1, 2"
        )
        for campaign, is_now, days in self._connection.execute(query, bounds):
            self._told[campaign, is_now] = days

    def _read_hours(self) -> None:
        bounds = (self._before.begins, self._now.begins, self._now.ends)
        for campaign, is_now, succeeded, failed, high, low, lacking in self._connection.execute(_HOURLY, bounds):
            given = whole_sum(high, low) or 0
            self._found[campaign, "rows"][1 - is_now] = {SUCCEEDED: succeeded, FAILED: failed, DISCOUNT: given}
            if lacking:
                self._unusable[campaign].add(DISCOUNT)

    def part(self, campaign_id: str, state: Freshness, made: str | None) -> Part:
        """A campaign's."""
        told = [self._told.get((campaign_id, is_now), 0) for is_now in (1, 0)]
        if state.completed_at is None and any(told):
            return self._from_summaries(campaign_id, state, told, made)
        if state.as_of is None:
            # Of a campaign made after the stretch nothing needs to be read.
            late = made is not None and made >= self._now.ends
            return Part(exact=late, exact_before=late, is_current=late)
        now, before = self._found[campaign_id, "rows"]
        return self._from_rows(state, now, before, self._unusable[campaign_id])

    def _from_rows(self, state: Freshness, now: dict[str, int], before: dict[str, int], unusable: set[str]) -> Part:
        as_of = state.as_of or ""
        known = state.completed_at is not None and as_of >= self._now.begins
        source = Source.ROWS if state.as_of is not None or now or before else Source.NONE
        return Part(
            source, state.as_of, now, before,
            exact=known and state.complete and not state.mixed,
            exact_before=state.complete and as_of >= self._before.ends,
            is_current=as_of >= self._current_from(),
            unusable=unusable,
        )  # fmt: skip

    def _current_from(self) -> str:
        """A reading from this instant on has nearly all of the stretch: of its last day a part, or all but an hour."""
        if self._now.days is None:
            return text_of(instant_of(self._now.ends) - _HOUR)
        return day_bounds(self._now.days.end.isoformat(), self._zone)[0]

    def _from_summaries(self, campaign_id: str, state: Freshness, told: Sequence[int], made: str | None) -> Part:
        now, before = self._found[campaign_id, "summary"]
        spans = (self._now.days, self._before.days)
        asked = [_life_within(span, made, self._zone) if span else 0 for span in spans]
        as_of = self._summaries.of(campaign_id).as_of or state.as_of
        return Part(
            Source.SUMMARY, as_of, now, before, exact=told[0] >= asked[0], exact_before=told[1] >= asked[1],
            is_current=True,
        )  # fmt: skip

    def outside(self, state: Freshness) -> Part:
        """Redemptions of no campaign, with the project's orders; exact only where the project's list was read."""
        if not self.has_orders:
            return Part()
        if self._now.days is None or self._before.days is None:
            now, before = (count_project(self._connection, one.begins, one.ends) for one in (self._now, self._before))
        else:
            now, before = self._project_days(self._before.days, self._now.days)
        return self._from_rows(state, now, before, set())

    @property
    def has_orders(self) -> bool:
        """Whether the project's days were ever counted; hours always are."""
        if self._now.days is None:
            return True
        if not holds(self._connection, "project_days"):
            return False
        query = "select 1 from project_days_dirty where day = ?"
        return self._connection.execute(query, (ALL_DAYS,)).fetchone() is None

    def _project_days(self, before: DateSpan, now: DateSpan) -> tuple[dict[str, int], dict[str, int]]:
        found: tuple[dict[str, int], dict[str, int]] = ({}, {})
        summed = sum_parts("value")
        query = f"select metric, day >= ?2, {summed} from project_days where day between ?1 and ?3 group by 1, 2"
        bounds = (before.start.isoformat(), now.start.isoformat(), now.end.isoformat())
        for metric, is_now, *value in self._connection.execute(query, bounds):
            found[1 - is_now][metric] = whole_sum(*value) or 0
        return found


def _daily(connection: sqlite3.Connection) -> str:
    """SQL of the sums of both stretches by campaign, source and metric: the parts of `whole_sum`, now, then before."""
    indexed = connection.execute("select 1 from sqlite_master where name = ?", (DAILY_SUMS,)).fetchone()
    index = f"indexed by {DAILY_SUMS}" if indexed else ""
    high, low = ">> 32", f"& {2**32 - 1}"
    sums = ", ".join(
        f"({_VALUES.format(part=part, index=index, first=first, last=last)})"
        for first, last in (("?2", "?3"), ("?1", "?4"))
        for part in (high, low)
    )
    return _DAILY.format(metrics=", ".join(f"('{metric}')" for metric in METRICS), sums=sums)


def _life_within(span: DateSpan, made: str | None, zone: tzinfo) -> int:
    """How many days of a span a campaign was there."""
    if made is None or not is_instant(made):
        return span.days
    return max(0, (span.end - max(span.start, local_date(made, zone))).days + 1)


def total(parts: Iterable[Part], metric: str, *, before: bool = False) -> int:
    """The sum of what is known of a metric."""
    return sum((part.before if before else part.now).get(metric, 0) for part in parts)
